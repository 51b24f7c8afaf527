"""What is said beside the results."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import sys
import termios

import pytest

from grader.cli.speech import complain, folded, forgive_encodings, one_line, put, tell, terminal_size
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


def test_a_sentence_stays_on_one_line() -> None:
    """Nothing that a stranger named begins a line, or is obeyed amid one."""
    said = one_line(Text(en="a\n::error::b\r##[x]\u2028", zh="甲"), "en")

    assert said == "a\\x0a: :error: :b\\x0d## [x][U+2028 LINE SEPARATOR]"
    assert one_line("甲" * 9_000, "zh").endswith("… [+7000]")


def test_half_a_character_is_a_slip_of_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backspace leaves one behind on some terminals: it is no fault of ours, and can be kept."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe4\xb8 7\n"), encoding="utf-8"))
    forgive_encodings()

    line = sys.stdin.readline()

    assert line == "\ufffd 7\n"
    assert line.encode()


def test_results_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Made harmless as well, and in a pipe a line stays a line."""
    put(Text(en="a\x1b[2Jb " * 40, zh="好"), "en")

    out, err = capsys.readouterr()
    assert (out.count("\n"), out.count("\x1b"), err) == (1, 0, "")


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two three four five six", 20, ["one two three four", "five six"]),
        ("  A. a choice that is long", 20, ["  A. a choice that", "  is long"]),
        ("see /a/path/that/is/longer/than/a/line now", 20, ["see", "/a/path/that/is/longer/than/a/line", "now"]),
        ("一二三四五六七八九十，一二", 20, ["一二三四五六七八九", "十，一二"]),
        ("缩放是“除以 sqrt(d)”的意思", 20, ["缩放是“除以 sqrt(d)”", "的意思"]),
        ("first\nsecond line of it all", 20, ["first", "second line of it", "all"]),
        ("no terminal, no " + "lines " * 9, None, ["no terminal, no " + "lines " * 9]),
        ("too narrow for anything at all", 10, ["too narrow for anything at all"]),
    ],
)
def test_lines_end_between_words(text: str, columns: int | None, lines: list[str]) -> None:
    """Between Chinese characters too, but no line begins with a comma; what may be copied stays whole."""
    assert folded(text, columns).split("\n") == lines


def test_a_pipe_has_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says."""
    monkeypatch.setenv("COLUMNS", "40")

    assert terminal_size(io.StringIO()) is None


def test_a_terminal_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its window may have been resized since COLUMNS was exported."""
    monkeypatch.setenv("COLUMNS", "40")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 15, 60, 0, 0))
    try:
        with open(theirs, "w", closefd=False) as stream:
            assert terminal_size(stream) == (60, 15)
            monkeypatch.setattr(sys, "stdout", stream)
            put("word " * 20, "en")
        rows = os.read(ours, 4096).decode().split("\r\n")
        assert max(len(row) for row in rows) <= 60
    finally:
        os.close(ours)
        os.close(theirs)


def test_nobody_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed standard error is no reason to fail."""

    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())

    tell("Hello.", "en")


def test_small_character_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stream cannot show becomes an escape, but for our own marks, which keep their width."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    forgive_encodings()
    stream.write("✗ grading… · →好好")
    stream.flush()

    assert stream.buffer.getvalue() == b"x grading. - >\\u597d\\u597d"  # type: ignore[attr-defined]
