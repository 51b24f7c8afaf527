"""From a report to what is shown: everything under its part, every string ready and harmless."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.model import Confidence, Diagnosis, MistakeKind, Outcome, Report, Text
from grader.report.assemble import report_view
from grader.report.view import ReportView


def _strings(value: Any) -> list[str]:
    """Every string of a view model."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [each for item in value for each in _strings(item)]
    if isinstance(value, msgspec.Struct):
        return [each for item in msgspec.structs.astuple(value) for each in _strings(item)]
    return []


@pytest.fixture
def wrong(reports: dict[str, Report]) -> ReportView:
    """The classic wrong submission, in English, for practice."""
    return report_view(reports["wrong"], "en", "practice")


def test_verdict_and_score_are_ready(wrong: ReportView) -> None:
    """The headline needs no arithmetic in the template."""
    assert (wrong.verdict_word, wrong.tone, wrong.mark) == ("Wrong answer", "bad", "✗")
    assert (wrong.score, wrong.max_score, wrong.share) == ("14", "85", 165)
    assert wrong.summary == "2 of 7 checks passed. 1 check was not graded. What went wrong:"


def test_checks_stand_under_their_parts(wrong: ReportView) -> None:
    """Parts in the author's order, each with its own checks and points."""
    assert [[check.id for check in part.checks] for part in wrong.parts] == [
        ["shapes", "attention_values", "attention_gradients"],
        ["mask_causal", "mask_padding"],
        ["streaming_values", "streaming_time", "streaming_memory"],
    ]
    assert [(part.points, part.max_points, part.share, part.tone) for part in wrong.parts] == [
        ("4", "30", 133, "bad"),
        ("10", "20", 500, "bad"),
        ("0", "35", 0, "calm"),
    ]


def test_a_diagnosis_stands_at_its_root(wrong: ReportView) -> None:
    """The part of the function that is wrong shows it; the checks that it explains point there."""
    scaled = wrong.parts[0].diagnoses[0]

    assert (scaled.title, scaled.inherited_by) == ("The scores are not divided by √d", ("streaming_attention",))
    assert [check.explained_by[0].value for check in wrong.parts[0].checks[1:]] == [scaled.anchor] * 2
    assert [finding.value for finding in wrong.findings] == ["r1-mistake-1", "r1-mistake-2"]


def test_evidence_says_when_the_mistake_predicts_what_came_back(wrong: ReportView) -> None:
    """That is the whole point of naming a mistake."""
    evidence = wrong.parts[0].diagnoses[0].evidence

    assert evidence is not None
    assert evidence.agrees
    assert evidence.expected != evidence.got == evidence.predicted


def test_evidence_is_shown_once(wrong: ReportView) -> None:
    """A check that a diagnosis with evidence explains does not repeat the call; any other check shows its own."""
    assert wrong.parts[0].checks[1].evidence is None
    assert wrong.parts[1].checks[0].evidence is not None


def test_what_was_not_judged_costs_nothing(wrong: ReportView, reports: dict[str, Report]) -> None:
    """A check left out shows no zero, and its points are not counted against its part."""
    streaming = wrong.parts[2]
    only_noise = report_view(reports["too_noisy"], "en", "practice").parts[2]
    nothing = msgspec.structs.replace(
        reports["crashed"],
        checks=tuple(msgspec.structs.replace(each, outcome=Outcome.NOT_GRADED) for each in reports["crashed"].checks),
    )

    assert [check.points for check in streaming.checks] == ["0", "–", "0"]
    assert (streaming.points, streaming.max_points) == ("0", "35")
    assert (only_noise.points, only_noise.max_points, only_noise.tone) == ("35", "35", "warn")
    assert {part.points for part in report_view(nothing, "en", "practice").parts} == {"–"}


@pytest.mark.parametrize(
    ("name", "hinted"),
    [("accepted", []), ("wrong", [1, 2, 3]), ("over", [3]), ("too_noisy", []), ("import_error", [])],
)
def test_hints_stand_where_something_is_to_be_done(reports: dict[str, Report], name: str, hinted: list[int]) -> None:
    """No hints for what passed, for what only the machine prevented, or before the file can be imported."""
    shown = report_view(reports[name], "en", "practice")

    assert [part.number for part in shown.parts if part.hints] == hinted
    assert all(len(part.hints) in (0, 3) for part in shown.parts)


def test_an_import_error_is_told_once(reports: dict[str, Report]) -> None:
    """The line that stopped everything stands on top and not beside each check."""
    shown = report_view(reports["import_error"], "en", "practice")

    assert shown.stopper is not None
    assert "never closed" in shown.stopper.label
    assert "torch.matmul" in shown.stopper.value
    assert all((check.message, check.traceback) == ("", "") for part in shown.parts for check in part.checks)


def test_a_module_that_hangs_is_told_once(reports: dict[str, Report]) -> None:
    """Every check ends alike, and none of them is to blame; what was left out does not matter."""
    shown = report_view(reports["hung"], "en", "practice")

    assert shown.stopper is not None
    assert shown.stopper.label == "import did not come back within its time limit."
    assert report_view(reports["crashed"], "en", "practice").stopper is None


