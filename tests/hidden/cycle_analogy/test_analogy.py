"""Hidden checks of `ANALOGY`, one notion in a call: two wrong ones are two mistakes, each with its name."""

from __future__ import annotations

import pytest

from grader.exam import expect

ANALOGY = {"part": "analogy", "function": "ANALOGY", "kind": "value"}


def _same(candidate, reference, keys):
    got = [candidate.support.analogy_of(key) for key in keys]
    wrong = sum(a != b for a, b in zip(got, [reference.support.analogy_of(key) for key in keys], strict=True))
    expect.that(
        not wrong,
        en=f"{wrong} of these {len(keys)} notions are matched with something that does not play their part.",
        zh=f"这 {len(keys)} 个概念中有 {wrong} 个对错了：对应的东西并不起这个作用。",
    )


@pytest.mark.check(
    **ANALOGY,
    points=3,
    en="What happens within a step: fetch, execute, write back",
    zh="一步之内：取指令、执行、写回",
)
def test_analogy_within_a_step(candidate, reference):
    _same(candidate, reference, ("instruction_fetch", "execute", "write_back"))


@pytest.mark.check(
    **ANALOGY,
    points=3,
    en="The step itself, the loop, overlap, and memory",
    zh="步本身、循环、重叠，以及内存",
)
def test_analogy_steps_and_memory(candidate, reference):
    _same(candidate, reference, ("clock_cycle", "program_loop", "pipelining", "data_cache", "memory_bandwidth"))
