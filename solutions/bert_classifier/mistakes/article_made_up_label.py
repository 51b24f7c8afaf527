# /// mistake
# kind = "value"
# functions = ["encode", "predict_proba", "predict"]
# made_of = ["encode_no_padding", "proba_logits", "proba_no_eval", "proba_graph_kept", "predict_loss"]
# title.en = "A published text classifier"
# title.zh = "一篇问答文章里的文本分类"
# explanation.en = "The snippet of a question-and-answer article, fitted to this contract: one text at a time, no truncation, gradients on, and the loss against a made-up label printed as the class."
# explanation.zh = "一篇问答文章里的代码片段，改成了本题的接口：一次只处理一条文本，不截断，梯度开着，最后把对一个编造标签的损失当成类别打印出来。"
# ///
"""What a question-and-answer article prints as text classification, in our own words and behind this contract's names."""

import torch
from torch.nn.functional import cross_entropy


def encode(tokenizer, texts, *, max_length=128):
    return tokenizer(texts, return_tensors="pt")


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    return model(**encode(tokenizer, texts)).logits


def predict(model, tokenizer, texts, *, batch_size=32):
    classes = []
    for text in texts:
        logits = predict_proba(model, tokenizer, [text])
        loss = cross_entropy(logits, torch.tensor([1]))
        classes.append(loss.item())
    return classes


def evaluate(model, tokenizer, texts, labels):
    raise NotImplementedError  # not in the article


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    raise NotImplementedError
