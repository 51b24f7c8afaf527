# /// accepted
# note.en = "One Linear of three times the width for q, k and v; q is scaled before the product; scores are blocked with minus infinity through where, and empty rows are caught before the softmax."
# note.zh = "q、k、v 合用一个三倍宽的 Linear；在相乘之前缩放 q；用 where 把分数置为负无穷，并在 softmax 之前处理没有键的行。"
# ///
from __future__ import annotations

import math

import torch
import torch.nn as nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = (q * (q.shape[-1] ** -0.5)).matmul(k.transpose(-1, -2))
    if mask is None:
        attn = scores.softmax(-1)
        return attn.matmul(v), attn
    empty = ~mask.any(-1, keepdim=True)
    scores = torch.where(mask | empty, scores, torch.tensor(-math.inf, dtype=scores.dtype))
    attn = scores.softmax(-1) * (~empty)
    return attn.matmul(v), attn


def make_attention_mask(lengths, max_length, *, causal=False):
    batch = lengths.shape[0]
    mask = torch.zeros(batch, 1, max_length, max_length, dtype=torch.bool)
    for row, length in enumerate(lengths.tolist()):
        mask[row, :, :, :length] = True
    if causal:
        mask = torch.tril(mask)
    return mask


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads:
            raise ValueError("d_model % num_heads != 0")
        self.h = num_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.proj = nn.Linear(d_model, d_model)
        self.attn_drop = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        B, T, D = x.shape
        q, k, v = self.qkv(x).view(B, T, 3, self.h, D // self.h).permute(2, 0, 3, 1, 4).unbind(0)
        _, attn = scaled_dot_product_attention(q, k, v, mask)
        y = self.attn_drop(attn) @ v
        return self.proj(y.transpose(1, 2).contiguous().view(B, T, D))


def load_weights(module, weights):
    module.qkv.weight.data.copy_(torch.cat([weights["w_q"], weights["w_k"], weights["w_v"]], dim=0))
    module.qkv.bias.data.copy_(torch.cat([weights["b_q"], weights["b_k"], weights["b_v"]]))
    module.proj.weight.data.copy_(weights["w_o"])
    module.proj.bias.data.copy_(weights["b_o"])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    """Whole rows of scores for a few queries at a time: block_size x T, no online softmax needed."""
    B, H, T, d = q.shape
    out = torch.empty_like(v)
    for i in range(0, T, block_size):
        rows = q[:, :, i : i + block_size]
        scores = rows @ k.transpose(-2, -1) / math.sqrt(d)
        if causal:
            where = torch.arange(i, i + rows.shape[2])
            scores = scores.masked_fill(torch.arange(T) > where[:, None], -math.inf)
        out[:, :, i : i + block_size] = torch.softmax(scores, -1) @ v
    return out
