"""A report as a gradebook keeps it: whole, as one packed piece, and spread over the rows that lists are made from.

Reports of every earlier version must come back: a field that is added to one needs a default. This module must not know
SQL, nor which attempt a report belongs to.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.gradebook.connection import damaged
from grader.model import Report

_reports = msgspec.msgpack.Decoder(Report)
Row = tuple[object, ...]


def pack(report: Report) -> bytes:
    """A report as one piece: MessagePack, which unlike JSON knows a bound that is not finite; compressed."""
    return zlib.compress(msgspec.msgpack.encode(report))


def unpack(stored: bytes, path: Path) -> Report:
    """The report that was packed.

    Args:
        path: of the gradebook that it is from.

    Raises:
        UsageError: it is no report, or holds something else than one.
    """
    try:
        return _reports.decode(zlib.decompress(stored))
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError, TypeError) as error:
        raise damaged(path) from error


def rows_of(report: Report) -> dict[str, Iterator[Row]]:
    """By table, the rows of a report: the columns after the attempt's id, in their order."""
    return {
        "check_result": _check_rows(report),
        "diagnosis": _diagnosis_rows(report),
        "timing": _timing_rows(report),
    }


def _check_rows(report: Report) -> Iterator[Row]:
    for position, each in enumerate(report.checks):
        check = each.check
        yield (
            check.id,
            position,
            check.part,
            check.function,
            check.kind.value,
            check.visibility,
            each.outcome.value,
            each.points,
            check.points,
            each.cpu_s,
            each.wall_s,
            each.peak_rss_bytes,
        )


def _diagnosis_rows(report: Report) -> Iterator[Row]:
    for position, each in enumerate(report.diagnoses):
        for mistake in dict.fromkeys(each.mistakes) or ("",):
            yield (position, mistake, each.function, each.kind.value, each.confidence.value)


def _timing_rows(report: Report) -> Iterator[Row]:
    for each in report.timing:
        numbers = (each.ratio, each.low, each.high, each.budget)
        yield (
            each.check,
            *map(_finite, numbers),
            each.verdict.value,
            each.repeats,
            _finite(each.candidate_cpu_s),
            _finite(each.reference_cpu_s),
        )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
