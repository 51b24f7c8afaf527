"""Ids for workers: an unused range where there is one, the top of what there is, or none."""

from __future__ import annotations

import pytest

from grader.jail.identity import IdRange, worker_ids

WHOLE = b"         0          0 4294967295\n"


@pytest.mark.parametrize(
    ("table", "want"),
    [
        (WHOLE, IdRange(1_879_048_192, 65_536)),
        (b"0 0 1\n1879048192 1879048192 65536\n", IdRange(1_879_048_192, 65_536)),
        (b"0 100000 65536\n", IdRange(61_439, 4096)),  # a container with the usual range; the last id is nobody's
        (b"0 1000 1\n1 100000 65536\n", IdRange(61_440, 4096)),  # rootless
        (b"0 1000 1\n", None),
        (b"1000 1000 1\n", None),
        (b"", None),
    ],
)
def test_worker_ids(table: bytes, want: IdRange | None) -> None:
    """The range is mapped whole; it never contains 0, or the last id of what is mapped."""
    assert worker_ids(table, table) == want


def test_users_and_groups_must_both_be_mapped() -> None:
    """A range that only users have is of no use."""
    assert worker_ids(WHOLE, b"0 0 1\n") is None
