"""Hidden checks of `processing_delay`: unequal complexities, since equal ones hide nearly every fault."""

from __future__ import annotations

import pytest

from grader.exam import expect

DELAY = {"part": "delay", "function": "processing_delay"}


def _complexities(rng, count):
    return rng.python.sample(range(2, 60), count)


def _times(rng, count):
    return [rng.python.uniform(0.002, 0.9) for _ in range(count)]


def _same(candidate, reference, cases):
    """All cases are called before one is judged: what tells two mistakes apart may be a later one."""
    got = [candidate.processing_delay(*case) for case in cases]
    expect.equal(got, [reference.processing_delay(*case) for case in cases])


@pytest.mark.check(
    **DELAY,
    points=2,
    kind="value",
    en="One cycle time for all tasks, as a float or a whole number",
    zh="所有任务共用一个周期时间，浮点数和整数都要能用",
)
def test_delay_one_cycle_time(candidate, reference, rng):
    cases = [(rng.python.uniform(0.01, 0.9), _complexities(rng, count)) for count in (3, 5, 8)]
    cases.append((rng.python.uniform(0.01, 0.9), [each + 0.25 for each in _complexities(rng, 4)]))
    cases.append((rng.python.randint(2, 9), _complexities(rng, 4)))
    _same(candidate, reference, cases)


@pytest.mark.check(
    **DELAY,
    points=2,
    kind="value",
    en="A cycle time for each task",
    zh="每个任务有自己的周期时间",
)
def test_delay_per_task(candidate, reference, rng):
    _same(candidate, reference, [(_times(rng, count), _complexities(rng, count)) for count in (3, 4, 7)])


@pytest.mark.check(
    **DELAY,
    points=1,
    kind="robust",
    en="No task takes no time, one task its own; zeros are no negative numbers",
    zh="没有任务就不花时间，只有一个任务就是它自己的时间；零不是负数",
)
def test_delay_few_tasks(candidate, reference, rng):
    cases = [(rng.python.uniform(0.1, 0.9), []), ([], []), (_times(rng, 1), [7])]
    cases += [(_times(rng, 3), [4, 0, 9]), ([*_times(rng, 2), 0.0], [4, 3, 9])]
    _same(candidate, reference, cases)


@pytest.mark.check(
    **DELAY,
    points=2,
    kind="robust",
    en="ValueError for unequal lengths and for negative numbers",
    zh="长度不等、出现负数都要抛出 ValueError",
)
def test_delay_refuses(candidate, rng):
    times, cycles = _times(rng, 4), _complexities(rng, 4)
    failures = []
    for case in (
        (times[:3], cycles),
        (times, cycles[:2]),
        (-times[0], cycles),
        ([*times[:3], -times[3]], cycles),
        (times[0], [cycles[0], -cycles[1], *cycles[2:]]),
        (times, [*cycles[:3], -cycles[3]]),
    ):
        try:  # all cases are tried before one is judged, so that each fault shows
            expect.raises(ValueError, candidate.processing_delay, *case)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
