"""What a test may expect. Every failure says why, in both languages, and never shows a hidden value in its sentence.

Tests write `from grader.exam import expect`. Each function returns when the expectation holds and raises
`ExpectationFailed` when it does not. `hint` is a sentence in English and Chinese that is added to the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader import values
from grader.exam.failures import AnswerJudged, CandidateRaised, ExpectationFailed
from grader.exam.proxy import lower
from grader.i18n import say
from grader.marking import Mark, MarkOutcome
from grader.model import Example, Outcome, Text

Hint = tuple[str, str] | None


def equal(got: Any, want: Any, *, hint: Hint = None) -> None:
    """Expect equality by the contract's rules: type, shape, dtype, then values within the dtype's tolerance."""
    found = values.difference(lower(got), lower(want))
    if found is not None:
        raise _failed(found.text, hint, _example(found))


def close(got: Any, want: Any, *, atol: float = 0.0, rtol: float = 0.0, hint: Hint = None) -> None:
    """Expect equality within an absolute or relative tolerance of the test's own."""
    found = values.difference(lower(got), lower(want), tolerance=values.Tolerance(atol, rtol))
    if found is not None:
        raise _failed(found.text, hint, _example(found))


def that(condition: object, *, en: str, zh: str) -> None:
    """Expect a condition; the sentence says what should hold."""
    if not bool(condition):
        raise ExpectationFailed(Text(en=en, zh=zh))


def right(mark: Mark) -> None:
    """Expect the answer to a question to be right. What the rules cannot decide goes to a person.

    Args:
        mark: `candidate.answers.q01`.
    """
    if mark.outcome is not MarkOutcome.RIGHT:
        person = mark.outcome is MarkOutcome.UNSURE
        raise AnswerJudged(mark, Outcome.NEEDS_PERSON if person else Outcome.FAILED)


def raises(
    error: type[BaseException], call: Callable[..., Any], *arguments: Any, hint: Hint = None, **keywords: Any
) -> None:
    """Expect the candidate's code to raise `error` or a subclass of it; the message is free."""
    name = error.__name__
    try:
        got = call(*arguments, **keywords)
    except CandidateRaised as raised:
        if name in raised.raised.types:
            return
        text = say("It should raise {wanted} here; it raised {what}.", wanted=name, what=raised.raised.type)
        raise _failed(text, hint, Example(call="", expected=name, got=raised.raised.type)) from None
    text = say("It should raise {wanted} here; it returned {what}.", wanted=name, what=values.describe(lower(got)))
    raise _failed(text, hint, Example(call="", expected=name, got=values.describe(lower(got))))


def finite(got: Any, *, hint: Hint = None) -> None:
    """Expect a number or an array without NaN and infinities."""
    block = values.as_floats(got) if values.is_numeric_block(got) else None
    if block is None:
        number = values.as_scalar(got)
        good = number is not None and number - number == 0
    else:
        import numpy  # loaded with the array that is in hand

        good = bool(numpy.isfinite(block).all())
    if not good:
        text = say("There are NaN or infinite values where all should be finite.")
        raise _failed(text, hint, Example(call="", got=values.snippet(got)))


def shape(got: Any, wanted: Sequence[int], *, hint: Hint = None) -> None:
    """Expect a tensor or an array of this shape."""
    if not values.is_numeric_block(got):
        text = say(
            "There should be a tensor of shape {want}; there is {got}.",
            want=values.shape_text(wanted),
            got=values.describe(lower(got)),
        )
        raise _failed(text, hint, Example(call="", got=values.describe(lower(got))))
    if tuple(values.shape_of(got)) != tuple(wanted):
        text = say(
            "The shape is {got}; it should be {want}.",
            got=values.shape_text(values.shape_of(got)),
            want=values.shape_text(wanted),
        )
        example = Example(call="", expected=values.shape_text(wanted), got=values.shape_text(values.shape_of(got)))
        raise _failed(text, hint, example)


def dtype(got: Any, wanted: Any, *, hint: Hint = None) -> None:
    """Expect a tensor or an array of this dtype."""
    name = str(wanted).removeprefix("torch.")
    if not values.is_numeric_block(got) or values.dtype_of(got) != name:
        text = say("The dtype should be {want}; there is {got}.", want=name, got=values.describe(lower(got)))
        raise _failed(text, hint, Example(call="", expected=name, got=values.describe(lower(got))))


def _example(found: values.Difference) -> Example:
    where = found.path
    if found.index is not None:
        where += f"[{', '.join(map(str, found.index))}]"
    return Example(call="", expected=found.expected, got=found.got, where=where)


def _failed(text: Text, hint: Hint, example: Example | None = None) -> ExpectationFailed:
    if hint is not None:
        text = Text(en=f"{text.en} {hint[0]}", zh=f"{text.zh}{hint[1]}")
    return ExpectationFailed(text, example)
