"""Pretrained models: whether their packages are there, and where their converted forms go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader import config
from grader.catalog import models
from grader.catalog.load import load
from grader.catalog.points import hidden_checks
from grader.config import Content
from grader.errors import ContentError
from grader.model import Pretrained

Edit = Callable[[Path, str, str], None]

HERE = Pretrained(name="here", package="pytest", install="pip install pytest")
GONE = Pretrained(name="gone", package="no-such-model", install="pip install no-such-model")


def test_installed_and_missing(tree: Content) -> None:
    """By the distribution, whatever the model is called; only those that were asked for are missed."""
    exercise = msgspec.structs.replace(load("sums", tree), models=(HERE, GONE))

    assert models.installed(exercise) == (HERE,)
    assert models.missing(exercise, ("here", "gone")) == (GONE,)
    assert models.missing(exercise, ("here",)) == ()
    assert models.version_of(HERE) == pytest.__version__
    assert models.version_of(GONE) is None


def test_a_converted_form_belongs_to_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the user's cache, so that another version of the package does not find the old one's."""
    monkeypatch.setattr(config, "cache_dir", lambda: tmp_path)

    assert models.folder_of(HERE) == tmp_path / "models" / f"here-{pytest.__version__}"
    assert not models.folder_of(HERE).exists()


DECLARED = """\
[[models]]
name = "tiny"
package = "no-such-model"
install = "pip install no-such-model"
[[followups]]
"""


@pytest.fixture
def declared(tree: Content, edit: Edit) -> Content:
    """The exercise with a model, and the file that loads it."""
    edit(tree.exercises / "sums" / "exercise.toml", "[[followups]]\n", DECLARED)
    (tree.exercises / "sums" / "models.py").write_text("def tiny(folder): return 1\n", encoding="utf-8")
    return tree


def test_a_declared_model_arrives(declared: Content, edit: Edit) -> None:
    """With its command, and in the check that asks for it."""
    edit(declared.hidden / "sums" / "test_add.py", "points=20,", 'points=20, full=True, requires=("tiny",),')
    exercise = load("sums", declared)

    assert [(each.name, each.install) for each in exercise.models] == [("tiny", "pip install no-such-model")]
    assert hidden_checks(exercise)[0].requires == ("tiny",)


@pytest.mark.parametrize(
    ("mark", "remedy"),
    [
        ('full=True, requires=("huge",),', "'huge' is not known here. There are: tiny"),
        ('requires=("tiny",),', "'requires', which needs full=True"),
    ],
)
def test_a_check_may_only_ask_for_what_there_is(declared: Content, edit: Edit, mark: str, remedy: str) -> None:
    """A model of the exercise, and only among the slow checks: it is loaded for those alone."""
    edit(declared.hidden / "sums" / "test_add.py", "points=20,", f"points=20, {mark}")

    with pytest.raises(ContentError) as caught:
        hidden_checks(load("sums", declared))

    assert remedy in caught.value.text.en


def test_a_model_needs_the_file_that_loads_it(declared: Content) -> None:
    """And its name must be one that Python can call a function."""
    (declared.exercises / "sums" / "models.py").unlink()
    with pytest.raises(ContentError, match=r"models\.py"):
        load("sums", declared)


def test_a_model_is_called_like_a_function(declared: Content, edit: Edit) -> None:
    """Its loader has its name."""
    edit(declared.exercises / "sums" / "exercise.toml", 'name = "tiny"', 'name = "Tiny-2"')
    with pytest.raises(ContentError, match="models"):
        load("sums", declared)
