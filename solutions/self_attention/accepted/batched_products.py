# /// accepted
# note.en = "bmm over flattened leading dimensions, blocked scores set to the lowest finite number with where, log_softmax and exp; one fused matrix in which the q, k and v rows of a head stand together. Streaming from the last block to the first, in place."
# note.zh = "把前置维度展平后用 bmm；用 where 把被屏蔽的分数设为最低的有限数；用 log_softmax 再取 exp；三个投影合成一个矩阵，同一个头的 q、k、v 各行放在一起。流式版本从最后一块往前，原地更新。"
# ///
from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    lead = q.shape[:-2]
    a, b, c = (tensor.flatten(0, -3) if lead else tensor[None] for tensor in (q, k, v))
    scores = torch.bmm(a, b.transpose(1, 2)).mul(1.0 / math.sqrt(q.shape[-1]))
    scores = scores.reshape(*lead, q.shape[-2], k.shape[-2])
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, torch.finfo(scores.dtype).min))
    weights = F.log_softmax(scores, dim=-1).exp()
    if mask is not None:
        weights = weights.masked_fill(mask.logical_not(), 0)
    out = torch.bmm(weights.reshape(-1, *weights.shape[-2:]), c).reshape(*lead, q.shape[-2], v.shape[-1])
    return out, weights


def make_attention_mask(lengths, max_length, *, causal=False):
    mask = torch.nn.functional.one_hot(lengths.long(), max_length + 1).cumsum(1)[:, :max_length] == 0
    mask = mask[:, None, None, :].expand(len(lengths), 1, max_length, max_length)
    return mask.tril() if causal else mask.clone()


class MultiHeadAttention(nn.Module):
    """Fused like some large models do it: for each head its q, k and v rows stand together."""

    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError("num_heads")
        self.d_model, self.num_heads, self.dropout = d_model, num_heads, dropout
        self.fused = nn.Linear(d_model, 3 * d_model)
        self.last = nn.Linear(d_model, d_model)

    def forward(self, x, mask=None):
        size = self.d_model // self.num_heads
        fused = self.fused(x).unflatten(-1, (self.num_heads, 3, size))
        q, k, v = fused.transpose(1, 2).unbind(-2)
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        if self.dropout > 0.0 and self.training:
            out = F.dropout(weights, p=self.dropout, training=True) @ v
        return self.last(out.transpose(1, 2).flatten(-2))


def load_weights(module, weights):
    shape = (module.num_heads, module.d_model // module.num_heads)
    with torch.no_grad():
        for kind in ("w", "b"):
            parts = [weights[f"{kind}_{name}"].unflatten(0, shape) for name in "qkv"]
            target = module.fused.weight if kind == "w" else module.fused.bias
            target.copy_(torch.stack(parts, dim=1).flatten(0, 2))
        module.last.weight.copy_(weights["w_o"])
        module.last.bias.copy_(weights["b_o"])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    """Blocks from the last to the first; in-place updates of preallocated buffers."""
    length = q.shape[-2]
    q = q * (1 / math.sqrt(q.shape[-1]))
    index = torch.arange(length)
    top = torch.full((*q.shape[:-1], 1), torch.finfo(q.dtype).min, dtype=q.dtype)
    total, out = torch.zeros_like(top), torch.zeros_like(v)
    for keys, values, columns in reversed(
        list(zip(k.split(block_size, -2), v.split(block_size, -2), index.split(block_size), strict=True))
    ):
        scores = torch.matmul(q, keys.transpose(-2, -1))
        if causal:
            scores.masked_fill_(columns[None, :] > index[:, None], -math.inf)
        new = torch.maximum(top, scores.amax(-1, keepdim=True))
        factor = top.sub_(new).exp_()
        scores.sub_(new).exp_()
        total.mul_(factor).add_(scores.sum(-1, keepdim=True))
        out.mul_(factor).add_(torch.matmul(scores, values))
        top = new
    return out / total
