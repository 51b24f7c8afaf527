"""What a visible test gets where it imports the candidate's module, or `support`: stand-ins, for those files are never
imported here.

The same test must work under plain pytest, where the import is real. So errors of the candidate's code can be caught
as what they are (`pytest.raises(ValueError)`), constants are values, and functions of support.py take the module first.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from grader.exam.failures import CandidateRaised
from grader.exam.proxy import is_constant

if TYPE_CHECKING:
    from grader.exam.sitting import Sitting

_TOO_GENERAL = ("BaseException", "Exception")


class VisibleModule(types.ModuleType):
    """Stands in for the candidate's module."""

    def __init__(self, slug: str, current: list[Sitting]) -> None:
        super().__init__(slug)
        self.__dict__["_current"] = current
        self.__dict__["__file__"] = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        current: list[Sitting] = self.__dict__["_current"]
        if is_constant(name):
            return Constant(lambda: getattr(current[-1].candidate, name))
        return _remote(lambda: getattr(current[-1].candidate, name))


class VisibleSupport(types.ModuleType):
    """Stands in for support.py: `support.name(module, ...)` runs beside the candidate's module."""

    def __init__(self, current: list[Sitting]) -> None:
        super().__init__("support")
        self.__dict__["_current"] = current
        self.__dict__["__file__"] = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        current: list[Sitting] = self.__dict__["_current"]
        call = _remote(lambda: getattr(current[-1].candidate.support, name))

        def beside(_: types.ModuleType, *arguments: Any, **keywords: Any) -> Any:
            return call(*arguments, **keywords)

        return beside


class Constant:
    """The value of a constant of the candidate's module, asked for when it is used: a test that says
    `from slug import NAME` does so before there is a candidate."""

    __slots__ = ("_ask",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, ask: Callable[[], Any]) -> None:
        object.__setattr__(self, "_ask", ask)

    @property  # type: ignore[misc]  # so that isinstance sees a dict
    def __class__(self) -> type:
        return type(self._ask())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ask(), name)

    def __getitem__(self, key: Any) -> Any:
        return self._ask()[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._ask())

    def __len__(self) -> int:
        return len(self._ask())

    def __contains__(self, item: Any) -> bool:
        return item in self._ask()

    def __eq__(self, other: object) -> bool:
        return bool(self._ask() == other)

    def __repr__(self) -> str:
        return repr(self._ask())


def _remote(find: Callable[[], Any]) -> Callable[..., Any]:
    def remote(*arguments: Any, **keywords: Any) -> Any:
        try:
            return find()(*arguments, **keywords)
        except CandidateRaised as raised:
            raise as_raised(raised) from None

    return remote


def as_raised(error: CandidateRaised) -> CandidateRaised:
    """The same judgement as an exception that also is of the built-in type that the candidate's code raised."""
    for name in error.raised.types:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception) and name not in _TOO_GENERAL:
            try:
                made: Any = type(name, (CandidateRaised, kind), {"__str__": lambda self: self.raised.message})
                twin: CandidateRaised = made.__new__(made)
                CandidateRaised.__init__(twin, error.raised, error.call)
            except TypeError:  # a type whose exceptions are laid out in a way of their own
                return error
            return twin
    return error
