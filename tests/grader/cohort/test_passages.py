"""Sources as tokens: what is levelled, what stays, and that nothing hostile can hold it up."""

from __future__ import annotations

import pytest

from grader.cohort.passages import SIZE_CAP, Alphabet, tokens_of, without_words


def same(one: str, other: str) -> bool:
    alphabet = Alphabet()
    return tokens_of(one.encode(), alphabet).text == tokens_of(other.encode(), alphabet).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = a + b", "total = first + second"),
        ("x = 1  # why", "x = 1"),
        ('def f(a):\n    """Doc."""\n    return a', "def g(b):\n    return b"),
        ("f(a,\n  b)", "f(a, b)"),
        ("a = \\\n  b", "a = b"),
        ("x = 'one'", 'x = f"""two"""'),
        ("self.left = 1\nprint(self.left)", "self.right = 1\nprint(self.right)"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_what_a_copy_changes_first_makes_no_difference(one: str, other: str) -> None:
    """Names of one's own, comments, docstrings, strings, layout."""
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x.softmax(1)", "x.exp(1)"),
        ("len(x)", "sum(x)"),
        ("a + b", "a - b"),
        ("x = 1", "x = 2"),
        ("if a:\n b", "while a:\n b"),
        ("a // b", "a / b"),
        ("a == b", "a != b"),
    ],
)
def test_choices_of_substance_stay(one: str, other: str) -> None:
    """What a library offers, what Python offers, operators and numbers."""
    assert not same(one, other)


def test_lines_are_those_of_the_file() -> None:
    """Counted from 1, through comments, docstrings and long strings."""
    source = '"""Two\nlines."""\n# three\nx = """\n\n"""\ny = 7\n'
    tokens = tokens_of(source.encode(), Alphabet())

    assert tokens.lines == (4, 4, 4, 7, 7, 7)


@pytest.mark.parametrize(
    "source", [b"a.b" * 60_000, b"'\\" * 90_000, b'"' * 199_999, b"\xff\x00\x1b" * 9_000, b"x.q = " * 40_000]
)
def test_hostile_sources(source: bytes) -> None:
    """Scanned in one pass and cut at a size; more different tokens than there are characters are no fault."""
    tokens = tokens_of(source, Alphabet())

    assert len(tokens.text) == len(tokens.lines) <= SIZE_CAP


def test_nobody_writes_so_much() -> None:
    """Pairs of sources made to be long took minutes of every report; the time goes with the square of the length."""
    assert len(tokens_of(b"a+" * 100_000, Alphabet()).text) <= 60_000


def test_more_tokens_than_letters() -> None:
    """The last letter stands for all that come after."""
    alphabet = Alphabet()
    alphabet._letters = {str(number): "x" for number in range(1_000_000)}

    assert alphabet.letter("one more") == alphabet.letter("and another")


def test_words_of_people_are_taken_out() -> None:
    """Comments and docstrings go, lines and code stay where they were."""
    source = '"""By Ada\nLovelace."""\nx = 1  # mine, Ada\ny = "kept"\n'
    shown = without_words(source)

    assert "Ada" not in shown
    assert "Lovelace" not in shown
    assert shown.count("\n") == source.count("\n")
    assert 'y = "kept"' in shown
