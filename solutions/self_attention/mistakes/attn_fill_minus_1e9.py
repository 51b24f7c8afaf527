# /// mistake
# kind = "value"
# functions = ["scaled_dot_product_attention"]
# title.en = "-1e9 does not fit into float16"
# title.zh = "float16 装不下 -1e9"
# explanation.en = "The largest float16 is 65504, so filling a half-precision tensor with -1e9 raises \"value cannot be converted to type Half without overflow\". It works in every test in float32 and falls over in the first mixed-precision run. Use -inf, or `torch.finfo(scores.dtype).min`."
# explanation.zh = "float16 最大只有 65504，用 -1e9 填充半精度张量会报错“value cannot be converted to type Half without overflow”。它在 float32 的测试里一切正常，第一次混合精度训练就会倒下。请用 -inf，或 `torch.finfo(scores.dtype).min`。"
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
        scores = scores.masked_fill(~mask, -1e9)
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
    length, head_size = q.shape[-2:]
    q = q / math.sqrt(head_size)
    positions = torch.arange(length, device=q.device)
    # Of the keys seen so far: the largest score, the sum of exp(score - largest), and the same sum weighted by v.
    largest = q.new_full((*q.shape[:-1], 1), -math.inf)
    total = torch.zeros_like(largest)
    out = torch.zeros_like(v)
    for start in range(0, length, block_size):
        block = slice(start, start + block_size)
        scores = q @ k[..., block, :].transpose(-2, -1)
        if causal:
            scores = scores.masked_fill(positions[block] > positions[:, None], -math.inf)
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        rescale = torch.exp(largest - new_largest)
        exponentials = torch.exp(scores - new_largest)
        total = total * rescale + exponentials.sum(dim=-1, keepdim=True)
        out = out * rescale + exponentials @ v[..., block, :]
        largest = new_largest
    return out / total
