"""Sentences about broken content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.catalog.broken import content_error, from_decoder
from grader.i18n import say


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    weight: float = 1.0


class File(msgspec.Struct, forbid_unknown_fields=True):
    entries: tuple[Entry, ...]


def refuse(raw: dict[str, Any]) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(raw, File)
    return from_decoder(caught.value, raw, Path("f.toml"), {"entries", "id", "weight"}).text.en


def test_entries_are_named_by_their_id() -> None:
    """Nobody counts tables in a TOML file."""
    raw = {"entries": [{"id": "a"}, {"id": "b", "weight": "heavy"}]}

    assert refuse(raw) == 'f.toml: entries["b"].weight: must be a number, not text in quotes.'


def test_entries_without_an_id_are_counted() -> None:
    """Where the id itself is what is missing, the number must do."""
    assert refuse({"entries": [{}]}) == "f.toml: entries[0].id: is missing. Add it."


def test_an_unknown_key_with_nothing_near() -> None:
    """No guess is made for a key that resembles nothing."""
    assert refuse({"entries": [], "zzz": 1}) == "f.toml: zzz: is not a key. Take it out."


def test_a_reason_that_we_have_no_words_for_is_passed_on() -> None:
    """A new sentence of the decoder is still shown."""
    error = msgspec.ValidationError("Something new - at `$.entries`")

    assert from_decoder(error, {}, Path("f.toml"), ()).text.en == "f.toml: entries: cannot be read: Something new."


def test_without_a_key() -> None:
    """Some faults are of the whole file."""
    assert content_error(Path("f.toml"), "", say("is missing. Add it.")).text.en == "f.toml: is missing. Add it."
