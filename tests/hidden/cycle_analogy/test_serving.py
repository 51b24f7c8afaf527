"""Hidden checks of the three formulas of serving: pipelines, requests, the floor under a token."""

from __future__ import annotations

import pytest

from grader.exam import expect

PIPELINE = {"part": "serving", "function": "pipelined_delay"}
REQUEST = {"part": "serving", "function": "request_latency"}
FLOOR = {"part": "serving", "function": "decode_floor"}


def _stages(rng, count, slowest):
    """Stage times with the slowest at a given place."""
    times = [rng.python.uniform(0.1, 2.0) for _ in range(count)]
    times[slowest] = rng.python.uniform(3.0, 6.0)
    return times


def _seconds(rng):
    """A time to first token and a time per output token."""
    return rng.python.uniform(0.2, 3.0), rng.python.uniform(0.01, 0.09)


def _same(call, right, cases):
    """All cases are called before one is judged: what tells two mistakes apart may be a later one."""
    got = [call(*case) for case in cases]
    expect.equal(got, [right(*case) for case in cases])


def _refused(call, cases):
    failures = []
    for case in cases:
        try:
            expect.raises(ValueError, call, *case)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.mark.check(
    **PIPELINE,
    points=3,
    kind="value",
    en="Time until the last item leaves, with the bottleneck at any place",
    zh="最后一件离开的时间，瓶颈可以在任何一级",
)
def test_pipelined_values(candidate, reference, rng):
    cases = [
        (_stages(rng, count, slowest), rng.python.randint(3, 40)) for count, slowest in ((3, 1), (4, 0), (5, 4), (1, 0))
    ]
    cases += [(_stages(rng, 4, 2), 1), ([*_stages(rng, 3, 1), 0.0], rng.python.randint(3, 9))]
    _same(candidate.pipelined_delay, reference.pipelined_delay, cases)


@pytest.mark.check(
    **PIPELINE,
    points=1,
    kind="robust",
    en="No item, or no stage: no time",
    zh="件数为 0 或没有级：不花时间",
)
def test_pipelined_nothing(candidate, reference, rng):
    cases = [(_stages(rng, 3, 1), 0), ([], rng.python.randint(3, 9))]
    _same(candidate.pipelined_delay, reference.pipelined_delay, cases)


@pytest.mark.check(
    **PIPELINE,
    points=1,
    kind="robust",
    en="ValueError for a negative stage time or number of items",
    zh="某级时间或件数为负，要抛出 ValueError",
)
def test_pipelined_refuses(candidate, rng):
    times = _stages(rng, 4, 1)
    times[2] = -times[2]
    cases = [(times, rng.python.randint(3, 9)), (_stages(rng, 3, 0), -rng.python.randint(2, 9))]
    _refused(candidate.pipelined_delay, cases)


@pytest.mark.check(
    **REQUEST,
    points=2,
    kind="value",
    en="From the request to its last token",
    zh="从发出请求到最后一个 token",
)
def test_request_values(candidate, reference, rng):
    cases = [(*_seconds(rng), rng.python.randint(2, 900)) for _ in range(5)]
    _same(candidate.request_latency, reference.request_latency, cases)


@pytest.mark.check(
    **REQUEST,
    points=1,
    kind="robust",
    en="One token takes the time to first token; none takes nothing",
    zh="只有一个 token 就是首 token 时间；一个也没有就不花时间",
)
def test_request_few_tokens(candidate, reference, rng):
    _same(candidate.request_latency, reference.request_latency, [(*_seconds(rng), tokens) for tokens in (1, 0)])


@pytest.mark.check(
    **FLOOR,
    points=1,
    kind="value",
    en="Seconds per token at least, from bytes and bandwidth",
    zh="由字节数和带宽得出每个 token 至少要多少秒",
)
def test_floor_values(candidate, reference, rng):
    cases = []
    for larger in ("weights", "cache", "weights"):
        sizes = [rng.python.uniform(5e10, 9e10), rng.python.uniform(4e9, 3e10)]
        cases.append((*(sizes if larger == "weights" else reversed(sizes)), rng.python.uniform(5e11, 4e12)))
    cases.append((rng.python.uniform(2.0, 9.0), 1.0, 0.5))  # any positive bandwidth will do
    _same(candidate.decode_floor, reference.decode_floor, cases)


@pytest.mark.check(
    **FLOOR,
    points=1,
    kind="robust",
    en="ValueError unless the bandwidth is positive",
    zh="带宽不为正时要抛出 ValueError",
)
def test_floor_refuses(candidate, rng):
    bandwidths = (-rng.python.uniform(1e11, 1e12), 0.0, 0)
    _refused(candidate.decode_floor, [(rng.python.uniform(1e9, 9e9), 2e9, each) for each in bandwidths])
