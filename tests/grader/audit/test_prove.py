"""A sound tree is proved sound; break one thing in it, and the audit fails with the sentence for just that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.audit import AuditResult, ExerciseProof, audit, prove
from grader.config import Content
from grader.errors import UnknownExerciseError
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Outcome, Report, Submission, Text

if TYPE_CHECKING:
    from conftest import Tree  # the one beside this file


def problems(tree: Tree) -> set[str]:
    result = audit(["adder"], content=tree.content)
    assert result.ok is not bool(result.proofs[0].problems)
    return {each.en for each in result.proofs[0].problems}


# ---- as it is ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told() -> list[Text]:
    return []


@pytest.fixture(scope="module")
def sound(adder_content: Content, told: list[Text]) -> AuditResult:
    """The tiny exercise, proved as it is."""
    return audit(["adder"], content=adder_content, on_progress=told.append, seed=11)


@pytest.fixture(scope="module")
def proof(sound: AuditResult) -> ExerciseProof:
    return sound.proofs[0]


def test_a_sound_tree_is_ok(sound: AuditResult, proof: ExerciseProof) -> None:
    """Nothing to complain about, in any row."""
    assert [each.en for each in proof.problems] == []
    assert sound.ok
    assert all(row.sound for row in proof.rows)


def test_everything_that_an_exercise_ships_is_graded(proof: ExerciseProof) -> None:
    """Costs last: they are measured."""
    assert [(row.id, row.kind) for row in proof.rows] == [
        ("stub", "stub"),
        ("skips_last", "value"),
        ("sorts_in_place", "value"),
        ("subtracts", "value"),
        ("tally_forgets", "value"),
        ("uses_fsum", "rule"),
        ("reference", "reference"),
        ("builtin_sum", "accepted"),
        ("reduced", "accepted"),
        ("quadratic", "cost"),
    ]


def test_whoever_waits_is_told_what_is_graded(proof: ExerciseProof, told: list[Text]) -> None:
    """Before it is."""
    assert [each.en for each in told] == [f"adder: {row.id}" for row in proof.rows]


def test_stub_and_right_answers_stand_at_the_two_ends(proof: ExerciseProof) -> None:
    """Nothing for the one, everything for the others; on a busy machine, all that was not too noisy to say."""
    ends = {row.id: (row.verdict, row.score) for row in proof.rows if row.kind in ("stub", "reference", "accepted")}

    assert ends.pop("stub") == ("not_attempted", 0)
    assert set(ends.values()) <= {("accepted", 100), *([("too_noisy", 90)] if proof.remarks else [])}


def test_each_mistake_is_named(proof: ExerciseProof) -> None:
    """As itself; what is right is not named at all."""
    for row in proof.rows:
        if row.kind in ("value", "rule"):
            assert row.named == (row.id,)
        elif row.kind == "cost":
            assert row.named == (row.id,) or proof.remarks
        else:
            assert row.named == ()


def test_each_check_shows_what_breaks_it(proof: ExerciseProof) -> None:
    """And what nothing else would have caught."""
    checks = dict(proof.checks)
    assert checks.pop("add_all_time") == ("quadratic",) or proof.remarks
    assert checks == {
        "add_values": ("subtracts",),
        "add_laws": ("subtracts",),
        "add_all_values": ("uses_fsum",),  # after `skips_last` failed the visible one, this one is skipped
        "add_all_robust": ("sorts_in_place", "uses_fsum"),
        "tally_values": ("tally_forgets",),
    }
    assert proof.unique["tally_values"] == ("tally_forgets",)
    assert proof.unique["add_laws"] == ()


def test_the_seed_is_the_one_asked_for(proof: ExerciseProof) -> None:
    """So that a proof can be repeated."""
    assert proof.seed == 11


def test_an_exercise_that_is_not_there(adder_content: Content) -> None:
    """The nearest name is offered, and nothing is graded."""
    with pytest.raises(UnknownExerciseError, match="adder"):
        audit(["ader"], content=adder_content)


# ---- one thing broken ----------------------------------------------------------------------------------------------


@pytest.fixture
def quick(tree: Tree) -> Tree:
    """A tree in which nothing is measured, so that a proof of it takes no time to speak of."""
    hidden = tree.hidden / "test_add.py"
    text = hidden.read_text(encoding="utf-8")
    hidden.write_text(text[: text.rindex("@pytest.mark.check(")], encoding="utf-8")
    tree.edit(tree.folder / "exercise.toml", "[time_budgets]\nadd_all_time = 4.0\n", "")
    tree.edit(hidden, "points=15", "points=25")
    (tree.solutions / "mistakes" / "quadratic.py").unlink()
    return tree


def test_a_mistake_that_passes(quick: Tree) -> None:
    """It breaks nothing, and so the checks that only it broke catch nothing."""
    quick.edit(quick.solutions / "mistakes" / "tally_forgets.py", "= number\n", "+= number\n")

    assert problems(quick) == {
        "tally_forgets breaks no check.",
        "The hidden check tally_values catches nothing.",
        "No mistake is caught by values alone: the value oracle is not needed.",
    }


def test_a_rule_that_nobody_watches(quick: Tree) -> None:
    """A right answer by a way that the task asks to do without must be blocked."""
    quick.edit(quick.folder / "exercise.toml", "math.fsum", "math.prod")

    assert problems(quick) == {
        "uses_fsum breaks no check.",
        "uses_fsum should be blocked.",
        "The hidden check add_all_values catches nothing.",
    }


def test_two_mistakes_that_cannot_be_told_apart(quick: Tree) -> None:
    """Neither is named as itself, as long as they are not declared equal."""
    mistakes = quick.solutions / "mistakes"
    shutil.copy(mistakes / "skips_last.py", mistakes / "ends_early.py")
    for notes in ("NOTES.md", "NOTES.zh.md"):
        quick.edit(quick.solutions / notes, "### skips_last\n", "### ends_early\n\n### skips_last\n")

    assert {each.partition(" but ")[0] for each in problems(quick)} == {
        "ends_early is not named as itself",
        "skips_last is not named as itself",
    }


def test_a_mistake_that_goes_astray(quick: Tree) -> None:
    """It says that only `add` is wrong; but the others call it."""
    quick.edit(quick.folder / "exercise.toml", 'requires = ["small"]\n', "")
    quick.edit(quick.solutions / "mistakes" / "subtracts.py", '["add_all", "Tally"]', '["add_all"]')

    assert problems(quick) == {"subtracts breaks tally_values, which it should not."}


def test_a_dead_check(quick: Tree) -> None:
    """It passes whatever comes, so nothing breaks it."""
    hidden = quick.hidden / "test_add.py"
    quick.edit(hidden, "expect.equal(one, other)", "expect.equal(one, one)")
    quick.edit(hidden, "expect.that(twice == a + 2 * b, ", "expect.that(twice == twice, ")

    assert problems(quick) == {"The hidden check add_laws catches nothing."}


@pytest.mark.parametrize(
    ("wanted", "unneeded", "sentence"),
    [
        ("property", "value", "No mistake is caught by values alone: the value oracle is not needed."),
        ("value", "property", "No mistake is caught by properties and robust inputs alone: they are not needed."),
    ],
)
def test_a_kind_of_check_that_is_not_needed(quick: Tree, wanted: str, unneeded: str, sentence: str) -> None:
    """Values and laws each earn their place by a mistake that only they catch."""
    hidden = quick.hidden / "test_add.py"
    text = hidden.read_text(encoding="utf-8")
    for kind in (unneeded, "robust"):
        text = text.replace(f'kind="{kind}"', f'kind="{wanted}"')
    hidden.write_text(text, encoding="utf-8")

    assert problems(quick) == {sentence}


def test_a_stub_that_scores(quick: Tree) -> None:
    """Handing in nothing is worth nothing."""
    stub = quick.folder / "adder.py"
    text = stub.read_text(encoding="utf-8").replace("raise NotImplementedError", "return a + b", 1)
    stub.write_text(text, encoding="utf-8")

    assert problems(quick) == {"The stub should be not attempted with no points; it is incomplete."}


def test_a_variant_that_fails(quick: Tree) -> None:
    """It is not right, or the checks ask for more than the contract does: each check is named, skipped ones too."""
    quick.edit(quick.solutions / "accepted" / "builtin_sum.py", "sum(numbers)", "sum(numbers, 1)")

    found = problems(quick)

    assert all(each.startswith("builtin_sum: ") for each in found)
    assert {each.split()[1] for each in found} == {"a_list", "add_all_values", "add_all_robust"}


def test_a_reference_that_does_not_answer(quick: Tree) -> None:
    """Nothing can be judged by it: only what is wrong with it is said, not all that follows from that."""
    quick.edit(quick.solutions / "adder.py", "return self._total", "return self._sum")

    found = problems(quick)

    assert {each.partition(" is ")[0].partition(",")[0] for each in found} == {
        "reference: tally_values",
        "Mend the reference",
    }


def test_a_budget_that_catches_nothing(tree: Tree) -> None:
    """The slow mistake is within it, with or without a margin."""
    tree.edit(tree.folder / "exercise.toml", "add_all_time = 4.0", "add_all_time = 4000.0")

    assert problems(tree) == {
        "quadratic should be over the budget of add_all_time with a margin of 1.3; it is passed.",
        "The hidden check add_all_time catches nothing.",
    }


def test_what_is_missing_is_a_problem_of_the_proof(quick: Tree) -> None:
    """A hint and a sentence in one of the languages, beside all that is graded."""
    file = quick.folder / "exercise.toml"
    quick.edit(file, '  { en = "It has two strokes.", zh = "它一共两笔。" },\n', "")
    quick.edit(file, 'zh = "两个数"', 'zh = "Two numbers"')

    assert problems(quick) == {
        "The part small has 2 hints; it should have 3.",
        "part small is not there in both languages.",
    }


# ---- too noisy to say ----------------------------------------------------------------------------------------------


class NoisyExaminer(Examiner):
    """Measures nothing; what would have been measured of the slow mistake is too noisy to say."""

    def __init__(self, *, options: GradeOptions, content: Content) -> None:
        super().__init__(options=msgspec.structs.replace(options, timing=False), content=content)

    def grade(self, submissions: Sequence[Submission], on_progress: object = None) -> Iterator[Report]:
        for report in super().grade(submissions):
            noisy = submissions[0].name == "quadratic"
            yield msgspec.structs.replace(
                report,
                checks=tuple(
                    msgspec.structs.replace(each, outcome=Outcome.TOO_NOISY)
                    if noisy and each.check.id == "add_all_time"
                    else each
                    for each in report.checks
                ),
            )


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_too_noisy_to_say(adder_content: Content, monkeypatch: pytest.MonkeyPatch, *, strict: bool) -> None:
    """A remark, and no reason to call the check dead; for the strict proof, a problem."""
    monkeypatch.setattr(prove, "Examiner", NoisyExaminer)
    sentence = "quadratic: whether it is over add_all_time is too noisy to say."
    dead = "The hidden check add_all_time catches nothing."

    result = audit(["adder"], content=adder_content, proof=strict)

    assert result.ok is not strict
    assert [each.en for each in result.proofs[0].remarks] == ([] if strict else [sentence])
    assert [each.en for each in result.proofs[0].problems] == ([sentence, dead] if strict else [])
