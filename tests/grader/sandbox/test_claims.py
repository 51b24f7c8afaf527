"""Bounds on what a worker says of itself."""

from __future__ import annotations

from grader.model import Blocked, Frame, Raised, Unsupported
from grader.sandbox import claims
from grader.wire import messages


def test_what_honest_agents_say_is_kept() -> None:
    """Word for word, line breaks of a message included."""
    frames = (Frame(3, "add", "return a + b"),)
    said = messages.Raised(("ValueError", "Exception", "BaseException"), "two\nlines", frames)
    assert claims.raised(said) == Raised(said.types, said.message, frames)
    assert claims.blocked(messages.Blocked("math.fsum", 4)) == Blocked("math.fsum", 4)
    assert claims.unsupported(messages.Unsupported("a set")) == Unsupported("a set")


def test_more_is_cut() -> None:
    """In number and length; the last frames are where it happened."""
    frames = tuple(Frame(10**40, "f\nline 9, in " + "x" * 1000, "s" * 1000 + "\r\n") for _ in range(50))
    got = claims.raised(messages.Raised(("T\n" * 500,) * 50, "m" * 10_000, (*frames, Frame(-7, "last", ""))))

    assert len(got.types) == claims.TYPES and len(got.message) == claims.MESSAGE and len(got.frames) == claims.FRAMES
    assert got.frames[-1] == Frame(0, "last", "")
    for text in (*got.types, *(each.function for each in got.frames), *(each.source for each in got.frames)):
        assert len(text) <= claims.SOURCE and len(text.splitlines()) <= 1
    assert all(each.line < 10**8 for each in got.frames)
    assert claims.blocked(messages.Blocked("x\n" * 1000, 10**30)) == Blocked("x " * 99 + "x", 10_000_000)
    assert len(claims.unsupported(messages.Unsupported("y" * 9999)).why) == claims.SOURCE
