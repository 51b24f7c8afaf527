# /// mistake
# kind = "cost"
# functions = ["streaming_attention"]
# breaks = ["streaming_time"]
# title.en = "Python loops over heads and queries"
# title.zh = "用 Python 循环逐头、逐个查询地处理"
# explanation.en = "One query at a time needs little memory and no online softmax, but it turns a few matrix products into B x H x T products of a matrix and a vector, each with the overhead of a Python step, and reads all keys and values again for each of them. Let all queries share one block of keys; only the blocks need a loop."
# explanation.zh = "一次只处理一个查询，内存确实省，也不需要在线 softmax；但几次矩阵乘法变成了 B x H x T 次“矩阵乘向量”，每次都有 Python 的固定开销，所有的键和值也要反复重读。应当让所有查询共用一块键，只对块做循环。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """softmax(q k^T / sqrt(d)) v, and the weights."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        # Finite on purpose: a row without any key stays finite, forwards and backwards, until it is set to zero below.
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v, weights


def make_attention_mask(lengths: Tensor, max_length: int, *, causal: bool = False) -> Tensor:
    """True where a query may attend to a key: the key is real and, if causal, not later than the query."""
    positions = torch.arange(max_length, device=lengths.device)
    real_keys = positions < lengths[:, None]
    allowed = torch.ones(max_length, max_length, dtype=torch.bool, device=lengths.device)
    if causal:
        allowed = allowed.tril()
    return real_keys[:, None, None, :] & allowed


class MultiHeadAttention(nn.Module):
    """Self-attention in `num_heads` subspaces of equal size."""

    def __init__(self, d_model: int, num_heads: int, *, dropout: float = 0.0) -> None:
        super().__init__()
        if d_model % num_heads != 0:
            raise ValueError(f"d_model={d_model} is not divisible by num_heads={num_heads}")
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, D) -> (B, H, T, D/H): head h gets the h-th block of features."""
        batch, length, d_model = x.shape
        return x.reshape(batch, length, self.num_heads, d_model // self.num_heads).transpose(1, 2)

    def _merge(self, x: Tensor) -> Tensor:
        """(B, H, T, D/H) -> (B, T, D): undoes `_split`."""
        batch, heads, length, head_size = x.shape
        return x.transpose(1, 2).reshape(batch, length, heads * head_size)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, T, D) -> (B, T, D)."""
        q = self._split(self.q_proj(x))
        k = self._split(self.k_proj(x))
        v = self._split(self.v_proj(x))
        out, weights = scaled_dot_product_attention(q, k, v, mask)
        if self.training and self.dropout.p > 0:
            out = self.dropout(weights) @ v
        return self.out_proj(self._merge(out))


def load_weights(module: MultiHeadAttention, weights: dict[str, Tensor]) -> None:
    """Copy the eight tensors into the module, in the module's dtype."""
    projections = {"q": module.q_proj, "k": module.k_proj, "v": module.v_proj, "o": module.out_proj}
    with torch.no_grad():
        for letter, linear in projections.items():
            linear.weight.copy_(weights[f"w_{letter}"])
            linear.bias.copy_(weights[f"b_{letter}"])


def streaming_attention(q: Tensor, k: Tensor, v: Tensor, *, block_size: int = 64, causal: bool = False) -> Tensor:
    """Attention by an online softmax over blocks of keys; at most T x block_size scores exist at a time."""
    batch, heads, length, _ = q.shape
    positions = torch.arange(length, device=q.device)
    out = torch.empty_like(v)
    for b in range(batch):
        for h in range(heads):
            for t in range(length):
                mask = (positions <= t)[None] if causal else None
                row, _ = scaled_dot_product_attention(q[b, h, t : t + 1], k[b, h], v[b, h], mask)
                out[b, h, t] = row[0]
    return out
