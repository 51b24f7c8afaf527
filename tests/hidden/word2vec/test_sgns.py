"""Hidden checks of `sgns_step`: formulas against the reference, gradients against differences of the loss itself."""

from __future__ import annotations

import numpy as np
import pytest

from grader.exam import expect

SGNS = {"part": "sgns", "function": "sgns_step"}


def _case(rng, width, count, std=1.0):
    draw = rng.numpy.normal
    return draw(scale=std, size=width), draw(scale=std, size=width), draw(scale=std, size=(count, width))


def _certain(rng, width):
    """Scores of 9 and -9: far out for a sigmoid, and yet not 1 or 0."""
    center = rng.numpy.normal(size=width)
    along = center / (center @ center)
    return center, 9.0 * along, np.stack([-9.0 * along, 9.0 * along])


@pytest.mark.check(
    **SGNS,
    points=3,
    kind="value",
    en="The loss equals the reference",
    zh="损失与参考一致",
)
def test_sgns_loss(candidate, reference, rng):
    triples = [_case(rng, 5, 3), _case(rng, 8, 6), _case(rng, 3, 1), _certain(rng, 4)]
    expect.equal(candidate.support.losses(triples), reference.support.losses(triples))


@pytest.mark.check(
    **SGNS,
    points=4,
    kind="value",
    en="Loss and all three gradients equal the reference",
    zh="损失和三个梯度都与参考一致",
)
def test_sgns_gradients(candidate, reference, rng):
    cases = [_case(rng, 4, 3), _case(rng, 7, 5), _case(rng, 3, 8), _certain(rng, 5)]
    got = [candidate.sgns_step(*case) for case in cases]
    expect.equal(got, [reference.sgns_step(*case) for case in cases])


@pytest.mark.check(
    **SGNS,
    points=3,
    kind="property",
    en="Each gradient is the slope of your own loss, measured by small steps",
    zh="每个梯度都等于你自己的损失的斜率（用小步长差分测得）",
)
def test_sgns_slopes(candidate, rng):
    case, step = _case(rng, 3, 2, std=0.8), 1e-5
    places = [(which, index) for which, array in enumerate(case) for index in np.ndindex(array.shape)]
    triples = []
    for which, index in places:
        for sign in (1.0, -1.0):
            moved = [array.copy() for array in case]
            moved[which][index] += sign * step
            triples.append(tuple(moved))
    got = candidate.sgns_step(*case)
    measured = candidate.support.losses(triples)
    expect.that(
        isinstance(got, list | tuple) and len(got) == 4,
        en="There should be four results: the loss and three gradients.",
        zh="应当有四个结果：损失和三个梯度。",
    )
    for gradient, array in zip(got[1:], case, strict=True):
        expect.shape(gradient, array.shape)
    for at, (which, index) in enumerate(places):
        slope = (float(measured[2 * at]) - float(measured[2 * at + 1])) / (2 * step)
        expect.close(
            float(got[1 + which][index]),
            slope,
            atol=1e-6,
            rtol=1e-4,
            hint=("The gradient is not the slope of the loss.", "梯度与损失的斜率不符。"),
        )


@pytest.mark.check(
    **SGNS,
    points=2,
    kind="robust",
    en="No negatives at all",
    zh="一个负样本也没有",
)
def test_sgns_no_negatives(candidate, reference, rng):
    cases = [_case(rng, 4, 0), _case(rng, 6, 0)]
    got = [candidate.sgns_step(*case) for case in cases]
    expect.equal(got, [reference.sgns_step(*case) for case in cases])


@pytest.mark.check(
    **SGNS,
    points=3,
    kind="robust",
    en="Scores of +-1000: everything finite, and right",
    zh="分数达到 ±1000 时，一切有限且正确",
)
def test_sgns_large_scores(candidate, reference, rng):
    cases = []
    for sign in (1.0, -1.0):
        center = rng.numpy.normal(size=5)
        along = center / (center @ center)
        cases.append((center, sign * 1000.0 * along, np.stack([700.0 * along, -1000.0 * along, 1000.0 * along])))
    got = [candidate.sgns_step(*case) for case in cases]
    for each in got:
        if isinstance(each, list | tuple):
            for part in each:
                expect.finite(
                    part,
                    hint=(
                        "exp of 1000 overflows: write log s(x) and s(x) so that no large number is exponentiated.",
                        "exp(1000) 会溢出：把 log s(x) 和 s(x) 写成不对大数取指数的形式。",
                    ),
                )
    expect.equal(got, [reference.sgns_step(*case) for case in cases])


@pytest.mark.check(
    **SGNS,
    points=1,
    kind="robust",
    en="The arguments are not changed",
    zh="不改动传入的参数",
)
def test_sgns_arguments(candidate, rng):
    case = _case(rng, 5, 3)
    _, after = candidate.with_arguments.sgns_step(*case)
    hint = ("An argument was changed by the call.", "调用改动了传入的参数。")
    expect.equal(list(after), list(case), hint=hint)
