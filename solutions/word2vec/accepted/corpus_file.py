# /// accepted
# note.en = "Trains from a file of tokens, as one does with large corpora; a hand-written scan over characters; a heap for the best k."
# note.zh = "像处理大语料那样从词文件训练；手写的逐字扫描；用堆取前 k 个。"
# ///
import heapq
import os
import tempfile

import jieba
import numpy as np
from gensim.models import KeyedVectors, Word2Vec


def tokenize(text):
    tokens, run, chinese = [], "", False

    def close():
        nonlocal run
        if run:
            tokens.extend(jieba.cut(run) if chinese else [run.lower()])
        run = ""

    for character in text:
        is_chinese = "\u4e00" <= character <= "\u9fff"
        is_latin = character.isascii() and character.isalnum()
        if not (is_chinese or is_latin):
            close()
            continue
        if run and chinese != is_chinese:
            close()
        chinese = is_chinese
        run += character
    close()
    return tokens


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    handle, path = tempfile.mkstemp(suffix=".txt")
    try:
        words = 0
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            for text in texts:
                tokens = tokenize(text)
                words += len(tokens)
                print(*tokens, file=file)
        if not words:
            raise ValueError("no words")
        model = Word2Vec(
            corpus_file=path,
            vector_size=vector_size,
            window=window,
            min_count=min_count,
            epochs=epochs,
            seed=seed,
            workers=1,
        )
    finally:
        os.unlink(path)
    return model.wv


def embed_text(vectors, text):
    matrix = np.array([vectors[token] for token in tokenize(text) if token in vectors], dtype=np.float32)
    if matrix.size == 0:
        return np.zeros(vectors.vector_size, dtype=np.float32)
    return np.mean(matrix, axis=0, dtype=np.float32)


def most_similar(vectors, word, k=5):
    index, matrix = vectors.key_to_index[word], vectors.vectors
    lengths = np.linalg.norm(matrix, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines = matrix.dot(matrix[index]) / lengths / lengths[index]
    cosines = np.where(np.isfinite(cosines), cosines, 0.0).tolist()
    best = heapq.nlargest(k + 1, range(len(cosines)), key=cosines.__getitem__)
    return [(vectors.index_to_key[other], cosines[other]) for other in best if other != index][:k]



def sgns_step(center, context, negatives):
    yes = center @ context
    no = np.sum(negatives * center, axis=1)
    sigmoid = lambda x: 0.5 * (1.0 + np.tanh(0.5 * x))
    loss = np.logaddexp(0, -yes) + np.logaddexp(0, no).sum()
    towards = sigmoid(yes) - 1.0
    away = sigmoid(no).reshape(-1, 1)
    return loss, towards * context + (away * negatives).sum(axis=0), towards * center, away * center
