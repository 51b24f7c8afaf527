# /// accepted
# note.en = "Plain and long: helper functions for every step, sentences cut at full stops, one candidate removed before sorting, gradients written out negative by negative."
# note.zh = "平铺直叙：每一步一个小函数，按句号把文本切成句子，排序前先去掉自己，逐个负样本写出梯度。"
# ///
from __future__ import annotations

import re
from collections.abc import Iterable

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from numpy.typing import NDArray

LATIN = re.compile(r"[a-z0-9]+")
CHINESE = re.compile(r"[\u4e00-\u9fa5]+")


def tokenize(text: str) -> list[str]:
    lowered = text.lower()
    found = [(match.start(), [match.group()]) for match in LATIN.finditer(lowered)]
    found += [(match.start(), jieba.lcut(match.group())) for match in CHINESE.finditer(lowered)]
    found.sort(key=lambda each: each[0])
    return [token for _, tokens in found for token in tokens]


def _sentences(texts: Iterable[str]) -> list[list[str]]:
    pieces = [piece for text in texts for piece in re.split(r"[.!?。！？]", text)]
    return [tokens for tokens in map(tokenize, pieces) if tokens]


def train_word2vec(
    texts: Iterable[str],
    *,
    vector_size: int = 50,
    window: int = 5,
    min_count: int = 1,
    epochs: int = 20,
    seed: int = 0,
) -> KeyedVectors:
    settings = dict(vector_size=vector_size, window=window, min_count=min_count, epochs=epochs, seed=seed)
    return Word2Vec(_sentences(texts), sg=1, negative=10, ns_exponent=0.75, workers=1, **settings).wv


def embed_text(vectors: KeyedVectors, text: str) -> NDArray[np.float32]:
    total = np.zeros(vectors.vector_size, dtype=np.float32)
    count = 0
    for token in tokenize(text):
        if token in vectors:
            total += vectors[token]
            count += 1
    if count > 0:
        total /= count
    return total


def most_similar(vectors: KeyedVectors, word: str, k: int = 5) -> list[tuple[str, float]]:
    try:
        own = vectors.key_to_index[word]
    except KeyError:
        raise KeyError(word) from None
    query = vectors.vectors[own]
    keep = np.ones(len(vectors.vectors), dtype=bool)
    keep[own] = False
    names = np.flatnonzero(keep)
    rows = vectors.vectors[keep]
    dots = rows @ query
    sizes = np.sqrt(np.sum(rows**2, axis=1)) * np.sqrt(np.sum(query**2))
    cosines = np.zeros_like(dots)
    cosines[sizes > 0] = dots[sizes > 0] / sizes[sizes > 0]
    return [(vectors.index_to_key[names[at]], float(cosines[at])) for at in np.argsort(-cosines)[:k]]


def _s(x: float) -> float:
    return float(np.exp(-np.logaddexp(0.0, -x)))


def sgns_step(center, context, negatives):
    loss = np.logaddexp(0.0, -np.dot(center, context))
    g = -_s(-np.dot(center, context))
    d_center = g * context
    d_context = g * center
    d_negatives = np.empty_like(negatives)
    for i in range(len(negatives)):
        loss = loss + np.logaddexp(0.0, np.dot(center, negatives[i]))
        h = _s(np.dot(center, negatives[i]))
        d_center = d_center + h * negatives[i]
        d_negatives[i] = h * center
    return loss, d_center, d_context, d_negatives
