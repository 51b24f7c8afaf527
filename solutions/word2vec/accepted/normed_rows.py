# /// accepted
# note.en = "gensim's unit rows (a copy) and argpartition; the mean weighted by counts; texts shuffled by a generator of its own, seeded."
# note.zh = "用 gensim 给出的单位向量副本加 argpartition；按词频加权求平均；用自带种子的随机数生成器打乱文本。"
# ///
import random
import re
from collections import Counter
from typing import NamedTuple

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec


class Neighbour(NamedTuple):
    word: str
    cosine: float


class Step(NamedTuple):
    loss: float
    d_center: np.ndarray
    d_context: np.ndarray
    d_negatives: np.ndarray


def tokenize(text):
    result = []
    for piece in re.split(r"([\u4e00-\u9fff]+)", text.lower()):
        if re.match(r"[\u4e00-\u9fff]", piece):
            result.extend(jieba.lcut(piece))
        else:
            result.extend(word for word in re.split(r"[^a-z0-9]+", piece) if word)
    return result


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    sentences = [tokenize(text) for text in texts]
    random.Random(seed).shuffle(sentences)
    model = Word2Vec(
        vector_size=vector_size, window=window, min_count=min_count, epochs=epochs, seed=seed, workers=1, sg=1
    )
    model.build_vocab(sentences)
    model.train(sentences, total_examples=len(sentences), epochs=model.epochs)
    return model.wv


def embed_text(vectors, text):
    counts = Counter(token for token in tokenize(text) if token in vectors)
    if not counts:
        return np.zeros(vectors.vector_size, dtype=vectors.vectors.dtype)
    weights = np.array(list(counts.values()), dtype=np.float32)
    return (weights @ vectors[list(counts)]) / weights.sum()


def most_similar(vectors, word, k=5):
    row = vectors.get_index(word)
    lengths = np.linalg.norm(vectors.vectors, axis=1)
    unit = vectors.vectors / np.where(lengths > 0, lengths, 1)[:, np.newaxis]
    cosines = unit @ unit[row]
    cosines[row] = -np.inf
    count = min(k, len(cosines) - 1)
    top = np.argpartition(-cosines, count - 1)[:count] if count else np.array([], dtype=int)
    top = top[np.argsort(-cosines[top])]
    return [Neighbour(vectors.index_to_key[each], cosines[each]) for each in top]


def sgns_step(center, context, negatives):
    def log_sigmoid(x):
        return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))

    positive, scores = np.dot(center, context), np.dot(negatives, center)
    loss = -log_sigmoid(positive) - np.sum(log_sigmoid(-scores))
    error = -np.exp(log_sigmoid(-positive))
    errors = np.exp(log_sigmoid(scores))
    return Step(loss, error * context + errors.dot(negatives), error * center, errors[:, None] * center[None, :])
