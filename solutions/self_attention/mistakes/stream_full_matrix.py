# /// mistake
# kind = "cost"
# functions = ["streaming_attention"]
# breaks = ["streaming_memory"]
# title.en = "The full T x T score matrix is built after all"
# title.zh = "最终还是建了完整的 T x T 分数矩阵"
# explanation.en = "The result is right, but memory grows with the square of the length: 32 000 tokens need 4 GB for one head in float32. Only one block of scores may exist at a time, with the running maximum, sum and output carried from block to block."
# explanation.zh = "结果是对的，但内存随长度的平方增长：32,000 个词元，单个头用 float32 就要 4 GB。任何时刻只应存在一块分数，块与块之间只带着当前最大值、累积和与累积输出。"
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
    """Attention in one piece."""
    length, head_size = q.shape[-2:]
    q = q / math.sqrt(head_size)
    scores = q @ k.transpose(-2, -1)
    if causal:
        positions = torch.arange(length, device=q.device)
        scores = scores.masked_fill(positions > positions[:, None], -math.inf)
    return torch.softmax(scores, dim=-1) @ v
