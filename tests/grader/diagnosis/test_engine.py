"""What is named, where, and with how much confidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import Blocked, CheckKind, Confidence, MistakeKind, NotAllowed, Outcome


def test_all_passed_costs_nothing(world: Any) -> None:
    """Nothing is replayed and nothing said where every check passed."""
    world.scene("c", ("base", [3]))
    found = world.diagnose(world.reference_module)
    assert found.diagnoses == ()
    assert found.notes == ()
    assert world.replays == []


def test_a_mistake_is_named_exactly(world: Any) -> None:
    """One mistake that answers every call alike is named, with its own words and the evidence."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("squares", {"base": lambda x: x * x})
    world.scene("c", ("base", [3]), ("base", [50]))
    world.scene("zero", ("base", [0]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.function, only.kind, only.confidence) == ("base", MistakeKind.VALUE, Confidence.EXACT)
    assert (only.mistakes, only.checks) == (("triples",), ("c",))
    assert only.title.en == "title of triples"
    assert only.explanation.zh == "关于 triples"
    assert only.example is not None
    assert (only.example.expected, only.example.got, only.example.predicted) == ("6", "9", "9")
    assert (only.example.call, only.example.inputs) == ("base(3)", "3")


def test_right_calls_count_too(world: Any) -> None:
    """A mistake that is wrong where the submission is right is not named."""
    world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("c", ("base", [3]))
    world.scene("other", ("base", [5]))
    found = world.diagnose({**world.reference_module, "base": lambda x: 9 if x == 3 else 2 * x})
    assert all(each.mistakes == () for each in found.diagnoses)


def test_a_check_on_a_property_shows_the_mistake_too(world: Any) -> None:
    """Wrong values are evidence whatever the check compared."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("law", ("base", [3]), kind=CheckKind.PROPERTY)
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.mistakes, only.checks) == (("triples",), ("law",))


def test_wrong_values_in_passed_checks_alone_are_not_reported(world: Any) -> None:
    """A difference that no check minds is no fault."""
    world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("lenient", ("base", [3]))
    world.scene("strict", ("user", [3]))
    world.outcomes["lenient"] = Outcome.PASSED
    found = world.diagnose({"base": lambda x: 3 * x, "user": lambda _: 0})
    assert [each.function for each in found.diagnoses if each.mistakes] == []


def test_mistakes_that_cannot_be_told_apart_are_all_named(world: Any) -> None:
    """The set is named, not one of it."""
    wrong = world.mistake("adds", {"base": lambda x: x + 9})
    world.mistake("fours", {"base": lambda x: 4 * x})
    world.scene("c", ("base", [3]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.SEVERAL, ("adds", "fours"))
    assert "title of adds; title of fours" in only.explanation.en


def test_declared_equals_are_one_mistake(world: Any) -> None:
    """The first of them gives the words; the others stand beside it."""
    world.mistake("adds", {"base": lambda x: x + 9})
    wrong = world.mistake("plus", {"base": lambda x: x + 9}, equals=["adds"])
    world.scene("c", ("base", [3]), ("base", [4]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.EXACT, ("adds", "plus"))
    assert only.title.en == "title of adds"


def test_several_mistakes_together(world: Any) -> None:
    """Where each wrong call is explained by one of them and none contradicts, all are named."""
    world.mistake("negative", {"base": lambda x: 2 * x if x >= 0 else 0})
    world.mistake("large", {"base": lambda x: 2 * x if x < 100 else 100})
    world.mistake("unrelated", {"base": lambda x: x})
    world.scene("c", ("base", [-3]), ("base", [500]))
    world.scene("fine", ("base", [7]))
    (only,) = world.diagnose({**world.reference_module, "base": lambda x: min(max(2 * x, 0), 100)}).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.SEVERAL, ("negative", "large"))
    assert only.example is not None
    assert only.example.predicted == only.example.got


def test_a_known_combination_is_named_by_its_parts(world: Any) -> None:
    """Two faults in one line answer like neither; whoever made both is told of both, and of no third."""
    world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("adds_one", {"base": lambda x: 2 * x + 1})
    world.mistake("elsewhere", {"user": lambda _: 0})
    both = world.mistake(
        "published",
        {"base": lambda x: 3 * x + 1, "user": lambda _: 0},
        made_of=("triples", "adds_one", "elsewhere"),
    )
    world.scene("c", ("base", [3]), ("base", [50]))
    world.scene("d", ("user", [3]))
    base, user = world.diagnose(both).diagnoses
    assert user.mistakes == ("elsewhere",)
    assert (base.confidence, base.mistakes) == (Confidence.SEVERAL, ("triples", "adds_one"))
    assert base.example is not None
    assert base.example.predicted == "10"
    assert "title of triples; title of adds_one" in base.explanation.en


def test_a_combination_yields_to_a_single_mistake(world: Any) -> None:
    """Where one mistake answers as its combination does, it alone is named, and none is covered by combinations."""
    world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("squares", {"base": lambda x: x * x})
    both = world.mistake("published", {"base": lambda x: 3 * x}, made_of=("triples", "squares"))
    world.scene("c", ("base", [4]), ("base", [50]))
    (only,) = world.diagnose(both).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.EXACT, ("triples",))


def test_part_of_the_wrong_calls_explained_is_not_enough(world: Any) -> None:
    """A mistake that covers only some wrong calls is not named."""
    world.mistake("negative", {"base": lambda x: 2 * x if x >= 0 else 0})
    world.scene("c", ("base", [-3]), ("base", [500]))
    found = world.diagnose({**world.reference_module, "base": lambda x: min(max(2 * x, 0), 123)})
    assert all(each.mistakes == () for each in found.diagnoses)


def test_an_inherited_fault_points_to_its_root(world: Any) -> None:
    """What is wrong because it calls the root is listed there and not on its own."""
    wrong = world.mistake(
        "triples", {"base": lambda x: 3 * x, "user": lambda x: 3 * x + 1}, roots=["base"], inherits=["user"]
    )
    world.mistake("user triples", {"user": lambda x: 3 * x + 1})
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.function, only.mistakes, only.inherited_by) == ("base", ("triples",), ("user",))
    assert only.checks == ("b", "u")
    assert only.confidence is Confidence.EXACT


def test_a_root_that_is_wrong_otherwise_too_is_not_ruled_out(world: Any) -> None:
    """Its own fault, or the root's together with another one there: both are named; a right root is ruled out."""
    world.mistake("at_root", {"base": lambda x: 3 * x, "user": lambda _: 100}, roots=("base",), inherits=("user",))
    own = world.mistake("at_user", {"user": lambda _: 100})
    world.scene("c", ("base", [3]), ("base", [50]))
    world.scene("d", ("user", [3]))

    found = world.diagnose({**own, "base": lambda x: 7 * x + x % 5})
    assert [set(each.mistakes) for each in found.diagnoses if each.function == "user"] == [{"at_root", "at_user"}]
    assert [each.mistakes for each in world.diagnose(own).diagnoses] == [("at_user",)]


def test_a_fault_that_reaches_further_than_declared(world: Any) -> None:
    """What one named mistake explains is not a second fault, though its author did not foresee it."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x, "user": lambda x: 3 * x + 1}, roots=["base"])
    world.mistake("user triples", {"user": lambda x: 3 * x + 1})
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.function, only.mistakes, only.inherited_by) == ("base", ("triples",), ("user",))
    assert (only.confidence, only.checks) == (Confidence.EXACT, ("b", "u"))


def test_the_same_fault_made_elsewhere_is_shown_there(world: Any) -> None:
    """With the root right, the mistake rooted in the function itself is the one."""
    world.mistake("triples", {"base": lambda x: 3 * x, "user": lambda x: 3 * x + 1}, roots=["base"], inherits=["user"])
    wrong = world.mistake("user triples", {"user": lambda x: 3 * x + 1})
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.function, only.mistakes, only.inherited_by) == ("user", ("user triples",), ())
    assert only.confidence is Confidence.EXACT


def test_a_root_whose_own_calls_cannot_show_it(make_world_class: Any) -> None:
    """A fault in a function that returns nothing (it fills an object) is shown at that function."""
    world = make_world_class({"fill": lambda _: None, "user": lambda x: 2 * x})
    wrong = world.mistake("fills badly", {"user": lambda x: 3 * x}, roots=["fill"], inherits=["user"])
    world.scene("u", ("fill", [3]), ("user", [3]))
    (only,) = world.diagnose(wrong).diagnoses
    assert (only.function, only.mistakes, only.inherited_by) == ("fill", ("fills badly",), ("user",))
    assert only.example is not None
    assert only.example.call == "user(3)"


def test_a_known_fault_without_its_root(world: Any) -> None:
    """Made in a function where it is only known as inherited, it is shown where it was made."""
    world.mistake("triples", {"base": lambda x: 3 * x, "user": lambda x: 3 * x + 1}, roots=["base"], inherits=["user"])
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]))
    (only,) = world.diagnose({**world.reference_module, "user": lambda x: 3 * x + 1}).diagnoses
    assert (only.function, only.mistakes) == ("user", ("triples",))


def test_faults_in_two_functions_are_two_diagnoses(world: Any) -> None:
    """Each function has its own, in the contract's order."""
    world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("no one", {"user": lambda x: 2 * x})
    world.scene("u", ("user", [3]))
    world.scene("b", ("base", [3]))
    found = world.diagnose({"base": lambda x: 3 * x, "user": lambda x: 2 * x})
    assert [(each.function, each.mistakes) for each in found.diagnoses] == [
        ("base", ("triples",)),
        ("user", ("no one",)),
    ]


def test_a_composite_fault_points_to_the_wrong_root(world: Any) -> None:
    """Where a function has a fault of its own on top of an inherited one, the root is to be mended first."""
    world.mistake("triples", {"base": lambda x: 3 * x, "user": lambda x: 3 * x + 1}, roots=["base"], inherits=["user"])
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]), ("user", [4]))
    found = world.diagnose({"base": lambda x: 3 * x, "user": lambda x: 3 * x + x * x})
    assert [each.confidence for each in found.diagnoses] == [Confidence.EXACT, Confidence.SYMPTOM]
    assert found.diagnoses[1].mistakes == ()
    assert "mend base first" in found.diagnoses[1].explanation.en


