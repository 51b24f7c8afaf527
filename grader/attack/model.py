"""The nouns of an attack: what it is, what must stay true, what became of it. Plain data."""

from __future__ import annotations

import enum
from typing import Literal

import msgspec

from grader.i18n import say
from grader.model import Outcome, Text, Tier

EVERY = "every"  # in `expect`: all checks that are not named


class Invariant(enum.StrEnum):
    """What an attack must leave as it was."""

    CANARY_ABSENT = "canary_absent"
    PROCESSES_SAME = "processes_same"
    MOUNTS_SAME = "mounts_same"
    DESCRIPTORS_SAME = "descriptors_same"
    EXAMINER_SMALL = "examiner_small"
    TEMP_SAME = "temp_same"
    FILES_SAME = "files_same"
    NO_CONTACT = "no_contact"
    REPORT_CLEAN = "report_clean"
    NEXT_UNAFFECTED = "next_submission_unaffected"
    OTHER_CHECKS_RUN = "other_checks_run"

    @property
    def sentence(self) -> Text:
        """What is broken where it does not hold."""
        match self:
            case Invariant.CANARY_ABSENT:
                return say("The canary came out.")
            case Invariant.PROCESSES_SAME:
                return say("Processes were left over, or ended.")
            case Invariant.MOUNTS_SAME:
                return say("Mounts changed.")
            case Invariant.DESCRIPTORS_SAME:
                return say("Descriptors were left open in a trusted process.")
            case Invariant.EXAMINER_SMALL:
                return say("The examiner's memory grew.")
            case Invariant.TEMP_SAME:
                return say("Temporary files were left over.")
            case Invariant.FILES_SAME:
                return say("Files outside changed.")
            case Invariant.NO_CONTACT:
                return say("Something outside was contacted.")
            case Invariant.REPORT_CLEAN:
                return say("The report carries markup or control characters of the submission.")
            case Invariant.NEXT_UNAFFECTED:
                return say("The next submission was graded differently.")
            case Invariant.OTHER_CHECKS_RUN:
                return say("A check ended as it must not.")


# None at all; only to what was laid out for it; to other people's processes and files.
Harm = Literal["none", "ground", "machine"]


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """One hostile submission.

    Attributes:
        row: its row in the table of attacks; 0 for one that is in no table.
        expect: check id -> outcomes that are allowed; `every` for all that are not named; otherwise only `passed`.
        tiers: where all of that must hold.
        harm: what it could do where it is not held; decides where it runs at all, see `runs_on`.
        whole: the file is the submission; otherwise it is appended to the exercise's reference.
        runs: how often it is submitted in a row.
        fresh: on an examiner that has graded nothing before.
        never_printed: what must not be among what it printed, since the code that prints it must never run.
        never_assessed: what must not be in what an assessed candidate is shown.
        full: with the checks that measure.
        timing: with those of them that measure time.
        parts: only these parts of the exercise; empty for all.
    """

    id: str
    row: int
    what: Text
    exercise: str
    expect: dict[str, tuple[Outcome, ...]]
    holds: tuple[Invariant, ...]
    tiers: tuple[Tier, ...]
    harm: Harm
    whole: bool
    runs: int
    fresh: bool
    never_printed: str
    never_assessed: str
    full: bool
    timing: bool
    parts: tuple[str, ...]
    source: bytes

    def runs_on(self, tier: Tier) -> bool:
        """Whether it may be let loose on a tier. What could harm the machine only ever runs with every layer on."""
        match self.harm:
            case "none":
                return True
            case "ground":
                return tier in self.tiers
            case "machine":
                return tier is Tier.A and tier in self.tiers

    def allowed(self, check: str) -> tuple[Outcome, ...]:
        """The outcomes that a check may have."""
        return self.expect.get(check, self.expect.get(EVERY, (Outcome.PASSED,)))


Status = Literal["contained", "detected", "open", "not run"]


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not hold. `detail` is for whoever repairs it, and may hold untrusted text."""

    invariant: Invariant
    detail: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attack on one tier."""

    attack: str
    tier: Tier
    status: Status
    outcomes: dict[str, Outcome] = {}
    breaches: tuple[Breach, ...] = ()
    wall_s: float = 0.0
