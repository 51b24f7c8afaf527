"""A seat: one side of the exam with its worker, and the record of its calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader import timing
from grader.exam.failures import (
    CandidateBlocked,
    CandidateGone,
    CandidateRaised,
    CandidateUnsupported,
    Judged,
    NotAttempted,
)
from grader.exam.program import Program
from grader.exam.seat import SETTLED_CALL_S, Seat
from grader.exam.supply import Supply
from grader.model import FORGOTTEN, Call, Check, Died, Exercise, HandleRef, Outcome, Raised, Returned

SeatOf = Callable[..., Seat]


def call(name: str, *arguments: Any, **more: Any) -> Call:
    return Call(target=more.pop("target", "function"), name=name, function=name, arguments=arguments, **more)


SOURCE = """
import os
calls = 0
def count():
    global calls
    calls += 1
    return calls
def fail(): raise ValueError("why")
def later():
    if count() > 1: raise NotImplementedError
    return 1
def never(): raise NotImplementedError
def leave(): os._exit(0)
def huge(): return 10**30
class Tally:
    def push(self): raise NotImplementedError
    def total(self): return 5
def say(text): print(text)
"""


@pytest.mark.parametrize("full", [False, True])
def test_checks_of_full_have_a_longer_limit(
    supply: Supply, adder: Exercise, make_check: Callable[..., Check], full: bool
) -> None:
    """One call of a check of --full may take what a call of any other check may not."""
    budget = msgspec.structs.replace(adder.budget, call_wall_s=0.05, full_call_wall_s=20.0)
    exercise = msgspec.structs.replace(adder, budget=budget)
    own = Supply(supply.zygote, budget)
    seat = Seat(Program(exercise, b"import time\ndef add(a, b):\n    time.sleep(0.6)\n    return a + b\n"), own)
    seat.begin(make_check("a_check", full=full), 1)
    try:
        if full:
            assert seat.perform(call("add", 1, 2)) == Returned(3)
        else:
            with pytest.raises(CandidateGone) as caught:
                seat.perform(call("add", 1, 2))
            assert caught.value.outcome is Outcome.TIMED_OUT
    finally:
        seat.leave()
        own.close()


def test_checks_of_full_have_more_memory_and_workers_of_their_own(
    supply: Supply, adder: Exercise, make_check: Callable[..., Check]
) -> None:
    """What one of them was allowed, the ordinary check after it is not."""
    budget = msgspec.structs.replace(adder.budget, memory_bytes=64 << 20, full_memory_bytes=512 << 20)
    own = Supply(supply.zygote, budget)
    source = b"def add(a, b):\n    global calls\n    calls = globals().get('calls', 0) + 1\n"
    source += b"    return len(bytearray(a)) * 0 + calls\n"
    seat = Seat(Program(msgspec.structs.replace(adder, budget=budget), source), own)
    eat = call("add", 200 << 20, 0)
    try:
        for number, full in enumerate((False, True, False)):
            seat.begin(make_check(f"check_{number}", full=full), 1)
            if full:
                assert seat.perform(eat) == Returned(1)
                continue
            assert seat.perform(call("add", 1, 0)) == Returned(1)
            with pytest.raises(CandidateRaised) as caught:
                seat.perform(eat)
            assert caught.value.outcome is Outcome.OUT_OF_MEMORY
    finally:
        seat.leave()
        own.close()


def test_no_more_is_kept_than_is_read(seat_of: SeatOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission may return a lot each time: the test sees it, the record of all tests does not grow with it."""
    monkeypatch.setattr("grader.exam.seat.KEPT_BYTES", 250_000)
    seat = seat_of("def big(): return b'x' * 100_000\ndef small(): return 1\n")
    answers = [seat.perform(call(name)) for name in ("big", "big", "big", "small")]
    kept = seat.end().observations

    assert [type(each) for each in answers] == [Returned] * 4
    assert kept[:2] == tuple(answers[:2])
    assert kept[2:] == (FORGOTTEN, FORGOTTEN)


def test_calls_are_recorded_in_order(seat_of: SeatOf) -> None:
    """What was asked and what came back, failures included."""
    seat = seat_of(SOURCE)
    assert seat.perform(call("count")) == Returned(1)
    with pytest.raises(CandidateRaised):
        seat.perform(call("fail"))
    assert seat.perform(call("count")) == Returned(2)
    scene = seat.end()

    assert [each.name for each in scene.calls] == ["count", "fail", "count"]
    assert [type(each) for each in scene.observations] == [Returned, Raised, Returned]
    assert (scene.check, scene.seed) == ("a_check", 1)
    assert seat.cpu_s > 0
    assert seat.peak_rss_bytes > 0


