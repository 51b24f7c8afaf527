"""Hidden checks of `embed_text`, on hand-made vectors with known rows.

The texts are plain lower-case words between spaces, so that a fault of `tokenize` is not charged here again.
"""

from __future__ import annotations

import numpy as np
import pytest

from grader.exam import expect

EMBED = {"part": "embed", "function": "embed_text"}


def _words(rng, count):
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = set()
    while len(words) < count:
        words.add("".join(rng.python.choice(letters) for _ in range(rng.python.randint(3, 6))))
    return rng.python.sample(sorted(words), count)


def _rows(rng, count, width):
    """Rows of very different lengths."""
    scales = np.exp(rng.numpy.uniform(-1.5, 1.5, size=(count, 1)))
    return (rng.numpy.normal(size=(count, width)) * scales).astype(np.float32)


def _case(rng, known, width):
    return _words(rng, known), _rows(rng, known, width)


@pytest.mark.check(
    **EMBED,
    points=4,
    kind="value",
    en="The mean of the words' vectors, in float32",
    zh="各词向量的平均，类型为 float32",
)
def test_embed_values(candidate, reference, rng):
    cases = []
    for known, width, used in ((6, 5, 3), (9, 7, 9), (4, 12, 1)):
        keys, matrix = _case(rng, known, width)
        cases.append((keys, matrix, " ".join(rng.python.sample(keys, used))))
    got = [candidate.support.embedded(*case) for case in cases]
    expect.equal(got, [reference.support.embedded(*case) for case in cases])


@pytest.mark.check(
    **EMBED,
    points=3,
    kind="robust",
    en="Words without a vector are left out, and do not count",
    zh="没有向量的词略去，也不计入个数",
)
def test_embed_unknown(candidate, reference, rng):
    cases = []
    for known, unknown, width in ((5, 1, 4), (3, 6, 8)):
        words = _words(rng, known + unknown)
        text = " ".join(rng.python.sample(words, len(words)))
        cases.append((words[:known], _rows(rng, known, width), text))
    got = [candidate.support.embedded(*case) for case in cases]
    expect.equal(got, [reference.support.embedded(*case) for case in cases])


@pytest.mark.check(
    **EMBED,
    points=2,
    kind="robust",
    en="Zeros in float32 where no word has a vector, or there is no word",
    zh="没有一个词有向量、或根本没有词时，得到 float32 的零向量",
)
def test_embed_none_known(candidate, rng):
    cases = []
    for known, width in ((5, 4), (3, 11)):
        words = _words(rng, known + 3)
        cases.append((words[:known], _rows(rng, known, width), " ".join(words[known:])))
    cases.append((cases[0][0], cases[0][1], ""))
    got = [candidate.support.embedded(*case) for case in cases]
    expect.equal(got, [np.zeros(matrix.shape[1], dtype=np.float32) for _, matrix, _ in cases])


@pytest.mark.check(
    **EMBED,
    points=2,
    kind="property",
    en="A word that stands three times counts three times",
    zh="出现三次的词按三次计",
)
def test_embed_repeats(candidate, rng):
    keys, matrix = _case(rng, 5, 6)
    text = f"{keys[2]} {keys[0]} {keys[2]} {keys[4]} {keys[2]}"
    got = candidate.support.embedded(keys, matrix, text)
    want = ((3.0 * matrix[2] + matrix[0] + matrix[4]) / 5.0).astype(np.float32)
    expect.equal(got, want, hint=("Repeats should count.", "重复的词应当重复计入。"))


@pytest.mark.check(
    **EMBED,
    points=2,
    kind="property",
    en="The words are those that your tokenize finds, with capitals and punctuation too",
    zh="用的是 tokenize 切出的词，带大写和标点时也一样",
)
def test_embed_own_words(candidate, rng):
    first, second, third = _words(rng, 3)
    texts = [f"{first.title()}, {second}; ({third.upper()})!", f"{first}-{second}, {third}."]
    matrices = [_rows(rng, 12, 5) for _ in texts]
    got = [candidate.support.embedded_own_words(*case) for case in zip(matrices, texts, strict=True)]
    hint = (
        "The words whose vectors were averaged are not those that tokenize finds.",
        "参与平均的词，与 tokenize 切出的词不同。",
    )
    expect.equal(got, [np.zeros(5, dtype=np.float32)] * 2, hint=hint)


@pytest.mark.check(
    **EMBED,
    points=1,
    kind="robust",
    en="The vectors are left as they were",
    zh="不改动传入的词向量",
)
def test_embed_keeps_vectors(candidate, rng):
    keys, matrix = _case(rng, 6, 5)
    kept = candidate.support.kept_by_embedding(keys, matrix, " ".join(keys[1:5]))
    expect.that(kept, en="The call changed the vectors of the words.", zh="调用改动了词向量。")
