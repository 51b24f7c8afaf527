"""Between which bounds a worker's own memory stands while a call runs, looked at from outside again and again.

The kernel keeps a peak of all pages, those of mapped files included, and these are not the candidate's to answer for:
libraries come in as they are first used. Taking them off at the end alone would let a submission give its memory back,
map a large library, and have that taken off instead. What was seen meanwhile cannot be taken off. The lowest is where
a rise begins: who gives memory back that it did not take, such as what came with the fork, has gained no room by it.
"""

from __future__ import annotations

import sys
import threading
from typing import Self

from grader.sandbox import Worker

LOOK_S = 0.001


class Lookout:
    """Looks at a worker's memory every millisecond while it is entered."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak_own_bytes = 0
        self.lowest_own_bytes = sys.maxsize

    def __enter__(self) -> Self:
        self._note()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(LOOK_S):
            self._note()

    def _note(self) -> None:
        own_bytes = self._worker.memory().own_bytes
        if own_bytes > 0:  # nothing is known of one that is gone
            self.peak_own_bytes = max(self.peak_own_bytes, own_bytes)
            self.lowest_own_bytes = min(self.lowest_own_bytes, own_bytes)
