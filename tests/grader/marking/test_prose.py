"""Prose is told from lists of terms, from the question said again, and from other languages."""

from __future__ import annotations

import pytest

from grader.marking import prose

PROSE = [
    "Each decode step has to stream every weight out of memory, but with one sequence each is used once.",
    "Low arithmetic intensity. Every step loads all weights plus the KV cache.",
    "每生成一个 token，都要把模型的全部权重从显存里读一遍，算力单元在等数据。",
    "Holds: discrete steps in order. Breaks: the time of a step grows with context.",
]
LISTS = [
    "memory bandwidth, arithmetic intensity, weights, read, every token, KV cache, roofline, idle, batch",
    "显存带宽、算术强度、权重、读取、每个 token、KV 缓存、屋顶线、空转、批大小",
    "weights and read and token and arithmetic intensity and low and idle and units and bandwidth",
    "weights\nbandwidth\nmemory\ntoken\nidle\nroofline",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_no_list(text: str) -> None:
    """Note form is prose too."""
    assert not prose.is_list_of_terms(text) and not prose.is_bare_list(text) and not prose.is_other_language(text)


@pytest.mark.parametrize("text", LISTS)
def test_lists_of_terms(text: str) -> None:
    """By commas, by 、, by and, by lines."""
    assert prose.is_list_of_terms(text) and prose.is_bare_list(text)


@pytest.mark.parametrize("text", ["", " ", "-", "?", "I don't know", "不知道", "N/A", "TODO", "（略）", "..."])
def test_no_answer(text: str) -> None:
    """Whoever says that they do not know has not attempted it."""
    assert prose.says_nothing(text)


@pytest.mark.parametrize("text", ["B", "7 ms", "no", "I don't know but the weights are read", "无论如何"])
def test_an_answer(text: str) -> None:
    """However short."""
    assert not prose.says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "モデルの重みは毎回メモリから読み込まれます。",
        "При каждом шаге читаются все веса модели.",
        "À chaque étape il faut lire tous les poids du modèle depuis la mémoire vidéo.",
    ],
)
def test_other_languages(text: str) -> None:
    """Not read by rule, so not judged by it."""
    assert prose.is_other_language(text)


def test_what_is_taken_from_the_question() -> None:
    """Word for word, or with the words moved about."""
    question = "Decoding for a single user: why is memory bandwidth the limit, and not arithmetic?"
    assert prose.share_taken_from("why is memory bandwidth the limit, and not arithmetic", [question]) == 1.0
    assert prose.share_taken_from("All weights are read from memory for each token.", [question]) < 0.2
    assert prose.says_no_more_than("For a single user memory bandwidth is the limit, not arithmetic.", [question])
    assert not prose.says_no_more_than("All weights are read for each token.", [question])


def test_words_that_carry_matter() -> None:
    """Grammar is no vocabulary of a subject."""
    assert prose.carries_matter("weight") and prose.carries_matter("权重")
    assert not prose.carries_matter("each") and not prose.carries_matter("每个") and not prose.carries_matter("不")
