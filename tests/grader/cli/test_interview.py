"""`grader interview`: held through a pipe, interrupted, resumed, and summed up on a page."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.cli import interview as command
from grader.errors import ExaminerDied
from grader.practice import reviews
from grader.practice.history import History
from tests.grader.cli.conftest import Cli, FakeExaminer

Typed = Callable[[str], None]
BEGIN = ("interview", "--minutes", "10", "--focus", "self_attention", "--seed", "4", "--lang", "en")
RESUME = ("interview", "--resume", "--lang", "en")
TO_THE_END = "d\n" + "because\n1\n" * 3 + "?\n" * 20


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and an empty history."""
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    folder = tmp_path / "room"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What comes from standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_from_beginning_to_end(cli: Cli, typed: Typed, examiner: type[FakeExaminer], room: Path) -> None:
    """Code, follow-ups, quiz; a scorecard beside the code; and nothing left under way."""
    typed("h\n" + TO_THE_END)
    done = cli(*BEGIN)
    page = room / "interview-self_attention" / "scorecard.html"

    assert done.code == 0, done.err
    assert "Mock interview: Self-attention from scratch" in done.out
    assert "Hint 1 of 3" in done.out
    assert "A good answer:" in done.out
    assert "Score: " in done.out
    assert "To practise next:" in done.out
    assert "[6:00]" in done.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert cli(*RESUME).code == 2
    assert [each.exercise for each in examiner.asked] == ["self_attention"]
    assert examiner.options.parts


def test_the_quiz_of_an_interview_says_nothing_until_the_end(
    cli: Cli, typed: Typed, examiner: type[FakeExaminer]
) -> None:
    """As an interviewer: the answers are on the scorecard, and scheduled like any other."""
    typed(TO_THE_END)
    done = cli(*BEGIN)

    assert "Reference:" not in done.out
    with History() as history:
        held = reviews.interviews(history)[0]
        assert len(reviews.answers(history, interview=held.id)) == len(held.state["plan"]["questions"])
        assert history.attempts()[0].interview == held.id


def test_the_end_of_input_interrupts_and_resume_goes_on(cli: Cli, typed: Typed, examiner: type[FakeExaminer]) -> None:
    """A closed terminal at every phase; each sitting begins where the one before it ended."""
    typed("h\n")
    first = cli(*BEGIN)
    typed("d\nbecause\n1\n")
    second = cli(*RESUME)
    typed("because\n2\nbecause\n2\nA\n")
    third = cli(*RESUME)
    typed("?\n" * 20)
    last = cli(*RESUME)

    for each in (first, second, third):
        assert each.code == 0
        assert "grader interview --resume" in each.err
    assert "because" not in third.err
    assert "Score: " in last.out
    assert "One hint cost" in last.out
    with History() as history:
        state = reviews.interviews(history)[0].state
        assert [each["rating"] for each in state["follow_ups"]] == [1, 2, 2]
        assert state["answers"][0]["answer"].startswith("A")
        assert state["hints"] == 1


def test_ctrl_c_interrupts(cli: Cli, monkeypatch: pytest.MonkeyPatch, examiner: type[FakeExaminer]) -> None:
    """The usual exit code, and nothing lost."""

    class Keyboard(io.StringIO):
        def readline(self, size: int = -1, /) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Keyboard())
    done = cli(*BEGIN)

    assert done.code == 130
    assert "--resume" in done.err
    with History() as history:
        assert reviews.interviews(history, under_way=True)


