"""Names inside an exercise that must point at each other: what mistakes declare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.config import Content
from grader.errors import ContentError

Edit = Callable[[Path, str, str], None]


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ('functions = ["add"]', 'functions = ["sub"]', "functions: 'sub' is not known"),
        ('inherits = ["add_all"]', 'inherits = ["all"]', "inherits: 'all' is not known"),
        ("# title.en", '# equals = ["nobody"]\n# title.en', "equals: 'nobody' is not known"),
        ("# title.en", '# equals = ["subtracts"]\n# title.en', "equals: 'subtracts' is not known"),
        ("# title.en", '# made_of = ["subtracts", "nobody"]\n# title.en', "made_of: 'subtracts' is not known"),
        ("# title.en", '# breaks = ["many_time"]\n# title.en', "breaks: is only for mistakes of cost"),
        ('kind = "value"', 'kind = "cost"', "breaks: is missing"),
        ('kind = "value"', 'kind = "cost"\n# breaks = ["nothing"]', "breaks: 'nothing' is not known"),
    ],
)
def test_a_mistake_points_at_what_there_is(tree: Content, edit: Edit, old: str, new: str, remedy: str) -> None:
    """Functions, other mistakes and budgets that a mistake names must exist."""
    file = tree.solutions / "sums" / "mistakes" / "subtracts.py"
    edit(file, old, new)

    with pytest.raises(ContentError) as caught:
        load("sums", tree)

    assert f"{file}: {remedy}" in caught.value.text.en


def test_a_mistake_of_cost_breaks_a_budget(tree: Content, edit: Edit) -> None:
    """Naming a check that has a budget is right."""
    edit(tree.solutions / "sums" / "mistakes" / "subtracts.py", '"value"', '"cost"\n# breaks = ["many_memory"]')

    assert load("sums", tree).mistakes[0].breaks == ("many_memory",)


def test_a_module_and_a_sheet_of_one_name_are_refused(tree: Content, edit: Edit) -> None:
    """The id of a mistake is the name of its file, whatever its kind."""
    module = tree.solutions / "sums" / "mistakes" / "subtracts.py"
    head = module.read_text(encoding="utf-8").partition("# ///\n")[0]
    lines = [line.removeprefix("# ") for line in head.splitlines()[1:]]
    sheet = "\n".join(["<!-- /// mistake", *lines, "/// -->", ""])
    module.with_suffix(".md").write_text(sheet, encoding="utf-8")
    load("sums", tree)  # where nothing is asked, sheets are not read

    questions = '[[questions]]\npart = "large"\nids = ["q01"]\n[[visible]]'
    edit(tree.exercises / "sums" / "exercise.toml", "[[visible]]", questions)
    for folder in (tree.exercises / "sums", tree.solutions / "sums"):
        for name in ("questions.toml", "answers.md", "answers.toml"):
            (folder / name).write_text("", encoding="utf-8")
    with pytest.raises(ContentError, match="'subtracts' is there twice"):
        load("sums", tree)
