"""What must not come out, and where it could: the record, the terminal, both views of the page and of the JSON."""

from __future__ import annotations

import base64
import io
import re

import msgspec
from rich.console import Console

from grader.model import Report
from grader.report.html import render_html
from grader.report.json import report_document
from grader.report.text import render_text

# What a submission could smuggle into a page: elements that run or fetch, controls, marks that turn the reading
# direction round or take no width.
_MARKUP = re.compile(r"<(script|img[^>]*\bsrc=[\"']?(?!data:)|iframe|object|embed|base|form|input)\b", re.IGNORECASE)
# What a build server would take for a command of its own, wherever the line begins.
_COMMANDS = re.compile(r"^\s*(::[a-z-]+|##\[)", re.MULTILINE)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def disguises(secret: str) -> tuple[str, ...]:
    """A secret as it is, and in the first disguises that come to mind."""
    raw = secret.encode()
    encoded = (base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in range(3))
    return (secret, secret[::-1], raw.hex(), *encoded)


def outlets(report: Report) -> dict[str, str]:
    """Everything that a report turns into, by name."""
    return {
        "record": msgspec.json.encode(report).decode(),
        "JSON practice": report_document([report], "en", "practice").decode(),
        "JSON assessment": report_document([report], "zh", "assessment").decode(),
        "terminal": _terminal(report),
        "page practice": render_html([report], "zh", "practice"),
        "page assessment": render_html([report], "en", "assessment"),
    }


def _terminal(report: Report) -> str:
    stream = io.StringIO()
    Console(file=stream, width=120, force_terminal=False).print(render_text(report, "en"))
    return stream.getvalue()


def leaks(texts: dict[str, str], canary: str, hidden_input: str) -> list[str]:
    """Where the canary has come out, and where an input of a hidden check is shown to who is assessed."""
    found = [name for name, text in texts.items() if _holds(text, canary)]
    assessed = (name for name in texts if name.endswith("assessment"))
    return found + [f"{name} (a hidden input)" for name in assessed if _holds(texts[name], hidden_input)]


def stains(texts: dict[str, str]) -> list[str]:
    """What in pages and documents is not ours and not quoted."""
    found: list[str] = []
    for name, text in texts.items():
        if name == "record":  # raw by design; every writer cleans
            continue
        if control := _CONTROLS.search(text.replace("\r\n", "\n")):
            found.append(f"{name}: {control.group()!r}")
        if name == "terminal" and (command := _COMMANDS.search(text)):
            found.append(f"{name}: {command.group()!r}")
        if name.startswith("page") and (markup := _MARKUP.search(text)):
            found.append(f"{name}: {markup.group()!r}")
    return found


def _holds(text: str, secret: str) -> bool:
    return any(each in text for each in disguises(secret))
