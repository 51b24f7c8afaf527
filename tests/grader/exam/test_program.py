"""What a worker is to hold: a submission's source beside the exercise's support code."""

from __future__ import annotations

from grader.exam.program import Program
from grader.exam.supply import Supply
from grader.model import Exercise
from grader.wire.messages import Use


def test_reading_finds_names_and_runs_nothing(adder: Exercise, supply: Supply) -> None:
    """In a worker, since a hostile source can break a parser."""
    worker = supply.take()
    source = b"import math\ndef add_all(x): return math.fsum(x)\nraise SystemExit\n"

    assert Program(adder, source).inspect(worker) == (Use("math.fsum", 2, ("add_all",)),)
    assert Program(adder, b"def f(:").inspect(worker) == ()
    worker.kill()
    assert Program(adder, source).inspect(worker) == ()


def test_a_program_without_support_is_one_too(adder: Exercise) -> None:
    """The file is optional."""
    assert Program(adder, b"").support
    assert Program(adder, b"").observes == {"added_twice": "add"}
