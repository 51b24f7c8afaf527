"""Hidden checks of `streaming_attention`."""

from __future__ import annotations

import pytest
import torch

from grader.exam import expect

STREAMING = {"part": "streaming", "function": "streaming_attention"}


def _qkv(rng, *shape, std=1.5, dtype=torch.float64):
    return tuple(rng.normal(*shape, std=std, dtype=dtype) for _ in range(3))


@pytest.mark.check(
    **STREAMING,
    points=3,
    kind="value",
    en="Equals attention, whether or not the block size divides the length",
    zh="无论块大小能否整除长度，都与注意力一致",
)
def test_streaming_values(candidate, reference, rng):
    cases = [(_qkv(rng, 2, 3, 11, 5), 4), (_qkv(rng, 3, 2, 9, 4), 3), (_qkv(rng, 1, 2, 7, 6), 64)]
    got = [candidate.streaming_attention(*qkv, block_size=size) for qkv, size in cases]
    want = [reference.streaming_attention(*qkv, block_size=size) for qkv, size in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **STREAMING,
    points=3,
    kind="value",
    en="Equals causal attention, across the borders of blocks",
    zh="因果模式下，跨越块边界也与因果注意力一致",
)
def test_streaming_causal_values(candidate, reference, rng):
    cases = [(_qkv(rng, 2, 3, 11, 5), 4), (_qkv(rng, 3, 2, 9, 4), 3), (_qkv(rng, 1, 2, 7, 6), 64)]
    got = [candidate.streaming_attention(*qkv, block_size=size, causal=True) for qkv, size in cases]
    want = [reference.streaming_attention(*qkv, block_size=size, causal=True) for qkv, size in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **STREAMING,
    points=1,
    kind="property",
    en="With causal, no output moves when later keys and values change, at every position",
    zh="因果模式下，改动任何位置之后的键和值，都不影响该位置及之前的输出",
)
def test_streaming_causality(candidate, rng):
    length = 8
    q, k, v = _qkv(rng, 1, 2, length, 3)
    later = (torch.arange(length) > torch.arange(length)[:, None])[:, None, :, None]
    k_changed = torch.where(later, rng.normal(length, 2, length, 3), k)
    v_changed = torch.where(later, rng.normal(length, 2, length, 3), v)
    q_same = q.expand(length, -1, -1, -1).clone()
    base = candidate.streaming_attention(q, k, v, block_size=3, causal=True)
    out = candidate.streaming_attention(q_same, k_changed, v_changed, block_size=3, causal=True)
    expect.shape(base, (1, 2, length, 3))
    expect.shape(out, (length, 2, length, 3))
    for t in range(length):
        expect.close(
            out[t, :, : t + 1],
            base[0, :, : t + 1],
            atol=1e-9,
            rtol=1e-7,
            hint=("A later key still has a say.", "后面的键仍在起作用。"),
        )


@pytest.mark.check(
    **STREAMING,
    points=1,
    kind="property",
    en="The block size changes nothing but memory",
    zh="块大小只影响内存，不影响结果",
)
def test_streaming_block_sizes(candidate, rng):
    q, k, v = _qkv(rng, 2, 1, 10, 4)
    results = [candidate.streaming_attention(q, k, v, block_size=size) for size in (1, 4, 7, 10, 99)]
    expect.shape(results[-1], (2, 1, 10, 4))
    for result in results[:-1]:
        expect.equal(
            result,
            results[-1],
            hint=("Two block sizes give different results.", "不同的块大小给出了不同的结果。"),
        )


@pytest.mark.check(
    **STREAMING,
    points=2,
    kind="robust",
    en="Scores in the thousands do not overflow, wherever the largest one stands",
    zh="分数达到数千时不溢出，无论最大值在哪一块",
)
def test_streaming_large_scores(candidate, reference, rng):
    q, k, v = _qkv(rng, 2, 2, 9, 5, std=40.0)
    # Keys that lie close together: the scores are as large, and no key takes all, whatever the draw.
    close = k[..., :1, :] + rng.normal(2, 2, 9, 5, std=0.03)
    cases = [(keys, causal) for keys in (k, close) for causal in (False, True)]
    got = [candidate.streaming_attention(q, keys, v, block_size=2, causal=causal) for keys, causal in cases]
    want = [reference.streaming_attention(q, keys, v, block_size=2, causal=causal) for keys, causal in cases]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **STREAMING,
    points=1,
    kind="robust",
    en="float32 and tensors that are not contiguous; the arguments are not changed",
    zh="float32、内存不连续的张量；不改动传入的参数",
)
def test_streaming_arguments(candidate, reference, rng):
    q, k, v = (rng.normal(2, 7, 3, 4, dtype=torch.float32).transpose(1, 2) for _ in range(3))
    got, after = candidate.with_arguments.streaming_attention(q, k, v, block_size=3)
    expect.equal(got, reference.streaming_attention(q, k, v, block_size=3))
    expect.equal(list(after), [q, k, v], hint=("An argument was changed by the call.", "调用改动了传入的参数。"))


@pytest.mark.check(
    **STREAMING,
    points=3,
    kind="memory",
    en="Memory grows with T x block_size, not with T x T",
    zh="内存随 T x block_size 增长，而不是随 T x T 增长",
    needs=("streaming_values", "streaming_causal_values"),
)
def test_streaming_memory(rng, memory):
    # At this length a full matrix of float32 scores takes 16 MB, and a full bool mask 4 MB.
    memory.within(
        inputs=lambda: _qkv(rng, 1, 1, 2000, 4, dtype=torch.float32),
        call=lambda side, _, q, k, v: side.streaming_attention(q, k, v, block_size=16, causal=True),
    )


@pytest.mark.check(
    **STREAMING,
    points=2,
    kind="time",
    en="As fast as one pass over blocks of keys makes it",
    zh="速度与按块扫描一遍键的写法相当",
    needs=("streaming_values",),
)
def test_streaming_time(rng, timed):
    timed.compare(
        inputs=lambda: _qkv(rng, 2, 4, 500, 64, dtype=torch.float32),
        call=lambda side, _, q, k, v: side.streaming_attention(q, k, v, block_size=128),
    )
