"""A plan is data: frozen, comparable, a key of dictionaries, the same after a journey."""

from __future__ import annotations

import msgspec
import pytest

from grader.jail.plan import JailPlan, Layer, Limits
from grader.model import Budget, Tier


def a_plan(*layers: Layer) -> JailPlan:
    return JailPlan(tier=Tier.C, layers=frozenset(layers), read_paths=("/usr/lib",), masked_paths=("/usr/lib/x",))


@pytest.mark.parametrize("name", Limits.__struct_fields__)
def test_limits_are_frozen(name: str) -> None:
    """Nobody widens them on the way to the worker."""
    with pytest.raises(AttributeError):
        setattr(Limits(), name, 1)


@pytest.mark.parametrize("name", JailPlan.__struct_fields__)
def test_a_plan_is_frozen(name: str) -> None:
    """Nobody takes a layer off on the way to the zygote."""
    plan = a_plan(Layer.SECCOMP)
    with pytest.raises(AttributeError):
        setattr(plan, name, getattr(plan, name))


def test_limits_are_keys() -> None:
    """Equal limits find the same entry; any other value, another one."""
    known = {Limits(): "usual", Limits(cpu_s=1.5): "short"}
    assert known[Limits(memory_bytes=1 << 30)] == "usual"
    assert known[Limits(cpu_s=1.5)] == "short"
    assert Limits(files=7) not in known


def test_plans_are_keys() -> None:
    """The order in which layers are named is of no importance."""
    known = {a_plan(Layer.SECCOMP, Layer.LANDLOCK): 1}
    assert known[a_plan(Layer.LANDLOCK, Layer.SECCOMP)] == 1
    assert a_plan(Layer.SECCOMP) not in known


def test_limits_go_by_name() -> None:
    """Seven numbers in a row would be mistaken for one another."""
    with pytest.raises(TypeError):
        Limits(1_000_000_000, 60.0)  # type: ignore[misc]


def test_the_usual_limits_are_those_of_a_budget() -> None:
    """What one layer takes for usual is what the other asks for where an exercise says nothing."""
    budget, limits = Budget(), Limits()

    assert limits.memory_bytes == budget.memory_bytes
    assert limits.cpu_s == budget.cpu_s
    assert limits.processes == budget.threads
    assert limits.scratch_bytes == budget.scratch_bytes


def test_every_limit_limits_by_default() -> None:
    """None of them is off unless somebody has said so."""
    assert all(value > 0 for value in msgspec.structs.astuple(Limits()))


def test_a_plan_and_its_limits_travel() -> None:
    """They come back from JSON as they went, layers as a set."""
    plan, limits = a_plan(*Layer), Limits(cpu_s=0.5, memory_bytes=0)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=JailPlan) == plan
    assert msgspec.json.decode(msgspec.json.encode(limits), type=Limits) == limits


def test_a_layer_that_nobody_knows_is_refused() -> None:
    """A plan with a layer that cannot be put on is not a plan with one layer less."""
    text = msgspec.json.encode(a_plan(Layer.SECCOMP)).replace(b'"seccomp"', b'"seccomp 2"')
    assert b"seccomp 2" in text
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=JailPlan)


def test_layers_have_names_of_their_own() -> None:
    """Reports name them; no two are one, and each name says what it is in words."""
    assert len({layer.value for layer in Layer}) == len(Layer.__members__)
    assert all(layer.value == layer.value.lower().strip() for layer in Layer)
