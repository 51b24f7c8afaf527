# /// mistake
# kind = "rule"
# functions = ["MultiHeadAttention"]
# inherits = ["load_weights"]
# title.en = "Wraps nn.MultiheadAttention"
# title.zh = "包装了 nn.MultiheadAttention"
# explanation.en = "The layer is handed to the library class that the exercise asks you to write, so it is not allowed here. Note also that its mask means the opposite and that fully masked rows give NaN there."
# explanation.zh = "把整个层交给了本题要你亲手写的库类，所以不允许。还要注意：它的掩码含义与本题相反，全被屏蔽的行在那里会得到 NaN。"
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
        self.inner = nn.MultiheadAttention(d_model, num_heads, dropout=dropout, batch_first=True)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, T, D) -> (B, T, D)."""
        blocked = None
        if mask is not None:
            batch, length, _ = x.shape
            full = mask.expand(batch, self.num_heads, length, length)
            blocked = ~full.reshape(batch * self.num_heads, length, length)
        out, _ = self.inner(x, x, x, attn_mask=blocked)
        return out


def load_weights(module: MultiHeadAttention, weights: dict[str, Tensor]) -> None:
    """Copy the eight tensors into the module, in the module's dtype."""
    inner = module.inner
    with torch.no_grad():
        inner.in_proj_weight.copy_(torch.cat([weights["w_q"], weights["w_k"], weights["w_v"]]))
        inner.in_proj_bias.copy_(torch.cat([weights["b_q"], weights["b_k"], weights["b_v"]]))
        inner.out_proj.weight.copy_(weights["w_o"])
        inner.out_proj.bias.copy_(weights["b_o"])


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
