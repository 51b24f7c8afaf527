"""`grader explain`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.cli.explain import kind_sentence
from grader.model import MistakeKind
from grader.practice.history import History

Cli = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mistake_is_explained_in_either_language(cli: Cli, language: Any) -> None:
    """Its title, its explanation, and how to see it."""
    mistake = load("self_attention").mistakes[0]

    done = cli("explain", mistake.id, "--lang", language)

    assert done.code == 0
    said = "".join(done.out.split())
    assert "".join(mistake.title.in_language(language).split()) in said
    assert "".join(mistake.explanation.in_language(language).split()) in said
    assert "graderrun--exerciseself_attention--part" in said


def test_mistakes_of_every_exercise_are_known(cli: Cli) -> None:
    """One of each."""
    for slug in slugs():
        assert slug in cli("explain", load(slug).mistakes[-1].id).out


def test_a_name_that_is_nearly_right(cli: Cli) -> None:
    """Others are offered; nonsense is told apart."""
    known = load("self_attention").mistakes[0].id
    done = cli("explain", known[:-2])
    assert done.code == 2
    assert known in done.err
    assert "Did you mean" not in cli("explain", "qqqqqq").err


def test_ones_own_mistake_is_said_to_be(cli: Cli) -> None:
    """With the day on which it was made, and gone."""
    mistake = load("self_attention").mistakes[0].id
    with History() as history:
        insert = "INSERT INTO mistakes VALUES ('self_attention', ?, 'f', 'exact', '[]', 1, ?, ?, ?)"
        history.write(insert, mistake, "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00+00:00", None)
    assert "2026-03-01, and it is still there" in " ".join(cli("explain", mistake).out.split())

    with History() as history:
        history.write("UPDATE mistakes SET cured_at = '2026-03-02T12:00:00+00:00'")
    assert "gone on 2026-03-02" in " ".join(cli("explain", mistake).out.split())


@pytest.mark.parametrize("kind", list(MistakeKind))
def test_each_kind_has_its_sentence(kind: MistakeKind) -> None:
    """In both languages."""
    assert kind_sentence(kind).en != kind_sentence(kind).zh
