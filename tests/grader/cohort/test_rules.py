"""The file of weights, deadlines and late rules: what it does, and what is said where it is wrong."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from grader.cohort.rules import ExerciseRules, LateRules, Rules, read_rules
from grader.errors import UsageError

DUE = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)
LATE = LateRules(grace_minutes=10, percent_per_day=10, at_most_percent=25, refuse_after_days=5)


def write(folder: Path, text: str) -> Path:
    file = folder / "cohort.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_no_file_is_every_exercise_alike() -> None:
    """Nothing is late and the best attempt counts."""
    rules = read_rules(None, ("adder",))

    assert (rules.count, rules.of("adder").weight, rules.kept(1e9)) == ("best", 1.0, 1.0)


def test_what_the_documentation_shows_can_be_read(tmp_path: Path) -> None:
    """The example on the page is a file, with every key of the format in it."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "cohort-report.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    rules = read_rules(write(tmp_path, example), ("self_attention", "word2vec"))

    assert rules.of("self_attention").deadline is not None
    for struct in (Rules, ExerciseRules, LateRules):
        assert all(f"{name}" in example for name in struct.__struct_fields__)


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [(0, 1.0), (10, 1.0), (11, 0.9), (24 * 60 + 9, 0.9), (24 * 60 + 11, 0.8), (4 * 24 * 60, 0.75), (6 * 24 * 60, 0.0)],
)
def test_lateness(minutes: float, kept: float) -> None:
    """Grace, each day begun, a greatest loss, and an end."""
    rules = Rules(late=LATE)

    assert rules.kept(60 * minutes) == pytest.approx(kept)


@pytest.mark.parametrize(("hours", "kept"), [(23, 1.0), (25, 0.9), (35, 0.9), (37, 0.0)])
def test_the_end_is_counted_from_the_deadline(hours: float, kept: float) -> None:
    """Not from the end of the grace, however long that is; within the grace nothing is lost."""
    rules = Rules(late=LateRules(grace_minutes=24 * 60, percent_per_day=10, refuse_after_days=1.5))

    assert rules.kept(3600 * hours) == pytest.approx(kept)


def test_the_file_of_the_term_names_what_nobody_has_handed_in_yet(tmp_path: Path) -> None:
    """It is written on the first day; that something counts is asked of what was handed in only."""
    file = write(tmp_path, "schema = 1\n[exercises.adder]\nweight = 0\n[exercises.other]\nweight = 1")

    assert read_rules(file, ("adder", "other"), ()).of("other").weight == 1
    assert read_rules(file, ("adder", "other"), ("adder", "other")).of("adder").weight == 0
    with pytest.raises(UsageError, match="every weight is 0"):
        read_rules(file, ("adder", "other"), ("adder",))


def test_lateness_is_counted_from_the_deadline_wherever_it_was_written() -> None:
    """Offsets from UTC are taken into account; being early is not negative lateness."""
    beijing = datetime.timezone(datetime.timedelta(hours=8))
    rules = Rules(exercises={"adder": ExerciseRules(deadline=DUE.astimezone(beijing))})

    assert rules.lateness_s("adder", DUE + datetime.timedelta(seconds=30)) == 30
    assert rules.lateness_s("adder", DUE - datetime.timedelta(days=1)) == 0
    assert rules.lateness_s("other", DUE + datetime.timedelta(days=99)) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema = 2", "cohort.toml: schema: must be 1"),
        ("", "cohort.toml: schema: must be 1"),
        ("schema = ", "cohort.toml: is not TOML"),
        ("schema = 1\nwieght = 2", "wieght: is not a key"),
        ("schema = 1\n[exercises.adder]\nwieght = 2", "exercises.adder.wieght: is not a key. Did you mean 'weight'?"),
        ("schema = 1\n[exercises.adder]\nweight = -1", "weight: must be >= 0"),
        ("schema = 1\n[exercises.adder]\nweight = 'two'", "weight: must be a number, not text in quotes"),
        ("schema = 1\n[exercises.adder]\nweight = 0", "exercises: every weight is 0"),
        (
            "schema = 1\n[exercises.attention]\nweight = 1",
            "exercises.attention: 'attention' is not known here. There are: adder",
        ),
        (
            "schema = 1\n[exercises.adder]\ndeadline = 2026-11-30T23:59:00",
            "exercises.adder.deadline: needs an offset from UTC",
        ),
        ("schema = 1\n[late]\npercent_per_day = 101", "late.percent_per_day: must be <= 100"),
        ("schema = 1\n[exercises.adder]\nweight = inf", "exercises.adder.weight: must be <= 1000000"),
        ("schema = 1\n[exercises.adder]\nweight = nan", "exercises.adder.weight: must be >= 0"),
        ("schema = 1\n[exercises.adder]\ndeadline = 0001-01-01T00:00:00+14:00", "between the years 1970 and 9998"),
        ("schema = 1\n[exercises.adder]\ndeadline = 9999-12-31T23:59:59-14:00", "between the years 1970 and 9998"),
        ("schema = 1\ntitle = " + "[" * 20_000, "cohort.toml: is not TOML"),
        ("schema = 1\ncount = 'first'", "count: 'first' is not one of: best, latest"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    """In both languages, as a slip of the user's."""
    with pytest.raises(UsageError) as caught:
        read_rules(write(tmp_path, text), ("adder",))

    assert said in caught.value.text.en
    assert caught.value.text.zh != caught.value.text.en


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, or no text."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_rules(tmp_path / "missing.toml", ("adder",))
    (tmp_path / "cohort.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        read_rules(tmp_path / "cohort.toml", ("adder",))
