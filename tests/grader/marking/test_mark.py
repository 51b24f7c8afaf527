"""One answer in, one mark out: right, wrong with its misconception, unsure, or absent."""

from __future__ import annotations

import re
import time

import pytest

from grader.marking import Bank, MarkOutcome, mark

RIGHT, WRONG, UNSURE, ABSENT = MarkOutcome.RIGHT, MarkOutcome.WRONG, MarkOutcome.UNSURE, MarkOutcome.ABSENT


@pytest.mark.parametrize(
    ("question", "text", "outcome", "misconceptions"),
    [
        ("letter", "B", RIGHT, ()),
        ("letter", "答案：（Ｂ）", RIGHT, ()),
        ("letter", "prefill", RIGHT, ()),
        ("letter", "A", WRONG, ("phases",)),
        ("letter", "C. it learns", WRONG, ("trains",)),
        ("letter", "B or C", WRONG, ()),
        ("letter", "F", WRONG, ()),
        ("letter", "perhaps", WRONG, ()),
        ("letter", "", ABSENT, ()),
        ("letter", "I don't know", ABSENT, ()),
        ("time", "7 ms", RIGHT, ()),
        ("time", "0.00699 s", RIGHT, ()),
        ("time", "14 GB / 2 TB/s = 7 ms", RIGHT, ()),
        ("time", "7 ms (0.007 s)", RIGHT, ()),
        ("time", "七毫秒", RIGHT, ()),
        ("time", "7 s", WRONG, ("ms_for_s",)),
        ("time", "7", WRONG, ("unit_missing",)),
        ("time", "8", WRONG, ()),
        ("time", "7 MB", WRONG, ("wrong_dimension",)),
        ("time", "7.2 ms", WRONG, ()),
        ("time", "7 to 8 ms", UNSURE, ()),
        ("time", "7 ms or 14 ms", UNSURE, ()),
        ("time", "1 ms, 2 ms, 3 ms, 4 ms, 5 ms, 6 ms, 7 ms, 8 ms", WRONG, ()),
        ("time", "7 ms or 14 ms or 3 s or 5 GB", WRONG, ()),
        ("time", "Answer: 7 ms or 14 ms or 28 ms", WRONG, ()),
        ("time", "between 7 and 8 ms, or 1 s, or 2 s, or 3 s", WRONG, ()),
        ("time", "7 ms or 7.001 ms or 14 ms", UNSURE, ()),
        ("time", "3 ms + 4 ms = 7 ms", RIGHT, ()),
        ("time", "7 ms\nnot 3 ms, and not 14 ms", RIGHT, ()),
        ("size", "512 kb or 64 kb or 8 kb", WRONG, ()),
        ("count", "8, 16, 32, 64", WRONG, ()),
        ("time", "weights: 3 ms\ncache: 3.5 ms\nrest: 0.5 ms\nall of it = 7 ms", RIGHT, ()),
        ("time", "weights = 3 ms\ncache = 3.5 ms\nrest = 0.5 ms", WRONG, ()),
        ("time", "soon", WRONG, ()),
        ("size", "0.5 MiB", RIGHT, ()),
        ("size", "524288 字节", RIGHT, ()),
        ("size", "4 Mibit", RIGHT, ()),
        ("size", "512 KB", WRONG, ("kib_for_kb",)),
        ("size", "512 Kib", WRONG, ("bits",)),
        ("size", "512 kb", UNSURE, ()),
        ("rate", "每秒 143 个 token", RIGHT, ()),
        ("rate", "142.9 tok/s", RIGHT, ()),
        ("rate", "7 ms", WRONG, ("wrong_dimension",)),
        ("count", "32", RIGHT, ()),
        ("count", "32 heads", RIGHT, ()),
        ("count", "32 ms", WRONG, ("wrong_dimension",)),
        ("why", "All the weights are read at every step, so the units wait.", RIGHT, ()),
        ("why", "The weights are updated at each step.", WRONG, ("trains",)),
        ("why", "The weights are heavy to read.", UNSURE, ()),
        ("why", "略", ABSENT, ()),
    ],
)
def test_mark(bank: Bank, question: str, text: str, outcome: MarkOutcome, misconceptions: tuple[str, ...]) -> None:
    """The rules, one example each."""
    found = mark(bank.questions[question], text)

    assert (found.outcome, found.misconceptions) == (outcome, misconceptions)
    assert found.message.en and found.message.zh and 0 <= found.credit <= 1


