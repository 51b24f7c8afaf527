"""Turn what is wrong with a content file into one sentence: the file, the key, the remedy.

An author's mistake is not a candidate's: everything here becomes a `ContentError`. This module knows the words of the
decoder and nothing of what an exercise means.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import ContentError
from grader.i18n import say
from grader.model import Text

# The closed lists that a file may choose from, by the last name of the key.
_CHOICES = {
    "difficulty": "easy, medium, hard",
    "kind": "value, property, robust, time, memory",
    "count": "best, latest",
}
_CHOICES_OF_MISTAKES = {"kind": "value, cost, rule"}

_KINDS = {
    "str": ("text in quotes", "加引号的文字"),
    "int": ("a whole number", "整数"),
    "float": ("a number", "数字"),
    "bool": ("true or false", "true 或 false"),
    "array": ("a list", "列表"),
    "object": ("a table", "表（table）"),
}

_MISSING = re.compile(r"Object missing required field `(\w+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_TYPE = re.compile(r"Expected `([\w | ]+)`, got `(\w+)`")
_EMPTY = re.compile(r"Expected `\w+` of length >= \d+")
_RANGE = re.compile(r"Expected `\w+` ([<>]=?) (\S+)")
_CHOICE = re.compile(r"Invalid enum value (.+)")


def content_error(file: Path, key: str, problem: Text) -> ContentError:
    """The error that names a file, a key in it (may be empty) and what to do."""
    if key:
        text = say("{file}: {key}: {problem}", file=file, key=key, problem=problem)
    else:
        text = say("{file}: {problem}", file=file, problem=problem)
    return ContentError(text.en, text.zh)


def from_decoder(
    error: msgspec.ValidationError, raw: Any, file: Path, known: Iterable[str], *, mistakes: bool = False
) -> ContentError:
    """Say in people's words what the decoder refused.

    Args:
        error: what `msgspec.convert` raised.
        raw: the table as read, for naming list entries by their id.
        file: where it was read.
        known: all keys that exist anywhere in such a file, for offering the nearest.
        mistakes: the file is the header of a mistake, whose `kind` has choices of its own.
    """
    reason, _, path = str(error).partition(" - at `$")
    keys = path.rstrip("`")
    if missing := _MISSING.match(reason):
        key, problem = f"{keys}.{missing[1]}", say("is missing. Add it.")
    elif unknown := _UNKNOWN.match(reason):
        key, problem = f"{keys}.{unknown[1]}", _unknown_key(unknown[1], known)
    elif wrong := _TYPE.match(reason):
        key, problem = keys, say("must be {wanted}, not {found}.", wanted=_kind(wrong[1]), found=_kind(wrong[2]))
    elif _EMPTY.match(reason):
        key, problem = keys, say("is empty. Fill it in.")
    elif bounds := _RANGE.match(reason):
        key, problem = keys, say("must be {sign} {bound}.", sign=bounds[1], bound=bounds[2])
    elif choice := _CHOICE.match(reason):
        key, problem = keys, _choice(keys.rpartition(".")[2], choice[1], mistakes=mistakes)
    else:
        key, problem = keys, say("cannot be read: {reason}.", reason=reason)
    return content_error(file, _named(key.lstrip("."), raw), problem)


def _unknown_key(name: str, known: Iterable[str]) -> Text:
    near = difflib.get_close_matches(name, sorted(set(known)), n=1)
    if near:
        return say("is not a key. Did you mean {name!r}?", name=near[0])
    return say("is not a key. Take it out.")


def _choice(key: str, found: str, *, mistakes: bool) -> Text:
    choices = (_CHOICES_OF_MISTAKES if mistakes else _CHOICES).get(key, "")
    return say("{found} is not one of: {choices}.", found=found, choices=choices)


def _kind(name: str) -> Text:
    return Text(*_KINDS.get(name, (name, name)))


def _named(key: str, raw: Any) -> str:
    """Write `parts[1].title` as `parts["heads"].title`: nobody counts tables in a TOML file."""
    words: list[str] = []
    here = raw
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+|\.\.\.)\]", key):
        if name:
            words.append(f".{name}" if words else name)
            here = here.get(name) if isinstance(here, dict) else None
            continue
        at = int(number) if number.isdigit() else -1
        here = here[at] if isinstance(here, list) and 0 <= at < len(here) else None
        label = next((here[k] for k in ("id", "name", "test") if isinstance(here, dict) and k in here), None)
        words.append(f'["{label}"]' if isinstance(label, str) else f"[{number}]")
    return "".join(words)
