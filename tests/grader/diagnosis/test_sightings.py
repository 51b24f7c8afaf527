"""The recorded calls beside what the reference answers."""

from __future__ import annotations

from typing import Any

from grader.diagnosis.sightings import ends_in, find_unattempted, size_of
from grader.model import Call, Frame, Raised, Returned, Scene, Support

STUB = Raised(("NotImplementedError", "RuntimeError"), "", (Frame(3, "base", "raise"),))


def scene_of(*answers: Any) -> Scene:
    """Calls of `user` with these answers."""
    calls = tuple(Call(target="function", name="user", function="user") for _ in answers)
    return Scene(check="c", kind="value", part="p", seed=0, calls=calls, observations=answers)  # type: ignore[arg-type]


def test_the_blame_falls_on_the_function_that_raised(world: Any) -> None:
    """A call that ends in another function's stub is not its own."""
    exercise = world.exercise()
    assert find_unattempted(exercise, [scene_of(STUB)]) == {"base"}
    own = Raised(("NotImplementedError",), "", (Frame(3, "forward", "raise"),))
    assert find_unattempted(exercise, [scene_of(own)]) == {"user"}
    assert find_unattempted(exercise, [scene_of(Raised(("NotImplementedError",), ""))]) == {"user"}


def test_only_the_first_call_counts(world: Any) -> None:
    """Raising it later is wrong, not unwritten."""
    assert find_unattempted(world.exercise(), [scene_of(Returned(1), STUB)]) == frozenset()


def test_ends_in() -> None:
    """Only the stub's own exception, from a function that is known to be unwritten."""
    assert ends_in(STUB, {"base"}) == "base"
    assert ends_in(STUB, {"user"}) is None
    assert ends_in(Raised(("ValueError",), "", (Frame(3, "base", "raise"),)), {"base"}) is None
    assert ends_in(Returned(1), {"base"}) is None


def test_size_of() -> None:
    """All elements that a call was given."""
    call = Call(target="function", name="f", function="f", arguments=([1, 2], 3), keywords={"a": "xyz"})
    assert size_of(call) == 6


def test_support_that_is_too_dear_is_not_replayed(world: Any) -> None:
    """A support function may opt out on its own."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.support = (Support(name="base", observes="base", replay=False),)
    world.scene("c", ("base", [3]))
    check, kind, (call,) = world.scenes.pop()
    world.scenes.append((check, kind, [Call(target="support", name="base", function="base", arguments=call.arguments)]))
    assert world.diagnose(wrong).diagnoses == ()
    world.support = (Support(name="base", observes="base"),)
    assert world.diagnose(wrong).diagnoses[0].mistakes == ("triples",)
