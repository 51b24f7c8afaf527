import torch
from torch import nn
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    args = [list(texts)] if isinstance(texts[0], str) else [list(t) for t in zip(*texts)]
    return tokenizer(*args, padding="longest", truncation=True, max_length=max_length, return_tensors="pt")


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    if not texts:
        return torch.empty(0, model.config.num_labels)
    limit = min(128, model.config.max_position_embeddings)
    mode = model.training
    model.eval()
    probs = []
    with torch.inference_mode():
        for i in range(0, len(texts), batch_size):
            enc = encode(tokenizer, texts[i : i + batch_size], max_length=limit)
            out = model(input_ids=enc["input_ids"], token_type_ids=enc["token_type_ids"])
            probs.append(out.logits.softmax(-1))
    model.train(mode)
    return torch.cat(probs)


def predict(model, tokenizer, texts, *, batch_size=32):
    return predict_proba(model, tokenizer, texts, batch_size=batch_size).argmax(-1).tolist()


def evaluate(model, tokenizer, texts, labels):
    preds = predict(model, tokenizer, texts)
    p, r, f = [], [], []
    for c in sorted(set(preds + list(labels))):
        tp = sum(a == b == c for a, b in zip(preds, labels))
        n_pred, n_true = preds.count(c), list(labels).count(c)
        p.append(tp / n_pred if n_pred else 0.0)
        r.append(tp / n_true if n_true else 0.0)
        f.append(2 * tp / (n_pred + n_true))
    acc = sum(a == b for a, b in zip(preds, labels)) / len(labels)
    return {"accuracy": acc, "precision": sum(p) / len(p), "recall": sum(r) / len(r), "f1": sum(f) / len(f)}


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError("len(texts) != len(labels)")
    limit = min(128, model.config.max_position_embeddings)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0)
    mode = model.training
    model.train()
    torch.manual_seed(seed)
    losses = []
    for epoch in range(epochs):
        running = 0
        for idx in torch.randperm(len(texts)).split(batch_size):
            enc = encode(tokenizer, [texts[i] for i in idx], max_length=limit)
            loss = model(**enc, labels=torch.tensor([labels[i] for i in idx])).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running += loss.item() * len(idx)
        losses.append(running / len(texts))
    model.train(mode)
    return losses
