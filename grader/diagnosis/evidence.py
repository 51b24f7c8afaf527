"""The evidence: the smallest call that went wrong, with what was expected, what came, and what the mistake predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from grader.diagnosis.leaves import leaves
from grader.diagnosis.sightings import Sighting, size_of
from grader.model import Blocked, Died, Example, Observation, Raised, Returned, Unsupported
from grader.values import Difference, describe, describe_call, difference, shape_text, snippet

_INPUTS_SHOWN = 64  # elements of all arguments together
_MESSAGE_CHARACTERS = 160


def example_of(wrong: Iterable[Sighting], predicted: Callable[[Sighting], Observation | None]) -> Example | None:
    """Show the smallest wrong call.

    Args:
        wrong: wrong calls of one function; those of failed checks are preferred.
        predicted: what the named mistake answers on a call, where it is known.
    """
    chosen = min(wrong, key=lambda each: (not each.failing, size_of(each.call)), default=None)
    if chosen is None:
        return None
    if chosen.call.target == "answer":  # neither the key nor what a wrong answer would be; the check shows the answer
        return None
    place = _place(chosen.candidate, chosen.reference)
    answer = predicted(chosen)
    return Example(
        call=describe_call(chosen.call),
        inputs=_inputs(chosen),
        expected=_show(chosen.reference, chosen.reference, place),
        got=_show(chosen.candidate, chosen.reference, place),
        predicted="" if answer is None else _show(answer, chosen.reference, place),
        where=place.text,
    )


class _Place(msgspec.Struct, frozen=True):
    """What is shown of an observation: its value or the arguments afterwards, and where in it."""

    found: Difference | None = None
    arguments: bool = False

    @property
    def text(self) -> str:
        if self.found is None or self.found.kind not in ("value", "nan"):
            return ""
        index = f"[{shape_text(self.found.index)[1:-1].rstrip(',')}]" if self.found.index else ""
        name = "arguments" if self.arguments else "result"
        return f"{name}{self.found.path}{index}" if self.found.path or index else ""

    def piece_of(self, observation: Returned) -> Any:
        return observation.arguments if self.arguments else observation.value


def _place(candidate: Observation, reference: Observation) -> _Place:
    if not (isinstance(candidate, Returned) and isinstance(reference, Returned)):
        return _Place()
    found = difference(candidate.value, reference.value)
    if found is None and candidate.arguments is not None and reference.arguments is not None:
        return _Place(difference(candidate.arguments, reference.arguments), arguments=True)
    return _Place(found)


def _show(observation: Observation, reference: Observation, place: _Place) -> str:
    if isinstance(observation, Raised):
        return f"{observation.type}: {observation.message}"[:_MESSAGE_CHARACTERS]
    if isinstance(observation, Blocked):
        return f"Blocked({observation.name[:_MESSAGE_CHARACTERS]})"
    if isinstance(observation, Unsupported):
        return f"Unsupported({observation.why[:_MESSAGE_CHARACTERS]})"
    if isinstance(observation, Died):
        return f"Died({observation.cause})"
    value, found = place.piece_of(observation), place.found
    if found is None or not isinstance(reference, Returned):
        return snippet(value)
    pieces = {path: got for path, got, _ in leaves(value, place.piece_of(reference))}
    value = pieces.get(found.path, value)
    return describe(value) if found.kind in ("type", "shape", "dtype") else snippet(value, index=found.index)


def _inputs(sighting: Sighting) -> str:
    if size_of(sighting.call) > _INPUTS_SHOWN:
        return ""
    positional = [snippet(value) for value in sighting.call.arguments]
    return ", ".join(positional + [f"{name}={snippet(value)}" for name, value in sighting.call.keywords.items()])
