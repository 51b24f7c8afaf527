# /// mistake
# kind = "value"
# functions = ["tokenize", "train_word2vec", "embed_text"]
# made_of = ["tokenize_raw_split", "train_words_as_sentences", "embed_sentence_key"]
# title.en = "A published Word2Vec snippet"
# title.zh = "一篇问答文章里的 Word2Vec 片段"
# explanation.en = "The snippet of a question-and-answer article, fitted to this contract. It stops at its first line of training: every word is taken for a sentence, every character for a word, and five is more often than any of them occurs."
# explanation.zh = "一篇问答文章里的代码片段，改成了本题的接口。它在训练的第一行就停住了：每个词被当成一句话，每个字符被当成一个词，而默认的最低词频 5 又比任何一个的出现次数都高。"
# ///
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
    raise NotImplementedError  # not in the article


def sgns_step(center, context, negatives):
    raise NotImplementedError
