"""Ctrl-C at every prompt, pressed in a real terminal: a sentence on a line of its own, and nothing is lost."""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.config import DATA_DIR_VARIABLE
from grader.marking import Choice, MarkOutcome, Numeric, ShortAnswer, mark
from grader.practice import reviews, schedule
from grader.practice.bank import load_questions
from grader.practice.history import History
from grader.practice.interview import Interview
from grader.practice.quiz import how_to_answer, pick
from tests.grader.cli.terminal import Terminal

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")

BANK = load_questions()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A shell in a folder and with a history of its own, and with a `grader` that is short to type.

    A typed line that wrapped would be read back in two pieces, and whether it wraps hung on the path of the clone.
    """
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / "data"))
    command = tmp_path / "bin" / "grader"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m grader "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join((str(command.parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "PS1": "ready> "}
    terminal = Terminal("sh", environment=environment)
    terminal.type(f"cd {shlex.quote(str(tmp_path))}", "Enter")
    yield terminal
    terminal.close()


def begin(shell: Terminal, arguments: str, *words: str) -> None:
    """Type a command, with its exit code behind it, and wait for what it asks."""
    shell.type("clear", "Enter")
    assert shell.until_screen(lambda text: text.strip() == "ready>"), shell.text()
    shell.type(f"grader {arguments}; echo exit $?", "Enter")
    assert shell.until(*words), shell.text()
    assert arguments in shell.text()  # a clock in the first row has not written over it


def asks(shell: Terminal, prompt: str) -> None:
    """Wait until a prompt is the last thing on the screen."""
    assert shell.until_screen(lambda text: last_row(text).startswith(prompt)), shell.text()


def interrupted(shell: Terminal, prompt: str, *words: str) -> None:
    """Press Ctrl-C at a prompt; the shell has the terminal again, and shows what is typed."""
    asks(shell, prompt)
    shell.type("", "C-c")
    assert shell.until("grader: Interrupted.", "exit 130", *words), shell.text()
    asks(shell, "ready>")  # it comes after what echo wrote
    rows = [row for row in shell.screen() if row]
    assert not any("^C" in row and row.rpartition("^C")[2] for row in rows), rows
    assert "grader: Interrupted." in rows, rows
    assert "Traceback" not in shell.text()


def test_at_a_question(shell: Terminal) -> None:
    """What was answered before is kept and counted."""
    begin(shell, "quiz --seed 1 --count 3", "1/3", "Ctrl-D ends the quiz")
    shell.type("", "Enter")
    assert shell.until("2/3"), shell.text()
    interrupted(shell, last_row(shell.text()).split(":")[0], "0 of 1 right.")

    with History() as history:
        assert len(reviews.answers(history)) == 1


def test_what_can_be_no_answer_is_asked_again(shell: Terminal) -> None:
    """A slip of the fingers is no wrong answer: neither a word for a number nor a letter that is not there."""
    for kind, slip, reason in ((Numeric, "many", "No number was found."), (Choice, "F", "There is no choice F.")):
        begin(shell, f"quiz --count 1 --seed {seed_of(kind)}", "1/1", "Ctrl-D ends the quiz")
        shell.type(slip, "Enter")
        assert shell.until(reason), shell.text()
        prompts = ("A number:", "A number with its unit:", "One letter:")
        assert shell.until_screen(lambda text, prompts=prompts: last_row(text).strip() in prompts), shell.text()
        interrupted(shell, last_row(shell.text()).strip())

    with History() as history:
        assert not reviews.answers(history)


def test_a_slip_of_the_own_mark_is_asked_again(shell: Terminal) -> None:
    """5 is none of 0, 1 and 2; Enter alone is 0."""
    begin(shell, "interview --focus cycle_analogy --seed 1 --minutes 240", "[g/h/d/q]")
    shell.type("d", "Enter")
    asks(shell, "Your answer:")
    shell.type("x", "Enter")
    for slip in ("5", "yes"):
        asks(shell, "How much of it did you say? 0 nothing, 1 some, 2 all:")
        shell.type(slip, "Enter")
    assert shell.until_screen(lambda text: text.count("How much of it") == 3), shell.text()
    shell.type("", "Enter")
    interrupted(shell, "Your answer:", "grader interview --resume")

    with History() as history:
        held = Interview.under_way(history, lambda: 0.0)
        assert held is not None
        assert [each.rating for each in held.state.follow_ups] == [0]


def test_where_one_judges_oneself(shell: Terminal) -> None:
    """The answer that was being judged is kept, as one that nobody judged."""
    question = BANK.questions["sv_why_batching"]
    words = question.reference.en.split()
    said = " ".join(words[: len(words) // 2])
    assert not schedule.is_right(mark(question, said))
    assert mark(question, said).outcome is MarkOutcome.UNSURE
    seed = seed_of(ShortAnswer, question.topic)
    begin(shell, f"quiz --count 1 --topic serving --seed {seed}", "A sentence or two:")
    shell.type(said, "Enter")
    interrupted(shell, "Did you have it? [y/n]", "0 of 1 right.")

    with History() as history:
        (answer,) = reviews.answers(history)
        assert (answer.answer, answer.rating) == (said, 2)


def test_at_each_prompt_of_an_interview(shell: Terminal) -> None:
    """It goes on at the same prompt, in a new process; the clock's row is given back."""
    resumed = "grader interview --resume"
    begin(shell, "interview --focus cycle_analogy --seed 1 --minutes 240", "Mock interview", "[g/h/d/q]")
    for prompt, answer in (
        ("[g/h/d/q]", "d"),
        ("Your answer:", "x"),
        ("How much of it", "0"),
        ("Your answer:", "y"),
    ):
        interrupted(shell, prompt, f"Interrupted; nothing is lost. Go on with: {resumed}")
        # An answer is kept before its model answer is shown: it is judged after an interruption, and not given anew.
        begin(shell, "interview --resume", prompt, *(["You answered: x"] if prompt == "How much of it" else []))
        shell.type(answer, "Enter")
    interrupted(shell, "How much of it", resumed)

    with History() as history:
        held = Interview.under_way(history, lambda: 0.0)
        assert held is not None
        assert held.state.phase == "follow_ups"
        assert [(each.answer, each.rating) for each in held.state.follow_ups] == [("x", 0), ("y", None)]


