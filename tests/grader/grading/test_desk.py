"""Which checks are run at all, in which order, and what is said of those that are not."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from grader import timing
from grader.grading.desk import TIMEOUTS_PER_FUNCTION, hindrance, in_order, left_out
from grader.grading.options import GradeOptions
from grader.model import Check, CheckKind, CheckResult, Exercise, Outcome, Text
from grader.sandbox import accounts
from grader.wire.messages import Use

Make = Callable[..., Check]
HARMLESS = [
    Outcome.PASSED,
    Outcome.NOT_GRADED,
    Outcome.NEEDS_PERSON,
    Outcome.TOO_NOISY,
    Outcome.GRADER_FAULT,
]
HARMFUL = [each for each in Outcome if each not in HARMLESS]


def done(*results: tuple[Check, Outcome]) -> dict[str, CheckResult]:
    return {
        check.id: CheckResult(check=check, outcome=outcome, points=0.0, message=Text(f"{check.id} said", "说"))
        for check, outcome in results
    }


# ---- left out ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "asked", "sentence"),
    [
        ({}, {"visible_only": True}, "Left out: only visible checks were asked for."),
        ({}, {"parts": ("large", "other")}, "Left out: another part was asked for."),
        ({"kind": CheckKind.TIME}, {"timing": False}, "Left out: no timing was asked for."),
        ({"full": True}, {}, "Left out: it belongs to the slow checks of --full."),
    ],
)
def test_what_was_not_asked_for_is_left_out(
    make_check: Make, fields: dict[str, object], asked: dict[str, object], sentence: str
) -> None:
    """And it says why, in both languages; asked otherwise, the same check is run."""
    check = make_check("a", **fields)

    why = left_out(check, GradeOptions(**asked))

    assert why is not None
    assert why.en == sentence
    assert why.zh.startswith("未评：")
    assert left_out(check, GradeOptions(full=True, parts=("small",))) is None


@pytest.mark.parametrize(
    "options",
    [GradeOptions(), GradeOptions(visible_only=True), GradeOptions(parts=("small",)), GradeOptions(timing=False)],
)
def test_a_visible_check_of_the_part_is_never_left_out(make_check: Make, options: GradeOptions) -> None:
    """It was asked for each time."""
    assert left_out(make_check("a", visibility="visible"), options) is None


def test_memory_is_no_timing(make_check: Make) -> None:
    """Without timing, memory is measured all the same."""
    assert left_out(make_check("a", kind=CheckKind.MEMORY), GradeOptions(timing=False)) is None


@pytest.mark.parametrize(
    ("kind", "module", "what"), [(CheckKind.TIME, timing, "CPU time"), (CheckKind.MEMORY, accounts, "memory")]
)
def test_what_this_system_cannot_measure_is_left_out(
    make_check: Make, monkeypatch: pytest.MonkeyPatch, kind: CheckKind, module: object, what: str
) -> None:
    """Not failed: the candidate can do nothing about it. The other kinds go on."""
    monkeypatch.setattr(module, "available", lambda: False)

    why = left_out(make_check("a", kind=kind), GradeOptions())

    assert why is not None
    assert why.en == f"Left out: this system does not show the {what} of another process."
    assert left_out(make_check("a"), GradeOptions()) is None


# ---- hindrance -----------------------------------------------------------------------------------------------------


def test_nothing_hinders_the_first_check(adder: Exercise, make_check: Make) -> None:
    """There is nothing yet that could have gone wrong; what it needs but nobody has is no hindrance either."""
    assert hindrance(make_check("a", needs=("nobody",)), adder, {}, ()) is None


def test_a_name_that_is_not_allowed_blocks_the_functions_that_reach_it(adder: Exercise, make_check: Make) -> None:
    """With its line; other functions are judged as ever."""
    use = Use("math.fsum", 7, ("add_all",))

    blocked = hindrance(make_check("a", function="add_all"), adder, {}, [use])

    assert blocked is not None
    assert (blocked.outcome, blocked.points) == (Outcome.BLOCKED, 0)
    assert blocked.message.en == "It uses math.fsum (line 7), which this task asks to do without."
    assert hindrance(make_check("a", function="add"), adder, {}, [use]) is None


@pytest.mark.parametrize("outcome", HARMFUL)
def test_a_part_waits_for_the_parts_that_it_requires(adder: Exercise, make_check: Make, outcome: Outcome) -> None:
    """What builds on something wrong says nothing of its own."""
    before = done((make_check("base"), outcome))

    skipped = hindrance(make_check("a", part="large", function="add_all"), adder, before, ())

    assert skipped is not None
    assert (skipped.outcome, skipped.because) == (Outcome.SKIPPED, "small")
    assert skipped.message.en == "Skipped because the part “Two numbers” did not pass."
    assert hindrance(make_check("b"), adder, before, ()) is None  # the same part goes on


@pytest.mark.parametrize("outcome", HARMLESS)
def test_nobody_waits_for_what_is_not_the_candidates_doing(adder: Exercise, make_check: Make, outcome: Outcome) -> None:
    """Left out, too noisy, or our own fault: the next part and the next check are run."""
    before = done((make_check("base"), outcome))

    assert hindrance(make_check("a", part="large", needs=("base",)), adder, before, ()) is None


@pytest.mark.parametrize("kind", [each for each in CheckKind if each is not CheckKind.VALUE])
def test_only_wrong_values_stop_the_next_part(adder: Exercise, make_check: Make, kind: CheckKind) -> None:
    """A slow or fragile first part can still be built on."""
    before = done((make_check("base", kind=kind), Outcome.FAILED))

    assert hindrance(make_check("a", part="large"), adder, before, ()) is None


@pytest.mark.parametrize("outcome", [each for each in HARMFUL if each is not Outcome.NOT_ATTEMPTED])
def test_a_check_waits_for_the_checks_that_it_needs(adder: Exercise, make_check: Make, outcome: Outcome) -> None:
    """Whatever kind they are of."""
    needed = make_check("base", kind=CheckKind.ROBUST, title=Text("Bare bones", "基本"))

    skipped = hindrance(make_check("a", needs=("other", "base")), adder, done((needed, outcome)), ())

    assert skipped is not None
    assert (skipped.outcome, skipped.because) == (Outcome.SKIPPED, "base")
    assert skipped.message == Text("Skipped because “Bare bones” did not pass.", "跳过：它依赖的“基本”没有通过。")


def test_what_needs_something_unwritten_is_unwritten_too(adder: Exercise, make_check: Make) -> None:
    """A stub is not attempted, not skipped; the sentence is the first one's."""
    before = done((make_check("base", kind=CheckKind.ROBUST), Outcome.NOT_ATTEMPTED))

    same = hindrance(make_check("a", needs=("base",)), adder, before, ())

    assert same is not None
    assert (same.outcome, same.because, same.message.en) == (Outcome.NOT_ATTEMPTED, "base", "base said")