def test_each_check_has_a_record_of_its_own(seat_of: SeatOf, make_check: Callable[..., Check]) -> None:
    """A new check begins with an empty one; the worker goes on, its objects do not."""
    seat = seat_of(SOURCE)
    assert seat.perform(call("Tally")) == Returned(HandleRef(0, "Tally"))
    seat.end()
    seat.begin(make_check("next"), 2)
    assert seat.cpu_s == 0.0
    assert seat.perform(call("count")) == Returned(1)
    with pytest.raises(Judged):
        seat.perform(call("total", target="method", receiver=HandleRef(0)))

    assert seat.end().check == "next"


def test_state_does_not_travel_from_one_worker_to_the_next(seat_of: SeatOf) -> None:
    """A seat that is left starts anew: whatever a module remembers is gone."""
    seat = seat_of(SOURCE)
    seat.perform(call("count"))
    assert seat.perform(call("count")) == Returned(2)
    seat.leave()

    assert seat.perform(call("count")) == Returned(1)


def test_a_death_costs_one_call(seat_of: SeatOf) -> None:
    """The next one gets a fresh worker, as if nothing had been."""
    seat = seat_of(SOURCE)
    seat.perform(call("count"))
    with pytest.raises(CandidateGone) as caught:
        seat.perform(call("leave"))

    assert caught.value.died == Died("exit", 0)
    assert seat.perform(call("count")) == Returned(1)


def test_not_written_is_told_from_broken(seat_of: SeatOf) -> None:
    """NotImplementedError at the first call of a name is a stub; after a right answer it is an error."""
    seat = seat_of(SOURCE)
    assert seat.perform(call("later")) == Returned(1)
    with pytest.raises(CandidateRaised) as caught:
        seat.perform(call("later"))
    assert caught.value.outcome is Outcome.ERRORED

    for _ in range(2):
        with pytest.raises(NotAttempted):
            seat.perform(call("never"))
    assert [each.name for each in seat.end().calls] == ["later", "later"]


def test_a_method_may_be_what_is_not_written(seat_of: SeatOf) -> None:
    """The class is there, one of its methods is a stub."""
    seat = seat_of(SOURCE)
    seat.perform(call("Tally"))
    push = Call(target="method", name="push", function="Tally", receiver=HandleRef(0))
    with pytest.raises(NotAttempted) as caught:
        seat.perform(push)

    assert caught.value.function == "Tally"


def test_support_may_say_that_nothing_is_there(seat_of: SeatOf) -> None:
    """It raises NotImplementedError itself, with no line of the candidate's below."""
    seat = seat_of("SUMS = {}\ndef add(a, b): raise NotImplementedError\n")
    seat.program.support += b"\ndef sums(submission):\n    raise NotImplementedError\n"
    seat.leave()
    with pytest.raises(NotAttempted, match="SUMS is still empty"):
        seat.perform(Call(target="support", name="sums", function="SUMS"))
    with pytest.raises(NotAttempted, match="add is not written yet"):
        seat.perform(Call(target="support", name="added_twice", function="add", arguments=(1, 2)))


def test_a_missing_function_is_named(seat_of: SeatOf) -> None:
    """Asked for, or only observed by a function of support."""
    seat = seat_of("def add_all(numbers): return 0\n")
    for target, name in (("function", "add"), ("support", "added_twice")):
        with pytest.raises(NotAttempted, match="defines no add"):
            seat.perform(Call(target=target, name=name, function="add"))  # type: ignore[arg-type]

    assert seat.missing == ("add", "Tally")
    assert seat.perform(call("add_all", [])) == Returned(0)


def test_an_empty_constant_is_not_attempted(seat_of: SeatOf) -> None:
    """As the stub has it: None, or empty. A number is never empty."""
    seat = seat_of(SOURCE + "SUMS = {}\nWORD = ''\nNOTHING = None\nZERO = 0\nPAIRS = {'a': 'b'}\n")
    for name in ("SUMS", "WORD", "NOTHING"):
        with pytest.raises(NotAttempted, match="still empty"):
            seat.perform(call(name, target="attribute"))

    assert seat.perform(call("ZERO", target="attribute")) == Returned(0)
    assert seat.perform(call("PAIRS", target="attribute")) == Returned({"a": "b"})


def test_other_answers_are_judged(seat_of: SeatOf) -> None:
    """A result that cannot cross, a name that is not allowed."""
    seat = seat_of(SOURCE + "import math\ndef add(a, b): return math.fsum([a, b])\n")
    with pytest.raises(CandidateUnsupported):
        seat.perform(call("huge"))
    with pytest.raises(CandidateBlocked):
        seat.perform(call("add", 1, 2))


