# /// accepted
# note.en = "nn.Parameter matrices stored as (in, out) and used through einsum, per head; load_weights transposes and reshapes. Streaming in two passes: log-sum-exp first, output second."
# note.zh = "用 nn.Parameter 按 (in, out) 存放各头的矩阵，通过 einsum 计算；load_weights 负责转置和变形。流式版本扫两遍：先求 log-sum-exp，再求输出。"
# ///
from __future__ import annotations

import math

import torch
from torch import nn


def scaled_dot_product_attention(q, k, v, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", q, k) / math.sqrt(q.shape[-1])
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(~mask, torch.finfo(scores.dtype).min / 2)
        scores = scores + bias
    weights = torch.softmax(scores, -1)
    if mask is not None:
        weights = weights * mask
    return torch.einsum("...qk,...kd->...qd", weights, v), weights


def make_attention_mask(lengths, max_length, *, causal=False):
    rows, columns = torch.meshgrid(torch.arange(max_length), torch.arange(max_length), indexing="ij")
    masks = []
    for length in lengths:
        allowed = columns < length
        if causal:
            allowed = allowed.logical_and(rows >= columns)
        masks.append(allowed)
    return torch.stack(masks).unsqueeze(1)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, num_heads, *, dropout=0.0):
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError("d_model must be a multiple of num_heads")
        d = d_model // num_heads
        self.W_in = nn.ParameterDict({n: nn.Parameter(torch.randn(d_model, num_heads, d)) for n in "qkv"})
        self.b_in = nn.ParameterDict({n: nn.Parameter(torch.zeros(num_heads, d)) for n in "qkv"})
        self.W_out = nn.Parameter(torch.randn(num_heads, d, d_model))
        self.b_out = nn.Parameter(torch.zeros(d_model))
        self.p = dropout

    def forward(self, x, mask=None):
        q, k, v = (
            torch.einsum("btm,mhd->bhtd", x, self.W_in[n]) + self.b_in[n][:, None, :] for n in "qkv"
        )
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        if self.training and self.p:
            keep = torch.bernoulli(torch.full_like(weights, 1.0 - self.p))
            out = (weights * keep / (1.0 - self.p)) @ v
        return torch.einsum("bhtd,hdm->btm", out, self.W_out) + self.b_out


@torch.no_grad()
def load_weights(module, weights):
    for n in "qkv":
        module.W_in[n].copy_(weights[f"w_{n}"].t().reshape(module.W_in[n].shape))
        module.b_in[n].copy_(weights[f"b_{n}"].reshape(module.b_in[n].shape))
    module.W_out.copy_(weights["w_o"].t().reshape(module.W_out.shape))
    module.b_out.copy_(weights["b_o"])


def streaming_attention(q, k, v, *, block_size=64, causal=False):
    T, d = q.shape[-2:]
    starts = list(range(0, T, block_size))

    def scores_of(start):
        scores = torch.einsum("bhqd,bhkd->bhqk", q, k[:, :, start : start + block_size]) / math.sqrt(d)
        if causal:
            late = torch.arange(start, start + scores.shape[-1])[None, :] > torch.arange(T)[:, None]
            scores = torch.where(late, -math.inf, scores)
        return scores

    normaliser = None
    for start in starts:
        part = torch.logsumexp(scores_of(start), -1)
        normaliser = part if normaliser is None else torch.logaddexp(normaliser, part)
    out = torch.zeros_like(v)
    for start in starts:
        out += torch.exp(scores_of(start) - normaliser[..., None]) @ v[:, :, start : start + block_size]
    return out
