"""Reading a gradebook: candidates, attempts, checks, diagnoses, times, decisions of persons.

Lists never touch sources and reports; those are read one at a time. What is read belongs to the moment: a batch may be
under way.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.gradebook.connection import sentences, storable
from grader.gradebook.packing import unpack
from grader.gradebook.rows import (
    Attempt,
    Batch,
    Candidate,
    CheckRow,
    DiagnosisRow,
    Override,
    Problem,
    State,
    TimingRow,
)
from grader.model import (
    ASKING,
    PENDING,
    CheckKind,
    Confidence,
    MistakeKind,
    Outcome,
    Report,
    Submission,
    Text,
    TimingVerdict,
    Verdict,
    verdict_of,
)

_HEADS = (
    "id, candidate_id, candidate, opaque, exercise, number, label, submitted_at, sha256, wanted, key, problem_en,"
    " problem_zh, exercise_version, verdict, score, max_score, seed, tier, graded_at, wall_s"
)
_CHECKS = (
    "SELECT c.attempt_id, c.check_id, part, function, kind, visibility, outcome, c.points, max_points,"
    " cpu_s, wall_s, peak_rss_bytes, d.points FROM check_result c"
    " LEFT JOIN decided d ON d.attempt_id = c.attempt_id AND d.check_id = c.check_id"
)


class Reading:
    """What everybody may ask of an open gradebook."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def candidates(self) -> list[Candidate]:
        """Everybody, by name."""
        rows = self._rows("SELECT id, opaque, name FROM candidate ORDER BY name")
        return [Candidate(id=a, opaque=b, name=c) for a, b, c in rows]

    def candidate(self, who: str) -> Candidate | None:
        """A person by name, in whichever of Unicode's forms it was typed, or by opaque id."""
        who = unicodedata.normalize("NFC", storable(who))  # as names are kept
        rows = self._rows(
            "SELECT id, opaque, name FROM candidate WHERE name IN (?1, ?2) OR opaque = ?2 ORDER BY name = ?1 DESC",
            (who, who.strip()),
        )
        return Candidate(id=rows[0][0], opaque=rows[0][1], name=rows[0][2]) if rows else None

    def exercises(self) -> list[str]:
        """The slugs of all exercises that somebody handed in."""
        return [slug for (slug,) in self._rows("SELECT DISTINCT exercise FROM attempt ORDER BY exercise")]

    def attempts(self, *, exercise: str | None = None, candidate_id: int | None = None) -> list[Attempt]:
        """Attempts by candidate, exercise and number. Which of them counts is for the rules of the cohort to say."""
        rows = self._rows(
            f"SELECT {_HEADS} FROM numbered WHERE (?1 IS NULL OR exercise = ?1) AND (?2 IS NULL OR candidate_id = ?2)"
            " ORDER BY candidate, exercise, number",
            (exercise, candidate_id),
        )
        decided = self._decided()
        return [_attempt(row, decided.get(row[0], [])) for row in rows]

    def attempt(self, attempt_id: int) -> Attempt:
        """One attempt.

        Raises:
            KeyError: there is none.
        """
        rows = self._rows(f"SELECT {_HEADS} FROM numbered WHERE id = ?", (attempt_id,))
        if not rows:
            raise KeyError(attempt_id)
        return _attempt(rows[0], self._decided().get(attempt_id, []))

    def checks(self, attempt_ids: Iterable[int] | None = None) -> list[CheckRow]:
        """The checks of some attempts (None: of all), in the order of their reports."""
        rows = self._of(
            _CHECKS + " WHERE {of} ORDER BY c.attempt_id, position",
            "c.attempt_id",
            attempt_ids,
        )
        return [_check(row) for row in rows]

    def open_checks(self) -> dict[int, int]:
        """By attempt: its checks that no machine could judge and no person has; 0 where persons judged them all."""
        return dict(
            self._rows(
                "SELECT c.attempt_id, count(*) - count(d.id) FROM check_result c"
                " LEFT JOIN decided d ON d.attempt_id = c.attempt_id AND d.check_id = c.check_id"
                " WHERE outcome IN (SELECT value FROM json_each(?)) GROUP BY c.attempt_id",
                (msgspec.json.encode(sorted(ASKING)).decode(),),
            )
        )

    def diagnoses(self, attempt_ids: Iterable[int] | None = None) -> list[DiagnosisRow]:
        """The mistakes that were named, one row each; a symptom is a row with an empty `mistake`."""
        rows = self._of(
            "SELECT attempt_id, function, kind, confidence, mistake FROM diagnosis WHERE {of}"
            " ORDER BY attempt_id, position, mistake",
            "attempt_id",
            attempt_ids,
        )
        return [
            DiagnosisRow(attempt_id=a, function=b, kind=MistakeKind(c), confidence=Confidence(d), mistake=e)
            for a, b, c, d, e in rows
        ]

    def timings(self, attempt_ids: Iterable[int] | None = None) -> list[TimingRow]:
        """The timed comparisons."""
        rows = self._of(
            "SELECT attempt_id, check_id, ratio, low, high, budget, verdict, repeats, candidate_cpu_s,"
            " reference_cpu_s FROM timing WHERE {of} ORDER BY attempt_id, check_id",
            "attempt_id",
            attempt_ids,
        )
        return [
            TimingRow(
                attempt_id=row[0],
                check=row[1],
                ratio=row[2],
                low=row[3],
                high=row[4],
                budget=row[5],
                verdict=TimingVerdict(row[6]),
                repeats=row[7],
                candidate_cpu_s=row[8],
                reference_cpu_s=row[9],
            )
            for row in rows
        ]

    def overrides(self, attempt_ids: Iterable[int] | None = None) -> list[Override]:
        """Decisions of persons, oldest first, with those that a later one replaced."""
        rows = self._of(
            "SELECT id, attempt_id, check_id, points, who, at, why FROM override WHERE {of} ORDER BY id",
            "attempt_id",
            attempt_ids,
        )
        return [Override(id=a, attempt_id=b, check=c, points=d, who=e, at=f, why=g) for a, b, c, d, e, f, g in rows]

    def problems(self) -> list[Problem]:
        """What the last batch could not take in."""
        rows = self._rows(
            "SELECT label, coalesce(name, ''), problem_en, problem_zh FROM problem"
            " LEFT JOIN candidate ON candidate.id = candidate_id ORDER BY label"
        )
        return [Problem(label=a, candidate=b, text=Text(en=c, zh=d)) for a, b, c, d in rows]

    def report(self, attempt_id: int) -> Report | None:
        """The whole report of an attempt, as it was graded; None where there is none."""
        rows = self._rows("SELECT report FROM paper WHERE attempt_id = ?", (attempt_id,))
        return None if not rows or rows[0][0] is None else unpack(rows[0][0], self.path)

    def submission(self, attempt_id: int) -> Submission:
        """What was handed in.

        Raises:
            KeyError: there is no such attempt.
        """
        rows = self._rows(
            "SELECT exercise, label, source, answers FROM attempt JOIN paper ON attempt_id = id WHERE id = ?",
            (attempt_id,),
        )
        if not rows:
            raise KeyError(attempt_id)
        exercise, label, source, answers = rows[0]
        return Submission(exercise=exercise, name=label, source=source, answers=answers)

    def batches(self) -> list[Batch]:
        """Every `grader grade` on this gradebook, oldest first."""
        rows = self._rows("SELECT id, folder, seed, options, taken_in, started_at, finished_at FROM batch ORDER BY id")
        return [
            Batch(id=a, folder=b, seed=c, options=d, taken_in=bool(e), started_at=f, finished_at=g)
            for a, b, c, d, e, f, g in rows
        ]

    # ---- SQL -------------------------------------------------------------------------------------------------------

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with sentences(self.path):
            return self._connection.execute(sql, values).fetchall()

    def _of(self, sql: str, column: str, attempt_ids: Iterable[int] | None) -> list[tuple[Any, ...]]:
        if attempt_ids is None:
            return self._rows(sql.format(of="1"))
        ids = msgspec.json.encode(sorted(set(attempt_ids))).decode()  # one parameter, however many there are
        return self._rows(sql.format(of=f"{column} IN (SELECT value FROM json_each(?))"), (ids,))

    def _decided(self) -> dict[int, list[CheckRow]]:
        """By attempt: all its checks, of those attempts of which a person decided one."""
        found: dict[int, list[CheckRow]] = {}
        for row in self._rows(_CHECKS + " WHERE c.attempt_id IN (SELECT attempt_id FROM override)"):
            check = _check(row)
            found.setdefault(check.attempt_id, []).append(check)
        return found


