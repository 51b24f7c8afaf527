"""Hidden checks of `make_attention_mask`."""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

MASK = {"part": "mask", "function": "make_attention_mask"}


def _lengths(rng, *lengths):
    """The lengths in a secret order, so that nobody can write the masks down."""
    return torch.tensor(rng.python.sample(lengths, len(lengths)))


@pytest.mark.check(
    **MASK,
    points=3,
    kind="value",
    en="Padding keys are never attended to",
    zh="填充位置的键从不被看到",
)
def test_mask_padding(candidate, reference, rng):
    cases = [(_lengths(rng, 2, 5, 7), 7), (_lengths(rng, 1, 4, 3, 2), 5)]
    got = [candidate.make_attention_mask(*case) for case in cases]
    want = [reference.make_attention_mask(*case) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **MASK,
    points=3,
    kind="value",
    en="With causal, later keys are not attended to either",
    zh="causal 为真时，后面的键也不能看",
)
def test_mask_causal(candidate, reference, rng):
    cases = [(_lengths(rng, 2, 5, 7), 7), (_lengths(rng, 1, 4, 3, 2), 6)]
    got = [candidate.make_attention_mask(*case, causal=True) for case in cases]
    want = [reference.make_attention_mask(*case, causal=True) for case in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **MASK,
    points=2,
    kind="property",
    en="Rows of padding queries follow the same rules as all others",
    zh="填充位置的查询所在的行，遵守与其他行相同的规则",
)
def test_mask_query_rows(candidate, rng):
    lengths, size = _lengths(rng, 3, 6, 2), 8
    plain = candidate.make_attention_mask(lengths, size)
    causal = candidate.make_attention_mask(lengths, size, causal=True)
    for mask in (plain, causal):
        expect.shape(mask, (3, 1, size, size))
        expect.dtype(mask, torch.bool)
    expect.equal(
        plain,
        plain[:, :, :1].expand(3, 1, size, size).clone(),
        hint=(
            "Without causal, which keys may be attended to does not depend on the query.",
            "没有因果限制时，哪些键可以看与查询无关。",
        ),
    )
    expect.equal(
        causal[:, :, -1],
        plain[:, :, -1],
        hint=(
            "The last query has nothing behind it: causal takes nothing away from it, padding or not.",
            "最后一个查询之后没有别的位置：无论它是不是填充，因果限制都不会再减去什么。",
        ),
    )


@pytest.mark.check(
    **MASK,
    points=2,
    kind="robust",
    en="int32 lengths, a length of 0, a full length, and padding longer than every text",
    zh="int32 的长度、长度为 0、恰好填满，以及比所有文本都长的填充",
)
def test_mask_edges(candidate, reference, rng):
    cases = [
        (_lengths(rng, 0, 4, 6).to(torch.int32), 6, False),
        (_lengths(rng, 0, 3), 5, True),
        (_lengths(rng, 2, 1, 3, 1), 9, False),
    ]
    got = [candidate.make_attention_mask(lengths, size, causal=causal) for lengths, size, causal in cases]
    want = [reference.make_attention_mask(lengths, size, causal=causal) for lengths, size, causal in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)
