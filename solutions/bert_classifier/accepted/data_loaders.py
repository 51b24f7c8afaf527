# /// accepted
# note.en = "DataLoader with a collate function in training and prediction, and the model's own loss: labels go in with the batch."
# note.zh = "训练和预测都用 DataLoader 加 collate 函数；损失由模型自己算：标签随批次一起传入。"
# ///
from __future__ import annotations

from functools import partial

import torch
from torch.utils.data import DataLoader
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    if isinstance(texts[0], str):
        rows = [tokenizer(text, truncation=True, max_length=max_length) for text in texts]
    else:
        rows = [tokenizer(first, second, truncation="longest_first", max_length=max_length) for first, second in texts]
    return tokenizer.pad(rows, padding=True, return_tensors="pt")


def _collate(samples, *, tokenizer, longest):
    return encode(tokenizer, list(samples), max_length=longest)


def _collate_labelled(samples, *, tokenizer, longest):
    batch = encode(tokenizer, [text for text, _ in samples], max_length=longest)
    batch["labels"] = torch.tensor([label for _, label in samples])
    return batch


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    longest = min(128, model.config.max_position_embeddings)
    loader = DataLoader(list(texts), batch_size=batch_size, collate_fn=partial(_collate, tokenizer=tokenizer, longest=longest))
    was = model.training
    model.eval()
    found = [torch.empty((0, model.config.num_labels))]
    with torch.no_grad():
        for batch in loader:
            found.append(torch.softmax(model(**batch).logits, dim=-1))
    model.train(was)
    return torch.vstack(found)


def predict(model, tokenizer, texts, *, batch_size=32):
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).argmax(1).tolist()


def evaluate(model, tokenizer, texts, labels):
    guesses = predict(model, tokenizer, texts)
    result = {"accuracy": sum(map(int.__eq__, guesses, labels)) / len(guesses), "precision": 0.0, "recall": 0.0, "f1": 0.0}
    classes = set(guesses).union(labels)
    for c in classes:
        right = sum(1 for g, l in zip(guesses, labels) if g == l == c)
        p = right / guesses.count(c) if c in guesses else 0.0
        r = right / list(labels).count(c) if c in labels else 0.0
        result["precision"] += p
        result["recall"] += r
        result["f1"] += 2 * p * r / (p + r) if right else 0.0
    for name in ("precision", "recall", "f1"):
        result[name] /= len(classes)
    return result


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    samples = list(zip(texts, labels, strict=True))  # ValueError where they differ in number
    longest = min(128, model.config.max_position_embeddings)
    torch.manual_seed(seed)
    loader = DataLoader(
        samples,
        batch_size=batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
        collate_fn=partial(_collate_labelled, tokenizer=tokenizer, longest=longest),
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    was = model.training
    model.train()
    history = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for batch in loader:
            output = model(**batch)
            optimizer.zero_grad()
            output.loss.backward()
            optimizer.step()
            total += output.loss.item() * len(batch["labels"])
            count += len(batch["labels"])
        history.append(total / count)
    model.train(was)
    return history
