"""What the name of a file says: whose it is, of which exercise, which attempt."""

from __future__ import annotations

import unicodedata

import pytest

from grader.cohort.names import Reader, attempt_folder, candidate_name, lookalikes, passed_over

SLUGS = ("sums", "sums_two", "word2vec")


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("sums", ("", "sums", 1)),
        ("sums.2", ("", "sums", 2)),
        ("sums-3", ("", "sums", 3)),
        ("sums (4)", ("", "sums", 4)),
        ("word2vec", ("", "word2vec", 1)),
        ("sums_two", ("", "sums_two", 1)),
        ("ada.sums", ("ada", "sums", 1)),
        ("ada_sums_two.2", ("ada", "sums_two", 2)),
        ("ada-lovelace-sums", ("ada-lovelace", "sums", 1)),
        ("lovelaceada_1234_567_sums-1", ("lovelaceada_1234_567", "sums", 1)),
        ("李雷 sums", ("李雷", "sums", 1)),
    ],
)
def test_a_name_says_candidate_exercise_attempt(stem: str, said: tuple[str, str, int]) -> None:
    """With the number in any of the ways in which people and learning platforms write it."""
    name = Reader(SLUGS).read(stem)

    assert name is not None
    assert (name.candidate, name.exercise, name.ordinal) == said


@pytest.mark.parametrize("stem", ["ada", "adasums", "sums_", "sums.0", "summs", "", "sums.2.3x", "."])
def test_other_names_say_nothing(stem: str) -> None:
    """Better no answer than the wrong exercise."""
    assert Reader(SLUGS).read(stem) is None


def test_where_the_exercise_is_given_any_name_is_a_candidate() -> None:
    """A number after a dot or in brackets is an attempt; after a dash it may be a team."""
    reader = Reader(SLUGS, "sums")

    found = [reader.read(stem) for stem in ("ada", "team-2", "ada.2", "ada (3)", "ada_sums")]

    assert [(each.candidate, each.exercise, each.ordinal) for each in found if each] == [
        ("ada", "sums", 1),
        ("team-2", "sums", 1),
        ("ada", "sums", 2),
        ("ada", "sums", 3),
        ("ada", "sums", 1),
    ]


def test_an_archive_is_called_after_its_candidate() -> None:
    """With or without an exercise or a number."""
    reader = Reader(SLUGS)

    assert reader.archive("ada") == ("ada", 1)
    assert reader.archive("ada.2") == ("ada", 2)
    assert reader.archive("team-2") == ("team-2", 1)
    assert reader.archive("ada.sums.2") == ("ada", 2)
    assert reader.archive("sums") == ("sums", 1)


def test_attempt_folders() -> None:
    """Written as people write them; a folder of any other name is no attempt."""
    found = [attempt_folder(name) for name in ("attempt-2", "Attempt 3", "attempt_10", "attempt", "attempts-1", "v2")]
    assert found == [2, 3, 10, None, None, None]


def test_what_is_handed_in_by_nobody() -> None:
    """Hidden files, caches, what systems and tools add; a name that only holds such a word is a name."""
    names = (".git", "._sums.py", "__MACOSX", "__pycache__", "venv", "venv2", "my venv", "sums.py", "ada")

    assert [name for name in names if not passed_over(name)] == ["venv2", "my venv", "sums.py", "ada"]


def test_one_name_in_two_encodings_is_one_name() -> None:
    """`é` as one character or as two, and blanks around it."""
    assert candidate_name(unicodedata.normalize("NFD", "René ")) == unicodedata.normalize("NFC", "René")


def test_names_that_look_alike_are_found() -> None:
    """Cyrillic letters, capitals, wide letters, invisible characters; honest names are left alone."""
    cyrillic, wide, unseen = "\u0430d\u0430", "\uff41da", "ad\u200ba"

    groups = lookalikes(["ada", cyrillic, wide, unseen, "Ada", "ben", "Ben Li", "李雷"])

    assert len(groups) == 1
    assert set(groups[0]) == {"ada", cyrillic, wide, unseen, "Ada"}


def test_greek_letters_look_like_what_they_look_like() -> None:
    """A nu is taken for a v, an eta for an n."""
    assert lookalikes(["\u03bdera", "vera", "nera"]) == [("vera", "\u03bdera")]
    assert lookalikes(["a\u03b7\u03b7a", "anna"]) == [("anna", "a\u03b7\u03b7a")]


def test_a_hostile_name_is_read_in_no_time() -> None:
    """Names may be as long as a file system or an archive lets them be."""
    assert Reader(SLUGS).read("sums" * 5_000 + "._-" * 5_000) is None
