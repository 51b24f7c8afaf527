"""What a question-and-answer article prints as an embedding of text, in our own words and behind this contract's names."""

from gensim.models import KeyedVectors, Word2Vec


def tokenize(text):
    return text.split()


def train_word2vec(texts, *, vector_size=50, window=5, min_count=1, epochs=20, seed=0):
    words = []
    for text in texts:
        words.extend(tokenize(text))
    return Word2Vec(words)


def embed_text(vectors, text):
    return vectors[text]


def most_similar(vectors, word, k=5):
    raise NotImplementedError  # the article has none


def sgns_step(center, context, negatives):
    raise NotImplementedError
