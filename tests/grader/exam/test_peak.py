"""The lookout over a worker's memory."""

from __future__ import annotations

import time

from grader.exam.peak import Lookout
from grader.sandbox.accounts import Memory


class _Rising:
    """Stands for a worker whose own memory rises to 70 and falls again."""

    def __init__(self) -> None:
        self._levels = [10, 40, 70, 20]
        self.looks = 0

    def memory(self) -> Memory:
        level = self._levels[min(self.looks, 3)]
        self.looks += 1
        return Memory(rss_bytes=level + 1000, peak_rss_bytes=5000, file_bytes=1000)


def test_what_was_seen_stays() -> None:
    """The highest of its own memory while the lookout stood, though it fell again; pages of files do not count."""
    worker = _Rising()
    with Lookout(worker) as lookout:  # type: ignore[arg-type]
        deadline_s = time.monotonic() + 60
        while worker.looks < 5 and time.monotonic() < deadline_s:
            time.sleep(0.001)
    assert lookout.peak_own_bytes == 70
    assert lookout.lowest_own_bytes == 10
    looks = worker.looks
    time.sleep(0.01)
    assert worker.looks == looks  # it has left
