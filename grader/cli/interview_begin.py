"""How an interview begins: an exercise and questions are chosen, a folder is laid out, and the beginning is kept.

This module must not know how the interview is held.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.cli.speech import complain
from grader.errors import GraderError
from grader.model import Exercise, Language

if TYPE_CHECKING:
    from grader.practice.bank import QuestionBank
    from grader.practice.history import History
    from grader.practice.interview import Interview

SEED_BITS = 32


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for."""

    minutes: float
    focus: str | None  # the exercise; None leaves the choice to the plan
    seed: int | None  # None: one is drawn
    folder: Path | None  # where to work; None: a new one in the current folder


def begin(
    history: History,
    bank: QuestionBank,
    wish: Wish,
    language: Language,
    clock: Callable[[], float],
) -> Interview:
    """Plan one, lay out its folder, and keep the beginning.

    Args:
        clock: seconds that only go forward.

    Raises:
        GraderError: there is no such exercise, or the folder or the history cannot be written; nothing has begun.
    """
    from grader.catalog.find import require, slugs
    from grader.catalog.load import load
    from grader.practice.interview import Interview
    from grader.practice.interview_plan import make_plan
    from grader.practice.workspace import lay_out

    seed = secrets.randbits(SEED_BITS) if wish.seed is None else wish.seed
    names = [require(wish.focus)] if wish.focus is not None else slugs()
    exercises: list[Exercise] = []
    for name in names:
        try:
            exercises.append(load(name))
        except GraderError as error:  # a broken exercise does not hide the others
            complain(error.text, language)
    now = datetime.datetime.now(datetime.UTC)
    plan = make_plan(history, exercises, bank, seed=seed, minutes=wish.minutes, at=now, focus=wish.focus)
    place = wish.folder or _new_folder(f"interview-{plan.exercise}")
    lay_out(load(plan.exercise), place, language)
    return Interview.begin(history, plan, seed=seed, minutes=wish.minutes, folder=str(place.resolve()), clock=clock)


def _new_folder(name: str) -> Path:
    """A name that nothing here has yet: earlier rehearsals stay as they are."""
    numbered = (Path(name if number == 1 else f"{name}-{number}") for number in range(1, 1000))
    return next(each for each in numbered if not each.exists())
