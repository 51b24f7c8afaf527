"""What a candidate has done so far: attempts, mistakes made and cured, hints used.

Quiz cards and interviews are kept in the same store, through `reviews`. Times are UTC and come from a clock that may be
set back: order is the order of recording, never the time. This module must not know how any of it is shown.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from grader.model import CheckResult, Confidence, Outcome, Report
from grader.practice.records import Attempt, CheckRecord, MistakeRecord, Recorded
from grader.practice.store import history_file, open_store, transaction, unusable

Clock = Callable[[], datetime.datetime]
Record = TypeVar("Record", bound=msgspec.Struct)

_DOCUMENTS = frozenset({"checks", "state"})  # columns that hold JSON
_TIMES = frozenset({"at", "first_at", "last_at", "cured_at", "due_at", "started_at", "ended_at"})
_YEARS = range(1970, 9999)  # those that any zone can show
_REASON_CHARACTERS = 200
_SURENESS = {Confidence.SYMPTOM: 0, Confidence.SEVERAL: 1, Confidence.EXACT: 2}


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class History:
    """The history of one person. Close it, or use it as a context manager.

    Every method raises `HistoryError` where the disk or the file does not do its part.
    """

    def __init__(self, file: Path | None = None, now: Clock = utc_now) -> None:
        """
        Args:
            file: by default, the one in the user's data folder.
            now: the clock.
        """
        self.file = file or history_file()
        self._now = now
        self.connection, self.notices = open_store(self.file)  # notices: what the reader should know of the file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def stamp(self) -> str:
        """The present, as it is stored."""
        return self._now().astimezone(datetime.UTC).isoformat(timespec="seconds")

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Read.

        Raises:
            HistoryError: the file cannot be read.
        """
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise unusable(self.file, error) from error

    def structs(self, kind: type[Record], query: str, *values: object) -> tuple[Record, ...]:
        """Read rows as structs, columns in the order of the fields.

        Raises:
            HistoryError: the file cannot be read, or holds what nobody but a hand can have written.
        """
        with self.sense():
            return tuple(_record(kind, row) for row in self.rows(query, *values))

    @contextlib.contextmanager
    def sense(self) -> Iterator[None]:
        """Turn what comes of values that only a hand can have written into a sentence.

        Raises:
            HistoryError: in the place of what went wrong.
        """
        try:
            yield
        except (ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
            raise unusable(self.file, ValueError(str(error)[:_REASON_CHARACTERS])) from error

    def write(self, statement: str, *values: object) -> None:
        """Write one statement.

        Raises:
            HistoryError: nothing was written.
        """
        with transaction(self.connection, self.file):
            self.connection.execute(statement, values)

    # Attempts and mistakes.

    def record(self, report: Report, *, interview: str | None = None) -> Recorded:
        """Remember one grading: its checks, the mistakes that it named, and those that are gone with it."""
        at = self.stamp()
        with transaction(self.connection, self.file):  # around what is read too: two shells may record at once
            before = {each.mistake: each for each in self.mistakes(report.exercise) if each.cured_at is None}
            best = self.best_score(report.exercise)
            cursor = self.connection.execute(
                "INSERT INTO attempts (at, exercise, exercise_version, source_sha256, verdict, score, max_score, whole,"
                " seed, hints, interview) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(at, report.exercise, report.exercise_version, report.submission_sha256, report.verdict.value),
                    *(report.score, report.max_score, is_whole(report), report.seed, self.hints_used(report.exercise)),
                    interview,
                ),
            )
            attempt = cursor.lastrowid or 0
            ratios = {each.check: each.ratio for each in report.timing}
            self.connection.executemany(
                "INSERT OR REPLACE INTO check_results VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [_check_row(attempt, each, ratios.get(each.check.id)) for each in report.checks],
            )
            made = self._made(report, at, before)
            cured = self._cured(report, at, before)
        better = best is not None and report.score > best
        return Recorded(attempt=attempt, made=made, cured=cured, best=better)

    def _made(self, report: Report, at: str, before: dict[str, MistakeRecord]) -> tuple[str, ...]:
        made: list[str] = []
        for diagnosis in report.diagnoses:
            for mistake in diagnosis.mistakes:
                if mistake not in before and mistake not in made:
                    made.append(mistake)
                earlier = before.get(mistake)
                confidence = diagnosis.confidence
                if earlier is not None:
                    confidence = max(confidence, earlier.confidence, key=_SURENESS.__getitem__)
                self.connection.execute(
                    "INSERT INTO mistakes VALUES (?, ?, ?, ?, ?, 1, ?, ?, NULL)"
                    " ON CONFLICT (exercise, mistake) DO UPDATE SET function = excluded.function,"
                    " confidence = excluded.confidence, checks = excluded.checks,"
                    " times = times + (cured_at IS NOT NULL), last_at = excluded.last_at, cured_at = NULL",
                    (
                        *(report.exercise, mistake, diagnosis.function, confidence.value),
                        *(json.dumps(diagnosis.checks), at, at),
                    ),
                )
        return tuple(made)

    def _cured(self, report: Report, at: str, before: dict[str, MistakeRecord]) -> tuple[str, ...]:
        """Gone is a mistake when every check that it explained was run again and passed."""
        still = {mistake for diagnosis in report.diagnoses for mistake in diagnosis.mistakes}
        passed = {each.check.id for each in report.checks if each.outcome is Outcome.PASSED}
        known = {each.check.id for each in report.checks}
        cured = []
        for mistake, record in before.items():
            checks = set(record.checks) & known
            if mistake not in still and checks and checks <= passed:
                cured.append(mistake)
        self.connection.executemany(
            "UPDATE mistakes SET cured_at = ? WHERE exercise = ? AND mistake = ?",
            [(at, report.exercise, mistake) for mistake in cured],
        )
        return tuple(cured)

    def attempts(self, exercise: str | None = None, *, limit: int | None = None) -> tuple[Attempt, ...]:
        """Attempts, the latest first."""
        return self.structs(
            Attempt,
            "SELECT id, at, exercise, exercise_version, source_sha256, verdict, score, max_score, whole, seed, hints,"
            " interview FROM attempts WHERE ?1 IS NULL OR exercise = ?1 ORDER BY id DESC LIMIT ?2",
            exercise,
            -1 if limit is None else limit,
        )

    def checks_of(self, attempt: int) -> tuple[CheckRecord, ...]:
        """What became of each check of an attempt."""
        return self.structs(
            CheckRecord,
            "SELECT check_id, part, function, outcome, points, max_points, ratio FROM check_results WHERE attempt = ?",
            attempt,
        )

    def best_score(self, exercise: str) -> float | None:
        """The best score so far; None without an attempt. What an attempt left out can only have cost it points."""
        found = self.rows("SELECT max(score) FROM attempts WHERE exercise = ?", exercise)[0][0]
        with self.sense():
            return None if found is None else float(str(found))

    def best_ratios(self, exercise: str) -> dict[str, float]:
        """The least ratio of each timed check that was passed."""
        rows = self.rows(
            "SELECT check_id, min(ratio) FROM check_results JOIN attempts ON attempts.id = attempt"
            " WHERE exercise = ? AND ratio IS NOT NULL AND outcome = 'passed' GROUP BY check_id ORDER BY check_id",
            exercise,
        )
        with self.sense():
            return {str(check): float(str(ratio)) for check, ratio in rows}

    def mistakes(self, exercise: str | None = None) -> tuple[MistakeRecord, ...]:
        """Mistakes ever made, the latest first."""
        return self.structs(
            MistakeRecord,
            "SELECT exercise, mistake, function, confidence, checks, times, first_at, last_at, cured_at FROM mistakes"
            " WHERE ?1 IS NULL OR exercise = ?1 ORDER BY last_at DESC, exercise, mistake",
            exercise,
        )

    # Hints and solutions.

    def hint_level(self, exercise: str, part: str) -> int:
        """How many hints of a part were shown."""
        return _int(self.rows("SELECT count(*) FROM hints WHERE exercise = ? AND part = ?", exercise, part))

    def hints_used(self, exercise: str) -> int:
        """How many hints of an exercise were shown."""
        return _int(self.rows("SELECT count(*) FROM hints WHERE exercise = ?", exercise))

    def record_hint(self, exercise: str, part: str, level: int) -> None:
        """Remember that a hint was shown; once more costs nothing."""
        self.write("INSERT OR IGNORE INTO hints VALUES (?, ?, ?, ?)", exercise, part, level, self.stamp())

    def record_solution_seen(self, exercise: str) -> None:
        """Remember that the solution was shown."""
        self.write("INSERT OR IGNORE INTO solutions_seen VALUES (?, ?)", exercise, self.stamp())

    def solution_seen(self, exercise: str) -> bool:
        return bool(self.rows("SELECT 1 FROM solutions_seen WHERE exercise = ?", exercise))

    # All of it.

    def days(self) -> tuple[datetime.date, ...]:
        """The days, in local time, on which something was attempted or answered, the latest first."""
        rows = self.rows("SELECT at FROM attempts UNION SELECT at FROM answers")
        with self.sense():
            days = {_moment(str(row[0])).astimezone().date() for row in rows}
        return tuple(sorted(days, reverse=True))

    def today(self) -> datetime.date:
        """Today, in local time."""
        return self._now().astimezone().date()

    def forget(self, exercise: str | None = None) -> None:
        """Delete what is remembered of one exercise, or everything."""
        with transaction(self.connection, self.file):
            if exercise is not None:
                for table in ("attempts", "mistakes", "hints", "solutions_seen"):
                    self.connection.execute(f"DELETE FROM {table} WHERE exercise = ?", (exercise,))
                return
            for table in ("attempts", "mistakes", "hints", "solutions_seen", "cards", "answers", "interviews"):
                self.connection.execute(f"DELETE FROM {table}")


