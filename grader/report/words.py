"""What the closed lists of the model are called, in both languages, and how numbers read.

Each word stands here once, so that the page, the terminal and the exports say the same. This module must not know
any report.
"""

from __future__ import annotations

import math
from typing import Literal

from grader.i18n import say
from grader.model import Confidence, MistakeKind, Outcome, Text, Tier, TimingVerdict, Verdict

Tone = Literal["good", "bad", "warn", "calm"]

VERDICT_TONES: dict[Verdict, Tone] = {
    Verdict.ACCEPTED: "good",
    Verdict.INCOMPLETE: "calm",
    Verdict.NEEDS_PERSON: "warn",
    Verdict.TOO_NOISY: "warn",
    Verdict.NOT_ATTEMPTED: "calm",
    Verdict.GRADER_FAULT: "warn",
}  # the rest: bad

OUTCOME_TONES: dict[Outcome, Tone] = {
    Outcome.PASSED: "good",
    Outcome.TOO_NOISY: "warn",
    Outcome.NEEDS_PERSON: "warn",
    Outcome.GRADER_FAULT: "warn",
    Outcome.SKIPPED: "calm",
    Outcome.NOT_ATTEMPTED: "calm",
    Outcome.NOT_GRADED: "calm",
}  # the rest: bad

TIMING_TONES: dict[TimingVerdict, Tone] = {
    TimingVerdict.WITHIN: "good",
    TimingVerdict.OVER: "bad",
    TimingVerdict.TOO_NOISY: "warn",
    TimingVerdict.NEEDS_PERSON: "warn",
}

MARKS: dict[Tone, str] = {"good": "✓", "bad": "✗", "warn": "!", "calm": "–"}


def verdict_word(verdict: Verdict) -> Text:
    """The verdict, as a headline."""
    match verdict:
        case Verdict.ACCEPTED:
            return say("Accepted")
        case Verdict.INCOMPLETE:
            return say("Right so far, not complete")
        case Verdict.NEEDS_PERSON:
            return say("Needs a person to decide")
        case Verdict.TOO_NOISY:
            return say("Too noisy to say")
        case Verdict.OVER_BUDGET:
            return say("Over budget")
        case Verdict.WRONG_ANSWER:
            return say("Wrong answer")
        case Verdict.RUNTIME_ERROR:
            return say("Runtime error")
        case Verdict.TIME_LIMIT_EXCEEDED:
            return say("Time limit exceeded")
        case Verdict.MEMORY_LIMIT_EXCEEDED:
            return say("Memory limit exceeded")
        case Verdict.CRASHED:
            return say("Crashed")
        case Verdict.RULE_BROKEN:
            return say("A rule was broken")
        case Verdict.IMPORT_ERROR:
            return say("Could not be imported")
        case Verdict.NOT_ATTEMPTED:
            return say("Not attempted")
        case Verdict.GRADER_FAULT:
            return say("Fault of the grader")


def outcome_word(outcome: Outcome) -> Text:
    """The outcome of a check, as a label."""
    match outcome:
        case Outcome.PASSED:
            return say("passed")
        case Outcome.FAILED:
            return say("failed")
        case Outcome.ERRORED:
            return say("raised an error")
        case Outcome.TIMED_OUT:
            return say("timed out")
        case Outcome.OVER_BUDGET:
            return say("over budget")
        case Outcome.TOO_NOISY:
            return say("too noisy")
        case Outcome.OUT_OF_MEMORY:
            return say("out of memory")
        case Outcome.CRASHED:
            return say("crashed")
        case Outcome.BLOCKED:
            return say("blocked")
        case Outcome.SKIPPED:
            return say("skipped")
        case Outcome.NOT_ATTEMPTED:
            return say("not attempted")
        case Outcome.NOT_GRADED:
            return say("not graded")
        case Outcome.NEEDS_PERSON:
            return say("needs a person")
        case Outcome.GRADER_FAULT:
            return say("grader fault")


