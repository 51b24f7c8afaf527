import re

import jieba
import numpy as np
from gensim.models import Word2Vec


def tokenize(text):
    words = []
    for run in re.finditer(r"[a-zA-Z0-9]+|[\u4e00-\u9fff]+", text):
        piece = run.group()
        words += jieba.lcut(piece) if piece[0] >= "\u4e00" else [piece.lower()]
    return words


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    sentences = [tokenize(text) for text in texts]
    model = Word2Vec(
        vector_size=vector_size,
        window=window,
        min_count=min_count,
        seed=seed,
        workers=1,
        sg=1,
        hashfxn=lambda word: sum(ord(letter) * 31**place for place, letter in enumerate(word)) % (1 << 30),
    )
    model.build_vocab(sentences)
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    return model.wv


def embed_text(vectors, text):
    known = [vectors[token] for token in tokenize(text) if token in vectors]
    if not known:
        return np.zeros(vectors.vector_size, dtype=np.float32)
    return np.mean(known, axis=0).astype(np.float32)


def most_similar(vectors, word, k=5):
    if word not in vectors:
        raise KeyError(word)
    table = vectors.vectors
    me = vectors.key_to_index[word]
    lengths = np.linalg.norm(table, axis=1)
    lengths[lengths == 0] = 1.0
    cosines = (table @ table[me]) / (lengths * lengths[me])
    best = [at for at in np.argsort(-cosines, kind="stable") if at != me][:k]
    return [(vectors.index_to_key[at], float(cosines[at])) for at in best]


def sgns_step(center, context, negatives):
    # log(1 + exp(-s)) and its slope, without overflow
    good = context @ center
    bad = negatives @ center
    loss = np.logaddexp(0.0, -good) + np.logaddexp(0.0, bad).sum()
    g = -np.exp(-np.logaddexp(0.0, good))
    b = np.exp(-np.logaddexp(0.0, -bad))
    return float(loss), g * context + b @ negatives, g * center, np.outer(b, center)