@pytest.mark.parametrize(
    ("source", "outcome", "words"),
    [
        ("def f(:", Outcome.ERRORED, "line 1"),
        ("raise SystemExit(0)", Outcome.ERRORED, "SystemExit"),
        ("import os\nos._exit(0)", Outcome.CRASHED, "exit status 0"),
        ("while True: pass", Outcome.TIMED_OUT, "time limit"),
        ("x = bytearray(10**10)", Outcome.OUT_OF_MEMORY, "memory"),
        ("import math\nmath.fsum([])", Outcome.BLOCKED, "math.fsum (line 2)"),
    ],
)
def test_a_program_that_cannot_be_imported(seat_of: SeatOf, source: str, outcome: Outcome, words: str) -> None:
    """Each way has its outcome; it is tried anew for every call and leaves nothing."""
    seat = seat_of(source)
    with pytest.raises(Judged) as caught:
        seat.perform(call("add", 1, 2))

    assert caught.value.outcome is outcome
    assert words in caught.value.message.en
    assert seat._worker is None
    assert seat.end().calls == ()


def test_what_was_printed_is_kept(seat_of: SeatOf) -> None:
    """From every worker that served."""
    seat = seat_of(SOURCE)
    seat.perform(call("say", "one"))
    seat.leave()
    seat.perform(call("say", "two"))
    seat.leave()

    assert seat.printed == ["one\n", "two\n"]
    assert not seat.printed_truncated


# ---- one worker after another ---------------------------------------------------------------------------------------


def test_the_reader_becomes_the_first_worker(seat_of: SeatOf, supply: Supply) -> None:
    """It has read the source and executed nothing; the program is loaded where it is."""
    seat = seat_of(SOURCE, begun=False)
    reader = supply.take()
    seat.program.inspect(reader)
    seat.open(reader)
    seat.enter_part()

    assert seat._worker is reader
    assert not seat.in_company
    assert seat.perform(call("count")) == Returned(1)


def test_a_reader_that_is_gone_is_followed_by_another(seat_of: SeatOf, supply: Supply) -> None:
    """A source may break a parser; what it does when it is executed is seen all the same."""
    seat = seat_of(SOURCE, begun=False)
    reader = supply.take()
    reader.kill()
    seat.open(reader)

    assert seat._worker is not reader
    assert seat.perform(call("count")) == Returned(1)


def test_a_program_that_does_not_load_leaves_nobody(seat_of: SeatOf, supply: Supply) -> None:
    """The reader goes too."""
    seat = seat_of("raise ValueError", begun=False)
    reader = supply.take()
    with pytest.raises(CandidateRaised):
        seat.open(reader)

    assert reader.died is not None
    assert seat._worker is None


def test_nothing_runs_beside_a_measurement(seat_of: SeatOf) -> None:
    """The present worker goes: one that is only stopped might wake itself."""
    seat = seat_of(
        "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()\n"
        "def add(a, b): return a + b\n"
    )
    seat.perform(call("add", 1, 2))
    worker = seat._worker
    seat.leave()

    assert worker is not None
    assert worker.died is not None
    assert seat.perform(call("add", 1, 2)) == Returned(3)


# ---- in company -----------------------------------------------------------------------------------------------------

VISITOR = """
import builtins
print("executed")
visits = builtins.__dict__.setdefault("visits", [])
calls = 0
def count():
    global calls
    calls += 1
    visits.append(calls)
    return [calls, len(visits)]
def leave():
    import os
    os._exit(0)
def later():
    if len(visits) > 1: raise NotImplementedError
    return 1
def say(text): print(text)
"""


def test_the_next_part_finds_a_module_that_no_other_has_used(seat_of: SeatOf) -> None:
    """In the same process: what stands in the module is gone, what stands elsewhere is there, and that is company."""
    seat = seat_of(VISITOR)
    seat.enter_part()
    assert not seat.in_company
    assert seat.perform(call("count")) == Returned([1, 1])
    worker = seat._worker
    seat.enter_part()
    assert seat.in_company

    assert seat.perform(call("count")) == Returned([1, 2])
    assert seat.perform(call("count")) == Returned([2, 3])
    assert seat._worker is worker


def test_a_part_that_asks_nothing_makes_no_company(seat_of: SeatOf) -> None:
    """Nothing of the candidate has run but its import."""
    seat = seat_of(VISITOR)
    seat.enter_part()
    seat.worker()
    seat.enter_part()

    assert not seat.in_company


