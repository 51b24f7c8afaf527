"""Which exercises there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalog.find import is_slug, near, require, slugs
from grader.config import Content, content_of_checkout
from grader.errors import UnknownExerciseError


def test_a_folder_with_an_exercise_file_is_an_exercise(tree: Content) -> None:
    """Other folders and files are not, whatever they are called."""
    (tree.exercises / "drafts").mkdir()
    (tree.exercises / "Odd-Name").mkdir()
    (tree.exercises / "Odd-Name" / "exercise.toml").write_text("")
    (tree.exercises / "notes.txt").write_text("")

    assert slugs(tree) == ("sums",)


def test_content_without_exercises_is_empty(tmp_path: Path) -> None:
    """No folder, no exercise; no error either."""
    assert slugs(content_of_checkout(tmp_path)) == ()


@pytest.mark.parametrize("name", ["sum", "Sums", "sumss", "smus"])
def test_the_nearest_name_is_offered(tree: Content, name: str) -> None:
    """A slip of the keyboard is answered with the name that was meant, in both languages."""
    with pytest.raises(UnknownExerciseError) as caught:
        require(name, tree)

    assert "sums" in caught.value.text.en
    assert "sums" in caught.value.text.zh
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("self_atention", ["self_attention"]),
        ("Self-Attention", ["self_attention"]),
        ("latency", ["latency_optimization"]),
        ("cycle", ["cycle_analogy"]),
        ("notes", []),
        ("", []),
    ],
)
def test_only_what_may_have_been_meant_is_near(name: str, wanted: list[str]) -> None:
    """A slip has one nearest name; that another one shares some letters with it is no reason to offer it."""
    known = ("bert_classifier", "cycle_analogy", "latency_optimization", "self_attention", "word2vec")

    assert near(name, known) == wanted
    assert near(name, ()) == []


def test_names_of_which_each_may_have_been_meant_are_all_offered() -> None:
    """The nearest first."""
    assert near("suns", ("puns", "runs", "sums", "sun", "zebra")) == ["sun", "puns", "runs"]


def test_without_a_near_name_all_are_listed(tree: Content) -> None:
    """Nothing is near `zzz`: the list helps more than a guess."""
    with pytest.raises(UnknownExerciseError, match="There are: sums"):
        require("zzz", tree)


@pytest.mark.parametrize("name", ["../sums", "/etc", "sums/", "", ".", "sums\n", "SUMS", "1st", "a-b"])
def test_what_could_be_a_path_is_no_slug(tree: Content, name: str) -> None:
    """A slug becomes part of a path, so it must be a plain module name."""
    assert not is_slug(name)
    with pytest.raises(UnknownExerciseError):
        require(name, tree)
