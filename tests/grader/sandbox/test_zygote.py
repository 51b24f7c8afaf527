"""The examiner's end of the zygote: workers come, end, and leave nothing; a zygote that dies says so."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import msgspec
import pytest

from grader.errors import IsolationError, SandboxError, WireError, ZygoteDied
from grader.model import Budget, Tier
from grader.sandbox import Zygote, start_zygote
from grader.sandbox.zygote import THREAD_SETTINGS, clean_environment, socket_pair
from grader.wire import messages

Descendants = Callable[[int], set[int]]
Alive = Callable[[set[int]], set[int]]
Until = Callable[[Callable[[], object]], bool]
BUDGET = Budget(call_wall_s=2, memory_bytes=1 << 28)


@pytest.fixture
def mortal() -> Iterator[Zygote]:
    """A zygote of the test's own, to be killed."""
    with start_zygote([]) as started:
        yield started


def test_hello_says_what_holds(zygote: Zygote) -> None:
    """Tier and layers are what the zygote found and put on; without torch there is no capability."""
    hello = zygote.hello

    assert hello.tier in set(Tier)
    assert len(hello.layers) >= 2
    assert not set(hello.layers) & set(hello.missing)
    assert hello.capability == ""


def test_a_worker_is_jailed_before_it_is_handed_out(zygote: Zygote) -> None:
    """It names the layers of the zygote's plan, lives, and has a clock."""
    worker = zygote.spawn(BUDGET)
    worker.await_ready()

    assert set(worker.layers) == set(zygote.hello.layers)
    assert worker.died is None
    assert worker.cpu_s() > 0
    assert worker.memory().rss_bytes > 0
    worker.kill()


def test_workers_may_be_many(zygote: Zygote) -> None:
    """Several are forked at once and answer independently; one that ends takes no other along."""
    workers = [zygote.spawn(BUDGET) for _ in range(4)]
    for each in reversed(workers):
        each.await_ready()
    workers[1].kill()

    assert len({each.pid for each in workers}) == 4
    for each in (workers[0], workers[2], workers[3]):
        assert isinstance(each.request(messages.Begin(1))[0], messages.Begun)
        each.kill()


def test_threads_may_ask_at_once(zygote: Zygote) -> None:
    """Whoever hears an answer that is another's passes it on: all come, end, and say how."""
    ended: list[int] = []

    def run() -> None:
        for _ in range(5):
            worker = zygote.spawn(BUDGET)
            worker.await_ready()
            worker.strike()
            ended.append(os.WTERMSIG(zygote.reap(worker._slot).status))
            worker._close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert ended == [signal.SIGKILL] * 20


def test_a_worker_that_is_killed_is_gone(zygote: Zygote, until: Until, descendants: Descendants) -> None:
    """Nobody is left in the process table, whether it was ready, or only asked for."""
    assert zygote.hello.layers
    before = descendants(zygote._pid)
    early, ready = zygote.spawn(BUDGET), zygote.spawn(BUDGET)
    ready.await_ready()
    assert ready.pid in descendants(zygote._pid) - before

    for each in (early, ready, ready):
        each.kill()

    assert until(lambda: descendants(zygote._pid) <= before)


def test_descriptors_do_not_pile_up(zygote: Zygote) -> None:
    """A thousand submissions later the examiner holds no more open files than now."""

    def one() -> int:
        worker = zygote.spawn(BUDGET)
        worker.await_ready()
        worker.kill()
        return len(os.listdir("/proc/self/fd"))

    first = one()

    assert [one() for _ in range(3)] == [first] * 3


def test_closing_ends_everything(descendants: Descendants, alive: Alive, until: Until) -> None:
    """The zygote and the workers that still live go together; closing again does nothing."""
    zygote = start_zygote([])
    worker = zygote.spawn(BUDGET)
    worker.await_ready()
    spare = zygote.spawn(BUDGET)
    everybody = {zygote._pid, *descendants(zygote._pid)}
    assert worker.pid in everybody
    zygote.close()
    zygote.close()

    assert until(lambda: not alive(everybody))
    worker.kill()
    spare.kill()


def test_a_killed_zygote_takes_its_workers_along(
    mortal: Zygote, descendants: Descendants, alive: Alive, until: Until
) -> None:
    """Whoever asks it, or its worker, hears ZygoteDied; nobody hangs and nothing is made up."""
    worker = mortal.spawn(BUDGET)
    worker.await_ready()
    everybody = descendants(mortal._pid)
    assert worker.pid in everybody

    os.kill(mortal._pid, signal.SIGKILL)

    assert until(lambda: not alive(everybody))
    with pytest.raises(ZygoteDied):
        worker.request(messages.Begin(1))
    with pytest.raises(ZygoteDied):
        mortal.spawn(BUDGET)
    worker.kill()


