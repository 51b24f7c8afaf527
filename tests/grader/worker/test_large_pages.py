"""Large pages for what forks share."""

from __future__ import annotations

import mmap
import subprocess
import sys

import pytest

from grader.model import Budget
from grader.sandbox import start_zygote
from grader.worker import large_pages
from grader.worker.large_pages import LARGE_BYTES
from grader.worker.zygote import LARGE_PAGES_AFTER_WORKERS

linux = pytest.mark.skipif(sys.platform != "linux", reason="blocks are read from /proc, which Linux has")

_PROGRAM = f"""
import ctypes, mmap, re, sys
from grader.worker import large_pages
size = {LARGE_BYTES}
memory = mmap.mmap(-1, 5 * size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
first = -(-address // size) * size
memory[first - address : first - address + 2 * size] = bytes([7]) * (2 * size)
mine = tuple(each for each in large_pages.blocks() if address <= each < address + 5 * size)
gathered = large_pages.gather(mine)
huge = sum(int(n) for n in re.findall(r"AnonHugePages: +([0-9]+) kB", open("/proc/self/smaps").read()))
whole = memory[first - address : first - address + 2 * size] == bytes([7]) * (2 * size)
print(len(mine), gathered, huge * 1024 // size, whole)
"""


def _run() -> list[str]:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    return done.stdout.split()


@linux
def test_blocks_that_are_in_use_are_gathered_and_keep_what_they_hold() -> None:
    """The two that were written to become large, the empty ones beside them do not.

    A kernel before 6.1 gathers nothing, and that is all right.
    """
    found, gathered, large, whole = _run()

    assert int(found) >= 4
    assert whole == "True"
    assert int(gathered) in (0, 2)
    assert int(large) >= int(gathered)


@linux
def test_blocks_lie_on_their_borders_within_private_memory() -> None:
    """Each is 2 MB, aligned, and none is mapped from a file."""
    found = large_pages.blocks()
    with mmap.mmap(-1, 4 * LARGE_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):
        more = large_pages.blocks()

    assert all(each % LARGE_BYTES == 0 for each in more)
    assert len(set(more)) == len(more) >= len(found)


def test_nothing_is_gathered_where_there_is_nothing() -> None:
    """Neither without blocks, nor at an address where no memory is."""
    assert large_pages.gather(()) == 0
    assert large_pages.gather((LARGE_BYTES,)) == 0


@linux
def test_workers_are_as_before_once_a_zygote_has_gathered() -> None:
    """More workers than it waits for, each of them jailed and ready."""
    with start_zygote(()) as zygote:
        for _ in range(LARGE_PAGES_AFTER_WORKERS + 2):
            worker = zygote.spawn(Budget())
            worker.await_ready()
            assert set(worker.layers) == set(zygote.hello.layers)
            worker.kill()
