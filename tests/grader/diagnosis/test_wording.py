"""How diagnoses are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.diagnosis.wording import relation_text, together_text, undecided_text
from grader.model import Mistake, MistakeKind, Text
from grader.values import Relation, RelationKind


def mistake(name: str) -> Mistake:
    """A mistake with words of its own."""
    return Mistake(
        id=name,
        kind=MistakeKind.VALUE,
        functions=("f",),
        title=Text(f"{name} en", f"{name} zh"),
        explanation=Text(f"why {name} en", f"why {name} zh"),
        path=Path(name),
    )


@pytest.mark.parametrize("kind", list(RelationKind))
def test_every_relation_has_words_in_both_languages(kind: RelationKind) -> None:
    """No relation is without a title and a sentence, and the place stands in it."""
    relation = Relation(kind=kind, number=2.0, axes=(-2, -1), input="args[0]", low=0.5, high=2.0)
    title, explanation = relation_text("result[1]", [relation, relation])
    for text in (title, explanation):
        assert text.en
        assert any("\u4e00" <= character <= "\u9fff" for character in text.zh)
    assert "result[1]" in explanation.en
    assert "result[1]" in explanation.zh


def test_many_factors_are_cut() -> None:
    """At most four different factors are printed."""
    found = [Relation(kind=RelationKind.RATIO, number=float(number)) for number in range(2, 9)]
    assert relation_text("result", found)[1].en.endswith("2, 3, 4, 5, ….")


def test_alternatives_within_a_combination() -> None:
    """Mistakes that cannot be told apart are alternatives; the groups are all needed."""
    _, explanation = together_text([(mistake("a"), mistake("b")), (mistake("c"),)])
    assert "a en or b en; c en" in explanation.en
    assert "a zh或b zh；c zh" in explanation.zh
    assert "why c en" in explanation.en


def test_a_long_set_is_not_spelled_out_whole() -> None:
    """All titles are there, and the first explanations."""
    title, explanation = undecided_text(tuple(mistake(f"m{at}") for at in range(6)))
    assert title.en == "One of 6 known mistakes"
    assert "m5 en" in explanation.en
    assert "why m3 en" in explanation.en
    assert "why m4 en" not in explanation.en
