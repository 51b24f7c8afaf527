"""How a check ends other than by passing, as exceptions inside the pytest session. They never leave it.

Judged
├── ExpectationFailed        failed: the value is not what the contract says
├── AnswerJudged             failed, or needs a person: what was answered to a question
├── NotAttempted             not attempted: absent, empty, or raising NotImplementedError at its first call
├── CandidateRaised          errored (or out of memory): the candidate's code raised
├── CandidateGone            the worker died: timed out, crashed, out of memory, over budget
├── CandidateBlocked         blocked: a name that is not allowed was called
├── CandidateUnsupported     failed: the result cannot cross the wall
├── BudgetJudged             over budget, too noisy, needs a person
└── ReferenceFailed          grader fault: the reference solution did not answer
"""

from __future__ import annotations

from grader import values
from grader.exam.advice import advice_on
from grader.exam.uncrossed import what_came
from grader.i18n import say
from grader.marking import Mark
from grader.model import Blocked, Call, Died, Example, Outcome, Raised, Text, Unsupported

# What libraries raise when memory cannot be had, beside MemoryError itself.
_MEMORY_WORDS = (
    "can't allocate memory",
    "not enough memory",
    "Unable to allocate",
    "bad_alloc",
    "Cannot allocate memory",
)


class Judged(Exception):
    """The check is decided, and not passed."""

    outcome: Outcome
    traceback: str = ""

    def __init__(self, outcome: Outcome, message: Text, example: Example | None = None) -> None:
        super().__init__(message.en)
        self.outcome = outcome
        self._message = message
        self._example = example

    @property
    def message(self) -> Text:
        """Why, for the candidate."""
        return self._message

    @property
    def example(self) -> Example | None:
        """The evidence."""
        return self._example


class ExpectationFailed(Judged):
    def __init__(self, message: Text, example: Example | None = None) -> None:
        super().__init__(Outcome.FAILED, message, example)


class AnswerJudged(Judged):
    def __init__(self, mark: Mark, outcome: Outcome) -> None:
        super().__init__(outcome, answer_message(mark), answer_example(mark))


def answer_message(mark: Mark) -> Text:
    """Why an answer has its mark, and which points of a rubric it makes; never the key."""
    text = mark.message
    if mark.points or mark.missing:
        total = len(mark.points) + len(mark.missing)
        text = say("{text} Points found: {count} of {total}.", text=text, count=len(mark.points), total=total)
    for point in mark.points:
        sentence = point.sentence if len(point.sentence) <= 300 else point.sentence[:300] + "…"
        text = say("{text}\n+ {title}: “{sentence}”", text=text, title=point.title, sentence=sentence)
    return text


def answer_example(mark: Mark) -> Example:
    """The evidence: what was answered."""
    return Example(call=f"answers.md: {mark.question}", got=mark.answer)


class NotAttempted(Judged):
    def __init__(self, function: str, *, missing: bool = False, empty: bool = False) -> None:
        if missing:
            text = say("The file defines no {function}.", function=function)
        elif empty:
            text = say("{function} is still empty.", function=function)
        else:
            text = say("{function} is not written yet: it raises NotImplementedError.", function=function)
        super().__init__(Outcome.NOT_ATTEMPTED, text)
        self.function = function


class CandidateRaised(Judged):
    def __init__(self, raised: Raised, call: Call | None) -> None:
        self.raised = raised
        self.call = call
        Exception.__init__(self, raised.type)
        memory = "MemoryError" in raised.types or any(word in raised.message for word in _MEMORY_WORDS)
        self.outcome = Outcome.OUT_OF_MEMORY if memory else Outcome.ERRORED
        self.traceback = traceback_of(raised)

    # Sentences are made when they are asked for: where an error is promised, raising it is right and needs none.
    @property
    def message(self) -> Text:
        what = f"{self.raised.type}: {self.raised.message[:300]}" if self.raised.message else self.raised.type
        if self.outcome is Outcome.OUT_OF_MEMORY:
            text = say("It asked for more memory than its budget: {what}", what=what)
        elif self.call is None:
            text = say("The file could not be imported: {what}", what=what)
        else:
            text = say("{function} raised {what}", function=self.call.function, what=what)
        if self.raised.frames:
            text = say("{text} (line {line})", text=text, line=self.raised.frames[-1].line)
        advice = advice_on(self.raised)
        return text if advice is None else say("{text}. {advice}", text=text, advice=advice)

    @property
    def example(self) -> Example | None:
        if self.call is None:
            return None
        return Example(call=values.describe_call(self.call), got=f"{self.raised.type}: {self.raised.message[:300]}")


class CandidateGone(Judged):
    def __init__(self, died: Died, call: Call | None) -> None:
        name = call.function if call is not None else "import"
        outcome, text = _death(died, name)
        super().__init__(outcome, text, None if call is None else Example(call=values.describe_call(call)))
        self.died = died


class CandidateBlocked(Judged):
    def __init__(self, blocked: Blocked) -> None:
        text = (
            say(
                "It uses {name} (line {line}), which this task asks to do without.",
                name=blocked.name,
                line=blocked.line,
            )
            if blocked.line
            else say("It uses {name}, which this task asks to do without.", name=blocked.name)
        )
        super().__init__(Outcome.BLOCKED, text)


class CandidateUnsupported(Judged):
    def __init__(self, unsupported: Unsupported, call: Call) -> None:
        text = say(
            "{function} returned {why}, which is not what the contract says.",
            function=call.function,
            why=what_came(unsupported.why),
        )
        super().__init__(Outcome.FAILED, text, Example(call=values.describe_call(call)))


class BudgetJudged(Judged):
    """A time or memory budget is broken, or cannot be judged."""


class ReferenceFailed(Judged):
    """The reference raised or died, which no submission can help."""

    def __init__(self, judged: Judged) -> None:
        super().__init__(Outcome.GRADER_FAULT, say("The reference solution failed here: {what}", what=judged.message))


def traceback_of(raised: Raised) -> str:
    """The candidate's own lines of a traceback, as text. Untrusted."""
    return "\n".join(f"line {each.line}, in {each.function or '<module>'}: {each.source}" for each in raised.frames)


def _death(died: Died, name: str) -> tuple[Outcome, Text]:
    match died.cause:
        case "timeout" | "cpu":
            return Outcome.TIMED_OUT, say("{name} did not come back within its time limit and was stopped.", name=name)
        case "output":
            return Outcome.OVER_BUDGET, say("{name} printed more than its output budget and was stopped.", name=name)
        case "protocol":
            return Outcome.CRASHED, say("{name} broke the connection to the grader.", name=name)
        case "exit":
            return Outcome.CRASHED, say(
                "{name} ended the whole process (exit status {number}) instead of returning.",
                name=name,
                number=died.number,
            )
        case "signal":
            return Outcome.CRASHED, say(
                "{name} crashed the process with {signal}.", name=name, signal=_signal_name(died.number)
            )


def _signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
