# /// accepted
# note.en = "Everything in float64 inside, sums by einsum, cosines as plain floats; skip-gram with hierarchical softmax."
# note.zh = "内部一律用 float64，用 einsum 求和，余弦返回普通浮点数；skip-gram 加层次 softmax。"
# ///
from __future__ import annotations

import re

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec

PIECES = re.compile(r"(?P<word>[0-9a-z]+)|(?P<run>[\u3400-\u9fff]+)", re.IGNORECASE | re.ASCII)


def tokenize(text: str) -> list[str]:
    def words():
        for match in PIECES.finditer(text):
            if match.lastgroup == "word":
                yield match.group().lower()
            else:
                yield from jieba.cut(match.group())

    return list(words())


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    sentences = list(map(tokenize, texts))
    model = Word2Vec(
        sentences=sentences,
        vector_size=vector_size,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        workers=1,
        sg=1,
        hs=1,
        negative=0,
        sample=0,
    )
    return model.wv


def embed_text(vectors: KeyedVectors, text: str) -> np.ndarray:
    rows = [vectors[token].astype(np.float64) for token in tokenize(text) if token in vectors.key_to_index]
    if not rows:
        return np.zeros(vectors.vector_size, np.float32)
    return np.average(np.stack(rows), axis=0).astype(np.float32)


def most_similar(vectors: KeyedVectors, word: str, k: int = 5) -> list[tuple[str, float]]:
    index = vectors.key_to_index[word]
    matrix = vectors.vectors.astype(np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    safe = np.where(lengths == 0.0, 1.0, lengths)
    cosines = np.einsum("ij,j->i", matrix, matrix[index]) / (safe * safe[index])
    others = np.delete(np.arange(len(cosines)), index)
    order = others[np.argsort(-cosines[others], kind="stable")][:k]
    return list(zip([vectors.index_to_key[i] for i in order], cosines[order].tolist()))


def sgns_step(center, context, negatives):
    vectors = np.vstack([context, negatives])
    labels = np.r_[1.0, -np.ones(len(negatives))]
    margins = labels * np.einsum("ij,j->i", vectors, center)
    loss = np.logaddexp(0.0, -margins).sum()
    pulls = -labels * np.exp(-np.logaddexp(0.0, margins))
    grads = np.einsum("i,j->ij", pulls, center)
    return loss, np.einsum("i,ij->j", pulls, vectors), grads[0], grads[1:]
