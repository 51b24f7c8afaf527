# /// mistake
# kind = "value"
# functions = ["generate"]
# title.en = "One token too few"
# title.zh = "少了一个词元"
# explanation.en = "The loop forgets that the prompt's pass gives the first new token, or stops one early. n passes give n tokens."
# explanation.zh = "忘了处理提示词的那次前向就给出第一个新词元，或者循环早停了一次。n 次前向得到 n 个词元。"
# ///
"""The reference with one mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn


def benchmark(
    function: Callable[[Any], Any],
    make_input: Callable[[], Any],
    *,
    warmup: int = 3,
    repeats: int = 10,
    clock: Callable[[], float],
) -> dict[str, float]:
    """Median, 95th percentile and interquartile range of a function's time."""
    for _ in range(warmup):
        function(make_input())
    times_s = []
    for _ in range(repeats):
        given = make_input()
        start_s = clock()
        function(given)
        times_s.append(clock() - start_s)
    lower, median, upper, high = np.percentile(times_s, [25, 50, 75, 95]).tolist()
    return {"median_s": median, "p95_s": high, "iqr_s": upper - lower}


def quantize_per_channel(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round each row to 8 bits, with a scale of its own."""
    largest = weight.abs().amax(dim=1, keepdim=True)
    scale = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    q = torch.round(weight / scale).clamp(-127, 127).to(torch.int8)
    return q, scale


def int8_linear(x: Tensor, q: Tensor, scale: Tensor, bias: Tensor | None = None) -> Tensor:
    """A linear layer whose weight is kept in 8 bits and made whole again for the product."""
    weight = q.to(x.dtype) * scale.to(x.dtype)
    return F.linear(x, weight, None if bias is None else bias.to(x.dtype))


@torch.no_grad()
def magnitude_prune(model: nn.Module, sparsity: float) -> dict[str, Tensor]:
    """Set the smallest weights of all linear layers together to zero."""
    if not 0.0 <= sparsity < 1.0:
        raise ValueError(f"sparsity is {sparsity}; it should be at least 0 and less than 1")
    linear = {id(module.weight) for module in model.modules() if isinstance(module, nn.Linear)}
    weights = {name: parameter for name, parameter in model.named_parameters() if id(parameter) in linear}
    if not weights:
        return {}
    magnitudes = torch.cat([weight.abs().flatten() for weight in weights.values()])
    kept = torch.ones_like(magnitudes, dtype=torch.bool)
    kept[magnitudes.argsort()[: int(sparsity * len(magnitudes))]] = False
    masks = {}
    for (name, weight), part in zip(
        weights.items(), kept.split([weight.numel() for weight in weights.values()]), strict=True
    ):
        masks[name] = part.view_as(weight)
        weight.mul_(masks[name])
    return masks


def distillation_loss(
    student_logits: Tensor,
    teacher_logits: Tensor,
    targets: Tensor,
    *,
    temperature: float = 2.0,
    alpha: float = 0.5,
) -> Tensor:
    """Learn from the teacher's softened distribution and from the labels."""
    log_student = F.log_softmax(student_logits / temperature, dim=-1)
    log_teacher = F.log_softmax(teacher_logits.detach() / temperature, dim=-1)
    soft = F.kl_div(log_student, log_teacher, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(student_logits, targets)
    return alpha * temperature**2 * soft + (1.0 - alpha) * hard


@torch.no_grad()
def generate(model: nn.Module, ids: Tensor, max_new_tokens: int) -> Tensor:
    """Greedy decoding; each position goes through the model once."""
    answer, step, past = [ids], ids, None
    for _ in range(max_new_tokens - 1):
        logits, past = model(step, past=past)
        step = logits[:, -1].argmax(dim=-1, keepdim=True)
        answer.append(step)
    return torch.cat(answer, dim=1)


@torch.no_grad()
def batched_generate(
    model: nn.Module,
    prompts: list[list[int]],
    max_new_tokens: int,
    *,
    pad_id: int,
    eos_id: int | None = None,
) -> list[list[int]]:
    """Greedy decoding of several prompts, all in one batch."""
    width = max(len(prompt) for prompt in prompts)
    step = torch.tensor([[pad_id] * (width - len(prompt)) + prompt for prompt in prompts])
    # From the lengths, not from pad_id: a prompt may contain that token.
    lengths = torch.tensor([len(prompt) for prompt in prompts])[:, None]
    mask = torch.arange(width) >= width - lengths
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    answers: list[list[int]] = [[] for _ in prompts]
    unfinished = set(range(len(prompts)))
    past = None
    for _ in range(max_new_tokens):
        logits, past = model(step, past=past, positions=positions, attention_mask=mask)
        step = logits[:, -1].argmax(dim=-1, keepdim=True)
        tokens = step[:, 0].tolist()
        for row in sorted(unfinished):
            answers[row].append(tokens[row])
            if tokens[row] == eos_id:
                unfinished.remove(row)
        if not unfinished:
            break
        mask = F.pad(mask, (0, 1), value=True)
        positions = positions[:, -1:] + 1
    return answers
