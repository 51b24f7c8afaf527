"""The scorecard of an interview: code, speed, mistakes, answers, time, and what to practise next. Sums, no rendering.

The weights are stated on the card itself. This module must not know whether it becomes a page or lines of text.
"""

from __future__ import annotations

import msgspec

from grader.i18n import say
from grader.marking import Choice, MarkOutcome, Question
from grader.model import Exercise, Text, TimingVerdict, Verdict
from grader.practice.bank import QuestionBank
from grader.practice.interview import PHASES, State, TimedCheck
from grader.report.words import Tone, verdict_word

WEIGHTS = {"code": 60.0, "follow_ups": 15.0, "quiz": 25.0}  # points of 100
HINT_COST = 0.1  # of the code's points, for each hint
FULL_RATING = 2
_STRONG, _WEAK = 0.8, 0.5


class PhaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three phases."""

    name: Text
    points: float
    max_points: float
    used_s: float
    allowed_s: float
    tone: Tone


class MistakeLine(msgspec.Struct, frozen=True, kw_only=True):
    title: Text
    function: str
    id: str  # empty: a symptom without a name


class FollowUpLine(msgspec.Struct, frozen=True, kw_only=True):
    question: Text
    answer: str  # untrusted
    model_answer: Text
    rating: int
    tone: Tone


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    topic: Text
    question: Text
    answer: str  # untrusted
    outcome: Text
    tone: Tone
    misconceptions: tuple[Text, ...]
    reference: Text
    source: str


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to practise next, with the command that does it."""

    what: Text
    command: str


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """An interview, summed up."""

    exercise: str
    title: Text
    part: Text
    started_at: str
    seed: int
    minutes: float
    score: float
    max_score: float
    phases: tuple[PhaseLine, ...]
    verdict: Text
    hints: int
    hint_cost: float  # points
    gradings: int
    timed: tuple[TimedCheck, ...]
    mistakes: tuple[MistakeLine, ...]
    follow_ups: tuple[FollowUpLine, ...]
    answers: tuple[AnswerLine, ...]
    advice: tuple[Advice, ...]


def scorecard(state: State, exercise: Exercise, bank: QuestionBank, started_at: str) -> Scorecard:
    """Sum an interview up."""
    # Code that could not be graded is left out, as in a report: that it could not was no fault of its own.
    weights = WEIGHTS if state.code is not None else {**WEIGHTS, "code": 0.0}
    shares = {"code": _code_share(state), "follow_ups": _follow_up_share(state), "quiz": _quiz_share(state)}
    phases = tuple(
        PhaseLine(
            name=_phase_name(phase),
            points=weights[phase] * shares[phase],
            max_points=weights[phase],
            used_s=state.used_s.get(phase, 0.0),
            allowed_s=state.allowed_s.get(phase, 0.0),
            tone=_tone(shares[phase]) if weights[phase] else "warn",
        )
        for phase in PHASES
    )
    part = next((each for each in exercise.parts if each.id == state.plan.part), None)
    code = state.code
    return Scorecard(
        exercise=exercise.slug,
        title=exercise.title,
        part=part.title if part is not None else Text(en=state.plan.part, zh=state.plan.part),
        started_at=started_at,
        seed=state.seed,
        minutes=state.minutes,
        score=sum(each.points for each in phases),
        max_score=sum(each.max_points for each in phases),
        phases=phases,
        verdict=verdict_word(Verdict(code.verdict)) if code is not None else say("Not graded"),
        hints=state.hints,
        hint_cost=WEIGHTS["code"] * (_raw_code_share(state) - _code_share(state)),
        gradings=state.gradings,
        timed=code.timed if code is not None else (),
        mistakes=tuple(
            MistakeLine(title=each.title, function=each.function, id=each.id)
            for each in (code.mistakes if code is not None else ())
        ),
        follow_ups=tuple(_follow_ups(state, exercise)),
        answers=tuple(_answers(state, bank)),
        advice=_advice(state, exercise, bank),
    )


def _raw_code_share(state: State) -> float:
    if state.code is None or not state.code.max_points:
        return 0.0
    return state.code.points / state.code.max_points


def _code_share(state: State) -> float:
    return _raw_code_share(state) * max(0.0, 1 - HINT_COST * state.hints)


