"""A process that looks at the memory of another one every millisecond, whatever the examiner is busy with.

Started by `grader.exam.peak` as a program of its own, which needs nothing but the standard library. A thread of the
examiner would not do: it has to wait while another unpacks what a submission has answered, and how much that is, and
when it comes, is for the submission to choose.

On standard input: a process id a line, and an empty line to stop looking. On standard output: an empty line once it
looks, and then the lowest and the highest of that process's own memory, in bytes. It ends when its input does.
"""

from __future__ import annotations

import os
import select
import sys

LOOK_S = 0.001
_STATUS_BYTES = 1 << 16


def own_bytes(status: int) -> int:
    """Resident memory without pages of files, and what is swapped out; 0 where the process is gone.

    Args:
        status: descriptor of its `/proc/PID/status`.
    """
    try:
        text = os.pread(status, _STATUS_BYTES, 0)
    except OSError:
        return 0
    return _kib(text, b"\nVmRSS:") - _kib(text, b"\nRssFile:") + _kib(text, b"\nVmSwap:") << 10


def _kib(text: bytes, name: bytes) -> int:
    start = text.find(name)
    return int(text[start + len(name) : text.index(b"kB", start)]) if start >= 0 else 0


def _look(pid: int) -> tuple[int, int]:
    """Look until something comes in: the lowest and the highest."""
    lowest, highest = sys.maxsize, 0
    try:
        status = os.open(f"/proc/{pid}/status", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        os.write(1, b"\n")
        return lowest, highest
    told = stopped = False
    while True:
        seen = own_bytes(status)
        if seen > 0:
            lowest, highest = min(lowest, seen), max(highest, seen)
        if stopped:
            os.close(status)
            return lowest, highest
        if not told:
            told = os.write(1, b"\n") > 0
        stopped = bool(select.select([0], [], [], LOOK_S)[0])


def main() -> None:
    while line := os.read(0, 64):
        lowest, highest = _look(int(line))
        if not os.read(0, 64):
            return
        os.write(1, b"%d %d\n" % (lowest, highest))


if __name__ == "__main__":
    main()