def raising(message: str, kind: type[Exception] = KeyError, value: int = 2) -> Callable[[Any], Any]:
    """Code that raises from 4 on and multiplies before."""

    def code(x: Any) -> Any:
        if x > 3:
            raise kind(message)
        return value * x

    return code


def test_exceptions_by_type(world: Any) -> None:
    """A mistake that raises the same type on the same calls answers alike."""
    world.mistake("lookup", {"base": raising("no key 17")})
    world.mistake("other", {"base": raising("no key 17", TypeError)})
    world.scene("c", ("base", [3]), ("base", [5]))
    (only,) = world.diagnose({**world.reference_module, "base": raising("no key 4")}).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.EXACT, ("lookup",))
    assert only.example is not None
    assert only.example.got == "KeyError: no key 4"


def test_the_type_of_an_exception_alone_is_no_evidence(world: Any) -> None:
    """Unlike messages are another fault, unless wrong values are alike too: then messages are free."""
    world.mistake("lookup", {"base": raising("no such key")})
    world.mistake("triple", {"base": raising("no such key", value=3)})
    world.scene("c", ("base", [3]), ("base", [5]))
    (only,) = world.diagnose({**world.reference_module, "base": raising("something else")}).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.SYMPTOM, ())
    (other,) = world.diagnose({**world.reference_module, "base": raising("something else", value=3)}).diagnoses
    assert (other.confidence, other.mistakes) == (Confidence.EXACT, ("triple",))


