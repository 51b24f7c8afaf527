"""Models are converted before their first use, with a bar on a terminal and silently in a pipe."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.catalog import load, models
from grader.cli.models import convert_models


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the one model of a made-up exercise goes."""
    file = tmp_path / "models.py"
    file.write_text(
        "def prepare_tiny(folder, tell):\n    tell(0.5)\n    (folder / 'w').write_text('1')\n", encoding="utf-8"
    )
    kept = tmp_path / "cache" / "tiny-1"
    monkeypatch.setattr(load, "load", lambda _: SimpleNamespace(models_file=file))
    monkeypatch.setattr(models, "installed", lambda _: (SimpleNamespace(name="tiny"),))
    monkeypatch.setattr(models, "folder_of", lambda _: kept)
    return kept


def test_a_pipe_sees_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The model is there all the same."""
    convert_models(["made_up", "made_up"], "en")

    assert (folder / "w").is_file()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_a_bar(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the reader's language, and only while there is something to do."""
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    convert_models(["made_up"], "zh")
    shown = screen.getvalue()
    convert_models(["made_up"], "zh")

    assert "正在解包模型 tiny" in shown
    assert screen.getvalue() == shown
    assert (folder / "w").is_file()
