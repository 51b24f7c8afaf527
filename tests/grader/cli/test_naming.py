"""Which exercise and which file a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.cli.naming import complete_mistakes, complete_slugs, only_submission, submission_file
from grader.errors import UsageError

NOTHING: Any = None


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_shells_complete_exercises_and_mistakes() -> None:
    """From what there is."""
    assert "self_attention" in [each.value for each in complete_slugs(NOTHING, NOTHING, "self")]
    assert complete_slugs(NOTHING, NOTHING, "zzz") == []
    found = [each.value for each in complete_mistakes(NOTHING, NOTHING, "attn_no_")]
    assert found
    assert all(each.startswith("attn_no_") for each in found)


def test_a_file_is_looked_for_here_and_in_its_own_folder(here: Path) -> None:
    """The nearer one first; a notebook counts."""
    assert submission_file("self_attention") is None
    (here / "self_attention").mkdir()
    (here / "self_attention" / "self_attention.ipynb").touch()
    assert submission_file("self_attention") == Path("self_attention/self_attention.ipynb")
    (here / "self_attention.py").touch()
    assert submission_file("self_attention") == Path("self_attention.py")
    assert submission_file("self_attention", here / "self_attention") == here / "self_attention/self_attention.ipynb"
    assert submission_file("self_attention", here / "other.py") == here / "other.py"


def test_the_only_file_of_a_folder_is_meant(here: Path) -> None:
    """None and several are told apart, and say what to do."""
    with pytest.raises(UsageError, match="grader start"):
        only_submission(None)
    (here / "self_attention.py").touch()
    assert only_submission(None) == ("self_attention", Path("self_attention.py"))
    assert only_submission(here) == ("self_attention", here / "self_attention.py")
    (here / "word2vec.py").touch()
    with pytest.raises(UsageError, match="several"):
        only_submission(None)
    assert only_submission(Path("word2vec.py")) == ("word2vec", Path("word2vec.py"))


def test_a_file_in_the_folder_that_start_makes_is_meant_too(here: Path) -> None:
    """Beside that folder, as often as in it; a file that lies here comes first."""
    for slug in ("self_attention", "word2vec"):
        (here / slug).mkdir()
    (here / "word2vec/word2vec.py").touch()
    assert only_submission(None) == ("word2vec", Path("word2vec/word2vec.py"))
    (here / "self_attention/self_attention.py").touch()
    with pytest.raises(UsageError, match="several"):
        only_submission(None)
    (here / "self_attention.py").touch()
    assert only_submission(None) == ("self_attention", Path("self_attention.py"))


def test_a_file_that_is_not_there_or_is_no_exercise(here: Path) -> None:
    """Each is said."""
    with pytest.raises(UsageError, match="does not exist"):
        only_submission(here / "self_attention.py")
    (here / "word3vec.py").touch()
    with pytest.raises(UsageError, match="word2vec"):
        only_submission(here / "word3vec.py")
