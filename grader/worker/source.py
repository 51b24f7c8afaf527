"""The candidate's source: from bytes to a module, and from an exception to its own lines of traceback."""

from __future__ import annotations

import functools
import linecache
import sys
import types
from typing import Any

from grader.model import Frame
from grader.wire import messages

MESSAGE_LIMIT = 2000
FRAME_LIMIT = 8


def decode(source: bytes) -> str:
    """The text of a source file, by the rule of the exercises: UTF-8, with or without a byte order mark.

    Raises:
        SyntaxError: the bytes are no UTF-8 text, or hold a NUL.
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SyntaxError(f"line {line} is not UTF-8 text (byte 0x{source[error.start]:02x})") from None
    if "\0" in text:
        raise SyntaxError(f"line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL byte: not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def load(slug: str, source: bytes) -> types.ModuleType:
    """Execute a submission as the module `slug`. Whatever it raises comes out as it is."""
    name = f"{slug}.py"
    text = decode(source)
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    module = types.ModuleType(slug)
    module.__file__ = name
    sys.modules[slug] = module
    exec(compiled(text, name), module.__dict__)
    return module


@functools.lru_cache(maxsize=1000)  # every part, and every replay, has its source executed anew
def compiled(text: str, name: str) -> types.CodeType:
    """The code of a source file.

    Raises:
        SyntaxError: it is no Python.
    """
    try:
        return compile(text, name, "exec", dont_inherit=True)
    except MemoryError:  # how the parser says that its own stack is full; no budget of memory is
        raise SyntaxError("the source is nested too deeply, or is too large, to be compiled") from None


def describe(error: BaseException, slug: str) -> messages.Raised:
    """An exception as data. Nothing that the exception's class does can get out of here."""
    try:
        types_ = tuple(_plain(each.__name__, 80) for each in type(error).__mro__ if each is not object)[:12]
    except BaseException:
        types_ = ("BaseException",)
    try:
        # A syntax error says its place itself; the frame says it again.
        located = type(error) is SyntaxError and error.lineno is not None
        message = _plain(error.msg if located else str(error), MESSAGE_LIMIT)  # type: ignore[attr-defined]
        message.encode()
    except BaseException:
        message = "(the exception's own text could not be had)"
    try:
        frames = _frames(error, f"{slug}.py")
    except BaseException:
        frames = ()
    raised = messages.Raised(types_, message, frames)
    try:
        messages.encode(raised)
    except BaseException:  # names and lines of the candidate's own making
        return messages.Raised(("BaseException",), "(the exception could not be described)", ())
    return raised


def _plain(text: str, limit: int) -> str:
    """The start of a text as a plain `str`, whatever a subclass of it would rather do."""
    return str.__getitem__(text, slice(limit))


def _frames(error: BaseException, name: str) -> tuple[Frame, ...]:
    found: list[Frame] = []
    if isinstance(error, SyntaxError) and error.filename == name and error.lineno:
        return (Frame(int(error.lineno), "", _plain(error.text or "", 200).strip()),)
    trace: Any = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == name:
            line = int(trace.tb_lineno or 0)
            found.append(Frame(line, str(code.co_name)[:80], linecache.getline(name, line).strip()[:200]))
        trace = trace.tb_next
    return tuple(found[-FRAME_LIMIT:])
