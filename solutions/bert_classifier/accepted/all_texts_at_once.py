# /// accepted
# note.en = "All texts are tokenised in one go and the tensors are cut into batches: a little more padding, much less code."
# note.zh = "一次把全部文本分词，再把张量切成批次：填充稍多，代码少得多。"
# ///
from __future__ import annotations

import torch
from torch import nn
from transformers import BertForSequenceClassification, BertTokenizer


def encode(tokenizer, texts, *, max_length=128):
    pairs = not isinstance(texts[0], str)
    return tokenizer(
        [text[0] for text in texts] if pairs else list(texts),
        [text[1] for text in texts] if pairs else None,
        max_length=max_length,
        truncation=True,
        padding=True,
        return_tensors="pt",
    )


def _everything(model, tokenizer, texts):
    return encode(tokenizer, texts, max_length=min(model.config.max_position_embeddings, 128))


def _rows(batch, at):
    return {name: tensor[at] for name, tensor in batch.items()}


def predict_proba(model, tokenizer, texts, *, batch_size=32):
    if len(texts) == 0:
        return torch.empty(0, model.config.num_labels)
    everything = _everything(model, tokenizer, texts)
    was = model.training
    model.train(False)
    with torch.no_grad():
        parts = torch.arange(len(texts)).split(batch_size)
        result = torch.cat([nn.Softmax(dim=-1)(model(**_rows(everything, part)).logits) for part in parts])
    model.train(was)
    return result


def predict(model, tokenizer, texts, *, batch_size=32):
    return [int(each) for each in predict_proba(model, tokenizer, texts, batch_size=batch_size).argmax(-1)]


def evaluate(model, tokenizer, texts, labels):
    said = predict(model, tokenizer, texts)

    def share(part, whole):
        return len(part) / len(whole) if whole else 0.0

    precisions, recalls, scores = [], [], []
    for c in set(labels) | set(said):
        yes = {at for at, label in enumerate(labels) if label == c}
        guessed = {at for at, guess in enumerate(said) if guess == c}
        precisions.append(share(yes & guessed, guessed))
        recalls.append(share(yes & guessed, yes))
        scores.append(2 * len(yes & guessed) / (len(yes) + len(guessed)))
    right = [at for at, label in enumerate(labels) if said[at] == label]
    return {
        "accuracy": share(right, said),
        "precision": sum(precisions) / len(precisions),
        "recall": sum(recalls) / len(recalls),
        "f1": sum(scores) / len(scores),
    }


def fine_tune(model, tokenizer, texts, labels, *, epochs=3, learning_rate=5e-4, batch_size=16, seed=0):
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} != {len(labels)}")
    everything = _everything(model, tokenizer, texts)
    targets = torch.tensor(list(labels))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), learning_rate, weight_decay=0)
    was = model.training
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    model.train(True)
    losses = []
    for _ in range(epochs):
        running = 0.0
        for part in torch.randperm(len(targets)).split(batch_size):
            loss = criterion(model(**_rows(everything, part)).logits, targets[part])
            model.zero_grad()
            loss.backward()
            optimizer.step()
            running += loss.item() * part.numel()
        losses.append(running / len(targets))
    torch.set_rng_state(state)
    model.train(was)
    return losses
