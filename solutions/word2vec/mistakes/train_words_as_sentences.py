# /// mistake
# kind = "value"
# functions = ["train_word2vec"]
# title.en = "Word2Vec(text.split()): five faults in one line"
# title.zh = "Word2Vec(text.split())：一行五个错"
# explanation.en = "As in one of the articles behind this exercise. Each word is given as a sentence, so its letters are the words; no parameter is passed, so min_count=5 empties the vocabulary of a short text (RuntimeError) and neither seed nor workers are set; text is cut at spaces, not by tokenize; and the model comes back, not its vectors. The line looks like the shortest possible use of gensim, and is copied as such. A list of token lists, every parameter by its name, workers=1, model.wv."
# explanation.zh = "与本题所依据的一篇文章写法相同。每个词被当成一个句子，于是词里的字母成了“词”；一个参数也没传，于是 min_count=5 清空了短文本的词表（RuntimeError），seed 和 workers 也没有设；文本按空格切开，没有用 tokenize；返回的是模型而不是词向量。它看上去像是 gensim 最简短的用法，也就这样被四处抄用。给出“词列表的列表”，逐个按名字传参数，workers=1，返回 model.wv。"
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
    words = [word for text in texts for word in text.split()]
    model = Word2Vec(words)
    return model


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
