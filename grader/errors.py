"""Everything that can go wrong on our side, as one tree. A candidate's faults are data, never exceptions.

GraderError                    exit 3
├── UsageError                 exit 2   what was asked for cannot be done as asked
│   ├── SubmissionError                 the submission cannot be read (missing, too large, not a file, ...)
│   └── UnknownExerciseError            no exercise of that name; offers the nearest
├── ContentError                        an exercise is broken: names file, key and remedy
├── WireError                           a frame broke the protocol
│   └── ForeignError                    a value is well formed, of a library that this process does not have
├── SandboxError                        a worker or its zygote could not be had
│   ├── IsolationError                  the wanted tier of isolation is not available
│   ├── ZygoteDied                      the zygote is gone
│   └── WorkerLost                      a worker was killed, by nobody of ours and not for what it did
├── ExaminerDied                        the examiner's process is gone
└── ReportError                         a report could not be written
"""

from __future__ import annotations

from typing import Self

from grader.model.text import Text


class GraderError(Exception):
    """The root. Carries its sentence in both languages and the exit code that the command line uses."""

    exit_code = 3

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.text = Text(en=en, zh=zh or en)

    @classmethod
    def of(cls, text: Text) -> Self:
        """The error that says a sentence."""
        return cls(text.en, text.zh)


class UsageError(GraderError):
    exit_code = 2


class SubmissionError(UsageError):
    pass


class UnknownExerciseError(UsageError):
    pass


class ContentError(GraderError):
    pass


class WireError(GraderError):
    pass


class ForeignError(WireError):
    pass


class SandboxError(GraderError):
    pass


class IsolationError(SandboxError):
    pass


class ZygoteDied(SandboxError):
    pass


class WorkerLost(SandboxError):
    pass


class ExaminerDied(GraderError):
    pass


class ReportError(GraderError):
    pass
