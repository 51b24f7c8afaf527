"""The chart is geometry with class names: no style, no script, nothing that a page would have to allow."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import msgspec
import pytest

from grader.model import Report, Timing
from grader.report.chart import timing_chart

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def timing(reports: dict[str, Report]) -> Timing:
    """A comparison clearly over its budget."""
    return reports["over"].timing[0]


def _tree(timing: Timing) -> ElementTree.Element:
    chart = timing_chart(timing, "label")
    assert chart is not None
    return ElementTree.fromstring(str(chart))


def test_nothing_in_it_styles_runs_or_pops_up(timing: Timing) -> None:
    """The page's policy allows neither, and hovering shows nothing that the table does not."""
    tree = _tree(timing)
    names = {element.tag.removeprefix(SVG) for element in tree.iter()}

    assert names <= {"svg", "g", "rect", "path", "text", "circle"}
    assert not [name for element in tree.iter() for name in element.attrib if name == "style" or name.startswith("on")]


def test_interval_ratio_and_budget_are_where_they_belong(timing: Timing) -> None:
    """On the axis the interval encloses the ratio, and the budget lies left of both."""
    text = str(timing_chart(timing, "label"))
    ends = {}
    for name in ("budget", "interval"):
        path = re.search(rf'class="series {name}[^>]*>\s*<path d="M([\d.]+) [\d.]+ L([\d.]+)', text)
        assert path is not None
        ends[name] = (float(path[1]), float(path[2]))
    dot = re.search(r'class="series ratio[^>]*>\s*<g class="dots"><circle cx="([\d.]+)"', text)
    assert dot is not None

    assert ends["budget"][0] == ends["budget"][1] < ends["interval"][0] < float(dot[1]) < ends["interval"][1]


def test_every_repetition_is_a_dot(timing: Timing) -> None:
    """Readers see the spread that the interval was made from."""
    circles = [element for element in _tree(timing).iter() if element.tag.endswith("circle")]

    assert len(circles) == len(timing.ratios) + 1


def test_it_is_an_image_with_a_label(timing: Timing) -> None:
    """A screen reader reads the sentence instead of the shapes; quotes in it do no harm."""
    chart = timing_chart(timing, '"><script>alert(1)</script>')

    assert chart is not None
    tree = ElementTree.fromstring(str(chart))
    assert (tree.get("role"), tree.get("aria-label")) == ("img", '"><script>alert(1)</script>')


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1.0, 1e12])
def test_what_cannot_be_drawn_is_not_drawn(timing: Timing, bad: float) -> None:
    """No chart is better than one that lies."""
    assert timing_chart(msgspec.structs.replace(timing, high=bad), "label") is None


@pytest.mark.parametrize("ratio", [1e-4, 0.3, 7.0, 480.0])
def test_the_axis_fits_any_ratio(timing: Timing, ratio: float) -> None:
    """Few round ticks, whatever the size."""
    drawn = _tree(msgspec.structs.replace(timing, ratio=ratio, low=ratio * 0.9, high=ratio * 1.1, budget=ratio * 0.7))
    ticks = [element.text for element in drawn.iter() if element.tag.endswith("text")]

    assert 2 <= len(ticks) <= 9
    assert ticks[0] == "0×"
