"""Hidden checks of `distillation_loss`.

The two distributions are far apart: between similar ones the divergence is nearly the same in both directions.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

DISTILL = {"part": "distill", "function": "distillation_loss"}


def _logits(rng, rows, classes):
    """A student and a teacher who differ: the teacher is sure of itself, and prefers other classes."""
    teacher = rng.normal(rows, classes, std=2.0)
    teacher[torch.arange(rows), rng.integers(0, classes, (rows,))] += 5.0
    return rng.normal(rows, classes, std=2.0), teacher, rng.integers(0, classes, (rows,))


@pytest.mark.check(
    **DISTILL,
    points=4,
    kind="value",
    en="The loss equals the reference's at several temperatures and shares",
    zh="在多种温度和权重下，损失与参考一致",
)
def test_distillation_values(candidate, reference, rng):
    cases = [(*_logits(rng, rows, classes), t, a) for rows, classes, t, a in
             ((5, 7, 3.0, 0.7), (4, 9, 1.0, 0.3), (6, 3, 0.5, 0.4), (8, 11, 5.0, 0.9))]  # fmt: skip
    got, want = (
        [side.distillation_loss(*case[:3], temperature=case[3], alpha=case[4]) for case in cases]
        for side in (candidate, reference)
    )
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **DISTILL,
    points=1,
    kind="value",
    en="Temperature 2 and alpha 0.5 where nothing else is asked for",
    zh="不另作说明时，温度为 2，alpha 为 0.5",
)
def test_distillation_defaults(candidate, reference, rng):
    case = _logits(rng, 6, 5)
    expect.equal(candidate.distillation_loss(*case), reference.distillation_loss(*case))


@pytest.mark.check(
    **DISTILL,
    points=2,
    kind="property",
    en="alpha 0 is cross entropy alone; at alpha 1 a student equal to its teacher has loss 0, and no loss is negative",
    zh="alpha 为 0 时就是交叉熵；alpha 为 1 时，与教师相同的学生损失为 0，且损失从不为负",
)
def test_distillation_ends(candidate, rng):
    student, teacher, targets = _logits(rng, 7, 6)
    hard = candidate.distillation_loss(student, teacher, targets, temperature=3.0, alpha=0.0)
    alike = candidate.distillation_loss(teacher, teacher, targets, temperature=3.0, alpha=1.0)
    soft = candidate.distillation_loss(student, teacher, targets, temperature=3.0, alpha=1.0)
    expect.close(
        hard,
        torch.nn.functional.cross_entropy(student, targets),
        atol=1e-9,
        rtol=1e-7,
        hint=("With alpha 0 only cross entropy is left.", "alpha 为 0 时只剩交叉熵。"),
    )
    expect.close(
        alike,
        torch.zeros((), dtype=torch.float64),
        atol=1e-9,
        hint=("A student who says just what the teacher says.", "学生与教师说得一模一样。"),
    )
    expect.that(soft > 0, en="The divergence should be positive.", zh="散度应当为正。")


@pytest.mark.check(
    **DISTILL,
    points=3,
    kind="value",
    en="The student's gradient equals the reference's; none reaches the teacher",
    zh="学生的梯度与参考一致；教师得不到梯度",
)
def test_distillation_gradients(candidate, reference, rng):
    cases = [(*_logits(rng, 5, 6), 3.0, 0.6), (*_logits(rng, 4, 8), 1.5, 1.0)]
    got = [candidate.support.distillation_gradients(*case) for case in cases]
    want = [reference.support.distillation_gradients(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each["teacher"], right["teacher"], hint=("This is the teacher's gradient.", "这是教师的梯度。"))
        expect.equal(each["student"], right["student"], hint=("This is the student's gradient.", "这是学生的梯度。"))


@pytest.mark.check(
    **DISTILL,
    points=2,
    kind="robust",
    en="Finite, and right, where probabilities underflow to zero",
    zh="概率下溢为零时，结果仍然有限且正确",
)
def test_distillation_extreme(candidate, reference, rng):
    student, teacher, targets = _logits(rng, 5, 6)
    student, teacher, rows = student * 300.0, teacher * 300.0, torch.arange(5)
    # The teacher hesitates between two classes and gives the others nothing, whatever the draw.
    best = teacher.argmax(dim=-1)
    teacher[rows, (best + 1) % 6] = teacher[rows, best] - 0.7
    case = (student, teacher, targets)
    got = candidate.distillation_loss(*case, temperature=1.0, alpha=0.5)
    gradients = candidate.support.distillation_gradients(*case, 1.0, 0.5)
    expect.finite(got)
    expect.equal(got, reference.distillation_loss(*case, temperature=1.0, alpha=0.5))
    expect.finite(gradients["student"])
