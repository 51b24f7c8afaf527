# /// accepted
# note.en = "Ids without the tokenizer's help in padding: pad_sequence for all three tensors, the mask from the lengths; entropy from log_softmax, probabilities as exp of it."
# note.zh = "不用分词器的填充：三个张量都用 pad_sequence 补齐，掩码由长度得来；概率是 log_softmax 的指数。"
# ///
from __future__ import annotations

import torch
from torch.nn.utils.rnn import pad_sequence
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    rows = []
    for text in texts:
        parts = (text,) if isinstance(text, str) else tuple(text)
        rows.append(tokenizer(*parts, truncation=True, max_length=max_length))
    ids = pad_sequence([torch.tensor(row["input_ids"]) for row in rows], batch_first=True, padding_value=tokenizer.pad_token_id)
    types = pad_sequence([torch.tensor(row["token_type_ids"]) for row in rows], batch_first=True)
    lengths = torch.tensor([len(row["input_ids"]) for row in rows])
    mask = (torch.arange(ids.shape[1])[None, :] < lengths[:, None]).long()
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


def _run(model, tokenizer, texts):
    return model(**encode(tokenizer, texts, max_length=min(128, model.config.max_position_embeddings))).logits


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    if not len(texts):
        return torch.zeros((0, model.config.num_labels))
    before = model.training
    try:
        model.eval()
        with torch.no_grad():
            pieces = [_run(model, tokenizer, texts[at : at + batch_size]) for at in range(0, len(texts), batch_size)]
            return torch.cat(pieces, dim=0).log_softmax(dim=1).exp()
    finally:
        model.train(before)


def predict(model, tokenizer, texts, *, batch_size=32):
    return [row.index(max(row)) for row in predict_proba(model, tokenizer, texts, batch_size=batch_size).tolist()]


def evaluate(model, tokenizer, texts, labels):
    n = model.config.num_labels
    table = [[0] * n for _ in range(n)]
    for label, guess in zip(labels, predict(model, tokenizer, texts)):
        table[label][guess] += 1
    rows = [sum(row) for row in table]
    columns = [sum(row[c] for row in table) for c in range(n)]
    used = [c for c in range(n) if rows[c] + columns[c]]
    precision = [table[c][c] / columns[c] if columns[c] else 0.0 for c in used]
    recall = [table[c][c] / rows[c] if rows[c] else 0.0 for c in used]
    f1 = [2 * table[c][c] / (rows[c] + columns[c]) for c in used]
    hits = sum(table[c][c] for c in range(n))
    return {
        "accuracy": hits / len(labels),
        "precision": sum(precision) / len(used),
        "recall": sum(recall) / len(used),
        "f1": sum(f1) / len(used),
    }


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(labels) != len(texts):
        raise ValueError("one label for each text, please")
    before = model.training
    model.train()
    adam = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=learning_rate, weight_decay=0.0)
    losses = []
    with torch.random.fork_rng(devices=[]):
        for epoch in range(epochs):
            torch.manual_seed(seed * 1000 + epoch)  # an order and dropout masks for each epoch
            order = torch.randperm(len(texts))
            total = torch.zeros(())
            for at in range(0, len(order), batch_size):
                rows = order[at : at + batch_size].tolist()
                adam.zero_grad(set_to_none=True)
                scores = _run(model, tokenizer, [texts[row] for row in rows])
                loss = torch.nn.CrossEntropyLoss()(scores, torch.tensor([labels[row] for row in rows]))
                loss.backward()
                adam.step()
                total = total + loss.detach() * len(rows)
            losses.append((total / len(order)).item())
    model.train(before)
    return losses
