"""One worker as the examiner holds it: first played by the test, which may say anything, then real ones."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from grader.errors import SandboxError
from grader.exam.program import Program
from grader.exam.supply import Supply
from grader.model import Blocked, Budget, Call, Died, Exercise, HandleRef, Raised, Returned, Unsupported
from grader.sandbox import Expired, Worker, Zygote
from grader.sandbox.printed import KEPT_BYTES
from grader.wire import Decoder, RawFrame, encode_frame, messages, pack, receive_frame
from grader.wire.frame import MAGIC, PREFIX

BUDGET = Budget(call_wall_s=0.1, output_bytes=1 << 20, reply_bytes=1 << 16)
KILLED = int(signal.SIGKILL)
ADD = Call(target="function", name="add", function="add", arguments=(1, 2))


def reply(nonce: bytes, message: messages.Reply, *pieces: Any) -> bytes:
    return b"".join(bytes(each) for each in encode_frame(nonce, messages.encode(message), pieces))


def done(nonce: bytes, value: Any) -> bytes:
    packed = pack((value, None))
    return reply(nonce, messages.Done(len(packed.tree)), *packed.pieces)


class PlayedZygote:
    """Says of every worker that it ended with `status`."""

    def __init__(self) -> None:
        self.hello = messages.Hello("A", (), (), "")
        self.status = KILLED
        self.cpu_s = 0.0
        self.blames_workers = True
        self.reaped: list[int] = []
        self.discarded: list[int] = []

    def await_spawned(self, slot: int) -> None:
        pass

    def reap(self, slot: int) -> messages.Exited:
        self.reaped.append(slot)
        return messages.Exited(slot, self.status, self.cpu_s)

    def discard(self, slot: int) -> None:
        self.discarded.append(slot)


class Played:
    """A worker whose other end the test holds."""

    def __init__(self, budget: Budget = BUDGET) -> None:
        self.zygote = PlayedZygote()
        ours, self.theirs = socket.socketpair()
        out_read, self.out = os.pipe()
        err_read, self.err = os.pipe()
        self.worker = Worker(self.zygote, 5, budget, ours, (out_read, err_read))  # type: ignore[arg-type]
        self.threads: list[threading.Thread] = []
        self.stopped = threading.Event()

    def answer(self, script: Callable[[RawFrame], None]) -> None:
        """Run a script, on a thread, on the next request."""

        def play() -> None:
            frame = receive_frame(self.theirs, Decoder(body_limit=1 << 26))
            if frame is not None:
                try:
                    script(frame)
                except OSError:
                    pass  # it was cut off, as it should be

        self.threads.append(threading.Thread(target=play))
        self.threads[-1].start()

    def send(self, data: Callable[[bytes], bytes]) -> None:
        """Answer the next request with these bytes."""
        self.answer(lambda frame: self.theirs.sendall(data(frame.nonce)))

    def ask(self) -> messages.Reply:
        return self.worker.request(messages.Begin(1))[0]

    def fate(self) -> Died:
        """How it ends when it is asked something."""
        with pytest.raises(Expired) as caught:
            self.ask()
        assert self.worker.died == caught.value.died
        return caught.value.died

    def close(self) -> None:
        self.stopped.set()
        self.worker.kill()
        self.theirs.close()
        for each in self.threads:
            each.join()
        for pipe in (self.out, self.err):
            os.close(pipe)


@pytest.fixture
def played() -> Iterator[Played]:
    made = Played()
    yield made
    made.close()


# ---- what it may say ------------------------------------------------------------------------------------------------


def test_a_reply_bears_the_nonce_of_its_request(played: Played) -> None:
    """Every request has a nonce of its own."""
    nonces: list[bytes] = []
    for _ in range(3):
        played.send(lambda nonce: reply(nonces.append(nonce) or nonce, messages.Begun()))
        assert played.ask() == messages.Begun()

    assert len(set(nonces)) == 3


LIES: dict[str, Callable[[bytes], bytes]] = {
    "no nonce": lambda _: reply(bytes(16), messages.Begun()),
    "half a nonce": lambda nonce: reply(nonce[:8] + bytes(8), messages.Begun()),
    "garbage": lambda _: b"hello, I am a friendly worker, and everything is fine",
    "no message": lambda nonce: b"".join(map(bytes, encode_frame(nonce, b"\xc1"))),
    "an empty message": lambda nonce: b"".join(map(bytes, encode_frame(nonce, b""))),
    "a request": lambda nonce: b"".join(map(bytes, encode_frame(nonce, messages.encode(messages.Begin(1))))),
    "wrong types": lambda nonce: b"".join(map(bytes, encode_frame(nonce, b"\x82\xa4type\xa4done\xaatree_bytes\xa1x"))),
    "a huge header": lambda nonce: PREFIX.pack(MAGIC, nonce, (1 << 32) - 1, 0),
    "a huge body": lambda nonce: PREFIX.pack(MAGIC, nonce, 10, 1 << 62),
    "a body over the budget": lambda nonce: PREFIX.pack(MAGIC, nonce, 10, BUDGET.reply_bytes + (1 << 20) + 1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_reply_that_breaks_the_protocol_is_its_end(played: Played, lie: str) -> None:
    """It is killed and reaped; afterwards nothing is asked of it any more."""
    played.send(LIES[lie])

    assert played.fate() == Died("protocol")
    assert played.zygote.reaped == [5]
    assert played.fate() == Died("protocol")
    assert played.zygote.reaped == [5]


def test_a_stale_nonce_is_found_out(played: Played) -> None:
    """The reply to the last request is none to this one."""
    seen: list[bytes] = []
    played.send(lambda nonce: reply(seen.append(nonce) or nonce, messages.Begun()))
    played.ask()
    played.send(lambda _: reply(seen[0], messages.Begun()))

    assert played.fate() == Died("protocol")


def test_a_reply_before_its_question_is_found_out(played: Played) -> None:
    """What waits in the socket when a request is to be sent answers nothing; one byte is enough."""
    played.theirs.sendall(b"G")

    assert played.fate() == Died("protocol")


def test_queued_replies_are_found_out(played: Played) -> None:
    """Two replies to one request: the first counts, and the next request is not answered by the second."""
    played.send(lambda nonce: reply(nonce, messages.Begun()) * 2)
    assert played.ask() == messages.Begun()

    assert played.fate() == Died("protocol")


SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "no value": lambda nonce: reply(nonce, messages.Done(0)),
    "more tree than came": lambda nonce: reply(nonce, messages.Done(100), b"\xc0"),
    "a negative tree": lambda nonce: reply(nonce, messages.Done(-1), b"\xc0"),
    "one value instead of two": lambda nonce: reply(nonce, messages.Done(1), b"\xc0"),
    "bytes that belong to nothing": lambda nonce: reply(nonce, messages.Done(len(tree())), b"extra", tree()),
    "another reply": lambda nonce: reply(nonce, messages.Begun()),
    "ready again": lambda nonce: reply(nonce, messages.Ready((), "")),
    "an impossible array": lambda nonce: reply(nonce, messages.Done(len(impossible())), impossible()),
    "a tree far over its limit": lambda nonce: reply(nonce, messages.Done(len(crowd())), crowd()),
}


def tree() -> bytes:
    return pack((1, None)).tree


def impossible() -> bytes:
    shape = struct.pack(">BIBI", 0xCE, (1 << 32) - 1, 0xCE, (1 << 32) - 1)
    node = b"\x97\xa1a\xc3\xa7float32\x92" + shape + b"\x92\x00\x01\xc2\xc2"
    return b"\x93\xa1l\x92" + node + b"\xc0\xc3"


def crowd() -> bytes:
    """A list of half a million numbers, at one byte each; as objects they take many times as much."""
    count = 500_000
    return b"\x93\xa1l\x92\x93\xa1l\xdd" + struct.pack(">I", count) + bytes(count) + b"\xc2\xc0\xc3"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_value_that_is_none_is_its_end(played: Played, shape: str) -> None:
    """A forged reply to a call, right nonce and all: whatever does not hold together never becomes a value."""
    played.send(SHAPES[shape])

    assert played.worker.call(ADD) == Died("protocol")
    assert played.worker.died == Died("protocol")


def test_what_nobody_asked_for_is_its_end(played: Played) -> None:
    """Arguments come back with a value only where they are wanted: they would be unpacked, and nobody compares them."""

    def forged(nonce: bytes) -> bytes:
        packed = pack((3, ([1, 2], {})))
        return reply(nonce, messages.Done(len(packed.tree)), *packed.pieces)

    for echo, seen in ((True, Returned(3, ([1, 2], {}))), (False, Died("protocol"))):
        played.send(forged)
        assert played.worker.call(msgspec.structs.replace(ADD, echo=echo)) == seen


@pytest.mark.parametrize(
    ("message", "seen"),
    [
        (messages.Raised(("E",), "why", ()), Raised(("E",), "why")),
        (messages.Unsupported("a generator"), Unsupported("a generator")),
        (messages.Blocked("math.fsum", 3), Blocked("math.fsum", 3)),
    ],
)
def test_other_answers_are_observations(played: Played, message: messages.Reply, seen: object) -> None:
    """An exception, a result that cannot cross, a blocked name."""
    played.send(lambda nonce: reply(nonce, message))

    assert played.worker.call(ADD) == seen
    assert played.worker.died is None


def test_references_come_as_references(played: Played) -> None:
    """A forged number is but a number: it is sent back, and the worker sees what it makes of it."""
    played.send(lambda nonce: done(nonce, [HandleRef(2**40, "x" * 500)]))
    seen = played.worker.call(ADD)

    assert isinstance(seen, Returned)
    assert seen.value == [HandleRef(2**40, "x" * 80)]


# ---- how long it may take -------------------------------------------------------------------------------------------


def test_silence_ends(played: Played) -> None:
    """A worker that never answers is stopped."""
    played.answer(lambda _: None)

    assert played.fate() == Died("timeout")


def test_a_slow_drip_ends(played: Played) -> None:
    """A byte now and then is no answer, however long it could go on."""

    def drip(frame: RawFrame) -> None:
        data = PREFIX.pack(MAGIC, frame.nonce, 10, 1 << 16) + bytes(1 << 16)
        for at in range(len(data)):
            played.theirs.sendall(data[at : at + 1])
            if played.stopped.wait(0.01):
                return

    played.answer(drip)

    assert played.fate() == Died("timeout")


def test_a_drip_hides_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of CPU time holds for one that sends a byte now and then, long before the wall clock's does."""
    played = Played(Budget(call_wall_s=1000))
    used_s = itertools.chain([0.0] * 5, itertools.repeat(1001.0))
    monkeypatch.setattr(played.worker, "cpu_s", lambda: next(used_s))

    def drip(frame: RawFrame) -> None:
        data = PREFIX.pack(MAGIC, frame.nonce, 10, 1 << 16) + bytes(1 << 16)
        for at in range(len(data)):
            played.theirs.sendall(data[at : at + 1])
            if played.stopped.wait(0.001):
                return

    played.answer(drip)

    assert played.fate() == Died("timeout")
    played.close()


