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
    raise NotImplementedError  # the article has none


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    raise NotImplementedError
