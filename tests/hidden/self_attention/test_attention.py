"""Hidden checks of `scaled_dot_product_attention`.

All calls of a check come before its first expectation, so that a wrong submission leaves as much evidence as it can.
Fully masked rows stand in a check of their own: everywhere else each query may attend to something.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

ATTENTION = {"part": "attention", "function": "scaled_dot_product_attention"}


def _qkv(rng, *lead, queries, keys, size, value_size, std=1.5, dtype=torch.float64):
    """q, k and v of pairwise different shapes."""
    return (
        rng.normal(*lead, queries, size, std=std, dtype=dtype),
        rng.normal(*lead, keys, size, std=std, dtype=dtype),
        rng.normal(*lead, keys, value_size, std=std, dtype=dtype),
    )


def _mask(rng, *shape):
    """A random mask in which every query has a key that it may attend to, and one that it may not."""
    mask = rng.bools(0.6, shape)
    allowed = rng.integers(0, shape[-1], shape[:-1])[..., None]
    mask.scatter_(-1, allowed, True)
    return mask.scatter_(-1, (allowed + 1) % shape[-1], False)


@pytest.mark.check(
    **ATTENTION,
    points=4,
    kind="value",
    en="Output and weights equal the reference, without a mask",
    zh="没有掩码时，输出和权重与参考一致",
)
def test_attention_values(candidate, reference, rng):
    cases = [
        _qkv(rng, 2, 3, queries=7, keys=7, size=5, value_size=4),
        _qkv(rng, 3, queries=6, keys=6, size=4, value_size=5),
        _qkv(rng, 2, 5, queries=3, keys=9, size=8, value_size=6),
    ]
    got = [candidate.scaled_dot_product_attention(*case) for case in cases]
    want = [reference.scaled_dot_product_attention(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **ATTENTION,
    points=4,
    kind="value",
    en="Output and weights equal the reference, with masks of several shapes",
    zh="有掩码（多种形状）时，输出和权重与参考一致",
)
def test_attention_masked_values(candidate, reference, rng):
    cases = [
        (*_qkv(rng, 2, 3, queries=6, keys=6, size=5, value_size=4), _mask(rng, 2, 3, 6, 6)),
        (*_qkv(rng, 3, 2, queries=7, keys=7, size=4, value_size=5), _mask(rng, 3, 1, 1, 7)),
        (*_qkv(rng, 4, queries=5, keys=8, size=6, value_size=3), _mask(rng, 5, 8)),
    ]
    got = [candidate.scaled_dot_product_attention(*case) for case in cases]
    want = [reference.scaled_dot_product_attention(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **ATTENTION,
    points=1,
    kind="robust",
    en="Right where batch, length and width are the same number, so that no shape error warns you",
    zh="批次、长度、宽度恰好相等、形状不会报错时，结果也正确",
)
def test_attention_equal_sizes(candidate, reference, rng):
    q, k, v = _qkv(rng, 4, queries=4, keys=4, size=4, value_size=4)
    expect.equal(candidate.scaled_dot_product_attention(q, k, v), reference.scaled_dot_product_attention(q, k, v))


@pytest.mark.check(
    **ATTENTION,
    points=3,
    kind="property",
    en="Under a causal mask no output moves when later keys and values change, at every position",
    zh="在因果掩码下，改动任何位置之后的键和值，都不影响该位置及之前的输出",
)
def test_attention_causality(candidate, rng):
    length = 7
    # Small, so that no key takes all and every output moves, even where the scores are scaled wrongly.
    q, k, v = _qkv(rng, queries=length, keys=length, size=5, value_size=3, std=0.5)
    mask = torch.ones(length, length, dtype=torch.bool).tril()
    # Row t of this batch is the same sequence with everything after position t replaced.
    later = torch.arange(length) > torch.arange(length)[:, None]
    k_changed = torch.where(later[..., None], rng.normal(length, length, 5), k)
    v_changed = torch.where(later[..., None], rng.normal(length, length, 3), v)
    base, _ = candidate.scaled_dot_product_attention(q, k, v, mask)
    out, _ = candidate.scaled_dot_product_attention(q.expand(length, -1, -1).clone(), k_changed, v_changed, mask)
    expect.shape(base, (length, 3))
    expect.shape(out, (length, length, 3))
    for t in range(length):
        expect.close(
            out[t, : t + 1],
            base[: t + 1],
            atol=1e-9,
            rtol=1e-7,
            hint=("A masked key still has a say.", "被屏蔽的键仍在起作用。"),
        )
    for t in range(length - 1):
        expect.that(
            ((out[t, t + 1] - base[t + 1]).abs() > 1e-6).any(),
            en="A position should see its own key and value: changing them changes its output.",
            zh="每个位置应当看得到自己的键和值：改动它们，该位置的输出应当随之改变。",
        )


@pytest.mark.check(
    **ATTENTION,
    points=2,
    kind="property",
    en="Weights are never negative, each query's sum to 1, masked keys get exactly 0, and out = weights x v",
    zh="权重非负，每个查询的权重之和为 1，被屏蔽的键恰好为 0，且输出等于权重乘以 v",
)
def test_attention_weights_are_shares(candidate, rng):
    q, k, v = _qkv(rng, 2, 3, queries=6, keys=6, size=5, value_size=4)
    mask = _mask(rng, 2, 1, 6, 6)
    out, weights = candidate.scaled_dot_product_attention(q, k, v, mask)
    expect.shape(weights, (2, 3, 6, 6))
    expect.that((weights >= 0).all(), en="No weight should be negative.", zh="权重不应为负。")
    expect.close(
        weights.sum(-1),
        torch.ones(2, 3, 6, dtype=torch.float64),
        atol=1e-9,
        rtol=1e-7,
        hint=("The weights of one query should sum to 1.", "同一个查询的权重之和应当为 1。"),
    )
    expect.that(
        (weights[~mask.expand_as(weights)] == 0).all(),
        en="A masked key should have weight exactly 0.",
        zh="被屏蔽的键，权重应当恰好为 0。",
    )
    expect.close(
        out,
        weights @ v,
        atol=1e-9,
        rtol=1e-7,
        hint=("The output should be the weights times v.", "输出应当等于权重乘以 v。"),
    )


@pytest.mark.check(
    **ATTENTION,
    points=2,
    kind="property",
    en="Sequences and heads do not mix; the order of the keys does not matter; the order of queries is kept",
    zh="不同样本、不同头互不影响；键的先后次序不影响结果；查询的次序保持不变",
)
def test_attention_independence(candidate, rng):
    q, k, v = _qkv(rng, 3, 2, queries=5, keys=5, size=4, value_size=6)
    keys, queries = torch.tensor([3, 0, 4, 1, 2]), torch.tensor([1, 4, 2, 0, 3])
    out, _ = candidate.scaled_dot_product_attention(q, k, v)
    alone, _ = candidate.scaled_dot_product_attention(q[1:2, 1:2].clone(), k[1:2, 1:2].clone(), v[1:2, 1:2].clone())
    shuffled, _ = candidate.scaled_dot_product_attention(q[:, :, queries], k[:, :, keys], v[:, :, keys])
    expect.shape(out, (3, 2, 5, 6))
    expect.equal(
        alone,
        out[1:2, 1:2].clone(),
        hint=("One head of one sequence alone should give the same.", "单独计算一个样本的一个头，结果应当相同。"),
    )
    expect.equal(
        shuffled,
        out[:, :, queries].clone(),
        hint=(
            "Keys and values were permuted together, queries on their own; only the rows of the output should follow.",
            "键和值一起换序，查询另行换序；输出只应当跟着查询换行。",
        ),
    )


@pytest.mark.check(
    **ATTENTION,
    points=3,
    kind="robust",
    en="float32, float16 and bfloat16: results in q's dtype, close to exact arithmetic",
    zh="float32、float16、bfloat16：结果与 q 同类型，并接近精确值",
)
def test_attention_dtypes(candidate, reference, rng):
    dtypes = (torch.float32, torch.float16, torch.bfloat16)
    cases = [_qkv(rng, 2, 3, queries=5, keys=7, size=8, value_size=4, std=1.0, dtype=dtype) for dtype in dtypes]
    masks = [_mask(rng, 2, 1, 5, 7) for _ in dtypes]
    got = [candidate.scaled_dot_product_attention(*case, mask) for case, mask in zip(cases, masks, strict=True)]
    for case, mask, dtype, each in zip(cases, masks, dtypes, got, strict=True):
        exact = reference.scaled_dot_product_attention(*(tensor.double() for tensor in case), mask)
        expect.equal(each, [tensor.to(dtype) for tensor in exact])


@pytest.mark.check(
    **ATTENTION,
    points=1,
    kind="robust",
    en="Scores in the thousands do not overflow",
    zh="分数达到数千时不溢出",
)
def test_attention_large_scores(candidate, reference, rng):
    q, k, v = _qkv(rng, 2, queries=5, keys=6, size=7, value_size=3, std=40.0)
    # Keys that lie close together: the scores are as large, and no key takes all, whatever the draw.
    close = k[:, :1] + rng.normal(2, 6, 7, std=0.03)
    for keys in (k, close):
        expect.equal(
            candidate.scaled_dot_product_attention(q, keys, v),
            reference.scaled_dot_product_attention(q, keys, v),
            hint=(
                "exp of a large score overflows unless the largest is subtracted first.",
                "分数很大时，若不先减去最大值，exp 会溢出。",
            ),
        )


@pytest.mark.check(
    **ATTENTION,
    points=3,
    kind="value",
    en="Gradients with respect to q, k and v equal the reference's, with and without a mask",
    zh="对 q、k、v 的梯度与参考一致（有掩码和没有掩码）",
)
def test_attention_gradients(candidate, reference, rng):
    q, k, v = _qkv(rng, 2, 3, queries=6, keys=6, size=4, value_size=5)
    upstream, mask = rng.normal(2, 3, 6, 5), _mask(rng, 2, 1, 6, 6)
    got = [candidate.support.attention_gradients(q, k, v, each, upstream) for each in (None, mask)]
    want = [reference.support.attention_gradients(q, k, v, each, upstream) for each in (None, mask)]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **ATTENTION,
    points=3,
    kind="robust",
    en="A query that may attend to nothing gets zeros, and all gradients stay finite",
    zh="什么都不能看的查询得到零，且所有梯度保持有限",
)
def test_attention_empty_rows(candidate, reference, rng):
    q, k, v = _qkv(rng, 2, 3, queries=5, keys=7, size=4, value_size=6)
    mask = _mask(rng, 2, 1, 5, 7)
    mask[0, 0, 2] = False
    mask[1, 0, 4] = False
    upstream = rng.normal(2, 3, 5, 6)
    out, weights = candidate.scaled_dot_product_attention(q, k, v, mask)
    gradients = candidate.support.attention_gradients(q, k, v, mask, upstream)
    expect.finite(out)
    expect.finite(weights)
    for gradient in gradients:
        expect.finite(
            gradient,
            hint=(
                "NaN in the gradient although the output is fine: replacing NaN afterwards does not undo it.",
                "输出正常而梯度有 NaN：事后替换 NaN 并不能消除它。",
            ),
        )
    expect.equal((out, weights), reference.scaled_dot_product_attention(q, k, v, mask))
    expect.equal(gradients, reference.support.attention_gradients(q, k, v, mask, upstream))


@pytest.mark.check(
    **ATTENTION,
    points=1,
    kind="robust",
    en="Works on tensors that are not contiguous in memory",
    zh="内存不连续的张量也能正确处理",
)
def test_attention_layout(candidate, reference, rng):
    # The way heads come out of a projection: (B, T, H, d) seen as (B, H, T, d).
    q, k, v = (rng.normal(2, 5, 3, size).transpose(1, 2) for size in (4, 4, 6))
    expect.equal(candidate.scaled_dot_product_attention(q, k, v), reference.scaled_dot_product_attention(q, k, v))


@pytest.mark.check(
    **ATTENTION,
    points=1,
    kind="robust",
    en="The arguments are not changed",
    zh="不改动传入的参数",
)
def test_attention_arguments(candidate, rng):
    q, k, v = _qkv(rng, 2, 3, queries=5, keys=6, size=4, value_size=3)
    mask = _mask(rng, 2, 1, 5, 6)
    _, after = candidate.with_arguments.scaled_dot_product_attention(q, k, v, mask)
    hint = ("An argument was changed by the call.", "调用改动了传入的参数。")
    expect.equal(list(after), [q, k, v, mask], hint=hint)


@pytest.mark.check(
    **ATTENTION,
    points=1,
    kind="robust",
    en="Any number of leading dimensions: none, one, three",
    zh="任意多个前置维度：没有、一个、三个",
)
def test_attention_leading_dimensions(candidate, reference, rng):
    cases = [
        (*_qkv(rng, queries=5, keys=6, size=4, value_size=3), _mask(rng, 5, 6)),
        (*_qkv(rng, 3, queries=4, keys=7, size=5, value_size=2), _mask(rng, 3, 4, 7)),
        (*_qkv(rng, 2, 3, 2, queries=4, keys=5, size=3, value_size=6), _mask(rng, 3, 1, 4, 5)),
    ]
    got = [candidate.scaled_dot_product_attention(*case) for case in cases]
    want = [reference.scaled_dot_product_attention(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)
