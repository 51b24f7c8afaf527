"""What a worker says of itself, as observations of bounded size.

The agent in the worker keeps to these bounds, but whoever has the worker's interpreter need not. Line breaks go, where
a report sets them: what somebody else wrote must not look like a line of ours. This module must not know who asks.
"""

from __future__ import annotations

from grader.model import Blocked, Frame, Raised, Unsupported
from grader.wire import messages

TYPES, FRAMES = 12, 8
NAME, SOURCE, MESSAGE = 80, 200, 2000  # characters
_LAST_LINE = 10_000_000


def raised(reply: messages.Raised) -> Raised:
    """An exception."""
    frames = tuple(
        Frame(_line(each.line), _inline(each.function, NAME), _inline(each.source, SOURCE))
        for each in reply.frames[-FRAMES:]
    )
    return Raised(tuple(_inline(each, NAME) for each in reply.types[:TYPES]), reply.message[:MESSAGE], frames)


def blocked(reply: messages.Blocked) -> Blocked:
    """The use of a name that is not allowed."""
    return Blocked(_inline(reply.name, SOURCE), _line(reply.line))


def unsupported(reply: messages.Unsupported) -> Unsupported:
    """A result that cannot cross."""
    return Unsupported(_inline(reply.why, SOURCE))


def _line(number: int) -> int:
    return max(0, min(number, _LAST_LINE))


def _inline(text: str, limit: int) -> str:
    return " ".join(text[:limit].split())
