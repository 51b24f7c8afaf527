"""How often a time verdict is wrong, on a machine whose every core is busy with something else.

For each timed check: its slowest accepted variant, which must be within, and its nearest slow mistake, which must be
over, each judged again and again as a submission would be. Every judgement is a line in a file under `build/`, so a
run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from bench import figures
from bench.busy import busy_cores
from bench.markdown import Section
from grader.model import TimingVerdict

STATE = Path(__file__).resolve().parent.parent / "build" / "fairness.jsonl"
WANTED = 400
ENOUGH_WHEN_SLOW = 60
SLOW_S = 1.0
SLOW_CASE_WALL_S = 20 * 60.0
SURVEYED = 3  # judgements of each candidate for "slowest" and "nearest"


class Case(msgspec.Struct, frozen=True):
    """One submission on one timed check, with the verdict that it deserves."""

    exercise: str
    version: str  # a digest of all that a judgement depends on: other files of the exercise may change
    check: str
    submission: str
    right: TimingVerdict


class Judgement(msgspec.Struct, frozen=True):
    """One line of the state file."""

    case: Case
    busy: bool
    verdict: TimingVerdict
    ratio: float
    budget: float
    repeats: int
    wall_s: float


class Judging(Protocol):
    """What can judge one case: the real examiner, or a script in a test."""

    def timed_checks(self) -> list[tuple[str, str]]:
        """All (exercise, check) whose time is graded."""

    def version(self, exercise: str, check: str, name: str) -> str:
        """A digest of the test, its budget, the support code, the reference and the submission."""

    def accepted(self, exercise: str) -> list[str]:
        """Names of accepted variants, the reference among them."""

    def slow_mistakes(self, exercise: str, check: str) -> list[str]:
        """Names of the mistakes that are there to break this check."""

    def judge(self, case: Case) -> Judgement:
        """Judge once, on fresh inputs."""


class State:
    """The judgements made so far, on disk."""

    def __init__(self, path: Path = STATE) -> None:
        self._path = path
        self._by_case: dict[tuple[Case, bool], list[Judgement]] = {}
        decode = msgspec.json.Decoder(Judgement).decode
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        for line in lines[:-1]:  # what follows the last newline was cut off by an interruption
            judgement = decode(line)
            self._by_case.setdefault((judgement.case, judgement.busy), []).append(judgement)
        if lines and lines[-1]:
            path.write_bytes(b"\n".join(lines[:-1]) + b"\n")

    def of(self, case: Case, *, busy: bool) -> list[Judgement]:
        return self._by_case.get((case, busy), [])

    def add(self, judgement: Judgement) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(judgement) + b"\n")
        self._by_case.setdefault((judgement.case, judgement.busy), []).append(judgement)


def finished(made: list[Judgement]) -> bool:
    """400 judgements; where one takes over a second, those that fit 20 minutes, and 60 at least."""
    if len(made) >= WANTED:
        return True
    if len(made) < ENOUGH_WHEN_SLOW:
        return False
    taken_s = sum(each.wall_s for each in made)
    return taken_s > SLOW_S * len(made) and taken_s >= SLOW_CASE_WALL_S


def choose_cases(judging: Judging, state: State) -> Iterator[Case]:
    """Survey variants and mistakes on the machine as it is, and take the two nearest to each budget."""
    for exercise, check in judging.timed_checks():
        for names, right, nearest in (
            (judging.accepted(exercise), TimingVerdict.WITHIN, max),
            (judging.slow_mistakes(exercise, check), TimingVerdict.OVER, min),
        ):
            ratios: dict[Case, float] = {}
            for name in names:
                case = Case(exercise, judging.version(exercise, check, name), check, name, right)
                while len(state.of(case, busy=False)) < SURVEYED:
                    state.add(judging.judge(case))
                ratios[case] = statistics.median(each.ratio for each in state.of(case, busy=False))
            if ratios:
                yield nearest(ratios, key=ratios.__getitem__)


def collect(cases: list[Case], judging: Judging, state: State, until_s: float) -> None:
    """Judge the cases in turn, so that an interrupted run knows something of each, until all are finished."""
    for _ in itertools.count():
        open_cases = [case for case in cases if not finished(state.of(case, busy=True))]
        if not open_cases:
            return
        for case in open_cases:
            if time.monotonic() > until_s:
                return
            state.add(msgspec.structs.replace(judging.judge(case), busy=True))


def upper_bound(wrong: int, judged: int) -> float:
    """The one-sided 95 % Clopper-Pearson bound of the share of wrong verdicts.

    Source: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934: the share at which so few or fewer wrong
    verdicts would be seen with a chance of 5 %.
    """
    from scipy.stats import beta

    return 1.0 if wrong >= judged else float(beta.ppf(0.95, wrong + 1, judged - wrong))


def row(case: Case, made: list[Judgement]) -> tuple[str, ...]:
    """One line of the table."""
    undecided = sum(each.verdict in {TimingVerdict.TOO_NOISY, TimingVerdict.NEEDS_PERSON} for each in made)
    wrong = sum(each.verdict is not case.right for each in made) - undecided
    return (
        f"{case.exercise}: {case.check}",
        case.submission,
        case.right.value,
        f"{made[0].budget:g}",
        figures.spread([each.ratio for each in made], figures.times),
        str(len(made)),
        f"{wrong} (at most {upper_bound(wrong, len(made)):.2%})",
        f"{undecided} ({undecided / len(made):.1%})",
        f"{statistics.mean(each.repeats for each in made):.1f}",
    )


def section(cases: list[Case], state: State, busy: int) -> Section:
    """The figures so far."""
    judged = [(case, state.of(case, busy=True)) for case in cases]
    everything = [each for _, made in judged for each in made]
    wrong = sum(
        each.verdict is not case.right and each.verdict in {TimingVerdict.WITHIN, TimingVerdict.OVER}
        for case, made in judged
        for each in made
    )
    total = ""
    if everything:
        total = f"Together: {wrong} wrong of {len(everything)}, at most {upper_bound(wrong, len(everything)):.2%}."
    return Section(
        title="Fairness: wrong time verdicts on a busy machine",
        command="make bench-fairness",
        text=(
            f"The slowest accepted variant of each timed check, and the nearest of the mistakes that it is there to "
            f"catch, judged again and again with one busy process on each of {busy} cores. *Wrong* is *over* for the "
            "one or *within* for the other; the bound is Clopper and Pearson's, 95 %, one-sided. *Undecided* is too "
            "noisy, or left to a person: no points are lost by it."
        ),
        columns=("check", "submission", "must be", "budget", "ratio", "judged", "wrong", "undecided", "repetitions"),
        rows=[row(case, made) for case, made in judged if made],
        notes=total,
    )


def run(minutes: float | None = None) -> Section:
    """Survey, then judge until all cases are finished, the minutes are over, or somebody interrupts."""
    from bench.judging import with_judging

    state = State()
    cases: list[Case] = []

    def judge_all(judging: Judging) -> None:
        chosen = list(choose_cases(judging, state))
        cases.extend(chosen)
        until_s = time.monotonic() + (float("inf") if minutes is None else minutes * 60)
        with busy_cores():
            collect(chosen, judging, state, until_s)

    with contextlib.suppress(KeyboardInterrupt):
        with_judging(judge_all)
    return section(cases, state, len(os.sched_getaffinity(0)))
