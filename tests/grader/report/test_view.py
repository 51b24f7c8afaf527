"""View models are ready to show: nothing to compute, nothing hidden in them, the same in both languages but words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest

from grader.model import Report
from grader.report.assemble import report_view
from grader.report.redact import View
from grader.report.view import CheckView, DiagnosisView, EvidenceView, PartView, ReportView
from grader.report.words import Tone

NAMES = (
    "accepted",
    "wrong",
    "several",
    "crashed",
    "import_error",
    "hung",
    "over",
    "too_noisy",
    "needs_person",
    "hostile",
)
# What the same report says alike in every language: codes, numbers, what the submission itself said.
WORDLESS = {
    "anchor",
    "id",
    "outcome",
    "verdict",
    "confidence",
    "tone",
    "mark",
    "points",
    "max_points",
    "score",
    "max_score",
    "share",
    "visible",
    "open",
    "repeats",
    "function",
    "mistakes",
    "ratio",
    "low",
    "high",
    "left",
    "width",
}


def nodes(value: Any) -> Iterator[Any]:
    """A view model and everything in it."""
    yield value
    if isinstance(value, msgspec.Struct):
        for each in msgspec.structs.astuple(value):
            yield from nodes(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from nodes(each)


def strings(view: ReportView) -> str:
    """All that a reader could see of it."""
    return "\n".join(each for each in nodes(view) if isinstance(each, str))


@pytest.fixture(params=NAMES)
def report(request: pytest.FixtureRequest, reports: dict[str, Report]) -> Report:
    return reports[request.param]


def test_all_reports_are_looked_at(reports: dict[str, Report]) -> None:
    """A new kind of report is to be added here."""
    assert set(NAMES) == set(reports)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_only_practice_shows_what_hidden_checks_saw(reports: dict[str, Report], secret: str, language: str) -> None:
    """Inputs, expected values, what came back, traces, output, hints and answers: all in the one, none in the other."""
    report = reports["wrong"]
    example = report.diagnoses[0].example
    assert example is not None
    telling = [
        secret,
        *(line.strip() for value in (example.expected, example.got) for line in value.splitlines()),
        example.where,
        "in softmax: x =",
        "loss 0.31",
        str(report.seed),
        *(getattr(hint, language) for part in report.parts[:1] for hint in part.hints),
        *(getattr(each, language) for followup in report.followups for each in (followup.question, followup.answer)),
    ]
    practice = strings(report_view(report, language, "practice"))
    assessment = strings(report_view(report, language, "assessment"))

    assert [each for each in telling if each not in practice] == []
    assert [each for each in telling if each in assessment] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_assessment_has_no_evidence_of_hidden_checks(report: Report, language: str) -> None:
    """There is no place in it that could hold a value, whatever the report was."""
    view = report_view(report, language, "assessment")
    hidden = {each.check.id for each in report.checks if each.check.visibility == "hidden"}

    shown = [each for each in nodes(view) if isinstance(each, CheckView) and not each.visible]
    assert len(shown) == len(hidden)
    assert [each.evidence for each in shown] == [None] * len(shown)
    assert not any(each.traceback for each in shown) or report.verdict == "import_error"
    assert not any(isinstance(each, EvidenceView) for part in view.parts for each in nodes(part.diagnoses))
    assert (view.output, view.followups) == ("", ())
    assert not any(part.hints for part in view.parts)


@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_both_languages_have_the_same_shape(report: Report, view: View) -> None:
    """Everything but words is equal: who reads Chinese sees neither more nor less."""
    english, chinese = (list(nodes(report_view(report, each, view))) for each in ("en", "zh"))

    assert [type(each) for each in english] == [type(each) for each in chinese]
    for ours, theirs in zip(english, chinese, strict=True):
        if isinstance(ours, msgspec.Struct):
            for name in WORDLESS & set(ours.__struct_fields__):
                assert getattr(ours, name) == getattr(theirs, name), f"{type(ours).__name__}.{name}"


def test_every_sentence_is_in_its_language(reports: dict[str, Report]) -> None:
    """What is ours to say is said in Chinese to who reads Chinese, and holds no Chinese for who does not."""
    for name in set(NAMES) - {"hostile"}:
        for view in get_args(View):
            english, chinese = (report_view(reports[name], each, view) for each in ("en", "zh"))
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in strings(english)), name
            for ours in (chinese.verdict_word, chinese.summary, chinese.isolation.sentence, *_words(chinese)):
                assert any("\u4e00" <= letter <= "\u9fff" for letter in ours), ours


def _words(view: ReportView) -> Iterator[str]:
    for part in view.parts:
        yield from (part.title, part.tally)
        yield from (check.outcome_word for check in part.checks)
        yield from (each.confidence_sentence for each in part.diagnoses)


@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_writers_have_nothing_to_compute(report: Report, view: View) -> None:
    """Every field holds what it says: strings, whole numbers, yes or no; no fraction that is still to be formatted."""
    for each in nodes(report_view(report, "en", view, charts=True)):
        assert each is None or isinstance(each, str | int | tuple | msgspec.Struct), type(each)

    shown = report_view(report, "en", view)
    assert msgspec.convert(msgspec.to_builtins(shown), ReportView) == shown


@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_a_tone_never_stands_alone(report: Report, view: View) -> None:
    """It is one of the closed list, and has a mark beside it for who sees no colours."""
    toned = [each for each in nodes(report_view(report, "en", view)) if hasattr(each, "tone")]

    assert len(toned) > len(report.checks)
    for each in toned:
        assert each.tone in get_args(Tone)
        assert each.mark.strip()


@pytest.mark.parametrize("view", ["practice", "assessment"])
def test_every_reference_leads_somewhere(report: Report, view: View) -> None:
    """Anchors are unique, start as they were told to, and what points to one finds it."""
    shown = report_view(report, "en", view, anchor="second")
    anchors = [each.anchor for each in nodes(shown) if isinstance(each, ReportView | PartView | DiagnosisView)]
    used = [each.value for each in shown.findings] + ([shown.next_part.value] if shown.next_part else [])
    used += [fact.value for each in nodes(shown) if isinstance(each, CheckView) for fact in each.explained_by]

    assert len(set(anchors)) == len(anchors)
    assert all(each == "second" or each.startswith("second-") for each in anchors)
    assert set(used) <= set(anchors)


def test_shares_are_thousandths(report: Report) -> None:
    """Bars and stages can be drawn as they are: nothing is negative or leaves its whole."""
    shown = report_view(report, "en", "practice")

    assert all(0 <= each.share <= 1000 for each in (shown, *shown.parts))
    assert all(each.left >= 0 and each.width >= 0 and each.left + each.width <= 1001 for each in shown.stages)


def test_a_view_is_frozen(reports: dict[str, Report]) -> None:
    """A writer cannot improve what it is given."""
    shown = report_view(reports["wrong"], "en", "assessment")

    for each in nodes(shown):
        if isinstance(each, msgspec.Struct):
            first = each.__struct_fields__[0]
            with pytest.raises(AttributeError):
                setattr(each, first, getattr(each, first))
