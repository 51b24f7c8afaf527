# /// accepted
# note.en = "The body, the pooler and the head are called one after the other, dropout between them as the library has it."
# note.zh = "依次调用主体、池化层和分类头，中间的 dropout 与库里的位置相同。"
# ///
from __future__ import annotations

import contextlib

import torch
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    together = list(texts) if isinstance(texts[0], str) else [list(pair) for pair in texts]
    return tokenizer(together, padding=True, truncation=True, max_length=max_length, return_tensors="pt", return_attention_mask=True, return_token_type_ids=True)


@contextlib.contextmanager
def _mode(model, training):
    before = model.training
    model.train(training)
    try:
        yield
    finally:
        model.train(before)


def _logits(model, tokenizer, texts):
    batch = encode(tokenizer, texts, max_length=min(128, model.config.max_position_embeddings))
    hidden = model.bert(batch["input_ids"], attention_mask=batch["attention_mask"].bool(), token_type_ids=batch["token_type_ids"])
    return model.classifier(model.dropout(model.bert.pooler(hidden.last_hidden_state)))


def _chunks(things, size):
    for start in range(0, len(things), size):
        yield things[start : start + size]


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    rows = []
    with _mode(model, False), torch.inference_mode():
        for chunk in _chunks(texts, batch_size):
            rows.extend(torch.softmax(_logits(model, tokenizer, chunk), dim=-1))
        return torch.stack(rows) if rows else torch.zeros(0, model.config.num_labels)


def predict(model, tokenizer, texts, *, batch_size=32):
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).argmax(dim=1).tolist()


def evaluate(model, tokenizer, texts, labels):
    said = predict(model, tokenizer, texts)
    rows = []
    for c in sorted(set(said + list(labels))):
        tp = sum(s == c and l == c for s, l in zip(said, labels))
        p = tp / said.count(c) if said.count(c) else 0
        r = tp / list(labels).count(c) if list(labels).count(c) else 0
        rows.append((p, r, 2 * p * r / (p + r) if p + r else 0))
    means = [sum(column) / len(rows) for column in zip(*rows)]
    accuracy = sum(s == l for s, l in zip(said, labels)) / len(said)
    return dict(zip(("accuracy", "precision", "recall", "f1"), (accuracy, *means)))


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError("texts and labels")
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.0, foreach=False)
    result = []
    with _mode(model, True), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for _ in range(epochs):
            weighted = []
            for chunk in _chunks(torch.randperm(len(texts)).tolist(), batch_size):
                logits = _logits(model, tokenizer, [texts[at] for at in chunk])
                picked = logits.gather(1, torch.tensor([[labels[at]] for at in chunk])).squeeze(1)
                loss = (logits.logsumexp(dim=1) - picked).mean()
                gradients = torch.autograd.grad(loss, list(model.parameters()), allow_unused=True)
                for parameter, gradient in zip(model.parameters(), gradients):
                    parameter.grad = gradient
                optimizer.step()
                weighted.append((loss.item(), len(chunk)))
            result.append(sum(loss * count for loss, count in weighted) / len(texts))
    return result
