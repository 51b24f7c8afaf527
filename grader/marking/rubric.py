"""Short answers by rubric: which points a text makes, which wrong claims, and whether that decides it.

Between the thresholds nothing is guessed: what the patterns do not settle goes to a person. A right answer is one that
makes enough points, plainly, in prose, and contradicts none; a wrong one makes a wrong claim, says the opposite, has
nothing to do with the question, or is a flood.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from grader.i18n import say
from grader.marking import prose
from grader.marking.pattern import Pattern, Said, compile_pattern, words_of
from grader.marking.question import ShortAnswer
from grader.marking.sentences import Sentence, sentences_of
from grader.model import Text

MOST_CHARACTERS = 20_000  # more is no answer: who knows none must not gain by a flood that only a person can read
LONG_CHARACTERS = 4_000  # more than a short answer: whoever says everything is bound to say what is right
_COPIED = 0.75
_CLAUSE_WORDS = 5  # a clause of so many words says something
_SUBJECT_WORDS = 2  # of the rubric's vocabulary, below which a text is on something else


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a rubric found in a text."""

    right: bool | None  # None: a person should look
    points: tuple[tuple[str, str], ...]  # id and the sentence that makes it
    missing: tuple[str, ...]
    misconceptions: tuple[str, ...]
    reason: Text


def examine(question: ShortAnswer, text: str) -> Finding:
    """Hold a text, untrusted, against a rubric. It is not empty."""
    if len(text) > MOST_CHARACTERS:
        reason = say("A short answer was asked for; this is longer than {most} characters.", most=MOST_CHARACTERS)
        return _finding(question, False, {}, (), reason)
    prompts = (question.prompt.en, question.prompt.zh)
    whole = sentences_of(text)
    own = tuple(each for each in whole if prose.share_taken_from(each.shown, prompts) < _COPIED)
    if not own or prose.says_no_more_than(text, prompts):
        return _finding(question, False, {}, (), say("The answer only repeats the question."))
    if prose.is_other_language(text):
        return _finding(question, None, {}, (), say("It is in a language that the rules do not read."))
    if any(each.tangled for each in own):
        if prose.is_bare_list(text):
            return _finding(
                question,
                False,
                {},
                (),
                say("It reads like a list of terms; an answer says what they have to do with one another."),
            )
        return _finding(question, None, {}, (), say("The answer is too long to be marked by rule."))
    said = {point.id: _said(point.said, own) for point in question.points}
    made = {name: sentence for name, (stance, sentence) in said.items() if stance[0] is Said.MADE}
    against = [name for name, (stance, _) in said.items() if Said.DENIED in stance]
    doubtful = [name for name, (stance, _) in said.items() if stance[0] is Said.DOUBTFUL]
    faults = tuple(each.misconception for each in question.faults if _said(each.said, own)[0][0] is Said.MADE)
    solid = {name: each for name, each in made.items() if name not in against}
    listed = [each for each in own if prose.is_list_of_terms(each.shown)]
    enough = len(solid) >= question.enough
    if prose.is_list_of_terms("\n".join(each.shown for each in own)) or (
        listed and sum(each not in listed for each in solid.values()) < min(question.enough, len(solid))
    ):
        hopeless = prose.is_bare_list(text)
        reason = say("It reads like a list of terms; an answer says what they have to do with one another.")
        return _finding(question, False if hopeless else None, {}, faults, reason)
    if faults and not enough:
        return _finding(question, False, solid, faults, say("It makes a claim that is wrong."))
    if faults or (enough and against):
        return _finding(question, None, solid, faults, say("It contradicts itself."))
    if enough and any(_not_understood(question, each) for each in own):
        reason = say("The points that matter are made, but something else is said that the rules do not know.")
        return _finding(question, None, solid, (), reason)
    if enough and len(text) > LONG_CHARACTERS:
        return _finding(question, None, solid, (), say("It is far longer than a short answer."))
    if enough:
        return _finding(question, True, solid, (), say("The points that matter are made."))
    if len(against) >= question.enough and not made and not doubtful:
        return _finding(question, False, {}, (), say("It says the opposite of what is right."))
    if not made and not doubtful and _off_subject(question, own):
        return _finding(question, False, {}, (), say("It says nothing on the question."))
    return _finding(question, None, solid, (), say("Too few points were found by rule to call it right or wrong."))


def _said(patterns: Sequence[str], sentences: Sequence[Sentence]) -> tuple[tuple[Said, ...], Sentence]:
    """All stances that sentences take to a claim, the plainest first, and the first sentence that takes that one."""
    found: dict[Said, Sentence] = {}
    for sentence in sentences:
        stance = max((_compiled(each).said(sentence) for each in patterns), default=Said.ABSENT)
        found.setdefault(stance, sentence)
    stances = tuple(sorted(found, reverse=True))
    return stances, found[stances[0]]


def _not_understood(question: ShortAnswer, sentence: Sentence) -> bool:
    """Whether a sentence says something that neither a point nor a remark accounts for: it could be anything.

    Whoever knows the points could otherwise add any wrong claim to them that no author thought of.
    """
    known: set[int] = set()
    for pattern in (*(each for point in question.points for each in point.said), *question.remarks):
        known |= _compiled(pattern).clauses(sentence)
    rest = [sentence.shown[start:end] for at, (start, end) in enumerate(sentence.clauses) if at not in known]
    if sentence.turns and rest and not known:
        return True
    prompts = (question.prompt.en, question.prompt.zh)
    long = [each for each in rest if prose.length_in_words(each) >= _CLAUSE_WORDS]
    return any(prose.share_taken_from(each, prompts) < _COPIED for each in long)


def _off_subject(question: ShortAnswer, sentences: Sequence[Sentence]) -> bool:
    text = " ".join(each.text for each in sentences)
    met = sum(1 for pattern in _vocabulary(question) if pattern.said_anywhere(text))
    return met < _SUBJECT_WORDS


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Pattern:
    return compile_pattern(pattern)


@lru_cache(maxsize=256)
def _vocabulary_of(patterns: tuple[str, ...]) -> tuple[Pattern, ...]:
    words = {word for pattern in patterns for word in words_of(pattern) if prose.carries_matter(word)}
    return tuple(compile_pattern(word) for word in sorted(words))


def _vocabulary(question: ShortAnswer) -> tuple[Pattern, ...]:
    patterns = [each for point in question.points for each in point.said]
    patterns += [each for fault in question.faults for each in fault.said]
    return _vocabulary_of(tuple(patterns))


def _finding(
    question: ShortAnswer,
    right: bool | None,
    made: dict[str, Sentence],
    misconceptions: tuple[str, ...],
    reason: Text,
) -> Finding:
    return Finding(
        right=right,
        points=tuple((point.id, made[point.id].shown) for point in question.points if point.id in made),
        missing=tuple(point.id for point in question.points if point.id not in made),
        misconceptions=misconceptions,
        reason=reason,
    )
