"""Sentences and clauses of an essay, with the reach of its negations."""

from __future__ import annotations

import pytest

from grader.marking.sentences import is_negation, sentences_of


def test_sentences_end_where_they_end() -> None:
    """Not at decimals, nor at abbreviations; a long line that goes on in the next is one."""
    text = "It takes 3.5 ms, i.e. little. 权重要读。算力在等！\n- a list item\n- another"
    assert [each.shown for each in sentences_of(text)] == [
        "It takes 3.5 ms, i.e. little.",
        "权重要读。",
        "算力在等!",
        "a list item",
        "another",
    ]
    wrapped = "For every generated token the hardware has to load all the\nweights from memory."
    assert len(sentences_of(wrapped)) == 1


def test_the_same_sentence_counts_once() -> None:
    """Saying it again does not make it truer."""
    assert len(sentences_of("Weights are read. weights are read. WEIGHTS ARE READ.")) == 1


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("weights are not read", ["not"]),
        ("weights aren't read", ["n't"]),
        ("not only weights are read", []),
        ("权重没有被读取", ["没有"]),
        ("不仅读权重", []),
        ("不断读取", []),
        ("never and without", ["never", "without"]),
        ("并未更新", ["并未"]),
        ("未来会更新", []),
    ],
)
def test_negations(text: str, cues: list[str]) -> None:
    """`not only` is none, and 不断 is a word of its own."""
    (sentence,) = sentences_of(text)
    assert [sentence.text[start:end] for start, end, _ in sentence.cues] == cues


def test_the_reach_of_a_negation_ends_with_its_clause() -> None:
    """ "It is not compute, it is bandwidth" denies compute alone."""
    (sentence,) = sentences_of("it is not the compute, it is the bandwidth")
    ((start, _, end),) = sentence.cues
    assert "compute" in sentence.text[start:end] and "bandwidth" not in sentence.text[start:end]


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("Are weights read?", "asks"),
        ("是不是要读权重呢", "asks"),
        ("Some people think that weights change.", "reported"),
        ("有人认为权重会变。", "reported"),
        ("However, it is compute.", "turns"),
        ("其实瓶颈在算力。", "turns"),
        ("Nothing begins until it ends.", "involved"),
        ("除非更新权重。", "involved"),
    ],
)
def test_traits(text: str, trait: str) -> None:
    """Questions, reports, turns, and negations that something takes back."""
    (sentence,) = sentences_of(text)
    assert getattr(sentence, trait)


def test_is_negation() -> None:
    """Whole words only."""
    assert is_negation("not") and is_negation("没有") and not is_negation("note") and not is_negation("不断")
