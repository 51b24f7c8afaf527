# /// accepted
# note.en = "Softmax written out: subtract the maximum, exponentiate, zero what is blocked, divide by the sum; an empty row divides zero by one. One Linear per projection in a ModuleDict; streaming by halving the keys recursively."
# note.zh = "手写 softmax：减最大值、取指数、把被屏蔽的置零、再除以总和；没有键的行用 0 除以 1。每个投影一个 Linear，存在 ModuleDict 里；流式版本把键递归对半拆分。"
# ///
from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None):
    scores = torch.matmul(q, k.mT).div(math.sqrt(k.size(-1)))
    if mask is None:
        mask = torch.ones((), dtype=torch.bool)
    largest = scores.detach().masked_fill(~mask, -math.inf).amax(-1, keepdim=True)
    largest = torch.where(largest.isfinite(), largest, 0.0)
    exponentials = torch.exp((scores - largest).masked_fill(~mask, -math.inf))
    total = exponentials.sum(-1, keepdim=True)
    weights = exponentials / torch.where(total > 0, total, 1.0)
    return torch.matmul(weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    keep = torch.arange(max_length).repeat(len(lengths), 1) < lengths.view(-1, 1)
    grid = torch.einsum("bq,bk->bqk", torch.ones_like(keep).int(), keep.int()).bool()
    if causal:
        grid = grid & ~torch.ones(max_length, max_length, dtype=torch.bool).triu(diagonal=1)
    return grid[:, None]


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError
        self.num_heads, self.d_head = num_heads, d_model // num_heads
        self.layers = nn.ModuleDict({name: nn.Linear(d_model, d_model, bias=True) for name in "qkvo"})
        self.drop = nn.Dropout(p=dropout)

    def forward(self, x, mask=None):
        n, t, _ = x.size()
        q, k, v = [
            self.layers[name](x).view(n, t, self.num_heads, self.d_head).permute(0, 2, 1, 3) for name in ("q", "k", "v")
        ]
        y, attention = scaled_dot_product_attention(q, k, v, mask)
        if self.training:
            y = self.drop(attention).matmul(v)
        return self.layers["o"](y.permute(0, 2, 1, 3).flatten(2))


def load_weights(module, weights):
    state = {}
    for name in "qkvo":
        state[f"layers.{name}.weight"] = weights[f"w_{name}"]
        state[f"layers.{name}.bias"] = weights[f"b_{name}"]
    module.load_state_dict(state)


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    length = q.size(-2)
    q = q / math.sqrt(q.size(-1))
    rows = torch.arange(length)[:, None]

    def part(start, stop):
        """(largest score, sum, weighted sum) over the keys from start to stop."""
        if stop - start > block_size:
            middle = (start + stop) // 2
            m1, s1, o1 = part(start, middle)
            m2, s2, o2 = part(middle, stop)
            m = torch.maximum(m1, m2)
            f1, f2 = torch.exp(m1 - m), torch.exp(m2 - m)
            return m, s1 * f1 + s2 * f2, o1 * f1 + o2 * f2
        scores = q @ k[:, :, start:stop].mT
        if causal:
            scores = scores.masked_fill(torch.arange(start, stop) > rows, -1e30)
        m = scores.amax(-1, keepdim=True)
        p = torch.exp(scores - m)
        return m, p.sum(-1, keepdim=True), p @ v[:, :, start:stop]

    _, total, out = part(0, length)
    return out / total
