import random

import torch
import torch.nn.functional as F
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    if isinstance(texts[0], str):
        first, second = list(texts), None
    else:
        first, second = [a for a, _ in texts], [b for _, b in texts]
    return tokenizer(first, second, padding=True, truncation=True, max_length=max_length, return_tensors="pt")


def logits_of(model, tokenizer, texts):
    limit = min(128, model.config.max_position_embeddings)
    return model(**encode(tokenizer, texts, max_length=limit)).logits


@torch.no_grad()
def predict_proba(model, tokenizer, texts, *, batch_size=32):
    out = torch.zeros(len(texts), model.config.num_labels)
    mode = model.training
    model.eval()
    for i in range(0, len(texts), batch_size):
        out[i : i + batch_size] = F.softmax(logits_of(model, tokenizer, texts[i : i + batch_size]), dim=1)
    model.train(mode)
    return out


def predict(model, tokenizer, texts, *, batch_size=32):
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).max(dim=1).indices.tolist()


def evaluate(model, tokenizer, texts, labels):
    said = predict(model, tokenizer, texts)
    scores = {"precision": [], "recall": [], "f1": []}
    for c in set(said) | set(labels):
        tp = sum(1 for s, l in zip(said, labels) if s == c and l == c)
        fp = sum(1 for s, l in zip(said, labels) if s == c and l != c)
        fn = sum(1 for s, l in zip(said, labels) if s != c and l == c)
        scores["precision"].append(tp / (tp + fp) if tp + fp else 0.0)
        scores["recall"].append(tp / (tp + fn) if tp + fn else 0.0)
        scores["f1"].append(2 * tp / (2 * tp + fp + fn))
    result = {name: sum(values) / len(values) for name, values in scores.items()}
    result["accuracy"] = sum(s == l for s, l in zip(said, labels)) / len(labels)
    return result


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError("every text needs a label")
    rng = random.Random(seed)
    torch.manual_seed(seed)  # dropout
    opt = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0)
    mode = model.training
    model.train()
    history = []
    for _ in range(epochs):
        order = rng.sample(range(len(texts)), len(texts))
        total = 0.0
        for i in range(0, len(order), batch_size):
            idx = order[i : i + batch_size]
            target = torch.tensor([labels[j] for j in idx])
            loss = F.cross_entropy(logits_of(model, tokenizer, [texts[j] for j in idx]), target)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(idx)
        history.append(total / len(order))
    model.train(mode)
    return history
