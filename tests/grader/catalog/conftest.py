"""A miniature content tree: one tiny exercise, whole and right, for tests to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.config import Content, content_of_checkout

EXERCISE = """\
schema = 1
order = 1
difficulty = "easy"
minutes = 5
libraries = ["json"]
title = { en = "Sums", zh = "求和" }
summary = { en = "Add things up.", zh = "把东西加起来。" }
[budget]
call_wall_s = 2
[[parts]]
id = "small"
title = { en = "Small", zh = "小" }
[[parts]]
id = "large"
title = { en = "Large", zh = "大" }
requires = ["small"]
[[functions]]
name = "add"
part = "small"
[[functions]]
name = "add_all"
part = "large"
[[support]]
name = "adder"
observes = "add"
[[not_allowed]]
name = "math.fsum"
[[visible]]
test = "test_two"
part = "small"
function = "add"
points = 40
title = { en = "Two numbers", zh = "两个数" }
[time_budgets]
many_time = 3.0
[memory_budgets]
many_memory = 1000
[[followups]]
question = { en = "Why?", zh = "为什么？" }
answer = { en = "Because.", zh = "因为。" }
"""

MISTAKE = """\
# /// mistake
# kind = "value"
# functions = ["add"]
# inherits = ["add_all"]
# title.en = "Subtracts"
# title.zh = "写成了减法"
# explanation.en = "The sign is wrong."
# explanation.zh = "符号写反了。"
# ///
def add(a, b):
    return a - b
"""

ACCEPTED = """\
# /// accepted
# note.en = "With the sum builtin."
# note.zh = "用内建的 sum。"
# ///
"""

HIDDEN = '''\
import pytest


@pytest.mark.check(part="small", function="add", points=20, kind="value", en="Any two", zh="任意两个数")
def test_any_two(candidate, reference, rng):
    """Equal to the reference."""


@pytest.mark.check(part="large", function="add_all", points=40, kind="time", en="Many", zh="很多数", needs=("any_two",))
def test_many_time(candidate):
    """Quick."""


def helper():
    """No test."""
'''


@pytest.fixture
def tree(tmp_path: Path) -> Content:
    """Content with the exercise `sums`, and an empty `difference`-less rest."""
    where = content_of_checkout(tmp_path / "tree")
    files = {
        where.exercises / "sums" / "exercise.toml": EXERCISE,
        where.exercises / "sums" / "sums.py": "def add(a, b): raise NotImplementedError\n",
        where.exercises / "sums" / "test_visible.py": "def test_two(): pass\n",
        where.exercises / "sums" / "support.py": "",
        where.solutions / "sums" / "sums.py": "def add(a, b): return a + b\n",
        where.solutions / "sums" / "mistakes" / "subtracts.py": MISTAKE,
        where.solutions / "sums" / "accepted" / "builtin.py": ACCEPTED,
        where.hidden / "sums" / "test_add.py": HIDDEN,
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return where


@pytest.fixture
def edit(tree: Content) -> Callable[[Path, str, str], None]:
    """Replace a piece of a content file that must be there."""

    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {file}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
