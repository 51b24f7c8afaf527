# /// mistake
# kind = "value"
# functions = ["fine_tune"]
# title.en = "The seed has no effect"
# title.zh = "种子不起作用"
# explanation.en = "Order and dropout come from the global generator as it happens to stand. Two trainings differ, and nothing that went wrong can be repeated."
# explanation.zh = "次序和 dropout 都取自全局随机数生成器当时的状态。两次训练结果不同，出了问题也无法复现。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import BertForSequenceClassification, BertTokenizer

Texts = Sequence[str] | Sequence[tuple[str, str]]

MAX_LENGTH = 128


def encode(tokenizer: BertTokenizer, texts: Texts, *, max_length: int = MAX_LENGTH) -> Mapping[str, Tensor]:
    """Token ids, attention mask and token types of texts or pairs, padded to the longest of them."""
    if isinstance(texts[0], str):
        columns = [list(texts)]
    else:
        columns = [list(column) for column in zip(*texts, strict=True)]  # all first texts, all second texts
    return tokenizer(*columns, padding=True, truncation="longest_first", max_length=max_length, return_tensors="pt")


def predict_proba(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, *, batch_size: int = 32
) -> Tensor:
    """Probabilities of the classes, (N, C)."""
    was_training = model.training
    model.eval()
    probabilities = [torch.empty(0, model.config.num_labels)]
    try:
        with torch.no_grad():
            for start in range(0, len(texts), batch_size):
                batch = encode(tokenizer, texts[start : start + batch_size], max_length=_longest(model))
                probabilities.append(model(**batch).logits.softmax(dim=-1))
    finally:
        model.train(was_training)
    return torch.cat(probabilities)


def predict(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, *, batch_size: int = 32
) -> list[int]:
    """The most probable class of each text."""
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).argmax(dim=-1).tolist()


def evaluate(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, texts: Texts, labels: Sequence[int]
) -> dict[str, float]:
    """Accuracy, and precision, recall and F1 averaged over the classes that occur."""
    predictions = predict(model, tokenizer, texts)
    pairs = list(zip(labels, predictions, strict=True))
    precisions, recalls, scores = [], [], []
    for each in sorted({*labels, *predictions}):
        hits = sum(label == each and prediction == each for label, prediction in pairs)
        predicted = sum(prediction == each for prediction in predictions)
        actual = sum(label == each for label in labels)
        precisions.append(_ratio(hits, predicted))
        recalls.append(_ratio(hits, actual))
        scores.append(_ratio(2 * hits, predicted + actual))
    return {
        "accuracy": _ratio(sum(label == prediction for label, prediction in pairs), len(pairs)),
        "precision": _ratio(sum(precisions), len(precisions)),
        "recall": _ratio(sum(recalls), len(recalls)),
        "f1": _ratio(sum(scores), len(scores)),
    }


def fine_tune(
    model: BertForSequenceClassification,
    tokenizer: BertTokenizer,
    texts: Texts,
    labels: Sequence[int],
    *,
    epochs: int = 3,
    learning_rate: float = 5e-4,
    batch_size: int = 16,
    seed: int = 0,
) -> list[float]:
    """Train in place; the mean loss of each epoch."""
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts, but {len(labels)} labels")
    was_training = model.training
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    losses = []
    with torch.random.fork_rng(devices=[]):
        model.train()
        try:
            for _ in range(epochs):
                total = 0.0
                for chosen in torch.randperm(len(texts)).split(batch_size):
                    batch = encode(tokenizer, [texts[at] for at in chosen.tolist()], max_length=_longest(model))
                    wanted = torch.tensor([labels[at] for at in chosen.tolist()])
                    loss = F.cross_entropy(model(**batch).logits, wanted)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    total += loss.item() * len(chosen)  # the last batch may be short, and weighs less
                losses.append(total / len(texts))
        finally:
            model.train(was_training)
    return losses


def _longest(model: BertForSequenceClassification) -> int:
    return min(MAX_LENGTH, model.config.max_position_embeddings)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
