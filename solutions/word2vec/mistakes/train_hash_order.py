# /// mistake
# kind = "value"
# functions = ["train_word2vec"]
# title.en = "The order of a set decides: other vectors in every process"
# title.zh = "由集合的遍历次序决定：每个进程得到的向量都不同"
# explanation.en = "Texts go through a set (to drop duplicates, say). The order of strings in a set depends on a hash seed that Python draws anew for each process. Repeatable within one process, so every test that runs in one process passes; tomorrow's run differs. Duplicates also carry weight: dropping them changes the counts. dict.fromkeys keeps order, sorted() makes one; here simply keep all texts."
# explanation.zh = "文本先过了一遍集合（例如为了去重）。字符串在集合里的次序取决于哈希种子，而 Python 每次启动都会重新抽取。在同一个进程里可以复现，所以单进程的测试全都通过；明天再跑就变了。而且重复的文本本来就有分量，去掉会改变词频。dict.fromkeys 保持次序，sorted() 造出次序；这里只需原样保留所有文本。"
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
    sentences = [tokenize(text) for text in set(texts)]
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
