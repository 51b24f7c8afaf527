"""Hidden checks of `load_weights`.

They look at what does not depend on the rest of the layer: which numbers it holds, a single token (whose attention is
1, whatever the scores), and a law of softmax. So a fault of the layer is not charged here again.
"""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

LOAD = {"part": "load_weights", "function": "load_weights"}


def _weights(rng, width, dtype=torch.float64):
    matrices = {f"w_{name}": rng.normal(width, width, std=width**-0.5, dtype=dtype) for name in "qkvo"}
    return matrices | {f"b_{name}": rng.normal(width, std=1.0, dtype=dtype) for name in "qkvo"}


@pytest.mark.check(
    **LOAD,
    points=3,
    kind="value",
    en="A single token goes through the value and the output projection as nn.Linear would compute them",
    zh="单个词元经过值投影和输出投影，结果与 nn.Linear 的算法一致",
    needs=("attention_values",),
)
def test_load_single_token(candidate, reference, rng):
    cases = [(2, _weights(rng, 6), rng.normal(1, 1, 6)), (5, _weights(rng, 10), rng.normal(1, 1, 10))]
    got = [candidate.support.loaded_output(*case) for case in cases]
    want = [reference.support.loaded_output(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **LOAD,
    points=2,
    kind="property",
    en="Queries and keys are not confused: a constant added to every key changes nothing",
    zh="查询与键没有混淆：给所有的键加上同一个常数，结果不变",
    needs=("attention_values",),
)
def test_load_roles(candidate, rng):
    heads, size = 2, 3
    weights, x = _weights(rng, heads * size), rng.normal(1, 5, heads * size)
    # The same shift in every head: it adds the same to all scores of a query, and softmax does not see it.
    shifted = weights | {"b_k": weights["b_k"] + rng.normal(size, std=2.0).repeat(heads)}
    base = candidate.support.loaded_output(heads, weights, x)
    out = candidate.support.loaded_output(heads, shifted, x)
    expect.equal(
        out,
        base,
        hint=(
            "The bias of the keys adds the same to all scores of a query, which softmax does not see; here it matters.",
            "键的偏置给一个查询的所有分数加上同一个数，softmax 对此毫无反应；这里却影响了结果。",
        ),
    )


@pytest.mark.check(
    **LOAD,
    points=2,
    kind="property",
    en="Every number handed in is among the layer's parameters, exactly",
    zh="传入的每个数都原样出现在层的参数中",
)
def test_load_numbers(candidate, rng):
    weights = _weights(rng, 6)
    found = candidate.support.numbers_found(3, weights, "float64")
    for name, tensor in weights.items():
        expect.that(
            found[name] == tensor.numel(),
            en=f"Not all numbers of {name} are among the layer's parameters after loading.",
            zh=f"载入之后，{name} 中有的数不在层的参数里。",
        )


@pytest.mark.check(
    **LOAD,
    points=1,
    kind="property",
    en="Values are copied: the layer and the given tensors can change without changing each other",
    zh="数值是复制进去的：层与传入的张量各自改动，互不影响",
)
def test_load_copies(candidate, rng):
    facts = candidate.support.copies_facts(2, _weights(rng, 6), rng.normal(1, 3, 6))
    expect.that(
        not facts["given_changed_by_loading"],
        en="Loading changed the tensors that were given.",
        zh="载入时改动了传入的张量。",
    )
    expect.that(
        not facts["layer_follows_given"] and not facts["given_follows_layer"],
        en="The layer shares memory with the tensors that were given: changing one changes the other.",
        zh="层与传入的张量共用内存：改动一方，另一方跟着变。",
    )


@pytest.mark.check(
    **LOAD,
    points=2,
    kind="robust",
    en="Weights of another dtype are cast to the layer's own, after .double() too",
    zh="权重的类型与层不同时，转换成层自己的类型；先调用 .double() 时也一样",
    needs=("attention_values",),
)
def test_load_dtypes(candidate, reference, rng):
    cases = [
        (2, _weights(rng, 6, dtype=torch.float32), rng.normal(1, 1, 6)),
        (3, _weights(rng, 9), rng.normal(1, 1, 9, dtype=torch.float32)),
    ]
    got = [candidate.support.loaded_output(*case) for case in cases]
    want = [reference.support.loaded_output(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)
