"""The lookout over a worker's memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from grader.errors import SandboxError
from grader.exam import peak
from grader.exam.peak import Lookout
from grader.sandbox import accounts

pytestmark = pytest.mark.skipif(not accounts.available(), reason="this system keeps no accounts of memory")

# At a word, holds 50 MB for a fifth of a second and lets go of it.
_CHILD = """
import sys, time
print(flush=True)
for line in sys.stdin:
    held = bytearray(50_000_000)
    time.sleep(0.2)
    del held
    print(flush=True)
"""


class Busy:
    """Stands for a worker: a process that holds something for a moment when it is told to."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-S", "-c", _CHILD]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.wait()

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def wait(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.readline()


@pytest.fixture
def busy() -> Iterator[Busy]:
    started = Busy()
    with started.process:
        yield started
        started.process.kill()


def rise(lookout: Lookout) -> int:
    return lookout.peak_own_bytes - lookout.lowest_own_bytes


def test_what_was_seen_stays(busy: Busy) -> None:
    """The highest of its own memory while the lookout stood, though it fell again."""
    with Lookout(busy) as lookout:  # type: ignore[arg-type]
        busy.start()
        busy.wait()
    assert 45_000_000 < rise(lookout) < 60_000_000
    with Lookout(busy) as lookout:  # type: ignore[arg-type]
        pass
    assert rise(lookout) < 1_000_000


def test_it_looks_when_we_cannot(busy: Busy) -> None:
    """Nothing that this process is busy with, even without letting another thread of it run, closes its eyes."""
    with Lookout(busy) as lookout:  # type: ignore[arg-type]
        busy.start()
        deadline_s = time.monotonic() + 1.0
        while time.monotonic() < deadline_s:
            sum(range(3_000_000))  # one call, which no other thread interrupts
        busy.wait()
    assert rise(lookout) > 45_000_000


def shoot() -> None:
    (process,) = peak._sentries
    process.kill()
    process.wait()


def test_one_that_is_gone_is_a_fault_of_ours(busy: Busy) -> None:
    """It is said, before a call and after it, and the next measurement has another."""
    with Lookout(busy):  # type: ignore[arg-type]
        pass
    shoot()
    lookout = Lookout(busy)  # type: ignore[arg-type]
    with pytest.raises(SandboxError):
        lookout.__enter__()
    lookout.__enter__()
    shoot()
    with pytest.raises(SandboxError):
        lookout.__exit__()
    with Lookout(busy) as last:  # type: ignore[arg-type]
        pass
    assert last.peak_own_bytes > 0


def test_it_can_be_dismissed(busy: Busy) -> None:
    """Nobody is left; who asks again gets another."""
    with Lookout(busy):  # type: ignore[arg-type]
        pass
    (process,) = peak._sentries
    peak.dismiss()
    assert process.returncode == 0
    peak.dismiss()
    peak.prepare()
    (process,) = peak._sentries
    with Lookout(busy) as lookout:  # type: ignore[arg-type]
        pass
    assert peak._sentries == [process]
    assert lookout.peak_own_bytes > 0
