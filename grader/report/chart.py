"""The chart of one timed comparison, as an SVG fragment that a page can take in.

pygal lays it out; its own styles, scripts, tooltips and titles are taken off, because the page's policy allows no
styles but its own and draws both themes from them. What remains is geometry with class names. This module must not
know languages: words stand around the chart, and a table of the same numbers stands beside it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from grader.model import Timing

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WIDTH, _HEIGHT = 640, 104
_STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_TICKS = 8
_DOTS = 60
_SERIES = ("budget", "repeats", "interval", "ratio")  # drawn in this order
_DROPPED = frozenset({"defs", "title", "desc", "script", "style"})
_OVERLAYS = frozenset({"text-overlay", "tooltip-overlay"})


def timing_chart(timing: Timing, label: str) -> Markup | None:
    """Draw the ratio, its interval and the repetitions on one axis, with the budget as a line across it.

    Args:
        timing: the comparison.
        label: what the chart shows, for those who do not see it.

    Returns:
        An `svg` element; None where the numbers cannot be drawn.
    """
    marks = (timing.ratio, timing.low, timing.high, timing.budget)
    if not all(math.isfinite(mark) and mark >= 0 for mark in marks) or max(marks) > 1e6:
        return None
    pygal = library()
    end = max(1.0, timing.budget * 1.2, timing.high * 1.1, timing.ratio * 1.1)
    chart = pygal.XY(
        js=[],
        width=_WIDTH,
        height=_HEIGHT,
        margin=6,
        xrange=(0, end),
        range=(-1, 1),
        show_legend=False,
        show_y_labels=False,
        show_y_guides=False,
        show_x_guides=True,
        disable_xml_declaration=True,
        dots_size=4,
    )
    chart.x_labels = _ticks(end)
    chart.x_value_formatter = lambda value: f"{value:g}×"
    drawn = [ratio for ratio in timing.ratios if math.isfinite(ratio) and 0 <= ratio <= end][:_DOTS]
    chart.add("budget", [(timing.budget, -1), (timing.budget, 1)], show_dots=False)
    chart.add("repeats", [(ratio, -0.55) for ratio in drawn], stroke=False, dots_size=2.5)
    chart.add("interval", [(timing.low, 0.25), (timing.high, 0.25)], show_dots=False)
    chart.add("ratio", [(timing.ratio, 0.25)], stroke=False, dots_size=6)
    return bare(chart.render_tree(), label, _SERIES)


def library() -> Any:
    """The library, imported when a chart is wanted and not before: a run without a page needs none."""
    import pygal

    # It leaves a finder for its map plug-ins in the import system, with an interface that Python 3.12 dropped and 3.11
    # warns about at every later import. No map is drawn here.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
    return pygal


def _ticks(end: float) -> list[float]:
    """Round positions from 0 to the end of the axis."""
    step = next((step for step in _STEPS if end / step <= _TICKS), end)
    return [round(number * step, 6) for number in range(int(end / step) + 1)]


def bare(root: Element, label: str, names: Sequence[str]) -> Markup:
    """A drawn chart without anything that styles, runs or pops up.

    Args:
        root: as the library laid it out.
        label: what the chart shows, for those who do not see it.
        names: what the series are called, as class names, in the order in which they were added.
    """
    for parent in list(root.iter()):
        for child in list(parent):
            overlay = not _OVERLAYS.isdisjoint(child.get("class", "").split())
            if not isinstance(child.tag, str) or child.tag in _DROPPED or overlay:  # comments have no name
                parent.remove(child)
    for element in root.iter():
        for name in [name for name in element.attrib if name == "style" or name.startswith("on")]:
            del element.attrib[name]
        for number, series in enumerate(names):
            if f"serie-{number}" in element.get("class", "").split():
                element.set("class", f"series {series}")
    from pygal.etree import etree  # lxml's where installed, else the standard library's

    root.attrib.pop("id", None)
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  a tree serialised, all text escaped
