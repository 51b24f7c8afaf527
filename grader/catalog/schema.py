"""The file formats of the content: `exercise.toml` and the headers of mistakes and accepted variants.

Strict views of the nouns in `grader.model`: every sentence in both languages and not empty, no unknown key. They are
only there to refuse a broken file; what is handed on are the nouns themselves.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from grader.model import (
    Budget,
    CheckKind,
    Difficulty,
    FollowUp,
    Function,
    MistakeKind,
    NotAllowed,
    Part,
    Pretrained,
    Support,
    Text,
)

SCHEMA = 1

Filled = Annotated[str, Meta(min_length=1)]
Above0 = Annotated[float, Meta(gt=0)]
AtLeast1 = Annotated[int, Meta(ge=1)]


class TextEntry(Text, frozen=True, forbid_unknown_fields=True):
    en: Filled
    zh: Filled


class BudgetEntry(Budget, frozen=True, kw_only=True, forbid_unknown_fields=True):
    import_wall_s: Above0 = 1.0
    call_wall_s: Above0 = 1.0
    cpu_s: Above0 = 1.0
    memory_bytes: AtLeast1 = 1
    whole_wall_s: Above0 = 1.0
    full_whole_wall_s: Above0 = 1.0
    full_call_wall_s: Above0 = 1.0
    full_cpu_s: Above0 = 1.0
    full_memory_bytes: AtLeast1 = 1
    output_bytes: AtLeast1 = 1
    scratch_bytes: AtLeast1 = 1
    threads: AtLeast1 = 1
    reply_bytes: AtLeast1 = 1


class PartEntry(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Filled
    title: TextEntry
    hints: tuple[TextEntry, ...] = ()


class FunctionEntry(Function, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Filled


class SupportEntry(Support, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Filled


class NotAllowedEntry(NotAllowed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Filled


class PretrainedEntry(Pretrained, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    package: Filled
    install: Filled


class QuestionsEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions of one part that are answered in `answers.md`."""

    part: str
    ids: Annotated[tuple[Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")], ...], Meta(min_length=1)]


class FollowUpEntry(FollowUp, frozen=True, kw_only=True, forbid_unknown_fields=True):
    question: TextEntry
    answer: TextEntry


class VisibleEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test of `test_visible.py`."""

    test: Annotated[str, Meta(min_length=6)]
    part: str
    function: str
    points: Annotated[float, Meta(ge=0)]
    title: TextEntry
    kind: CheckKind = CheckKind.VALUE
    needs: tuple[str, ...] = ()


class ExerciseFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`exercise.toml`, whole."""

    schema: int
    order: AtLeast1
    title: TextEntry
    summary: TextEntry
    difficulty: Difficulty
    minutes: AtLeast1
    libraries: tuple[Filled, ...]
    parts: Annotated[tuple[PartEntry, ...], Meta(min_length=1)]
    functions: Annotated[tuple[FunctionEntry, ...], Meta(min_length=1)]
    visible: tuple[VisibleEntry, ...]
    budget: BudgetEntry = BudgetEntry()
    support: tuple[SupportEntry, ...] = ()
    not_allowed: tuple[NotAllowedEntry, ...] = ()
    models: tuple[PretrainedEntry, ...] = ()
    questions: tuple[QuestionsEntry, ...] = ()
    followups: tuple[FollowUpEntry, ...] = ()
    time_budgets: dict[str, float] = {}
    memory_budgets: dict[str, int] = {}


class MistakeFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The header of `mistakes/<id>.py`, or `.md` for wrong answers."""

    kind: MistakeKind
    functions: Annotated[tuple[Filled, ...], Meta(min_length=1)]
    title: TextEntry
    explanation: TextEntry
    inherits: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()


class AcceptedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The header of `accepted/<id>.py` or `.md`."""

    note: TextEntry


HeaderWord = Literal["mistake", "accepted"]


def keys_of(file: type[msgspec.Struct]) -> set[str]:
    """All keys that exist anywhere in a file of this format."""
    entries: tuple[type[msgspec.Struct], ...] = (file, TextEntry)
    if file is ExerciseFile:
        entries += (BudgetEntry, PartEntry, FunctionEntry, SupportEntry, NotAllowedEntry, PretrainedEntry)
        entries += (FollowUpEntry, VisibleEntry, QuestionsEntry)
    return {field.encode_name for entry in entries for field in msgspec.structs.fields(entry)}
