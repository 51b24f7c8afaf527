"""Help pages in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest

from grader.cli.main import grader

PAGES = [[], *([name] for name in grader.commands)]


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_exists_in_chinese(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, page: list[str]
) -> None:
    """Drawing the page raises where a translation is missing; what is left in Latin letters is names."""
    monkeypatch.setenv("GRADER_LANG", "zh")

    done = cli(*page, "--help")

    assert done.code == 0
    assert "用法" in done.out
    assert "选项" in done.out
    for english in ("Usage", "Options:", "Commands", "Show ", "Write "):
        assert english not in done.out


@pytest.mark.parametrize("page", PAGES)
def test_english_is_as_written(cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, page: list[str]) -> None:
    """Each option's own sentence stands on the page."""
    monkeypatch.setenv("GRADER_LANG", "en")
    command: click.Command = grader.commands[page[0]] if page else grader

    text = " ".join(cli(*page, "--help").out.split())

    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help is not None
            assert parameter.help in text