def test_an_unknown_library_is_our_fault() -> None:
    """A zygote that cannot import what the exercise declares says so instead of answering."""
    with start_zygote(["no_such_library"]) as zygote, pytest.raises(SandboxError, match="no_such_library"):
        zygote.spawn(BUDGET)


def test_a_tier_that_is_not_there_is_refused(zygote: Zygote) -> None:
    """Isolation fails closed: what was asked for, or an error, never less."""
    with start_zygote([], ">=A+") as unlikely:
        if zygote.hello.tier == "A+":
            pytest.skip("this machine has the best tier there is")
        with pytest.raises(IsolationError) as caught:
            unlikely.spawn(BUDGET)

    assert caught.value.text.zh != caught.value.text.en


def test_a_lesser_tier_can_be_asked_for() -> None:
    """Just that one is used, though the machine may have a better one."""
    with start_zygote([], "=E") as zygote:
        assert zygote.hello.tier == "E"
        worker = zygote.spawn(BUDGET)
        worker.await_ready()
        worker.kill()


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the caller's environment goes along, secrets least of all; libraries run on one thread."""
    monkeypatch.setenv("GRADER_CANARY", "secret")
    environment = clean_environment()

    assert "secret" not in environment.values()
    assert set(environment) <= {
        *THREAD_SETTINGS,
        "PATH",
        "LANG",
        "LC_ALL",
        "HOME",
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
        "TOKENIZERS_PARALLELISM",
        "PYTHONDONTWRITEBYTECODE",
    }
    assert all(environment[name] == "1" for name in THREAD_SETTINGS)


# ---- a zygote played by the test ------------------------------------------------------------------------------------


class Stage:
    """A zygote's handle whose other end the test holds; its process is a child that just waits."""

    def __init__(self) -> None:
        ours, self.theirs = socket_pair()
        self.pid = os.posix_spawn("/bin/sleep", ["sleep", "600"], {})
        self.zygote = Zygote(ours, self.pid)

    def say(self, message: messages.ZygoteReply) -> None:
        self.theirs.send(messages.encode(message))

    def hello(self) -> None:
        self.say(messages.Hello("A", (), (), ""))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("grader.sandbox.zygote.ANSWER_WALL_S", 0.1)
    made = Stage()
    made.hello()
    yield made
    made.theirs.close()
    os.kill(made.pid, signal.SIGKILL)
    made.zygote.close()


def test_a_failed_fork_is_our_fault(stage: Stage) -> None:
    """What the zygote could not do is a SandboxError with its reason, for the one who waits."""
    worker = stage.zygote.spawn(BUDGET)
    stage.say(messages.Failed(0, "no memory for a fork"))

    with pytest.raises(SandboxError, match="no memory for a fork"):
        worker.await_ready()
    worker.kill()


def test_a_failed_fork_is_nobody_elses_fault(stage: Stage) -> None:
    """Whoever hears of it first, for another worker, leaves it to the one who waits for that."""
    failed, ended = stage.zygote.spawn(BUDGET), stage.zygote.spawn(BUDGET)
    stage.say(messages.Failed(0, "no memory for a fork"))
    stage.say(messages.Exited(1, 9))

    assert stage.zygote.reap(1).status == 9
    with pytest.raises(SandboxError, match="no memory for a fork"):
        failed.await_ready()
    for each in (failed, ended):
        each.kill()


def test_a_zygote_that_talks_nonsense_is_not_believed(stage: Stage) -> None:
    """An answer that does not decode is a WireError."""
    worker = stage.zygote.spawn(BUDGET)
    stage.theirs.send(b"\xc1 nonsense")

    with pytest.raises(WireError):
        worker.await_ready()
    worker.kill()


def test_a_zygote_that_hangs_does_not_hang_us(stage: Stage) -> None:
    """Past its patience the examiner calls it dead."""
    worker = stage.zygote.spawn(BUDGET)

    with pytest.raises(ZygoteDied):
        worker.await_ready()
    worker.kill()


def test_a_worker_that_is_gone_before_it_was_met(stage: Stage) -> None:
    """Its pidfd leads nowhere; that is a worker that could not be had, not an error of another kind."""
    worker = stage.zygote.spawn(BUDGET)
    dead = os.posix_spawn("/bin/true", ["true"], {})
    pidfd = os.pidfd_open(dead)
    os.waitpid(dead, 0)
    socket.send_fds(stage.theirs, [messages.encode(messages.Spawned(0, dead))], [pidfd])
    os.close(pidfd)
    stage.say(messages.Exited(0, 111 << 8, 0.0))
    packet, descriptors, _, _ = socket.recv_fds(stage.theirs, 1 << 16, 3)
    assert msgspec.msgpack.decode(packet)["type"] == "spawn"
    for each in descriptors:
        os.close(each)

    with pytest.raises(SandboxError):
        worker.await_ready()
    worker.kill()
