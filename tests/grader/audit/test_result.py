"""How an audit reads."""

from __future__ import annotations

import unicodedata

import pytest

from grader.audit.result import AuditResult, ExerciseProof, Row
from grader.model import Text


def row(name: str, kind: str, **fields: object) -> Row:
    given = {
        "verdict": "wrong_answer",
        "score": 62.5,
        "named": (name,),
        "confidence": "exact",
        "broken": ("a", "b"),
        "seconds": 0.1,
        "sound": True,
    }
    return Row(id=name, kind=kind, **{**given, **fields})


ROWS = (
    row("stub", "stub", verdict="not_attempted", score=0.0, named=(), confidence=""),
    row("漏掉了最后一个数", "value"),
    row("quadratic", "cost", sound=False),
    row("reduced", "accepted", verdict="accepted", score=100.0, named=(), confidence="", broken=()),
)


def proof(**fields: object) -> ExerciseProof:
    given = {
        "slug": "adder",
        "rows": ROWS,
        "problems": (),
        "remarks": (),
        "checks": {"a": ("skips_last", "quadratic"), "b": ("skips_last",), "c": ()},
        "unique": {"a": ("quadratic",), "b": (), "c": ()},
        "seed": 1,
        "wall_s": 2.4,
    }
    return ExerciseProof(**{**given, **fields})


def read(result: AuditResult, language: str = "en") -> list[str]:
    return [each.in_language(language) for each in result.lines]


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def test_problems_make_an_audit_fail_and_remarks_do_not() -> None:
    """What is too noisy to say is said, no more."""
    noisy = proof(remarks=(Text("noise", "噪声"),))
    broken = proof(problems=(Text("dead", "死"),))

    assert AuditResult(proofs=(proof(), noisy)).ok
    assert not AuditResult(proofs=(proof(), broken)).ok


def test_one_line_of_figures_closes_each_exercise() -> None:
    """Mistakes of all kinds are counted, and those that are sound."""
    lines = read(AuditResult(proofs=(proof(), proof(slug="other"))))

    figures = [line for line in lines if " mistakes, " in line]
    assert figures[0] == (
        "adder: 2 mistakes, 1 named as themselves; 1 accepted variants; 3 hidden checks, "
        "1 of them alone in catching some mistake; 0 problems, 0 too noisy to say; 2 s"
    )
    assert figures[1] == lines[-1]
    assert lines[-1].startswith("other: ")


def test_each_row_shows_whether_it_is_sound() -> None:
    """What was it named as, how surely, and how many checks it broke."""
    lines = read(AuditResult(proofs=(proof(),)))

    assert lines[0] == "== adder =="
    assert lines[1].split() == ["submission", "kind", "verdict", "score", "named", "as", "broken"]
    assert lines[2].split() == ["ok", "stub", "stub", "not_attempted", "0", "-", "2"]
    assert lines[4].split() == ["!!", "quadratic", "cost", "wrong_answer", "62.5", "quadratic", "(exact)", "2"]
    assert lines[5].split() == ["ok", "reduced", "accepted", "accepted", "100", "-", "0"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_columns_stand_under_each_other_in_both_languages(language: str) -> None:
    """A Chinese character is two cells wide."""
    lines = read(AuditResult(proofs=(proof(),)), language)
    heading, table = lines[1], lines[2:6]
    column = width(heading[: heading.index("类别" if language == "zh" else "kind")])

    for line, each in zip(table, ROWS, strict=True):
        before = line[: line.index(f" {each.kind} ", 4 + len(each.id)) + 1]
        assert width(before) == column


def test_each_check_shows_what_it_is_good_for() -> None:
    """How many mistakes break it, and those that nothing else catches."""
    lines = read(AuditResult(proofs=(proof(),)))

    assert lines[6:9] == [
        "a: broken by 2, alone by quadratic",
        "b: broken by 1, alone by -",
        "c: broken by 0, alone by -",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["too noisy to say: noise", "PROBLEM: dead"]),
        ("zh", ["噪声太大，无法判定：噪声", "问题：死"]),
    ],
)
def test_remarks_and_problems_are_said(language: str, said: list[str]) -> None:
    """Problems stand last, next to the figures, where they are seen."""
    found = proof(remarks=(Text("noise", "噪声"),), problems=(Text("dead", "死"),))

    assert read(AuditResult(proofs=(found,)), language)[-3:-1] == said


def test_an_audit_of_nothing_is_sound_and_says_nothing() -> None:
    """Whoever asks for no exercise gets no line."""
    nothing = AuditResult(proofs=())

    assert nothing.ok
    assert nothing.lines == []
