"""The process that looks at the memory of another one: what it says, and that it ends with whoever asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exam import sentry
from grader.sandbox import accounts

pytestmark = pytest.mark.skipif(not accounts.available(), reason="this system keeps no accounts of memory")

# Holds and lets go of 50 MB at a word.
_CHILD = """
import sys
held = None
print(flush=True)
for line in sys.stdin:
    held = bytearray(50_000_000) if line == "hold\\n" else None
    print(flush=True)
"""


@pytest.fixture
def child() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        said(started)
        yield started
        started.kill()


@pytest.fixture
def standing() -> Iterator[subprocess.Popen[str]]:
    """A sentry."""
    command = [sys.executable, "-I", "-S", "-B", sentry.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def ask(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdin is not None
    process.stdin.write(line)
    process.stdin.flush()
    return said(process)


def test_it_knows_what_is_held(child: subprocess.Popen[str]) -> None:
    """What a process holds for itself, as our own accounts have it; nothing of one that is gone."""
    status = os.open(f"/proc/{child.pid}/status", os.O_RDONLY)
    try:
        before = sentry.own_bytes(status)
        ask(child, "hold\n")
        assert 50_000_000 <= sentry.own_bytes(status) - before < 60_000_000
        assert sentry.own_bytes(status) == accounts.memory_of(child.pid).own_bytes
        child.kill()
        child.wait()
        assert sentry.own_bytes(status) == 0
    finally:
        os.close(status)


def test_it_looks_while_others_work(child: subprocess.Popen[str], standing: subprocess.Popen[str]) -> None:
    """The highest and the lowest since it was told to; what was before does not count. It serves again and again."""
    for holds in (True, False, True):
        ask(child, "hold\n")
        ask(child, "free\n")
        assert ask(standing, f"{child.pid}\n") == "\n"
        if holds:
            ask(child, "hold\n")
        lowest, highest = map(int, ask(standing, "\n").split())
        ask(child, "free\n")
        assert (highest - lowest > 45_000_000) is holds


def test_of_one_that_is_gone_nothing_is_known(standing: subprocess.Popen[str], child: subprocess.Popen[str]) -> None:
    """Nothing was seen: the bounds are those of no look at all. It goes on with the next."""
    child.kill()
    child.wait()
    assert ask(standing, f"{child.pid}\n") == "\n"
    assert ask(standing, "\n") == f"{sys.maxsize} 0\n"
    assert ask(standing, f"{os.getpid()}\n") == "\n"
    assert ask(standing, "\n") != f"{sys.maxsize} 0\n"


@pytest.mark.parametrize("looking", [True, False])
def test_it_ends_with_whoever_asked(standing: subprocess.Popen[str], looking: bool) -> None:
    """When nobody is there any more, also in the middle."""
    if looking:
        ask(standing, f"{os.getpid()}\n")
    assert standing.stdin is not None
    standing.stdin.close()
    assert standing.wait(timeout=60) == 0


def test_it_needs_the_standard_library_only() -> None:
    """It is started as a file, without our packages."""
    command = [sys.executable, "-I", "-S", "-B", str(Path(sentry.__file__))]
    done = subprocess.run(command, input="", capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
