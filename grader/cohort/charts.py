"""The charts of a cohort report: bars by pygal, stripped of all that styles or runs, as in `grader.report.chart`.

This module must not know languages: labels come with the numbers, and a table of the same numbers stands beside each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from grader.report.chart import bare, library

_WIDTH, _HEIGHT = 720, 220
_SMALL_HEIGHT = 150
_MOST_LABELS = 10
_BINS = 24
_RATIO_STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 100, 250, 1000)
_MOST_TICKS = 8


def bars(labels: Sequence[str], counts: Sequence[int], label: str, *, height: int = _HEIGHT) -> Markup:
    """Counts side by side.

    Args:
        labels: one a bar; every so many are written where they would not fit.
        counts: one a bar.
        label: what the chart shows, for those who do not see it.
    """
    pygal = library()
    chart = pygal.Bar(**_settings(height), spacing=2)
    every = -(-len(labels) // _MOST_LABELS)
    chart.x_labels = [each if number % every == 0 else "" for number, each in enumerate(labels)]
    chart.y_labels = _steps(max(counts, default=0))
    chart.add("counts", list(counts))
    return bare(chart.render_tree(), label, ("counts",))


def ratio_bars(ratios: Sequence[float], budget: float, label: str) -> Markup:
    """How often each ratio was measured, with the budget as a line.

    Args:
        ratios: candidate / reference, sorted, not empty.
        budget: the ratio that is allowed.
        label: what the chart shows, for those who do not see it.
    """
    edges, counts = histogram(ratios, budget)
    most = max(counts)
    pygal = library()
    chart = pygal.Histogram(**_settings(_SMALL_HEIGHT))
    chart.xrange = (0, edges[-1])
    step = next((each for each in _RATIO_STEPS if edges[-1] / each <= _MOST_TICKS), edges[-1])
    chart.x_labels = [round(number * step, 6) for number in range(int(edges[-1] / step + 1e-9) + 1)]
    chart.x_value_formatter = lambda value: f"{value:g}×"
    chart.y_labels = _steps(most)
    sliver = edges[-1] / 400
    within = [(count, low, high) for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True) if count]
    chart.add("counts", within)
    chart.add("budget", [(most, budget - sliver, budget + sliver)])
    return bare(chart.render_tree(), label, ("counts", "budget"))


def histogram(ratios: Sequence[float], budget: float) -> tuple[list[float], list[int]]:
    """Ratios in bins of equal width from 0, the budget on an edge.

    The last bin holds everything that is far above the budget too: one endless loop must not squeeze all others.
    """
    end = max(1.5 * budget, min(1.05 * max(ratios), 3 * budget))
    width = budget / max(1, round(_BINS * budget / end))
    number = math.ceil(end / width - 1e-9)
    counts = [0] * number
    for ratio in ratios:
        counts[min(number - 1, int(ratio / width))] += 1
    return [width * each for each in range(number + 1)], counts


def _settings(height: int) -> dict[str, object]:
    return {
        "js": [],
        "width": _WIDTH,
        "height": height,
        "margin": 6,
        "show_legend": False,
        "show_x_guides": False,
        "show_y_guides": True,
        "disable_xml_declaration": True,
        "print_values": False,
        "truncate_label": -1,
    }


def _steps(most: int) -> list[int]:
    """Whole numbers up the side: 0, some in between, and one at or above the highest bar."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000):
        if step * 4 >= most:
            return list(range(0, step * (-(-most // step) or 1) + 1, step))
    return [0, most]
