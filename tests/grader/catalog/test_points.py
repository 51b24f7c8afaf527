"""What hidden tests declare, read without running them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.catalog.points import hidden_checks, names_of_tests, points_of
from grader.config import Content
from grader.errors import ContentError
from grader.model import CheckKind

Edit = Callable[[Path, str, str], None]


def test_points_add_up(tree: Content) -> None:
    """Visible and hidden points, in all and by part."""
    points = points_of(load("sums", tree))

    assert (points.visible, points.hidden, points.total) == (40, 60, 100)
    assert points.by_part == {"small": 60, "large": 40}


def test_hidden_checks_are_read_from_their_marks(tree: Content) -> None:
    """Ids, kinds and budgets, in the order of the file; functions that are no tests are passed over."""
    first, second = hidden_checks(load("sums", tree))

    assert (first.id, first.kind, first.visibility) == ("any_two", CheckKind.VALUE, "hidden")
    assert (second.id, second.needs, second.budget) == ("many_time", ("any_two",), 3.0)
    assert second.title.zh == "很多数"


def test_what_marks_share_may_have_a_name(tree: Content, edit: Edit) -> None:
    """A constant of the module, spread or by itself."""
    file = tree.hidden / "sums" / "test_add.py"
    edit(file, 'part="small", function="add", points=20', "**SMALL, points=SOME")
    edit(file, "import pytest\n", 'import pytest\nSMALL = {"part": "small", "function": "add"}\nSOME = 15\n')

    first = hidden_checks(load("sums", tree))[0]

    assert (first.part, first.function, first.points) == ("small", "add", 15)


def test_nothing_is_run(tree: Content) -> None:
    """A test file that would fail to import is still read."""
    file = tree.hidden / "sums" / "test_add.py"
    file.write_text("raise SystemExit\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    assert names_of_tests(file) == ("test_any_two", "test_many_time")


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("@pytest.mark.check(", "@pytest.mark.other(", "has no @pytest.mark.check"),
        ("points=20, ", "", "its mark lacks 'points'"),
        ("points=20", "points=TWENTY", "'points=TWENTY' in its mark must be a plain literal"),
        ("points=20", "points='x'", "cannot be read"),
        ('kind="value"', 'kind="magic"', "cannot be read"),
        ('part="small"', 'part="tiny"', "'tiny' is not known"),
        ('function="add"', 'function="sub"', "'sub' is not known"),
        ("def test_any_two", "def def", "cannot be read"),
    ],
)
def test_a_test_that_declares_itself_badly_is_named(tree: Content, edit: Edit, old: str, new: str, remedy: str) -> None:
    """The author reads the file, the test and what to do."""
    exercise = load("sums", tree)
    file = tree.hidden / "sums" / "test_add.py"
    edit(file, old, new)

    with pytest.raises(ContentError) as caught:
        hidden_checks(exercise)

    assert str(file) in caught.value.text.en
    assert remedy in caught.value.text.en
