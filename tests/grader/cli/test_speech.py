"""What is said beside the results."""

from __future__ import annotations

import io
import sys

import pytest

from grader.cli.speech import complain, forgive_encodings, tell
from grader.model import Text


def test_to_standard_error_in_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays for results."""
    tell(Text(en="Hello.", zh="你好。"), "zh")
    complain(Text(en="No.", zh="不行。"), "en")

    assert capsys.readouterr() == ("", "你好。\ngrader: No.\n")


def test_strangers_names_are_made_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """An escape is shown, not obeyed."""
    complain("a\x1b[2Jb", "en")

    assert "\x1b" not in capsys.readouterr().err


def test_nobody_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed standard error is no reason to fail."""

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())

    tell("Hello.", "en")


def test_small_character_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stream cannot show becomes an escape."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    forgive_encodings()
    stream.write("好")
    stream.flush()

    assert stream.buffer.getvalue() == b"\\u597d"  # type: ignore[attr-defined]
