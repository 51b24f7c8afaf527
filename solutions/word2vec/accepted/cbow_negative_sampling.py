# /// accepted
# note.en = "CBOW with negative sampling on an object that can be gone through again; gensim's mean without unit rows; results as lists of lists."
# note.zh = "CBOW 加负采样，语料放在可以反复遍历的对象里；用 gensim 的平均并关掉单位化；结果用列表的列表返回。"
# ///
from __future__ import annotations

import re

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec


def tokenize(text):
    tokens = []
    for latin, chinese in re.findall("([a-zA-Z0-9]+)|([一-龥]+)", text):
        tokens += [latin.lower()] if latin else list(jieba.cut(chinese, cut_all=False))
    return tokens


class _Corpus:
    def __init__(self, texts):
        self._texts = tuple(texts)

    def __iter__(self):
        yield from map(tokenize, self._texts)


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0) -> KeyedVectors:
    return Word2Vec(
        _Corpus(texts),
        vector_size=vector_size,
        window=window,
        min_count=min_count,
        epochs=epochs,
        seed=seed,
        sg=0,
        negative=8,
        workers=1,
    ).wv


def embed_text(vectors, text):
    known = [token for token in tokenize(text) if vectors.has_index_for(token)]
    if len(known) == 0:
        return np.zeros((vectors.vector_size,), dtype="f4")
    return vectors.get_mean_vector(known, pre_normalize=False)


def most_similar(vectors, word, k=5):
    query = vectors[word]
    lengths = np.linalg.norm(vectors.vectors, axis=-1)
    cosines = np.nan_to_num((vectors.vectors @ query) / np.maximum(lengths * np.linalg.norm(query), 1e-12))
    cosines[vectors.get_index(word)] = -2.0
    found = np.argsort(cosines)[::-1][: min(k, len(cosines) - 1)]
    return [[vectors.index_to_key[index], cosines[index]] for index in found]


def sgns_step(center, context, negatives):
    words = np.concatenate([context[None, :], negatives])
    wanted = np.zeros(len(words))
    wanted[0] = 1.0
    scores = words @ center
    signed = np.where(wanted == 1.0, scores, -scores)
    loss = np.sum(np.maximum(-signed, 0.0) + np.log1p(np.exp(-np.abs(signed))))
    tail = np.exp(-np.abs(scores))
    positive = np.where(scores >= 0, 1.0 / (1.0 + tail), tail / (1.0 + tail))
    negative = np.where(scores >= 0, tail / (1.0 + tail), 1.0 / (1.0 + tail))
    slopes = np.where(wanted == 1.0, -negative, positive)
    d_words = slopes[:, None] * center
    return loss, slopes @ words, d_words[0], d_words[1:]