def test_a_function_that_hangs_again_and_again_is_left_alone(adder: Exercise, make_check: Make) -> None:
    """After so many timeouts the rest are skipped; one fewer, or another function's, and they are run."""
    hung = [(make_check(f"hung_{n}"), Outcome.TIMED_OUT) for n in range(TIMEOUTS_PER_FUNCTION)]
    others = [(make_check(f"other_{n}", function="Tally"), Outcome.TIMED_OUT) for n in range(2)]
    check = make_check("a")

    skipped = hindrance(check, adder, done(*hung), ())

    assert skipped is not None
    assert (skipped.outcome, skipped.because) == (Outcome.SKIPPED, hung[-1][0].id)
    assert skipped.message.en == "Skipped because add timed out again and again."
    assert hindrance(check, adder, done(*hung[1:], *others), ()) is None


# ---- order ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def checks(make_check: Make) -> list[Check]:
    return [
        make_check("s_seen", visibility="visible"),
        make_check("s_value"),
        make_check("s_time", kind=CheckKind.TIME),
        make_check("l_seen", part="large", visibility="visible"),
        make_check("l_value", part="large", needs=("l_robust",)),
        make_check("l_robust", part="large", kind=CheckKind.ROBUST),
        make_check("l_memory", part="large", kind=CheckKind.MEMORY),
        make_check("l_time", part="large", kind=CheckKind.TIME),
    ]


def test_order_however_the_tests_were_collected(adder: Exercise, checks: list[Check]) -> None:
    """Part by part, visible ones first, measured ones last, and what is needed before what needs it."""
    for number, shuffled in enumerate(itertools.permutations(checks)):
        if number % 1009:
            continue
        names = [each.id for each in in_order(shuffled, adder)]
        at = names.index
        assert sorted(names) == sorted(each.id for each in checks)
        assert [name[0] for name in names] == ["s"] * 3 + ["l"] * 5
        assert (at("s_seen"), at("s_time"), at("l_seen")) == (0, 2, 3)
        assert at("l_robust") < at("l_value") < min(at("l_memory"), at("l_time"))


def test_what_is_needed_comes_first_even_where_it_is_measured(adder: Exercise, make_check: Make) -> None:
    """A need outweighs every other rule."""
    checks = [
        make_check("seen", visibility="visible", needs=("time",)),
        make_check("time", kind=CheckKind.TIME, needs=("value",)),
        make_check("value"),
    ]

    assert [each.id for each in in_order(checks, adder)] == ["value", "time", "seen"]


def test_needs_that_nobody_meets_hold_nothing_up(adder: Exercise, make_check: Make) -> None:
    """Neither a name that is not there nor a circle loses a check."""
    lost = make_check("lost", needs=("nobody",))
    circle = [make_check("one", needs=("other",)), make_check("other", needs=("one",))]

    assert {each.id for each in in_order([*circle, lost], adder)} == {"lost", "one", "other"}


def test_checks_are_not_changed_by_their_order(adder: Exercise, checks: list[Check]) -> None:
    """The same checks come out."""
    assert all(each in checks for each in in_order(checks, adder))
    assert in_order([], adder) == []
