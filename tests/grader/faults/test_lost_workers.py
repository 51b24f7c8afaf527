"""A worker or a probe that somebody else kills says nothing about the code that it held."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from grader.errors import SandboxError, WorkerLost
from grader.exam.program import Program
from grader.jail import experiments, libc
from grader.model import Budget, Call, Died, Exercise, Observation
from grader.sandbox import Worker, Zygote, start_zygote

pytestmark = pytest.mark.skipif(not libc.supported(), reason="needs pidfds")
BUDGET = Budget(import_wall_s=10, call_wall_s=10, cpu_s=1, memory_bytes=200_000_000, threads=8)
SLEEPS = "import os, time\ndef add(a, b): time.sleep(20)\n"


@pytest.fixture
def loaded(zygote: Zygote, adder: Exercise) -> Callable[[str], Worker]:
    """A worker that holds this source."""

    def load(source: str, held: Zygote = zygote) -> Worker:
        worker = held.spawn(BUDGET)
        worker.await_ready()
        Program(adder, source.encode()).load(worker)
        return worker

    return load


def add(worker: Worker) -> Observation:
    return worker.call(Call(target="function", name="add", function="add", arguments=(1, 2)))


def kill(worker: Worker) -> None:
    """As the kernel does when memory is short; the number is a worker's of ours, which nobody has reaped."""
    os.kill(worker.pid, signal.SIGKILL)


def test_a_killed_worker_is_no_fault_of_the_candidate(loaded: Callable[..., Worker]) -> None:
    """It is an error of ours, for whoever grades to try again; not an observation."""
    worker = loaded(SLEEPS)
    kill(worker)

    with pytest.raises(WorkerLost):
        add(worker)
    worker.kill()


def test_one_that_ends_itself_by_the_same_signal_is_blamed_in_the_end(loaded: Callable[..., Worker]) -> None:
    """Without a pid namespace code can kill its own process: lost at first, blamed when it is asked again."""
    source = f"import os\ndef add(a, b): os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    with start_zygote(["math"], "=C") as held:
        with pytest.raises(WorkerLost):
            add(loaded(source, held))
        held.blames_workers = True

        assert add(loaded(source, held)) == Died("signal", signal.SIGKILL)


def test_the_limit_of_cpu_time_is_the_candidates(loaded: Callable[..., Worker]) -> None:
    """It is ended by the exact account of its time, long before anybody could take it for lost."""
    assert add(loaded("def add(a, b):\n    while True: pass\n")) == Died("cpu")


def test_a_closed_socket_is_the_candidates(loaded: Callable[..., Worker]) -> None:
    """It went on living: nobody killed it."""
    assert add(loaded("import os, time\ndef add(a, b):\n    os.close(3); time.sleep(20)\n")) == Died("protocol")


def test_a_probe_that_is_killed_is_repeated() -> None:
    """A tier is not lost because one experiment was."""
    reading, writing = os.pipe()  # a byte in it for each time that the experiment is to die
    os.write(writing, b"x")
    os.set_blocking(reading, False)

    def experiment(results: experiments.Results) -> None:
        try:
            os.read(reading, 1)
        except BlockingIOError:
            results["worked"] = 0
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    assert experiments.in_child(experiment) == {"worked": 0}
    os.close(reading)
    os.close(writing)


def test_a_probe_that_is_always_killed_is_our_fault() -> None:
    """It has shown nothing, and no lower tier is made of that."""
    with pytest.raises(SandboxError):
        experiments.in_child(lambda _: os.kill(os.getpid(), signal.SIGKILL))