def _follow_up_share(state: State) -> float:
    asked = len(state.plan.follow_ups)
    return sum(each.rating or 0 for each in state.follow_ups) / (FULL_RATING * asked) if asked else 0.0


def _quiz_share(state: State) -> float:
    asked = len(state.plan.questions)
    return sum(each.credit for each in state.answers) / asked if asked else 0.0


def _phase_name(phase: str) -> Text:
    match phase:
        case "code":
            return say("Code")
        case "follow_ups":
            return say("Follow-up questions")
        case _:
            return say("Quiz")


def _tone(share: float) -> Tone:
    return "good" if share >= _STRONG else "bad" if share < _WEAK else "warn"


def _follow_ups(state: State, exercise: Exercise) -> list[FollowUpLine]:
    given = {each.number: each for each in state.follow_ups}
    lines = []
    for number in state.plan.follow_ups:
        if number >= len(exercise.followups):  # the exercise has changed meanwhile
            continue
        answer = given.get(number)
        rating = (answer.rating if answer is not None else None) or 0
        lines.append(
            FollowUpLine(
                question=exercise.followups[number].question,
                answer=answer.answer if answer is not None else "",
                model_answer=exercise.followups[number].answer,
                rating=rating,
                tone=_tone(rating / FULL_RATING),
            )
        )
    return lines


def _answers(state: State, bank: QuestionBank) -> list[AnswerLine]:
    given = {each.question: each for each in state.answers}
    lines = []
    for name in state.plan.questions:
        question = bank.questions.get(name)
        if question is None:
            continue
        answer = given.get(name)
        outcome = MarkOutcome(answer.outcome) if answer is not None else MarkOutcome.ABSENT
        found = [bank.misconception(each) for each in (answer.misconceptions if answer is not None else ())]
        lines.append(
            AnswerLine(
                topic=bank.topics[question.topic],
                question=question.prompt,
                answer=answer.answer if answer is not None else "",
                outcome=_outcome_word(outcome),
                tone={"right": "good", "wrong": "bad"}.get(outcome.value, "warn"),  # type: ignore[arg-type]
                misconceptions=tuple(each.title for each in found if each is not None),
                reference=_model_answer(question),
                source=question.source,
            )
        )
    return lines


def _model_answer(question: Question) -> Text:
    """The reference, with the right choice in its words: letters were dealt anew for each quiz."""
    if not isinstance(question, Choice):
        return question.reference
    return say("{title}. {explanation}", title=question.choices[question.key], explanation=question.reference)


def _outcome_word(outcome: MarkOutcome) -> Text:
    match outcome:
        case MarkOutcome.RIGHT:
            return say("right")
        case MarkOutcome.WRONG:
            return say("not right")
        case MarkOutcome.UNSURE:
            return say("not decided")
        case MarkOutcome.ABSENT:
            return say("not answered")


def _advice(state: State, exercise: Exercise, bank: QuestionBank) -> tuple[Advice, ...]:
    """The gravest first: mistakes by name, the part itself, speed, then topics of the quiz."""
    advice: list[Advice] = []
    for mistake in state.code.mistakes if state.code is not None else ():
        if mistake.id:
            what = say("Understand the mistake: {title}", title=mistake.title)
            advice.append(Advice(what=what, command=f"grader explain {mistake.id}"))
    if _raw_code_share(state) < 1:
        what = say("Finish {title}", title=exercise.title)
        advice.append(Advice(what=what, command=f"grader start {exercise.slug}"))
    if state.code is not None and any(each.verdict is TimingVerdict.OVER for each in state.code.timed):
        what = say("Come within the time budget of {title}", title=exercise.title)
        advice.append(Advice(what=what, command=f"grader solution {exercise.slug}"))
    given = {each.question: each for each in state.answers}
    weak: dict[str, None] = {}
    for name in state.plan.questions:
        if name in bank.questions and (name not in given or given[name].credit < 1):
            weak[bank.questions[name].topic] = None
    for topic in weak:
        what = say("Repeat the topic: {topic}", topic=bank.topics[topic])
        advice.append(Advice(what=what, command=f"grader quiz --topic {topic}"))
    if not advice:
        advice.append(Advice(what=say("Try a harder one"), command="grader interview"))
    return tuple(dict.fromkeys(advice))
