"""Hidden checks of `quantize_per_channel` and `int8_linear`.

Rows differ by orders of magnitude, and in some the entry of largest magnitude is negative: a scale shared by rows,
taken along the other axis, or without the magnitude then shows. Speed is not looked at: 8-bit weights are not reliably
faster on a CPU.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

QUANTIZE = {"part": "quantize", "function": "quantize_per_channel"}
LINEAR = {"part": "quantize", "function": "int8_linear"}


def _weight(rng, rows, columns, dtype=torch.float64):
    """Rows of very different size; even rows have their largest entry below zero, odd ones above."""
    weight = rng.normal(rows, columns) * 10.0 ** rng.uniform(-3.0, 2.0, (rows, 1))
    peak = weight.abs().amax(dim=1) * 1.2
    weight[torch.arange(rows), rng.integers(0, columns, (rows,))] = peak * (2.0 * (torch.arange(rows) % 2) - 1.0)
    return weight.to(dtype)


@pytest.mark.check(
    **QUANTIZE,
    points=3,
    kind="value",
    en="The 8-bit numbers and the scales equal the reference's",
    zh="8 位整数和缩放系数与参考一致",
)
def test_quantize_values(candidate, reference, rng):
    weights = [_weight(rng, 7, 12), _weight(rng, 9, 9), _weight(rng, 4, 33)]
    got = [candidate.quantize_per_channel(weight) for weight in weights]
    want = [reference.quantize_per_channel(weight) for weight in weights]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **QUANTIZE,
    points=3,
    kind="property",
    en="No weight is off by more than half a step of its own row, even beside a row that is 50 times larger",
    zh="每个权重的误差不超过本行的半个步长，哪怕旁边有一行大 50 倍",
)
def test_quantize_error(candidate, rng):
    weight = rng.normal(8, 20)
    weight[3] *= 50.0
    q, scale = candidate.quantize_per_channel(weight)
    expect.dtype(q, torch.int8)
    expect.shape(q, (8, 20))
    expect.shape(scale, (8, 1))
    step = weight.abs().amax(dim=1, keepdim=True) / 127
    expect.that(
        ((weight - q.double() * scale).abs() <= step * 0.5 * (1 + 1e-6)).all(),
        en="Some weight is further from q * scale than half of (row maximum / 127).",
        zh="有的权重与 q * scale 的差超过了半个步长（本行最大绝对值 / 127 的一半）。",
    )


@pytest.mark.check(
    **QUANTIZE,
    points=2,
    kind="property",
    en="One byte a weight, in [-127, 127], and every row uses the whole range",
    zh="每个权重一个字节，在 [-127, 127] 之内，且每一行都用满这个范围",
)
def test_quantize_range(candidate, rng):
    # A hundred rows: in one of five, the largest over its scale comes out a hair under 127.
    weight = _weight(rng, 100, 16)
    q, scale = candidate.quantize_per_channel(weight)
    expect.dtype(q, torch.int8)
    expect.shape(scale, (100, 1))
    expect.that(
        (q.int().abs().amax(dim=1) == 127).all(),
        en="In every row the weight of largest magnitude should become 127 or -127, and nothing more than that.",
        zh="每一行绝对值最大的权重都应当变成 127 或 -127，且没有更大的数。",
    )


@pytest.mark.check(
    **QUANTIZE,
    points=2,
    kind="robust",
    en="A row of zeros has scale 1 and stays zero",
    zh="全零的行，缩放系数为 1，量化后仍为零",
)
def test_quantize_zero_row(candidate, reference, rng):
    weight = _weight(rng, 6, 10)
    weight[2] = 0.0
    expect.equal(candidate.quantize_per_channel(weight), reference.quantize_per_channel(weight))


@pytest.mark.check(
    **QUANTIZE,
    points=2,
    kind="robust",
    en="float32 weights get float32 scales and the same bound on the error; float64 ones float64",
    zh="float32 的权重得到 float32 的系数，误差界相同；float64 的得到 float64",
)
def test_quantize_dtypes(candidate, rng):
    for dtype in (torch.float32, torch.float64):
        weight = _weight(rng, 6, 14, dtype)
        q, scale = candidate.quantize_per_channel(weight)
        expect.dtype(q, torch.int8)
        expect.dtype(scale, dtype)
        expect.close(scale, weight.abs().amax(dim=1, keepdim=True) / 127, rtol=1e-5)
        step = scale.double()
        expect.that(
            ((weight.double() - q.double() * step).abs() <= step * 0.5 * (1 + 1e-4)).all(),
            en="Some weight is further from q * scale than half of its scale.",
            zh="有的权重与 q * scale 的差超过了半个 scale。",
        )


@pytest.mark.check(**QUANTIZE, points=1, kind="robust", en="The weight is not changed", zh="不改动传入的权重")
def test_quantize_arguments(candidate, rng):
    weight = _weight(rng, 5, 8)
    _, after = candidate.with_arguments.quantize_per_channel(weight)
    hint = ("The weight was changed by the call.", "调用改动了传入的权重。")
    expect.equal(list(after), [weight], hint=hint)


def _layer(rng, rows, columns, dtype=torch.float64):
    q = rng.integers(-127, 128, (rows, columns)).to(torch.int8)
    scale = (rng.uniform(0.5, 2.0, (rows, 1)) / 127).to(dtype)
    return q, scale, rng.normal(rows, std=1.0, dtype=dtype)


@pytest.mark.check(
    **LINEAR,
    points=3,
    kind="value",
    en="The product with q * scale, with and without a bias",
    zh="与 q * scale 的乘积，有偏置和没有偏置",
)
def test_int8_linear_values(candidate, reference, rng):
    q, scale, bias = _layer(rng, 6, 9)
    other, other_scale, _ = _layer(rng, 3, 5)
    cases = [
        (rng.normal(4, 9), q, scale, bias),
        (rng.normal(2, 3, 9), q, scale, bias),
        (rng.normal(7, 5), other, other_scale),
    ]
    got = [candidate.int8_linear(*case) for case in cases]
    want = [reference.int8_linear(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **LINEAR,
    points=1,
    kind="robust",
    en="Right where all sizes are the same number, so that no shape error warns you",
    zh="各个尺寸恰好相等、形状不会报错时，结果也正确",
)
def test_int8_linear_equal_sizes(candidate, reference, rng):
    q, scale, bias = _layer(rng, 5, 5)
    x = rng.normal(5, 5)
    expect.equal(candidate.int8_linear(x, q, scale, bias), reference.int8_linear(x, q, scale, bias))


@pytest.mark.check(
    **LINEAR,
    points=2,
    kind="robust",
    en="Any number of leading dimensions: none, one, three",
    zh="任意多个前置维度：没有、一个、三个",
)
def test_int8_linear_leading_dimensions(candidate, reference, rng):
    q, scale, bias = _layer(rng, 4, 7)
    cases = [rng.normal(7), rng.normal(3, 7), rng.normal(2, 3, 2, 7)]
    got = [candidate.int8_linear(x, q, scale, bias) for x in cases]
    want = [reference.int8_linear(x, q, scale, bias) for x in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **LINEAR,
    points=2,
    kind="robust",
    en="The result has x's dtype; scale and bias may be float32 beside a narrower or wider x",
    zh="结果与 x 同类型；scale 和 bias 可以是 float32，而 x 更窄或更宽",
)
def test_int8_linear_dtypes(candidate, reference, rng):
    cases = []
    for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
        q, scale, bias = _layer(rng, 5, 8, torch.float32)
        cases.append((rng.normal(3, 8, std=1.0, dtype=dtype), q, scale * 0.5, bias))
    q, scale, bias = _layer(rng, 5, 8, torch.float16)
    cases.append((rng.normal(3, 8, std=1.0, dtype=torch.float16), q, scale * 0.5, bias))
    got = [candidate.int8_linear(*case) for case in cases]
    for case, each in zip(cases, got, strict=True):
        x, q, *rest = case
        exact = reference.int8_linear(x.double(), q, *(tensor.double() for tensor in rest))
        expect.dtype(each, x.dtype)
        if x.dtype == torch.float64:  # scale and bias were given in float32, and may be used so
            expect.close(each, exact, atol=1e-5, rtol=1e-4)
        else:
            expect.equal(each, exact.to(x.dtype))


@pytest.mark.check(**LINEAR, points=1, kind="robust", en="The arguments are not changed", zh="不改动传入的参数")
def test_int8_linear_arguments(candidate, rng):
    q, scale, bias = _layer(rng, 4, 6)
    x = rng.normal(3, 6)
    _, after = candidate.with_arguments.int8_linear(x, q, scale, bias)
    hint = ("An argument was changed by the call.", "调用改动了传入的参数。")
    expect.equal(list(after), [x, q, scale, bias], hint=hint)
