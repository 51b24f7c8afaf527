# /// mistake
# kind = "value"
# functions = ["tokenize"]
# title.en = "text.split() and nothing else"
# title.zh = "只有 text.split()，别的什么都没做"
# explanation.en = "Split at spaces and nothing more: capitals and punctuation stay on the words, and Chinese, which has no spaces, stays in one piece. It is how one of the articles behind this exercise cuts 我是一个人工智能助手: the only \"word\" is the whole sentence. Lower-case, find runs of letters and digits and runs of Chinese characters, and cut the latter with jieba."
# explanation.zh = "只按空格切开：大写和标点都留在词上；中文没有空格，整句成了一个“词”。本题所依据的文章里，正是这样切“我是一个人工智能助手”的：唯一的“词”就是整句话。转成小写，找出字母数字的片段和汉字的片段，再用 jieba 切汉字片段。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from gensim.models import KeyedVectors, Word2Vec


def tokenize(text: str) -> list[str]:
    """Cut a text into words, in its order."""
    return text.split()


def train_word2vec(
    texts: Iterable[str],
    *,
    vector_size: int = 50,
    window: int = 5,
    min_count: int = 1,
    epochs: int = 20,
    seed: int = 0,
) -> KeyedVectors:
    """Skip-gram with negative sampling, repeatable bit for bit."""
    # A list: gensim goes over the corpus once for the vocabulary and once for every epoch.
    sentences = [tokenize(text) for text in texts]
    model = Word2Vec(
        sentences,
        vector_size=vector_size,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        sg=1,
        workers=1,  # with more, the order of the updates depends on the scheduler
    )
    return model.wv


def embed_text(vectors: KeyedVectors, text: str) -> np.ndarray:
    """The mean of the vectors of the known tokens."""
    known = [token for token in tokenize(text) if token in vectors]
    if not known:
        return np.zeros(vectors.vector_size, dtype=np.float32)
    return vectors[known].mean(axis=0)


def most_similar(vectors: KeyedVectors, word: str, k: int = 5) -> list[tuple[str, float]]:
    """The k words with the largest cosine, best first."""
    index = vectors.key_to_index[word]
    matrix = vectors.vectors
    norms = np.linalg.norm(matrix, axis=1)
    products = norms * norms[index]
    cosines = np.divide(matrix @ matrix[index], products, out=np.zeros_like(products), where=products > 0)
    # One more than asked for, since the word itself is among them.
    best = [other for other in np.argsort(-cosines)[: k + 1].tolist() if other != index]
    return [(vectors.index_to_key[other], float(cosines[other])) for other in best[:k]]


def sgns_step(
    center: np.ndarray, context: np.ndarray, negatives: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Loss of one pair with its negatives, and the gradients by hand."""
    positive_score = center @ context
    negative_scores = negatives @ center
    # -log s(x) = log(1 + exp(-x)), which logaddexp computes without overflow.
    loss = np.logaddexp(0.0, -positive_score) + np.logaddexp(0.0, negative_scores).sum()
    d_positive = -_sigmoid(-positive_score)
    d_scores = _sigmoid(negative_scores)
    d_center = d_positive * context + d_scores @ negatives
    d_context = d_positive * center
    d_negatives = np.outer(d_scores, center)
    return float(loss), d_center, d_context, d_negatives


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0.0, -x))
