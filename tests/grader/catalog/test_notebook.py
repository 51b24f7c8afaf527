"""Notebooks as submissions."""

from __future__ import annotations

import ast
import contextlib
import json
import time
import tracemalloc
from pathlib import Path

import nbformat
import pytest

from grader.catalog.intake import take_in
from grader.catalog.notebook import python_of_cell, source_of_notebook
from grader.config import Content
from grader.errors import SubmissionError


def notebook(*cells: str, kind: str = "code") -> bytes:
    """A notebook file with these cells and a text cell before them."""
    made = nbformat.v4.new_notebook()
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    made.cells = [nbformat.v4.new_markdown_cell("# Title"), *(new(cell) for cell in cells)]
    return nbformat.writes(made).encode()


def test_code_cells_become_one_module() -> None:
    """In order, each under its number among all cells; text cells are left out."""
    source = source_of_notebook(notebook("x = 1", "def f():\n    return x")).decode()

    assert source == "# %% [2]\nx = 1\n\n# %% [3]\ndef f():\n    return x\n"
    assert source_of_notebook(notebook("x = 1", kind="markdown")) == b""


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "# %matplotlib inline\nx = 1"),
        ("!pip install torch", "# !pip install torch"),
        ("!pip install \\\n  it's\nx = 1", "# !pip install \n#   it's\nx = 1"),
        ("if x:\n    !ls\n", "if x:\n    pass  # !ls\n"),
        ("files = !ls", "files = None  # !ls"),
        ("t = %timeit -o f()", "t = None  # %timeit -o f()"),
        ("f?", "# f?"),
        ("?torch.nn", "# ?torch.nn"),
        ("%%time\nx = 1", "# %%time\nx = 1"),
        ("\n%%grade self_attention\nx = 1", "\n# %%grade self_attention\nx = 1"),
        ("%%bash\nls 'x\n", "# %%bash\n# ls 'x\n#"),
        ("%%writefile a.py\nx = 1", "# %%writefile a.py\n# x = 1"),
    ],
)
def test_a_notebooks_own_lines_are_put_out_of_the_way(cell: str, python: str) -> None:
    """Line for line, and what is left is Python."""
    assert python_of_cell(cell) == python
    assert python.count("\n") == cell.count("\n")
    ast.parse(python)


@pytest.mark.parametrize(
    "cell",
    [
        "x = (7\n%3)",
        "x = 7 \\\n%3",
        "text = '''\n!ls\n%time\nwhat?\n'''",
        'text = """a\n\\"""\n!b\n"""',
        "x = '(' # (\ny = x",
        "rest = [a\n  % b for a, b in pairs]",
        "page = 'one\u2028two'",
        "x != y\nx %= 2",
        "def f(x):\n    '''It's (odd'''\n    return x % 2",
    ],
)
def test_python_stays_as_it_is(cell: str) -> None:
    """A remainder, a string or an inequality is no magic, wherever its line begins."""
    assert python_of_cell(cell) == cell


def test_code_after_a_string_is_looked_at_again() -> None:
    """The end of a triple-quoted string is seen on the line where it stands."""
    assert python_of_cell("a = '''\n'''; b = (\n1)\n!ls") == "a = '''\n'''; b = (\n1)\n# !ls"


def test_a_line_made_to_be_slow_is_not_matched() -> None:
    """A pattern that would take hours on it is not tried."""
    line = "a" + " " * 500_000 + "!"
    assert python_of_cell(line) == line


def test_imports_from_the_future_come_first() -> None:
    """In a notebook every cell may begin with one; in a module they stand before everything else."""
    second, third = "from __future__ import annotations  # yes\ny = 2", "from __future__ import division"

    source = source_of_notebook(notebook("%load_ext grader\nx = 1", second, third)).decode()

    assert source.startswith("from __future__ import annotations, division\n# %% [2]\n")
    compile(source, "notebook", "exec")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"x = 1",
        b"[]",
        b'{"nbformat": 4}',
        b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        b"[" * 200_000,
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}).encode(),
        json.dumps(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "source": 3}]}
        ).encode(),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(data: bytes) -> None:
    """In both languages, under the name it was handed in with."""
    with pytest.raises(SubmissionError) as caught:
        source_of_notebook(data, "a.ipynb")

    assert "a.ipynb is not a notebook" in caught.value.text.en
    assert "不是有效的 notebook" in caught.value.text.zh
    assert "\n" not in caught.value.text.en


def test_an_old_notebook_is_read() -> None:
    """Version 3 kept its cells in worksheets."""
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("x = 1")])])

    assert b"x = 1" in source_of_notebook(json.dumps({**old, "nbformat": 3, "nbformat_minor": 0}).encode())


