"""How a check ends other than by passing: each cause its outcome, in words, in both languages."""

from __future__ import annotations

import signal

import pytest

from grader.exam.failures import (
    BudgetJudged,
    CandidateBlocked,
    CandidateGone,
    CandidateRaised,
    CandidateUnsupported,
    ExpectationFailed,
    Judged,
    NotAttempted,
    ReferenceFailed,
    traceback_of,
)
from grader.model import Blocked, Call, Died, Frame, Outcome, Raised, Text, Unsupported

CALL = Call(target="function", name="add", function="add", arguments=(1, 2))
FRAMES = (Frame(3, "outer", "inner()"), Frame(7, "inner", "raise E"))


@pytest.mark.parametrize(
    ("died", "outcome", "word"),
    [
        (Died("exit", 0), Outcome.CRASHED, "exit status 0"),
        (Died("exit", 3), Outcome.CRASHED, "exit status 3"),
        (Died("signal", int(signal.SIGSEGV)), Outcome.CRASHED, "SIGSEGV"),
        (Died("signal", 250), Outcome.CRASHED, "signal 250"),
        (Died("protocol"), Outcome.CRASHED, "connection"),
        (Died("timeout"), Outcome.TIMED_OUT, "time limit"),
        (Died("cpu", 9), Outcome.TIMED_OUT, "time limit"),
        (Died("output"), Outcome.OVER_BUDGET, "printed"),
    ],
)
def test_a_death_has_its_outcome(died: Died, outcome: Outcome, word: str) -> None:
    """No two causes read alike, and the function is named."""
    gone = CandidateGone(died, CALL)

    assert gone.outcome is outcome
    assert word in gone.message.en
    assert "add" in gone.message.en
    assert "add" in gone.message.zh
    assert gone.message.en != gone.message.zh
    assert gone.example is not None
    assert gone.example.call == "add(1, 2)"


def test_a_death_at_import_says_so() -> None:
    """There is no function to name, and no call to show."""
    gone = CandidateGone(Died("exit", 0), None)

    assert gone.message.en.startswith("import ")
    assert gone.example is None


def test_an_error_names_function_type_text_and_line() -> None:
    """The innermost line of the candidate's own file."""
    raised = CandidateRaised(Raised(("KeyError", "LookupError"), "'k'", FRAMES), CALL)

    assert raised.outcome is Outcome.ERRORED
    assert raised.message.en == "add raised KeyError: 'k' (line 7)"
    assert raised.traceback == "line 3, in outer: inner()\nline 7, in inner: raise E"
    assert raised.example is not None
    assert raised.example.got == "KeyError: 'k'"


def test_an_error_at_import_is_one_of_the_file() -> None:
    """No call, no evidence, but the line."""
    raised = CandidateRaised(Raised(("SyntaxError",), "invalid syntax", (Frame(3, "", "def f(:"),)), None)

    assert raised.outcome is Outcome.ERRORED
    assert "could not be imported" in raised.message.en
    assert raised.message.en.count("line 3") == 1
    assert traceback_of(raised.raised) == "line 3, in <module>: def f(:"
    assert raised.example is None


@pytest.mark.parametrize(
    "raised",
    [
        Raised(("MemoryError",), ""),
        Raised(("_ArrayMemoryError", "MemoryError"), "Unable to allocate 1 TiB"),
        Raised(("RuntimeError",), "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to"),
        Raised(("RuntimeError",), "std::bad_alloc"),
    ],
)
def test_a_want_of_memory_is_told_from_an_error(raised: Raised) -> None:
    """In the words of each library."""
    judged = CandidateRaised(raised, CALL)

    assert judged.outcome is Outcome.OUT_OF_MEMORY
    assert "memory" in judged.message.en


def test_a_long_text_is_cut() -> None:
    """A message is a sentence, not a page; its end is the candidate's affair."""
    raised = CandidateRaised(Raised(("E",), "x" * 5000), CALL)

    assert len(raised.message.en) < 400
    assert raised.example is not None
    assert len(raised.example.got) < 400


def test_what_is_not_written_is_not_wrong() -> None:
    """Missing, empty, or not yet there: three sentences, one outcome."""
    missing, empty, later = NotAttempted("add", missing=True), NotAttempted("SUMS", empty=True), NotAttempted("add")

    assert missing.outcome is empty.outcome is later.outcome is Outcome.NOT_ATTEMPTED
    assert "defines no add" in missing.message.en
    assert "SUMS is still empty" in empty.message.en
    assert "NotImplementedError" in later.message.en


def test_a_blocked_name_is_shown_with_its_line() -> None:
    """Where the line is known."""
    assert CandidateBlocked(Blocked("math.fsum", 3)).outcome is Outcome.BLOCKED
    assert "math.fsum (line 3)" in CandidateBlocked(Blocked("math.fsum", 3)).message.en
    assert "line" not in CandidateBlocked(Blocked("math.fsum")).message.en


def test_a_result_that_cannot_cross_is_wrong() -> None:
    """In the contract's words."""
    judged = CandidateUnsupported(Unsupported("an int outside 64 bits"), CALL)

    assert judged.outcome is Outcome.FAILED
    assert "add returned an int outside 64 bits" in judged.message.en
    assert judged.example is not None and judged.example.got == ""  # the message says it, in either language


@pytest.mark.parametrize("cause", [CandidateGone(Died("timeout"), CALL), CandidateRaised(Raised(("E",), "why"), CALL)])
def test_a_failure_of_the_reference_is_ours(cause: Judged) -> None:
    """Whatever it would be on the candidate's side."""
    judged = ReferenceFailed(cause)

    assert judged.outcome is Outcome.GRADER_FAULT
    assert cause.message.en in judged.message.en
    assert cause.message.zh in judged.message.zh


def test_what_others_decide_is_carried() -> None:
    """Expectations and budgets bring their own words."""
    text = Text("en", "zh")

    assert ExpectationFailed(text).message is text
    assert BudgetJudged(Outcome.TOO_NOISY, text).outcome is Outcome.TOO_NOISY
