"""`grader quiz`: asked in a pipe, marked, explained, remembered."""

from __future__ import annotations

import datetime
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.marking import Choice
from grader.practice import quiz as questions
from grader.practice import reviews, schedule
from grader.practice.bank import load_questions
from grader.practice.history import History
from tests.grader.cli.conftest import Cli

BANK = load_questions()
Typed = Callable[[str], None]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return tmp_path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What comes from standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def asked(seed: int, count: int, topic: str) -> list[questions.Asked]:
    at = datetime.datetime.now(datetime.UTC)
    return list(questions.pick(BANK, None, count=count, seed=seed, at=at, topics=(topic,)))


def keys(chosen: list[questions.Asked]) -> str:
    """Right answers where they are letters, nothing of use elsewhere."""
    found = [each.question.key if isinstance(each.question, Choice) else "?" for each in chosen]
    return "".join(f"{each}\n" for each in found)


def test_right_answers_are_right(cli: Cli, typed: Typed) -> None:
    """With their reference and source; the tally at the end."""
    chosen = asked(3, 4, "transformer")
    typed(keys(chosen))
    done = cli("quiz", "--topic", "transformer", "--count", "4", "--seed", "3", "--lang", "en")
    right = sum(isinstance(each.question, Choice) for each in chosen)

    assert done.code == 0
    assert done.out.count("\nRight.") == right > 0
    assert f"{right} of 4 right." in done.out
    for each in chosen:
        assert each.question.prompt.en in done.out
        assert each.question.source in done.out


@pytest.mark.parametrize(("language", "wrong"), [("en", "Not right."), ("zh", "不对。")])
def test_a_wrong_answer_gets_its_misconception(cli: Cli, typed: Typed, language: str, wrong: str) -> None:
    """By name, in the reader's language."""
    question = next(each.question for each in asked(3, 9, "transformer") if isinstance(each.question, Choice))
    assert isinstance(question, Choice)
    place = [each.question.id for each in asked(3, 9, "transformer")].index(question.id)
    letter, name = next(iter(question.wrong.items()))
    typed("\n" * place + f"{letter}\n")
    done = cli("quiz", "--topic", "transformer", "--count", "9", "--seed", "3", "--lang", language)

    assert wrong in done.out
    assert BANK.misconceptions[name].title.in_language("zh" if language == "zh" else "en") in done.out


def test_the_same_seed_says_the_same(cli: Cli, typed: Typed, data: Path) -> None:
    """Word for word, from the same history."""
    pages = []
    for _ in range(2):
        typed("A\nB\n7 ms\n")
        pages.append(cli("quiz", "--count", "3", "--seed", "11").out)
        (data / "history.sqlite3").unlink()

    assert pages[0] == pages[1]


def test_answers_are_remembered_and_come_back(cli: Cli, typed: Typed) -> None:
    """Each is in the history with what was typed, and its card has a date."""
    typed("nonsense\n")
    cli("quiz", "--count", "1", "--seed", "1")

    with History() as history:
        (answer,) = reviews.answers(history)
        assert answer.answer == "nonsense"
        assert not answer.correct
        (card,) = reviews.cards(history)
        assert datetime.datetime.fromisoformat(card.due_at) > datetime.datetime.now(datetime.UTC)


def test_a_mistake_in_code_is_asked_about_first(cli: Cli, typed: Typed) -> None:
    """The question says which mistake brought it back."""
    with History() as history:
        schedule.mistakes_found(
            history, "self_attention", ("attn_no_scale",), datetime.datetime.now(datetime.UTC), BANK
        )
    typed("")
    done = cli("quiz", "--due", "--lang", "en")

    assert "Your code had this mistake: Scores are not divided by sqrt(d)." in done.out


def test_nothing_due_is_no_failure(cli: Cli) -> None:
    """It is good news."""
    done = cli("quiz", "--due", "--lang", "en")

    assert (done.code, done.out) == (0, "")
    assert "Nothing is due." in done.err


def test_the_end_of_input_ends_the_quiz(cli: Cli, typed: Typed) -> None:
    """What was answered is kept; the question that was left is not counted."""
    typed("A\n")
    done = cli("quiz", "--count", "5", "--seed", "1", "--lang", "en")

    assert done.code == 0
    assert "of 1 right." in done.out
    with History() as history:
        assert len(reviews.answers(history)) == 1


def test_an_interruption_keeps_what_was_answered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the second question: one answer in the history, and the tally said."""

    class Keyboard(io.StringIO):
        def readline(self, size: int = -1, /) -> str:
            line = super().readline(size)
            if not line:
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr(sys, "stdin", Keyboard("A\n"))
    done = cli("quiz", "--count", "5", "--seed", "1", "--lang", "en")

    assert done.code == 130
    assert "of 1 right." in done.out
    with History() as history:
        assert len(reviews.answers(history)) == 1


def test_without_a_history_there_is_still_a_quiz(cli: Cli, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is said once, the questions are asked all the same."""
    monkeypatch.setenv("GRADER_DATA_DIR", "/dev/null/nowhere")
    typed("A\nB\n")
    done = cli("quiz", "--count", "2", "--seed", "1", "--lang", "en")

    assert done.code == 0
    assert "of 2 right." in done.out
    assert done.err.count("cannot be used") == 1


def test_topics_are_listed(cli: Cli) -> None:
    """With how many questions each has."""
    done = cli("quiz", "--topics", "--lang", "en")

    for name, title in BANK.topics.items():
        assert f"{name} " in done.out
        assert title.en in done.out
    assert f"{len(BANK.questions)} questions in all." in done.err


@pytest.mark.parametrize("arguments", [("--topic", "kv"), ("--count", "0"), ("--count", "many"), ("--seed", "x")])
def test_what_cannot_be_asked_is_refused(cli: Cli, arguments: tuple[str, ...]) -> None:
    """One sentence, exit code 2."""
    done = cli("quiz", *arguments)

    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err


def test_escape_sequences_in_an_answer_do_nothing(cli: Cli, typed: Typed) -> None:
    """They are shown, not obeyed."""
    typed("\x1b[31m\n")
    done = cli("quiz", "--topic", "kv_cache", "--count", "1", "--seed", "1", "--lang", "en")

    assert "\x1b[31m" not in done.out
