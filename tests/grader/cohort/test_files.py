"""A candidate's files: all of a folder, each read when it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.cohort.files import DEPTH, FILES, Item, below, moment, reading, shown, source_of
from grader.errors import UsageError


def test_files_of_a_folder_and_those_in_it(tmp_path: Path) -> None:
    """By the parts of their names, without hidden ones, only so deep, and unread."""
    deep = tmp_path.joinpath(*("d" * DEPTH))
    (deep / "e").mkdir(parents=True)
    for file in (tmp_path / "a.py", tmp_path / ".b.py", deep / "c.py", deep / "e" / "f.py"):
        file.write_text("x = 1\n")

    found = {each.parts: each for each in below(tmp_path, "ada")}

    assert set(found) == {("a.py",), (*("d" * DEPTH), "c.py")}
    (tmp_path / "a.py").write_text("x = 2\n")
    assert source_of(found[("a.py",)], "ada/a.py") == b"x = 2\n"


def test_too_many_files(tmp_path: Path) -> None:
    """Hidden ones are counted too: looking at them is what takes the time."""
    for number in range(FILES + 1):
        (tmp_path / f".{number}").touch()

    with pytest.raises(UsageError, match="ada holds more than"):
        list(below(tmp_path, "ada"))


def test_a_source_has_a_size(tmp_path: Path) -> None:
    """Whether it is a file or what a notebook's cells make up."""
    (tmp_path / "a.py").write_bytes(b"#" * 1_000_001)

    with pytest.raises(UsageError, match="at most 1 MB"):
        source_of(Item(("a.py",), reading(tmp_path / "a.py"), 0.0), "a.py")
    lines = b'","'.join([b"#" * 999 + b"\\n"] * 999)
    book = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["' + lines + b'"]}]}'
    assert len(source_of(Item(("a.ipynb",), lambda _: book, 0.0), "a.ipynb")) < 1_000_000
    book = book.replace(b"##\\n", b"####\\n")
    with pytest.raises(UsageError, match="larger than 1 MB"):
        source_of(Item(("a.ipynb",), lambda _: book, 0.0), "a.ipynb")


def test_names_and_times_are_always_text() -> None:
    """Of bytes that are none, and of clocks that were anywhere."""
    assert shown(os.fsdecode(b"\xff.py")) == "\\xff.py"
    assert moment(1_700_000_000) == "2023-11-14T22:13:20+00:00"
    assert moment(1e300) == "1970-01-01T00:00:00+00:00"
