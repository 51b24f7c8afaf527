"""The nouns of marking: questions of three kinds, and the misconceptions that wrong answers give away. Frozen."""

from __future__ import annotations

import msgspec

from grader.model import Text


class Misconception(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody believes who gives a certain wrong answer."""

    id: str
    title: Text
    explanation: Text


class _Question(msgspec.Struct, frozen=True, kw_only=True):
    """What all questions have."""

    id: str
    prompt: Text
    reference: Text  # a model answer, shown afterwards
    topic: str = ""
    level: int = 1  # 1 easy .. 3 hard
    source: str = ""


class Choice(_Question, frozen=True, kw_only=True):
    """One letter out of several; every wrong one belongs to a misconception."""

    choices: dict[str, Text]
    key: str
    wrong: dict[str, str]  # letter -> misconception id


class WrongValue(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong number that gives a misconception away."""

    value: float  # in base units
    misconception: str


class Numeric(_Question, frozen=True, kw_only=True):
    """A number with its unit."""

    value: float  # in base units: seconds, bytes, FLOP; counts and ratios are plain
    unit: str  # as the author wrote it: "ms"
    tolerance: float = 0.01  # relative
    wrong: tuple[WrongValue, ...] = ()
    bare: bool = False  # a number without a unit is read in `unit`, where the question says which one it wants


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a good answer says; `said` holds patterns, any of which makes the point. See `pattern`."""

    id: str
    title: Text
    said: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that a right answer does not make."""

    misconception: str
    said: tuple[str, ...]


class ShortAnswer(_Question, frozen=True, kw_only=True):
    """A few sentences, marked by rubric."""

    points: tuple[Point, ...]
    enough: int  # so many points make the answer right
    faults: tuple[Fault, ...] = ()
    remarks: tuple[str, ...] = ()  # patterns of what is true beside the points, so that it is no cause for doubt


Question = Choice | Numeric | ShortAnswer


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """Questions and misconceptions by id, in the author's order."""

    questions: dict[str, Question]
    misconceptions: dict[str, Misconception]
