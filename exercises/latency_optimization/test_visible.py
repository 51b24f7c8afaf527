"""Small cases that can be followed by hand. Run them with `pytest test_visible.py` beside your latency_optimization.py.

Tests that need a model built beside your code run only here: `grader run` has hidden ones in their place.
"""

from __future__ import annotations

import math

import latency_optimization
import torch


def test_two_rows_by_hand():
    """The steps are 1.27 / 127 = 0.01 and 254 / 127 = 2: each row keeps its own precision."""
    weight = torch.tensor([[1.27, -0.5, 0.012], [-254.0, 3.4, 100.0]], dtype=torch.float64)
    q, scale = latency_optimization.quantize_per_channel(weight)
    assert q.dtype == torch.int8
    assert scale.shape == (2, 1), f"scale has shape {tuple(scale.shape)}, should be (2, 1)"
    assert torch.allclose(scale, torch.tensor([[0.01], [2.0]], dtype=torch.float64)), f"{scale.tolist()}"
    assert q.tolist() == [[127, -50, 1], [-127, 2, 50]], f"{q.tolist()}"


def test_one_input_by_hand():
    """Row 1: 0.5 * (2 * 10 + 1 * 4) + 1 = 13; row 2: 0.25 * (2 * -8 + 1 * 100) - 1 = 20."""
    q = torch.tensor([[10, 4], [-8, 100]], dtype=torch.int8)
    scale, bias = torch.tensor([[0.5], [0.25]]), torch.tensor([1.0, -1.0])
    got = latency_optimization.int8_linear(torch.tensor([[2.0, 1.0]]), q, scale, bias)
    assert torch.allclose(got, torch.tensor([[13.0, 20.0]])), f"{got.tolist()}"
    got = latency_optimization.int8_linear(torch.tensor([2.0, 1.0]), q, scale)
    assert torch.allclose(got, torch.tensor([12.0, 21.0])), f"{got.tolist()}"


def test_two_classes_by_hand():
    """At temperature 2 the teacher says 3/4 and 1/4, the student 1/2 and 1/2."""
    student, teacher = torch.zeros(1, 2), torch.tensor([[2 * math.log(3.0), 0.0]])
    divergence = math.log(2.0) + 0.75 * math.log(0.75) + 0.25 * math.log(0.25)
    got = latency_optimization.distillation_loss(student, teacher, torch.tensor([1]))
    want = 0.5 * 4.0 * divergence + 0.5 * math.log(2.0)
    assert math.isclose(float(got), want, rel_tol=1e-4), f"{float(got)}, should be {want}"


def test_six_weights_by_hand():
    """Half of six weights go, 0.1, -0.2 and 0.3: magnitudes count, so -5 stays."""
    layer = torch.nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[0.1, -0.2, 0.9], [-5.0, 0.3, 0.4]]))
    masks = latency_optimization.magnitude_prune(layer, 0.5)
    assert masks["weight"].tolist() == [[False, False, True], [True, False, True]]
    assert layer.weight.tolist() == torch.tensor([[0.0, 0.0, 0.9], [-5.0, 0.0, 0.4]]).tolist()


def _by_recomputation(model, ids, count):
    with torch.no_grad():
        for _ in range(count):
            ids = torch.cat([ids, model(ids)[0][:, -1:].argmax(-1)], dim=1)
    return ids


def test_same_tokens_as_without_a_cache():
    """And each position is computed once: the prompt's four and those of the new tokens."""
    from support import tiny_gpt

    model, ids = tiny_gpt(dtype="float64"), torch.tensor([[5, 6, 7, 8]])
    got = latency_optimization.generate(model, ids, 6)
    computed = model.computed
    assert got.tolist() == _by_recomputation(model, ids, 6).tolist()
    assert computed <= 4 + 6, f"{computed} positions were computed, 10 at most are needed"


def test_two_prompts_as_each_alone():
    """A short prompt beside a long one answers as it does alone."""
    from support import tiny_gpt

    model, prompts = tiny_gpt(dtype="float64"), [[5, 6, 7, 8, 9], [11, 12]]
    got = latency_optimization.batched_generate(model, prompts, 6, pad_id=0)
    for prompt, answer in zip(prompts, got, strict=True):
        assert answer == _by_recomputation(model, torch.tensor([prompt]), 6)[0, len(prompt) :].tolist()


def test_three_calls_on_a_clock_of_our_own():
    """The warm-up call takes 9 s, the timed ones 1, 2 and 4: median 2, p95 3.8, quartiles 1.5 and 3."""
    now, inputs = [0.0], iter([9.0, 1.0, 2.0, 4.0])

    def function(seconds):
        now[0] += seconds

    got = latency_optimization.benchmark(function, lambda: next(inputs), warmup=1, repeats=3, clock=lambda: now[0])
    assert math.isclose(got["median_s"], 2.0) and math.isclose(got["p95_s"], 3.8) and math.isclose(got["iqr_s"], 1.5)