def test_a_steady_stream_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends without a pause, so that nobody ever waits for it, is stopped as well."""
    played = Played(Budget(call_wall_s=0.05, reply_bytes=1 << 26))
    endless = PREFIX.pack(MAGIC, bytes(16), 0, 1 << 26)
    given = iter(endless)

    class Stream:
        """A socket that always has one byte more."""

        def recv_into(self, memory: memoryview) -> int:
            memory[0] = next(given, 0)
            return 1

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    try:
        played.answer(lambda _: None)
        real = played.worker._channel._socket
        monkeypatch.setattr(played.worker._channel, "_socket", Stream())
        assert played.fate() == Died("timeout")
    finally:
        played.close()


def test_a_worker_that_does_not_listen_ends(played: Played) -> None:
    """A request larger than the socket holds waits for its reader, no longer than the call may take."""
    with pytest.raises(Expired) as caught:
        played.worker.request(messages.Echo(0), [bytes(64 << 20)])

    assert caught.value.died == Died("timeout")


def test_cpu_time_is_what_counts(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the kernel's account the limit is reached, though the wall clock has hardly moved."""
    slow = Played(Budget(call_wall_s=1000.0, cpu_s=2000.0))
    readings = iter([5.0, 500.0])
    monkeypatch.setattr(slow.worker, "cpu_s", lambda: next(readings, 1005.1))
    slow.answer(lambda _: None)
    try:
        assert slow.fate() == Died("timeout")
    finally:
        slow.close()


