"""Marking answers: multiple choice, numbers with units, short prose by rubric. Pure functions over untrusted text.

Nothing here runs anything, asks a model, or draws a lot: the same text gets the same mark, and what the rules cannot
decide is handed to a person. This room must not know where a question comes from, an exercise or a quiz.
"""

from grader.marking.bank import load_bank
from grader.marking.mark import FoundPoint, Mark, MarkOutcome, mark
from grader.marking.question import (
    Bank,
    Choice,
    Fault,
    Misconception,
    Numeric,
    Point,
    Question,
    ShortAnswer,
    WrongValue,
)
from grader.marking.sheet import Sheet, compose, parse

__all__ = [
    "Bank",
    "Choice",
    "Fault",
    "FoundPoint",
    "Mark",
    "MarkOutcome",
    "Misconception",
    "Numeric",
    "Point",
    "Question",
    "Sheet",
    "ShortAnswer",
    "WrongValue",
    "compose",
    "load_bank",
    "mark",
    "parse",
]
