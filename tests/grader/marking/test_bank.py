"""A bank of questions is read from one file or several, and refused with file, key and remedy where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import ContentError
from grader.marking import Bank, Choice, Numeric, ShortAnswer, load_bank
from grader.marking.bank import misconceptions_of

Files = tuple[Path, Path]


def test_texts_and_keys_are_laid_over_one_another(bank: Bank) -> None:
    """What a candidate gets lies in one file, the keys in another; together they are whole questions."""
    assert list(bank.questions) == ["letter", "time", "size", "rate", "count", "why"]
    letter, time, why = bank.questions["letter"], bank.questions["time"], bank.questions["why"]
    assert isinstance(letter, Choice) and letter.key == "B" and letter.choices["B"].zh == "预填充"
    assert isinstance(time, Numeric) and (time.value, time.unit, time.tolerance) == (0.007, "ms", 0.01)
    assert isinstance(why, ShortAnswer) and why.enough == 2 and len(why.points) == 3
    assert bank.misconceptions["bits"].title.en == "Bits"


def test_each_misconception_of_a_question_once(bank: Bank) -> None:
    """Two wrong values may give the same misconception away."""
    assert misconceptions_of(bank.questions["time"]) == ("ms_for_s",)
    assert misconceptions_of(bank.questions["letter"]) == ("phases", "trains")
    assert misconceptions_of(bank.questions["why"]) == ("trains",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "B"', 'key = "G"', "questions.letter.key"),
        ('wrong = { A = "phases", C = "trains" }', 'wrong = { A = "phases" }', "every choice once"),
        ('C = "trains" }', 'C = "nowhere" }', "'nowhere' is a misconception that nothing explains"),
        ('key = "7 ms"', 'key = "7 bananas"', "'bananas' is not a unit"),
        ('key = "7 ms"', 'key = "soon"', "one number with its unit"),
        ('answer = "7 us"', 'answer = "7.05 ms"', "too near to the right value"),
        ('answer = "256 KiB"', 'answer = "64.5 KiB"', "too near to the wrong value of another"),
        ("enough = 2", "enough = 4", "more than there are points"),
        ('"weight|权重 & read', '"weight||权重 & read', "empty term"),
        ("tolerance = 0.02", "tolerance = 7", "questions.rate.tolerance"),
        ("schema = 1\n[questions.letter]", "schema = 2\n[questions.letter]", "schema: is there twice"),
        ('[questions.count]\nkey = "32"', "[questions.count]", "questions.count"),
        ("[misconceptions.phases]", "[misconceptions.phases", "is not TOML"),
    ],
)
def test_a_broken_bank_names_file_key_and_remedy(bank_files: Files, old: str, new: str, said: str) -> None:
    """An author is told where to look, in both languages."""
    texts, keys = bank_files
    text = keys.read_text(encoding="utf-8")
    assert old in text
    keys.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_bank(texts, keys)

    assert said in caught.value.text.en
    assert str(keys) in caught.value.text.en and str(keys) in caught.value.text.zh


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """And one that is no text too."""
    with pytest.raises(ContentError, match="cannot be read"):
        load_bank(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ContentError, match="UTF-8"):
        load_bank(tmp_path / "bytes.toml")


def test_the_questions_must_be_those_that_were_asked(bank_files: Files) -> None:
    """An exercise lists its questions; a bank with one more or one fewer does not fit."""
    load_bank(*bank_files, asked=["why", "count", "rate", "size", "time", "letter"])
    with pytest.raises(ContentError, match=r"questions\.more"):
        load_bank(*bank_files, asked=["letter", "time", "size", "rate", "count", "why", "more"])
    with pytest.raises(ContentError, match=r"questions\.why"):
        load_bank(*bank_files, asked=["letter", "time", "size", "rate", "count"])


def test_misconceptions_may_be_explained_elsewhere(bank_files: Files) -> None:
    """In an exercise the mistakes explain them."""
    texts, keys = bank_files
    without, _, _ = keys.read_text(encoding="utf-8").partition("[misconceptions")
    keys.write_text(without, encoding="utf-8")
    known = ["phases", "trains", "ms_for_s", "kib_for_kb", "bits", "half"]

    assert load_bank(texts, keys, known=known).misconceptions == {}
    with pytest.raises(ContentError, match="'half'"):
        load_bank(texts, keys, known=known[:-1])