def is_whole(report: Report) -> bool:
    """Whether nothing was left out on request: only such scores can be compared. `--full` checks are extra."""
    return all(each.outcome is not Outcome.NOT_GRADED or each.check.full for each in report.checks)


def _check_row(attempt: int, result: CheckResult, ratio: float | None) -> tuple[object, ...]:
    check = result.check
    return (
        *(attempt, check.id, check.part, check.function),
        *(result.outcome.value, result.points, check.points, ratio),
    )


def _int(rows: Sequence[tuple[object, ...]]) -> int:
    return int(str(rows[0][0]))


def _record(kind: type[Record], row: tuple[object, ...]) -> Record:
    values = dict(zip(kind.__struct_fields__, row, strict=True))
    for name in _DOCUMENTS & values.keys():
        values[name] = json.loads(str(values[name]))
    for name in _TIMES & values.keys():
        if values[name] is not None:
            _moment(str(values[name]))
    return msgspec.convert(values, kind, strict=False)


def _moment(stamp: str) -> datetime.datetime:
    """A time as it is stored.

    Raises:
        ValueError: it is none, or one that could not be shown.
    """
    found = datetime.datetime.fromisoformat(stamp)
    if found.tzinfo is None or found.year not in _YEARS:
        raise ValueError(stamp)
    return found
