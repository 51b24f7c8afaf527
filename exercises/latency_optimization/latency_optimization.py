"""Making a language model fast and small: a cache, batches, 8-bit weights, pruning, distillation, and honest timing.

Write the seven names below. Keep them, their arguments and the shapes; everything else is yours. What you have not
begun may go on raising NotImplementedError: it then counts as not attempted, not as wrong.

The model of generate and batched_generate is the tiny GPT of support.py:

    logits, present = model(ids, past=None, positions=None, attention_mask=None)

    ids             (B, T), int64: the tokens that the cache does not hold yet
    past            None, or what the last call returned; hand it on as it is
    positions       (B, T), int64; by default the length of the cache and onwards
    attention_mask  bool, (B, cached + T), True = real token; by default all are
    logits          (B, T, vocabulary)
    present         the cache of all tokens so far: for each layer keys and values, (B, H, cached + T, d)

Nothing in torch and numpy is forbidden.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn


def benchmark(
    function: Callable[[Any], Any],
    make_input: Callable[[], Any],
    *,
    warmup: int = 3,
    repeats: int = 10,
    clock: Callable[[], float],
) -> dict[str, float]:
    """Time a function on fresh inputs.

    Args:
        function: called as function(make_input()), warmup + repeats times in all.
        make_input: makes a new input for every call, warm-up included; its time does not count.
        warmup: calls that are not timed. May be 0.
        repeats: calls that are timed, at least 1.
        clock: gives seconds. Read exactly twice for each timed call, around function alone; never for warm-up.

    Returns:
        "median_s", "p95_s" (95th percentile) and "iqr_s" (75th percentile less the 25th) of the times, in seconds,
        with linear interpolation as numpy has it by default.
    """
    raise NotImplementedError


def quantize_per_channel(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round a weight to 8 bits, with one scale for each row.

    Args:
        weight: (out, in), float32 or float64.

    Returns:
        (q, scale): q int8 in [-127, 127], (out, in); scale (out, 1) in weight's dtype, the row's largest magnitude
        divided by 127, and 1 for a row of zeros. No weight is further from q * scale than half of its scale.
    """
    raise NotImplementedError


def int8_linear(x: Tensor, q: Tensor, scale: Tensor, bias: Tensor | None = None) -> Tensor:
    """A linear layer whose weight is kept in 8 bits; x is not quantized.

    Args:
        x: (..., in), any number of leading dimensions, any float dtype.
        q: (out, in), int8.
        scale: (out, 1), float32 or x's dtype.
        bias: (out,), float32 or x's dtype, or None.

    Returns:
        x @ (q * scale).T + bias, (..., out), in x's dtype.
    """
    raise NotImplementedError


def magnitude_prune(model: nn.Module, sparsity: float) -> dict[str, Tensor]:
    """Set the smallest weights of all nn.Linear layers, taken together, to zero, in place.

    Args:
        model: biases, embeddings, norms and all else that is no weight of an nn.Linear stay untouched.
        sparsity: of the n weights of these layers floor(sparsity * n) are pruned; one more or less is accepted.

    Returns:
        For each of these weights, under its name in model.named_parameters(), a bool mask: True = kept.

    Raises:
        ValueError: sparsity is not in [0, 1).
    """
    raise NotImplementedError


def distillation_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    targets: Tensor,
    *,
    temperature: float = 2.0,
    alpha: float = 0.5,
) -> Tensor:
    """The loss of a student that learns from a teacher and from labels.

    alpha * T^2 * mean over the rows of (sum over the classes of p_t (log p_t - log p_s)), both at temperature T,
    + (1 - alpha) * cross entropy with the targets at temperature 1.

    Args:
        student_logits: (N, C).
        teacher_logits: (N, C); no gradient goes there.
        targets: (N,), int64.
        temperature: T; logits are divided by it.
        alpha: the teacher's share.

    Returns:
        A tensor without dimensions, from which the gradient flows to student_logits.
    """
    raise NotImplementedError


def generate(model: nn.Module, ids: Tensor, max_new_tokens: int) -> Tensor:
    """Greedy decoding with a cache of keys and values.

    Args:
        model: see above. It stays in the mode, training or evaluation, that it is in.
        ids: (B, T), int64; all rows are real tokens. Not changed.
        max_new_tokens: n; 0 returns the ids.

    Returns:
        (B, T + n): the ids, then in each row the tokens of the largest logit, one after the other. Token for token what
        computing everything anew for each token would give. The prompt goes in at once or in chunks, then one position
        at a time: at most T + n positions in all. Calls share no state.
    """
    raise NotImplementedError


def batched_generate(
    model: nn.Module,
    prompts: list[list[int]],
    max_new_tokens: int,
    *,
    pad_id: int,
    eos_id: int | None = None,
) -> list[list[int]]:
    """Greedy decoding of several prompts at once: one forward pass a step for all of them, with a cache.

    Args:
        model: see above.
        prompts: of unequal length, none empty. Padded on the left with pad_id; a prompt may contain pad_id as a real
            token. Not changed.
        max_new_tokens: at least 1.
        pad_id: what to pad with.
        eos_id: the token that ends an answer, or None.

    Returns:
        For each prompt, in their order, its new tokens, up to and with the first eos_id: what the prompt alone would
        give.
    """
    raise NotImplementedError
