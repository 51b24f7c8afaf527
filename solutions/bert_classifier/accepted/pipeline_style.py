# /// accepted
# note.en = "A class inside that holds model and tokenizer, as services have it; padding a little wider than needed (multiples of 4) inside, exact in encode."
# note.zh = "内部用一个类持有模型和分词器，像线上服务那样；内部的填充略宽（4 的倍数），encode 则恰好。"
# ///
from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy, pad
from transformers import BertForSequenceClassification, BertTokenizer


class _Service:
    def __init__(self, model, tokenizer):
        self.model = model
        self.tokenizer = tokenizer
        self.limit = min(128, model.config.max_position_embeddings)

    def logits(self, texts):
        batch = encode(self.tokenizer, texts, max_length=self.limit)
        width = batch["input_ids"].shape[1]
        more = min(-(-width // 4) * 4, self.limit) - width
        return self.model(**{name: pad(tensor, (0, more)) for name, tensor in batch.items()})["logits"]

    @torch.inference_mode()
    def probabilities(self, texts):
        return torch.softmax(self.logits(texts), dim=-1).clone()


def encode(tokenizer, texts, *, max_length=128):
    sides = list(zip(*((text,) if isinstance(text, str) else text for text in texts)))
    return tokenizer(*map(list, sides), truncation=True, padding=True, max_length=max_length, return_tensors="pt").data


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    training = model.training
    service = _Service(model.eval(), tokenizer)
    try:
        found = [service.probabilities(texts[i : i + batch_size]) for i in range(0, len(texts), batch_size)]
        return torch.cat([torch.zeros(0, model.config.num_labels), *found])
    finally:
        model.train(training)


def predict(model, tokenizer, texts, *, batch_size=32):
    probabilities = predict_proba(model, tokenizer, texts, batch_size=batch_size)
    return probabilities.topk(1, dim=-1).indices.flatten().tolist()


def evaluate(model, tokenizer, texts, labels):
    said = torch.tensor(predict(model, tokenizer, texts))
    true = torch.as_tensor(labels)
    classes = torch.unique(torch.cat([said, true]))
    is_said, is_true = said[None] == classes[:, None], true[None] == classes[:, None]
    hits = (is_said & is_true).sum(dim=1).double()
    precision = hits / is_said.sum(dim=1).clamp(min=1)
    recall = hits / is_true.sum(dim=1).clamp(min=1)
    f1 = 2 * hits / (is_said.sum(dim=1) + is_true.sum(dim=1))
    values = {"accuracy": (said == true).double().mean(), "precision": precision.mean(), "recall": recall.mean(), "f1": f1.mean()}
    return {name: float(value) for name, value in values.items()}


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if not len(texts) == len(labels):
        raise ValueError("there must be a label for each text")
    training = model.training
    service = _Service(model.train(), tokenizer)
    torch.random.manual_seed(seed)
    adam = torch.optim.AdamW(params=model.parameters(), lr=learning_rate, weight_decay=0.0)
    means = []
    for _ in range(epochs):
        left = torch.randperm(len(texts)).tolist()
        total = 0.0
        while left:
            now, left = left[:batch_size], left[batch_size:]
            loss = cross_entropy(service.logits([texts[i] for i in now]), torch.tensor([labels[i] for i in now]))
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(now) / len(texts)
        means.append(total)
    model.train(training)
    return means
