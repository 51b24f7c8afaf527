# /// accepted
# note.en = "Measures from a confusion matrix in numpy; Adam with no decay, which is the same as AdamW with none; numpy draws the order."
# note.zh = "指标由 numpy 的混淆矩阵算出；用不带衰减的 Adam，与不带衰减的 AdamW 相同；次序由 numpy 抽取。"
# ///
from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    columns = [list(texts)] if isinstance(texts[0], str) else [list(side) for side in zip(*texts)]
    batch = tokenizer(*columns, padding="longest", truncation=True, max_length=max_length)
    return {name: torch.tensor(np.array(rows)) for name, rows in batch.items()}


def _forward(model, tokenizer, texts):
    return model(**encode(tokenizer, texts, max_length=int(np.minimum(128, model.config.max_position_embeddings))))


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    mode, grad = model.training, torch.is_grad_enabled()
    model.eval()
    torch.set_grad_enabled(False)
    try:
        chunks = [texts[i : i + batch_size] for i in range(0, len(texts), batch_size)]
        rows = [_forward(model, tokenizer, chunk).logits.numpy() for chunk in chunks]
    finally:
        torch.set_grad_enabled(grad)
        model.train(mode)
    logits = np.concatenate(rows) if rows else np.zeros((0, model.config.num_labels), dtype=np.float32)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return torch.from_numpy(shares / shares.sum(axis=1, keepdims=True))


def predict(model, tokenizer, texts, *, batch_size=32):
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).numpy().argmax(axis=1).tolist()


def evaluate(model, tokenizer, texts, labels):
    matrix = np.zeros((model.config.num_labels, model.config.num_labels))
    np.add.at(matrix, (np.array(labels), np.array(predict(model, tokenizer, texts))), 1)
    hits, actual, predicted = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    there = actual + predicted > 0
    with np.errstate(invalid="ignore"):
        measures = {"precision": hits / predicted, "recall": hits / actual, "f1": 2 * hits / (actual + predicted)}
    result = {name: np.nan_to_num(values)[there].mean() for name, values in measures.items()}
    return {"accuracy": hits.sum() / matrix.sum(), **result}


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError("lengths differ")
    dice = np.random.default_rng(seed)
    torch.manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate)
    mode = model.training
    model.train()
    labels = np.asarray(labels)
    averages = []
    for _ in range(epochs):
        each = []
        order = dice.permutation(len(texts))
        for part in np.array_split(order, range(batch_size, len(order), batch_size)):
            logits = _forward(model, tokenizer, [texts[at] for at in part]).logits
            losses = F.cross_entropy(logits, torch.from_numpy(labels[part]), reduction="none")
            adam.zero_grad()
            losses.mean().backward()
            adam.step()
            each.extend(losses.tolist())
        averages.append(float(np.mean(each)))
    model.train(mode)
    return averages
