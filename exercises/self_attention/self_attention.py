"""Self-attention from scratch.

Fill in the five names below. Keep their names and arguments; add whatever else you like. The parts are graded on
their own: leave one as it is and it counts as not attempted, not as wrong.

Letters: B batch, T length, D model width, H heads, d size of one head (D / H).

Not allowed anywhere in this file: they are what you are asked to write.
    torch.nn.functional.scaled_dot_product_attention
    torch.nn.MultiheadAttention
    torch.nn.functional.multi_head_attention_forward
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Every query takes a weighted mean of the values, softmax(q k^T / sqrt(d)) being the weights.

    Args:
        q: (..., Tq, d); any leading dimensions (also none), any float dtype.
        k: (..., Tk, d).
        v: (..., Tk, dv).
        mask: bool, broadcastable to (..., Tq, Tk); True = may attend. None: everything may be attended to.

    Returns:
        (out, weights): out (..., Tq, dv) and weights (..., Tq, Tk), both in q's dtype. A query that may attend to
        nothing gets zeros in both. Gradients flow to q, k and v and are always finite, with such a query too.
        The arguments are not changed.
    """
    raise NotImplementedError


def make_attention_mask(lengths: Tensor, max_length: int, *, causal: bool = False) -> Tensor:
    """Say who may attend to whom in a padded batch.

    Args:
        lengths: int, (B,); the first lengths[b] positions of row b are real, the others are padding.
        max_length: T, the padded length.
        causal: later keys may not be attended to either; the position itself may.

    Returns:
        bool, (B, 1, T, T), True = may attend; [b, 0, i, j] is about query i and key j. Padding keys are never
        attended to. The rows of padding queries follow the same rules and get no special treatment.
    """
    raise NotImplementedError


class MultiHeadAttention(nn.Module):
    """Self-attention with H heads, four projections with biases, and dropout on the weights.

    Head h owns the h-th contiguous block of D / H features of the projections, as in torch's own layer.

    Args:
        d_model: D.
        num_heads: H.
        dropout: probability that a weight is dropped, in training only; the weights that stay are multiplied by
            1 / (1 - dropout).

    Raises:
        ValueError: D is not divisible by H.
    """

    def __init__(self, d_model: int, num_heads: int, *, dropout: float = 0.0) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Attend within each sequence of the batch.

        Args:
            x: (B, T, D).
            mask: bool, broadcastable to (B, H, T, T); True = may attend.

        Returns:
            (B, T, D). A query that may attend to nothing gives the bias of the output projection.
        """
        raise NotImplementedError


def load_weights(module: MultiHeadAttention, weights: dict[str, Tensor]) -> None:
    """Copy given weights into your layer, so that it can be compared whatever you call its attributes.

    Args:
        module: your MultiHeadAttention; `.double()` may have been called on it.
        weights: `w_q`, `w_k`, `w_v`, `w_o` of (D, D), laid out as in nn.Linear, that is (out, in), and `b_q`, `b_k`,
            `b_v`, `b_o` of (D,). The values are copied (changing the dict's tensors later changes nothing in the
            module) and cast to the module's dtype.
    """
    raise NotImplementedError


def streaming_attention(q: Tensor, k: Tensor, v: Tensor, *, block_size: int = 64, causal: bool = False) -> Tensor:
    """The same attention without ever holding T x T scores: an online softmax over blocks of keys.

    Called under torch.no_grad().

    Args:
        q, k, v: (B, H, T, d).
        block_size: keys per block; need not divide T. Memory may grow with T x block_size, not with T x T.
        causal: later keys may not be attended to; the position itself may.

    Returns:
        (B, H, T, d), equal to attention.
    """
    raise NotImplementedError
