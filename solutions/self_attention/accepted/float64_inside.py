# /// accepted
# note.en = "Everything is computed in float64 and cast back at the end; slower, and right in every dtype."
# note.zh = "内部一律用 float64 计算，最后转换回来；慢一些，但各种类型都正确。"
# ///
from __future__ import annotations

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    dtype = q.dtype
    q, k, v = q.double(), k.double(), v.double()
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e300)
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = torch.where(mask, weights, 0.0)
    return (weights @ v).to(dtype), weights.to(dtype)


def make_attention_mask(lengths, max_length, *, causal=False):
    ones = torch.ones(len(lengths), 1, max_length, max_length, dtype=torch.int64)
    key = ones.cumsum(-1) - 1
    query = ones.cumsum(-2) - 1
    mask = key < lengths[:, None, None, None]
    return mask * (key <= query) if causal else mask


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if (d_model // num_heads) * num_heads != d_model:
            raise ValueError("not divisible")
        self.num_heads = num_heads
        self.wq, self.wk, self.wv, self.wo = (nn.Linear(d_model, d_model) for _ in range(4))
        self.dropout = dropout

    def forward(self, x, mask=None):
        def heads(y):
            return torch.stack(y.chunk(self.num_heads, dim=-1), dim=1)

        q, k, v = heads(self.wq(x)), heads(self.wk(x)), heads(self.wv(x))
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        if self.training and self.dropout:
            out = torch.dropout(weights, self.dropout, True) @ v
        return self.wo(torch.cat(out.unbind(1), dim=-1))


def load_weights(module, weights):
    for name in "qkvo":
        linear = getattr(module, "w" + name)
        linear.weight.data = weights["w_" + name].clone().to(linear.weight.dtype)
        linear.bias.data = weights["b_" + name].clone().to(linear.bias.dtype)


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    dtype, length = q.dtype, q.shape[-2]
    q = q.double() / q.shape[-1] ** 0.5
    best = torch.full(q.shape[:-1], float("-inf"), dtype=torch.float64)
    below = torch.zeros_like(best)
    above = torch.zeros(v.shape, dtype=torch.float64)
    start = 0
    while start < length:
        stop = min(start + block_size, length)
        scores = q @ k[:, :, start:stop].double().transpose(-2, -1)
        if causal:
            scores.masked_fill_(torch.arange(start, stop) > torch.arange(length).unsqueeze(1), float("-inf"))
        top = torch.maximum(best, scores.amax(-1))
        scores = scores.sub_(top.unsqueeze(-1)).exp_()
        shrink = torch.exp(best - top)
        below = below * shrink + scores.sum(-1)
        above = above * shrink.unsqueeze(-1) + scores @ v[:, :, start:stop].double()
        best, start = top, stop
    return (above / below.unsqueeze(-1)).to(dtype)
