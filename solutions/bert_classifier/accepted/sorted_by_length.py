# /// accepted
# note.en = "Sorted by length to save padding, put back by a scatter; inference_mode; dropout and order from one seed of the global generator."
# note.zh = "按长度排序以减少填充，再用下标写回原位；inference_mode；dropout 与次序共用一个全局种子。"
# ///
from __future__ import annotations

import random

import torch
import torch.nn.functional as F
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    if isinstance(texts[0], str):
        return tokenizer(text=list(texts), truncation=True, max_length=max_length, padding=True, return_tensors="pt")
    return tokenizer([tuple(pair) for pair in texts], truncation=True, max_length=max_length, padding=True, return_tensors="pt")


def _limit(model):
    return min(128, model.config.max_position_embeddings)


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    training = model.training
    model.eval()
    texts = list(texts)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]) if isinstance(texts[at], str) else sum(map(len, texts[at])))
    result = torch.empty(len(texts), model.config.num_labels)
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            logits = model(**encode(tokenizer, [texts[row] for row in rows], max_length=_limit(model))).logits
            result[rows] = F.softmax(logits, dim=-1)
    model.train(training)
    return result


def predict(model, tokenizer, texts, *, batch_size=32):
    return torch.max(predict_proba(model, tokenizer, texts, batch_size=batch_size), dim=1).indices.tolist()


def evaluate(model, tokenizer, texts, labels):
    guesses = torch.tensor(predict(model, tokenizer, texts))
    truth = torch.tensor(list(labels))
    p, r, f = [], [], []
    for c in torch.cat([guesses, truth]).unique():
        tp = ((guesses == c) & (truth == c)).sum().item()
        fp = ((guesses == c) & (truth != c)).sum().item()
        fn = ((guesses != c) & (truth == c)).sum().item()
        p.append(tp / max(tp + fp, 1))
        r.append(tp / max(tp + fn, 1))
        f.append(2 * tp / (2 * tp + fp + fn))
    mean = lambda values: sum(values) / len(values)
    return {"accuracy": (guesses == truth).float().mean().item(), "precision": mean(p), "recall": mean(r), "f1": mean(f)}


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError
    training = model.training
    torch.manual_seed(seed)
    dice = random.Random(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    model.train()
    losses = []
    for epoch in range(epochs):
        samples = list(zip(texts, labels))
        dice.shuffle(samples)
        sums = []
        for start in range(0, len(samples), batch_size):
            part = samples[start : start + batch_size]
            logits = model(**encode(tokenizer, [text for text, _ in part], max_length=_limit(model))).logits
            loss = F.cross_entropy(logits, torch.tensor([label for _, label in part]), reduction="sum")
            (loss / len(part)).backward()
            optimizer.step()
            optimizer.zero_grad()
            sums.append(loss.item())
        losses.append(sum(sums) / len(samples))
    model.train(training)
    return losses