@pytest.mark.parametrize("text", ["soon", "7 or 14, or 21"])
def test_a_unit_is_asked_for_where_there_is_one(bank: Bank, text: str) -> None:
    """Whoever counts heads has none to give."""
    said = {name: mark(bank.questions[name], text).message for name in ("time", "count")}

    assert ("unit" in said["time"].en, "单位" in said["time"].zh) == (True, True)
    assert ("unit" in said["count"].en, "单位" in said["count"].zh) == (False, False)


def test_a_flood_is_wrong(bank: Bank) -> None:
    """It is no way to a person's desk, and so to a smaller maximum; characters count as what they stand for."""
    for flood in ("word " * 4_100, "All the weights are read at every step. " * 600, "ﷺ" * 1_200):
        found = mark(bank.questions["why"], flood)

        assert found.outcome is WRONG
        assert "longer than 20000 characters" in found.message.en


def test_one_misconception_has_one_value(bank: Bank) -> None:
    """Seven seconds and seven microseconds are the same slip, and observed as the same."""
    assert mark(bank.questions["time"], "7 s").value == mark(bank.questions["time"], "7 us").value == 7.0
    assert mark(bank.questions["time"], "6.99 ms").value == 0.007


def test_points_come_with_their_sentences(bank: Bank) -> None:
    """In the candidate's own words; credit is the share of the points that are needed."""
    found = mark(bank.questions["why"], "Hm. All the weights are read at every step.")

    assert found.outcome is UNSURE and found.credit == 0.5
    assert [(point.id, point.sentence) for point in found.points] == [
        ("read", "All the weights are read at every step.")
    ]
    assert found.points[0].title.zh == "要读权重"


@pytest.mark.parametrize(
    ("question", "text", "key"),
    [
        ("letter", "A", "B"),
        ("letter", "F", "B"),
        ("time", "8 ms", "7"),
        ("size", "1 KiB", "512"),
        ("count", "33", "32"),
    ],
)
def test_no_message_gives_the_key_away(bank: Bank, question: str, text: str, key: str) -> None:
    """A wrong answer is told that it is wrong, not what is right."""
    message = mark(bank.questions[question], text).message
    assert not re.search(rf"\b{key}\b", message.en + message.zh)


@pytest.mark.parametrize("question", ["letter", "time", "why"])
@pytest.mark.parametrize(
    "text",
    [
        "B" * 100_000,
        "7 ms " * 100_000,
        "weights are read at every step. " * 50_000,
        "\u202e\u200b\x00",
        "(" * 20_000,
        "，" * 20_000,
        "a " * 10_000,
        "not " * 5_000,
        "&|!+" * 5_000,
        "{0.__class__} %s {text}",
        "﷽" * 5_000,
        "\ud800",
    ],
)
def test_hostile_text(bank: Bank, question: str, text: str) -> None:
    """Whatever it is, there is a mark, it is short, and a flood is never right."""
    found = mark(bank.questions[question], text)

    assert len(found.answer) <= 201
    assert found.outcome is not RIGHT or len(text) <= 20_000 or question != "why"


def seconds(bank: Bank, question: str, text: str) -> float:
    """Processor time that an answer takes, at its best."""

    def once() -> float:
        before = time.process_time()
        mark(bank.questions[question], text)
        return time.process_time() - before

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        ("letter", "我"),
        ("letter", "应该"),
        ("letter", "the "),
        ("letter", "answer "),
        ("letter", "(A"),
        ("time", "1 token "),
        ("time", "一 "),
        ("time", "1/s"),
        ("time", "1,000"),
        ("why", "e.g.\n"),
        ("why", "e.g. "),
        ("why", "not, weights, "),
        ("why", "﷽"),
        ("why", "ﷺ"),
        ("why", "\u0301\u0316"),
        ("time", "\u0301\u0316"),
    ],
)
def test_no_answer_costs_more_than_its_length(bank: Bank, question: str, piece: str) -> None:
    """An answer of one word over and over took ever longer, and held up everybody who was graded after it."""
    short, long = (piece * (length // len(piece)) for length in (2_000, 16_000))

    assert seconds(bank, question, long) < 24 * seconds(bank, question, short) + 0.05
