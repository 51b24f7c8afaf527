"""What a wrong answer looks like where no known mistake explains it: a relation to the right answer, or silence.

A symptom must hold on every wrong call on which it could be seen. This module must not know any mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from grader.diagnosis.conditions import condition, form
from grader.diagnosis.leaves import leaves
from grader.diagnosis.sightings import Sighting, size_of
from grader.diagnosis.wording import relation_text
from grader.i18n import say
from grader.model import Died, Raised, Returned, Text
from grader.values import (
    Difference,
    Relation,
    RelationKind,
    as_scalar,
    difference,
    element_count,
    is_numeric_block,
    recognise,
    relations,
)

_LEAST_NUMBERS = 3  # wrong numbers with a common factor before it is said
_LEAST_ELEMENTS = 3
_MESSAGE_CHARACTERS = 200


class Symptom(msgspec.Struct, frozen=True):
    """What can be seen, in a title and an explanation."""

    title: Text
    explanation: Text


def symptom_of(sightings: Sequence[Sighting]) -> Symptom | None:
    """Describe how a function's wrong answers stand to the right ones.

    Args:
        sightings: all calls of the function, right ones and wrong ones.

    Returns:
        None where nothing that holds on every wrong call can be said.
    """
    wrong = [each for each in sightings if each.wrong and not isinstance(each.candidate, Died)]
    if not wrong:
        return None
    wrong.sort(key=lambda each: size_of(each.call))
    right = [each for each in sightings if not each.wrong]
    # What support.py shows (gradients, say) is another thing than the result: a relation may hold of the result alone.
    direct = [each for each in wrong if each.call.target != "support"]
    for chosen in (wrong, direct) if 0 < len(direct) < len(wrong) else (wrong,):
        found = _look(chosen, right)
        if found is not None:
            return found
    return None


def _look(wrong: Sequence[Sighting], right: Sequence[Sighting]) -> Symptom | None:
    only = condition(wrong, right)
    for look in (_raises, _does_not_raise, _changes_arguments, _relation, _numbers, _structure):
        found = look(wrong)
        if found is not None:
            further = only or form(wrong, right)
            return found if further is None else Symptom(found.title, join(found.explanation, further))
    return None if only is None else Symptom(say("Wrong on some inputs only"), only)


def join(*sentences: Text) -> Text:
    """Sentences one after the other, in either language."""
    return Text(en=" ".join(each.en for each in sentences), zh="".join(each.zh for each in sentences))


def _raises(wrong: Sequence[Sighting]) -> Symptom | None:
    raised = [each.candidate for each in wrong if isinstance(each.candidate, Raised)]
    if len(raised) < len(wrong) or len({each.type for each in raised}) > 1:
        return None
    first, name = raised[0], raised[0].type[:60]
    message = first.message if len(first.message) <= _MESSAGE_CHARACTERS else first.message[:_MESSAGE_CHARACTERS] + "…"
    said = say("An answer is due, but it raises {type}: “{message}”.", type=name, message=message)
    if any(isinstance(each.reference, Raised) for each in wrong):
        said = say("It raises {type}: “{message}”.", type=name, message=message)
    if first.frames:
        said = join(said, say("It comes from line {line}.", line=first.frames[-1].line))
    return Symptom(say("Raises {type}", type=name), said)


def _does_not_raise(wrong: Sequence[Sighting]) -> Symptom | None:
    due = {each.reference.type if isinstance(each.reference, Raised) else "" for each in wrong}
    if len(due) > 1 or "" in due or not all(isinstance(each.candidate, Returned) for each in wrong):
        return None
    (name,) = due
    return Symptom(
        say("Does not raise {type}", type=name), say("It returns a value where {type} is promised.", type=name)
    )


def _changes_arguments(wrong: Sequence[Sighting]) -> Symptom | None:
    for each in wrong:
        if not (isinstance(each.candidate, Returned) and isinstance(each.reference, Returned)):
            return None
        if difference(each.candidate.value, each.reference.value) is not None or each.candidate.arguments is None:
            return None
    return Symptom(
        say("Changes its arguments"),
        say("What it returns is right, but the arguments it was given are not what they were."),
    )


def _relation(wrong: Sequence[Sighting]) -> Symptom | None:
    shared: dict[tuple[Any, ...], list[tuple[str, Relation]]] | None = None
    for each in wrong:
        pairs = _blocks(each)
        if pairs is None:
            return None
        if not pairs:
            continue
        inputs = {f"args[{at}]": value for at, value in enumerate(each.call.arguments)} | each.call.keywords
        found = {
            _identity(path, relation): (path, relation)
            for path, got, want in pairs
            for relation in relations(got, want, inputs)
        }
        if shared is None:
            shared = {key: [one] for key, one in found.items()}
        else:
            shared = {key: [*before, found[key]] for key, before in shared.items() if key in found}
    if not shared:
        return None
    kinds = list(RelationKind)
    best = min(shared.values(), key=lambda holding: (kinds.index(holding[0][1].kind), holding[0][0]))
    title, explanation = relation_text(f"result{best[0][0]}", [relation for _, relation in best])
    return Symptom(title, explanation)


def _blocks(sighting: Sighting) -> list[tuple[str, Any, Any]] | None:
    """The tensors that differ, those too small to tell left out; None where the answers are of another sort."""
    if not (isinstance(sighting.candidate, Returned) and isinstance(sighting.reference, Returned)):
        return None
    differing = [
        (path, got, want)
        for path, got, want in leaves(sighting.candidate.value, sighting.reference.value)
        if difference(got, want) is not None
    ]
    if not differing or not all(is_numeric_block(got) and is_numeric_block(want) for _, got, want in differing):
        return None
    return [each for each in differing if element_count(each[2]) >= _LEAST_ELEMENTS]


def _identity(path: str, relation: Relation) -> tuple[Any, ...]:
    step = relation.number if relation.kind is RelationKind.SHIFTED else None
    return path, relation.kind, relation.axes, relation.input, step


def _numbers(wrong: Sequence[Sighting]) -> Symptom | None:
    """A common factor or distance over single numbers, which only several calls together can show."""
    pairs: list[tuple[float, float]] = []
    for each in wrong:
        if not (isinstance(each.candidate, Returned) and isinstance(each.reference, Returned)):
            return None
        got, want = as_scalar(each.candidate.value), as_scalar(each.reference.value)
        if got is None or want is None or isinstance(got, bool) or isinstance(want, bool):
            return None
        pairs.append((float(got), float(want)))
    if len({want for _, want in pairs}) < _LEAST_NUMBERS:
        return None
    if all(want for _, want in pairs) and _one_value([got / want for got, want in pairs]):
        number = recognise(pairs[0][0] / pairs[0][1])
        text = say("Every wrong answer is the right one times the same number: {number}.", number=number)
        return Symptom(say("Off by a constant factor"), text)
    if _one_value([got - want for got, want in pairs]):
        text = say("Every wrong answer is the right one plus {number}.", number=f"{pairs[0][0] - pairs[0][1]:.7g}")
        return Symptom(say("Off by a constant"), text)
    return None


def _one_value(numbers: Sequence[float]) -> bool:
    return all(abs(each - numbers[0]) <= 1e-6 * abs(numbers[0]) for each in numbers)


def _structure(wrong: Sequence[Sighting]) -> Symptom | None:
    found: list[Difference] = []
    for each in wrong:
        if not (isinstance(each.candidate, Returned) and isinstance(each.reference, Returned)):
            return None
        one = difference(each.candidate.value, each.reference.value)
        if one is None:
            return None
        found.append(one)
    if len({(one.kind, one.path) for one in found}) > 1 or found[0].kind not in _STRUCTURES:
        return None
    return Symptom(_STRUCTURES[found[0].kind](), found[0].text)


_STRUCTURES: dict[str, Callable[[], Text]] = {
    "type": lambda: say("The result is of the wrong type"),
    "length": lambda: say("The result has the wrong number of items"),
    "keys": lambda: say("The result has the wrong keys"),
    "shape": lambda: say("The result has the wrong shape"),
    "dtype": lambda: say("The result has the wrong dtype"),
}
