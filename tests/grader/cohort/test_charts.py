"""Charts are geometry with names: nothing styles, runs or pops up, and the numbers are the ones given."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from grader.cohort.charts import bars, histogram, ratio_bars


def heights(chart: str, series: str) -> list[float]:
    """Of the bars of one series, in order."""
    root = ElementTree.fromstring(chart)
    group = next(each for each in root.iter() if f"series {series}" == each.get("class", ""))
    return [float(each.get("height", 0)) for each in group.iter() if each.tag.endswith("rect")]


def test_bars_are_as_high_as_their_counts() -> None:
    """In proportion; a bar of nothing has no height."""
    drawn = heights(bars(["a", "b", "c"], [0, 2, 4], "three"), "counts")

    assert drawn[0] == pytest.approx(0, abs=1e-6)
    assert drawn[2] == pytest.approx(2 * drawn[1], rel=1e-6)


@pytest.mark.parametrize("chart", [bars(["<b>", "&"], [1, 2], 'a "label" <i>'), ratio_bars([0.5, 2.0], 3.0, "r")])
def test_nothing_acts(chart: str) -> None:
    """No style, no script, no handler, no address; labels are escaped, and the whole has a name."""
    assert not re.search(r"<style|<script|style=|\son\w+=|href|url\(|<b>|<i>", chart)
    assert 'role="img"' in chart
    assert "aria-label=" in chart


def test_many_labels_are_thinned_out() -> None:
    """Bars stay, labels that would stand on one another go."""
    chart = bars([f"day {number}" for number in range(60)], [1] * 60, "sixty")

    assert len(heights(chart, "counts")) == 60
    assert 0 < len(re.findall(r">day \d+<", chart)) <= 12


def test_an_empty_cohort_can_be_drawn() -> None:
    """No bar, no fault."""
    assert heights(bars(["a"], [0], "nothing"), "counts") == [pytest.approx(0, abs=1e-6)]


@pytest.mark.parametrize("ratios", [[1.0], [0.1, 0.2, 9.0], [2.9, 3.0, 3.1], [0.0, 1e5], [1.1] * 500])
def test_histograms_hold_everybody(ratios: list[float]) -> None:
    """Each ratio in one bin, the budget on an edge, and one far outlier does not squeeze the rest."""
    edges, counts = histogram(ratios, 3.0)

    assert sum(counts) == len(ratios)
    assert any(edge == pytest.approx(3.0) for edge in edges)
    assert len(edges) == len(counts) + 1
    assert edges[-1] <= 9.01


def test_the_budget_is_drawn() -> None:
    """As a line across, apart from the bars."""
    assert len(heights(ratio_bars([0.5, 1.0, 4.0], 3.0, "times"), "budget")) == 1
