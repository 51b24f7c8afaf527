"""How an interview ends, and that its scorecard is not lost."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from grader.cli import interview_end
from grader.practice.history import History
from grader.practice.interview import Interview
from tests.grader.cli.conftest import Cli, FakeExaminer
from tests.grader.cli.test_interview import BEGIN, RESUME, TO_THE_END


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examiner: type[FakeExaminer]) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "interview-self_attention"


def typed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_folder_that_is_gone_is_made_anew(cli: Cli, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody tidied up before the last question."""
    typed("d\n", monkeypatch)
    cli(*BEGIN)
    shutil.rmtree(room)
    typed("because\n1\n" * 3 + "?\n" * 20, monkeypatch)
    done = cli(*RESUME)

    assert done.code == 0, done.err
    assert (room / "scorecard.html").is_file()


def test_a_card_that_could_not_be_written_is_written_the_next_time(
    cli: Cli, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is over when its scorecard is there; the sums are said each time."""
    typed("d\n", monkeypatch)
    cli(*BEGIN)
    shutil.rmtree(room)
    room.write_text("no folder")
    typed("because\n1\n" * 3 + "?\n" * 20, monkeypatch)
    failed = cli(*RESUME)
    assert failed.code == 3
    assert "Score: " in failed.out
    assert "scorecard.html cannot be written" in " ".join(failed.err.split())

    room.unlink()
    again = cli(*RESUME)

    assert again.code == 0
    assert "Score: " in again.out
    assert (room / "scorecard.html").is_file()
    assert "No interview is under way" in cli(*RESUME).err


def test_ctrl_c_at_the_end_is_an_interruption(cli: Cli, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card is one word away."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(interview_end, "_say", interrupt)
        typed(TO_THE_END, patch)
        done = cli(*BEGIN)
    assert done.code == 130
    assert "grader interview --resume" in done.err
    with History() as history:
        assert Interview.under_way(history, lambda: 0.0) is not None

    assert cli(*RESUME).code == 0
    assert (room / "scorecard.html").is_file()
