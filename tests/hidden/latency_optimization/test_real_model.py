"""Checks of --full: a real language model of 135 million weights, on news.

On random weights nothing can be lost. Here the price of 8 bits and of pruning is seen in the loss: it is what the
submission's own process computed, and so its claim, but it must be the number that the reference comes to.
"""

from __future__ import annotations

import pytest

from grader.exam import expect

PRICELESS = 0.01  # nats a token; the reference's int8 changes the loss by less than a thousandth
FELT = 0.3  # the reference's pruning costs 0.7


@pytest.mark.check(
    part="quantize",
    function="quantize_per_channel",
    points=1,
    kind="value",
    en="SmolLM2-135M with 8-bit weights loses almost nothing on news (the loss is claimed by your own process)",
    zh="SmolLM2-135M 的权重换成 8 位，在新闻上几乎没有损失（损失由你自己的进程报出，仅为声明）",
    full=True,
    requires=("smollm2",),
)
def test_real_int8(candidate, reference):
    whole, right = reference.support.real_loss(), reference.support.real_loss_with_int8_weights()
    assert abs(right - whole) < PRICELESS, (whole, right)
    expect.close(
        candidate.support.real_loss_with_int8_weights(),
        right,
        atol=2e-3,
        hint=(
            "This is the loss of the model with your 8-bit weights, in nats a token.",
            "这是模型换上你的 8 位权重之后的损失，单位是每词元 nat。",
        ),
    )


@pytest.mark.check(
    part="prune",
    function="magnitude_prune",
    points=1,
    kind="value",
    en="Half of the weights of five blocks of SmolLM2-135M pruned: a real price (claimed by your own process)",
    zh="剪掉 SmolLM2-135M 五个块里一半的权重：代价真实可见（由你自己的进程报出，仅为声明）",
    full=True,
    requires=("smollm2",),
)
def test_real_pruning(candidate, reference):
    whole, right = reference.support.real_loss(), reference.support.real_loss_after_pruning(0.5)
    assert right - whole > FELT, (whole, right)
    expect.close(
        candidate.support.real_loss_after_pruning(0.5),
        right,
        atol=5e-3,
        hint=(
            "This is the loss of the model after your pruning, in nats a token.",
            "这是模型经你剪枝之后的损失，单位是每词元 nat。",
        ),
    )