def _check(row: tuple[Any, ...]) -> CheckRow:
    return CheckRow(
        attempt_id=row[0],
        check=row[1],
        part=row[2],
        function=row[3],
        kind=CheckKind(row[4]),
        visibility=row[5],
        outcome=Outcome(row[6]),
        points=row[7],
        max_points=row[8],
        cpu_s=row[9],
        wall_s=row[10],
        peak_rss_bytes=row[11],
        override=row[12],
    )


def _attempt(row: tuple[Any, ...], checks: list[CheckRow]) -> Attempt:
    """An attempt from its row, and its checks where a person decided one of them."""
    wanted, key, en, zh = row[9:13]
    decided = [each for each in checks if each.override is not None]
    by = sum(each.final_points - each.points for each in decided)
    opened = sum(each.max_points for each in decided if each.outcome in PENDING)
    verdict = Verdict(row[14]) if row[14] else None
    state = State.GRADED if key is not None else State.FAULT if en else State.WAITING
    return Attempt(
        id=row[0],
        candidate_id=row[1],
        candidate=row[2],
        opaque=row[3],
        exercise=row[4],
        number=row[5],
        label=row[6],
        submitted_at=row[7],
        sha256=row[8],
        state=state,
        due=wanted is not None and wanted != key,
        problem=Text(en=en, zh=zh) if en else None,
        exercise_version=row[13],
        verdict=verdict,
        final_verdict=_judged(verdict, checks) if decided else verdict,
        score=row[15],
        max_score=row[16],
        final_score=round(row[15] + by, 2),
        final_max_score=round(row[16] + opened, 2),
        seed=row[17],
        tier=row[18],
        graded_at=row[19],
        wall_s=row[20],
    )


def _judged(verdict: Verdict | None, checks: list[CheckRow]) -> Verdict:
    """The verdict once persons have decided; a module that could not be had stays so unless they gave it everything."""
    outcomes = [each.final_outcome for each in checks]
    lost = any(each not in (Outcome.PASSED, Outcome.NOT_GRADED) for each in outcomes)
    return verdict_of(outcomes, import_failed=verdict is Verdict.IMPORT_ERROR and lost)
