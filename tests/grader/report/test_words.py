"""Every member of the closed lists has its words, and numbers read as people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.model import Confidence, MistakeKind, Outcome, Text, Tier, TimingVerdict, Verdict
from grader.report import words


@pytest.mark.parametrize(
    ("word", "members"),
    [
        (words.verdict_word, Verdict),
        (words.outcome_word, Outcome),
        (words.outcome_sentence, Outcome),
        (words.confidence_word, Confidence),
        (words.timing_word, TimingVerdict),
        (words.tier_sentence, Tier),
    ],
)
def test_every_member_has_words_in_both_languages(word: Callable[[Any], Text], members: Any) -> None:
    """No member is forgotten, and none is left in English."""
    for member in members:
        said = word(member)
        assert said.en
        assert said.zh
        assert said.zh != said.en


@pytest.mark.parametrize("word", [words.verdict_word, words.outcome_word])
def test_words_tell_members_apart(word: Callable[[Any], Text]) -> None:
    """Two outcomes, or two verdicts, never read the same."""
    members: Any = Verdict if word is words.verdict_word else Outcome

    assert len({word(member).en for member in members}) == len(members)
    assert len({word(member).zh for member in members}) == len(members)


def test_confidence_sentences_follow_the_kind() -> None:
    """A broken rule was seen; a cost is a likely cause; a value has its degrees."""
    sentences = {words.confidence_sentence(each, MistakeKind.VALUE).en for each in Confidence}
    cost = {words.confidence_sentence(each, MistakeKind.COST).en for each in Confidence}
    rule = {words.confidence_sentence(each, MistakeKind.RULE).en for each in Confidence}

    assert (len(sentences), len(cost), len(rule), len(sentences | cost | rule)) == (3, 1, 1, 5)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0 µs"),
        (0.00035, "350 µs"),
        (0.0125, "12.5 ms"),
        (0.9991, "999 ms"),
        (1.2, "1.20 s"),
        (125.2, "2 min 05 s"),
        (float("nan"), "—"),
    ],
)
def test_durations(seconds: float, shown: str) -> None:
    """In the unit that reads best."""
    assert words.duration(seconds) == shown


def test_sizes_ratios_and_points() -> None:
    """Megabytes are 10^6, a ratio has a sign, whole points have no decimals."""
    assert (words.size(34_500_000), words.size(2_000_000_000)) == ("34.5 MB", "2.00 GB")
    assert (words.ratio(1.4166), words.ratio(float("inf"))) == ("1.42×", "—")
    assert (words.number(14.0), words.number(2.5), words.number(float("nan"))) == ("14", "2.5", "—")


def test_stages_without_a_word_are_left_to_the_caller() -> None:
    """Known stages are translated; any other name is shown as it is."""
    known = [words.stage_word(name) for name in ("import", "diagnosis")]

    assert all(known)
    assert words.stage_word("something else") is None
