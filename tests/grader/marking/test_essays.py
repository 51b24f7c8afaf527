"""The rubrics of cycle_analogy, proved on essays by several hands, in English and Chinese."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.marking import Bank, MarkOutcome, ShortAnswer, load_bank, mark

ESSAYS = tomllib.loads((Path(__file__).parent / "essays.toml").read_text(encoding="utf-8"))["essays"]
LARGEST_SHARE_FOR_A_PERSON = 0.25  # of the model answers


@pytest.fixture(scope="module")
def questions() -> Bank:
    exercise = load("cycle_analogy")
    return load_bank(exercise.questions_file, exercise.keys_file, known=[each.id for each in exercise.mistakes])


def has_chinese(text: str) -> bool:
    """Whether any Chinese character stands in it; punctuation is none."""
    return any("\u4e00" <= each <= "\u9fff" for each in text)


def _of_kind(kind: str) -> list[dict[str, str]]:
    return [each for each in ESSAYS if each["kind"] == kind]


def _name(essay: dict[str, str]) -> str:
    return f"{ESSAYS.index(essay)}-{essay['question']}-{essay.get('sort', 'model')}"


@pytest.mark.parametrize("essay", _of_kind("model"), ids=_name)
def test_no_model_answer_is_called_wrong(questions: Bank, essay: dict[str, str]) -> None:
    """Right, or left to a person; and if right, with a sentence quoted for every point."""
    marked = mark(questions.questions[essay["question"]], essay["text"])

    assert marked.outcome in (MarkOutcome.RIGHT, MarkOutcome.UNSURE)
    assert all(point.sentence for point in marked.points)


@pytest.mark.parametrize("essay", _of_kind("wrong"), ids=_name)
def test_no_wrong_essay_is_called_right(questions: Bank, essay: dict[str, str]) -> None:
    """Subtle, contradictory, stuffed, copied, negated, off the subject, or an order to the grader."""
    assert mark(questions.questions[essay["question"]], essay["text"]).outcome is not MarkOutcome.RIGHT


def test_most_model_answers_need_no_person(questions: Bank) -> None:
    """Handing everything on would be safe and of no use."""
    outcomes = Counter(mark(questions.questions[each["question"]], each["text"]).outcome for each in _of_kind("model"))
    assert outcomes[MarkOutcome.UNSURE] <= LARGEST_SHARE_FOR_A_PERSON * sum(outcomes.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_question_has_many_hands(questions: Bank, language: str) -> None:
    """At least three model answers in either language for each question, and the reference itself is right."""
    for name, question in questions.questions.items():
        if isinstance(question, ShortAnswer):
            texts = [each["text"] for each in _of_kind("model") if each["question"] == name]
            assert sum(has_chinese(text) is (language == "zh") for text in texts) >= 3
            reference = question.reference.zh if language == "zh" else question.reference.en
            assert mark(question, reference).outcome is MarkOutcome.RIGHT


def test_every_point_can_be_found_and_every_fault_met(questions: Bank) -> None:
    """A rubric whose parts nothing meets proves nothing."""
    found: set[tuple[str, str]] = set()
    for each in ESSAYS:
        marked = mark(questions.questions[each["question"]], each["text"])
        found |= {(each["question"], point.id) for point in marked.points}
        found |= {(each["question"], name) for name in marked.misconceptions}
    for name, question in questions.questions.items():
        if isinstance(question, ShortAnswer):
            wanted = {point.id for point in question.points} | {fault.misconception for fault in question.faults}
            assert {(name, each) for each in wanted} <= found
