"""What the checks run beside your code: gradients, and your layer with known weights.

Every function gets your module as `submission`. You need not read this file to solve the exercise; it is here so that
you can see what is looked at.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import torch
from torch import Tensor


def attention_gradients(
    submission: ModuleType, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, upstream: Tensor
) -> tuple[Tensor, ...]:
    """Gradients of sum(out * upstream) with respect to q, k and v; zeros where none flows."""
    leaves = [each.detach().clone().requires_grad_() for each in (q, k, v)]
    out, _ = submission.scaled_dot_product_attention(*leaves, mask)
    if not out.requires_grad:
        return tuple(torch.zeros_like(leaf) for leaf in leaves)
    gradients = torch.autograd.grad((out * upstream).sum(), leaves, allow_unused=True)
    return tuple(torch.zeros_like(x) if g is None else g for x, g in zip(leaves, gradients, strict=True))


def _layer(
    submission: ModuleType, num_heads: int, weights: dict[str, Tensor], dtype: torch.dtype, dropout: float | None
) -> Any:
    """A layer that holds `weights`; what they leave out is 0.25 and not random. Without a dropout none is passed."""
    asked = {} if dropout is None else {"dropout": dropout}
    layer = submission.MultiHeadAttention(weights["b_o"].shape[0], num_heads, **asked).to(dtype)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(0.25)
    submission.load_weights(layer, {name: tensor.clone() for name, tensor in weights.items()})
    return layer


def multi_head_output(
    submission: ModuleType, num_heads: int, weights: dict[str, Tensor], x: Tensor, mask: Tensor | None = None
) -> Any:
    """What the layer makes of x in evaluation mode, in x's dtype."""
    layer = _layer(submission, num_heads, weights, x.dtype, 0.0).eval()
    return layer(x) if mask is None else layer(x, mask)


def loaded_output(submission: ModuleType, num_heads: int, weights: dict[str, Tensor], x: Tensor) -> Any:
    """The same, seen as a check of load_weights."""
    return multi_head_output(submission, num_heads, weights, x)


def numbers_found(submission: ModuleType, num_heads: int, weights: dict[str, Tensor], dtype: str) -> dict[str, int]:
    """For each tensor of `weights`, how many of its numbers are among the layer's parameters afterwards."""
    wanted = getattr(torch, dtype)
    layer = _layer(submission, num_heads, weights, wanted, 0.0)
    held = torch.cat([parameter.detach().flatten() for parameter in layer.parameters()]).to(torch.float64)
    return {
        name: int(torch.isin(tensor.to(wanted).to(torch.float64).flatten(), held).sum())
        for name, tensor in weights.items()
    }


def copies_facts(submission: ModuleType, num_heads: int, weights: dict[str, Tensor], x: Tensor) -> dict[str, bool]:
    """Whether the layer and the tensors that it was given can be changed without changing each other."""
    mine = {name: tensor.clone() for name, tensor in weights.items()}
    layer = submission.MultiHeadAttention(x.shape[-1], num_heads).to(x.dtype).eval()
    submission.load_weights(layer, mine)
    kept = all(torch.equal(mine[name], weights[name]) for name in weights)
    with torch.no_grad():
        before = [parameter.clone() for parameter in layer.parameters()]
        for tensor in mine.values():
            tensor.add_(1.0)
        layer_moved = any(not torch.equal(a, b) for a, b in zip(before, layer.parameters(), strict=True))
        given = {name: tensor.clone() for name, tensor in mine.items()}
        for parameter in layer.parameters():
            parameter.mul_(2.0)
        given_moved = any(not torch.equal(given[name], mine[name]) for name in given)
    return {
        "given_changed_by_loading": not kept,
        "layer_follows_given": layer_moved,
        "given_follows_layer": given_moved,
    }


def _dropout_layer(submission: ModuleType, dropout: float | None, score: float = 0.0) -> tuple[Any, Tensor]:
    """A layer and an input that make single attention weights visible.

    The values are unit vectors times T, and the output projection changes nothing. With all scores equal (`score` 0)
    every output feature is then the sum of exactly two weights, each of them 1 as long as nothing is dropped.
    """
    width, heads, length, batch = 24, 3, 48, 2
    zero, one = torch.zeros(width, width, dtype=torch.float64), torch.eye(width, dtype=torch.float64)
    weights = {"w_q": score * one, "w_k": score * one, "w_v": one, "w_o": one}
    weights |= dict.fromkeys(("b_q", "b_k", "b_v", "b_o"), zero[0])
    layer = _layer(submission, heads, weights, torch.float64, dropout)
    x = length * one.repeat(length // width, 1)
    return layer, x.expand(batch, length, width).clone()


def _distinct(out: Tensor) -> list[float]:
    return sorted({round(number, 4) for number in out.detach().flatten().tolist()})[:8]


def dropout_in_training(submission: ModuleType, dropout: float) -> dict[str, Any]:
    """What dropout does to the weights in training mode, as facts that do not depend on the random draw."""
    layer, x = _dropout_layer(submission, dropout)
    layer.train()
    first, second = layer(x).detach(), layer(x).detach()
    draws = 2 * first.numel()  # every number is the sum of two weights
    kept = float(first.sum()) * (1.0 - dropout) / draws
    deviation = (dropout * (1.0 - dropout) / draws) ** 0.5
    uneven, x = _dropout_layer(submission, dropout, score=0.02)
    uneven.train()
    return {
        "values": _distinct(first),
        "share_kept_as_asked": abs(kept - (1.0 - dropout)) <= 6.0 * deviation,
        "calls_differ": not torch.equal(first, second),
        "calls_differ_with_unequal_scores": not torch.equal(uneven(x), uneven(x)),
        "queries_differ": not torch.equal(first[:, 0], first[:, 1]),
        "sequences_differ": not torch.equal(first[0], first[1]),
    }


def dropout_in_evaluation(submission: ModuleType, dropout: float) -> dict[str, Any]:
    """What dropout does in evaluation mode, and again after a return from training mode."""
    layer, x = _dropout_layer(submission, dropout)
    layer.eval()
    first = layer(x)
    layer.train()
    layer(x)
    layer.eval()
    return {"values": _distinct(first), "calls_equal": torch.equal(first, layer(x))}


def training_by_default(submission: ModuleType) -> dict[str, Any]:
    """What a layer that was built without a word about dropout does in training mode."""
    layer, x = _dropout_layer(submission, None)
    layer.train()
    return {"values": _distinct(layer(x))}
