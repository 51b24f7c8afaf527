"""What the checks run beside your code: many dates in one go, stages with a scripted clock, facts about ANALOGY.

Every function gets your module as `submission`. You need not read this file to solve the exercise; it is here so that
you can see what is looked at. Names, times and numbers are drawn anew for every run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any

KEYS = (
    "clock_cycle",
    "instruction_fetch",
    "execute",
    "write_back",
    "data_cache",
    "memory_bandwidth",
    "pipelining",
    "program_loop",
)
VALUES = (
    "token_step",
    "read_weights_and_kv",
    "forward_pass",
    "append_token_and_kv",
    "kv_cache",
    "accelerator_memory_bandwidth",
    "continuous_batching",
    "autoregressive_loop",
    "training_update",
    "tokenizer",
    "learning_rate",
    "fixed_time_per_token",
)

# ---- timestamps ---------------------------------------------------------------------------------------------------


def timestamps(submission: ModuleType, dates: list[list[int]]) -> list[Any]:
    """unix_timestamp of many dates: year, month, day and, where there are more numbers, hour, minute, second."""
    return [submission.unix_timestamp(*date) for date in dates]


def local_timestamps(submission: ModuleType, dates: list[list[int]]) -> list[Any]:
    """The same for local times; the last number is the offset in minutes."""
    return [submission.unix_timestamp(*date[:-1], utc_offset_minutes=date[-1]) for date in dates]


def refused(submission: ModuleType, dates: list[list[int]]) -> list[str]:
    """What becomes of impossible dates: the name of the error, or "accepted"."""
    submission.unix_timestamp(1970, 1, 1)  # not written yet is something else than wrong
    return [_refusal(submission, date) for date in dates]


def _refusal(submission: ModuleType, date: list[int]) -> str:
    try:
        submission.unix_timestamp(*date)
    except ValueError:  # or a subclass
        return "ValueError"
    except Exception as error:
        return type(error).__name__
    return "accepted"


# ---- stages -------------------------------------------------------------------------------------------------------


class ScriptedClock:
    """A clock that only moves when somebody reads it or when a stage works, by amounts that are given."""

    def __init__(self, now_s: float, ticks_s: list[float]) -> None:
        self.now_s = now_s
        self.readings = 0
        self._ticks_s = iter(ticks_s)

    def __call__(self) -> float:
        self.now_s += next(self._ticks_s, 1.0)
        self.readings += 1
        return self.now_s


class StageFailedError(Exception):
    """An error of a kind that only its stage knows."""

    def __init__(self, place: str, code: int) -> None:
        super().__init__(f"{place}: {code}")


_WORK: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "multiply": operator.mul,
    "repeat": lambda value, times: f"{value};" * times,
    "replace": lambda _, other: other,
}
_ERRORS: dict[str, Callable[[Any], Exception]] = {
    "ValueError": ValueError,
    "KeyError": KeyError,
    "StopIteration": StopIteration,
    "StageFailedError": lambda code: StageFailedError("stage", code),
}


def _build(clock: ScriptedClock, stages: list[list[Any]], raised: list[Exception]) -> list[tuple[str, Any]]:
    """Stages from (name, what it does, a number or text for it, seconds that it takes)."""

    def stage(work: str, operand: Any, seconds: float) -> Callable[[Any], Any]:
        def run(value: Any) -> Any:
            clock.now_s += seconds
            if work in _ERRORS:
                raised.append(_ERRORS[work](operand))
                raise raised[-1]
            return _WORK[work](value, operand)

        return run

    return [(name, stage(work, operand, seconds)) for name, work, operand, seconds in stages]


def traced(
    submission: ModuleType, stages: list[list[Any]], value: Any, now_s: float, ticks_s: list[float]
) -> dict[str, Any]:
    """What trace_stages returns, and how often it read the clock."""
    clock = ScriptedClock(now_s, ticks_s)
    returned = submission.trace_stages(_build(clock, stages, []), value, clock)
    return {"returned": returned, "readings": clock.readings}


def traced_raising(
    submission: ModuleType, stages: list[list[Any]], value: Any, now_s: float, ticks_s: list[float]
) -> dict[str, Any]:
    """The same where a stage raises: what came out, and whether it is the object that the stage raised."""
    clock, raised = ScriptedClock(now_s, ticks_s), list[Exception]()
    built = _build(clock, stages, raised)
    try:
        submission.trace_stages(built, value, clock)
    except NotImplementedError:
        raise
    except Exception as error:
        return {
            "error": type(error).__name__,
            "the_same_object": bool(raised) and error is raised[-1],
            "spans": getattr(error, "spans", None),
            "readings": clock.readings,
        }
    return {"error": None, "readings": clock.readings}


def stages_kept(submission: ModuleType, stages: list[list[Any]], value: Any, ticks_s: list[float]) -> bool:
    """Whether the list of stages is as it was after trace_stages has run it."""
    clock = ScriptedClock(0.0, ticks_s)
    given = _build(clock, stages, [])
    before = list(given)
    submission.trace_stages(given, value, clock)
    return given == before


# ---- the analogy --------------------------------------------------------------------------------------------------


def analogy_of(submission: ModuleType, key: str) -> Any:
    """What ANALOGY says for one notion; None where it says nothing."""
    return _analogy(submission).get(key)


def analogy_form(submission: ModuleType) -> dict[str, bool]:
    """Whether ANALOGY has the right keys and only words from the list."""
    analogy = _analogy(submission)
    return {
        "all_keys": set(KEYS) <= set(analogy),
        "no_other_keys": set(analogy) <= set(KEYS),
        "known_values": all(value in VALUES for value in analogy.values()),
    }


def _analogy(submission: ModuleType) -> dict[str, str]:
    if not submission.ANALOGY:
        raise NotImplementedError("ANALOGY is empty")
    return dict(submission.ANALOGY)
