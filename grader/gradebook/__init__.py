"""The gradebook: one SQLite file that holds who handed in what, what came of it, and what a person decided."""

from grader.gradebook.rows import (
    Attempt,
    Batch,
    Candidate,
    CheckRow,
    DiagnosisRow,
    Entry,
    Override,
    Plan,
    Problem,
    State,
    TimingRow,
)
from grader.gradebook.store import Gradebook

__all__ = [
    "Attempt",
    "Batch",
    "Candidate",
    "CheckRow",
    "DiagnosisRow",
    "Entry",
    "Gradebook",
    "Override",
    "Plan",
    "Problem",
    "State",
    "TimingRow",
]
