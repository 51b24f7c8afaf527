"""Saying something to the person at the terminal: results to standard output, everything else to standard error.

Whatever is said may hold names that a stranger chose, so all of it goes through the sanitizer.
"""

from __future__ import annotations

import contextlib
import sys

import click

from grader.model import Language, Text


def tell(text: Text | str, language: Language) -> None:
    """Say something beside the results, on standard error."""
    from grader.report.sanitize import clean

    said = clean(text.in_language(language) if isinstance(text, Text) else text)
    with contextlib.suppress(OSError):  # nobody is listening any more
        click.echo(said, err=True)


def complain(text: Text | str, language: Language) -> None:
    """Say what went wrong, on standard error, under our name."""
    sentence = text.in_language(language) if isinstance(text, Text) else text
    tell(f"grader: {sentence}", language)


def forgive_encodings() -> None:
    """Let no terminal of a small character set turn a finished grading into a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
