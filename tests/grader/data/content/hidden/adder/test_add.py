"""Hidden checks of the exercise that the grader's own tests grade. HIDDEN-CANARY-7c1f."""

from __future__ import annotations

import pytest

from grader.exam import expect

ADD = {"part": "small", "function": "add"}
ADD_ALL = {"part": "large", "function": "add_all"}
CANARY = "EXPECTED-CANARY-90b2"


@pytest.mark.check(**ADD, points=20, kind="value", en="Equal to the reference", zh="与参考一致")
def test_add_values(candidate, reference, rng):
    pairs = [(rng.python.randrange(100, 1000), rng.python.randrange(1, 100)) for _ in range(3)]
    pairs.append((rng.python.uniform(1, 2), rng.python.uniform(3, 4)))
    got = [candidate.add(a, b) for a, b in pairs]
    expect.equal(got, [reference.add(a, b) for a, b in pairs])


@pytest.mark.check(**ADD, points=10, kind="property", en="The order makes no difference", zh="顺序无关")
def test_add_laws(candidate, rng):
    a, b = rng.python.randrange(100, 1000), rng.python.randrange(1, 100)
    one, other = candidate.add(a, b), candidate.add(b, a)
    twice = candidate.support.added_twice(a, b)
    expect.equal(one, other)
    expect.that(twice == a + 2 * b, en="Added twice, it counts twice.", zh="加两次就应当算两次。")


@pytest.mark.check(
    **ADD_ALL, points=20, kind="value", en="Lists equal the reference", zh="列表求和与参考一致", needs=("a_list",)
)
def test_add_all_values(candidate, reference, rng):
    numbers = [rng.python.randrange(1, 1000) for _ in range(7)]
    expect.equal(candidate.add_all(numbers), reference.add_all(numbers))


@pytest.mark.check(**ADD_ALL, points=10, kind="robust", en="It leaves its list alone", zh="不改动传入的列表")
def test_add_all_robust(candidate, rng):
    numbers = [rng.python.randrange(500, 1000), *(rng.python.randrange(1, 500) for _ in range(3))]
    _, (after,) = candidate.with_arguments.add_all(numbers)
    empty = candidate.add_all([])
    expect.that(after == numbers, en="The list that was given should not change.", zh="传入的列表不应改变。")
    expect.equal(empty, 0)


@pytest.mark.check(part="large", function="Tally", points=15, kind="value", en="A tally of three", zh="三个数的累加器")
def test_tally_values(candidate, reference, rng):
    numbers = [rng.python.randrange(1, 1000) for _ in range(3)]
    totals = []
    for side in (candidate, reference):
        tally = side.Tally(numbers[0])
        for each in numbers[1:]:
            tally.push(each)
        totals.append(tally.total())
    expect.equal(*totals)


@pytest.mark.check(
    **ADD_ALL, points=10, kind="time", en="Time for a long list", zh="长列表的用时", needs=("add_all_values",)
)
def test_add_all_time(timed, rng):
    timed.compare(
        inputs=lambda: ([rng.python.randrange(1, 1000) for _ in range(3000)],),
        call=lambda side, _, numbers: side.add_all(numbers),
    )
