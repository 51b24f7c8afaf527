"""`cohort.toml`: what each exercise weighs, when it was due, and what being late costs.

The file is optional; without it every exercise weighs the same and nothing is late. This module reads and applies the
rules, and knows nothing of gradebooks. The format is described in `docs/cohort-report.md`.
"""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from grader.catalog.broken import content_error, from_decoder
from grader.errors import UsageError
from grader.i18n import say
from grader.model import Text
from grader.report.sanitize import clean_line

FILE_NAME = "cohort.toml"
SCHEMA = 1

_NotNegative = Annotated[float, Meta(ge=0)]
_Weight = Annotated[float, Meta(ge=0, le=1_000_000)]  # sums of weights stay numbers
_YEARS = range(1970, 9999)  # those that every zone can show
_Percent = Annotated[float, Meta(ge=0, le=100)]


class ExerciseRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exercise of the cohort."""

    weight: _Weight = 1.0  # 0: shown, not counted
    deadline: datetime.datetime | None = None  # with an offset from UTC


class LateRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What being late costs, in per cent of the points that the attempt would have had."""

    grace_minutes: _NotNegative = 0.0
    percent_per_day: _Percent = 0.0  # for each day begun after the grace
    at_most_percent: _Percent = 100.0
    refuse_after_days: _NotNegative | None = None  # after the deadline; what comes later counts nothing


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    schema: int = SCHEMA
    title: str = ""
    count: Literal["best", "latest"] = "best"  # which of several attempts counts
    exercises: dict[str, ExerciseRules] = {}
    late: LateRules = LateRules()

    def of(self, exercise: str) -> ExerciseRules:
        """The rules of one exercise; those of the format where the file does not name it."""
        return self.exercises.get(exercise, ExerciseRules())

    def lateness_s(self, exercise: str, submitted_at: datetime.datetime) -> float:
        """Seconds after the deadline, 0 where it was met or there is none."""
        deadline = self.of(exercise).deadline
        return max(0.0, (submitted_at - deadline).total_seconds()) if deadline is not None else 0.0

    def kept(self, late_s: float) -> float:
        """The part of its points that an attempt keeps when it is so late, 0 to 1."""
        over_s = late_s - 60 * self.late.grace_minutes
        if over_s <= 0:
            return 1.0
        if self.late.refuse_after_days is not None and late_s > 86_400 * self.late.refuse_after_days:
            return 0.0
        return 1.0 - min(self.late.at_most_percent, self.late.percent_per_day * math.ceil(over_s / 86_400)) / 100


def read_rules(file: Path | None, known: Sequence[str], handed_in: Sequence[str] | None = None) -> Rules:
    """Read the rules of a cohort.

    Args:
        file: None for the rules that hold without a file.
        known: the exercises that may be named.
        handed_in: those that count by now, one of which needs a weight; None: all that are known.

    Raises:
        UsageError: names the file, the key and the remedy.
    """
    if file is None:
        return Rules()
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(file, "", say("is not TOML: {reason}.", reason=error)) from None
    except ValueError:
        raise _refused(file, "", say("is not UTF-8. Save it as UTF-8.")) from None
    except OSError as error:
        raise _refused(file, "", say("cannot be read: {reason}.", reason=error.strerror)) from None
    if raw.get("schema") != SCHEMA:
        problem = say("must be {wanted}, the only format that this grader reads.", wanted=SCHEMA)
        raise _refused(file, "schema", problem)
    rules = _decode(raw, file)
    _check(rules, file, known, known if handed_in is None else handed_in)
    return rules


def _decode(raw: dict[str, Any], file: Path) -> Rules:
    try:
        return msgspec.convert(raw, Rules)
    except msgspec.ValidationError as error:
        keys = {each.encode_name for kind in (Rules, ExerciseRules, LateRules) for each in msgspec.structs.fields(kind)}
        text = from_decoder(error, raw, file, keys).text
        where = f"exercises.{_broken(raw)}"  # the decoder does not say which
        raise UsageError(*(each.replace("exercises[...]", where) for each in (text.en, text.zh))) from None


def _broken(raw: dict[str, Any]) -> str:
    """The name of the first exercise that cannot be decoded by itself."""
    exercises = raw.get("exercises")
    for slug, each in exercises.items() if isinstance(exercises, dict) else ():
        try:
            msgspec.convert(each, ExerciseRules)
        except msgspec.ValidationError:
            return clean_line(slug)
    return "*"


def _check(rules: Rules, file: Path, known: Sequence[str], handed_in: Sequence[str]) -> None:
    for slug, each in rules.exercises.items():
        if slug not in known:
            problem = say("{name!r} is not known here. There are: {names}.", name=slug, names=", ".join(known))
            raise _refused(file, f"exercises.{slug}", problem)
        if each.deadline is not None and each.deadline.tzinfo is None:
            problem = say("needs an offset from UTC, such as {example}.", example="2026-11-30T23:59:00+08:00")
            raise _refused(file, f"exercises.{slug}.deadline", problem)
        if each.deadline is not None and each.deadline.year not in _YEARS:
            problem = say("must lie between the years {first} and {last}.", first=_YEARS[0], last=_YEARS[-1])
            raise _refused(file, f"exercises.{slug}.deadline", problem)
    if rules.exercises and handed_in and not any(rules.of(slug).weight for slug in handed_in):
        raise _refused(file, "exercises", say("every weight is 0, so nothing would count. Give one a weight."))


def _refused(file: Path, key: str, problem: Text) -> UsageError:
    text = content_error(file, key, problem).text
    return UsageError(text.en, text.zh)
