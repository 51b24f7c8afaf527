# /// accepted
# note.en = "Softmax over all keys first, then zero the blocked ones and divide by the new sum: the same shares. One stacked Parameter holds all four projections."
# note.zh = "先对所有键做 softmax，再把被屏蔽的置零，并除以新的总和，得到的份额相同。四个投影堆叠在同一个 Parameter 里。"
# ///
from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn


class Attention(NamedTuple):
    out: torch.Tensor
    weights: torch.Tensor


def scaled_dot_product_attention(q, k, v, mask=None):
    precise = torch.promote_types(q.dtype, torch.float32)
    weights = torch.softmax((q.to(precise) / q.shape[-1] ** 0.5) @ k.to(precise).transpose(-2, -1), dim=-1)
    if mask is not None:
        weights = weights * mask.to(precise)
        weights = weights / weights.sum(-1, keepdim=True).clamp_min(1e-30)
    return Attention((weights @ v.to(precise)).to(q.dtype), weights.to(q.dtype))


def make_attention_mask(lengths, max_length, *, causal=False):
    padding = torch.arange(max_length)[None, :] >= lengths[:, None]
    blocked = padding[:, None, None, :].repeat(1, 1, max_length, 1)
    if causal:
        blocked = blocked | torch.triu(torch.ones_like(blocked), diagonal=1)
    return ~blocked


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"{num_heads} heads do not divide {d_model}")
        self.num_heads = num_heads
        self.weight = nn.Parameter(torch.empty(4, d_model, d_model))
        self.bias = nn.Parameter(torch.empty(4, d_model))
        self.dropout = nn.Dropout(dropout)
        nn.init.xavier_uniform_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x, mask=None):
        batch, length, width = x.shape
        mixed = torch.matmul(x.unsqueeze(0), self.weight[:3].mT.unsqueeze(1)) + self.bias[:3, None, None]
        q, k, v = mixed.reshape(3, batch, length, self.num_heads, -1).transpose(2, 3)
        weights = self.dropout(scaled_dot_product_attention(q, k, v, mask).weights)
        joined = (weights @ v).transpose(1, 2).reshape(batch, length, width)
        return nn.functional.linear(joined, self.weight[3], self.bias[3])


def load_weights(module, weights):
    with torch.no_grad():
        module.weight.copy_(torch.stack([weights[f"w_{name}"] for name in "qkvo"]))
        module.bias.copy_(torch.stack([weights[f"b_{name}"] for name in "qkvo"]))


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    """Online softmax in which the causal case only touches the queries that can see the block."""
    length, size = q.shape[-2:]
    scaled = q * size**-0.5
    top = torch.full_like(q[..., :1], -torch.inf)
    total = torch.zeros_like(top)
    out = torch.zeros_like(v)
    for start in range(0, length, block_size):
        keys, values = k[:, :, start : start + block_size], v[:, :, start : start + block_size]
        first = start if causal else 0
        scores = scaled[:, :, first:] @ keys.mT
        if causal:
            seen = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
            scores = scores.masked_fill(~seen, -torch.inf)
        new = torch.maximum(top[:, :, first:], scores.amax(-1, keepdim=True))
        old = torch.exp(top[:, :, first:] - new)
        part = torch.exp(scores - new)
        total[:, :, first:] = total[:, :, first:] * old + part.sum(-1, keepdim=True)
        out[:, :, first:] = out[:, :, first:] * old + part @ values
        top[:, :, first:] = new
    return out.div_(total)
