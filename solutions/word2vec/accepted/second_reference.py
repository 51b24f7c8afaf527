# /// accepted
# note.en = "A second reference, written from the task alone: runs by groupby, CBOW with hierarchical softmax, sums in float64, a full sort with ties by row, stable softplus by hand."
# note.zh = "另一份参考实现，只看题目独立写成：用 groupby 找片段，CBOW 加层次 softmax，以 float64 求和，按行号打破平手的完整排序，手写稳定的 softplus。"
# ///
import itertools
import math

import jieba
import numpy
from gensim.models import KeyedVectors
from gensim.models.word2vec import Word2Vec


def _kind(character):
    if "\u4e00" <= character <= "\u9fff":
        return "chinese"
    if character.isascii() and character.isalnum():
        return "latin"
    return ""


def tokenize(text):
    words = []
    for kind, characters in itertools.groupby(text, key=_kind):
        run = "".join(characters)
        if kind == "latin":
            words.append(run.lower())
        elif kind == "chinese":
            words += jieba.lcut(run)
    return words


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    corpus = []
    for text in texts:
        corpus.append(tokenize(text))
    if not any(corpus):
        raise ValueError("the texts hold no word")
    model = Word2Vec(
        vector_size=vector_size, window=window, min_count=min_count, seed=seed, workers=1, sg=0, hs=1, negative=0
    )
    model.build_vocab(corpus)
    model.train(corpus, total_examples=model.corpus_count, epochs=epochs)
    return model.wv


def embed_text(vectors, text):
    total, count = numpy.zeros(vectors.vector_size), 0
    for token in tokenize(text):
        try:
            total = total + vectors.get_vector(token)
        except KeyError:
            continue
        count += 1
    return (total / count if count else total).astype("float32")


def most_similar(vectors, word, k=5):
    if word not in vectors.key_to_index:
        raise KeyError(f"{word} has no vector")
    at = vectors.key_to_index[word]
    rows = numpy.asarray(vectors.vectors, dtype=numpy.float64)
    lengths = numpy.sqrt((rows * rows).sum(axis=1))
    units = rows / numpy.maximum(lengths, 1e-300)[:, None]
    scores = units @ units[at]
    order = numpy.lexsort((numpy.arange(len(scores)), -scores))
    order = order[order != at]
    return [(vectors.index_to_key[row], float(scores[row])) for row in order[: max(k, 0)]]


def _softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _slope(x):
    """The derivative of softplus."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def sgns_step(center, context, negatives):
    score = float(center @ context)
    loss = _softplus(-score)
    pull = _slope(score) - 1.0 if score < 0 else -_slope(-score)
    d_center, d_context = pull * context, pull * center
    d_negatives = numpy.zeros_like(negatives)
    for row, negative in enumerate(negatives):
        score = float(center @ negative)
        loss += _softplus(score)
        push = _slope(score)
        d_center = d_center + push * negative
        d_negatives[row] = push * center
    return loss, d_center, d_context, d_negatives