def test_a_part_may_be_begun_again_alone(seat_of: SeatOf) -> None:
    """As if it had not been begun: a fresh process, and what it printed and answered in company is forgotten."""
    seat = seat_of(VISITOR)
    seat.enter_part()
    seat.perform(call("say", "first part"))
    seat.perform(call("count"))
    kept = seat._kept_bytes
    seat.enter_part()
    seat.perform(call("say", "in company"))
    seat.perform(call("count"))
    assert seat._kept_bytes > kept
    seat.go_alone()
    assert not seat.in_company
    assert seat._kept_bytes == kept
    assert seat.perform(call("count")) == Returned([1, 1])
    seat.leave()

    assert seat.printed == ["executed\nfirst part\n", "executed\n"]


def test_what_was_asked_in_company_is_asked_for_the_first_time_alone(seat_of: SeatOf) -> None:
    """A first call that raises NotImplementedError is a stub, however it answered in company."""
    source = VISITOR.replace("len(visits) > 1", "not visits")
    seat = seat_of(source)
    seat.enter_part()
    seat.perform(call("count"))
    seat.enter_part()
    assert seat.perform(call("later")) == Returned(1)
    seat.go_alone()

    with pytest.raises(NotAttempted):
        seat.perform(call("later"))


def test_a_death_ends_the_company(seat_of: SeatOf) -> None:
    """The next call gets a worker that has served nobody."""
    seat = seat_of(VISITOR)
    seat.enter_part()
    seat.perform(call("count"))
    seat.enter_part()
    with pytest.raises(CandidateGone):
        seat.perform(call("leave"))

    assert seat.perform(call("count")) == Returned([1, 1])
    assert not seat.in_company


def test_a_module_that_cannot_be_executed_twice_is_served_alone(seat_of: SeatOf) -> None:
    """Some register themselves somewhere, and may do so once."""
    once = "assert not visits, 'once only'\n"
    seat = seat_of(VISITOR + once)
    seat.enter_part()
    seat.perform(call("count"))
    worker = seat._worker
    seat.enter_part()

    assert seat.perform(call("count")) == Returned([1, 1])
    assert seat._worker is not worker
    assert not seat.in_company


def test_what_was_asked_in_company_is_known(seat_of: SeatOf, make_check: Callable[..., Check]) -> None:
    """Of the present check: one that asks nothing, or a worker of its own, owes its end to no company."""
    seat = seat_of(VISITOR)

    def asked() -> bool:
        seat.perform(call("count"))
        return seat.asked_in_company

    seat.enter_part()
    assert not asked()
    seat.enter_part()
    assert asked()
    seat.begin(make_check("full", full=True), 1)
    assert not asked()
    seat.enter_part()
    assert asked()
    seat.begin(make_check("next", full=True), 1)

    assert not seat.asked_in_company


# ---- place ----------------------------------------------------------------------------------------------------------

SLOWLY = """
import threading, time
def add(a, b):
    time.sleep(b)
    return a + b
"""


@pytest.mark.skipif(timing.usable_cores() < 2, reason="this machine has one core")
def test_a_worker_joins_whoever_asks_until_it_keeps_them_waiting(seat_of: SeatOf) -> None:
    """After a long call both go where they like, the threads of the worker too."""
    everywhere = os.sched_getaffinity(0)
    seat = seat_of(SLOWLY)
    with timing.settled() as seat.place:
        assert seat.place is not None
        core = {seat.place.core}
        seat.perform(call("add", 1, 0))
        assert seat._worker is not None
        assert os.sched_getaffinity(seat._worker.pid) == os.sched_getaffinity(0) == core

        seat.perform(call("add", 1, 3 * SETTLED_CALL_S))
        assert os.sched_getaffinity(seat._worker.pid) == os.sched_getaffinity(0) == everywhere
        assert seat.place is None
    assert os.sched_getaffinity(0) == everywhere


@pytest.mark.skipif(timing.usable_cores() < 2, reason="this machine has one core")
def test_nobody_who_is_gone_is_let_go(seat_of: SeatOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long call that ends in a death: its number may belong to another process by then."""
    seat = seat_of("import os, time\ndef add(a, b):\n    time.sleep(b)\n    os._exit(0)\n")
    pinned: list[int] = []
    pin = timing.pin
    monkeypatch.setattr(timing, "pin", lambda pid, cores: pinned.append(pid) or pin(pid, cores))
    with timing.settled() as seat.place:
        with pytest.raises(CandidateGone):
            seat.perform(call("add", 1, 3 * SETTLED_CALL_S))
        assert seat.place is None
    assert len(pinned) == 1  # when it came
