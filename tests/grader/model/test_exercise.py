"""An exercise knows where its files are and which part owns which function."""

from __future__ import annotations

import pytest

from grader.model import Budget, Confidence, Exercise, MistakeKind


def test_the_files_of_an_exercise_carry_its_name(adder: Exercise) -> None:
    """Stub and reference are modules of the same name in different folders."""
    assert adder.stub == adder.folder / "adder.py"
    assert adder.reference == adder.solutions / "adder.py"
    assert adder.stub.read_bytes() != adder.reference.read_bytes()
    assert adder.support_file.name == "support.py"


@pytest.mark.parametrize(("function", "part"), [("add", "small"), ("add_all", "large"), ("Tally", "large")])
def test_a_function_belongs_to_a_part(adder: Exercise, function: str, part: str) -> None:
    """As the exercise declares it."""
    assert adder.part_of(function) == part


@pytest.mark.parametrize("name", ["subtract", "added_twice"])
def test_a_function_outside_the_contract_has_no_part(adder: Exercise, name: str) -> None:
    """Support code is none of the contract's."""
    with pytest.raises(KeyError, match=name):
        adder.part_of(name)


def test_a_worker_is_limited_in_everything_unless_told_otherwise() -> None:
    """No limit is left open by an exercise that declares none."""
    budget = Budget()

    assert all(getattr(budget, field) > 0 for field in budget.__struct_fields__)


def test_the_kinds_of_evidence_are_closed_lists() -> None:
    """They stand in the published schema."""
    assert [each.value for each in MistakeKind] == ["value", "cost", "rule"]
    assert [each.value for each in Confidence] == ["exact", "several", "symptom"]
