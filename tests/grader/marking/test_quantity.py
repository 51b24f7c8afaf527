"""Numbers with units are found in free text, in both languages, with what the text says of them."""

from __future__ import annotations

import pytest

from grader.marking.quantity import MOST_QUANTITIES, read_quantities


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7 ms", 0.007),
        ("0.007 s", 0.007),
        ("7毫秒", 0.007),
        ("七毫秒", 0.007),
        ("五十五毫秒", 0.055),
        ("零点五秒", 0.5),
        ("512 KiB", 524288),
        ("0.5MiB", 524288),
        ("0,5 MiB", 524288),
        ("524,288 bytes", 524288),
        ("524 288 bytes", 524288),
        ("５１２ＫｉＢ", 524288),
        ("1.5e3 tok/s", 1500),
        ("1.5×10^3 tok/s", 1500),
        ("3*10**-3 s", 0.003),
        ("10³ ms", 1.0),
        ("约143 token/s", 143),
        ("每秒约 143 个 token", 143),
        ("½ s", 0.5),
        ("35 亿字节", 3.5e9),
        ("3.5 billion bytes", 3.5e9),
        ("-1 s", -1.0),
        ("**7 ms**", 0.007),
    ],
)
def test_one_quantity(text: str, value: float) -> None:
    """The value in base units."""
    (found,) = read_quantities(text).quantities

    assert found.value == pytest.approx(value) and found.has_unit


@pytest.mark.parametrize(
    "text", ["7-9 ms", "7 to 9 ms", "between 7 and 9 ms", "7 至 9 毫秒", "< 7 ms", "more than 7 ms", "7 或 9 ms"]
)
def test_ranges_are_seen(text: str) -> None:
    """Whoever gives a range has not given a number."""
    assert read_quantities(text).ranges


@pytest.mark.parametrize("text", ["7 ms", "about 7 ms", "14 GB / 2 TB/s = 7 ms", "约 7 毫秒"])
def test_what_is_no_range(text: str) -> None:
    """An estimate is none, nor is a calculation."""
    assert not read_quantities(text).ranges


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3 ms + 4 ms = 7 ms", 7),
        ("7 ms\nnot 14 ms", 7),
        ("3 ms first. Answer: 7 ms", 7),
        ("a = 3 ms\nb = 4 ms\na + b = 7 ms.\n", 7),
        ("3 ms，所以结果是 7 ms", 7),
    ],
)
def test_the_answer_that_a_text_itself_gives(text: str, number: float) -> None:
    """The end of a chain of equations, the first line alone, or what is labelled so."""
    reading = read_quantities(text)
    final = reading.final(reading.quantities)

    assert final is not None and final.number == number


def test_hedging_gives_no_answer() -> None:
    """Nothing says which of the two is meant."""
    reading = read_quantities("maybe 7 ms, maybe 14 ms")
    assert reading.final(reading.quantities) is None
    reading = read_quantities("a = 7 ms\nb = 14 ms, or so")
    assert reading.final(reading.quantities) is None


@pytest.mark.parametrize(
    ("text", "within"),
    [("7 ms or 8 ms", [True, True]), ("7 ms, 8 to 9 ms", [False, True, True]), ("7 ms. 7 ms", [False, False])],
)
def test_ends_of_ranges_are_known(text: str, within: list[bool]) -> None:
    """Each number that stands beside another as an alternative to it."""
    reading = read_quantities(text)

    assert [reading.in_range(each) for each in reading.quantities] == within


@pytest.mark.parametrize("text", ["512 kb", "512K", "14 gb"])
def test_units_that_can_be_read_in_two_ways(text: str) -> None:
    """Bits or bytes, thousands of what: a person may know."""
    (found,) = read_quantities(text).quantities
    assert found.ambiguous and not found.has_unit


@pytest.mark.parametrize(
    "text", ["1" * 5000, "9e999 s", "1/0 s", "1,2,3,4 s", "10^999 s", "." * 3000, "1 " * 3000, "一" * 5000]
)
def test_hostile_numbers(text: str) -> None:
    """Nothing raises, and only so many are looked at."""
    assert len(read_quantities(text).quantities) <= MOST_QUANTITIES
