"""Hidden checks of the target. The canary stands in this source, in this process's memory and in its environment."""

import os

import pytest

from grader.exam import expect

CANARY = "CANARY-00000000000000000000000000000000"  # another one for every range
INPUT = "INPUT-00000000000000000000000000000000"  # goes to the submission, and must not be shown under assessment
os.environ["GRADER_CANARY"] = CANARY


@pytest.mark.check(part="probe", function="probe", points=20, kind="value", en="No door is open", zh="没有开着的门")
def test_probe(candidate, reference):
    found = candidate.probe()
    expect.that(CANARY not in repr(found), en="The canary was found.", zh="金丝雀被找到了。")
    expect.equal(found, reference.probe())


@pytest.mark.check(part="sums", function="add", points=10, kind="value", en="Integers", zh="整数")
def test_add(candidate, reference, rng):
    for _ in range(3):
        a, b = rng.python.randrange(10**6), rng.python.randrange(10**6)
        expect.equal(candidate.add(a, b), reference.add(a, b))


@pytest.mark.check(part="sums", function="add", points=10, kind="value", en="Integers again", zh="再算一次整数")
def test_add_again(candidate, reference, rng):
    a, b = rng.python.randrange(10**6), rng.python.randrange(10**6)
    expect.equal(candidate.add(a, b), reference.add(a, b))


@pytest.mark.check(part="sums", function="add", points=10, kind="value", en="Words", zh="单词")
def test_words(candidate, reference):
    expect.equal(candidate.add(INPUT, "!"), reference.add(INPUT, "!"))


@pytest.mark.check(part="things", function="make_counter", points=20, kind="value", en="A counter counts", zh="计数器会计数")
def test_counter(candidate, reference, rng):
    start, step = rng.python.randrange(100), rng.python.randrange(1, 100)
    got = candidate.make_counter(start)
    got.itself()
    want = reference.make_counter(start)
    expect.equal([got.step(step), got.step(2)], [want.step(step), want.step(2)])


@pytest.mark.check(part="things", function="make_counter", points=5, kind="value", en="Two counters", zh="两个计数器")
def test_counters(candidate, reference, rng):
    steps = [rng.python.randrange(1, 100) for _ in range(3)]
    results = []
    for side in (candidate, reference):
        one, other = side.make_counter(0), side.make_counter(1000)
        one.itself()
        other.itself()
        results.append([one.step(steps[0]), other.step(steps[1]), one.step(steps[2])])
    expect.equal(*results)


@pytest.mark.check(part="things", function="make_counter", points=5, kind="value", en="By way of support", zh="经由支撑代码")
def test_counted(candidate, reference, rng):
    steps = [rng.python.randrange(100) for _ in range(4)]
    expect.equal(candidate.support.counted(1, steps), reference.support.counted(1, steps))


@pytest.mark.check(part="cost", function="digest", points=4, kind="value", en="A digest", zh="摘要")
def test_digest(candidate, reference, rng):
    data = rng.python.randbytes(500)
    expect.equal(candidate.digest(data), reference.digest(data))


@pytest.mark.check(
    part="cost", function="digest", points=3, kind="time", en="As fast", zh="一样快", needs=("digest",), full=True
)
def test_digest_time(rng, timed):
    timed.compare(
        inputs=lambda: (rng.python.randbytes(20_000),),
        call=lambda side, _, data: side.digest(data),
    )


@pytest.mark.check(
    part="cost", function="digest", points=3, kind="memory", en="As small", zh="一样小", needs=("digest",), full=True
)
def test_digest_memory(rng, memory):
    memory.within(
        inputs=lambda: (rng.python.randbytes(20_000),),
        call=lambda side, _, data: side.digest(data),
    )
