"""Every number of the question bank is recomputed: keys and wrong values by formula, worked references line by line."""

from __future__ import annotations

import ast
import datetime
import math
import re
import tomllib
from pathlib import Path

import pytest

from grader.marking import Choice, Numeric, mark
from grader.practice.bank import load_questions

BANK = load_questions()
FORMULAS = tomllib.loads(Path(__file__).with_name("numbers.toml").read_text(encoding="utf-8"))
NUMBERS = {each.id: each for each in BANK.questions.values() if isinstance(each, Numeric)}
WITH_REFERENCE = [(each.id, language) for each in BANK.questions.values() for language in ("en", "zh")]


def timestamp(*civil: int) -> float:
    return datetime.datetime(*civil, tzinfo=datetime.UTC).timestamp()


NAMES = {
    **{name: getattr(math, name) for name in ("exp", "log", "sqrt")},
    "min": min,
    "max": max,
    "sum": sum,
    "range": range,
    "round": round,
    "int": int,
    "timestamp": timestamp,
}
UNITS = {
    "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "kB": 1e3, "GB": 1e9, "B": 1, "ms": 1e-3, "s": 1, "%": 0.01,
}  # fmt: skip


def value_of(formula: str) -> float:
    return float(eval(formula, {"__builtins__": {}}, NAMES))  # our own file


def test_every_number_has_its_formula() -> None:
    """No numeric item without one, and no formula without an item."""
    assert set(FORMULAS) == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_follow_from_their_formulas(name: str) -> None:
    """The key within half of its tolerance, each wrong value within the tolerance at which it is recognised."""
    question, formula = NUMBERS[name], FORMULAS[name]
    unit = mark(question, f"1 {question.unit}").value
    assert unit
    unit = 1.0 if question.unit == "%" else unit

    assert question.value == pytest.approx(value_of(formula["key"]) * unit, rel=question.tolerance / 2)
    assert len(formula["wrong"]) == len(question.wrong)
    for each, wrong in zip(question.wrong, formula["wrong"], strict=True):
        assert each.value == pytest.approx(value_of(wrong) * unit, rel=max(question.tolerance, 1e-3) / 2, abs=1e-12)


@pytest.mark.parametrize(("name", "language"), WITH_REFERENCE)
def test_worked_references_add_up(name: str, language: str) -> None:
    """Every "expression = number" in a reference holds, to the digits that it shows."""
    text = getattr(BANK.questions[name].reference, language)

    for left, right, shown in equations(text):
        assert left == pytest.approx(right, abs=shown), text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NUMBERS)
def test_the_reference_works_the_number_out(name: str, language: str) -> None:
    """The reference of a numeric item ends in its key, by arithmetic or as a step of one."""
    question = NUMBERS[name]
    unit = mark(question, f"1 {question.unit}").value
    assert unit
    shown = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", getattr(question.reference, language))]
    key = question.value / unit * (100 if question.unit == "%" and unit == 1 else 1)

    assert any(each == pytest.approx(key, rel=question.tolerance) for each in shown)
    assert equations(getattr(question.reference, language)) or "/" in getattr(question.reference, language)


def test_choices_hold_no_number_that_would_have_to_be_worked_out() -> None:
    """What is computed is asked as a number; choices hold given figures, shapes and code only."""
    computed = [
        each.id
        for each in BANK.questions.values()
        if isinstance(each, Choice) and any(re.fullmatch(r"[\d.,]+ ?\w*", text.en) for text in each.choices.values())
    ]

    assert computed == []


def equations(text: str) -> list[tuple[float, float, float]]:
    """Every "expression = number" of a text: both values, and how exactly the right one is written."""
    found = []
    for sign in re.finditer(r"=\s*(-?\d+(?:\.\d+)?)(?:\s?(KiB|MiB|GiB|kB|GB|ms|%|B|s)(?![A-Za-z]))?", text):
        left = _expression(text[: sign.start()])
        if left is None:
            continue
        digits = sign[1].partition(".")[2]
        unit = UNITS[sign[2]] if sign[2] else 1
        # A unit on one side only: "7 × 4.125 / 8 = 3.609 GB" is in that unit throughout.
        scale = unit if left[1] else 1.0
        found.append((left[0], float(sign[1]) * scale, (0.51 * 10 ** -len(digits)) * scale))
    return found


def _expression(before: str) -> tuple[float, bool] | None:
    """The longest arithmetic at the end of a text that has an operation in it, and whether it has units."""
    tail = re.split(r"[:;：；。，]|, |\. |=(?=[^=]*$)", before)[-1]
    formula = (
        tail.replace("×", "*").replace("^", "**").replace("√", "sqrt").replace("e**(", "exp(").replace("ln(", "log(")
    )
    with_units = re.sub(
        r"(?<=[\d)])\s?(KiB|MiB|GiB|kB|GB|ms|B|s)(?![A-Za-z])", lambda unit: f"*{UNITS[unit[1]]}", formula
    )
    for start in range(len(with_units)):
        candidate = with_units[start:].strip()
        if not re.match(r"[\d(\-]|sqrt|exp|log|min", candidate) or (start and with_units[start - 1] in "0123456789."):
            continue
        try:
            tree = ast.parse(candidate, mode="eval")
        except SyntaxError:
            continue
        if isinstance(tree.body, ast.Constant) and with_units == formula:
            return None  # "T = 2": nothing is computed
        try:
            return value_of(candidate), with_units != formula
        except (NameError, TypeError, SyntaxError):
            continue
    return None


def test_the_reader_of_equations_reads() -> None:
    """It finds what does not add up, so that finding nothing means something."""
    assert equations("K and V: 2 × 3 B = 7 B.") == [(6.0, 7.0, pytest.approx(0.51))]
    assert equations("1 / (1 + e^(-1)) = 0.731") == [(pytest.approx(0.7310585), 0.731, pytest.approx(0.00051))]
    assert equations("2 × 7×10^9 s = 14 s") == [(14e9, 14.0, pytest.approx(0.51))]
    assert equations("with T = 2 and Q = K") == []
    assert len([one for name, language in WITH_REFERENCE if language == "en"
                for one in equations(BANK.questions[name].reference.en)]) > 60  # fmt: skip
