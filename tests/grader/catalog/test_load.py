"""Loading an exercise, and what is said when it is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.find import slugs
from grader.catalog.load import load
from grader.config import Content
from grader.errors import ContentError, UnknownExerciseError
from grader.model import Budget, Part, Text

Edit = Callable[[Path, str, str], None]


def test_everything_declared_arrives(tree: Content) -> None:
    """The exercise holds the nouns of the model, not the loader's own views of the file."""
    exercise = load("sums", tree)

    assert exercise.title == Text(en="Sums", zh="求和")
    assert type(exercise.parts[0]) is Part
    assert exercise.parts[1].requires == ("small",)
    assert type(exercise.budget) is Budget
    assert exercise.budget == Budget(call_wall_s=2.0)
    assert exercise.part_of("add_all") == "large"
    assert [check.id for check in exercise.visible] == ["two"]
    assert exercise.visible[0].visibility == "visible"
    assert [mistake.id for mistake in exercise.mistakes] == ["subtracts"]
    assert [variant.id for variant in exercise.accepted] == ["builtin"]
    assert exercise.time_budgets == {"many_time": 3.0}
    assert exercise.reference.is_file()


@pytest.mark.parametrize("slug", slugs())
def test_our_own_exercises_load(slug: str) -> None:
    """The content that ships is not broken."""
    assert load(slug).slug == slug


def test_unknown_exercise(tree: Content) -> None:
    """Asking for one that is not there is the caller's slip, not broken content."""
    with pytest.raises(UnknownExerciseError):
        load("product", tree)


BROKEN = [
    ("schema = 1", "schema = 2", "schema", "must be 1"),
    ("schema = 1", "schema = ", "", "not TOML"),
    ("order = 1\n", "", "order", "is missing"),
    ("order = 1", 'order = "first"', "order", "a whole number"),
    ("order = 1", "order = 0", "order", ">= 1"),
    ("minutes = 5", "minuets = 5", "minuets", "'minutes'"),
    ('difficulty = "easy"', 'difficulty = "trivial"', "difficulty", "easy, medium, hard"),
    (', zh = "求和"', "", "title.zh", "is missing"),
    ('zh = "求和"', 'zh = ""', "title.zh", "is empty"),
    ('zh = "求和"', 'zh = "求和", fr = "Sommes"', "title.fr", "is not a key"),
    ('zh = "大"', "zh = 3", 'parts["large"].title.zh', "text in quotes, not a whole number"),
    ("call_wall_s = 2", "call_wall_s = 0", "budget.call_wall_s", "> 0"),
    ("call_wall_s = 2", "call_wal_s = 2", "budget.call_wal_s", "'call_wall_s'"),
    ('requires = ["small"]', 'requires = ["tiny"]', 'parts["large"].requires', "'tiny'"),
    ('requires = ["small"]', 'requires = ["large"]', 'parts["large"].requires', "'large'"),
    ('id = "large"', 'id = "small"', "parts", "twice"),
    ('name = "add_all"', 'name = "add"', "functions", "twice"),
    ('part = "large"', 'part = "huge"', 'functions["add_all"].part', "small, large"),
    ('observes = "add"', 'observes = "sub"', 'support["adder"].observes', "'sub'"),
    ('name = "math.fsum"', 'name = "math.fsum"\nfunctions = ["x"]', 'not_allowed["math.fsum"].functions', "'x'"),
    ("points = 40", "points = -1", 'visible["test_two"].points', ">= 0"),
    ('function = "add"', 'function = "sub"', 'visible["test_two"].function', "'sub'"),
    ("many_time = 3.0", "many_time = 0.5", "time_budgets.many_time", "> 1"),
    ("many_time = 3.0", "many_time = nan", "time_budgets.many_time", "> 1"),
    ("many_memory = 1000", "many_memory = 0", "memory_budgets.many_memory", "> 0"),
    ("[[parts]]", "[[functions]]", "", ""),
]


@pytest.mark.parametrize(("old", "new", "key", "remedy"), BROKEN)
def test_a_broken_file_is_named_with_key_and_remedy(
    tree: Content, edit: Edit, old: str, new: str, key: str, remedy: str
) -> None:
    """Whatever is wrong, the author reads the file, the key and what to do, in both languages."""
    file = tree.exercises / "sums" / "exercise.toml"
    edit(file, old, new)

    with pytest.raises(ContentError) as caught:
        load("sums", tree)

    for sentence in (caught.value.text.en, caught.value.text.zh):
        assert str(file) in sentence
        assert key in sentence
    assert remedy in caught.value.text.en
    assert caught.value.text.zh != caught.value.text.en
    assert caught.value.exit_code == 3


def test_a_file_that_is_not_utf_8(tree: Content) -> None:
    """Latin-1 is said to be no UTF-8."""
    (tree.exercises / "sums" / "exercise.toml").write_bytes(b'title = "\xe9"')

    with pytest.raises(ContentError, match="UTF-8"):
        load("sums", tree)


@pytest.mark.parametrize("missing", ["exercises/sums/sums.py", "exercises/sums/support.py", "solutions/sums/sums.py"])
def test_a_missing_file_is_named(tree: Content, missing: str) -> None:
    """An exercise without stub, reference or declared support cannot be graded."""
    (tree.exercises.parent / missing).unlink()

    with pytest.raises(ContentError, match=missing):
        load("sums", tree)


def test_no_hidden_tests(tree: Content) -> None:
    """An exercise that nothing is held against is broken."""
    (tree.hidden / "sums" / "test_add.py").unlink()

    with pytest.raises(ContentError, match="no hidden tests"):
        load("sums", tree)


QUESTIONS = """\
[[questions]]
part = "large"
ids = ["q01", "q02"]
[[visible]]"""


def test_questions_are_functions_that_are_answered(tree: Content, edit: Edit) -> None:
    """They belong to a part, and need texts, keys, a sheet and right answers."""
    folder, solutions = tree.exercises / "sums", tree.solutions / "sums"
    edit(folder / "exercise.toml", "[[visible]]", QUESTIONS)
    needed = [folder / "questions.toml", solutions / "answers.toml", folder / "answers.md", solutions / "answers.md"]
    for file in needed:
        with pytest.raises(ContentError) as caught:
            load("sums", tree)
        assert str(file) in caught.value.text.en
        file.write_text("", encoding="utf-8")

    exercise = load("sums", tree)

    assert exercise.questions == ("q01", "q02") and exercise.part_of("q02") == "large"
    assert [each.name for each in exercise.functions if not each.answer] == ["add", "add_all"]


def test_a_question_of_the_name_of_a_function_is_refused(tree: Content, edit: Edit) -> None:
    """A check names one or the other."""
    edit(tree.exercises / "sums" / "exercise.toml", "[[visible]]", QUESTIONS.replace("q01", "add"))
    for folder in (tree.exercises / "sums", tree.solutions / "sums"):
        for name in ("questions.toml", "answers.md", "answers.toml"):
            (folder / name).write_text("", encoding="utf-8")
    with pytest.raises(ContentError, match="'add' is there twice"):
        load("sums", tree)
