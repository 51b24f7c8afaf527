"""Small cases that can be followed by hand. Run them with `pytest test_visible.py` beside your word2vec.py."""

from __future__ import annotations

import math

import numpy as np
import support
import word2vec


def _vectors(rows):
    """Vectors made by hand: a word, its row."""
    return support.made_by_hand(word2vec, rows)


def test_words_of_a_sentence():
    """Letters and digits make English words, everything else separates; Chinese is cut into words, not characters."""
    got = word2vec.tokenize("Word2Vec learns WORDS, not letters: a well-known trap.")
    assert got == ["word2vec", "learns", "words", "not", "letters", "a", "well", "known", "trap"]
    got = word2vec.tokenize("我喜欢人工智能，AI很有趣。")
    assert "喜欢" in got, f"{got}: 喜欢 is one word"
    assert "ai" in got, f"{got}: ai is a word of its own"
    assert "".join(got) == "我喜欢人工智能ai很有趣"


def test_two_texts_are_enough():
    """Every word of the texts gets a vector, and the same seed gives the same vectors, however often."""
    texts = ["the cat sat on the mat", "the dog sat on the log"]
    first = word2vec.train_word2vec(texts, vector_size=8, epochs=2, seed=3)
    again = [word2vec.train_word2vec(texts, vector_size=8, epochs=2, seed=3) for _ in range(16)]
    for word in ("the", "cat", "dog", "log"):
        assert first.has_index_for(word), f"there is no vector for {word!r}"
        assert first.get_vector(word).shape == (8,)
        same = [np.array_equal(first.get_vector(word), each.get_vector(word)) for each in again]
        assert all(same), "same seed, other vectors"
    assert not first.has_index_for("t"), "there is a vector for the letter t"


def test_mean_of_the_known():
    """A word that stands twice counts twice; a word without a vector does not count at all."""
    vectors = _vectors({"cat": [3.0, 0.0], "dog": [0.0, 6.0]})
    got = word2vec.embed_text(vectors, "cat dog cat unicorn")
    assert got.dtype == np.float32
    assert np.allclose(got, [2.0, 2.0]), f"{got.tolist()}, should be (3 + 0 + 3) / 3, (0 + 6 + 0) / 3"


def test_nearest_by_angle():
    """near points almost where north does and is short; far is long and points elsewhere; south is the opposite."""
    vectors = _vectors({"north": [0.0, 2.0], "far": [40.0, 30.0], "near": [0.3, 0.4], "south": [0.0, -5.0]})
    got = word2vec.most_similar(vectors, "north", 3)
    assert [word for word, _ in got] == ["near", "far", "south"]
    assert np.allclose([cosine for _, cosine in got], [0.8, 0.6, -1.0], atol=1e-5), f"{got}"


def test_one_pair_by_hand():
    """Scores 0 and ln 3: s(0) = 1/2 and s(-ln 3) = 1/4, so the loss is ln 2 + ln 4."""
    center, context = np.array([1.0, 0.0]), np.array([0.0, 2.0])
    negatives = np.array([[math.log(3.0), 0.0]])
    loss, d_center, d_context, d_negatives = word2vec.sgns_step(center, context, negatives)
    assert math.isclose(loss, math.log(8.0)), f"{loss}, should be ln 8"
    assert np.allclose(d_center, [0.75 * math.log(3.0), -1.0]), f"{d_center.tolist()}"
    assert np.allclose(d_context, [-0.5, 0.0]), f"{d_context.tolist()}"
    assert np.allclose(d_negatives, [[0.75, 0.0]]), f"{d_negatives.tolist()}"
