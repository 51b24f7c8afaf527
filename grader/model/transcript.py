"""The transcript: the calls that the examiner made across the wall, and what came back, as plain values."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from grader.model.check import CheckKind


class HandleRef(msgspec.Struct, frozen=True):
    """An object that stayed in the worker. `number` counts the handles of one scene from 0."""

    number: int
    type_name: str = ""


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """One line of a traceback inside the candidate's own file."""

    line: int
    function: str
    source: str


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    """The call came back. `value` is plain: None, bool, int, float, str, bytes, list, tuple, dict,
    torch.Tensor, numpy array or scalar, HandleRef. `arguments` are the arguments as they stood afterwards,
    where they were asked for."""

    value: Any
    arguments: Any = None


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """The candidate's code raised. Names and message are claims of the candidate."""

    types: tuple[str, ...]  # the class and its bases, most derived first, by bare name
    message: str
    frames: tuple[Frame, ...] = ()

    @property
    def type(self) -> str:
        return self.types[0] if self.types else "BaseException"


class Unsupported(msgspec.Struct, frozen=True, tag="unsupported"):
    """The result cannot cross the wall; `why` says what it was."""

    why: str


class Blocked(msgspec.Struct, frozen=True, tag="blocked"):
    """A name that is not allowed was called; `line` is 0 where it is not known."""

    name: str
    line: int = 0


class Died(msgspec.Struct, frozen=True, tag="died"):
    """No answer came: the worker is gone."""

    cause: Literal["exit", "signal", "timeout", "protocol", "output", "cpu"]
    number: int = 0  # exit status or signal


Observation = Returned | Raised | Unsupported | Blocked | Died

# Stands where an answer was more than is kept; known by being this very object, which no worker can send.
FORGOTTEN = Unsupported("more than is kept of one submission")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request that the examiner sent.

    `target` is "function" (a name of the module), "attribute" (the value of such a name, not called), "support" (a
    function of support.py), or "method"
    (`name` of the object behind `receiver`; the name "" calls the object itself), or "answer" (what `answers.md` says
    to the question `name`, marked on the trusted side; an argument is a misconception: does the answer show it?).
    """

    target: Literal["function", "support", "method", "attribute", "answer"]
    name: str
    function: str  # the contract's name that this call observes
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = {}
    receiver: HandleRef | None = None
    no_grad: bool = False
    echo: bool = False  # send the arguments back too, to see whether they were changed


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All calls of one check, in order, with what the candidate's worker answered.

    Replaying a scene means running the same calls, in the same order, on a module executed anew, in a worker whose
    random generators were seeded with `seed`.
    """

    check: str
    kind: CheckKind
    part: str
    seed: int
    calls: tuple[Call, ...]
    observations: tuple[Observation, ...]
