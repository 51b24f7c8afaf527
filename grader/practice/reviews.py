"""Quiz cards with their scheduler's state, the answers given, and interviews: the rest of what the history keeps.

States are JSON of whoever schedules or interviews; here they are text that is kept whole or not at all.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

import msgspec

from grader.practice.history import History
from grader.practice.store import transaction


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A question that comes back."""

    id: str
    kind: str
    state: dict[str, Any]
    due_at: str  # ISO 8601, UTC


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a question."""

    id: int
    card: str
    at: str
    correct: bool
    rating: int
    answer: str
    interview: str | None = None


class Interview(msgspec.Struct, frozen=True, kw_only=True):
    """An interview, under way or over."""

    id: str
    started_at: str
    ended_at: str | None
    state: dict[str, Any]


def card(history: History, card_id: str) -> Card | None:
    """One card, or None where that question never came up."""
    return next(iter(_cards(history, "WHERE id = ?", card_id)), None)


def cards(history: History, kind: str | None = None) -> tuple[Card, ...]:
    """All cards, the one due first first."""
    return _cards(history, "WHERE ?1 IS NULL OR kind = ?1 ORDER BY due_at, id", kind)


def due_cards(history: History, at: datetime.datetime, kind: str | None = None) -> tuple[Card, ...]:
    """The cards due at a time, the one due first first."""
    return tuple(each for each in cards(history, kind) if datetime.datetime.fromisoformat(each.due_at) <= at)


def save_card(history: History, kept: Card) -> None:
    """Keep a card; one of the same id is replaced."""
    row = (kept.id, kept.kind, json.dumps(kept.state), kept.due_at)
    history.write("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)", *row)


def record_answer(
    history: History, kept: Card, *, correct: bool, rating: int, answer: str, interview: str | None = None
) -> None:
    """Keep an answer and the card as it is after it, both or neither."""
    with transaction(history.connection, history.file):
        history.connection.execute(
            "INSERT INTO answers (card, at, correct, rating, answer, interview) VALUES (?, ?, ?, ?, ?, ?)",
            (kept.id, history.stamp(), correct, rating, answer, interview),
        )
        history.connection.execute(
            "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)",
            (kept.id, kept.kind, json.dumps(kept.state), kept.due_at),
        )


def answers(history: History, card_id: str | None = None, *, interview: str | None = None) -> tuple[Answer, ...]:
    """Answers in the order they were given."""
    return history.structs(
        Answer,
        "SELECT id, card, at, correct, rating, answer, interview FROM answers"
        " WHERE (?1 IS NULL OR card = ?1) AND (?2 IS NULL OR interview = ?2) ORDER BY id",
        card_id,
        interview,
    )


def save_interview(history: History, kept: Interview) -> None:
    """Keep an interview; the one of the same id is replaced."""
    row = (kept.id, kept.started_at, kept.ended_at, json.dumps(kept.state))
    history.write("INSERT OR REPLACE INTO interviews VALUES (?, ?, ?, ?)", *row)


def interviews(history: History, *, under_way: bool = False) -> tuple[Interview, ...]:
    """Interviews, the latest begun first; only those that are not over, if asked."""
    return history.structs(
        Interview,
        "SELECT id, started_at, ended_at, state FROM interviews WHERE NOT ?1 OR ended_at IS NULL"
        " ORDER BY started_at DESC, id DESC",
        under_way,
    )


def _cards(history: History, where: str, *values: object) -> tuple[Card, ...]:
    return history.structs(Card, f"SELECT id, kind, state, due_at FROM cards {where}", *values)
