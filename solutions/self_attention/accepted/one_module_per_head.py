# /// accepted
# note.en = "A ModuleList of heads, each with three small Linears of its own, looped over in Python; streaming in square tiles of queries and keys."
# note.zh = "每个头是 ModuleList 里的一个模块，各有三个小 Linear，用 Python 逐头循环；流式版本按“查询块 x 键块”的方形小块计算。"
# ///
from __future__ import annotations

import math

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    d = torch.tensor(q.shape[-1], dtype=q.dtype)
    scores = torch.matmul(q, k.transpose(-2, -1)) / torch.sqrt(d)
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.nan_to_num(0.0)  # masked_fill stops the NaN on the way back
    return torch.matmul(weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    t = torch.arange(max_length)
    keys = t.unsqueeze(0).lt(lengths.unsqueeze(1))
    mask = keys.view(-1, 1, 1, max_length).expand(-1, 1, max_length, max_length)
    if causal:
        mask = mask & t.unsqueeze(0).le(t.unsqueeze(1))
    return mask


class Head(nn.Module):
    def __init__(self, d_model, d_head):
        super().__init__()
        self.query = nn.Linear(d_model, d_head)
        self.key = nn.Linear(d_model, d_head)
        self.value = nn.Linear(d_model, d_head)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        if d_model % num_heads != 0:
            raise ValueError(f"{d_model} / {num_heads}")
        super().__init__()
        self.heads = nn.ModuleList([Head(d_model, d_model // num_heads) for _ in range(num_heads)])
        self.output = nn.Linear(d_model, d_model)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        batch, length, _ = x.shape
        full = None if mask is None else mask.expand(batch, len(self.heads), length, length)
        outs = []
        for number, head in enumerate(self.heads):
            own = None if full is None else full[:, number]
            value = head.value(x)
            _, weights = scaled_dot_product_attention(head.query(x), head.key(x), value, own)
            outs.append(self.drop(weights) @ value)
        return self.output(torch.cat(outs, dim=-1))


def load_weights(module, weights):
    size = module.heads[0].query.out_features
    with torch.no_grad():
        for number, head in enumerate(module.heads):
            rows = slice(number * size, (number + 1) * size)
            for letter, linear in (("q", head.query), ("k", head.key), ("v", head.value)):
                linear.weight.copy_(weights[f"w_{letter}"][rows])
                linear.bias.copy_(weights[f"b_{letter}"][rows])
        module.output.weight.copy_(weights["w_o"])
        module.output.bias.copy_(weights["b_o"])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    length = q.shape[2]
    scale = 1.0 / math.sqrt(q.shape[-1])
    pieces = []
    for i in range(0, length, block_size):
        rows = q[:, :, i : i + block_size] * scale
        m = torch.full_like(rows[..., :1], -math.inf)
        s = torch.zeros_like(m)
        acc = torch.zeros_like(rows)
        for j in range(0, length, block_size):
            if causal and j >= i + block_size:
                break
            scores = rows @ k[:, :, j : j + block_size].transpose(2, 3)
            if causal:
                a = torch.arange(i, i + scores.shape[-2])[:, None]
                b = torch.arange(j, j + scores.shape[-1])[None, :]
                scores = scores.masked_fill(b > a, -math.inf)
            new = torch.maximum(m, scores.max(-1, keepdim=True).values)
            p = torch.exp(scores - new)
            factor = torch.exp(m - new)
            s = s * factor + p.sum(-1, keepdim=True)
            acc = acc * factor + p @ v[:, :, j : j + block_size]
            m = new
        pieces.append(acc / s)
    return torch.cat(pieces, dim=2)