def test_checks_that_fail_apart_are_not_taken_for_one(reports: dict[str, Report]) -> None:
    """Under assessment their messages are made alike; that is no sign of a module that could not be had."""
    checks = tuple(
        msgspec.structs.replace(each, outcome=Outcome.ERRORED, message=Text(each.check.id, each.check.id))
        for each in reports["accepted"].checks[1:]
    )
    report = msgspec.structs.replace(reports["accepted"], checks=checks)

    assert report_view(report, "en", "assessment").stopper is None
    assert report_view(reports["hung"], "en", "assessment").stopper is not None


def test_a_traceback_that_repeats_is_shown_once(reports: dict[str, Report]) -> None:
    """Ten checks that die on the same line need one picture of it."""
    report = reports["crashed"]
    same = msgspec.structs.replace(report.checks[3], outcome=Outcome.ERRORED, traceback="line 1")
    other = msgspec.structs.replace(same, message=Text("It raised IndexError.", "它抛出了 IndexError。"))
    shown = report_view(msgspec.structs.replace(report, checks=(same, other)), "en", "practice")

    assert [check.traceback for part in shown.parts for check in part.checks] == ["line 1", ""]


def test_a_message_that_repeats_is_marked(reports: dict[str, Report]) -> None:
    """Ten checks in a row that are not written yet need one sentence."""
    report = reports["crashed"]
    same = msgspec.structs.replace(report.checks[0], outcome=Outcome.NOT_ATTEMPTED)
    other = msgspec.structs.replace(same, message=Text("Another.", "另一句。"))
    shown = report_view(msgspec.structs.replace(report, checks=(same, same, other)), "en", "practice")

    assert [check.repeats for check in shown.parts[0].checks] == [False, True, False]


def test_what_was_left_out_is_said(reports: dict[str, Report]) -> None:
    """A check that was not graded is not counted as failed."""
    assert report_view(reports["crashed"], "en", "practice").summary.startswith(
        "0 of 7 checks passed. 1 check was not graded."
    )


def test_both_languages_differ_wherever_a_sentence_is_ours(reports: dict[str, Report]) -> None:
    """The Chinese view holds no English sentence of ours."""
    english, chinese = (report_view(reports["over"], each, "practice") for each in ("en", "zh"))

    for name in ("exercise_title", "verdict_word", "summary"):
        assert getattr(english, name) != getattr(chinese, name)
    for ours, theirs in zip(english.parts, chinese.parts, strict=True):
        assert ours.title != theirs.title
        assert ours.tally != theirs.tally
    assert english.isolation.sentence != chinese.isolation.sentence
    assert english.timing[0].sentence != chinese.timing[0].sentence
    assert [each.name for each in chinese.stages] == [
        "导入提交",
        "缩放点积注意力（scaled dot-product attention）",
        "掩码（mask）",
        "流式注意力",
        "识别错误",
    ]


def test_no_string_of_a_view_is_harmful(reports: dict[str, Report]) -> None:
    """The sanitizer stands before every field, whatever comes later."""
    for view in ("practice", "assessment"):
        for text in _strings(report_view(reports["hostile"], "en", view)):
            assert all(each.isprintable() or each in "\n\t" for each in text)
            assert len(text) < 20_000


def test_the_seed_is_for_practice_only(reports: dict[str, Report]) -> None:
    """With the seed, inputs of hidden checks could be drawn again."""
    seed = str(reports["wrong"].seed)

    assert seed in {fact.value for fact in report_view(reports["wrong"], "en", "practice").facts}
    assert seed not in _strings(report_view(reports["wrong"], "en", "assessment"))


def test_a_diagnosis_without_a_known_function_finds_a_place(reports: dict[str, Report]) -> None:
    """It stands with a check that it explains, or in the first part, but never nowhere."""
    report = reports["accepted"]
    lost = Diagnosis(
        function="nowhere",
        kind=MistakeKind.VALUE,
        confidence=Confidence.SYMPTOM,
        mistakes=(),
        title=Text("t", "t"),
        explanation=Text("e", "e"),
        checks=("mask_causal",),
    )
    homeless = msgspec.structs.replace(lost, checks=())
    shown = report_view(msgspec.structs.replace(report, diagnoses=(lost, homeless)), "en", "practice")

    assert [len(part.diagnoses) for part in shown.parts] == [1, 1, 0]


def test_a_report_without_anything_can_be_shown(reports: dict[str, Report]) -> None:
    """An empty record is a fault elsewhere; it must not hide behind a second one here."""
    empty = msgspec.structs.replace(
        reports["accepted"], parts=(), checks=(), timing=(), stages=(), diagnoses=(), score=0.0, max_score=0.0
    )
    shown = report_view(empty, "zh", "practice")

    assert (shown.share, shown.parts, shown.next_part) == (0, (), None)
