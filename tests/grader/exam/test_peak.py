"""The lookout keeps the highest that it has seen, while it is entered and no longer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator

import pytest

from grader.exam.peak import Lookout
from grader.sandbox.accounts import Memory

Until = Callable[[Callable[[], object]], bool]
MB = 1_000_000


class Scripted:
    """A worker whose memory goes through given amounts, one a look, and then stays at the last."""

    def __init__(self, own_bytes: Iterable[int], file_bytes: int = 0) -> None:
        self._amounts: Iterator[int] = iter(own_bytes)
        self._now = 0
        self._file_bytes = file_bytes
        self.looks = 0
        self.lookers: set[int] = set()

    def memory(self) -> Memory:
        self._now = next(self._amounts, self._now)
        self.looks += 1
        self.lookers.add(threading.get_ident())
        whole = self._now + self._file_bytes
        return Memory(whole, whole, self._file_bytes)


@pytest.mark.parametrize("amounts", [(10, 90, 20), (90, 10, 20), (10, 20, 90)])
def test_what_was_seen_cannot_be_taken_off(until: Until, amounts: tuple[int, ...]) -> None:
    """Memory that was given back counts, wherever the highest stood."""
    worker = Scripted(amount * MB for amount in amounts)
    with Lookout(worker) as lookout:  # type: ignore[arg-type]
        assert until(lambda: worker.looks > len(amounts))
    assert lookout.peak_own_bytes == 90 * MB


def test_pages_of_files_are_not_the_workers(until: Until) -> None:
    """A large library that is mapped in neither raises what was seen nor hides it."""
    worker = Scripted((5 * MB, 30 * MB, 5 * MB), file_bytes=400 * MB)
    with Lookout(worker) as lookout:  # type: ignore[arg-type]
        assert until(lambda: worker.looks > 3)
    assert lookout.peak_own_bytes == 30 * MB


def test_it_looks_while_the_caller_waits(until: Until) -> None:
    """From a thread of its own, again and again, with what it has seen so far in reach."""
    worker = Scripted(range(MB, 100 * MB, MB))
    with Lookout(worker) as lookout:  # type: ignore[arg-type]
        assert until(lambda: lookout.peak_own_bytes >= 20 * MB)
    assert threading.get_ident() not in worker.lookers
    assert len(worker.lookers) == 1


def test_nothing_is_seen_before_and_after(until: Until) -> None:
    """Made but not entered it does not look; once left, its thread has ended and the peak stays."""
    worker = Scripted([7 * MB])
    lookout = Lookout(worker)  # type: ignore[arg-type]
    assert (worker.looks, lookout.peak_own_bytes) == (0, 0)

    before = threading.active_count()
    with lookout:
        assert until(lambda: worker.looks)
    looks = worker.looks
    assert threading.active_count() == before
    assert not until_now(lambda: worker.looks != looks)
    assert lookout.peak_own_bytes == 7 * MB


def until_now(condition: Callable[[], object], looks: int = 20) -> bool:
    """Whether a condition comes true within the time of a few looks."""
    pause = threading.Event()
    return any(pause.wait(0.001) or condition() for _ in range(looks))


def test_an_error_inside_ends_it_too(until: Until) -> None:
    """A call that goes wrong leaves no thread behind, and its error is not swallowed."""
    worker = Scripted([MB])
    before = threading.active_count()

    def call() -> None:
        with Lookout(worker):  # type: ignore[arg-type]
            assert until(lambda: worker.looks)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call()
    assert threading.active_count() == before


def test_a_worker_that_dies_keeps_its_peak(until: Until) -> None:
    """Zeros are what is told of the dead; what was seen of the living remains."""
    worker = Scripted([50 * MB, 0])
    with Lookout(worker) as lookout:  # type: ignore[arg-type]
        assert until(lambda: worker.looks > 3)
    assert lookout.peak_own_bytes == 50 * MB
