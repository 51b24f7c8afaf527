"""Hidden checks of `benchmark`, with a clock that follows a script of secret durations.

No real time passes. What is read at the wrong moment, or from the wrong clock, shows in the numbers that come back;
only how often something was done is counted in the submission's own process, and so is its claim.
"""

from __future__ import annotations

import pytest

from grader.exam import expect

BENCHMARK = {"part": "benchmark", "function": "benchmark"}


def _script(rng, warmup, repeats):
    """Secret durations: slow first calls, one spike among the timed ones, a clock that is true around these only."""
    draw = rng.python.uniform
    calls = warmup + repeats
    call_s = [draw(0.5, 1.5) for _ in range(calls + 4)]
    for first in range(min(warmup, calls)):
        call_s[first] += draw(20.0, 30.0)
    call_s[warmup + rng.python.randrange(repeats)] += draw(8.0, 12.0)
    clock_s = [value for _ in range(repeats) for value in (draw(0.1, 0.9), 0.0)]
    clock_s += [draw(1.0, 2.0) for _ in range(2 * calls + 5)]
    return {
        "start_s": [draw(100.0, 1000.0)],
        "call_s": call_s,
        "input_s": [draw(0.0, 1.0) for _ in range(calls + 4)],
        "setup_s": [draw(2.0, 4.0) for _ in range(calls + 4)],
        "clock_s": clock_s,
    }


@pytest.mark.check(
    **BENCHMARK,
    points=4,
    kind="value",
    en="Median, 95th percentile and interquartile range of scripted times equal the reference's",
    zh="按脚本走时，中位数、95 分位数和四分位距与参考一致",
)
def test_benchmark_values(candidate, reference, rng):
    numbers = [{"warmup": 3, "repeats": 10}, {"warmup": 2, "repeats": 7}, {"warmup": 4, "repeats": 16}]
    scripts = [_script(rng, **each) for each in numbers]
    got = [candidate.support.benchmarked(*case) for case in zip(scripts, numbers, strict=True)]
    want = [reference.support.benchmarked(*case) for case in zip(scripts, numbers, strict=True)]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **BENCHMARK,
    points=1,
    kind="value",
    en="Three warm-up calls and ten timed ones where nothing else is asked for",
    zh="不另作说明时，预热三次，计时十次",
)
def test_benchmark_defaults(candidate, reference, rng):
    script = _script(rng, 3, 10)
    expect.equal(candidate.support.benchmarked(script, {}), reference.support.benchmarked(script, {}))
    counts = candidate.support.benchmark_counts(_script(rng, 3, 10), {})
    expect.that(
        counts["calls"] == 13,
        en="Without further word the function should be called 13 times: 3 to warm up, 10 timed.",
        zh="不另作说明时，函数应当被调用 13 次：3 次预热，10 次计时。",
    )


@pytest.mark.check(
    **BENCHMARK,
    points=2,
    kind="robust",
    en="No warm-up, and as few as one or two timed calls",
    zh="不预热，以及只计时一两次",
)
def test_benchmark_few_calls(candidate, reference, rng):
    numbers = [{"warmup": 0, "repeats": 1}, {"warmup": 0, "repeats": 2}, {"warmup": 1, "repeats": 1}]
    scripts = [_script(rng, **each) for each in numbers]
    got = [candidate.support.benchmarked(*case) for case in zip(scripts, numbers, strict=True)]
    want = [reference.support.benchmarked(*case) for case in zip(scripts, numbers, strict=True)]
    for each, right in zip(got, want, strict=True):
        expect.equal(each, right)


@pytest.mark.check(
    **BENCHMARK,
    points=3,
    kind="property",
    en="A fresh input for every call, two readings of the clock for each timed one (claimed by your own process)",
    zh="每次调用都用新输入，每次计时恰好读两次时钟（数目由你自己的进程报出，仅为声明）",
)
def test_benchmark_counts(candidate, reference, rng):
    numbers = [{"warmup": 2, "repeats": 5}, {"warmup": 0, "repeats": 3}]
    scripts = [_script(rng, **each) for each in numbers]
    got = [candidate.support.benchmark_counts(*case) for case in zip(scripts, numbers, strict=True)]
    for counts, each in zip(got, numbers, strict=True):
        calls = each["warmup"] + each["repeats"]
        expect.that(
            counts["calls"] == calls,
            en="The function should be called warmup + repeats times.",
            zh="函数应当被调用 warmup + repeats 次。",
        )
        expect.that(
            counts["inputs_made"] >= calls and counts["calls_with_a_used_input"] == 0,
            en="Every call should get an input of its own, warm-up included.",
            zh="每次调用都应当有自己的新输入，预热也不例外。",
        )
        expect.that(
            counts["clock_readings"] == 2 * each["repeats"],
            en="The clock should be read exactly twice for each timed call, and never for warm-up.",
            zh="每次计时的调用恰好读两次时钟，预热时一次也不读。",
        )