def test_all_calls_together_have_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the exact account: the kernel's own limit, in whole ticks, stands higher and is not waited for."""
    slow = Played(Budget(call_wall_s=1000.0, cpu_s=60.0))
    readings = iter([59.0, 59.9])
    monkeypatch.setattr(slow.worker, "cpu_s", lambda: next(readings, 60.1))
    slow.answer(lambda _: None)
    try:
        assert slow.fate() == Died("cpu")
    finally:
        slow.close()


def test_a_request_may_have_a_limit_of_its_own() -> None:
    """An import is given longer than a call."""
    patient = Played(Budget(call_wall_s=0.01))
    patient.send(lambda nonce: reply(time.sleep(0.1) or nonce, messages.Begun()))
    try:
        assert patient.worker.request(messages.Begin(1), wall_s=20.0)[0] == messages.Begun()
    finally:
        patient.close()


# ---- how it ended ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "cpu_s", "died"),
    [
        (0, 0.0, Died("exit", 0)),
        (3 << 8, 0.0, Died("exit", 3)),
        (111 << 8, 0.0, Died("exit", 111)),
        (int(signal.SIGSEGV), 0.0, Died("signal", int(signal.SIGSEGV))),
        (int(signal.SIGABRT) | 0x80, 0.0, Died("signal", int(signal.SIGABRT))),
        (int(signal.SIGXCPU), 0.0, Died("cpu", int(signal.SIGXCPU))),
        (KILLED, BUDGET.cpu_s, Died("cpu", KILLED)),
        (KILLED, 0.0, Died("protocol")),
    ],
)
def test_a_death_is_told_by_its_status(played: Played, status: int, cpu_s: float, died: Died) -> None:
    """Exit, signal, CPU limit; and one that closed its socket and lived on, until we killed it."""
    played.zygote.status, played.zygote.cpu_s = status, cpu_s
    played.answer(lambda _: played.theirs.shutdown(socket.SHUT_RDWR))

    assert played.fate() == died