def test_in_the_quiz_of_an_interview(shell: Terminal) -> None:
    """Answers are kept; the question that was open is asked again."""
    begin(shell, "interview --focus cycle_analogy --seed 1 --minutes 240", "[g/h/d/q]")
    shell.type("d", "Enter")
    with History() as history:
        held = Interview.under_way(history, lambda: 0.0)
    assert held is not None
    for _ in held.state.plan.follow_ups:
        for prompt in ("Your answer:", "How much of it"):
            asks(shell, prompt)
            shell.type("0", "Enter")
    questions = len(held.state.plan.questions)
    assert shell.until(f"1/{questions}"), shell.text()
    shell.type("", "Enter")
    for _ in range(2):
        assert shell.until(f"2/{questions} "), shell.text()
        asks(shell, how_to_answer(BANK.questions[held.state.plan.questions[1]]).en)
        interrupted(shell, "", "grader interview --resume")
        begin(shell, "interview --resume", f"2/{questions} ")

    with History() as history:
        again = Interview.under_way(history, lambda: 0.0)
        assert again is not None
        assert [each.question for each in again.state.answers] == [held.state.plan.questions[0]]


def last_row(text: str) -> str:
    return next((row for row in reversed(text.splitlines()) if row.strip()), "")


def seed_of(kind: type, *topics: str) -> int:
    """A seed with which the first question is of a kind."""
    at = datetime.datetime.now(datetime.UTC)
    for seed in range(5000):
        (asked,) = pick(BANK, None, count=1, seed=seed, at=at, topics=topics)
        if isinstance(asked.question, kind):
            return seed
    raise AssertionError(f"no question of {kind.__name__} comes first")