def test_time_runs_out_and_the_interview_goes_on(
    cli: Cli, typed: Typed, examiner: type[FakeExaminer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the file is graded, and the next part begins; in the end the scorecard comes all the same."""
    now = [0.0]

    def seconds() -> float:
        now[0] += 50.0
        return now[0]

    monkeypatch.setattr(command, "seconds", seconds)
    typed("x\n" * 50)
    done = cli(*BEGIN)

    assert done.code == 0
    assert done.out.count("Time is up for this part.") >= 2
    assert "Score: " in done.out
    assert len(examiner.asked) == 1


def test_one_at_a_time(cli: Cli, typed: Typed, examiner: type[FakeExaminer], room: Path) -> None:
    """A second one needs a word; its folder is another one, so nothing of the first is touched."""
    typed("q\n")
    cli(*BEGIN)
    (room / "interview-self_attention" / "self_attention.py").write_text("# mine\n")
    refused = cli(*BEGIN)
    typed("q\n")
    dropped = cli(*BEGIN, "--drop")

    assert refused.code == 2
    assert "--resume" in refused.err
    assert dropped.code == 0
    assert (room / "interview-self_attention-2" / "self_attention.py").is_file()
    assert (room / "interview-self_attention" / "self_attention.py").read_text() == "# mine\n"


def test_a_slip_does_not_cost_the_one_that_is_dropped(cli: Cli, typed: Typed, examiner: type[FakeExaminer]) -> None:
    """It ends when another one has begun, and not before."""
    typed("q\n")
    cli(*BEGIN)

    assert cli("interview", "--drop", "--focus", "self_atention").code == 2

    typed("q\n")
    assert cli(*RESUME).code == 0


@pytest.mark.parametrize(
    "more", [("--drop",), ("--focus", "word2vec"), ("--seed", "3"), ("--minutes", "45"), ("--dir", "x")]
)
def test_what_goes_on_takes_no_new_wishes(
    cli: Cli, typed: Typed, examiner: type[FakeExaminer], more: tuple[str, ...]
) -> None:
    """They would be passed over in silence else, or end what is to go on."""
    typed("q\n")
    cli(*BEGIN)

    refused = cli(*RESUME, *more)
    assert refused.code == 2
    assert more[0] in refused.err
    typed("q\n")
    assert cli(*RESUME).code == 0


def test_only_the_words_that_are_told_are_taken(cli: Cli, typed: Typed, examiner: type[FakeExaminer]) -> None:
    """A hint costs: whoever asks for help gets the sentence, and whoever writes it out gets the hint."""
    typed("help\ngo\nHint\nquit\n")
    done = cli(*BEGIN)

    assert done.out.count("g grades, h gives a hint, d is done, q interrupts.") == 2
    assert done.out.count("Hint 1 of 3") == 1
    with History() as history:
        assert reviews.interviews(history)[0].state["hints"] == 1


def test_done_is_done_when_it_could_be_graded(cli: Cli, typed: Typed, examiner: type[FakeExaminer]) -> None:
    """What goes wrong on our side costs nothing: it can be tried again, or gone on with later."""
    examiner.script = [ExaminerDied("It died.", "它没了。")]
    typed("d\n")
    done = cli(*BEGIN)

    assert "It died." in done.err
    assert "--resume" in done.err
    with History() as history:
        assert reviews.interviews(history)[0].state["phase"] == "code"
    examiner.script = ()
    typed(TO_THE_END)
    assert "Score: " in cli(*RESUME).out


def test_code_that_could_not_be_graded_in_time_is_left_out(
    cli: Cli, typed: Typed, examiner: type[FakeExaminer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its points are not lost: they are not among those that could be had."""
    now = [0.0]

    def seconds() -> float:
        now[0] += 50.0
        return now[0]

    monkeypatch.setattr(command, "seconds", seconds)
    examiner.script = [ExaminerDied("It died.", "它没了。")]
    typed("x\n" * 50)
    done = cli(*BEGIN)

    assert "It died." in done.err
    assert "of 40\n" in done.out


def test_the_same_seed_holds_the_same_interview(cli: Cli, typed: Typed, examiner: type[FakeExaminer]) -> None:
    """Task, follow-ups and questions, from the same history."""
    pages = []
    for _ in range(2):
        typed("q\n")
        cli(*BEGIN, "--drop")
        with History() as history:
            pages.append(reviews.interviews(history)[0].state["plan"])

    assert pages[0] == pages[1]


def test_in_chinese(cli: Cli, typed: Typed, examiner: type[FakeExaminer], room: Path) -> None:
    """Prompts, phases and the scorecard."""
    typed(TO_THE_END)
    done = cli("interview", "--minutes", "10", "--seed", "4", "--focus", "word2vec", "--lang", "zh")

    assert "模拟面试" in done.out
    assert "总分：" in done.out
    assert 'lang="zh-Hans"' in (room / "interview-word2vec" / "scorecard.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("--resume",), ("--focus", "no_such"), ("--minutes", "0"), ("--seed", "x")])
def test_what_cannot_be_held_is_refused(cli: Cli, arguments: tuple[str, ...], room: Path) -> None:
    """One sentence, exit code 2, and no folder left behind."""
    done = cli("interview", *arguments)

    assert done.code == 2
    assert "Traceback" not in done.err
    assert list(room.iterdir()) == []


def test_without_a_history_there_is_no_interview(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could not survive a closed terminal: that is said before any work is done."""
    monkeypatch.setenv("GRADER_DATA_DIR", "/dev/null/nowhere")
    done = cli(*BEGIN)

    assert done.code == 3
    assert "cannot be used" in done.err
