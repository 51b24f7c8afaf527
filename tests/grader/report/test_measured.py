"""What was measured, in words and in thousandths."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from grader.model import Report, Stage
from grader.report.measured import fact_views, isolation_view, share, stage_views, timing_view
from grader.report.phrase import Phrase


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(0, 10, 0), (5, 10, 500), (10, 10, 1000), (11, 10, 1000), (-1, 10, 0), (1, 0, 0)],
)
def test_a_share_is_never_outside_its_whole(part: float, whole: float, expected: int) -> None:
    """Bars stay inside their rails."""
    assert share(part, whole) == expected


def test_stages_lie_on_one_axis(reports: dict[str, Report]) -> None:
    """Each begins where it began; none is too narrow to be seen; none leaves the axis."""
    stages = (*reports["wrong"].stages, Stage(name="<b>", start_s=0.741, end_s=0.7410001))
    shown = stage_views(msgspec.structs.replace(reports["wrong"], stages=stages), Phrase("en"))

    assert shown[0].left == 0
    assert all(one.left <= other.left for one, other in itertools.pairwise(shown))
    assert all(each.width >= 4 and each.left + each.width <= 1001 for each in shown)
    assert [each.name for each in shown[:3]] == ["import the submission", "Scaled dot-product attention", "Masks"]
    assert (shown[-1].name, shown[3].duration) == ("<b>", "458 ms")


def test_a_check_that_goes_on_beside_others_has_a_row(reports: dict[str, Report]) -> None:
    """By its title, like the parts."""
    check = reports["wrong"].checks[0].check
    stages = (Stage(name=check.id, start_s=0.1, end_s=0.2), *reports["wrong"].stages)
    report = msgspec.structs.replace(reports["wrong"], stages=stages)

    assert stage_views(report, Phrase("en"))[0].name == check.title.en
    assert stage_views(report, Phrase("zh"))[0].name == check.title.zh


def test_a_comparison_is_one_sentence(reports: dict[str, Report]) -> None:
    """Whoever does not see the chart reads the same."""
    (timing,) = reports["over"].timing
    shown = timing_view(timing, {"streaming_time": "Speed"}, Phrase("en"))

    assert shown.sentence == "4.60× the time of the reference (interval 4.40× to 4.80×); the budget is 3.00×."
    assert (shown.title, shown.tone, shown.verdict_word) == ("Speed", "bad", "over budget")
    assert shown.sentence in str(shown.chart)


def test_numbers_that_are_none_have_no_chart(reports: dict[str, Report]) -> None:
    """A ratio that was never measured is a dash, not a picture."""
    (timing,) = reports["hostile"].timing
    shown = timing_view(timing, {}, Phrase("en"))

    assert (shown.ratio, shown.chart) == ("—", None)


def test_isolation_names_tier_layers_and_gaps(reports: dict[str, Report]) -> None:
    """A run that was not isolated says so in words and tone."""
    sound, open_ = (isolation_view(reports[name].isolation, Phrase("en")) for name in ("wrong", "crashed"))

    assert (sound.tier, sound.tone, sound.missing) == ("A", "good", ("cgroup",))
    assert (open_.tier, open_.tone) == ("E", "warn")
    assert open_.sentence.startswith("Not isolated")


def test_facts_leave_out_what_is_empty(reports: dict[str, Report]) -> None:
    """The time is in UTC; an unreadable one is shown as it came; a fact without a value is no line."""
    report = msgspec.structs.replace(reports["wrong"], submission_sha256="", started_at="yesterday")
    facts = {fact.label: fact.value for fact in fact_views(report, "practice", Phrase("en"))}
    good = {fact.label: fact.value for fact in fact_views(reports["wrong"], "practice", Phrase("en"))}

    assert "Submission (SHA-256)" not in facts
    assert facts["Graded"] == "yesterday"
    assert good["Graded"] == "2026-11-22 00:37:05 UTC"
    assert good["Libraries"] == "torch 2.13.0, numpy 2.4.6"
