"""What an audit found: rows of the confusion matrix, problems, remarks, and how they read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from grader.i18n import say
from grader.model import Text


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One submission of the proof, and what became of it."""

    id: str
    kind: str  # stub, reference, accepted, or the kind of the mistake
    verdict: str
    score: float
    named: tuple[str, ...]  # mistakes that the diagnosis named
    confidence: str
    broken: tuple[str, ...]  # checks that did not pass, skipped ones apart
    seconds: float
    sound: bool


class ExerciseProof(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of one exercise."""

    slug: str
    rows: tuple[Row, ...]
    problems: tuple[Text, ...]  # each makes the audit fail
    remarks: tuple[Text, ...]  # too noisy to say, and the like
    checks: dict[str, tuple[str, ...]]  # hidden check -> the mistakes that break it
    unique: dict[str, tuple[str, ...]]  # hidden check -> the mistakes that only it breaks
    seed: int
    wall_s: float

    @property
    def ok(self) -> bool:
        return not self.problems

    def figures(self) -> Text:
        """One line of figures."""
        mistakes = [row for row in self.rows if row.kind in ("value", "cost", "rule")]
        named = sum(row.sound for row in mistakes)
        return say(
            "{slug}: {mistakes} mistakes, {named} named as themselves; {accepted} accepted variants; "
            "{checks} hidden checks, {unique} of them alone in catching some mistake; "
            "{problems} problems, {remarks} too noisy to say; {wall} s",
            slug=self.slug,
            mistakes=len(mistakes),
            named=named,
            accepted=sum(row.kind == "accepted" for row in self.rows),
            checks=len(self.checks),
            unique=sum(bool(each) for each in self.unique.values()),
            problems=len(self.problems),
            remarks=len(self.remarks),
            wall=round(self.wall_s),
        )


class AuditResult(msgspec.Struct, frozen=True, kw_only=True):
    """The proofs of all exercises that were asked for."""

    proofs: tuple[ExerciseProof, ...]

    @property
    def ok(self) -> bool:
        return all(proof.ok for proof in self.proofs)

    @property
    def lines(self) -> list[Text]:
        """The confusion matrices, the problems, and a line of figures for each exercise, ready to be shown."""
        found: list[Text] = []
        for proof in self.proofs:
            found.append(Text(en=f"== {proof.slug} ==", zh=f"== {proof.slug} =="))
            found.extend(_matrix(proof.rows))
            found.extend(_checks(proof))
            found.extend(say("too noisy to say: {what}", what=each) for each in proof.remarks)
            found.extend(say("PROBLEM: {what}", what=each) for each in proof.problems)
            found.append(proof.figures())
        return found


def _matrix(rows: Sequence[Row]) -> list[Text]:
    heading = ("", "submission", "kind", "verdict", "score", "named as", "broken")
    heading_zh = ("", "提交", "类别", "判定", "得分", "诊断为", "未通过")
    lines = []
    table = [
        (
            "ok" if row.sound else "!!",
            row.id,
            row.kind,
            row.verdict,
            f"{row.score:g}",
            f"{', '.join(row.named) or '-'}" + (f" ({row.confidence})" if row.confidence else ""),
            f"{len(row.broken)}",
        )
        for row in rows
    ]
    widths = [max(_width(each) for each in column) for column in zip(heading, heading_zh, *table, strict=True)]
    lines.append(Text(en=_line(heading, widths), zh=_line(heading_zh, widths)))
    lines.extend(Text(en=_line(cells, widths), zh=_line(cells, widths)) for cells in table)
    return lines


def _checks(proof: ExerciseProof) -> list[Text]:
    return [
        say(
            "{check}: broken by {count}, alone by {unique}",
            check=check,
            count=len(broken),
            unique=", ".join(proof.unique.get(check, ())) or "-",
        )
        for check, broken in proof.checks.items()
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
