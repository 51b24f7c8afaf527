"""Hidden checks of `magnitude_prune`.

The model's layers differ in scale, so that pruning each on its own is another set of weights; and it has parameters of
many other kinds. Sparsities are chosen so that their product with the count is whole; one more or less is accepted.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

PRUNE = {"part": "prune", "function": "magnitude_prune"}
WEIGHTS = ("narrow.weight", "stack.0.weight", "stack.2.weight")
SIZES = (16 * 8, 12 * 16, 8 * 12)
COUNT = sum(SIZES)


def _pruned(side, seed, sparsity):
    model = side.support.layers_to_prune(seed)
    masks = side.magnitude_prune(model, sparsity)
    return masks, side.support.parameters_of(model)


def _right_masks(masks):
    expect.that(
        isinstance(masks, dict) and set(masks) == set(WEIGHTS),
        en="There should be one mask for each Linear weight, keyed as in named_parameters(), and no other.",
        zh="每个 Linear 权重应当有一个掩码，键与 named_parameters() 中的名字相同，此外别无其他。",
    )
    for mask in masks.values():
        expect.dtype(mask, torch.bool)


def _ragged(rng, low):
    """A sparsity at which rounding down layer by layer is two short, one more than is accepted."""
    while True:
        sparsity = rng.python.uniform(low, low + 0.2)
        if sum(int(sparsity * size) for size in SIZES) == int(sparsity * COUNT) - 2:
            return sparsity


@pytest.mark.check(
    **PRUNE,
    points=4,
    kind="value",
    en="The smallest weights of all Linear layers together become zero, the others stay",
    zh="所有 Linear 层的权重放在一起，最小的那些变成零，其余不变",
)
def test_prune_values(candidate, reference, rng):
    seeds = [rng.python.randrange(1 << 30) for _ in range(3)]
    got = [_pruned(candidate, *case) for case in zip(seeds, (0.25, 0.5, 0.875), strict=True)]
    want = [_pruned(reference, *case) for case in zip(seeds, (0.25, 0.5, 0.875), strict=True)]
    for (masks, parameters), (right_masks, right) in zip(got, want, strict=True):
        _right_masks(masks)
        off = 0
        for name in WEIGHTS:
            expect.shape(masks[name], tuple(right_masks[name].shape))
            expect.shape(parameters[name], tuple(right[name].shape))
            differ = masks[name] != right_masks[name]
            off += int(differ.sum())
            expect.equal(
                parameters[name].masked_fill(differ, 0.0),
                right[name].masked_fill(differ, 0.0),
                hint=("Weights of the layers are not what they should be.", "有的层剪完之后的权重不对。"),
            )
        expect.that(
            off <= 1,
            en="Other weights are marked as pruned than the smallest of all layers taken together.",
            zh="被标为剪掉的，并不是所有层合在一起时最小的那些权重。",
        )


@pytest.mark.check(
    **PRUNE,
    points=2,
    kind="property",
    en="Masks are True where a weight was kept, and every weight is zero exactly where its mask is False",
    zh="掩码为 True 表示保留；权重恰好在掩码为 False 的地方为零",
)
def test_prune_masks(candidate, rng):
    masks, parameters = _pruned(candidate, rng.python.randrange(1 << 30), 0.625)
    _right_masks(masks)
    for name in WEIGHTS:
        expect.equal(masks[name], parameters[name] != 0)


@pytest.mark.check(
    **PRUNE,
    points=2,
    kind="property",
    en="floor(sparsity x n) weights are pruned, at any sparsity, give or take one",
    zh="任何稀疏度下，剪掉的权重数都是 floor(sparsity x n)，可差一个",
)
def test_prune_count(candidate, rng):
    sparsities = [_ragged(rng, low) for low in (0.02, 0.3, 0.55, 0.78)]
    found = [_pruned(candidate, rng.python.randrange(1 << 30), sparsity) for sparsity in sparsities]
    for (masks, parameters), sparsity in zip(found, sparsities, strict=True):
        wanted = int(sparsity * COUNT)
        _right_masks(masks)
        pruned = sum(int((~mask).sum()) for mask in masks.values())
        zeros = sum(int((parameters[name] == 0).sum()) for name in WEIGHTS)
        expect.that(
            abs(pruned - wanted) <= 1 and abs(zeros - wanted) <= 1,
            en=f"At a sparsity of {sparsity:.3f} of {COUNT} weights, {wanted} should be pruned; masks say {pruned}, "
            f"and {zeros} are zero.",
            zh=f"共 {COUNT} 个权重，稀疏度为 {sparsity:.3f} 时应当剪掉 {wanted} 个；"
            f"掩码上有 {pruned} 个，实际为零的有 {zeros} 个。",
        )


@pytest.mark.check(
    **PRUNE,
    points=2,
    kind="property",
    en="Biases, embeddings, norms and convolutions are untouched",
    zh="偏置、嵌入、归一化层、卷积层都没有被动过",
)
def test_prune_untouched(candidate, reference, rng):
    seed = rng.python.randrange(1 << 30)
    _, after = _pruned(candidate, seed, 0.75)
    before = reference.support.parameters_of(reference.support.layers_to_prune(seed))
    for name, right in before.items():
        if name not in WEIGHTS:
            hint = (f"{name} is no weight of a Linear layer.", f"{name} 不是 Linear 层的权重。")
            expect.equal(after.get(name), right, hint=hint)


@pytest.mark.check(
    **PRUNE,
    points=2,
    kind="property",
    en="The parameters stay the same objects, so that an optimizer made before still holds them",
    zh="参数仍是原来的对象，之前建好的优化器手里的参数依然有效",
)
def test_prune_same_parameters(candidate, rng):
    held = candidate.support.parameters_held_before(rng.python.randrange(1 << 30), 0.5)
    for same in held.values():
        expect.that(
            same,
            en="After pruning the model has other Parameter objects than before: it was not done in place.",
            zh="剪枝之后，模型里的 Parameter 换成了别的对象：这不是原地（in place）剪枝。",
        )


@pytest.mark.check(
    **PRUNE,
    points=1,
    kind="robust",
    en="Sparsity 0 prunes nothing and returns masks that are all True",
    zh="稀疏度为 0 时什么也不剪，返回的掩码全为 True",
)
def test_prune_nothing(candidate, reference, rng):
    seed = rng.python.randrange(1 << 30)
    masks, after = _pruned(candidate, seed, 0.0)
    _right_masks(masks)
    pruned = sum(int((~mask).sum()) for mask in masks.values())
    expect.that(pruned <= 1, en="Nothing should be pruned at sparsity 0.", zh="稀疏度为 0 时不应当剪掉任何权重。")
    if pruned == 0:
        expect.equal(after, reference.support.parameters_of(reference.support.layers_to_prune(seed)))


@pytest.mark.check(
    **PRUNE,
    points=1,
    kind="robust",
    en="A model that is itself one Linear layer",
    zh="模型本身就是一个 Linear 层",
)
def test_prune_single_layer(candidate, reference, rng):
    weight = rng.normal(6, 8)
    got, want = (side.support.pruned_single_layer(weight, 0.5) for side in (candidate, reference))
    masks, after = got
    expect.that(
        isinstance(masks, dict) and set(masks) == {"weight"},
        en='The mask\'s key should be "weight", as in named_parameters().',
        zh="掩码的键应当是 weight，与 named_parameters() 一致。",
    )
    expect.that(
        int((masks["weight"] != want[0]["weight"]).sum()) <= 1,
        en="Other weights are pruned than the smallest.",
        zh="剪掉的不是最小的那些权重。",
    )
    expect.equal(after, weight * masks["weight"])


@pytest.mark.check(
    **PRUNE,
    points=2,
    kind="robust",
    en="ValueError for a sparsity outside [0, 1)",
    zh="稀疏度不在 [0, 1) 内时抛出 ValueError",
)
def test_prune_bad_sparsity(candidate, rng):
    model = candidate.support.layers_to_prune(rng.python.randrange(1 << 30))
    above, below = 1.0 + rng.python.random(), -0.01 - rng.python.random()
    for sparsity in (above, below, 1.0):
        expect.raises(ValueError, candidate.magnitude_prune, model, sparsity)
