"""Word vectors: from text to neighbours.

Write the five names below. Keep them, their arguments and the shapes; everything else is yours. What you have not begun
may go on raising NotImplementedError: it then counts as not attempted, not as wrong.

gensim trains the vectors (train_word2vec), jieba cuts Chinese text into words; the rest is numpy and you.

Not allowed in most_similar: gensim's own similarity methods, which are what you are asked to write.
    most_similar, most_similar_cosmul, most_similar_to_given, similar_by_key, similar_by_word, similar_by_vector,
    similarity, n_similarity, distance, distances, cosine_similarities, relative_cosine_similarity, rank, closer_than
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from gensim.models import KeyedVectors


def tokenize(text: str) -> list[str]:
    """Cut a text, English or Chinese or both, into words.

    Args:
        text: anything, also empty.

    Returns:
        The words in their order, repeats included. English: maximal runs of letters and digits, lower-cased; every
        other character separates. Chinese: each run of Chinese characters is cut into words by jieba's default mode.
        A run of Latin letters and a run of Chinese characters are separate even where they touch.
    """
    raise NotImplementedError


def train_word2vec(
    texts: Iterable[str],
    *,
    vector_size: int = 50,
    window: int = 5,
    min_count: int = 1,
    epochs: int = 20,
    seed: int = 0,
) -> KeyedVectors:
    """Train word vectors with gensim on texts cut by your own tokenize.

    Args:
        texts: may be a generator, which can be gone through only once.
        vector_size: width of the vectors.
        window: how far apart two words may stand to count as neighbours.
        min_count: words that are rarer than this are left out.
        epochs: passes over the texts.
        seed: the same seed gives the same vectors, bit for bit, in another process too.

    Returns:
        The vectors. Skip-gram or CBOW, negative sampling or hierarchical softmax: as you like.

    Raises:
        KeyError, ValueError or an error of gensim's: no word is left.
    """
    raise NotImplementedError


def embed_text(vectors: KeyedVectors, text: str) -> np.ndarray:
    """The mean of the vectors of a text's words.

    Args:
        vectors: as train_word2vec returns them; they are not changed.
        text: cut by your tokenize. Words without a vector are left out; a repeated word counts as often as it stands.

    Returns:
        float32, (vector_size,); zeros where no word has a vector.
    """
    raise NotImplementedError


def most_similar(vectors: KeyedVectors, word: str, k: int = 5) -> list[tuple[str, float]]:
    """The words whose vectors point in most nearly the same direction.

    Written with numpy, for vocabularies of tens of thousands of words: no Python loop over the words.

    Args:
        vectors: as train_word2vec returns them; they are not changed.
        word: one of the words.
        k: how many are wanted; all others where there are fewer.

    Returns:
        (word, cosine) pairs, the largest cosine first, without the word itself. A row of zeros has cosine 0 with
        everything.

    Raises:
        KeyError: the word has no vector.
    """
    raise NotImplementedError


def sgns_step(
    center: np.ndarray, context: np.ndarray, negatives: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Loss and gradients of one pair of words in skip-gram with negative sampling (SGNS).

    loss = -log s(center . context) - sum over the negatives n of log s(-center . n), s being the sigmoid.

    Args:
        center: (d,), float64.
        context: (d,), the word that does stand near it.
        negatives: (n, d), words drawn at random; n may be 0.

    Returns:
        (loss, d_center, d_context, d_negatives), the last three being dL/dx in the shapes of x. All are finite, also
        for scores of +-1000. The arguments are not changed.
    """
    raise NotImplementedError
