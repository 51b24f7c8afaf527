"""A submission is known by its content."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from grader.model import Submission

SUBMISSION = Submission(exercise="adder", name="ada/adder.py", source=b"x = 1\n")


def with_fields(**fields: object) -> Submission:
    return msgspec.structs.replace(SUBMISSION, **fields)


def test_a_source_alone_is_hashed_as_the_file_is() -> None:
    """Anyone can check the hash with `sha256sum`."""
    assert SUBMISSION.sha256 == hashlib.sha256(b"x = 1\n").hexdigest()


def test_the_owner_does_not_change_the_hash() -> None:
    """The same work handed in twice is the same work, whatever the file is called."""
    assert with_fields(name="\x1b[31mben").sha256 == SUBMISSION.sha256


@pytest.mark.parametrize(
    "fields",
    [
        {"source": b"x = 1"},
        {"source": b"x = 1\r\n"},
        {"answers": b""},
        {"answers": b"because"},
    ],
)
def test_every_byte_of_content_changes_the_hash(fields: dict[str, bytes]) -> None:
    """A line ending too; and an empty file of answers is not no file of answers."""
    assert with_fields(**fields).sha256 != SUBMISSION.sha256


def test_source_and_answers_do_not_run_into_each_other() -> None:
    """What moves from one file to the other changes the hash."""
    one = with_fields(source=b"ab", answers=b"c")
    other = with_fields(source=b"a", answers=b"bc")

    assert one.sha256 != other.sha256


def test_a_submission_never_changes() -> None:
    """What was handed in is what was handed in."""
    with pytest.raises(AttributeError):
        SUBMISSION.source = b""
