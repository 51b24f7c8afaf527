"""What is recorded of a conversation across the wall."""

from __future__ import annotations

import msgspec
import pytest

from grader.model import Blocked, Call, CheckKind, Died, Frame, Observation, Raised, Returned, Scene, Unsupported

OBSERVATIONS = [
    Returned([1, 2.5, None, {"a": "b"}]),
    Returned(None, arguments=[[1, 2]]),
    Raised(("KeyError", "LookupError", "Exception"), "'a'", (Frame(3, "add", "x['a']"),)),
    Unsupported("a generator"),
    Blocked("math.fsum", 7),
    Died("signal", 11),
]


@pytest.mark.parametrize("observation", OBSERVATIONS, ids=repr)
def test_an_observation_keeps_its_kind(observation: Observation) -> None:
    """What came back as data is told apart by a tag, never by its look."""
    packed = msgspec.msgpack.encode(observation)

    assert msgspec.msgpack.decode(packed, type=Observation) == observation


def test_an_unknown_way_to_die_is_refused() -> None:
    """The causes are a closed list."""
    with pytest.raises(msgspec.ValidationError, match="cause"):
        msgspec.convert({"type": "died", "cause": "boredom"}, Died)


@pytest.mark.parametrize(("types", "name"), [(("KeyError", "LookupError"), "KeyError"), ((), "BaseException")])
def test_an_exception_is_called_by_its_most_derived_class(types: tuple[str, ...], name: str) -> None:
    """Where the candidate's worker claims none at all, it is called by the root."""
    assert Raised(types, "").type == name


def test_calls_share_no_keywords() -> None:
    """The default of one call is not the default of the next."""
    one = Call(target="function", name="add", function="add")
    other = Call(target="function", name="add", function="add")

    one.keywords["b"] = 1

    assert other.keywords == {}


def test_a_scene_pairs_calls_with_answers() -> None:
    """It is all that a replay needs."""
    call = Call(target="function", name="add", function="add", arguments=(1, 2))
    scene = Scene(check="a", kind=CheckKind.VALUE, part="small", seed=5, calls=(call,), observations=(Returned(3),))

    assert list(zip(scene.calls, scene.observations, strict=True)) == [(call, Returned(3))]
