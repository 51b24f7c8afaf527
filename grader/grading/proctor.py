"""The proctor of one exercise: who has checks run, on any submission, beside the reference with one seed."""

from __future__ import annotations

from grader import timing
from grader.exam.memo import ReferenceSeat
from grader.exam.room import Room
from grader.exam.seat import Seat
from grader.exam.sitting import Sat, UnusableResult
from grader.exam.supply import Supply
from grader.grading import desk
from grader.grading.aside import Aside
from grader.model import Check, CheckKind, Exercise, Outcome, Tier

_SHARED = (Tier.D, Tier.E)  # where two workers could meet in a file, if only by accident


class Proctor:
    """What one exercise needs to have its checks run on a submission: the room, and the reference with one seed."""

    def __init__(self, exercise: Exercise, room: Room, supply: Supply, reference: ReferenceSeat, seed: int) -> None:
        self.exercise = exercise
        self.supply = supply
        self.seed = seed
        self.checks = tuple(desk.in_order(room.checks(exercise.slug), exercise))
        self._room = room
        self._reference = reference
        self._reference_aside = ReferenceSeat(Seat(reference.seat.program, supply))
        self._has_room = timing.usable_cores() > 1 and supply.zygote.hello.tier not in _SHARED
        self.turns = desk.in_turn(self.checks, exercise) if self._has_room else desk.by_part(self.checks)
        self._sound: set[str] = set()

    def sit(self, check: Check, seat: Seat) -> Sat:
        """Run one check; raises as `Room.sit` does."""
        return self._room.sit(check, seat, self._reference, self.seed)

    def sit_aside(self, check: Check, beside: Seat) -> Aside | None:
        """Have one go on beside others, if it can: one that has a worker of its own, walled off from any other."""
        can = check.kind is CheckKind.MEMORY and not check.full and self._room.is_apart(check, self.exercise.slug)
        if not can or not self._has_room:
            return None
        return Aside(check, beside, self.supply, self._sit_beside)

    def _sit_beside(self, check: Check, seat: Seat) -> Sat:
        try:
            return self._room.sit(check, seat, self._reference_aside, self.seed)
        finally:
            self._reference_aside.seat.leave()  # it remembers what it was asked

    def is_sound(self, check: Check) -> bool:
        """Whether the reference passes a check; with one seed it does so for all submissions, and is asked once."""
        if check.id in self._sound:
            return True
        understudy = Seat(self._reference.seat.program, self.supply)
        try:
            passed = self.sit(check, understudy).outcome is Outcome.PASSED
        except UnusableResult:
            passed = False
        finally:
            understudy.leave()
        if passed and not check.kind.is_measured:  # whoever was unlucky once is not broken for ever
            self._sound.add(check.id)
        return passed
