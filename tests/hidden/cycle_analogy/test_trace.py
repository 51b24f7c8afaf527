"""Hidden checks of `trace_stages`. The clock is scripted: every reading and every stage moves it by a secret amount,
so that when it was read shows in the spans themselves."""

from __future__ import annotations

import itertools

import pytest

from grader.exam import expect

TRACE = {"part": "trace", "function": "trace_stages"}
WORDS = ("tokenize", "embed", "prefill", "decode", "sample", "detokenize", "rank", "store", "fetch", "merge")


def _stages(rng, count):
    """Stages with numbers that no other order of them would give."""
    names = rng.python.sample(WORDS, count)
    work = ["add", "multiply"] * count
    return [[name, work[at], rng.python.randint(3, 40), _seconds(rng)] for at, name in enumerate(names)]


def _seconds(rng):
    return rng.python.uniform(0.5, 9.0)


def _script(rng, count):
    """Where the clock stands, and by how much each reading moves it; more readings than anybody should need."""
    return rng.python.uniform(100.0, 900.0), [_seconds(rng) for _ in range(2 * count + 3)]


@pytest.mark.check(
    **TRACE,
    points=4,
    kind="value",
    en="Result, spans and number of readings equal the reference",
    zh="结果、时间段、读钟次数都与参考一致",
)
def test_trace_spans(candidate, reference, rng):
    cases = [(_stages(rng, count), rng.python.randint(2, 9), *_script(rng, count)) for count in (1, 3, 5)]
    got = [candidate.support.traced(*case) for case in cases]
    expect.equal(got, [reference.support.traced(*case) for case in cases])


@pytest.mark.check(
    **TRACE,
    points=2,
    kind="property",
    en="No gaps: each stage starts at the very moment at which the one before it ended",
    zh="没有空隙：每个阶段的开始就是上一阶段的结束",
)
def test_trace_no_gaps(candidate, rng):
    got = candidate.support.traced(_stages(rng, 6), 3, *_script(rng, 6))
    returned = got["returned"]
    well_formed = (
        isinstance(returned, list | tuple)
        and len(returned) == 2
        and isinstance(returned[1], list | tuple)
        and all(isinstance(span, list | tuple) and len(span) == 3 for span in returned[1])
    )
    expect.that(
        well_formed,
        en="It should return (result, spans), each span being (name, start, end).",
        zh="应当返回 (结果, 时间段列表)，每个时间段是 (名字, 开始, 结束)。",
    )
    spans = returned[1]
    expect.equal(len(spans), 6)
    for before, after in itertools.pairwise(spans):
        expect.that(
            before[2] == after[1],
            en="A stage does not start where the one before it ended.",
            zh="有一个阶段的开始不等于上一阶段的结束。",
        )
    expect.that(
        all(start < end for _, start, end in spans),
        en="A stage ends before it starts, or takes no time although the clock moved.",
        zh="有阶段先结束后开始，或者钟明明在走却不占时间。",
    )


@pytest.mark.check(
    **TRACE,
    points=1,
    kind="robust",
    en="Two stages of the same name, and values of any type",
    zh="同名的阶段，以及各种类型的值",
)
def test_trace_same_names(candidate, reference, rng):
    name = rng.python.choice(WORDS)
    stages = [[name, "multiply", 3, _seconds(rng)], [name, "multiply", 2, _seconds(rng)]]
    texts = [["copy", "repeat", 2, _seconds(rng)], ["nothing", "replace", None, _seconds(rng)]]
    cases = [(stages, 7, *_script(rng, 2)), (texts, "text", *_script(rng, 2))]
    got = [candidate.support.traced(*case) for case in cases]
    expect.equal(got, [reference.support.traced(*case) for case in cases])


@pytest.mark.check(
    **TRACE,
    points=1,
    kind="robust",
    en="No stage at all: the value itself, no spans, one reading",
    zh="一个阶段也没有：原样返回，没有时间段，读钟一次",
)
def test_trace_no_stage(candidate, reference, rng):
    case = ([], rng.python.randint(2, 99), *_script(rng, 0))
    expect.equal(candidate.support.traced(*case), reference.support.traced(*case))


@pytest.mark.check(
    **TRACE,
    points=3,
    kind="robust",
    en="A stage raises: the same exception object, with the spans of all stages begun",
    zh="有阶段抛出异常：出来的是同一个异常对象，带着所有已开始阶段的时间段",
)
def test_trace_raising(candidate, reference, rng):
    cases = []
    for count, at, error in ((4, 2, "ValueError"), (3, 0, "StageFailedError"), (3, 2, "KeyError")):
        stages = _stages(rng, count)
        stages[at][1] = error
        cases.append((stages, rng.python.randint(2, 9), *_script(rng, count)))
    got = [candidate.support.traced_raising(*case) for case in cases]
    expect.equal(got, [reference.support.traced_raising(*case) for case in cases])


@pytest.mark.check(
    **TRACE,
    points=1,
    kind="robust",
    en="StopIteration from a stage comes out as itself too",
    zh="阶段抛出的 StopIteration 也原样出来",
)
def test_trace_stop_iteration(candidate, reference, rng):
    stages = _stages(rng, 3)
    stages[1][1] = "StopIteration"
    case = (stages, rng.python.randint(2, 9), *_script(rng, 3))
    expect.equal(candidate.support.traced_raising(*case), reference.support.traced_raising(*case))


@pytest.mark.check(
    **TRACE,
    points=1,
    kind="robust",
    en="The list of stages is not changed",
    zh="不改动传入的阶段列表",
)
def test_trace_stages_kept(candidate, rng):
    kept = candidate.support.stages_kept(_stages(rng, 4), 3, _script(rng, 4)[1])
    expect.that(
        kept,
        en="The list of stages is not what it was before the call.",
        zh="调用之后，阶段列表与之前不同了。",
    )
