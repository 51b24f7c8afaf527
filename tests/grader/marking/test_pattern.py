"""Patterns say which words must meet, and whether a sentence makes the claim, denies it, or leaves it open."""

from __future__ import annotations

import pytest

from grader.marking.pattern import Said, compile_pattern, words_of
from grader.marking.sentences import sentences_of


def said(pattern: str, text: str) -> Said:
    (sentence,) = sentences_of(text)
    return compile_pattern(pattern).said(sentence)


READ = "weight|权重 & read|读 & every|each|每"
FIXED = "weight|权重 & not|never|不|没有 & updat|更新"


@pytest.mark.parametrize(
    ("pattern", "text", "stance"),
    [
        (READ, "Weights are read at every step.", Said.MADE),
        (READ, "每一步都要读权重。", Said.MADE),
        (READ, "Ｗｅｉｇｈｔｓ are re\u200bad each time.", Said.MADE),
        (READ, "Weights are not read at every step.", Said.DENIED),
        (READ, "每一步都不读权重。", Said.DENIED),
        (READ, "It is not compute that is short, the weights are read at every step.", Said.MADE),
        (READ, "Not only are weights read at every step.", Said.MADE),
        (READ, "Are weights read at every step?", Said.ABSENT),
        (READ, "Some say that weights are read at every step.", Said.DOUBTFUL),
        (READ, "That weights are read at every step is wrong.", Said.DENIED),
        (READ, "Weights matter.", Said.ABSENT),
        (FIXED, "Weights are never updated.", Said.MADE),
        (FIXED, "Weights aren't updated.", Said.MADE),
        (FIXED, "推理时不会更新权重。", Said.MADE),
        (FIXED, "Weights are updated.", Said.DENIED),
        (FIXED, "模型不断更新权重。", Said.DENIED),
        ("=read", "reading", Said.ABSENT),
        ("read", "reading", Said.MADE),
        ("compute bound", "compute-bound", Said.MADE),
        ("decode + slow", "decode is long, prefill is slow", Said.ABSENT),
        ("decode & slow", "decode is long, prefill is slow", Said.MADE),
        ("decode & !network", "decode waits for the network", Said.ABSENT),
    ],
)
def test_said(pattern: str, text: str, stance: Said) -> None:
    """In both languages; a claim that negates is denied by saying it without the negation."""
    assert said(pattern, text) is stance


def test_nothing_until_is_no_denial() -> None:
    """A negation that another word takes back leaves it open."""
    assert said("step & state & updat", "nothing in the step begins until the state is updated") is not Said.DENIED


def test_the_clauses_that_make_a_claim() -> None:
    """The others may say anything."""
    (sentence,) = sentences_of("The weights are read each step, so the sky is green.")
    assert compile_pattern(READ).clauses(sentence) == frozenset({0})
    (sentence,) = sentences_of("Are the weights read each step?")
    assert compile_pattern(READ).clauses(sentence) == frozenset()


@pytest.mark.parametrize("pattern", ["", "a||b", "a & ", "!a", "a & | b"])
def test_empty_terms_are_refused(pattern: str) -> None:
    """An empty alternative would meet everything."""
    with pytest.raises(ValueError):
        compile_pattern(pattern)


def test_words_of() -> None:
    """The vocabulary, exclusions apart."""
    assert words_of("=read|load & weight + all & !never") == {"read", "load", "weight", "all"}