def test_a_mistake_is_dropped_at_its_first_disagreement(world: Any) -> None:
    """Failed scenes are replayed first, and no further scene on a mistake that is out."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("squares", {"base": lambda x: x * x})
    world.scene("passes", ("base", [0]))
    world.scene("fails", ("base", [4]))
    world.scene("fails too", ("base", [5]))
    world.diagnose(wrong)
    assert [check for who, check in world.replays if who == "squares"] == ["fails"]
    assert [check for who, check in world.replays if who == "triples"] == ["fails", "fails too", "passes"]


def test_the_budget_ends_the_search(world: Any) -> None:
    """Past it nothing is named, the symptom says so, and so does a note."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("c", ("base", [3]), ("base", [4]), ("base", [5]))
    world.cpu_per_replay_s = 1.0
    full = world.diagnose(wrong, budget_cpu_s=3.5)
    assert full.diagnoses[0].mistakes == ("triples",)
    assert full.notes == ()
    for budget_cpu_s in (0.0, 1.0, 2.0):
        found = world.diagnose(wrong, budget_cpu_s=budget_cpu_s)
        assert all(each.confidence is Confidence.SYMPTOM and not each.mistakes for each in found.diagnoses)
        assert "CPU budget" in found.notes[0].en
    assert "stopped" in found.diagnoses[0].explanation.en
    assert found.diagnoses[0].title.en == "Off by a constant factor"


