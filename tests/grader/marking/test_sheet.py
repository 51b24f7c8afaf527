"""`answers.md` is read from untrusted bytes: which text stands below which heading, and nothing else."""

from __future__ import annotations

import time

import pytest

from grader.marking import compose, parse
from grader.marking.sheet import MOST_CHARACTERS, MOST_LINES

QUESTIONS = ("q01", "q02", "q03", "why")


def answers(text: str | bytes) -> dict[str, str]:
    return parse(text if isinstance(text, bytes) else text.encode(), QUESTIONS).answers


@pytest.mark.parametrize(
    "text",
    [
        "## q01\nB\n",
        "## q01\r\n\r\nB\r\n",
        "\ufeff## q01\rB",
        "##q01\nB",
        "# Q1\nB",
        "### q01.\nB",
        "＃＃ ｑ０１\nB",
        "## q01 ##\nB",
        "## q01: B",
        "## q01\n> the question\n> A. no\n\nB",
        "## q01\n<!-- ## q02\nA -->B",
        "## q01\n```\nB\n```",
        "## q01\nB\n## Notes\nq02: A",
        "preface\n## q01\nB\n## q99\nC",
    ],
)
def test_headings(text: str) -> None:
    """Ends of lines, levels, widths, leading noughts, quoted questions, comments, fences, other headings."""
    assert answers(text) == {"q01": "B"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    """As editors save them."""
    assert answers("## q01\n答案：B\n".encode(encoding)) == {"q01": "答案：B"}


def test_a_heading_inside_a_fence_is_text() -> None:
    """Code may hold anything."""
    assert answers("## q01\n```\n## q02\nA\n```\nB") == {"q01": "## q02\nA\nB"}


def test_a_question_headed_twice_has_both_texts() -> None:
    """So that two letters are two letters."""
    assert answers("## q01\nB\n## q02\nA\n## Q1\nC") == {"q01": "B\n\nC", "q02": "A"}


def test_an_empty_answer_is_empty() -> None:
    """Only its heading, or the question, is there."""
    assert answers("## q01\n\n> question\n## q02\n<!-- nothing -->\n## why") == {"q01": "", "q02": "", "why": ""}


def test_a_comment_that_never_ends_is_text() -> None:
    """It swallows nothing."""
    assert answers("## q01\nB <!-- open\n## q02\nA") == {"q01": "B <!-- open", "q02": "A"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\0\0\0",
        b"\xff\xfe\x00",
        b"a" * (MOST_CHARACTERS + 1),
        ("\ufdfa" * (MOST_CHARACTERS // 17)).encode(),
        b"\n" * (MOST_LINES + 1),
        b"\x00" * 99,
        b"\xff" * 5,
    ],
)
def test_what_cannot_be_read_is_a_problem(data: bytes) -> None:
    """Said in both languages, and nothing is answered."""
    sheet = parse(data, QUESTIONS)
    assert sheet.problem is not None and sheet.problem.zh and sheet.answers == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#" * 9999,
        b"## " * 9999,
        b"<!--" * 40_000,
        b"<!-- -->" * 9999,
        b"```\n" * 4999,
        b">" * 9999,
        b"## q" + b"0" * 9999 + b"1\nB",
        b"## q" + b"0" * 150_000 + b"x",
        b"## q01 x" + b" " * 150_000 + b"x",
        b"## q01 x" + b"#" * 150_000 + b"x",
        b"## q01 x" + b" #" * 75_000 + b"x",
        ("## q01 x" + "\u0301\u0316" * 95_000).encode(),
        ("## q01 x" + "\ufdfa" * 190_000).encode(),
    ],
)
def test_hostile_sheets(data: bytes) -> None:
    """Nothing raises, and nothing takes longer the more than proportionally: one such line took hours once."""
    before_s = time.process_time()
    parse(data, QUESTIONS)
    assert time.process_time() - before_s < 20


@pytest.mark.parametrize(
    ("tail", "text"), [("B ##", "B"), ("B #1  ", "B #1"), (" ## ", ""), ("C#", "C"), ("a # b", "a # b")]
)
def test_what_closes_a_heading_is_no_answer(tail: str, text: str) -> None:
    """Number signs at the end belong to the heading; those within are the answer's."""
    assert answers(f"## q01 {tail}\n".encode())["q01"] == text


def test_compose_is_read_back() -> None:
    """As the audit puts a mistake's answers between right ones."""
    given = {"q01": "B", "q02": "7 ms", "why": "two\nlines"}
    assert answers(compose(given)) == given
