"""Sentences of an essay, with what turns a claim round: negations and their reach, denials, reports of other opinions.

English and Chinese by the same rules. The reach of a negation ends with its clause; `not only` is none. This module
must not know what a rubric asks for.
"""

from __future__ import annotations

import bisect
import itertools
import re

import msgspec

from grader.marking.folding import fold, unmarked

MOST_SENTENCES = 400
MOST_CLAUSES = 40  # of one sentence

_END = re.compile(r"(?<=[。!?;；])|(?<=[.])(?=\s|$)|\n+")
_WRAPPED = re.compile(r"(?<=.{50})(?<![.。!?;；:])[ ]*\n(?=[^\W\d_])")  # a long line that goes on in the next
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|etc|cf|resp|fig|eq)\.$", re.IGNORECASE)
_ABBREVIATION_CHARACTERS = 10  # the longest, and one before it
_CLAUSE = re.compile(
    r"[,:()]|(?<=\s)[-/](?=\s)|->|→"
    r"|\b(?:and|but|however|while|whereas|because|since|so|which|though|although|then|rather than|instead of)\b"
    r"|(?<![a-z])(?<!is )(?<!are )(?<!was )(?<!were )(?<!do )(?<!does )(?<!did )(?<!can )(?<!could )(?<!will )"
    r"(?<!would )(?<!should )(?<!may )(?<!must )(?<!has )(?<!have )\bnot\b"
    r"|而不是|而非|而是|但是?|因为|所以|由于|因此|并且|而且|同时|然后|此时|却|而(?!言)|且"
)
_NOT = re.compile(
    r"n't\b"
    r"|\b(?:not|never|no|none|nothing|neither|nor|without|cannot|hardly|rather than|instead of|no longer|lacks?)\b"
    r"|\b(?:fails? to|independent of|regardless of)\b"
    r"|并(?:非|不|未|没有?)|从不|从没有?|绝不|不再|不会|不是|不用|不需要|无需|无须|不必|不能|无法|没有|从未|不曾|而非"
    r"|不|没|未(?!来)|勿|毋|无(?!论)|与.{0,6}无关"
)
# What holds the word of a negation and is none.
_NO_NEGATION = re.compile(
    r"\bnot (?:only|just|merely|simply|to mention)\b|\bno (?:matter|doubt|wonder)\b|\bnothing but\b"
    r"|不仅仅?|不只是?|不但|不光|不单|不止|不同|不断|不管|不论|无论|无疑|毫无疑问|不难|不得不|不可避免|不够|不足|不妨"
    r"|差不多|不变|不动|不等|不大|不太|无关紧要|没错|不错|要不|不过|不了解"
)
_DENIAL = re.compile(
    r"\b(?:is|are|was|were|would be)\s+(?:simply\s+|just\s+|plainly\s+)?(?:false|wrong|incorrect|untrue|nonsense"
    r"|mistaken|not true|not correct|a myth|a mistake|a misconception)\b"
    r"|\b(?:do|does|did)(?:n't| not) (?:happen|occur|hold|apply)\b|\bnever happens?\b|\bnot the case\b"
    r"|是错的|是错误的|不对|不正确|不成立|不属实|并不是这样|不是这样|是误解|是个误区|是误区|说法有误|不会发生|不存在"
)
_REPORTED = re.compile(
    r"\b(?:some|many|most|people|they|one|you|others)\b[^,.;]{0,24}"
    r"\b(?:say|says|think|thinks|believe|believes|claim|claims|assume|argue|imagine)\b"
    r"|\b(?:it is|it's) (?:often|sometimes|commonly) (?:said|claimed|thought|believed|assumed)\b|\bone might\b"
    r"|\bit is (?:a myth|wrong|false|not true|untrue)\b|\bit would be (?:wrong|false)\b"
    r"|\bcommon (?:mistake|misconception|belief)\b|\b(?:i am|i'm) not sure\b|\bmaybe\b|\bperhaps\b"
    r"|\bi (?:guess|do not know|don't know)\b"
    r"|有人(?:说|认为|以为|会)|有些人|很多人|常有人|误以为|常见的?(?:误解|误区|错误)|我不确定|不太确定|不知道|也许|或许|说不定"
)
_TURN = re.compile(
    r"\b(?:but|however|yet|still|actually|in fact|in truth|in reality|nevertheless|nonetheless|having said that"
    r"|that said|on the other hand|at the same time|on the whole|all in all|after all|even so|anyway|really|the real"
    r"|the true)\b"
    r"|不过|但|然而|其实|实际上|事实上|真正|总的来说|总之|说到底|归根|话虽如此|尽管如此|话说回来|另一方面|反过来|可是"
)
_INVOLVED = re.compile(
    r"\b(?:until|unless|only if|only when|before|without)\b|除非|才|之前|的话就|非.{1,8}不可|不.{1,6}就"
)


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence, ready to be matched."""

    shown: str  # as the candidate wrote it, folded
    text: str  # in small letters
    clauses: tuple[tuple[int, int], ...]
    cues: tuple[tuple[int, int, int], ...]  # negations: start, end, and where the reach ends
    denied: tuple[int, ...]  # where it is said that what stands before is not so
    reported: bool  # somebody else's opinion, or a guess
    asks: bool
    turns: bool  # "but", "in fact", 其实: what comes takes back what came before
    involved: bool  # "nothing until", 除非: a negation that another word takes back

    def clause_of(self, at: int) -> int:
        """The number of the clause in which a place lies."""
        number = bisect.bisect_right(self.clauses, at, key=lambda clause: clause[0]) - 1
        return number if number >= 0 and at < self.clauses[number][1] else 0

    @property
    def tangled(self) -> bool:
        """Whether it has more clauses or negations than anybody writes, and than can be gone through in good time."""
        return max(len(self.clauses), len(self.cues)) > MOST_CLAUSES


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of an essay, in order, the same one only once."""
    found: dict[str, Sentence] = {}
    for piece in _pieces(unmarked(fold(text))):
        if len(found) >= MOST_SENTENCES:
            break
        found.setdefault(piece.casefold(), _sentence(piece))
    return tuple(found.values())


def is_negation(text: str) -> bool:
    """Whether a piece of a sentence in small letters is a word that can negate."""
    return _NOT.fullmatch(text) is not None


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _END.split(_WRAPPED.sub(" ", text)):
        if pieces and _ABBREVIATION.search(pieces[-1][-_ABBREVIATION_CHARACTERS:]):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [stripped for piece in pieces if (stripped := " ".join(piece.split())).strip(" .。!?;；,-#*")]


def _sentence(piece: str) -> Sentence:
    text = piece.casefold()
    if len(text) != len(piece):  # a letter that grows in small: the places must stay the same
        piece = text
    bounds = [0, *(found.start() for found in _CLAUSE.finditer(text) if found.start()), len(text)]
    clauses = tuple((start, end) for start, end in itertools.pairwise(bounds) if end > start)
    plain = _NO_NEGATION.sub(lambda found: "·" * len(found[0]), text)
    cues = []
    for cue in _NOT.finditer(plain):
        end = next((end for start, end in clauses if start <= cue.start() < end), len(text))
        cues.append((cue.start(), cue.end(), end))
    return Sentence(
        shown=piece,
        text=text,
        clauses=clauses,
        cues=tuple(cues),
        denied=tuple(found.start() for found in _DENIAL.finditer(text)),
        reported=_REPORTED.search(text) is not None,
        turns=_TURN.search(text) is not None,
        involved=_INVOLVED.search(text) is not None,
        asks=text.rstrip(" \"')").endswith("?") or text.endswith(("吗", "呢")),
    )
