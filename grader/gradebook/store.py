"""Writing a gradebook: taking submissions in, recording reports, a person's decisions, forgetting a person.

Everything that belongs together is written in one transaction: whoever is killed at any moment leaves a gradebook in
which each attempt is either due or graded whole. The content key of an attempt says what its report depends on; a
report that is held under a key is never made, nor written, a second time. This module must not know how grading goes.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from grader.gradebook.connection import connect, sentences, storable, transaction
from grader.gradebook.packing import pack, rows_of, unpack
from grader.gradebook.reading import Reading
from grader.gradebook.rows import Batch, Entry, Plan, Problem
from grader.model import Report, Text


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be graded: one content key, though several attempts may share it."""

    key: str
    exercise: str
    attempt_id: int  # of the first that wants it


class Gradebook(Reading):
    """An open gradebook. Close it, or use it as a context manager."""

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Open a gradebook.

        Raises:
            UsageError: as `grader.gradebook.connection.connect`.
        """
        return cls(connect(path, create=create), path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    # ---- a batch ---------------------------------------------------------------------------------------------------

    def begin(self, folder: str, seed: int, options: str) -> Batch:
        """Note that a batch begins."""
        self._write(
            "INSERT INTO batch (folder, seed, options, started_at) VALUES (?, ?, ?, ?)",
            [(storable(folder), seed, options, now())],
        )
        return self.batches()[-1]

    def finish(self, batch: Batch) -> None:
        """Note that a batch was graded to its end."""
        self._write("UPDATE batch SET finished_at = ? WHERE id = ?", [(now(), batch.id)])

    def take_in(self, entries: Sequence[Entry]) -> int:
        """Take submissions in, all or none. Those that are known are left alone.

        Returns:
            How many were new.
        """
        new = 0
        with transaction(self._connection, self.path):
            for each in entries:
                candidate = self._candidate_id(each.candidate)
                attempt = (
                    candidate,
                    each.submission.exercise,
                    each.submission.name,
                    each.ordinal,
                    each.submitted_at,
                    each.submission.sha256,
                )
                cursor = self._connection.execute(
                    "INSERT OR IGNORE INTO attempt (candidate_id, exercise, label, ordinal, submitted_at, sha256)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    attempt,
                )
                if cursor.rowcount == 1:
                    new += 1
                    self._connection.execute(
                        "INSERT INTO paper (attempt_id, source, answers) VALUES (?, ?, ?)",
                        (cursor.lastrowid, each.submission.source, each.submission.answers),
                    )
        return new

    def close_intake(self, batch: Batch, problems: Iterable[Problem]) -> None:
        """Note that the folder was read to its end, and what of it could not be taken."""
        with transaction(self._connection, self.path):
            rows = {
                each.label: (
                    each.label,
                    self._candidate_id(each.candidate) if each.candidate else None,
                    each.text.en,
                    each.text.zh,
                )
                for each in problems
            }
            held = {row[0]: row for row in self._connection.execute("SELECT * FROM problem")}
            for label in held.keys() - rows.keys():
                self._connection.execute("DELETE FROM problem WHERE label = ?", (label,))
            for label, row in rows.items():
                if held.get(label) != row:
                    self._connection.execute("INSERT OR REPLACE INTO problem VALUES (?, ?, ?, ?)", row)
            self._connection.execute(  # who never was more than a problem that is gone
                "DELETE FROM candidate WHERE id NOT IN (SELECT candidate_id FROM attempt)"
                " AND id NOT IN (SELECT candidate_id FROM problem WHERE candidate_id IS NOT NULL)"
            )
            self._connection.execute("UPDATE batch SET taken_in = 1 WHERE id = ?", (batch.id,))

    def want(self, plans: Mapping[str, Plan]) -> int:
        """Say by exercise what all its attempts are to be graded with. Reports that are held already are shared.

        Returns:
            How many attempts are as wanted.
        """
        with transaction(self._connection, self.path):
            wanted = []
            for attempt, exercise, sha256, held in self._rows("SELECT id, exercise, sha256, wanted FROM attempt"):
                plan = plans.get(exercise)
                if plan is not None and (key := key_of(plan, sha256)) != held:
                    wanted.append((key, attempt))
            self._connection.executemany("UPDATE attempt SET wanted = ? WHERE id = ?", wanted)
            for attempt, other in self._rows(
                "SELECT a.id, min(b.id) FROM attempt a JOIN attempt b ON b.key = a.wanted"
                " WHERE a.wanted IS NOT NULL AND a.key IS NOT a.wanted GROUP BY a.id"
            ):
                ((stored,),) = self._rows("SELECT report FROM paper WHERE attempt_id = ?", (other,))
                self._put(attempt, unpack(stored, self.path))
            self._connection.execute(  # what went wrong with a grading that is not wanted any more
                "UPDATE attempt SET problem_en = '', problem_zh = '' WHERE key = wanted AND problem_en <> ''"
            )
        ((done,),) = self._rows("SELECT count(*) FROM attempt WHERE key = wanted")
        return int(done)

    def due(self) -> list[Due]:
        """What is to be graded, each content key once, in the order in which it was taken in."""
        rows = self._rows(
            "SELECT wanted, exercise, min(id) FROM attempt WHERE wanted IS NOT NULL AND key IS NOT wanted"
            " GROUP BY wanted ORDER BY min(id)"
        )
        return [Due(key=key, exercise=exercise, attempt_id=attempt) for key, exercise, attempt in rows]

    def count_due(self) -> int:
        """How many attempts are to be graded."""
        ((count,),) = self._rows("SELECT count(*) FROM attempt WHERE wanted IS NOT NULL AND key IS NOT wanted")
        return int(count)

    def record(self, key: str, report: Report) -> int:
        """Keep a report for all attempts that are due under its key.

        Returns:
            How many there were: 0 where somebody else was faster.
        """
        with transaction(self._connection, self.path):
            attempts = self._due_under(key)
            for attempt in attempts:
                self._put(attempt, report)
        return len(attempts)

    def record_fault(self, key: str, text: Text) -> int:
        """Note why attempts could not be graded, by our fault. They stay due.

        Returns:
            How many there were.
        """
        with transaction(self._connection, self.path):
            attempts = self._due_under(key)
            for attempt in attempts:
                self._connection.execute(
                    "UPDATE attempt SET problem_en = ?, problem_zh = ? WHERE id = ?", (text.en, text.zh, attempt)
                )
        return len(attempts)

    # ---- persons ---------------------------------------------------------------------------------------------------

    def mark(self, attempt_id: int, check: str, points: float, *, who: str, why: str) -> None:
        """Keep a person's decision on a check. Earlier ones are kept too, and count no longer."""
        self._write(
            "INSERT INTO override (attempt_id, check_id, points, who, at, why) VALUES (?, ?, ?, ?, ?, ?)",
            [(attempt_id, check, points, storable(who), now(), storable(why))],
        )

    def forget(self, candidate_id: int) -> bool:
        """Erase a person: attempts, sources, reports, decisions, name. Freed pages are overwritten, the file packed.

        Returns:
            Whether every byte is gone: somebody who reads just now keeps the old ones in the file until that ends.
        """
        with transaction(self._connection, self.path):
            self._connection.execute("DELETE FROM problem WHERE candidate_id = ?", (candidate_id,))
            self._connection.execute("DELETE FROM candidate WHERE id = ?", (candidate_id,))
        with sentences(self.path):
            self._connection.execute("VACUUM")
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    # ---- SQL -------------------------------------------------------------------------------------------------------

    def _write(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        with transaction(self._connection, self.path):
            self._connection.executemany(sql, rows)

    def _due_under(self, key: str) -> list[int]:
        rows = self._rows("SELECT id FROM attempt WHERE wanted = ? AND key IS NOT wanted ORDER BY id", (key,))
        return [attempt for (attempt,) in rows]

    def _candidate_id(self, name: str) -> int:
        self._connection.execute(
            "INSERT OR IGNORE INTO candidate (opaque, name) VALUES (?, ?)", (secrets.token_hex(8), name)
        )
        ((found,),) = self._rows("SELECT id FROM candidate WHERE name = ?", (name,))
        return int(found)

    def _put(self, attempt: int, report: Report) -> None:
        """Write a report and its rows in the place of what the attempt had. Called inside a transaction."""
        ((label,),) = self._rows("SELECT label FROM attempt WHERE id = ?", (attempt,))
        report = msgspec.structs.replace(report, submission_name=label)
        run = self._connection.execute
        run("UPDATE paper SET report = ? WHERE attempt_id = ?", (pack(report), attempt))
        run(
            "UPDATE attempt SET key = wanted, problem_en = '', problem_zh = '', exercise_version = ?, verdict = ?,"
            " score = ?, max_score = ?, seed = ?, tier = ?, graded_at = ?, wall_s = ? WHERE id = ?",
            (
                report.exercise_version,
                report.verdict.value,
                report.score,
                report.max_score,
                report.seed,
                report.isolation.tier.value,
                report.started_at,
                report.wall_s,
                attempt,
            ),
        )
        for table, rows in rows_of(report).items():
            run(f"DELETE FROM {table} WHERE attempt_id = ?", (attempt,))
            for row in rows:
                run(f"INSERT INTO {table} VALUES ({', '.join('?' * (len(row) + 1))})", (attempt, *row))


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def key_of(plan: Plan, sha256: str) -> str:
    """The content key: what a report depends on, as one hash."""
    return hashlib.sha256(msgspec.json.encode((plan, sha256))).hexdigest()[:32]


__all__ = ["Due", "Gradebook", "key_of", "now"]
