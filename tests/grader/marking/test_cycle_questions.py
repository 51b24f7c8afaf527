"""The questions of cycle_analogy: every number is computed again, every wrong answer leads to its misconception."""

from __future__ import annotations

import pytest

from grader.catalog.load import load
from grader.exam.answers import Answers, bank_of
from grader.marking import Choice, MarkOutcome, Numeric, mark, parse
from grader.model import Exercise

KIB, GIB = 2**10, 2**30
LAYERS, QUERY_HEADS, KV_HEADS, HEAD = 40, 32, 8, 128
KV = 2 * LAYERS * KV_HEADS * HEAD

# Each value, and each wrong one by the slip that leads to it, in the order of answers.toml.
NUMBERS = {
    "q09": (KV * 1, [KV // 2, KV * 2, KV * QUERY_HEADS / KV_HEADS, KV * 8, KV / 8, KV / LAYERS, KV / KIB * 1000]),
    "q10": (7e9 * 2 / 2e12, [7e9 / 2e12, 7e9 * 2 / (2e12 / 8), 7e9 * 2 / 8 / 2e12, 7.0, 7e-6]),
    "q11": (2e12 / 20e9, [2e12 / 16e9, 2e12 / 8 / 20e9, 2e12 * 8 / 20e9, 0.1, 1e5]),
    "q12": (0.3 + 10 * 0.05, [0.3 + 11 * 0.05, 10 * 0.05, 11 * 0.05, 11 * 0.3, 800.0, 0.0008]),
    "q13": (989e12 / 3.35e12, [989e12 / (3.35e12 * 8), 989e12 * 8 / 3.35e12, 0.989 / 3.35, 989e3 / 3.35]),
    "q14": (128 * KIB * 32768, [4e9, 8 * GIB, GIB / 2, 32 * GIB, 4 * 2**20, 4 * 2**40]),
    "q15": (0.010 + 9 * 0.005, [10 * 0.010, 10 * 0.005, 0.010 + 10 * 0.005, 55.0, 55e-6]),
    "q16": (7e9 * 4 / 8, [7e9 * 4, 7e9 * 4 / 8 / 8, 3.5 * GIB, 7e9 * 1, 7e9 * 2]),
}


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return load("cycle_analogy")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_is_what_the_question_gives(exercise: Exercise, name: str) -> None:
    """Computed here from the figures of the question."""
    question = bank_of(exercise).questions[name]
    value, wrong = NUMBERS[name]

    assert isinstance(question, Numeric)
    assert question.value == pytest.approx(value, rel=1e-3)
    assert [each.value for each in question.wrong] == pytest.approx(wrong, rel=1e-3)


def test_all_numeric_questions_are_computed(exercise: Exercise) -> None:
    """None is left out above."""
    numeric = [name for name, question in bank_of(exercise).questions.items() if isinstance(question, Numeric)]
    assert numeric == list(NUMBERS)


def test_every_wrong_answer_is_observed_as_its_mistake(exercise: Exercise) -> None:
    """What a candidate is told by name is what the file of that mistake answers."""
    known = {
        each.id: Answers(exercise, each.path.read_bytes()) for each in exercise.mistakes if each.path.suffix == ".md"
    }
    for name, question in bank_of(exercise).questions.items():
        if isinstance(question, Choice):
            given = list(question.wrong.items())
        elif isinstance(question, Numeric):
            given = [(f"{each.value!r} {_unit(question)}", each.misconception) for each in question.wrong]
        else:
            continue
        for answer, misconception in given:
            candidate = Answers(exercise, f"## {name}\n{answer}\n".encode())
            assert candidate.observe(name) == known[misconception].observe(name), (name, answer)


def _unit(question: Numeric) -> str:
    """A unit with factor 1 of the question's dimension."""
    return {"KiB": "B", "GiB": "B", "GB": "B", "ms": "s"}.get(question.unit, question.unit)


def test_the_sheet_asks_what_is_marked(exercise: Exercise) -> None:
    """Every question with every choice in both languages, and nothing answered."""
    sheet = exercise.answer_sheet.read_text(encoding="utf-8")
    for name, question in bank_of(exercise).questions.items():
        texts = [question.prompt, *(question.choices.values() if isinstance(question, Choice) else ())]
        assert f"## {name}\n" in sheet
        assert all(text.en in sheet and text.zh in sheet for text in texts)
    assert set(parse(sheet.encode(), exercise.questions).answers.values()) == {""}


def test_no_key_is_in_what_candidates_get(exercise: Exercise) -> None:
    """Neither keys nor rubrics nor misconceptions."""
    for file in (exercise.questions_file, exercise.answer_sheet):
        text = file.read_text(encoding="utf-8")
        assert not any(word in text for word in ("key =", "wrong =", "said =", "qa_", "reference ="))


def test_the_reference_answers_are_right(exercise: Exercise) -> None:
    """In the words of the file."""
    answers = parse(exercise.reference_answers.read_bytes(), exercise.questions).answers
    for name, question in bank_of(exercise).questions.items():
        assert mark(question, answers[name]).outcome is MarkOutcome.RIGHT
