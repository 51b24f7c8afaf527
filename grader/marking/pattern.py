"""Author-given patterns: which words must meet in one sentence for it to make a claim, and whether it denies it.

`&` and, `|` or, `+` and in the same clause, `!` and nowhere in the sentence. Latin words match as stems from the start
of a word, `=word` only as the whole word; Chinese matches as it stands. A claim in the reach of a negation is denied,
unless the negation is itself a term of the pattern; then one of the other terms must be within its reach.
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Iterator

import msgspec

from grader.marking.sentences import Sentence, is_negation

_MOST_PLACES = 4  # occurrences of one term that are looked at
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

Span = tuple[int, int]


class Said(enum.IntEnum):
    """How a sentence stands to a claim, the plainest first."""

    MADE = 3
    DOUBTFUL = 2  # reported, guessed, or with a negation whose reach is unclear
    DENIED = 1
    ABSENT = 0


class Pattern(msgspec.Struct, frozen=True):
    """A compiled pattern: groups of terms, those of one group in the same clause."""

    groups: tuple[tuple[re.Pattern[str], ...], ...]
    without: tuple[re.Pattern[str], ...]
    opposite: Pattern | None = None  # of a claim that negates: the same without its negation

    def clauses(self, sentence: Sentence) -> frozenset[int]:
        """The clauses in which a sentence makes the claim: as few as there can be, or two that are neighbours."""
        if sentence.asks or any(term.search(sentence.text) for term in self.without):
            return frozenset()
        ways = [
            frozenset(sentence.clause_of(start) for start, _ in chosen)
            for chosen in self._choices(sentence)
            if _stance(chosen, sentence) is Said.MADE
        ]
        fewest = min(map(len, ways), default=0)
        close = [each for each in ways if len(each) == fewest or (len(each) == 2 and max(each) - min(each) == 1)]
        return frozenset().union(*close)

    def said(self, sentence: Sentence) -> Said:
        """How a sentence stands to the claim."""
        stance = self._said(sentence)
        if stance is Said.ABSENT and self.opposite is not None and not sentence.involved:
            return Said.DENIED if self.opposite.said(sentence) is Said.MADE else Said.ABSENT
        return stance

    def _said(self, sentence: Sentence) -> Said:
        if sentence.asks or any(term.search(sentence.text) for term in self.without):
            return Said.ABSENT
        best = Said.ABSENT
        for chosen in self._choices(sentence):
            best = max(best, _stance(chosen, sentence))
            if best is Said.MADE:
                break
        return best

    def _choices(self, sentence: Sentence) -> Iterator[tuple[Span, ...]]:
        """Every way to find one occurrence of each term, those of a group in the same clause."""
        places = []
        for term in (term for group in self.groups for term in group):
            spans = [found.span() for found in itertools.islice(term.finditer(sentence.text), _MOST_PLACES)]
            if not spans:
                return
            places.append(spans)
        group_of = [number for number, group in enumerate(self.groups) for _ in group]
        for chosen in itertools.product(*places):
            if self._together(chosen, group_of, sentence):
                yield chosen

    def said_anywhere(self, text: str) -> bool:
        """Whether all terms stand somewhere in a text in small letters, whatever it says of them."""
        return all(term.search(text) for group in self.groups for term in group)

    @staticmethod
    def _together(chosen: tuple[Span, ...], group_of: list[int], sentence: Sentence) -> bool:
        clauses: dict[int, set[int]] = {}
        for group, (start, _) in zip(group_of, chosen, strict=True):
            clauses.setdefault(group, set()).add(sentence.clause_of(start))
        return all(len(each) == 1 for each in clauses.values())


def compile_pattern(text: str) -> Pattern:
    """Read a pattern as an author writes it.

    Raises:
        ValueError: a term is empty, or all terms are excluded ones.
    """
    groups: list[tuple[re.Pattern[str], ...]] = []
    plain: list[tuple[re.Pattern[str], ...]] = []  # without the term that negates
    without: list[re.Pattern[str]] = []
    for group in text.split("&"):
        terms: list[re.Pattern[str]] = []
        positive: list[re.Pattern[str]] = []
        for term in group.split("+"):
            term = term.strip()
            if term.startswith("!"):
                without.append(_term(term[1:]))
            else:
                terms.append(_term(term))
                if not all(is_negation(word.strip().removeprefix("=")) for word in term.split("|")):
                    positive.append(terms[-1])
        if terms:
            groups.append(tuple(terms))
        if positive:
            plain.append(tuple(positive))
    if not groups:
        raise ValueError(text)
    turned = plain and sum(map(len, plain)) < sum(map(len, groups))
    opposite = Pattern(tuple(plain), tuple(without)) if turned else None
    return Pattern(tuple(groups), tuple(without), opposite)


def words_of(text: str) -> frozenset[str]:
    """The alternatives that a pattern looks for, its exclusions apart: the vocabulary of the subject."""
    terms = [term for group in text.split("&") for term in group.split("+") if not term.strip().startswith("!")]
    return frozenset(word.strip().removeprefix("=") for term in terms for word in term.split("|"))


def _term(text: str) -> re.Pattern[str]:
    words = [word.strip() for word in text.split("|")]
    if not all(words):
        raise ValueError(text)
    return re.compile("|".join(map(_word, words)))


def _word(word: str) -> str:
    whole = word.startswith("=")
    word = word.removeprefix("=").casefold()
    body = _spaced(word)
    if word == "not":
        return r"(?:(?<![a-z0-9])not|n't)(?![a-z0-9])"
    if _CHINESE.search(word) or word.startswith("n'"):
        return body
    return rf"(?<![a-z0-9]){body}" + (r"(?![a-z0-9])" if whole else "")


def _spaced(word: str) -> str:
    """Blanks and hyphens in a pattern stand for each other, or for none."""
    return r"[\s-]*".join(re.escape(piece) for piece in re.split(r"[\s-]+", word) if piece)


def _stance(chosen: tuple[Span, ...], sentence: Sentence) -> Said:
    if any(is_negation(sentence.text[start:end]) and not _is_cue((start, end), sentence) for start, end in chosen):
        return Said.ABSENT  # "not only", 不断: the words of a negation, but none
    own = [cue for cue in sentence.cues if any(start < cue[1] and cue[0] < end for start, end in chosen)]
    for cue in own:
        others = [span for span in chosen if not (span[0] < cue[1] and cue[0] < span[1])]
        if others and not any(cue[0] <= start < cue[2] or _same_clause(sentence, start, cue[0]) for start, _ in others):
            return Said.ABSENT
    last = max(end for _, end in chosen)
    if any(last <= at for at in sentence.denied):
        return Said.DENIED
    doubtful = sentence.reported
    for cue in sentence.cues:
        if cue in own:
            continue
        if any(cue[0] < start < cue[2] for start, _ in chosen):
            near = sum(_same_clause(sentence, cue[0], start) for start, _ in chosen)
            return Said.DENIED if 2 * near > len(chosen) and not sentence.involved else Said.DOUBTFUL
        if own and any(_same_clause(sentence, cue[0], each[0]) for each in own):
            doubtful = True  # two negations in one clause
        elif cue[0] >= last and _same_clause(sentence, cue[0], last - 1):
            doubtful = True
    return Said.DOUBTFUL if doubtful else Said.MADE


def _is_cue(span: Span, sentence: Sentence) -> bool:
    return any(span[0] < cue[1] and cue[0] < span[1] for cue in sentence.cues)


def _same_clause(sentence: Sentence, one: int, other: int) -> bool:
    return sentence.clause_of(one) == sentence.clause_of(other)
