"""How an interview begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.interview_begin import Wish, begin
from grader.errors import GraderError
from grader.practice import reviews
from grader.practice.bank import load_questions
from grader.practice.history import History

BANK = load_questions()
WISH = Wish(minutes=10, focus="self_attention", seed=4, folder=None)


def clock() -> float:
    return 0.0


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_is_laid_out_and_kept(room: Path) -> None:
    """In a folder of its own, that it goes by from then on."""
    with History() as history:
        first = begin(history, BANK, WISH, "en", clock)
        second = begin(history, BANK, WISH, "en", clock)

        assert len(reviews.interviews(history, under_way=True)) == 2
    assert first.state.folder == str(room / "interview-self_attention")
    assert second.state.folder == str(room / "interview-self_attention-2")
    assert (room / "interview-self_attention" / "self_attention.py").is_file()


def test_what_cannot_begin_leaves_nothing(room: Path) -> None:
    """No folder, and nothing under way."""
    with History() as history:
        for wish in (
            Wish(minutes=10, focus="self_atention", seed=4, folder=None),
            Wish(minutes=10, focus="self_attention", seed=4, folder=Path("/dev/null/x")),
        ):
            with pytest.raises(GraderError):
                begin(history, BANK, wish, "en", clock)

        assert reviews.interviews(history) == ()
    assert list(room.iterdir()) == []
