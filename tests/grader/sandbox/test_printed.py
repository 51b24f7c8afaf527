"""What a worker prints is read without waiting, kept in part, and counted in full."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

import pytest

from grader.sandbox.printed import KEPT_BYTES, Printed

LIMIT = 4 * KEPT_BYTES


class Pipes:
    def __init__(self) -> None:
        (out, self.out), (err, self.err) = os.pipe(), os.pipe()
        self.poll = select.poll()
        self.printed = Printed((out, err), self.poll, LIMIT)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.printed.close()
    for end in (made.out, made.err):
        try:
            os.close(end)
        except OSError:  # a test has closed it
            continue


def test_both_pipes_are_read(pipes: Pipes) -> None:
    """Standard output and standard error make one text; bytes that are no text are replaced."""
    os.write(pipes.out, b"out\n")
    os.write(pipes.err, b"err \xff\n")
    pipes.printed.drain()

    assert pipes.printed.text == "out\nerr �\n"
    assert not pipes.printed.truncated


def test_nothing_there_is_no_waiting(pipes: Pipes) -> None:
    """An empty pipe is left alone."""
    pipes.printed.drain()

    assert pipes.printed.text == ""


def test_the_first_part_is_kept(pipes: Pipes) -> None:
    """The rest is read and counted."""
    for _ in range(3):
        os.write(pipes.out, b"x" * (KEPT_BYTES // 2))
        pipes.printed.drain()

    assert pipes.printed.text == "x" * KEPT_BYTES
    assert pipes.printed.truncated
    assert not pipes.printed.too_much


def test_too_much_is_seen(pipes: Pipes) -> None:
    """Past the limit somebody has to act."""
    for _ in range(9):
        os.write(pipes.err, b"x" * (KEPT_BYTES // 2))
        pipes.printed.drain()

    assert pipes.printed.too_much


def test_a_closed_pipe_wakes_nobody(pipes: Pipes) -> None:
    """Once its writer is gone it is no longer polled."""
    os.close(pipes.out)
    assert pipes.poll.poll(0)
    pipes.printed.drain()

    assert not pipes.poll.poll(0)


def test_what_was_taken_is_kept_no_longer(pipes: Pipes) -> None:
    """And there is room for as much again: each part of an exercise prints for itself."""
    os.write(pipes.out, b"one")
    pipes.printed.drain()
    assert pipes.printed.take() == "one"
    assert pipes.printed.take() == ""
    for _ in range(2):
        os.write(pipes.out, b"x" * (KEPT_BYTES // 2))
        pipes.printed.drain()

    assert pipes.printed.take() == "x" * KEPT_BYTES
    assert not pipes.printed.truncated
    os.write(pipes.out, b"y" * (KEPT_BYTES // 2))
    pipes.printed.drain()
    os.write(pipes.out, b"y" * (KEPT_BYTES // 2 + 1))
    pipes.printed.drain()
    assert pipes.printed.truncated
