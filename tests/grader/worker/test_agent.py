"""The worker's side of the conversation, held here with submissions that are harmless."""

from __future__ import annotations

import contextlib
import random
import socket
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from grader.errors import WireError
from grader.model import HandleRef, NotAllowed
from grader.wire import NONCE_BYTES, Decoder, ValueLimits, messages, pack, receive_frame, send_frame, unpack
from grader.worker import agent

SLUG = "a_module_of_these_tests"
SOURCE = """
import library
state = []
def double(x): return 2 * x
def fail(x): raise ValueError(x)
def whole(): return 2**70
def grow(numbers): numbers.append(1)
def remember(x):
    state.append(x)
    return list(state)
class Box:
    def __init__(self, value): self.value = value
    def put(self, value):
        self.value = value
        return self
    def get(self): return self.value
    def __call__(self, x): return self.value + x
def boxes(): return [Box(1), {"two": Box(2)}]
def draw():
    import random
    return random.random()
def grad(x): return (x * 2).requires_grad
def cheat(): return library.quick()
def cheat_quietly():
    try: library.quick()
    except BaseException: return "hidden"
constant = 42
"""
SUPPORT = "def twice(submission, x):\n    return submission.double(submission.double(x))\n"
RULE = NotAllowed(name="library.quick")
LIMITS = ValueLimits(tree_bytes=1000, array_bytes=1000)


