"""Which checks are run at all, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader import timing
from grader.grading import desk
from grader.grading.options import GradeOptions
from grader.model import Check, CheckKind, CheckResult, Exercise, Outcome, Pretrained, Text
from grader.sandbox import accounts
from grader.wire.messages import Use

MakeCheck = Callable[..., Check]
HARMLESS = {Outcome.PASSED, Outcome.NOT_GRADED, Outcome.NEEDS_PERSON, Outcome.TOO_NOISY, Outcome.GRADER_FAULT}


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """One on which everything can be measured."""
    monkeypatch.setattr(timing, "available", lambda: True)
    monkeypatch.setattr(accounts, "available", lambda: True)


def done(check: Check, outcome: Outcome) -> dict[str, CheckResult]:
    return {check.id: CheckResult(check=check, outcome=outcome, points=0, message=Text("why", "原因"))}


# ---- left out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        ({}, {"visible_only": True}),
        ({}, {"parts": ("large",)}),
        ({"kind": CheckKind.TIME}, {"timing": False}),
        ({"full": True}, {}),
    ],
)
def test_what_was_not_asked_for_is_left_out(make_check: MakeCheck, adder: Exercise, fields: Any, options: Any) -> None:
    """Each with a reason of its own; asked for, it is graded."""
    check = make_check("c", **fields)
    text = desk.left_out(check, GradeOptions(**options), adder)

    assert text is not None
    assert text.en != text.zh
    assert desk.left_out(check, GradeOptions(full=True), adder) is None


def test_what_cannot_be_measured_is_left_out(
    make_check: MakeCheck, adder: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system without the kernel's accounts grades the rest."""
    monkeypatch.setattr(timing, "available", lambda: False)
    monkeypatch.setattr(accounts, "available", lambda: False)
    for kind, missing in ((CheckKind.TIME, True), (CheckKind.MEMORY, True), (CheckKind.VALUE, False)):
        assert (desk.left_out(make_check("c", kind=kind), GradeOptions(), adder) is not None) is missing


def test_a_visible_check_of_the_part_is_graded(make_check: MakeCheck, adder: Exercise) -> None:
    """Two wishes at once narrow each other."""
    options = GradeOptions(visible_only=True, parts=("small",))

    assert desk.left_out(make_check("c", visibility="visible"), options, adder) is None
    assert desk.left_out(make_check("c", visibility="visible", part="large"), options, adder) is not None


@pytest.mark.parametrize("there", [True, False])
def test_a_model_that_is_not_installed_is_a_reason(make_check: MakeCheck, adder: Exercise, there: bool) -> None:
    """The sentence says how to install it; a package that is there is no reason."""
    package = "pytest" if there else "no-such-model"
    model = Pretrained(name="tiny", package=package, install="pip install no-such-model")
    exercise = msgspec.structs.replace(adder, models=(model,))
    text = desk.left_out(make_check("c", full=True, requires=("tiny",)), GradeOptions(full=True), exercise)

    assert (text is None) is there
    if text is not None:
        assert "pip install no-such-model" in text.en
        assert "pip install no-such-model" in text.zh
    assert desk.left_out(make_check("d", full=True), GradeOptions(full=True), exercise) is None


# ---- overdrawn ------------------------------------------------------------------------------------------------------


def test_a_submission_as_a_whole_has_a_limit(make_check: MakeCheck, adder: Exercise) -> None:
    """Calls that each stay within theirs do not add up to hours; with --full there is more; answers take no time."""
    budget = msgspec.structs.replace(adder.budget, whole_wall_s=100.0, full_whole_wall_s=900.0)
    exercise = msgspec.structs.replace(adder, budget=budget)
    check, quick, full = make_check("c"), GradeOptions(), GradeOptions(full=True)
    assert desk.overdrawn(check, exercise, 100.0, quick) is None
    assert desk.overdrawn(check, exercise, 101.0, full) is None
    for wall_s, options in ((101.0, quick), (901.0, full)):
        found = desk.overdrawn(check, exercise, wall_s, options)
        assert found is not None and (found.outcome, found.points) == (Outcome.TIMED_OUT, 0)
        assert "submission may" in found.message.en and found.message.zh != found.message.en

    answered = tuple(msgspec.structs.replace(each, answer=True) for each in exercise.functions)
    asked = msgspec.structs.replace(exercise, functions=answered)
    assert desk.overdrawn(check, asked, 1e6, quick) is None


# ---- hindered -------------------------------------------------------------------------------------------------------


def test_nothing_hinders_a_first_check(make_check: MakeCheck, adder: Exercise) -> None:
    """It is run."""
    assert desk.hindrance(make_check("c"), adder, {}, ()) is None


