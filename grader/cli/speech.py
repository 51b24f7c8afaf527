"""Saying something to the person at the terminal: results to standard output, everything else to standard error.

Whatever is said may hold names that a stranger chose, so all of it goes through the sanitizer. At a terminal lines end
between words; a pipe gets them as they are.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from typing import TextIO

import click

from grader.linebreak import cells, pieces
from grader.model import Language, Text

_PLAINER = {"→": ">", "✓": "+", "✗": "x", "–": "-", "·": "-", "…": ".", "×": "x", "“": '"', "”": '"', "’": "'"}
_LONGEST_SENTENCE = 2_000  # characters
_FEWEST_COLUMNS = 20  # below, every break is an ugly one: the terminal may choose


def put(text: Text | str, language: Language) -> None:
    """Say something that is a result, on standard output."""
    from grader.report.sanitize import clean

    said = clean(text.in_language(language) if isinstance(text, Text) else text)
    click.echo(folded(said, _columns(sys.stdout)))


def tell(text: Text | str, language: Language) -> None:
    """Say something beside the results, on standard error."""
    from grader.report.sanitize import clean

    said = clean(text.in_language(language) if isinstance(text, Text) else text)
    with contextlib.suppress(OSError):  # nobody is listening any more
        click.echo(folded(said, _columns(sys.stderr)), err=True)


def complain(text: Text | str, language: Language) -> None:
    """Say what went wrong, on standard error, under our name."""
    sentence = text.in_language(language) if isinstance(text, Text) else text
    tell(f"grader: {sentence}", language)


def one_line(text: Text | str, language: Language) -> str:
    """A sentence that names what strangers named: on one line, and nothing in it that a build log obeys."""
    from grader.report.sanitize import clean_line, inline

    return inline(clean_line(text.in_language(language) if isinstance(text, Text) else text, limit=_LONGEST_SENTENCE))


def folded(text: str, columns: int | None) -> str:
    """Text with its lines broken between words, or between Chinese characters, as far as that is possible.

    A word that is longer than a line stays whole, so that a path can be copied.

    Args:
        columns: of the terminal; None leaves the text alone.
    """
    if columns is None or columns < _FEWEST_COLUMNS:
        return text
    return "\n".join(_fold_line(line, columns) for line in text.split("\n"))


def _fold_line(line: str, columns: int) -> str:
    if cells(line) <= columns:
        return line
    indent = line[: len(line) - len(line.lstrip(" "))]
    lines, now = [], indent
    for piece in pieces(line[len(indent) :]):
        if now.strip() and cells(now) + cells(piece.rstrip(" ")) > columns:
            lines.append(now.rstrip(" "))
            now = indent + piece.lstrip(" ")
        else:
            now += piece
    return "\n".join((*lines, now.rstrip(" ")))


def terminal_size(stream: TextIO) -> os.terminal_size | None:
    """The size, just now, of the terminal that a stream goes to; None where it goes elsewhere, or has no size.

    The terminal itself is asked: LINES and COLUMNS of the environment do not follow a window that is resized.
    """
    try:
        size = os.get_terminal_size(stream.fileno()) if stream.isatty() else None
    except (OSError, ValueError):  # closed, or no file at all
        return None
    return size if size is not None and size.columns > 0 and size.lines > 0 else None


def _columns(stream: TextIO) -> int | None:
    size = terminal_size(stream)
    return None if size is None else size.columns


def forgive_encodings() -> None:
    """Let no terminal of a small character set turn a finished grading into a traceback, nor into a riddle.

    Our own marks get a character of the same width that every set has; anything else becomes an escape.
    """
    codecs.register_error("grader", _plainer)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="grader")
    # Half a character, which Backspace leaves behind on some terminals, is a slip of the keyboard and no fault.
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    if isinstance(error, UnicodeEncodeError) and (plain := _PLAINER.get(error.object[error.start])) is not None:
        return plain, error.start + 1
    return codecs.backslashreplace_errors(error)
