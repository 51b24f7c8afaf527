"""Proxies: what a test holds in place of the candidate's module. An attribute called is a call across the wall."""

from __future__ import annotations

from typing import Any, Protocol

from grader.exam.program import Program
from grader.marking import Mark
from grader.model import Call, HandleRef, Returned


class Performer(Protocol):
    """Whatever makes calls: a seat, the reference's memory, a worker of a timed section."""

    def perform(self, call: Call) -> Returned: ...


class Module:
    """Stands for a module of the other side: `candidate.f(x)` calls f there and gives back a plain value.

    A name in capitals is a constant: `candidate.LIMIT` asks for its value.
    """

    def __init__(self, performer: Performer, program: Program, *, echo: bool = False) -> None:
        self._performer = performer
        self._program = program
        self._echo = echo
        self._handles: dict[int, Handle] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if is_constant(name):
            return self._ask(Call(target="attribute", name=name, function=name))
        return Remote(self, "function", name, function=name)

    @property
    def support(self) -> Support:
        """The functions of support.py, which run beside the candidate's module."""
        return Support(self)

    @property
    def answers(self) -> Answered:
        """What was answered to the questions, for `expect.right`: `candidate.answers.q01`."""
        return Answered(self)

    @property
    def with_arguments(self) -> Module:
        """The same, but every call gives `(result, arguments as they stand afterwards)`."""
        other = Module(self._performer, self._program, echo=True)
        other._handles = self._handles
        return other

    def _observes(self, name: str) -> str:
        return self._program.observes.get(name, name)

    def _call(
        self,
        target: Any,
        name: str,
        function: str,
        receiver: HandleRef | None,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Any:
        return self._ask(
            Call(
                target=target,
                name=name,
                function=function,
                arguments=tuple(lower(each) for each in arguments),
                keywords={key: lower(each) for key, each in keywords.items()},
                receiver=receiver,
                no_grad=function in self._program.no_grad,
                echo=self._echo,
            )
        )

    def _ask(self, call: Call) -> Any:
        answer = self._performer.perform(call)
        result = self._lift(answer.value, call.function)
        if not self._echo:
            return result
        return result, tuple(answer.arguments[0]) if answer.arguments else ()

    def _lift(self, value: Any, function: str) -> Any:
        if isinstance(value, HandleRef):
            handle = self._handles.get(value.number)
            if handle is None or handle.reference.type_name != value.type_name:
                handle = self._handles[value.number] = Handle(self, value, function)
            return handle
        if isinstance(value, list):
            return [self._lift(each, function) for each in value]
        if isinstance(value, tuple):
            return tuple(self._lift(each, function) for each in value)
        if isinstance(value, dict):
            return {key: self._lift(each, function) for key, each in value.items()}
        return value


class Support:
    """Stands for support.py on the other side."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        return Remote(self._module, "support", name, function=self._module._observes(name))


class Answered:
    """Stands for `answers.md`: a question's name gives the mark of its answer."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Mark:
        if name.startswith("__"):
            raise AttributeError(name)
        answers = self._module._program.answers
        for misconception in ((), *((each,) for each in answers.faults(name))):
            self._module._ask(Call(target="answer", name=name, function=name, arguments=misconception))
        return answers.mark(name)


class Remote:
    """Something that can be called on the other side."""

    def __init__(
        self, module: Module, target: str, name: str, *, function: str, receiver: HandleRef | None = None
    ) -> None:
        self._module = module
        self._target = target
        self._name = name
        self._function = function
        self._receiver = receiver

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._module._call(self._target, self._name, self._function, self._receiver, arguments, keywords)


class Handle:
    """Stands for an object that stayed on the other side: call it, or call its methods."""

    def __init__(self, module: Module, reference: HandleRef, function: str) -> None:
        self._module = module
        self.reference = reference
        self._function = function

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._module._call("method", "", self._function, self.reference, arguments, keywords)

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        return Remote(self._module, "method", name, function=self._function, receiver=self.reference)


def is_constant(name: str) -> bool:
    """Whether a name of a module is that of a constant, by the custom of capitals."""
    return name.isupper()


def lower(value: Any) -> Any:
    """Handles back into references, wherever they stand in an argument."""
    if isinstance(value, Handle):
        return value.reference
    if isinstance(value, list):
        return [lower(each) for each in value]
    if isinstance(value, tuple):
        return tuple(lower(each) for each in value)
    if isinstance(value, dict):
        return {key: lower(each) for key, each in value.items()}
    return value