def test_an_end_before_the_request_is_told_too(played: Played) -> None:
    """It went while nobody asked it anything."""
    played.zygote.status = 3 << 8
    played.theirs.close()

    assert played.fate() == Died("exit", 3)


# ---- what it prints -------------------------------------------------------------------------------------------------


def test_output_is_kept_from_both_pipes(played: Played) -> None:
    """In the order in which it was read, with what is no text made visible."""
    os.write(played.out, b"out \xff")
    os.write(played.err, b"err")

    assert played.worker.output == "out \ufffderr"
    assert not played.worker.output_truncated


def test_only_the_first_part_is_kept(played: Played) -> None:
    """The rest is counted and dropped; the worker is never held up by a full pipe."""

    def flood(frame: RawFrame) -> None:
        for _ in range(4):
            os.write(played.out, bytes([65]) * KEPT_BYTES)
        played.theirs.sendall(reply(frame.nonce, messages.Begun()))

    played.answer(flood)

    assert played.ask() == messages.Begun()
    assert played.worker.output == "A" * KEPT_BYTES
    assert played.worker.output_truncated


def test_output_has_an_end(played: Played) -> None:
    """Past its budget a worker is stopped; what it printed first is still there."""

    def flood(_: RawFrame) -> None:
        while not played.stopped.is_set():
            os.write(played.out, bytes([65]) * (1 << 16))

    played.answer(flood)

    assert played.fate() == Died("output")
    assert played.worker.output.startswith("AAAA")
    # The writer still waits for a reader that is gone: let it see that.
    played.stopped.set()


def test_a_pipe_may_be_closed(played: Played) -> None:
    """A submission that closes its stdout goes on; its stderr is still heard."""
    os.close(played.out)
    played.out = os.dup(played.err)
    played.send(lambda nonce: reply(nonce, messages.Begun()))

    assert played.ask() == messages.Begun()
    os.write(played.err, b"err")
    assert played.worker.output == "err"


# ---- before it is ready ---------------------------------------------------------------------------------------------


def test_ready_is_the_first_word(played: Played) -> None:
    """It brings the layers."""
    played.theirs.sendall(reply(bytes(16), messages.Ready(("seccomp",), "")))
    played.worker.await_ready()

    assert played.worker.layers == ("seccomp",)


@pytest.mark.parametrize(
    "first",
    [
        reply(bytes(16), messages.Begun()),
        reply(bytes(16), messages.Ready((), "AVX512")),
        b"worker: IsolationError: no seccomp here, and so on and on and on",
        b"",
    ],
    ids=["another word", "another processor", "garbage", "nothing"],
)
def test_a_worker_that_does_not_get_ready_is_our_fault(played: Played, first: bytes) -> None:
    """Nobody's code but ours has run in it: no submission is blamed."""
    os.write(played.err, b"worker: IsolationError")
    played.theirs.sendall(first)
    played.theirs.shutdown(socket.SHUT_WR)

    with pytest.raises(SandboxError):
        played.worker.await_ready()


def test_whoever_waits_hears_that_it_was_struck_down(zygote: Zygote, adder: Exercise) -> None:
    """By another thread: the one that holds the conversation is told, and clears up."""
    worker = zygote.spawn(adder.budget)
    worker.await_ready()
    program = Program(adder, b"import time\ndef add(a, b): time.sleep(600)\n")
    program.load(worker)
    threading.Timer(0.2, worker.strike).start()
    try:
        zygote.blames_workers = True
        died = worker.call(Call(target="function", name="add", function="add", arguments=(1, 2)), wall_s=600)
    finally:
        zygote.blames_workers = False

    assert died == Died("signal", signal.SIGKILL)
    assert worker.died == died