def outcome_sentence(outcome: Outcome) -> Text:
    """What an outcome means, without a word about the inputs; stands for the message where that one may tell."""
    match outcome:
        case Outcome.PASSED:
            return say("Passed.")
        case Outcome.FAILED:
            return say("What came back is not what the task asks for.")
        case Outcome.ERRORED:
            return say("Your code raised an exception.")
        case Outcome.TIMED_OUT:
            return say("Your code did not come back within its time limit.")
        case Outcome.OVER_BUDGET:
            return say("The result is right, but it costs more than the budget allows.")
        case Outcome.TOO_NOISY:
            return say("The machine was too busy for a fair judgement. Run it again.")
        case Outcome.OUT_OF_MEMORY:
            return say("Your code used more memory than its limit.")
        case Outcome.CRASHED:
            return say("The process that ran your code died.")
        case Outcome.BLOCKED:
            return say("A name that the task does not allow was used.")
        case Outcome.SKIPPED:
            return say("Not run, because something it depends on did not pass.")
        case Outcome.NOT_ATTEMPTED:
            return say("Not written yet.")
        case Outcome.NOT_GRADED:
            return say("Left out of this run on request.")
        case Outcome.NEEDS_PERSON:
            return say("The measurements do not settle it; a person has to decide. No points are lost.")
        case Outcome.GRADER_FAULT:
            return say("The grader failed here, not your code. This is not held against you.")


def confidence_word(confidence: Confidence) -> Text:
    """How sure a diagnosis is, as a label."""
    match confidence:
        case Confidence.EXACT:
            return say("exact")
        case Confidence.SEVERAL:
            return say("several")
        case Confidence.SYMPTOM:
            return say("symptom")


def confidence_sentence(confidence: Confidence, kind: MistakeKind) -> Text:
    """What stands behind a diagnosis of this confidence."""
    if kind is MistakeKind.RULE:
        return say("The forbidden name was seen in use.")
    if kind is MistakeKind.COST:
        return say("The results are right and a budget broke; these are the known ways to break it.")
    match confidence:
        case Confidence.EXACT:
            return say("This mistake gives your result on every call that was made, right ones and wrong ones.")
        case Confidence.SEVERAL:
            return say("No single mistake can be told: these explain your results together, or equally well.")
        case Confidence.SYMPTOM:
            return say("No known mistake explains your results; this is how they differ from the right ones.")


def timing_word(verdict: TimingVerdict) -> Text:
    """The judgement of a timed comparison, as a label."""
    match verdict:
        case TimingVerdict.WITHIN:
            return say("within budget")
        case TimingVerdict.OVER:
            return say("over budget")
        case TimingVerdict.TOO_NOISY:
            return say("too noisy")
        case TimingVerdict.NEEDS_PERSON:
            return say("needs a person")


def tier_sentence(tier: Tier) -> Text:
    """What a tier of isolation holds, in one sentence."""
    match tier:
        case Tier.A_PLUS | Tier.A:
            return say("The submission ran behind the whole wall: it saw no file, process or network but its own.")
        case Tier.B | Tier.C:
            return say("The submission ran behind a thinner wall than this grader can build; see what is missing.")
        case Tier.D:
            return say("The submission ran behind a weak wall that does not hide files. Do not grade strangers here.")
        case Tier.E:
            return say("Not isolated: the submission ran with the rights of whoever started the grader.")


def tier_tone(tier: Tier) -> Tone:
    """Whether a tier is to be shown as sound, thin or open."""
    if tier in (Tier.A_PLUS, Tier.A):
        return "good"
    return "calm" if tier in (Tier.B, Tier.C) else "warn"


def stage_word(name: str) -> Text | None:
    """A stage of the grading by the name that the grading gave it; None for one that has no word here."""
    match name:
        case "import":
            return say("import the submission")
        case "diagnosis":
            return say("name the mistakes")
        case _:
            return None


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best: `350 µs`, `12.5 ms`, `1.20 s`, `2 min 05 s`."""
    if not math.isfinite(seconds):
        return "—"
    if seconds < 0.9995e-3:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def size(count: int) -> str:
    """Bytes in MB (10^6), as memory budgets are written."""
    return f"{count / 1e6:.1f} MB" if count < 1_000_000_000 else f"{count / 1e9:.2f} GB"


def number(value: float) -> str:
    """A number of points: whole where it is whole."""
    return f"{value:.10g}" if math.isfinite(value) else "—"


def ratio(value: float) -> str:
    """A ratio to the reference, such as `1.42×`."""
    return f"{value:.2f}×" if math.isfinite(value) else "—"
