"""Between which bounds a worker's own memory stands while a call runs, looked at from outside again and again.

The kernel keeps a peak of all pages, those of mapped files included, and these are not the candidate's to answer for:
libraries come in as they are first used. Taking them off at the end alone would let a submission give its memory back,
map a large library, and have that taken off instead. What was seen meanwhile cannot be taken off. The lowest is where
a rise begins: who gives memory back that it did not take, such as what came with the fork, has gained no room by it.

A process does the looking (`sentry.py`). There is one, which waits between measurements and ends at the latest with
this process.
"""

from __future__ import annotations

import atexit
import contextlib
import subprocess
import sys
import threading
from typing import Self

from grader.errors import SandboxError
from grader.exam import sentry
from grader.sandbox import Worker
from grader.sandbox.zygote import clean_environment


class Lookout:
    """Has a worker's memory looked at every millisecond while it is entered."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.peak_own_bytes = 0
        self.lowest_own_bytes = sys.maxsize

    def __enter__(self) -> Self:
        _POST.acquire()
        try:
            _ask(b"%d\n" % self._worker.pid)
        except BaseException:
            _POST.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            lowest, highest = _ask(b"\n").split()
            self.lowest_own_bytes, self.peak_own_bytes = int(lowest), int(highest)
        finally:
            _POST.release()


_POST = threading.Lock()  # for one measurement at a time
_sentries: list[subprocess.Popen[bytes]] = []  # one at most


def prepare() -> None:
    """Have the sentry start, without waiting for it."""
    with _POST:
        _sentry()


def dismiss() -> None:
    """End the sentry, if there is one, and wait for its end."""
    with _POST:
        while _sentries:
            _sentries.pop().communicate()


atexit.register(dismiss)


def _sentry() -> subprocess.Popen[bytes]:
    if not _sentries:
        command = [sys.executable, "-I", "-S", "-B", sentry.__file__]
        started = subprocess.Popen(
            command, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, cwd="/"
        )
        _sentries.append(started)
    return _sentries[0]


def _ask(line: bytes) -> bytes:
    """Send a line and wait for the answer.

    Raises:
        SandboxError: the sentry is gone; the next measurement gets another.
    """
    process = _sentry()
    assert process.stdin is not None
    assert process.stdout is not None
    answer = b""
    try:
        with contextlib.suppress(OSError):
            process.stdin.write(line)
            answer = process.stdout.readline()
    finally:
        if not answer:
            _sentries.clear()
            process.kill()
            process.communicate()
    if not answer:
        raise SandboxError("the process that looks at memory is gone", "负责查看内存的进程已不存在")
    return answer
