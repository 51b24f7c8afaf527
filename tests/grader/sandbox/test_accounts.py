"""The kernel's accounts of a process, read by number."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from grader.sandbox import accounts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and pidfds of Linux")

EATER = """
import sys
sys.stdin.readline()
eaten = bytearray(64_000_000)
eaten = None
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def eater() -> Iterator[subprocess.Popen[str]]:
    """A process that takes and gives back 64 MB when told."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", EATER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


def eat(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def test_a_pidfd_names_its_process() -> None:
    """The number is the one of our own namespace."""
    pidfd = os.pidfd_open(os.getpid())
    try:
        assert accounts.pid_of(pidfd) == os.getpid()
    finally:
        os.close(pidfd)


def test_a_dead_process_has_no_number() -> None:
    """The descriptor of a process that was waited for leads nowhere, never to a process that came after it."""
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", ""])
    pidfd = os.pidfd_open(process.pid)
    try:
        process.wait()
        with pytest.raises(ProcessLookupError):
            accounts.pid_of(pidfd)
    finally:
        os.close(pidfd)


def test_the_peak_is_remembered(eater: subprocess.Popen[str]) -> None:
    """Memory that was given back shows in the peak and not in what is resident; libraries are counted apart."""
    eat(eater)
    memory = accounts.memory_of(eater.pid)

    assert memory.peak_rss_bytes - memory.rss_bytes > 50_000_000
    assert 0 < memory.file_bytes < memory.rss_bytes
    assert memory.own_bytes == memory.rss_bytes - memory.file_bytes
    assert memory.peak_own_bytes > memory.own_bytes + 50_000_000


def test_the_peak_can_be_forgotten(eater: subprocess.Popen[str]) -> None:
    """From then on only what comes after counts."""
    eat(eater)
    if not accounts.forget_peak(eater.pid):
        pytest.skip("this kernel lets nobody reset the peak of another process")
    memory = accounts.memory_of(eater.pid)

    assert memory.peak_rss_bytes - memory.rss_bytes < 10_000_000


def test_of_nobody_there_is_nothing() -> None:
    """Accounts of a process that does not exist are zeros, and nothing can be reset."""
    assert accounts.memory_of(2**22 + 1) == accounts.Memory(0, 0, 0)
    assert not accounts.forget_peak(2**22 + 1)
