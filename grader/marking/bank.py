"""Read a bank of questions from TOML. Several files are laid over one another, so that keys can lie apart from texts.

What is broken is refused with a `ContentError` that names the file, the key and the remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from grader.errors import ContentError
from grader.i18n import say
from grader.marking.pattern import compile_pattern
from grader.marking.quantity import read_quantities
from grader.marking.question import (
    Bank,
    Choice,
    Fault,
    Misconception,
    Numeric,
    Point,
    Question,
    ShortAnswer,
    WrongValue,
)
from grader.model import Text

SCHEMA = 1

Filled = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
Letter = Annotated[str, Meta(pattern="^[A-F]$")]
Level = Annotated[int, Meta(ge=1, le=3)]
Share = Annotated[float, Meta(ge=0, le=0.5)]


class _Sentence(Text, frozen=True, forbid_unknown_fields=True):
    en: Filled
    zh: Filled


class _MisconceptionEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: _Sentence
    explanation: _Sentence


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    prompt: _Sentence
    reference: _Sentence
    topic: str = ""
    level: Level = 1
    source: str = ""


class _ChoiceEntry(_Entry, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="choice"):
    choices: Annotated[dict[Letter, _Sentence], Meta(min_length=2)]
    key: Letter
    wrong: dict[Letter, Id]


class _WrongEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    answer: Filled
    misconception: Id


class _NumberEntry(_Entry, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="number"):
    key: Filled
    tolerance: Share = 0.01
    wrong: tuple[_WrongEntry, ...] = ()
    bare: bool = False


class _PointEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Id
    title: _Sentence
    said: Annotated[tuple[Filled, ...], Meta(min_length=1)]


class _FaultEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    misconception: Id
    said: Annotated[tuple[Filled, ...], Meta(min_length=1)]


class _ShortEntry(_Entry, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="short"):
    points: Annotated[tuple[_PointEntry, ...], Meta(min_length=1)]
    enough: Annotated[int, Meta(ge=1)] | None = None
    faults: tuple[_FaultEntry, ...] = ()
    remarks: tuple[Filled, ...] = ()


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: Literal[1]
    questions: dict[Id, dict[str, Any]] = {}
    misconceptions: dict[Id, _MisconceptionEntry] = {}


_AnyEntry = _ChoiceEntry | _NumberEntry | _ShortEntry


def load_bank(*files: Path, known: Sequence[str] = (), asked: Sequence[str] | None = None) -> Bank:
    """Read a bank.

    Args:
        files: laid over one another table by table; the same key with two values is refused.
        known: misconceptions that are explained elsewhere.
        asked: the questions that there must be, no more and no fewer; None where any will do.

    Raises:
        ContentError: a file is missing or broken; names file, key and remedy.
    """
    whole: dict[str, Any] = {}
    for file in files:
        _lay_over(whole, _read(file), file, "")
    file = files[-1]
    entry = _convert(whole, _File, file, "")
    questions = {
        name: _question(name, _convert(raw, _AnyEntry, file, f"questions.{name}"), file)
        for name, raw in entry.questions.items()
    }
    misconceptions = {
        name: Misconception(id=name, title=_text(each.title), explanation=_text(each.explanation))
        for name, each in entry.misconceptions.items()
    }
    for name, question in questions.items():
        for each in misconceptions_of(question):
            if each not in misconceptions and each not in known:
                problem = say("{name!r} is a misconception that nothing explains. Add it.", name=each)
                raise _broken(file, f"questions.{name}", problem)
    for name in sorted(set(questions) ^ set(asked if asked is not None else questions)):
        problem = say("the questions here and those of exercise.toml are not the same.")
        raise _broken(file, f"questions.{name}", problem)
    return Bank(questions=questions, misconceptions=misconceptions)


def misconceptions_of(question: Question) -> tuple[str, ...]:
    """The misconceptions that wrong answers to a question give away, each once."""
    match question:
        case Choice():
            names = list(question.wrong.values())
        case Numeric():
            names = [each.misconception for each in question.wrong]
        case ShortAnswer():
            names = [each.misconception for each in question.faults]
    return tuple(dict.fromkeys(names))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise _broken(file, "", say("is not TOML: {reason}.", reason=error)) from None
    except ValueError:
        raise _broken(file, "", say("is not UTF-8. Save it as UTF-8.")) from None
    except OSError as error:
        raise _broken(file, "", say("cannot be read: {reason}.", reason=error.strerror)) from None


def _convert(raw: Any, wanted: Any, file: Path, key: str) -> Any:
    try:
        return msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        here = ".".join(filter(None, (key, path.rstrip("`").lstrip("."))))
        raise _broken(file, here, say("cannot be read: {reason}.", reason=reason)) from None


def _lay_over(below: dict[str, Any], above: dict[str, Any], file: Path, path: str) -> None:
    for key, value in above.items():
        here = f"{path}.{key}" if path else key
        if key not in below:
            below[key] = value
        elif isinstance(below[key], dict) and isinstance(value, dict):
            _lay_over(below[key], value, file, here)
        elif below[key] != value:
            raise _broken(file, here, say("is there twice. Take one out."))


def _question(name: str, entry: _ChoiceEntry | _NumberEntry | _ShortEntry, file: Path) -> Question:
    shared: dict[str, Any] = {
        "id": name,
        "prompt": _text(entry.prompt),
        "reference": _text(entry.reference),
        "topic": entry.topic,
        "level": entry.level,
        "source": entry.source,
    }
    key = f"questions.{name}"
    match entry:
        case _ChoiceEntry():
            if set(entry.choices) != {entry.key, *entry.wrong} or entry.key in entry.wrong:
                problem = say("`key` and `wrong` together must name every choice once.")
                raise _broken(file, key, problem)
            choices = {letter: _text(text) for letter, text in entry.choices.items()}
            return Choice(**shared, choices=choices, key=entry.key, wrong=entry.wrong)
        case _NumberEntry():
            value, unit = _quantity(entry.key, file, f"{key}.key")
            wrong: list[WrongValue] = []
            for each in entry.wrong:
                other, _ = _quantity(each.answer, file, f"{key}.wrong")
                if abs(other - value) <= 2 * entry.tolerance * abs(value):
                    problem = say("{answer} is too near to the right value to be told apart.", answer=each.answer)
                    raise _broken(file, f"{key}.wrong", problem)
                if any(
                    before.misconception != each.misconception
                    and abs(other - before.value) <= 2 * entry.tolerance * abs(before.value)
                    for before in wrong
                ):
                    problem = say(
                        "{answer} is too near to the wrong value of another misconception.", answer=each.answer
                    )
                    raise _broken(file, f"{key}.wrong", problem)
                wrong.append(WrongValue(value=other, misconception=each.misconception))
            return Numeric(
                **shared, value=value, unit=unit, tolerance=entry.tolerance, wrong=tuple(wrong), bare=entry.bare
            )
        case _ShortEntry():
            claims = [*(each.said for each in entry.points), *(each.said for each in entry.faults), entry.remarks]
            for said in claims:
                _check_patterns(said, file, key)
            if entry.enough is not None and entry.enough > len(entry.points):
                raise _broken(file, f"{key}.enough", say("is more than there are points."))
            return ShortAnswer(
                **shared,
                points=tuple(Point(id=each.id, title=_text(each.title), said=each.said) for each in entry.points),
                enough=entry.enough or len(entry.points),
                faults=tuple(Fault(misconception=each.misconception, said=each.said) for each in entry.faults),
                remarks=entry.remarks,
            )


def _quantity(text: str, file: Path, key: str) -> tuple[float, str]:
    """The value of a quantity that an author wrote, and its unit as written."""
    found = read_quantities(text).quantities
    if len(found) != 1 or not re.fullmatch(r"[-+]?[\d.,eE+-]+\s*\S*(?:\s*\S+)*", text.strip()):
        raise _broken(file, key, say("must be one number with its unit, such as {example!r}.", example="7 ms"))
    (quantity,) = found
    unit = re.sub(r"^[-+]?[\d.,]+(?:[eE][+-]?\d+)?\s*", "", text.strip())
    if unit and not quantity.has_unit:
        raise _broken(file, key, say("{unit!r} is not a unit that is known.", unit=unit))
    return quantity.value, unit


def _check_patterns(patterns: Sequence[str], file: Path, key: str) -> None:
    for each in patterns:
        try:
            compile_pattern(each)
        except ValueError:
            raise _broken(file, key, say("the pattern {pattern!r} has an empty term.", pattern=each)) from None


def _text(entry: Text) -> Text:
    return Text(en=entry.en, zh=entry.zh)


def _broken(file: Path, key: str, problem: Text) -> ContentError:
    if key:
        text = say("{file}: {key}: {problem}", file=file, key=key, problem=problem)
    else:
        text = say("{file}: {problem}", file=file, problem=problem)
    return ContentError(text.en, text.zh)
