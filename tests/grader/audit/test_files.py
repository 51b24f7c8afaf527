"""Each file and each sentence that an exercise needs is missed when it is not there, and no other is welcome."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from grader.audit.files import problems_of

if TYPE_CHECKING:
    from conftest import Tree  # the one beside this file


def sentences(tree: Tree) -> list[str]:
    return [each.en for each in problems_of(tree.load())]


def test_a_whole_tree_has_no_problem(tree: Tree) -> None:
    """The tiny exercise is complete; what Python leaves beside it is no stray."""
    for folder in (tree.folder, tree.solutions, tree.hidden, tree.solutions / "mistakes"):
        (folder / "__pycache__").mkdir()

    assert sentences(tree) == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_a_missing_page_is_missed(tree: Tree, name: str) -> None:
    """Both languages of the task are needed."""
    (tree.folder / name).unlink()

    assert sentences(tree) == [f"exercises/adder/{name} is missing or empty."]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "adder.py", "test_visible.py"])
def test_a_page_of_nothing_is_as_good_as_none(tree: Tree, name: str) -> None:
    """White space does not count."""
    (tree.folder / name).write_text(" \n\n")

    assert sentences(tree) == [f"exercises/adder/{name} is missing or empty."]


def test_a_page_in_another_encoding_is_a_problem_and_no_accident(tree: Tree) -> None:
    """The audit goes on and says which file it is."""
    (tree.folder / "README.zh.md").write_bytes("加法".encode("gb18030"))

    assert sentences(tree) == ["exercises/adder/README.zh.md is not UTF-8."]


def test_notes_in_another_encoding_are_a_problem_and_no_accident(tree: Tree) -> None:
    """What can still be read of them counts."""
    notes = tree.solutions / "NOTES.zh.md"
    notes.write_bytes(notes.read_text(encoding="utf-8").encode("gb18030"))

    assert sentences(tree) == ["solutions/adder/NOTES.zh.md is not UTF-8."]


def test_points_that_do_not_add_up(tree: Tree) -> None:
    """Scores of all exercises are out of a hundred."""
    tree.edit(tree.hidden / "test_add.py", "points=15", "points=14.5")

    assert sentences(tree) == ["Visible checks have 15 points and hidden ones 84.5; together they should have 100."]


@pytest.mark.parametrize("name", ["NOTES.md", "NOTES.zh.md"])
def test_missing_notes_are_missed_with_all_that_they_should_explain(tree: Tree, name: str) -> None:
    """Each mistake is explained in each language."""
    (tree.solutions / name).unlink()

    found = sentences(tree)

    assert found[0] == f"solutions/adder/{name} is missing or empty."
    assert found[1:] == [
        f"solutions/adder/{name} does not explain {each}."
        for each in ("quadratic", "skips_last", "sorts_in_place", "subtracts", "tally_forgets", "uses_fsum")
    ]


def test_a_mistake_that_only_one_language_explains(tree: Tree) -> None:
    """A heading that merely begins with its name is another one's."""
    tree.edit(tree.solutions / "NOTES.zh.md", "### subtracts\n", "### subtracts_twice\n")

    assert sentences(tree) == ["solutions/adder/NOTES.zh.md does not explain subtracts."]


@pytest.mark.parametrize(
    "path",
    [
        "exercises/adder/solution.py",
        "exercises/adder/.DS_Store",
        "solutions/adder/adder.py.orig",
        "solutions/adder/mistakes/off_by_one.txt",
        "solutions/adder/accepted/notes.md",
        "hidden/adder/conftest.py",
        "hidden/adder/test_add.py~",
    ],
)
def test_a_stray_file_is_named(tree: Tree, path: str) -> None:
    """Whatever nobody asked for may hold what nobody should see."""
    (tree.content.exercises.parent / path).write_text("x\n")

    assert sentences(tree) == [f"{path} does not belong there."]


def test_an_exercise_without_variants_can_still_be_looked_at(tree: Tree) -> None:
    """A missing folder is no accident of ours."""
    shutil.rmtree(tree.solutions / "accepted")

    assert sentences(tree) == []


def test_three_hints_for_each_part(tree: Tree) -> None:
    """Two are too few."""
    tree.edit(tree.folder / "exercise.toml", '  { en = "It has two strokes.", zh = "它一共两笔。" },\n', "")

    assert sentences(tree) == ["The part small has 2 hints; it should have 3."]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('zh = "加法"', 'zh = "Adding"', "title"),
        ('zh = "两个数"', 'zh = "Two numbers"', "part small"),
        ('zh = "一横一竖。"', 'zh = "TODO"', "part small"),
        ('zh = "换成浮点数会有什么不同？"', 'zh = "?"', "follow-up"),
    ],
)
def test_chinese_that_holds_no_chinese(tree: Tree, old: str, new: str, place: str) -> None:
    """English in the other language's place is no translation."""
    tree.edit(tree.folder / "exercise.toml", old, new)

    assert sentences(tree) == [f"{place} is not there in both languages."]


@pytest.mark.parametrize(
    ("file", "old", "place"),
    [
        ("mistakes/subtracts.py", "写成了减法", "mistake subtracts"),
        ("mistakes/subtracts.py", "符号写反了。", "mistake subtracts"),
        ("accepted/reduced.py", "用 functools.reduce。", "variant reduced"),
    ],
)
def test_the_headers_of_submissions_speak_both_languages_too(tree: Tree, file: str, old: str, place: str) -> None:
    """Candidates read them in their reports."""
    tree.edit(tree.solutions / file, old, "to do")

    assert sentences(tree) == [f"{place} is not there in both languages."]


def test_every_problem_is_said_in_both_languages(tree: Tree) -> None:
    """The author may read either."""
    (tree.folder / "README.md").unlink()
    (tree.folder / "stray").touch()

    assert [each.zh for each in problems_of(tree.load())] == [
        "exercises/adder/README.md 缺失或为空。",
        "exercises/adder/stray 不应放在那里。",
    ]


def test_sheets_of_answers_belong_where_questions_are_asked(tree: Tree) -> None:
    """Elsewhere they are strays."""
    (tree.solutions / "answers.md").write_text("## q01\n\nB\n")
    (tree.folder / "questions.toml").write_text("schema = 1\n")

    assert sentences(tree) == [
        "exercises/adder/questions.toml does not belong there.",
        "solutions/adder/answers.md does not belong there.",
    ]