def test_a_name_that_is_not_allowed_blocks_its_functions(make_check: MakeCheck, adder: Exercise) -> None:
    """And no others."""
    uses = [Use("math.fsum", 3, ("add_all",))]
    found = desk.hindrance(make_check("c", function="add_all"), adder, {}, uses)

    assert found is not None
    assert (found.outcome, found.points) == (Outcome.BLOCKED, 0)
    assert "math.fsum (line 3)" in found.message.en
    assert desk.hindrance(make_check("c", function="add"), adder, {}, uses) is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_part_waits_for_the_part_that_it_requires(make_check: MakeCheck, adder: Exercise, outcome: Outcome) -> None:
    """Where its values did not pass; what is nobody's fault, or too noisy, holds nothing up."""
    later = make_check("later", part="large")
    found = desk.hindrance(later, adder, done(make_check("early"), outcome), ())
    assert (found is None) is (outcome in HARMLESS)
    if found is not None:
        assert (found.outcome, found.because) == (Outcome.SKIPPED, "small")
        assert "Two numbers" in found.message.en
        assert "两个数" in found.message.zh

    unharmed = done(make_check("early", kind=CheckKind.PROPERTY), outcome)
    assert desk.hindrance(later, adder, unharmed, ()) is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_check_waits_for_those_it_needs(make_check: MakeCheck, adder: Exercise, outcome: Outcome) -> None:
    """It is skipped because of them; what needs something that is not written is not attempted either."""
    needed = make_check("needed", kind=CheckKind.PROPERTY)
    found = desk.hindrance(make_check("c", needs=("needed", "absent")), adder, done(needed, outcome), ())

    assert (found is None) is (outcome in HARMLESS)
    if found is not None:
        wanted = Outcome.NOT_ATTEMPTED if outcome is Outcome.NOT_ATTEMPTED else Outcome.SKIPPED
        assert (found.outcome, found.because) == (wanted, "needed")


def test_a_function_that_hangs_is_not_waited_for_again_and_again(make_check: MakeCheck, adder: Exercise) -> None:
    """After a few times the rest of its checks are skipped; other functions are not."""
    hung: dict[str, CheckResult] = {}
    for number in range(desk.TIMEOUTS_PER_FUNCTION):
        assert desk.hindrance(make_check("c"), adder, hung, ()) is None
        hung |= done(make_check(f"hung{number}", kind=CheckKind.PROPERTY), Outcome.TIMED_OUT)
    found = desk.hindrance(make_check("c"), adder, hung, ())

    assert found is not None
    assert found.outcome is Outcome.SKIPPED
    assert desk.hindrance(make_check("c", function="add_all"), adder, hung, ()) is None


# ---- order ----------------------------------------------------------------------------------------------------------


def test_parts_come_in_order_and_measurements_last(make_check: MakeCheck, adder: Exercise) -> None:
    """Visible checks first, since they teach; nothing is timed before it is known to be right."""
    given = [
        make_check("l_time", part="large", kind=CheckKind.TIME),
        make_check("l_value", part="large"),
        make_check("s_memory", kind=CheckKind.MEMORY),
        make_check("s_value"),
        make_check("s_visible", visibility="visible"),
    ]
    assert [each.id for each in desk.in_order(given, adder)] == [
        "s_visible",
        "s_value",
        "s_memory",
        "l_value",
        "l_time",
    ]


def test_what_is_needed_comes_before_what_needs_it(make_check: MakeCheck, adder: Exercise) -> None:
    """Over the borders of parts and kinds; a circle, or a name that is not there, stops nothing."""
    given = [
        make_check("a", needs=("b",)),
        make_check("b", needs=("c", "absent")),
        make_check("c"),
        make_check("d", needs=("e",)),
        make_check("e", needs=("d",)),
    ]
    order = [each.id for each in desk.in_order(given, adder)]

    assert sorted(order) == ["a", "b", "c", "d", "e"]
    assert order.index("c") < order.index("b") < order.index("a")


def in_turn(given: list[Check], exercise: Exercise) -> list[str]:
    return [each.id for mine in desk.in_turn(desk.in_order(given, exercise), exercise) for each in mine]


def with_parts(exercise: Exercise, **requires: tuple[str, ...]) -> Exercise:
    part = exercise.parts[0]
    parts = tuple(msgspec.structs.replace(part, id=name, requires=needed) for name, needed in requires.items())
    return msgspec.structs.replace(exercise, parts=parts)


def test_parts_are_taken_as_they_are_reported(make_check: MakeCheck, adder: Exercise) -> None:
    """Where nobody measures memory."""
    given = [make_check("s"), make_check("l", part="large"), make_check("l_time", part="large", kind=CheckKind.TIME)]

    assert in_turn(given, adder) == ["s", "l", "l_time"]
    assert [[each.id for each in mine] for mine in desk.by_part(given)] == [["s"], ["l", "l_time"]]


def test_a_part_that_measures_memory_is_taken_as_soon_as_it_can(make_check: MakeCheck, adder: Exercise) -> None:
    """After the parts that it requires, and after those of the checks that its own need; the rest keeps its order."""
    exercise = with_parts(adder, a=(), b=(), c=("b",), d=(), e=("c",), f=())
    given = [make_check(each, part=each) for each in "abcde"]
    weighed = make_check("e_memory", part="e", kind=CheckKind.MEMORY)

    assert in_turn([*given, weighed], exercise) == ["b", "c", "e", "e_memory", "a", "d"]
    needy = msgspec.structs.replace(weighed, needs=("d",))
    assert in_turn([*given, needy], exercise) == ["b", "c", "d", "e", "e_memory", "a"]
    light = make_check("f_memory", part="f", kind=CheckKind.MEMORY)
    assert in_turn([*given, needy, light], exercise) == ["b", "c", "d", "e", "e_memory", "f_memory", "a"]


def test_a_part_in_two_pieces_keeps_their_order(make_check: MakeCheck, adder: Exercise) -> None:
    """One that has to wait in the middle for another."""
    given = [
        make_check("s_first"),
        make_check("s_last", needs=("l",)),
        make_check("l", part="large"),
        make_check("s_memory", kind=CheckKind.MEMORY, needs=("s_last",)),
    ]
    assert in_turn(given, with_parts(adder, small=(), large=())) == ["s_first", "l", "s_last", "s_memory"]
