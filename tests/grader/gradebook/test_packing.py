"""Reports as a gradebook keeps them; those of every earlier version come back."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.gradebook.packing import pack, rows_of, unpack
from grader.model import (
    Check,
    CheckKind,
    CheckResult,
    Confidence,
    Diagnosis,
    Environment,
    Example,
    FollowUp,
    Isolation,
    MistakeKind,
    Outcome,
    Part,
    Report,
    Stage,
    Text,
    Tier,
    Timing,
    TimingVerdict,
    Verdict,
)

Make = Callable[..., Any]
BOOK = Path("grades/gradebook.sqlite")
FIRST = Path(__file__).with_name("data") / "report_v1.packed"  # written by `pack` of gradebook version 1


def first_report() -> Report:
    """The report in that file, with a value of its own in every field that there was. Never add a field here."""
    example = Example(call="add(2, 3)", inputs="2, 3", expected="5", got="-1", predicted="-1", where="0")
    check = Check(
        id="large_values",
        title=Text("Large values", "大数值"),
        part="small",
        function="add",
        points=30.0,
        visibility="hidden",
        kind=CheckKind.TIME,
        needs=("two_numbers",),
        full=True,
        requires=("tiny-model",),
        budget=4.0,
    )
    return Report(
        exercise="adder",
        exercise_version="0123456789ab",
        exercise_title=Text("Adding", "加法"),
        parts=(Part(id="small", title=Text("Small", "小"), requires=("none",), hints=(Text("Look.", "看。"),)),),
        followups=(FollowUp(question=Text("Why?", "为什么？"), answer=Text("Because.", "因为。")),),
        submission_name="ada/adder.py",
        submission_sha256="ab" * 32,
        verdict=Verdict.WRONG_ANSWER,
        score=10.5,
        max_score=100.0,
        checks=(
            CheckResult(
                check=check,
                outcome=Outcome.FAILED,
                points=0.5,
                message=Text("It is wrong.", "错了。"),
                cpu_s=0.25,
                wall_s=0.5,
                peak_rss_bytes=1_000_000,
                example=example,
                because="two_numbers",
                traceback="adder.py:3: ValueError",
            ),
        ),
        diagnoses=(
            Diagnosis(
                function="add",
                kind=MistakeKind.VALUE,
                confidence=Confidence.EXACT,
                mistakes=("subtracts",),
                title=Text("It subtracts", "做成了减法"),
                explanation=Text("Plus is not minus.", "加不是减。"),
                checks=("large_values",),
                inherited_by=("add_all",),
                example=example,
            ),
        ),
        timing=(
            Timing(
                check="large_values",
                ratio=2.5,
                low=2.0,
                high=float("inf"),
                budget=4.0,
                verdict=TimingVerdict.TOO_NOISY,
                repeats=9,
                candidate_cpu_s=0.025,
                reference_cpu_s=0.01,
                ratios=(2.4, 2.5, 2.6),
            ),
        ),
        isolation=Isolation(tier=Tier.A, layers=("seccomp",), missing=("cgroup",)),
        environment=Environment(
            grader="1.0.0", python="3.11.2", platform="Linux", cpu="some", cores=2, libraries={"math": "?"}
        ),
        seed=281_474_976_710_655,
        stages=(Stage(name="import", start_s=0.0, end_s=0.125),),
        started_at="2026-11-02T10:00:00+00:00",
        wall_s=1.5,
        output="hello\n",
        output_truncated=True,
        notes=(Text("Diagnosis stopped early.", "诊断提前结束。"),),
    )


def test_a_report_comes_back_as_it_was(report: Make) -> None:
    """Nothing is lost on the way, a bound that is not finite included."""
    whole = report(Outcome.PASSED, Outcome.FAILED, diagnoses=(("minus",),), ratio=1.5)

    assert unpack(pack(whole), BOOK) == whole
    assert unpack(pack(first_report()), BOOK) == first_report()


def test_reports_of_the_first_version_are_read() -> None:
    """Old gradebooks are full of them: what was added to reports since has a default, and nothing was renamed."""
    assert unpack(FIRST.read_bytes(), BOOK) == first_report()


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"not packed at all",
        pack(first_report())[:-20],
        zlib.compress(b"\xc1"),
        zlib.compress(b""),
        zlib.compress(msgspec.msgpack.encode({"exercise": "adder"})),
        zlib.compress(msgspec.msgpack.encode([1, 2])),
        zlib.compress(msgspec.msgpack.encode(first_report()).replace(b"adder", b"\xff\xfe\xff\xfe\xff")),
    ],
)
def test_damage_is_said(stored: bytes) -> None:
    """With the file that it is in, not as a fault of the grader's code."""
    with pytest.raises(UsageError, match=f"{BOOK} is damaged"):
        unpack(stored, BOOK)


def test_a_damaged_report_in_a_gradebook_is_said(graded: Make, entry: Make, report: Make, plan: Make) -> None:
    """Whether it is to be shown or to be shared with who handed in the same."""
    book: Gradebook = graded([entry("ada")], [report(Outcome.PASSED)])
    book._rows("UPDATE paper SET report = x'00'")

    with pytest.raises(UsageError, match="is damaged"):
        book.report(book.attempts()[0].id)
    book.take_in([entry("ben")])
    with pytest.raises(UsageError, match="is damaged"):
        book.want(plan())


def test_a_report_as_rows() -> None:
    """By table; a number that is not finite is none, a diagnosis has a row for each of its mistakes or one without."""
    symptom = msgspec.structs.replace(first_report().diagnoses[0], mistakes=())
    whole = msgspec.structs.replace(first_report(), diagnoses=(*first_report().diagnoses, symptom))

    rows = {table: list(each) for table, each in rows_of(whole).items()}

    assert rows == {
        "check_result": [
            ("large_values", 0, "small", "add", "time", "hidden", "failed", 0.5, 30.0, 0.25, 0.5, 1_000_000)
        ],
        "diagnosis": [(0, "subtracts", "add", "value", "exact"), (1, "", "add", "value", "exact")],
        "timing": [("large_values", 2.5, 2.0, None, 4.0, "too_noisy", 9, 0.025, 0.01)],
    }
