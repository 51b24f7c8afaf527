# /// accepted
# note.en = "Leading dimensions are flattened and looped over, one ordinary matrix product at a time; the mask is built with Python lists. Plain, and fast enough because each product is still a large one."
# note.zh = "把前置维度展平后逐个循环，每次做一个普通的矩阵乘法；掩码用 Python 列表构造。写法朴素，但每次乘法仍然够大，所以也够快。"
# ///
from __future__ import annotations

import math

import torch
from torch import nn


def _one(q, k, v, mask):
    scores = torch.mm(q, k.t()) / math.sqrt(q.shape[1])
    if mask is None:
        weights = torch.softmax(scores, dim=1)
    else:
        scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=1) * mask
    return torch.mm(weights, v), weights


def scaled_dot_product_attention(q, k, v, mask=None):
    lead, queries, keys = q.shape[:-2], q.shape[-2], k.shape[-2]
    flat = [tensor.reshape(-1, *tensor.shape[-2:]) for tensor in (q, k, v)]
    masks = [None] * len(flat[0])
    if mask is not None:
        masks = mask.expand(*lead, queries, keys).reshape(-1, queries, keys)
    results = [_one(a, b, c, m) for a, b, c, m in zip(*flat, masks, strict=True)]
    out = torch.stack([result[0] for result in results])
    weights = torch.stack([result[1] for result in results])
    return out.reshape(*lead, queries, -1), weights.reshape(*lead, queries, keys)


def make_attention_mask(lengths, max_length, *, causal=False):
    mask = [
        [[[j < n and (not causal or j <= i) for j in range(max_length)] for i in range(max_length)]]
        for n in lengths.tolist()
    ]
    return torch.tensor(mask, dtype=torch.bool)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError("d_model has to be divisible by num_heads")
        self.num_heads = num_heads
        self.to_q = nn.Linear(d_model, d_model)
        self.to_kv = nn.Linear(d_model, 2 * d_model)
        self.to_out = nn.Sequential(nn.Linear(d_model, d_model))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        size = x.shape[-1] // self.num_heads
        q = torch.stack(self.to_q(x).split(size, dim=-1), dim=1)
        k, v = (torch.stack(half.split(size, dim=-1), dim=1) for half in self.to_kv(x).chunk(2, dim=-1))
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        if self.training:
            out = self.dropout(weights) @ v
        return self.to_out(torch.cat(list(out.unbind(dim=1)), dim=-1))


def load_weights(module, weights):
    d_model = weights["b_q"].shape[0]
    with torch.no_grad():
        module.to_q.weight[:] = weights["w_q"]
        module.to_q.bias[:] = weights["b_q"]
        module.to_kv.weight[:d_model] = weights["w_k"]
        module.to_kv.weight[d_model:] = weights["w_v"]
        module.to_kv.bias[:d_model] = weights["b_k"]
        module.to_kv.bias[d_model:] = weights["b_v"]
        module.to_out[0].weight[:] = weights["w_o"]
        module.to_out[0].bias[:] = weights["b_o"]


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    """Head by head, block by block."""
    batch, heads, length, size = q.shape
    out = torch.empty_like(v)
    rows = torch.arange(length).unsqueeze(1)
    for b in range(batch):
        for h in range(heads):
            top = q.new_full((length, 1), -math.inf)
            below, above = q.new_zeros(length, 1), v.new_zeros(length, v.shape[-1])
            for start in range(0, length, block_size):
                keys, values = k[b, h, start : start + block_size], v[b, h, start : start + block_size]
                scores = torch.mm(q[b, h], keys.t()) / math.sqrt(size)
                if causal:
                    scores[rows < torch.arange(start, start + len(keys))] = -math.inf
                new = torch.max(top, scores.max(dim=1, keepdim=True)[0])
                part = (scores - new).exp()
                below = below * (top - new).exp() + part.sum(1, keepdim=True)
                above = above * (top - new).exp() + torch.mm(part, values)
                top = new
            out[b, h] = above / below
    return out
