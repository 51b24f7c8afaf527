"""A rubric finds points and wrong claims, and leaves to a person what it cannot decide."""

from __future__ import annotations

import time

import pytest

from grader.marking import Bank, ShortAnswer
from grader.marking.pattern import words_of
from grader.marking.rubric import LONG_CHARACTERS, MOST_CHARACTERS, Finding, examine
from grader.practice.bank import load_questions

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
    ],
)
def test_what_is_not_plain_goes_to_a_person(why: ShortAnswer, text: str) -> None:
    """An unknown claim, a turn, a contradiction, too little, a guess, another language, too much."""
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
        ("x" * (MOST_CHARACTERS + 1), "longer than 20000 characters"),
    ],
)
def test_what_is_wrong_is_said(why: ShortAnswer, text: str, said: str) -> None:
    """A wrong claim, the question, another subject, the opposite, keywords, a flood."""
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


def test_a_sentence_that_nobody_writes_goes_to_a_person(why: ShortAnswer) -> None:
    """A negation in each of a hundred clauses: there are too many ways to read it. A list of that length is a list."""
    tangle = "All the weights are read at every step" + ", not, and the units wait for it all" * 100

    assert examine(why, tangle).right is None
    assert examine(why, "weights, read, units, wait, " * 50).right is False


def cost(question: ShortAnswer, text: str) -> float:
    """Processor time, in seconds."""
    before = time.process_time()
    assert examine(question, text).right is not True
    return time.process_time() - before


def test_no_way_to_stuff_an_answer_takes_long() -> None:
    """Each term of each pattern as often as it is looked at, amid negations: one answer took as long as a class."""
    prose = " ".join(f"The step of number {number} waits for its turn again." for number in range(150))
    for question in load_questions().questions.values():
        if isinstance(question, ShortAnswer):
            patterns = [each for claim in (*question.points, *question.faults) for each in claim.said]
            words = sorted(min(words_of(pattern), key=len) for pattern in patterns)
            stuffed = ", ".join(f"not {word}" for word in words * 4)
            stuffed = "not, " * ((len(prose) - len(stuffed)) // 5) + stuffed

            assert cost(question, stuffed) < 10 * cost(question, prose) + 0.2