def test_killing_is_final(played: Played) -> None:
    """It may be done twice, and nothing is asked after it."""
    played.worker.kill()
    played.worker.kill()

    assert played.zygote.discarded == [5]
    with pytest.raises(Expired):
        played.ask()


# ---- real ones ------------------------------------------------------------------------------------------------------


SOURCE = """
import ctypes, os, threading, time
def add(a, b): return a + b
def leave(status): os._exit(status)
def crash(): ctypes.string_at(0)
def spin():
    while True: pass
def doze(): time.sleep(1000)
def hang_up():
    os.close(3)
    while True: pass
def say(text, times):
    for _ in range(times): print(text)
def background():
    def work():
        while True: pass
    threading.Thread(target=work, daemon=True).start()
def eat(count): return len(bytearray(count))
"""


@pytest.fixture
def real(supply: Supply, adder: Exercise) -> Iterator[Callable[..., Any]]:
    """Calls a function of SOURCE in a worker of its own."""
    worker = supply.take()
    Program(adder, SOURCE.encode()).load(worker)

    def call(name: str, *arguments: Any) -> Any:
        return worker.call(Call(target="function", name=name, function=name, arguments=arguments))

    call.worker = worker  # type: ignore[attr-defined]
    yield call
    worker.kill()


@pytest.mark.parametrize(
    ("name", "arguments", "died"),
    [
        ("leave", (0,), Died("exit", 0)),
        ("leave", (3,), Died("exit", 3)),
        ("crash", (), Died("signal", int(signal.SIGSEGV))),
        ("spin", (), Died("timeout")),
        ("doze", (), Died("timeout")),
        ("say", ("x" * 1000, 10**7), Died("output")),
    ],
)
def test_ends_are_told_apart(real: Any, name: str, arguments: tuple[Any, ...], died: Died) -> None:
    """Exit, crash, endless loop, sleep and ten gigabytes of output, of a real process."""
    assert real("add", 1, 2) == Returned(3)
    assert real(name, *arguments) == died
    assert real("add", 1, 2) == died
    assert real.worker.cpu_s() == 0.0
    assert real.worker.memory().rss_bytes == 0


def test_hanging_up_is_told_from_leaving(real: Any) -> None:
    """A process that closes its socket and stays is stopped, and named after what it did."""
    assert real("hang_up") == Died("protocol")


def test_every_call_is_charged(real: Any) -> None:
    """CPU and wall time of the last call, by the kernel's and the examiner's clock."""
    before_s = real.worker.cpu_s()
    real("add", 1, 2)

    assert 0 < real.worker.last.cpu_s <= real.worker.cpu_s() - before_s
    assert real.worker.last.wall_s > 0


def test_an_end_is_charged_too(real: Any) -> None:
    """What an endless loop has used until it was stopped counts, once."""
    real("add", 1, 2)
    assert real("spin") == Died("timeout")
    assert real.worker.last.cpu_s > 0.1

    assert real("add", 1, 2) == Died("timeout")
    assert real.worker.last.cpu_s == 0.0


def test_a_stopped_worker_does_nothing(real: Any) -> None:
    """Its threads stand still until it may go on."""
    real("background")
    real.worker.stop()
    first_s = real.worker.settled_cpu_s()
    time.sleep(0.05)
    # The way off a core is the kernel's own and may reach the account late; the thread would have used it all.
    assert real.worker.settled_cpu_s() - first_s < 0.005

    real.worker.go()
    assert real("add", 1, 2) == Returned(3)
    assert real.worker.settled_cpu_s() > first_s


def test_memory_is_seen(real: Any) -> None:
    """What a call took shows in the peak, though it is given back."""
    before = real.worker.memory()
    real.worker.forget_peak()
    assert real("eat", 50_000_000) == Returned(50_000_000)

    assert real.worker.memory().peak_own_bytes - before.own_bytes > 40_000_000


def test_memory_has_a_limit(real: Any, adder: Exercise) -> None:
    """More than the budget is a MemoryError inside, and the worker goes on."""
    seen = real("eat", 2 * adder.budget.memory_bytes)

    assert isinstance(seen, Raised)
    assert seen.type == "MemoryError"
    assert real("add", 1, 2) == Returned(3)