def test_what_cannot_be_repeated_is_left_out(world: Any) -> None:
    """A scene on which the reference differs from itself is no evidence."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.scene("luck", ("base", [3]))
    world.flaky.add("luck")
    assert world.diagnose(wrong).diagnoses == ()


def test_what_trains_or_is_timed_is_not_replayed(world: Any) -> None:
    """Neither scenes of functions that train, nor timed and weighed ones."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.untrained.add("user")
    world.scene("training", ("base", [3]), ("user", [3]))
    world.scene("clock", ("base", [3]), kind=CheckKind.TIME)
    world.scene("scales", ("base", [3]), kind=CheckKind.MEMORY)
    assert world.diagnose(wrong).diagnoses == ()
    assert world.replays == []


def unwritten(name: str) -> Callable[[Any], Any]:
    """A function left as in the stub."""

    def code(_: Any) -> Any:
        raise NotImplementedError("", 3, name)

    return code


def test_what_is_not_attempted_has_no_diagnosis(world: Any) -> None:
    """A stub is not wrong; who stops in it is told so in a note."""
    world.mistake("triples", {"user": lambda x: 3 * x})
    world.scene("b", ("base", [3]))
    world.scene("u", ("user", [3]))
    found = world.diagnose({"base": unwritten("base"), "user": unwritten("base")})
    assert found.diagnoses == ()
    assert [note.en for note in found.notes] == ["user stops in base, which is not attempted yet."]


def test_not_implemented_on_some_inputs_is_wrong(world: Any) -> None:
    """After a first call that worked it is an exception like any other."""

    def some(x: int) -> int:
        if x > 3:
            raise NotImplementedError
        return 2 * x

    world.scene("b", ("base", [3]), ("base", [5]))
    (only,) = world.diagnose({**world.reference_module, "base": some}).diagnoses
    assert only.title.en == "Raises NotImplementedError"


def test_blocked_calls_are_named_by_replay(world: Any) -> None:
    """The mistake that uses the same name, by whatever alias, is the one."""
    world.not_allowed = (NotAllowed(name="lib.fast", aliases=("lib._fast",)), NotAllowed(name="lib.other"))
    world.mistake("fast", {"base": lambda _: Blocked("lib.fast")}, kind=MistakeKind.RULE)
    world.mistake("other", {"base": lambda _: Blocked("lib.other")}, kind=MistakeKind.RULE)
    world.scene("b", ("base", [3]))
    world.outcomes["b"] = Outcome.BLOCKED
    (only,) = world.diagnose({**world.reference_module, "base": lambda _: Blocked("lib._fast")}).diagnoses
    assert (only.kind, only.confidence, only.mistakes) == (MistakeKind.RULE, Confidence.EXACT, ("fast",))
    assert only.checks == ("b",)


def test_blocked_before_any_call(world: Any) -> None:
    """Found in the source, without a call to replay: what is known to break the rule here is likely, not exact."""
    world.mistake("fast", {"base": lambda _: Blocked("lib.fast")}, kind=MistakeKind.RULE, inherits=["user"])
    world.outcomes = {"base": Outcome.BLOCKED, "user": Outcome.BLOCKED}
    (only,) = world.diagnose(world.reference_module).diagnoses
    assert (only.kind, only.confidence, only.mistakes) == (MistakeKind.RULE, Confidence.SEVERAL, ("fast",))
    assert (only.function, only.inherited_by, only.checks) == ("base", ("user",), ("base", "user"))


def test_unknown_ways_to_break_a_rule(world: Any) -> None:
    """Without a known mistake the name that was used is said."""
    world.scene("b", ("base", [3]))
    world.outcomes["b"] = Outcome.BLOCKED
    (only,) = world.diagnose({**world.reference_module, "base": lambda _: Blocked("lib.fast")}).diagnoses
    assert (only.confidence, only.mistakes) == (Confidence.SYMPTOM, ())
    assert only.title.en == "Uses what is not allowed: lib.fast"


