"""`answers.md`: one heading a question, the answer below it. Untrusted bytes in, plain text by question out.

Quoted lines (`>`) and HTML comments are the sheet's own, not the candidate's. A question headed twice has both texts,
one after the other. Nothing is judged here; this module must not know what a right answer is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import msgspec

from grader.i18n import say
from grader.marking.folding import fold, length_when_folded
from grader.model import Text

MOST_CHARACTERS = 200_000
MOST_LINES = 10_000

# The rest is taken whole and trimmed afterwards: trimmed here, one line of blanks would take hours.
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*(?:[-.,:、)]*[ \t]*)(.*)$")
_ANY_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_NUMBERED = re.compile(r"([a-z_]*+)(\d++)")


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of one submission."""

    answers: dict[str, str]  # question id -> text, empty where only the heading is there
    problem: Text | None = None  # why nothing could be read


def parse(data: bytes, questions: Collection[str]) -> Sheet:
    """Read an answer sheet.

    Args:
        data: of any size and content.
        questions: ids of the questions that there are; other headings belong to nobody.
    """
    text = _decoded(data)
    if text is None:
        return Sheet(answers={}, problem=say("answers.md is not text. Save it as UTF-8."))
    lines = re.split(r"\r\n|\r|\n", text[: MOST_CHARACTERS + 1])
    if len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES or length_when_folded(text) > MOST_CHARACTERS:
        problem = say(
            "answers.md is too long: at most {characters} characters and {lines} lines are read.",
            characters=MOST_CHARACTERS,
            lines=MOST_LINES,
        )
        return Sheet(answers={}, problem=problem)
    known = {_canonical(each): each for each in questions}
    sections: dict[str, list[list[str]]] = {}
    here: list[str] | None = None
    level, fence = 0, ""
    for line in _without_comments(lines):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
            continue
        if fence:
            if mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence):
                fence = ""
            elif here is not None:
                here.append(line)
            continue
        head = _HEADING.match(fold(line)) if line.lstrip().startswith(("#", "＃")) else None
        question = known.get(_canonical(head[2])) if head else None
        if head is not None and question is not None:
            level = len(head[1])
            rest = head[3].rstrip(" \t").rstrip("#").rstrip(" \t")
            here = [rest] if rest else []
            sections.setdefault(question, []).append(here)
        elif (other := _ANY_HEADING.match(line)) and len(other[1]) <= level:
            here = None
        elif here is not None and not line.lstrip().startswith((">", "＞")):
            here.append(line)
    return Sheet(answers={question: _joined(texts) for question, texts in sections.items()})


def compose(answers: Mapping[str, str]) -> bytes:
    """Write an answer sheet that `parse` reads back."""
    return "".join(f"## {question}\n\n{text.strip()}\n\n" for question, text in answers.items()).encode()


def _decoded(data: bytes) -> str | None:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except ValueError:
            continue
        return None if "\0" in text else text
    return None


def _without_comments(lines: list[str]) -> list[str]:
    """Lines with HTML comments cut out; what is opened and never closed is text."""
    text = "\n".join(lines)
    kept: list[str] = []
    at = 0
    while (opened := text.find("<!--", at)) >= 0 and (closed := text.find("-->", opened + 4)) >= 0:
        kept += [text[at:opened], "\n" * text.count("\n", opened, closed)]
        at = closed + 3
    return "".join([*kept, text[at:]]).split("\n")


def _canonical(name: str) -> str:
    """`Q1` is `q01`."""
    name = name.lower()
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return name
    return numbered[1] + (numbered[2].lstrip("0") or "0")


def _joined(texts: list[list[str]]) -> str:
    return "\n\n".join(filter(None, ("\n".join(lines).strip() for lines in texts)))
