"""An exercise and what its author declares about it; see `docs/authoring.md` for the file format."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Literal, Self

import msgspec

from grader.model.check import Check
from grader.model.text import Text

Difficulty = Literal["easy", "medium", "hard"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A named step of an exercise; parts stand in rising difficulty."""

    id: str
    title: Text
    requires: tuple[str, ...] = ()  # parts whose failure makes this one pointless to run
    hints: tuple[Text, ...] = ()  # three, of rising strength, never the solution


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A name of the contract that the candidate implements."""

    name: str
    part: str
    replay: bool = True  # False for functions that train: too dear to run again on every mistake
    no_grad: bool = False  # called under torch.no_grad()
    answer: bool = False  # no function but a question, answered in answers.md


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """A function of `support.py`, run inside the worker; what it shows is an observation of `observes`."""

    name: str
    observes: str
    replay: bool = True


class NotAllowed(msgspec.Struct, frozen=True, kw_only=True):
    """A library name that the task asks to do without, with the other names it goes by."""

    name: str
    aliases: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()  # where it is not allowed; empty: everywhere


class Pretrained(msgspec.Struct, frozen=True, kw_only=True):
    """A model that comes in a package of its own, for checks of --full; `models.py` has a function that loads it."""

    name: str
    package: str  # the distribution that carries it
    install: str  # the command that installs it


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one worker."""

    import_wall_s: float = 8.0
    call_wall_s: float = 10.0
    cpu_s: float = 120.0
    memory_bytes: int = 1 << 30  # over the worker's baseline
    whole_wall_s: float = 300.0  # of all imports and calls of one submission; the references take 0.2 s to 1.5 s
    full_whole_wall_s: float = 1800.0  # the same with --full; 25 s to 31 s where there are such checks
    full_call_wall_s: float = 180.0  # these three where a check of --full runs, never below the ordinary ones
    full_cpu_s: float = 360.0
    full_memory_bytes: int = 1 << 30
    output_bytes: int = 64 << 20
    scratch_bytes: int = 64 << 20
    threads: int = 64
    reply_bytes: int = 64 << 20

    def of_full(self) -> Self:
        """The limits of a worker that serves a check of --full: large data and real models need more of some."""
        return msgspec.structs.replace(
            self,
            call_wall_s=max(self.call_wall_s, self.full_call_wall_s),
            cpu_s=max(self.cpu_s, self.full_cpu_s),
            memory_bytes=max(self.memory_bytes, self.full_memory_bytes),
        )


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """A question that an interviewer would ask next, with what a good answer says."""

    question: Text
    answer: Text


class MistakeKind(enum.StrEnum):
    VALUE = "value"
    COST = "cost"
    RULE = "rule"


class Confidence(enum.StrEnum):
    EXACT = "exact"  # one mistake explains every call
    SEVERAL = "several"  # more than one mistake is needed, or several cannot be told apart
    SYMPTOM = "symptom"  # no known mistake explains it; a relation to the right answer is described


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A known wrong submission. Its file is a submission like any other, jailed when it runs."""

    id: str
    kind: MistakeKind
    functions: tuple[str, ...]  # the roots: where the fault is
    inherits: tuple[str, ...] = ()  # functions that go wrong because they call a root
    title: Text
    explanation: Text
    equals: tuple[str, ...] = ()  # mistakes that no contract-abiding call can tell from this one
    made_of: tuple[str, ...] = ()  # several mistakes met in one file; they are named, not this one
    breaks: tuple[str, ...] = ()  # cost: the time and memory checks it is there to break
    path: Path


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """Another right solution, written the way somebody else thinks."""

    id: str
    note: Text
    path: Path


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """A task with contract, stub, reference, checks, budgets and hints."""

    slug: str
    version: str  # content hash over everything that can change a grade
    order: int
    title: Text
    summary: Text
    difficulty: Difficulty
    minutes: int
    libraries: tuple[str, ...]
    budget: Budget
    parts: tuple[Part, ...]
    functions: tuple[Function, ...]
    support: tuple[Support, ...]
    not_allowed: tuple[NotAllowed, ...]
    visible: tuple[Check, ...]  # hidden checks are declared beside their tests and known once collected
    followups: tuple[FollowUp, ...]
    mistakes: tuple[Mistake, ...]
    accepted: tuple[Accepted, ...]
    folder: Path  # exercises/<slug>
    solutions: Path  # solutions/<slug>
    hidden: Path  # tests/hidden/<slug>
    models: tuple[Pretrained, ...] = ()
    time_budgets: dict[str, float] = {}  # check id -> ratio to the reference
    memory_budgets: dict[str, int] = {}  # check id -> bytes over the worker's baseline

    @property
    def stub(self) -> Path:
        return self.folder / f"{self.slug}.py"

    @property
    def reference(self) -> Path:
        return self.solutions / f"{self.slug}.py"

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are answered in `answers.md`; as functions of the contract they are checked and named."""
        return tuple(each.name for each in self.functions if each.answer)

    @property
    def questions_file(self) -> Path:
        return self.folder / "questions.toml"  # texts only: candidates get it

    @property
    def keys_file(self) -> Path:
        return self.solutions / "answers.toml"

    @property
    def answer_sheet(self) -> Path:
        return self.folder / "answers.md"  # the stub of the answers: the questions, and nothing below them

    @property
    def reference_answers(self) -> Path:
        return self.solutions / "answers.md"

    @property
    def support_file(self) -> Path:
        return self.folder / "support.py"

    @property
    def models_file(self) -> Path:
        return self.folder / "models.py"

    def part_of(self, function: str) -> str:
        """The part that owns a function of the contract.

        Raises:
            KeyError: the contract has no such function.
        """
        for each in self.functions:
            if each.name == function:
                return each.part
        raise KeyError(function)
