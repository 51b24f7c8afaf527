"""Hidden checks of `MultiHeadAttention`.

The layer is built, loaded and run by support.py, in evaluation mode and in the dtype of x. What `load_weights` leaves
out is a constant there, not random, so that what a wrong submission shows does not depend on how it draws its weights.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

MULTI_HEAD = {"part": "multi_head", "function": "MultiHeadAttention"}


def _weights(rng, width, dtype=torch.float64):
    """Weights that keep the scores near unit size, with biases that matter."""
    matrices = {f"w_{name}": rng.normal(width, width, std=width**-0.5, dtype=dtype) for name in "qkvo"}
    return matrices | {f"b_{name}": rng.normal(width, std=1.0, dtype=dtype) for name in "qkvo"}


def _mask(rng, *shape):
    """A random mask in which every query has a key that it may attend to, and one that it may not."""
    mask = rng.bools(0.6, shape)
    allowed = rng.integers(0, shape[-1], shape[:-1])[..., None]
    mask.scatter_(-1, allowed, True)
    return mask.scatter_(-1, (allowed + 1) % shape[-1], False)


@pytest.mark.check(
    **MULTI_HEAD,
    points=5,
    kind="value",
    en="With given weights the output equals the reference, without a mask",
    zh="载入给定权重后，无掩码时的输出与参考一致",
)
def test_multi_head_values(candidate, reference, rng):
    cases = [
        (3, _weights(rng, 15), rng.normal(2, 7, 15)),
        (4, _weights(rng, 8), rng.normal(3, 5, 8)),
        (1, _weights(rng, 6), rng.normal(2, 4, 6)),
    ]
    got = [candidate.support.multi_head_output(*case) for case in cases]
    want = [reference.support.multi_head_output(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **MULTI_HEAD,
    points=4,
    kind="value",
    en="Masks of every shape that broadcasts to (B, H, T, T), also one per head",
    zh="凡能广播到 (B, H, T, T) 的掩码都正确，包括每个头各不相同的掩码",
)
def test_multi_head_masks(candidate, reference, rng):
    weights, x = _weights(rng, 12), rng.normal(2, 5, 12)
    masks = [_mask(rng, 2, 1, 5, 5), _mask(rng, 5, 5), _mask(rng, 1, 3, 5, 5), _mask(rng, 2, 1, 1, 5)]
    got = [candidate.support.multi_head_output(3, weights, x, mask) for mask in masks]
    want = [reference.support.multi_head_output(3, weights, x, mask) for mask in masks]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **MULTI_HEAD,
    points=2,
    kind="property",
    en="Permuting the tokens permutes the output in the same way, and sequences do not mix",
    zh="打乱词元的次序，输出跟着同样打乱；不同样本互不影响",
)
def test_multi_head_symmetry(candidate, rng):
    weights, x = _weights(rng, 10), rng.normal(3, 6, 10)
    order = torch.tensor([4, 2, 5, 0, 3, 1])
    out = candidate.support.multi_head_output(2, weights, x)
    shuffled = candidate.support.multi_head_output(2, weights, x[:, order])
    alone = candidate.support.multi_head_output(2, weights, x[1:2].clone())
    expect.shape(out, (3, 6, 10))
    expect.equal(
        shuffled,
        out[:, order],
        hint=(
            "The tokens were permuted; the output should be permuted in the same way.",
            "词元换了次序，输出应当跟着同样换序。",
        ),
    )
    expect.equal(
        alone,
        out[1:2].clone(),
        hint=("One sequence alone should give what it gives in a batch.", "单独一个样本的结果应当与它在批次中相同。"),
    )


@pytest.mark.check(
    **MULTI_HEAD,
    points=2,
    kind="property",
    en="Under a causal mask no output moves when later tokens change, at every position",
    zh="在因果掩码下，改动任何位置之后的词元，都不影响该位置及之前的输出",
)
def test_multi_head_causality(candidate, rng):
    length = 6
    weights, x = _weights(rng, 9), rng.normal(1, length, 9)
    mask = torch.ones(length, length, dtype=torch.bool).tril()
    later = torch.arange(length) > torch.arange(length)[:, None]
    changed = torch.where(later[..., None], rng.normal(length, length, 9), x)
    base = candidate.support.multi_head_output(3, weights, x, mask)
    out = candidate.support.multi_head_output(3, weights, changed, mask)
    expect.shape(base, (1, length, 9))
    expect.shape(out, (length, length, 9))
    for t in range(length):
        expect.close(
            out[t, : t + 1],
            base[0, : t + 1],
            atol=1e-9,
            rtol=1e-7,
            hint=("A masked token still has a say.", "被屏蔽的词元仍在起作用。"),
        )


@pytest.mark.check(
    **MULTI_HEAD,
    points=2,
    kind="robust",
    en="A query that may attend to nothing gives the bias of the output projection",
    zh="什么都不能看的查询，输出就是输出投影的偏置",
)
def test_multi_head_empty_rows(candidate, reference, rng):
    weights, x = _weights(rng, 12), rng.normal(2, 5, 12)
    mask = _mask(rng, 2, 1, 5, 5)
    mask[0, 0, 3] = False
    mask[1, 0, 0] = False
    out = candidate.support.multi_head_output(3, weights, x, mask)
    expect.finite(out)
    expect.equal(out, reference.support.multi_head_output(3, weights, x, mask))


@pytest.mark.check(
    **MULTI_HEAD,
    points=3,
    kind="property",
    en="In training, dropout drops single weights with the given probability and scales up the others",
    zh="训练时，dropout 以给定概率丢弃单个权重，并放大留下的权重",
)
def test_multi_head_dropout_training(candidate, rng):
    dropout = rng.python.choice((0.2, 0.25, 0.3))
    facts = candidate.support.dropout_in_training(dropout)
    one, two = round(1 / (1 - dropout), 4), round(2 / (1 - dropout), 4)
    expect.that(
        facts["calls_differ"],
        en="In training mode two calls should drop different weights; here they give the same output.",
        zh="训练模式下，两次调用应当丢弃不同的权重；这里两次输出相同。",
    )
    expect.that(
        facts["values"] == [0.0, one, two],
        en="Each weight should be either dropped or multiplied by 1 / (1 - dropout); other values were seen.",
        zh="每个权重要么被丢弃，要么乘以 1 / (1 - dropout)；这里出现了别的数值。",
    )
    expect.that(
        facts["share_kept_as_asked"],
        en="The share of weights that are dropped is not the one asked for.",
        zh="被丢弃的权重所占的比例与要求的不符。",
    )
    expect.that(
        facts["queries_differ"] and facts["sequences_differ"],
        en="Every query of every sequence should drop weights of its own.",
        zh="每个样本的每个查询应当各自独立地丢弃权重。",
    )


@pytest.mark.check(
    **MULTI_HEAD,
    points=2,
    kind="property",
    en="Nothing is dropped in evaluation mode, also after a return from training, nor where no dropout was asked for",
    zh="评估模式下不丢弃任何权重，从训练模式切换回来之后也一样；没有要求 dropout 时，训练模式也不丢弃",
)
def test_multi_head_dropout_evaluation(candidate, rng):
    facts = candidate.support.dropout_in_evaluation(rng.python.choice((0.2, 0.25, 0.3)))
    expect.that(
        facts["calls_equal"],
        en="In evaluation mode two calls should give the same output.",
        zh="评估模式下，两次调用的输出应当相同。",
    )
    expect.that(
        facts["values"] == [2.0],
        en="In evaluation mode every weight should be there, unscaled.",
        zh="评估模式下，每个权重都应当在，且不放大。",
    )
    expect.that(
        candidate.support.training_by_default()["values"] == [2.0],
        en="A layer that was built without dropout should drop nothing in training mode either.",
        zh="没有指定 dropout 的层，在训练模式下也不应当丢弃任何权重。",
    )


@pytest.mark.check(
    **MULTI_HEAD,
    points=1,
    kind="robust",
    en="ValueError when the width is not divisible by the number of heads",
    zh="宽度不能被头数整除时抛出 ValueError",
)
def test_multi_head_divisible(candidate, rng):
    width, heads = rng.python.choice(((10, 3), (14, 4), (9, 2)))
    expect.raises(ValueError, candidate.MultiHeadAttention, width, heads)


@pytest.mark.check(
    **MULTI_HEAD,
    points=1,
    kind="robust",
    en="float32, and an x that is not contiguous in memory",
    zh="float32，以及内存不连续的 x",
)
def test_multi_head_layout(candidate, reference, rng):
    weights = _weights(rng, 8, dtype=torch.float32)
    x = rng.normal(5, 3, 8, dtype=torch.float32).transpose(0, 1)
    expect.equal(candidate.support.multi_head_output(2, weights, x), reference.support.multi_head_output(2, weights, x))


@pytest.mark.check(
    **MULTI_HEAD,
    points=3,
    kind="time",
    en="As fast as batched matrix products make it",
    zh="速度与批量矩阵乘法的写法相当",
    needs=("multi_head_values",),
)
def test_multi_head_time(rng, timed):
    width, heads = 256, 8
    weights = _weights(rng, width, dtype=torch.float32)

    def prepare(side):
        layer = side.MultiHeadAttention(width, heads)
        side.load_weights(layer, weights)
        return layer.eval()

    timed.compare(
        prepare=prepare,
        inputs=lambda: (rng.normal(4, 208, width, dtype=torch.float32),),
        call=lambda side, layer, x: layer(x),
    )
