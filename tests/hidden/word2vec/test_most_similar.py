"""Hidden checks of `most_similar`, on hand-made vectors with known rows.

The rows have very different lengths, so that a cosine is not mistaken for a dot product or a distance.
"""

from __future__ import annotations

import numpy as np
import pytest

from grader.exam import expect

SIMILAR = {"part": "similar", "function": "most_similar"}
ORDER = ("The words are not in the order of their cosines.", "这些词没有按余弦从大到小排列。")


def _words(rng, count):
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = set()
    while len(words) < count:
        words.add("".join(rng.python.choice(letters) for _ in range(rng.python.randint(3, 6))))
    return rng.python.sample(sorted(words), count)


def _case(rng, count, width):
    scales = np.exp(rng.numpy.uniform(-1.5, 1.5, size=(count, 1)))
    matrix = (rng.numpy.normal(size=(count, width)) * scales).astype(np.float32)
    return _words(rng, count), matrix


@pytest.mark.check(
    **SIMILAR,
    points=4,
    kind="value",
    en="The words and their cosines equal the reference",
    zh="词与余弦都与参考一致",
)
def test_similar_values(candidate, reference, rng):
    cases = []
    for count, width, k in ((9, 5, 3), (14, 4, 6), (8, 11, 5)):
        keys, matrix = _case(rng, count, width)
        cases.append((keys, matrix, rng.python.choice(keys), k))
    got = [candidate.support.neighbours(*case) for case in cases]
    expect.equal(got, [reference.support.neighbours(*case) for case in cases])


@pytest.mark.check(
    **SIMILAR,
    points=3,
    kind="property",
    en="Only directions matter: making vectors longer or shorter changes nothing",
    zh="只看方向：把向量拉长或缩短，结果不变",
)
def test_similar_lengths(candidate, rng):
    keys, matrix = _case(rng, 10, 6)
    scales = np.exp(rng.numpy.uniform(-2.0, 2.0, size=(10, 1))).astype(np.float32)
    word = rng.python.choice(keys)
    got = candidate.support.neighbours(keys, matrix, word, 6)
    scaled = candidate.support.neighbours(keys, matrix * scales, word, 6)
    words = [each[0] for each in got] if isinstance(got, list) else []
    expect.that(
        len(words) == 6 and all(isinstance(each, str) for each in words),
        en="There should be 6 words.",
        zh="应当有 6 个词。",
    )
    expect.equal(
        scaled,
        got,
        hint=("The vectors only became longer or shorter.", "向量只是变长或变短了。"),
    )


@pytest.mark.check(
    **SIMILAR,
    points=3,
    kind="robust",
    en="The word itself is never among its neighbours, and a word with the same direction always is",
    zh="结果里没有这个词自己，方向完全相同的另一个词则一定在内",
)
def test_similar_twins(candidate, reference, rng):
    cases = []
    for before in (True, False):
        keys, matrix = _case(rng, 9, 5)
        at, twin = (6, 2) if before else (2, 6)
        matrix[twin] = 2.0 * matrix[at]
        cases.append((keys, matrix, keys[at], 3))
    got = [candidate.support.neighbours(*case) for case in cases]
    for found, (keys, _, word, _) in zip(got, cases, strict=True):
        names = [each[0] for each in found] if isinstance(found, list) else []
        expect.that(word not in names, en="The word itself is among the results.", zh="结果里出现了这个词自己。")
        twin = keys[2] if word == keys[6] else keys[6]
        expect.that(
            names[:1] == [twin],
            en="The first should be the other word with exactly the same direction.",
            zh="排在第一的应当是方向完全相同的那个词。",
        )
    expect.equal(got, [reference.support.neighbours(*case) for case in cases])


@pytest.mark.check(
    **SIMILAR,
    points=3,
    kind="robust",
    en="k = 1, no k (five), all the others, more than there are",
    zh="k = 1、不给 k（即五个）、恰好全部、超过全部",
)
def test_similar_counts(candidate, reference, rng):
    keys, matrix = _case(rng, 9, 4)
    word = rng.python.choice(keys)
    cases = [(keys, matrix, word, k) for k in (1, 8, 9, 40)]
    cases += [(keys, matrix, word), (keys[:2], matrix[:2], keys[0])]
    got = [candidate.support.neighbours(*case) for case in cases]
    expect.equal(got, [reference.support.neighbours(*case) for case in cases], hint=None)


@pytest.mark.check(
    **SIMILAR,
    points=2,
    kind="robust",
    en="A row of zeros has cosine 0 with everything, as a neighbour and as the word asked for",
    zh="零向量与任何词的余弦都是 0，无论它是邻居还是被查询的词",
)
def test_similar_zeros(candidate, reference, rng):
    keys, matrix = _case(rng, 8, 5)
    zero, word = rng.python.sample(range(1, 8), 2)  # not the first, which a stable sort leaves in front of its ties
    matrix[zero] = 0.0
    got = candidate.support.neighbours(keys, matrix, keys[word], 7)
    # Everything ties here, so the order is free.
    from_zero = candidate.support.neighbours_sorted(keys, matrix, keys[zero], 7)
    expect.equal(got, reference.support.neighbours(keys, matrix, keys[word], 7))
    expect.equal(from_zero, reference.support.neighbours_sorted(keys, matrix, keys[zero], 7))
    keys, matrix = _case(rng, 9, 5)
    matrix[8] = 0.0  # with all cosines 0 the word itself need not be among the first
    expect.that(
        candidate.support.how_many_neighbours(keys, matrix, keys[8], 2) == 2,
        en="Two neighbours were asked for, and nine words are there.",
        zh="要的是两个邻居，而词表里有九个词。",
    )


@pytest.mark.check(
    **SIMILAR,
    points=1,
    kind="robust",
    en="KeyError for a word without a vector",
    zh="词没有向量时抛出 KeyError",
)
def test_similar_unknown(candidate, rng):
    keys, matrix = _case(rng, 7, 4)
    unknown = "".join(keys[:2])
    expect.raises(KeyError, candidate.support.neighbours, keys, matrix, unknown, 3)


@pytest.mark.check(
    **SIMILAR,
    points=1,
    kind="robust",
    en="The vectors are left as they were",
    zh="不改动传入的词向量",
)
def test_similar_keeps_vectors(candidate, rng):
    keys, matrix = _case(rng, 8, 5)
    kept = candidate.support.kept_by_neighbours(keys, matrix, keys[3])
    expect.that(kept, en="The call changed the vectors of the words.", zh="调用改动了词向量。")


@pytest.mark.check(
    **SIMILAR,
    points=3,
    kind="time",
    en="Fast on 30,000 words: no Python loop over them",
    zh="三万个词也很快：没有逐词的 Python 循环",
    needs=("similar_values",),
)
def test_similar_time(rng, timed):
    count, seed = 30_000, rng.python.randrange(1 << 30)
    timed.compare(
        prepare=lambda side: side.support.random_vectors(count, 50, seed),
        inputs=lambda: (f"w{rng.python.randrange(count)}", rng.python.randint(4, 8)),
        call=lambda side, vectors, word, k: side.support.cosines_of(vectors, word, k),
    )
