"""The ground on which attacks run: content with a fresh canary, decoys, one examiner on one tier, and the judgement.

Everything dangerous stays behind the wall that is under test; what lies outside for an attack to find is ours.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from grader.attack import sweep, traces
from grader.attack.decoys import Decoy, Listeners, Tree
from grader.attack.model import Attack, Breach, Finding, Invariant, Status
from grader.config import Content
from grader.examiner.client import Examiner, GradeOptions
from grader.model import CheckResult, Outcome, Report, Submission, Tier

_CANARY = "CANARY-00000000000000000000000000000000"
_INPUT = "INPUT-00000000000000000000000000000000"
_KNOWN = re.compile(rb"^KNOWN = \{\}.*$", re.MULTILINE)
_NEXT = "steps_twice"  # the submission after an attack: partly wrong, so that its diagnosis is looked at too
_SILENT = (Outcome.NOT_GRADED,)
GROWTH_BYTES = 48 << 20  # replies may be large; what a few bytes from a worker turn into must not be
_SEED = 20240229


class Ground:
    """One tier, one examiner, any number of attacks. A context manager."""

    def __init__(self, tier: Tier, attacks: Path, content: Content) -> None:
        """
        Args:
            tier: just this one.
            attacks: the folder of attacks, with their own content in `content`.
            content: of the exercises that they are aimed at besides.
        """
        self.tier = tier
        self.canary = f"CANARY-{secrets.token_hex(16)}"
        self._input = f"INPUT-{secrets.token_hex(16)}"
        self._marker = f"attack-{secrets.token_hex(8)}"
        self._attacks = attacks
        self._source_content = content
        self._stack = contextlib.ExitStack()
        self._before: traces.Traces | None = None
        self._children: set[int] = set()
        self._ready: dict[str, tuple[str, ...]] = {}
        self._expected_next: dict[tuple[str, GradeOptions], object] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(traces.orphans_adopted())
            self._root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-attack-")))
            self._content = self._lay_out()
            self._decoy = Decoy(self.canary)
            stack.callback(self._decoy.close)
            self._listeners = Listeners(self._root)
            stack.callback(self._listeners.close)
            self._log = stack.enter_context(open(self._root / "log", "w+b"))
            self._examiner = Examiner(options=GradeOptions(seed=_SEED), content=self._content, exact_tier=self.tier)
            stack.callback(self._examiner.close)
            with self._logged():
                self._examiner.start(["target"])
            self._grade_next("target", GradeOptions(seed=_SEED))
            self._tree = Tree(self._root / "content", self._marker)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # ---- one attack ------------------------------------------------------------------------------------------------

    def attack(self, attack: Attack) -> Finding:
        """Submit an attack, then an ordinary submission, and look at what has changed.

        An attack that could do harm here is not run; the finding says so.
        """
        if not attack.runs_on(self.tier):
            return Finding(attack=attack.id, tier=self.tier, status="not run")
        started_s = time.monotonic()
        options = GradeOptions(seed=_SEED, full=attack.full, parts=attack.parts, timing=attack.timing)
        self._grade_next(attack.exercise, options)  # what it is compared with, once
        lasting = 4 + (self.tier is Tier.A)  # decoy, examiner, zygote, sentry; one more in a pid namespace
        if self._before is None:
            self._before = traces.steady(lasting)
            self._children = traces.children()
        peak_bytes = self._examiner_peak_bytes()
        submission = Submission(exercise=attack.exercise, name=attack.id, source=self._source(attack))
        with self._another_examiner() if attack.fresh else contextlib.nullcontext():
            reports = [self._grade(submission, options) for _ in range(attack.runs)]
            breaches = list(self._breaches(attack, reports, options))
        breaches += self._outside(lasting, traces.SETTLE_WALL_S if self.tier in attack.tiers else 0.2)
        grown_bytes = self._examiner_peak_bytes() - peak_bytes
        if grown_bytes > GROWTH_BYTES:
            breaches.append(Breach(invariant=Invariant.EXAMINER_SMALL, detail=f"by {grown_bytes} bytes"))
        held = [each for each in breaches if each.invariant in attack.holds]
        return Finding(
            attack=attack.id,
            tier=self.tier,
            status=_status(reports, held),
            outcomes={each.check.id: each.outcome for each in reports[-1].checks},
            breaches=tuple(held),
            wall_s=time.monotonic() - started_s,
        )

    def _breaches(self, attack: Attack, reports: list[Report], options: GradeOptions) -> Iterator[Breach]:
        for report in reports:
            texts = sweep.outlets(report)
            texts["log"] = self._logged_text()
            for place in sweep.leaks(texts, self.canary, self._input):
                yield Breach(invariant=Invariant.CANARY_ABSENT, detail=place)
            for stain in sweep.stains(texts):
                yield Breach(invariant=Invariant.REPORT_CLEAN, detail=stain)
            if attack.never_printed and attack.never_printed in report.output:
                yield Breach(invariant=Invariant.OTHER_CHECKS_RUN, detail=f"printed: {attack.never_printed}")
            if attack.never_assessed and any(
                attack.never_assessed in text for name, text in texts.items() if name.endswith("assessment")
            ):
                yield Breach(invariant=Invariant.CANARY_ABSENT, detail=f"shown: {attack.never_assessed}")
            for check in report.checks:
                if check.outcome not in (*attack.allowed(check.check.id), *_SILENT):
                    yield Breach(invariant=Invariant.OTHER_CHECKS_RUN, detail=_told(check))
        if self._fingerprint_of_next(attack.exercise, options) != self._expected_next[attack.exercise, options]:
            yield Breach(invariant=Invariant.NEXT_UNAFFECTED, detail=str(self._last_next))

    def _outside(self, lasting: int, wall_s: float) -> Iterator[Breach]:
        before = self._before
        assert before is not None
        after = traces.settled(before, lasting, wall_s)
        for invariant in traces.differences(before, after):
            yield Breach(invariant=invariant, detail=f"{before} -> {after}")
        if orphans := traces.end_adopted(self._children):
            yield Breach(invariant=Invariant.PROCESSES_SAME, detail=f"{orphans} processes got away from their parents")
        if not self._decoy.untouched:
            yield Breach(invariant=Invariant.PROCESSES_SAME, detail="the decoy was touched")
        for change in self._tree.changes():
            yield Breach(invariant=Invariant.FILES_SAME, detail=change)
        for contact in self._listeners.contacts():
            yield Breach(invariant=Invariant.NO_CONTACT, detail=contact)

    # ---- submissions -----------------------------------------------------------------------------------------------

    def _source(self, attack: Attack) -> bytes:
        examiner = self._lasting_pids()
        known = {
            "decoy_pid": self._decoy.pid,
            "examiner_pid": examiner[0] if examiner else 0,
            "zygote_pid": examiner[1] if len(examiner) > 1 else 0,
            "runner_pid": os.getpid(),
            "hidden_tests": str(self._content.hidden / attack.exercise),
            "solutions": str(self._content.solutions / attack.exercise),
            "canary_file": str(self._content.hidden / "canary.txt"),
            "tcp_port": self._listeners.tcp_port,
            "udp_port": self._listeners.udp_port,
            "unix_path": self._listeners.path,
            "unix_name": self._listeners.abstract,
            "marker": self._marker,
            "tier": self.tier.value,
        }
        source = _KNOWN.sub(lambda _: f"KNOWN = {known!r}".encode(), attack.source)
        if attack.whole:
            return source
        return (self._content.solutions / attack.exercise / f"{attack.exercise}.py").read_bytes() + b"\n\n" + source

    def _examiner_peak_bytes(self) -> int:
        return max(map(traces.peak_bytes, self._lasting_pids()[:1]), default=0)

    @contextlib.contextmanager
    def _another_examiner(self) -> Iterator[None]:
        """One that has graded nothing and remembers nothing, for as long as this is entered."""
        usual = self._examiner
        with Examiner(options=usual.options, content=self._content, exact_tier=self.tier) as self._examiner:
            try:
                yield
            finally:
                self._examiner = usual

    def _lasting_pids(self) -> list[int]:
        return [pid for pid in traces.descendants() if pid != self._decoy.pid]

    def _grade(self, submission: Submission, options: GradeOptions) -> Report:
        self._examiner.options = options
        with self._logged():
            return next(self._examiner.grade([submission]))

    def _grade_next(self, exercise: str, options: GradeOptions) -> None:
        if (exercise, options) not in self._expected_next:
            self._before = None  # another examiner may start
            self._expected_next[exercise, options] = self._fingerprint_of_next(exercise, options)

    def _fingerprint_of_next(self, exercise: str, options: GradeOptions) -> object:
        """What must not depend on who was graded before. Measured checks are left out: their numbers do."""
        plain = GradeOptions(seed=options.seed, parts=options.parts, timing=False)
        folder = self._content.solutions / exercise
        file = folder / "mistakes" / f"{_NEXT}.py"
        source = (file if file.exists() else folder / f"{exercise}.py").read_bytes()
        report = self._grade(Submission(exercise=exercise, name="next", source=source), plain)
        self._last_next = (
            report.verdict,
            report.score,
            report.output,
            tuple((each.check.id, each.outcome, each.message) for each in report.checks),
            tuple((each.function, each.mistakes, each.confidence) for each in report.diagnoses),
        )
        return self._last_next

    # ---- content and log -------------------------------------------------------------------------------------------

    def _lay_out(self) -> Content:
        root = self._root / "content"
        own = self._attacks / "content"
        sources = {
            "exercises": (own / "exercises", self._source_content.exercises),
            "solutions": (own / "solutions", self._source_content.solutions),
            "hidden": (own / "hidden", self._source_content.hidden),
        }
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        for name, folders in sources.items():
            for folder in folders:
                shutil.copytree(folder, root / name, ignore=ignored, dirs_exist_ok=True)
        for test in (root / "hidden").rglob("test_*.py"):
            text = test.read_text(encoding="utf-8")
            if _CANARY not in text:
                text += f'\n_CANARY = "{_CANARY}"\n'
            test.write_text(text.replace(_CANARY, self.canary).replace(_INPUT, self._input), encoding="utf-8")
        (root / "hidden" / "canary.txt").write_text(self.canary, encoding="utf-8")
        return Content(
            exercises=root / "exercises",
            solutions=root / "solutions",
            hidden=root / "hidden",
            templates=self._source_content.templates,
            attacks=self._attacks,
        )

    @contextlib.contextmanager
    def _logged(self) -> Iterator[None]:
        """Have processes that start now write their errors into the log."""
        kept = os.dup(2)
        os.dup2(self._log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)

    def _logged_text(self) -> str:
        return (self._root / "log").read_text(encoding="utf-8", errors="replace")


def _told(check: CheckResult) -> str:
    got = check.example.got if check.example is not None else ""
    return f"{check.check.id} {check.outcome}: {check.message.en} {got}"[:600]


def _status(reports: list[Report], breaches: list[Breach]) -> Status:
    if breaches:
        return "open"
    outcomes = {each.outcome for report in reports for each in report.checks}
    return "contained" if outcomes <= {Outcome.PASSED, *_SILENT} else "detected"
