"""Where a fault is shown."""

from __future__ import annotations

from pathlib import Path

from grader.diagnosis.roots import Named, Placed, place
from grader.model import Mistake, MistakeKind, Text


def mistake(name: str, roots: tuple[str, ...], inherits: tuple[str, ...] = ()) -> Mistake:
    """A mistake with its places."""
    text = Text(name, name)
    return Mistake(
        id=name,
        kind=MistakeKind.VALUE,
        functions=roots,
        inherits=inherits,
        title=text,
        explanation=text,
        path=Path(name),
    )


def one(*mistakes: Mistake) -> Named:
    """Mistakes that cannot be told apart."""
    return Named(groups=(mistakes,))


ORDER = ("a", "b", "c")


def test_a_root_that_comes_later_still_gets_its_heir() -> None:
    """The contract's order does not decide who inherits."""
    fault = mistake("m", ("c",), ("a",))
    placed = place({"a": one(fault), "c": one(fault)}, ORDER, lambda *_: True, lambda _: True)
    assert placed == (Placed(function="c", named=one(fault), evidence=("c", "a"), inherited_by=("a",)),)


def test_two_roots_are_two_places() -> None:
    """A mistake with two roots is shown at each that is wrong."""
    fault = mistake("m", ("a", "b"))
    placed = place({"a": one(fault), "b": one(fault)}, ORDER, lambda *_: True, lambda _: True)
    assert [each.function for each in placed] == ["a", "b"]


def test_mutual_inheritance_does_not_lose_both() -> None:
    """Two mistakes that blame each other's function leave at least one place."""
    first, second = mistake("m", ("a",), ("b",)), mistake("n", ("b",), ("a",))
    placed = place({"a": one(first, second), "b": one(first, second)}, ORDER, lambda *_: True, lambda _: True)
    assert {name for each in placed for name in each.evidence} == {"a", "b"}


def test_heirs_of_one_hidden_root_share_its_place() -> None:
    """Two functions that show the fault of a third, which shows nothing itself, are one diagnosis."""
    fault = mistake("m", ("a",), ("b", "c"))
    placed = place({"b": one(fault), "c": one(fault)}, ORDER, lambda *_: True, lambda _: True)
    assert placed == (Placed(function="a", named=one(fault), evidence=("b", "c"), inherited_by=("b", "c")),)


def test_a_root_that_is_seen_to_be_right_is_not_blamed() -> None:
    """Its answers could have shown the fault and are right: it is shown where it is wrong."""
    fault = mistake("m", ("a",), ("b",))
    (only,) = place({"b": one(fault)}, ORDER, lambda *_: True, lambda _: False)
    assert (only.function, only.inherited_by) == ("b", ())


def test_a_root_that_disagrees_is_none() -> None:
    """The submission is right where the mistake is rooted: the fault was made here."""
    fault, local = mistake("m", ("a",), ("b",)), mistake("n", ("b",))
    assert place({"b": one(fault, local)}, ORDER, lambda *_: False, lambda _: True)[0].named == one(local)
    assert place({"b": one(fault)}, ORDER, lambda *_: False, lambda _: True)[0].function == "b"


def test_an_heir_that_needs_more_is_no_heir() -> None:
    """A function that needs a mistake of its own beside the inherited one is shown on its own."""
    fault, local = mistake("m", ("a",), ("b",)), mistake("n", ("b",))
    both = Named(groups=((fault,), (local,)))
    placed = place({"a": one(fault), "b": both}, ORDER, lambda *_: True, lambda _: True)
    assert [(each.function, each.named) for each in placed] == [("a", one(fault)), ("b", both)]
