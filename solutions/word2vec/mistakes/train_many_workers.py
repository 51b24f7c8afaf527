# /// mistake
# kind = "value"
# functions = ["train_word2vec"]
# title.en = "Several worker threads: no two trainings agree"
# title.zh = "用了多个线程：每次训练结果都不同"
# explanation.en = "With workers above 1 (gensim's default is 3) threads update one matrix, in an order that is up to the scheduler. A seed alone does not make a training repeatable. On tiny texts it looks as if it did, because there is work for one thread only. workers=1 where results must be repeatable."
# explanation.zh = "workers 大于 1 时（gensim 默认是 3），多个线程更新同一个矩阵，先后由调度器决定。光有种子不能保证可复现。文本很小时看起来没问题，那只是因为活儿只够一个线程干。要求可复现时用 workers=1。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec

# A run of Latin letters and digits, or a run of Chinese characters; everything else separates.
_RUN = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")


def tokenize(text: str) -> list[str]:
    """Cut a text into words, in its order."""
    tokens: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run.isascii():
            tokens.append(run)
        else:
            tokens.extend(jieba.cut(run))
    return tokens


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
        workers=4,
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
