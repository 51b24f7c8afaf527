"""A submission: a candidate's files for one exercise, as bytes, by content hash."""

from __future__ import annotations

import hashlib

import msgspec


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed in. Never changed, never imported on the trusted side."""

    exercise: str
    name: str  # how the owner knows it, for display only; may hold anything
    source: bytes
    answers: bytes | None = None

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256(self.source)
        if self.answers is not None:
            digest.update(b"\0answers.md\0" + self.answers)
        return digest.hexdigest()
