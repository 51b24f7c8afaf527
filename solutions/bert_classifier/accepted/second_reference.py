# /// accepted
# note.en = "Written from the contract alone: one function that runs the model, counts in dictionaries, a generator for the order and the global seed for dropout."
# note.zh = "只看约定独立写成：一个函数负责跑模型，用字典计数，次序用自己的生成器，dropout 用全局种子。"
# ///
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import torch
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128) -> Mapping[str, torch.Tensor]:
    settings = {"padding": "longest", "truncation": True, "max_length": max_length, "return_tensors": "pt"}
    if all(isinstance(text, str) for text in texts):
        return dict(tokenizer(list(texts), **settings))
    first = [pair[0] for pair in texts]
    second = [pair[1] for pair in texts]
    return dict(tokenizer(text=first, text_pair=second, **settings))


def _logits(model, tokenizer, texts):
    limit = model.config.max_position_embeddings
    inputs = encode(tokenizer, texts, max_length=128 if limit > 128 else limit)
    output = model(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        token_type_ids=inputs["token_type_ids"],
    )
    return output.logits


@torch.no_grad()
def predict_proba(model, tokenizer, texts, *, batch_size=32) -> torch.Tensor:
    mode = model.training
    model.eval()
    result = torch.zeros(len(texts), model.config.num_labels)
    done = 0
    while done < len(texts):
        logits = _logits(model, tokenizer, texts[done : done + batch_size])
        result[done : done + len(logits)] = torch.softmax(logits, 1)
        done += len(logits)
    model.train(mode)
    return result


def predict(model, tokenizer, texts, *, batch_size=32) -> list[int]:
    return [int(row.argmax()) for row in predict_proba(model, tokenizer, texts, batch_size=batch_size)]


def evaluate(model, tokenizer, texts, labels: Sequence[int]) -> dict[str, float]:
    said = predict(model, tokenizer, texts)
    both, of_labels, of_said = Counter(), Counter(labels), Counter(said)
    for a, b in zip(labels, said):
        if a == b:
            both[a] += 1
    precision = recall = f1 = 0.0
    classes = set(of_labels) | set(of_said)
    for c in classes:
        p = both[c] / of_said[c] if of_said[c] else 0.0
        r = both[c] / of_labels[c] if of_labels[c] else 0.0
        precision += p / len(classes)
        recall += r / len(classes)
        f1 += (2 * p * r / (p + r) if p + r else 0.0) / len(classes)
    return {"accuracy": sum(both.values()) / len(said), "precision": precision, "recall": recall, "f1": f1}


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0) -> list[float]:
    n = len(texts)
    if n != len(labels):
        raise ValueError("texts and labels differ in number")
    mode = model.training
    model.train()
    torch.manual_seed(seed)
    shuffler = torch.Generator()
    shuffler.manual_seed(seed)
    adam = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0)
    history = []
    for _ in range(epochs):
        order = torch.randperm(n, generator=shuffler).tolist()
        seen_loss = 0.0
        for at in range(0, n, batch_size):
            members = order[at : at + batch_size]
            logits = _logits(model, tokenizer, [texts[i] for i in members])
            right = torch.tensor([int(labels[i]) for i in members])
            losses = -torch.log_softmax(logits, dim=1)[torch.arange(len(members)), right]
            adam.zero_grad()
            losses.mean().backward()
            adam.step()
            seen_loss += float(losses.detach().sum())
        history.append(seen_loss / n)
    model.train(mode)
    return history
