"""The candidate's source: from bytes to a module, and from an exception to plain words, whatever either does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from grader.wire import messages
from grader.worker import source

SLUG = "a_submission_of_these_tests"
NAME = f"{SLUG}.py"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    sys.modules.pop(SLUG, None)


def failure(text: str | bytes) -> messages.Raised:
    """What loading a source, or calling its `f`, is described as."""
    data = text.encode() if isinstance(text, str) else text
    try:
        source.load(SLUG, data).f()
    except BaseException as error:
        return source.describe(error, SLUG)
    raise AssertionError("nothing was raised")


# ---- bytes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"x = 1\ny = 2\n", b"\xef\xbb\xbfx = 1\ny = 2\n", b"x = 1\r\ny = 2\r\n", b"x = 1\ry = 2\r"],
    ids=["plain", "byte order mark", "Windows", "old Mac"],
)
def test_line_ends_and_a_mark_make_no_difference(data: bytes) -> None:
    """A file that an editor of any system wrote is the same text."""
    assert source.decode(data) == "x = 1\ny = 2\n"


def test_nothing_is_a_source_too() -> None:
    """An empty file is a module with nothing in it."""
    assert not hasattr(source.load(SLUG, b""), "f")


def test_what_is_no_utf8_names_its_line() -> None:
    """The byte and the line where it stands."""
    with pytest.raises(SyntaxError, match=r"line 2 is not UTF-8 text \(byte 0xe9\)"):
        source.decode(b"# fine\n# caf\xe9\n")


def test_a_nul_names_its_line() -> None:
    """A binary file is told from a text."""
    with pytest.raises(SyntaxError, match="line 3 holds a NUL"):
        source.decode(b"a\nb\nc\0\n")


def test_a_coding_line_changes_nothing() -> None:
    """The rule is UTF-8; a comment that claims otherwise is a comment."""
    assert source.load(SLUG, "# -*- coding: latin-1 -*-\nword = 'é'".encode()).word == "é"


# ---- modules --------------------------------------------------------------------------------------------------------


def test_the_module_is_found_by_its_name() -> None:
    """Code that looks itself up, or pickles, finds the module that is running; there is no `__main__` in it."""
    module = source.load(SLUG, b"import sys\nname, me = __name__, sys.modules[__name__]\n")

    assert (module.name, module.me, module.__file__) == (SLUG, module, NAME)


def test_our_own_features_do_not_leak_in() -> None:
    """`from __future__` of this package does not hold for the candidate: annotations are evaluated."""
    assert source.load(SLUG, b"def f(x: int): pass").f.__annotations__ == {"x": int}


# ---- exceptions -----------------------------------------------------------------------------------------------------


def test_a_syntax_error_names_its_line() -> None:
    """Line and text of the place, as Python knows them."""
    raised = failure("import math\n\ndef f(:\n    pass\n")

    assert raised.types[:2] == ("SyntaxError", "Exception")
    assert (raised.frames[0].line, raised.frames[0].source) == (3, "def f(:")


@pytest.mark.parametrize("text", ["(" * 100_000, "-" * 100_000 + "1", "x" + ".a" * 100_000, "1" + "+1" * 100_000])
def test_a_source_nested_too_deeply_is_an_error_of_the_source(text: str) -> None:
    """However the compiler gives up, it does not read as a want of memory."""
    raised = failure(text)

    assert raised.types[0] in ("SyntaxError", "RecursionError")
    assert raised.message


def test_frames_are_the_candidates_own() -> None:
    """Lines of the submission from the outermost call inwards; no line of ours, none of a library's."""
    raised = failure("import json\ndef f():\n    return g()\ndef g():\n    return json.loads('{')\n")

    assert raised.types[0] == "JSONDecodeError"
    assert [(each.line, each.function, each.source) for each in raised.frames] == [
        (3, "f", "return g()"),
        (5, "g", "return json.loads('{')"),
    ]


def test_deep_recursion_shows_its_end() -> None:
    """A thousand frames become the last few."""
    raised = failure("def f():\n    return f()\n")

    assert raised.types[0] == "RecursionError"
    assert len(raised.frames) == source.FRAME_LIMIT


def test_sizes_are_capped() -> None:
    """A message of a gigabyte crosses as its first part, and names no longer than a line."""
    raised = failure("def f():\n    raise type('E' * 10**5, (Exception,), {})('x' * 10**6)\n")

    assert len(raised.message) == source.MESSAGE_LIMIT
    assert len(raised.types[0]) == 80


LIES = {
    "its text raises": "class E(Exception):\n    def __str__(self): raise SystemExit(0)",
    "its text is no text": "class E(Exception):\n    def __str__(self): return 1",
    "its text is no Unicode": "class E(Exception):\n    def __str__(self): return '\\ud800'",
    "its text is another's": (
        "class S(str):\n    def __getitem__(self, at): return object()\n    def encode(self): return b''\n"
        "class E(Exception):\n    def __str__(self): return S('short')"
    ),
    "its class hides its name": (
        "class M(type):\n    @property\n    def __name__(cls): raise ValueError\nclass E(Exception, metaclass=M): pass"
    ),
    "its class is named by a number": (
        "class M(type):\n    @property\n    def __name__(cls): return 1\nclass E(Exception, metaclass=M): pass"
    ),
    "its class is named by no Unicode": (
        "class M(type):\n    @property\n    def __name__(cls): return '\\ud800'\nclass E(Exception, metaclass=M): pass"
    ),
    "it claims a line of its own": (f"class E(SyntaxError):\n    filename, lineno, text = '{NAME}', 10**30, object()"),
    "its line is huge": f"class E(SyntaxError):\n    filename, lineno, text = '{NAME}', 10**30, 'x'",
    "it hides where it came from": (
        "class E(Exception):\n    @property\n    def __traceback__(self): raise SystemExit(0)"
    ),
    "it is no Exception": "class E(BaseException): pass",
    "its code has an odd name": (
        "class E(Exception): pass\ndef odd(): raise E\nodd.__code__ = odd.__code__.replace(co_name='\\ud800')\nE = odd"
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_exception_cannot_lie_its_way_out(lie: str) -> None:
    """Whatever its class does, it becomes an exception as data that can be sent."""
    calls = "odd()" if "odd" in LIES[lie].splitlines()[-1] else "raise E()"
    raised = failure(f"{LIES[lie]}\ndef f():\n    {calls}\n")

    assert messages.decode_reply(messages.encode(raised)) == raised
    assert raised.types
    assert all(type(each) is str for each in (*raised.types, raised.message))


def test_control_characters_cross_as_they_are() -> None:
    """Cleaning is the reader's affair; a message that was cleaned here could be one that was forged here."""
    raised = failure("def f(): raise ValueError('\\x1b[2Jred')")

    assert raised.message == "\x1b[2Jred"


def described(error: Any) -> messages.Raised:
    return source.describe(error, SLUG)


def test_bases_come_along() -> None:
    """Whoever expects a LookupError is content with a KeyError."""
    assert described(KeyError("k")).types == ("KeyError", "LookupError", "Exception", "BaseException")