def test_a_notebook_is_taken_in_by_its_name(tree: Content, tmp_path: Path) -> None:
    """From a folder or as a file; its source is that of its cells."""
    (tmp_path / "sums.ipynb").write_bytes(notebook("x = 1"))

    for path in (tmp_path, tmp_path / "sums.ipynb"):
        (submission,) = take_in([path], where=tree).submissions
        assert submission.exercise == "sums"
        assert submission.source == b"# %% [2]\nx = 1\n"


def test_a_notebook_of_another_name_needs_the_exercise(tree: Content, tmp_path: Path) -> None:
    """As any file does."""
    (tmp_path / "mine.ipynb").write_bytes(notebook("x = 1"))

    assert take_in([tmp_path / "mine.ipynb"], where=tree).refused
    assert take_in([tmp_path / "mine.ipynb"], "sums", where=tree).submissions


def test_code_beyond_the_cap_is_refused(tree: Content, tmp_path: Path) -> None:
    """A notebook may be large for its pictures; its code may not."""
    (tmp_path / "sums.ipynb").write_bytes(notebook("x = 1\n" * 200_000))

    (refusal,) = take_in([tmp_path], where=tree).refused

    assert "larger than 1 MB" in refusal.text.en


def seconds(cell: str) -> float:
    """Processor time that a cell takes, at its best."""

    def once() -> float:
        before = time.process_time()
        python_of_cell(cell)
        return time.process_time() - before

    return min(once() for _ in range(3))


@pytest.mark.parametrize("line", [" ", "a ", "a,", "a = ", "?", "%", "['", "\t."])
def test_no_line_costs_more_than_its_length(line: str) -> None:
    """A line of blanks was the slowest: eight times the length took five hundred times as long."""
    short, long = (line * (length // len(line)) for length in (400, 3_200))

    assert seconds(f"{long}\n" * 5) < 40 * seconds(f"{short}\n" * 5) + 0.01


def test_outputs_are_not_looked_at() -> None:
    """They are no code, and judging hundreds of thousands of broken ones takes minutes."""
    made = json.loads(notebook("x = 1"))
    made["cells"][1]["outputs"] = [{"output_type": "nothing"}] * 300

    assert source_of_notebook(json.dumps(made).encode()) == b"# %% [2]\nx = 1\n"


def test_more_cells_than_anybody_writes_are_refused() -> None:
    """Before they are looked at one by one."""
    made = json.loads(notebook("x = 1"))
    made["cells"] *= 6_000

    with pytest.raises(SubmissionError, match="more than 10000 cells"):
        source_of_notebook(json.dumps(made).encode())


def test_code_beyond_the_cap_is_not_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes in one line cost gigabytes of memory while they are read as code."""
    monkeypatch.setattr("grader.catalog.notebook._scan", None)

    with pytest.raises(SubmissionError, match="larger than 1 MB"):
        source_of_notebook(notebook("'" + "a" * 1_000_000))


def peak_bytes(data: bytes) -> int:
    """Memory that reading takes at most, beside the file itself."""
    tracemalloc.start()
    try:
        with contextlib.suppress(SubmissionError):
            source_of_notebook(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("version", [4, 3])
@pytest.mark.parametrize("loose", ["0", "NaN"])
def test_a_notebook_does_not_grow_in_memory(version: int, loose: str) -> None:
    """Three bytes of metadata became five hundred; whoever grades a class reads it in their own process."""
    filler = "{}," * 700_000
    data = (
        f'{{"nbformat": {version}, "nbformat_minor": 4, "cells": [], "metadata": {{"a": [{filler}{loose}]}}}}'.encode()
    )

    assert peak_bytes(data) < 10 * len(data)


def test_what_is_skipped_may_be_loose_json() -> None:
    """Outputs hold NaN where somebody plotted one, and half a surrogate pair where somebody printed it."""
    made = json.loads(notebook("x = 1"))
    made["cells"][1]["outputs"] = [{"output_type": "display_data", "data": {"a": float("nan")}, "metadata": {}}]
    assert source_of_notebook(json.dumps(made).encode()) == b"# %% [2]\nx = 1\n"

    made["cells"][1]["source"] = ["x = 1\n", "y = '\ud800'"]
    assert source_of_notebook(json.dumps(made).encode()).startswith(b"# %% [2]\nx = 1\ny = ")


def test_a_byte_order_mark_is_no_fault() -> None:
    """Some editors put one before every file."""
    assert source_of_notebook(b"\xef\xbb\xbf" + notebook("x = 1")) == b"# %% [2]\nx = 1\n"
