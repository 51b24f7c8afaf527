"""The evidence: the smallest call that went wrong, with what was expected, what came, and what the mistake predicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
    path, found = _place(chosen.candidate, chosen.reference)
    answer = predicted(chosen)
    shown = None if answer is None else _show(answer, chosen.reference, path, found)
    where = ""
    if found is not None and found.kind in ("value", "nan"):
        where = f"result{path}" + (f"[{shape_text(found.index)[1:-1].rstrip(',')}]" if found.index else "")
    return Example(
        call=describe_call(chosen.call),
        inputs=_inputs(chosen),
        expected=_show(chosen.reference, chosen.reference, path, found),
        got=_show(chosen.candidate, chosen.reference, path, found),
        predicted=shown or "",
        where="" if where == "result" else where,
    )


def _place(candidate: Observation, reference: Observation) -> tuple[str, Difference | None]:
    if isinstance(candidate, Returned) and isinstance(reference, Returned):
        found = difference(candidate.value, reference.value)
        if found is not None:
            return found.path, found
    return "", None


def _show(observation: Observation, reference: Observation, path: str, found: Difference | None) -> str:
    if isinstance(observation, Raised):
        return f"{observation.type}: {observation.message}"[:_MESSAGE_CHARACTERS]
    if isinstance(observation, Blocked):
        return f"Blocked({observation.name[:_MESSAGE_CHARACTERS]})"
    if isinstance(observation, Unsupported):
        return f"Unsupported({observation.why[:_MESSAGE_CHARACTERS]})"
    if isinstance(observation, Died):
        return f"Died({observation.cause})"
    value = observation.value
    if isinstance(reference, Returned):
        pieces = {at: got for at, got, _ in leaves(value, reference.value)}
        value = pieces.get(path, value)
        if found is None and observation.arguments is not None:
            return snippet(observation.arguments)
    if found is not None and found.kind in ("type", "shape", "dtype"):
        return describe(value)
    return snippet(value, index=found.index if found is not None else None)


def _inputs(sighting: Sighting) -> str:
    if size_of(sighting.call) > _INPUTS_SHOWN:
        return ""
    positional = [snippet(value) for value in sighting.call.arguments]
    return ", ".join(positional + [f"{name}={snippet(value)}" for name, value in sighting.call.keywords.items()])
