"""Keeps every core busy while something is measured: one spinning process a core, ended by us, by its number."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

# Arithmetic and memory traffic, so that caches are disturbed too; it ends by itself if we die.
_SPIN = """
import ctypes, itertools, signal
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
block = bytearray(8 << 20)
for i in itertools.count():
    block[(i * 4096) % len(block)] = i % 251
    if i % 5000 == 0:
        block[:] = bytes(block)
"""


@contextlib.contextmanager
def busy_cores() -> Iterator[int]:
    """Run one busy process per core for the length of the block; gives how many."""
    cores = sorted(os.sched_getaffinity(0))
    started: list[subprocess.Popen[bytes]] = []
    try:
        for core in cores:
            process = subprocess.Popen([sys.executable, "-I", "-c", _SPIN])
            started.append(process)
            os.sched_setaffinity(process.pid, {core})
        yield len(started)
    finally:
        for process in started:
            process.send_signal(signal.SIGKILL)
            process.wait()
