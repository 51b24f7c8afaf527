"""`grader new`."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_the_files_are_listed_and_the_way_on_is_said(cli: Cli, tmp_path: Path) -> None:
    """Names on standard output, for scripts; what to do next beside it."""
    done = cli("new", "mean", "--dir", str(tmp_path), "--function", "mean_of")

    assert done.code == 0
    listed = [Path(line) for line in done.out.splitlines()]
    assert len(listed) == 12
    assert all(file.is_file() for file in listed)
    assert f"grader audit mean --dir {shlex.quote(str(tmp_path))}" in done.err  # as a shell takes it


def test_what_it_left_blank_is_what_the_audit_lists(cli: Cli, tmp_path: Path) -> None:
    """The command that was named works as it was named."""
    cli("new", "mean", "--dir", str(tmp_path))
    done = cli("audit", "mean", "--dir", str(tmp_path))

    assert done.code == 1
    assert "fill in: the right solution" in done.out


def test_slips(cli: Cli, tmp_path: Path) -> None:
    """A name that cannot be used, and one that is taken."""
    assert cli("new", "Two Words", "--dir", str(tmp_path)).code == 2
    assert cli("new", "mean", "--dir", str(tmp_path)).code == 0
    done = cli("new", "mean", "--dir", str(tmp_path))
    assert done.code == 2
    assert "already" in done.err