def test_a_right_answer_over_budget(world: Any) -> None:
    """The check says what breaks it, as likely causes."""
    world.mistake("loop", {}, roots=["base"], kind=MistakeKind.COST, breaks=["clock"])
    world.mistake("copy", {}, roots=["base"], kind=MistakeKind.COST, breaks=["scales"])
    world.scene("clock", ("base", [3]), kind=CheckKind.TIME)
    world.scene("scales", ("base", [3]), kind=CheckKind.MEMORY)
    world.outcomes = {"clock": Outcome.OVER_BUDGET}
    (only,) = world.diagnose(world.reference_module).diagnoses
    assert (only.kind, only.confidence, only.mistakes) == (MistakeKind.COST, Confidence.SEVERAL, ("loop",))
    assert (only.function, only.checks, only.title.en) == ("base", ("clock",), "Right, but too slow")


def test_wrong_answers_over_budget_are_wrong_first(world: Any) -> None:
    """What a wrong answer costs is not diagnosed."""
    wrong = world.mistake("triples", {"base": lambda x: 3 * x})
    world.mistake("loop", {}, roots=["base"], kind=MistakeKind.COST, breaks=["clock"])
    world.scene("clock", ("base", [3]), kind=CheckKind.TIME)
    world.scene("c", ("base", [3]))
    world.outcomes = {"clock": Outcome.OVER_BUDGET}
    (only,) = world.diagnose(wrong).diagnoses
    assert only.mistakes == ("triples",)


FUNCTIONS = ("f", "g")
INPUTS = range(4)
tables = st.fixed_dictionaries(
    {name: st.lists(st.integers(0, 2), min_size=len(INPUTS), max_size=len(INPUTS)) for name in FUNCTIONS}
)
declared = st.tuples(
    tables, st.sampled_from([(("f",), ()), (("g",), ()), (("f",), ("g",)), (("g",), ("f",)), (("f", "g"), ())])
)
scenes_of = st.lists(
    st.lists(st.tuples(st.sampled_from(FUNCTIONS), st.sampled_from(list(INPUTS))), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300, deadline=None, database=None)
@given(candidate=tables, known=st.lists(declared, max_size=6), scenes=scenes_of, which=st.integers(0, 6))
def test_never_a_name_on_less_than_full_agreement(
    make_world_class: Any, candidate: Any, known: Any, scenes: Any, which: int
) -> None:
    """Over random functions: exact means equal on every call and only one; several covers every wrong call."""
    if which < len(known):
        candidate = known[which][0]  # a submission that is a known mistake in everything

    def module(table: Any) -> Any:
        return {name: lambda x, name=name: table[name][x] for name in FUNCTIONS}

    world = make_world_class(module({name: [0] * len(INPUTS) for name in FUNCTIONS}))
    for at, (table, (roots, inherits)) in enumerate(known):
        world.mistake(f"m{at}", module(table), roots=roots, inherits=inherits)
    for at, calls in enumerate(scenes):
        world.scene(f"c{at}", *[(name, [x]) for name, x in calls])
    called = {name: {x for calls in scenes for each, x in calls if each == name} for name in FUNCTIONS}
    wrong = {name: {x for x in called[name] if candidate[name][x] != 0} for name in FUNCTIONS}

    def agrees(at: int, name: str) -> bool:
        return all(known[at][0][name][x] == candidate[name][x] for x in called[name])

    found = world.diagnose(module(candidate)).diagnoses
    covered = {name for each in found for name in (each.function, *each.inherited_by)}
    for each in found:
        numbers = [int(name[1:]) for name in each.mistakes]
        shown = [each.function] if wrong[each.function] else list(each.inherited_by)
        assert set(each.checks) and all(wrong[name] for name in shown)
        if each.confidence is Confidence.EXACT:
            assert len(numbers) == 1
            assert all(agrees(numbers[0], name) for name in [*shown, *each.inherited_by])
        if each.confidence is Confidence.SEVERAL:
            assert len(numbers) > 1
            for name in [*shown, *each.inherited_by]:
                assert all(any(known[at][0][name][x] == candidate[name][x] for at in numbers) for x in wrong[name])
        if each.confidence is Confidence.SYMPTOM:
            assert numbers == []
    for at, (_, (roots, _)) in enumerate(known):
        for name in roots:
            if wrong[name] and agrees(at, name):
                assert name in covered, "a mistake that explains everything was not used"
