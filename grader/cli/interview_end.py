"""How an interview ends: its sums are said, and its scorecard is written beside the code.

This module must not know how the interview was held.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.speech import put, tell
from grader.i18n import say, say_count
from grader.model import Exercise, Language

if TYPE_CHECKING:
    from grader.practice.bank import QuestionBank
    from grader.practice.interview import Interview
    from grader.practice.scorecard import Scorecard

PAGE = "scorecard.html"


def sum_up(held: Interview, exercise: Exercise, bank: QuestionBank, language: Language) -> None:
    """Say the sums, then write the scorecard.

    Raises:
        ReportError: it cannot be written; the sums are said.
    """
    from grader.practice.scorecard import scorecard
    from grader.practice.scorecard_page import render_scorecard
    from grader.report.write import write_report

    card = scorecard(held.state, exercise, bank, held.started_at)
    _say(card, language)
    page = Path(held.state.folder) / PAGE
    with contextlib.suppress(OSError):  # somebody has tidied up; what cannot be mended is said by what comes next
        page.parent.mkdir(parents=True, exist_ok=True)
    write_report(page, render_scorecard(card, language))
    tell(say("The scorecard: {file}", file=page), language)


def _say(card: Scorecard, language: Language) -> None:
    put(say("Score: {score} of {most}", score=f"{card.score:.0f}", most=f"{card.max_score:.0f}"), language)
    for phase in card.phases:
        points, most = f"{phase.points:.1f}", f"{phase.max_points:.0f}"
        put(say("  {phase}: {points} of {most}", phase=phase.name, points=points, most=most), language)
    if card.hints:
        cost = f"{card.hint_cost:.1f}"
        text = say_count("  One hint cost {cost} points.", "  {count} hints cost {cost} points.", card.hints, cost=cost)
        put(text, language)
    put(say("To practise next:"), language)
    for each in card.advice:
        put(say("  {what}: {command}", what=each.what, command=each.command), language)