class Talk:
    """The examiner's end, played by the test."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.decoder = Decoder(body_limit=1 << 20)
        self.count = 0

    def ask(self, message: messages.Request, *pieces: Any) -> tuple[messages.Reply, bytes]:
        self.count += 1
        nonce = self.count.to_bytes(NONCE_BYTES, "big")
        send_frame(self.sock, nonce, messages.encode(message), pieces)
        frame = receive_frame(self.sock, self.decoder)
        assert frame is not None
        assert frame.nonce == nonce
        return messages.decode_reply(frame.header), bytes(frame.body)

    def load(self, source: str = SOURCE, functions: tuple[str, ...] = ("double",), **given: Any) -> messages.Reply:
        text = source.encode()
        fields = {"steady_heap": False, "not_allowed": (RULE,), **given}
        request = messages.Load(slug=SLUG, source_bytes=len(text), functions=functions, **fields)
        return self.ask(request, text, SUPPORT.encode())[0]

    def invoke(
        self, name: str, *arguments: Any, target: str = "function", receiver: int = -1, **flags: bool
    ) -> tuple[messages.Reply, Any]:
        packed = pack((arguments, {}))
        request = messages.Invoke(
            target=target,
            name=name,
            receiver=receiver,
            no_grad=flags.get("no_grad", False),
            echo=flags.get("echo", False),
            tree_bytes=len(packed.tree),
            reply_tree_bytes=LIMITS.tree_bytes,
            reply_array_bytes=LIMITS.array_bytes,
        )
        reply, body = self.ask(request, *packed.pieces)
        if not isinstance(reply, messages.Done):
            return reply, None
        split = len(body) - reply.tree_bytes
        return reply, unpack(body[split:], memoryview(bytearray(body[:split])))

    def value(self, name: str, *arguments: Any, **how: Any) -> Any:
        reply, value = self.invoke(name, *arguments, **how)
        assert isinstance(reply, messages.Done), reply
        return value[0]


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """A worker on a thread, with a library that holds a name which is not allowed."""
    library = types.ModuleType("library")
    library.quick = lambda: "done"
    monkeypatch.setitem(sys.modules, "library", library)
    monkeypatch.setitem(sys.modules, SLUG, types.ModuleType(SLUG))
    state = random.getstate(), torch.get_rng_state()
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    thread = threading.Thread(target=agent.serve, args=(theirs, ("a layer",), "AVX0"))
    thread.start()
    with ours, theirs:
        talk = Talk(ours)
        frame = receive_frame(ours, talk.decoder)
        assert frame is not None
        assert messages.decode_reply(frame.header) == messages.Ready(("a layer",), "AVX0")
        yield talk
        ours.close()
        thread.join()
    random.setstate(state[0])
    torch.set_rng_state(state[1])


def test_a_module_is_loaded_and_called(talk: Talk) -> None:
    """Functions, support functions and plain names; what the contract wants and the module lacks is listed."""
    assert talk.load(functions=("double", "Box", "absent")) == messages.Loaded(("absent",))

    assert talk.value("double", 21) == 42
    assert talk.value("twice", 1, target="support") == 4
    assert talk.value("constant", target="attribute") == 42


def test_a_module_keeps_its_state(talk: Talk) -> None:
    """From one call to the next, and over scenes: a fresh start is a fresh worker."""
    talk.load()
    talk.value("remember", 1)
    talk.ask(messages.Begin(1))

    assert talk.value("remember", 2) == [1, 2]


def test_a_module_that_is_loaded_again_begins_anew(talk: Talk) -> None:
    """Its state, its objects and its blocked calls are gone; the names that are not allowed stay caught."""
    talk.load()
    talk.value("remember", 1)
    box = talk.value("Box", 1)
    assert isinstance(talk.invoke("cheat")[0], messages.Blocked)
    talk.load()

    assert talk.value("remember", 2) == [2]
    assert isinstance(talk.invoke("get", target="method", receiver=box.number)[0], messages.Unsupported)
    assert isinstance(talk.invoke("cheat")[0], messages.Blocked)
    assert talk.value("twice", 1, target="support") == 4


def test_a_module_that_is_loaded_again_finds_the_usual_settings(talk: Talk) -> None:
    """What a program left changed for the whole process is set back, and generators stand where they always do."""
    leaves = (
        "import random, torch\nfound = [str(torch.get_default_dtype()), torch.is_grad_enabled(), random.random()]\n"
    )
    leaves += "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\n"
    before = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        talk.load(leaves)
        first = talk.value("found", target="attribute")
        talk.load(leaves)
        again = talk.value("found", target="attribute")
    finally:
        torch.set_default_dtype(before[0])
        torch.set_grad_enabled(before[1])

    assert again == first
    assert again[:2] == ["torch.float32", True]


def test_arguments_come_back_where_asked(talk: Talk) -> None:
    """As they stand after the call."""
    talk.load()

    assert talk.invoke("grow", [0], echo=True)[1] == (None, (([0, 1],), {}))
    assert talk.invoke("grow", [0])[1] == (None, None)


def test_an_exception_is_data(talk: Talk) -> None:
    """Its types, its text, its lines; the worker goes on."""
    talk.load()
    reply, _ = talk.invoke("fail", "why")

    assert isinstance(reply, messages.Raised)
    assert (reply.types[0], reply.message, reply.frames[-1].function) == ("ValueError", "why", "fail")
    assert talk.value("double", 1) == 2


@pytest.mark.parametrize("name", ["absent", "state.append", "__class__.x"])
def test_a_name_that_is_not_there(talk: Talk, name: str) -> None:
    """Only names of the module are reached."""
    talk.load()

    assert isinstance(talk.invoke(name)[0], messages.Raised)


def test_what_cannot_cross_is_said(talk: Talk) -> None:
    """A number of 70 bits, or more than the reply may hold."""
    talk.load()
    assert isinstance(talk.invoke("whole")[0], messages.Unsupported)
    assert isinstance(talk.invoke("double", torch.zeros(200))[0], messages.Done)
    assert isinstance(talk.invoke("double", torch.zeros(300))[0], messages.Unsupported)


def test_objects_stay_behind_numbers(talk: Talk) -> None:
    """The same object has the same number; it can be called, its methods too, and it can be an argument."""
    talk.load()
    box = talk.value("Box", 1)
    assert box == HandleRef(0, "Box")
    assert talk.value("put", 5, target="method", receiver=0) == box
    assert talk.value("get", target="method", receiver=0) == 5
    assert talk.value("", 2, target="method", receiver=0) == 7
    assert talk.value("boxes") == [HandleRef(1, "Box"), {"two": HandleRef(2, "Box")}]
    talk.value("put", HandleRef(2), target="method", receiver=0)
    assert talk.value("get", target="method", receiver=0) == HandleRef(2, "Box")


def test_a_scene_starts_without_objects(talk: Talk) -> None:
    """Numbers of an earlier scene lead nowhere."""
    talk.load()
    talk.value("Box", 1)
    assert isinstance(talk.ask(messages.Begin(1))[0], messages.Begun)
    reply, _ = talk.invoke("get", target="method", receiver=0)

    assert reply == messages.Unsupported("request: no object of that number")
    assert talk.value("Box", 2) == HandleRef(0, "Box")


@pytest.mark.parametrize("receiver", [-1, 1, 2**40])
def test_numbers_that_were_never_given_lead_nowhere(talk: Talk, receiver: int) -> None:
    """Not even from the end of the list."""
    talk.load()
    talk.value("Box", 1)

    assert isinstance(talk.invoke("get", target="method", receiver=receiver)[0], messages.Unsupported)


def test_a_scene_is_seeded(talk: Talk) -> None:
    """The same seed, the same numbers."""
    talk.load()

    def draw(seed: int) -> float:
        talk.ask(messages.Begin(seed))
        return float(talk.value("draw"))

    assert draw(1) == draw(1) != draw(2)


def test_gradients_can_be_switched_off(talk: Talk) -> None:
    """For functions that the contract calls under no_grad."""
    talk.load()
    leaf = torch.zeros(1, requires_grad=True)

    assert talk.value("grad", leaf) is True
    assert talk.value("grad", leaf, no_grad=True) is False


@pytest.mark.parametrize("name", ["cheat", "cheat_quietly"])
def test_a_blocked_name_is_said(talk: Talk, name: str) -> None:
    """Whether or not the code swallows what the trap raises; the next call is judged by itself."""
    talk.load()
    line = next(at for at, text in enumerate(SOURCE.splitlines(), 1) if "library.quick()" in text)
    line += 0 if name == "cheat" else 2

    assert talk.invoke(name)[0] == messages.Blocked("library.quick", line)
    assert talk.value("double", 1) == 2


def test_a_source_that_does_not_load_is_data(talk: Talk) -> None:
    """Its own error, a blocked name, or a broken support file: each is a reply."""
    raised = talk.load("x = 1\nraise SystemExit(3)")
    assert isinstance(raised, messages.Raised)
    assert (raised.types[0], raised.frames[0].line) == ("SystemExit", 2)

    assert talk.load("import library\nlibrary.quick()") == messages.Blocked("library.quick", 2)


def test_reading_runs_nothing(talk: Talk) -> None:
    """Inspecting comes before loading and executes no byte; more uses than a header holds are cut."""
    text = "import library\nraise SystemExit\ndef double(x): return library.quick()\n"
    request = messages.Inspect(SLUG, (RULE,), ("double",))
    assert talk.ask(request, text.encode())[0] == messages.Inspected((messages.Use("library.quick", 3, ("double",)),))

    many = "import library\ndef double(x):\n" + "    library.quick()\n" * 20_000
    reply, _ = talk.ask(request, many.encode())
    assert isinstance(reply, messages.Inspected)
    assert len(reply.uses) == agent.USES_LIMIT

    assert isinstance(talk.ask(request, b"library.quick\ndef f(:")[0], messages.Raised)


def test_echo_unpacks_and_packs(talk: Talk) -> None:
    """What is measured when the way across is measured."""
    packed = pack({"a": torch.arange(3)})
    reply, body = talk.ask(messages.Echo(len(packed.tree)), *packed.pieces)

    assert reply == messages.Done(len(packed.tree))
    assert body == b"".join(bytes(each) for each in packed.pieces)


def test_closing_its_output_disturbs_nothing(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission may replace or close stdout; replies go another way."""

    class Broken:
        def flush(self) -> None:
            raise SystemExit

    talk.load()
    with contextlib.redirect_stdout(Broken()):  # type: ignore[type-var]
        assert talk.value("double", 1) == 2


def test_garbage_from_the_examiner_ends_it() -> None:
    """It does not guess: what is no frame raises, and the worker goes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(b"nonsense that is long enough to be a prefix of a frame")
        with pytest.raises(WireError):
            agent.serve(theirs, (), "")
