"""Whether two observations of the same call show the same thing, as the naming of mistakes needs it."""

from __future__ import annotations

from typing import Any

from grader.model import Blocked, Died, Observation, Raised, Returned, Unsupported
from grader.values.compare import alike
from grader.values.kinds import kind_of


def same_observation(a: Observation, b: Observation, *, half_slack: float = 1.0) -> bool:
    """Whether two submissions, given the same call, cannot be told apart by it.

    Values are equal within the dtype's tolerance, with NaN at the same places; exceptions by their own type, the
    message is free; a blocked name, a result that cannot cross and a death by their sort. An object that stays in
    the worker and None show nothing, and count as the same: a contract that says nothing of a return leaves it free.

    Args:
        a: one observation.
        b: the other.
        half_slack: widens the tolerance of float16 and bfloat16, where two ways to compute the same wrong thing
            round apart.
    """
    if isinstance(a, Returned) and isinstance(b, Returned):
        same = _same_value(a.value, b.value, half_slack)
        if same and a.arguments is not None and b.arguments is not None:
            same = _same_value(a.arguments, b.arguments, half_slack)
        return same
    if isinstance(a, Raised) and isinstance(b, Raised):
        return a.type == b.type
    if isinstance(a, Died) and isinstance(b, Died):
        return a.cause == b.cause
    return isinstance(a, Blocked | Unsupported) and type(a) is type(b)


def _same_value(a: Any, b: Any, half_slack: float) -> bool:
    if kind_of(a) in ("none", "handle") and kind_of(b) in ("none", "handle"):
        return True
    return alike(a, b, half_slack=half_slack)
