"""A rubric finds points and wrong claims, and leaves to a person what it cannot decide."""

from __future__ import annotations

import pytest

from grader.marking import Bank, ShortAnswer
from grader.marking.rubric import LONG_CHARACTERS, MOST_CHARACTERS, Finding, examine

GOOD = "All the weights are read at every step. The units wait."


@pytest.fixture
def why(bank: Bank) -> ShortAnswer:
    question = bank.questions["why"]
    assert isinstance(question, ShortAnswer)
    return question


@pytest.mark.parametrize(
    "text", [GOOD, "每一步都要读全部权重，算力在空闲。", "All weights are read, so the cores idle.", GOOD * 3]
)
def test_enough_points_are_right(why: ShortAnswer, text: str) -> None:
    """In either language, each with the sentence that makes it."""
    found = examine(why, text)

    assert found.right is True and [name for name, _ in found.points] == ["read", "idle"]
    assert all(sentence for _, sentence in found.points) and found.missing == ("frozen",)


def test_a_remark_that_is_known_does_not_hurt(why: ShortAnswer) -> None:
    """What the author foresaw as true beside the points."""
    assert examine(why, GOOD + " So memory bandwidth is what limits the whole thing.").right is True


@pytest.mark.parametrize(
    "text",
    [
        GOOD + " The moon is made of green cheese and nothing else.",
        GOOD + " But it is all false.",
        "All weights are read at every step, therefore the network to the user is the bottleneck. The units wait.",
        GOOD + " The weights are updated at each step.",
        "Weights are read at every step. Weights are not read at every step. The units wait.",
        "All the weights are read at every step.",
        "Maybe all the weights are read at every step. Perhaps the units wait.",
        "À chaque étape on relit les poids du modèle et les unités de calcul attendent la mémoire.",
        GOOD + " All the weights are read and the cores idle." * (LONG_CHARACTERS // 40),
        "x" * (MOST_CHARACTERS + 1),
    ],
)
def test_what_is_not_plain_goes_to_a_person(why: ShortAnswer, text: str) -> None:
    """An unknown claim, a turn, a contradiction, too little, a guess, another language, far too much."""
    assert examine(why, text).right is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The weights are updated at each step.", "claim that is wrong"),
        ("Why is a decode step slow for one user?", "repeats the question"),
        ("A decode step is slow for one user.", "repeats the question"),
        ("Paris is the capital of France.", "nothing on the question"),
        ("Weights are not read at all steps. The units do not wait.", "the opposite"),
        ("weights, read, every step, units, idle, bandwidth, memory, cores", "list of terms"),
        ("权重、读取、每一步、算力、空闲、带宽、显存、解码", "list of terms"),
    ],
)
def test_what_is_wrong_is_said(why: ShortAnswer, text: str, said: str) -> None:
    """A wrong claim, the question, another subject, the opposite, keywords."""
    found = examine(why, text)

    assert found.right is False and said in found.reason.en


def test_a_wrong_claim_is_named(why: ShortAnswer) -> None:
    """Also where another sentence is right; denied, it is none."""
    assert examine(why, "The weights are updated at each step.").misconceptions == ("trains",)
    assert examine(why, GOOD + " Weights learn at each step.").misconceptions == ("trains",)
    assert examine(why, GOOD + " The weights are never updated at a step.").misconceptions == ()


def test_the_same_text_gets_the_same_finding(why: ShortAnswer) -> None:
    """Nothing is drawn, nothing is remembered."""
    seen: set[str] = {repr(examine(why, GOOD)) for _ in range(3)}
    assert len(seen) == 1 and isinstance(examine(why, GOOD), Finding)
