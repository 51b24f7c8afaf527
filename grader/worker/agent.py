"""The worker's side of the conversation: load one submission, answer calls until killed.

The first frame that goes out is `Ready`, before anything of a candidate has come in. After `Load` the candidate's code
shares this interpreter, and everything said from here on is a claim.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from grader.errors import WireError
from grader.model import HandleRef
from grader.wire import Decoder, PackError, RawFrame, ValueLimits, messages, pack, receive_frame, send_frame, unpack
from grader.worker import libraries, models, rules, source

BODY_LIMIT = 1 << 30
USES_LIMIT = 100  # far more than a report shows, far less than a header holds
READY_NONCE = b"\0" * 16


def serve(sock: socket.socket, layers: tuple[str, ...], capability: str) -> None:
    """Answer requests on `sock` until the other side closes it."""
    send_frame(sock, READY_NONCE, messages.encode(messages.Ready(layers, capability)))
    decoder = Decoder(body_limit=BODY_LIMIT)
    agent = _Agent()
    while (frame := receive_frame(sock, decoder)) is not None:
        try:
            header, buffers = agent.answer(frame)
        except WireError as error:  # the examiner's fault; it must see it as one
            header, buffers = messages.Unsupported(f"request: {error}"), []
        _flush()
        send_frame(sock, frame.nonce, messages.encode(header), buffers)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The candidate may have closed or replaced either of them.
        with contextlib.suppress(BaseException):
            stream.flush()


class _Agent:
    def __init__(self) -> None:
        self._slug = ""
        self._module = types.ModuleType("empty")
        self._support = types.ModuleType("support")
        self._watch: rules.Watch | None = None
        self._objects: list[Any] = []

    def answer(self, frame: RawFrame) -> tuple[messages.Reply, list[Any]]:
        request = messages.decode_request(frame.header)
        body = memoryview(frame.body)
        if isinstance(request, messages.Invoke):
            return self._invoke(request, body)
        if isinstance(request, messages.Echo):
            return self._echo(request, body)
        if isinstance(request, messages.Begin):
            self._begin(request.seed)
            return messages.Begun(), []
        if isinstance(request, messages.Load):
            return self._load(request, body), []
        return self._inspect(request, body), []

    def _inspect(self, request: messages.Inspect, body: memoryview) -> messages.Reply:
        try:
            text = source.decode(bytes(body))
            uses = rules.find_uses(text, request.not_allowed, request.functions)
            return messages.Inspected(uses[:USES_LIMIT])
        except BaseException as error:
            return source.describe(error, request.slug)

    def _load(self, request: messages.Load, body: memoryview) -> messages.Reply:
        self._slug = request.slug
        if request.steady_heap:
            libraries.keep_freed_memory()
        if self._watch is None:
            self._watch = rules.Watch(request.not_allowed, f"{request.slug}.py")
        self._objects.clear()
        self._support = types.ModuleType("support")
        libraries.seed_everything(0)
        libraries.restore_settings()
        self._watch.blocked = None  # what ends with the objects of an earlier part may have called something
        try:
            if request.source_bytes < len(body):
                text = bytes(body[request.source_bytes :]).decode()
                exec(source.compiled(text, "support.py"), self._support.__dict__)
                models.hand_out(self._support.__dict__)
            self._module = source.load(request.slug, bytes(body[: request.source_bytes]))
        except BaseException as error:
            if self._watch.blocked is not None:
                return messages.Blocked(*self._watch.blocked)
            return source.describe(error, request.slug)
        return messages.Loaded(tuple(name for name in request.functions if not hasattr(self._module, name)))

    def _echo(self, request: messages.Echo, body: memoryview) -> tuple[messages.Reply, list[Any]]:
        split = len(body) - request.tree_bytes
        packed = pack(unpack(body[split:], body[:split]), limits=ValueLimits(array_bytes=BODY_LIMIT))
        return messages.Done(len(packed.tree)), packed.pieces

    def _begin(self, seed: int) -> None:
        self._objects.clear()
        libraries.seed_everything(seed)

    def _invoke(self, request: messages.Invoke, body: memoryview) -> tuple[messages.Reply, list[Any]]:
        if request.begin is not None:
            self._begin(request.begin)
        split = len(body) - request.tree_bytes
        arguments, keywords = unpack(body[split:], body[:split], find=self._find)
        limits = ValueLimits(tree_bytes=request.reply_tree_bytes, array_bytes=request.reply_array_bytes)
        try:
            target = self._target(request)
            with _no_grad() if request.no_grad else contextlib.nullcontext():
                value = target(*arguments, **keywords)
            if self._watch is not None and self._watch.blocked is not None:
                return self._blocked(), []
            after = (arguments, keywords) if request.echo else None
            packed = pack((value, after), limits=limits, keep=self._keep)
        except PackError as error:
            return messages.Unsupported(str(error)[:200]), []
        except WireError:
            raise
        except BaseException as error:
            if self._watch is not None and self._watch.blocked is not None:
                return self._blocked(), []
            return source.describe(error, self._slug), []
        return messages.Done(len(packed.tree)), packed.pieces

    def _blocked(self) -> messages.Blocked:
        assert self._watch is not None and self._watch.blocked is not None
        name, line = self._watch.blocked
        self._watch.blocked = None
        return messages.Blocked(name, line)

    def _target(self, request: messages.Invoke) -> Callable[..., Any]:
        if request.target == "support":
            function = getattr(self._support, request.name)
            return lambda *args, **keywords: function(self._module, *args, **keywords)
        if request.target == "method":
            thing = self._find(HandleRef(request.receiver))
            return getattr(thing, request.name) if request.name else thing  # type: ignore[no-any-return]
        found = getattr(self._module, request.name)
        if request.target == "attribute":
            return lambda: found
        return found  # type: ignore[no-any-return]

    def _find(self, reference: HandleRef) -> Any:
        if not 0 <= reference.number < len(self._objects):
            raise WireError("no object of that number")
        return self._objects[reference.number]

    def _keep(self, value: Any) -> HandleRef:
        for number, each in enumerate(self._objects):
            if each is value:
                return HandleRef(number, type(value).__name__)
        self._objects.append(value)
        return HandleRef(len(self._objects) - 1, type(value).__name__)


def _no_grad() -> Any:
    torch: Any = sys.modules.get("torch")
    return torch.no_grad() if torch is not None else contextlib.nullcontext()
