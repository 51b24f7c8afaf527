"""Fault injection: grade a small batch again and again, each time killing some process of it with SIGKILL.

    python tests/grader/faults/trials.py --trials 200
    python tests/grader/faults/trials.py --trials 20 --exercise self_attention

One trial is one run of the command line in a process of its own. Who is killed, and when, is drawn from the trial's
seed; where the machine stands at that moment is not, so a failing seed fails again only most of the time. A trial is
good when the reports are those of the undisturbed run but for the times; or when the command line says what happened
and exits 3, and what it had graded by then is right; and when, either way, it ends, and nothing is left behind: no
process, no temporary file, no mount (in tiers without mount namespaces: nothing that the next run does not remove
first of all). Only processes that the trial itself has started are ever killed: they are found
by walking down from the command line's own process, and named by pidfd.
"""

from __future__ import annotations

import argparse
import atexit
import collections
import ctypes
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from grader.jail import scratch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SMALL = ROOT / "tests" / "grader" / "data" / "content"
SEED = 20_250_301
LOOK_S = 0.001
HANG_WALL_S = 120.0  # the longest wait inside the grader for something that does not answer is 60 s
GRACE_S = 3.0  # from the end of the command line to that of everything it had started
VICTIMS = ("worker", "worker", "worker", "zygote", "zygote", "keeper", "examiner", "any", "command")
# Times, and what is measured: all else must be the same in every run.
MEASURED = ("started_at", "wall_s", "cpu_s", "peak_rss_bytes", "stages", "environment", "timing")
ENDS_ITSELF = """

class Tally:
    def __init__(self, start=0):
        __import__("os")._exit(7)
"""
PR_SET_CHILD_SUBREAPER, CLONE_NEWNS, MS_REC, MS_PRIVATE = 36, 0x20000, 16384, 1 << 18


class Plan(NamedTuple):
    """What one trial does."""

    victim: str
    nth: int  # wait for so many of that kind to have been seen; 0 goes by the clock instead
    fraction: float  # of the undisturbed run's time by the clock; of 20 ms after the nth was seen
    kills: int


class Found(NamedTuple):
    """What became of one trial."""

    seed: int
    plan: Plan
    killed: tuple[str, ...]
    exit_code: int
    wall_s: float
    said: str
    faults: tuple[str, ...]

    @property
    def kind(self) -> str:
        if self.faults:
            return "WRONG"
        if not self.killed:
            return "nothing left to kill"
        if "command" in self.killed:
            return "command line killed"
        return "said so, exit 3" if self.exit_code == 3 else "finished, same reports"


class Ground:
    """Where trials take place: the submissions, the undisturbed run, and the look of the machine before."""

    def __init__(self, exercise: str, tier: str) -> None:
        self._private = _private_tmp()
        self._folder = Path(tempfile.mkdtemp(prefix="faults-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._tier = tier
        self._content = SMALL if exercise == "adder" else ROOT
        self._submissions = _submissions(self._folder, exercise, self._content)
        self.reports: dict[str, Any] = {}
        self.wall_s = 0.0
        self.workers = 0
        self._temp = self._temp_names()
        self._mounts = _mounts()

    def undisturbed(self) -> None:
        """Run twice without a fault; the two must agree, or nothing could be learned."""
        runs = []
        for _ in range(2):
            found = self._run(None, 0)
            assert found.exit_code in (0, 1), found.said
            self.wall_s = found.wall_s
            runs.append(self._written())
        assert runs[0] == runs[1], "two undisturbed runs differ"
        self.reports = runs[0]

    def trial(self, seed: int) -> Found:
        """Run once, with the faults of this seed."""
        drawn = random.Random(seed)
        victim = drawn.choice(VICTIMS)
        by_count = victim == "worker" and drawn.random() < 0.7
        nth = drawn.randint(1, max(1, self.workers)) if by_count else 0
        kills = 2 if drawn.random() < 0.15 else 1
        return self._run(Plan(victim, nth, drawn.random(), kills), seed)

    def _run(self, plan: Plan | None, seed: int) -> Found:
        output, errors = self._folder / "out.json", self._folder / "stderr"
        output.unlink(missing_ok=True)
        command = [sys.executable, str(HERE / "command.py"), str(self._content), self._tier, "run"]
        command += [*self._submissions, "--no-timing", "--seed", "7", "--json", str(output), "--lang", "en"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
        started_s = time.monotonic()
        faults: list[str] = []
        with errors.open("wb") as stderr:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, env=clean, cwd="/")
            hunt = Hunt(process.pid, plan, self.wall_s, started_s)
            while process.poll() is None:
                hunt.look()
                if time.monotonic() - started_s > HANG_WALL_S:
                    faults.append("it hangs")
                    process.kill()
                    process.wait()
                time.sleep(LOOK_S)
        wall_s = time.monotonic() - started_s
        if plan is None:
            self.workers = hunt.count("worker")
        said = errors.read_text(errors="replace").strip()
        code = process.returncode
        faults += self._left_behind()
        if plan is not None:
            faults += self._judge(code, said, killed_command="command" in hunt.killed)
        return Found(seed, plan or Plan("", 0, 0, 0), tuple(hunt.killed), code, wall_s, said, tuple(faults))

    def _written(self) -> dict[str, Any]:
        output = self._folder / "out.json"
        if not output.exists():
            return {}
        results = json.loads(output.read_bytes())["results"]
        return {result["submission"]: _without_times(result) for result in results}

    def _judge(self, code: int, said: str, *, killed_command: bool) -> list[str]:
        faults = []
        reports = self._written()
        for name, report in reports.items():
            if report != self.reports[name]:
                faults.append(f"another report: {_difference(self.reports[name], report)}")
        if "Traceback" in said:
            faults.append(f"a traceback: {said[-500:]}")
        if killed_command:
            return faults
        if code not in (0, 1, 3):
            faults.append(f"exit {code}: {said[-300:]}")
        elif code == 3 and not said:
            faults.append("exit 3 without a word")
        elif code != 3 and set(reports) != set(self.reports):
            faults.append("finished without all reports")
        return faults

    def _left_behind(self) -> list[str]:
        """Orphans come to us, as we are their subreaper; those that have ended are waited for here."""
        deadline_s = time.monotonic() + GRACE_S
        while True:
            _reap_orphans()
            left = _below(os.getpid())
            if not left or time.monotonic() > deadline_s:
                break
            time.sleep(0.005)
        faults = [f"a process is left: {_command_line(pid)}" for pid in left]
        for pid in left:
            _kill(pid)
        if any(name.startswith("grader-scratch-") for name in self._temp_names() - self._temp):
            scratch.remove_leftovers()  # what a killed zygote left: the next run's first act
        temp = self._temp_names() - self._temp
        faults += [f"a temporary file is left: {name}" for name in sorted(temp)]
        self._temp |= temp
        if (mounts := _mounts()) != self._mounts:
            faults.append(f"mounts are left: {sorted(mounts - self._mounts)}")
            self._mounts = mounts
        return faults

    def _temp_names(self) -> set[str]:
        names = set(os.listdir("/tmp"))
        names.discard(self._folder.name)
        names = {name for name in names if not name.startswith("grader-timing-")}  # the machine's lock, on purpose
        return names if self._private else set()  # a folder that others use too says nothing


class Hunt:
    """Finds the victim and kills it at its moment."""

    def __init__(self, command: int, plan: Plan | None, usual_s: float, started_s: float) -> None:
        self._command = command
        self._plan = plan
        self._at_s = started_s + usual_s * plan.fraction if plan else 0.0
        self._seen: dict[str, set[int]] = collections.defaultdict(set)
        self._marked_s: float | None = None
        self.killed: list[str] = []

    def count(self, kind: str) -> int:
        return len(self._seen[kind])

    def look(self) -> None:
        """Look at the processes; strike where it is time."""
        family = _family(self._command)
        for kind, pids in family.items():
            self._seen[kind].update(pids)
        plan = self._plan
        if plan is None or len(self.killed) == plan.kills:
            return
        now_s = time.monotonic()
        if plan.nth:
            if self.count(plan.victim) < plan.nth:
                return
            if self._marked_s is None:
                self._marked_s = now_s + 0.02 * plan.fraction
            if now_s < self._marked_s:
                return
        elif now_s < self._at_s:
            return
        choice = [(plan.victim, pid) for pid in family.get(plan.victim, ())]
        if plan.victim == "any":
            choice = [(kind, pid) for kind, pids in family.items() for pid in pids if kind != "command"]
        if plan.victim == "command":
            choice = [("command", self._command)]
        if choice:
            kind, pid = random.Random(len(choice)).choice(choice)
            if _kill(pid):
                self.killed.append(kind)


def _family(command: int) -> dict[str, list[int]]:
    """The processes of a run by what they are, told by their depth below the command line.

    In a tier with namespaces a keeper stands between examiner and zygote and waits for it.
    """
    examiners = _children(command)
    keepers = [child for pid in examiners for child in _children(pid)]
    zygotes = [child for pid in keepers for child in _children(pid)]
    workers = [child for pid in zygotes for child in _children(pid)]
    if not workers and zygotes and not any(_is_in_own_namespace(pid) for pid in zygotes):
        keepers, zygotes, workers = [], keepers, zygotes
    return {
        "command": [command],
        "examiner": examiners,
        "keeper": keepers,
        "zygote": zygotes,
        "worker": workers,
    }


def _is_in_own_namespace(pid: int) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid") != os.readlink("/proc/self/ns/pid")
    except OSError:
        return True


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            found += [int(child) for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
    except OSError:
        pass
    return found


def _below(pid: int) -> list[int]:
    found = []
    for child in _children(pid):
        found += [child, *_below(child)]
    return found


def _kill(pid: int) -> bool:
    """Kill one process below us, and no other that may have got its number meanwhile."""
    try:
        held = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if pid not in _below(os.getpid()):
            return False
        signal.pidfd_send_signal(held, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        os.close(held)
    return True


def _reap_orphans() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return
        except ChildProcessError:
            return


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return str(pid)


def _mounts() -> set[str]:
    return set(Path("/proc/self/mountinfo").read_text().splitlines())


def _private_tmp() -> bool:
    """Adopt orphans; and have a temporary folder and mounts that nobody else touches, where we may."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if any(str(path).startswith("/tmp/") for path in (ROOT, sys.prefix, sys.base_prefix)):
        return False
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        return False
    return libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"mode=1777") == 0


def _submissions(folder: Path, exercise: str, content: Path) -> list[str]:
    """A batch: the reference, two known mistakes, and one that ends its own process in the middle."""
    solutions = content / "solutions" / exercise
    mistakes = sorted((solutions / "mistakes").glob("*.py"))
    if exercise == "adder":
        mistakes = [path for path in mistakes if path.stem in ("skips_last", "tally_forgets")]
    else:
        mistakes = mistakes[:1]
    reference = (solutions / f"{exercise}.py").read_text()
    texts = [reference, *(path.read_text() for path in mistakes)]
    if exercise == "adder":
        texts.append(
            f"{reference}\n\nclass Tally:\n    def __init__(self, start=0):\n        __import__('os')._exit(7)\n"
        )
    paths = []
    for number, text in enumerate(texts):
        path = folder / str(number) / f"{exercise}.py"
        path.parent.mkdir()
        path.write_text(text)
        paths.append(str(path))
    return paths


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(each) for key, each in value.items() if key not in MEASURED}
    if isinstance(value, list):
        return [_without_times(each) for each in value]
    return value


def _difference(want: Any, got: Any, path: str = "") -> str:
    if isinstance(want, dict) and isinstance(got, dict) and want.keys() == got.keys():
        return "; ".join(filter(None, (_difference(want[key], got[key], f"{path}.{key}") for key in want)))
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        pairs = enumerate(zip(want, got, strict=True))
        return "; ".join(filter(None, (_difference(one, other, f"{path}[{at}]") for at, (one, other) in pairs)))
    return "" if want == got else f"{path}: {str(want)[:80]!r} became {str(got)[:80]!r}"


def main() -> int:
    """Run the trials, print the figures."""
    parser = argparse.ArgumentParser(description="Kill the grader's processes at random and see what it makes of it.")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--exercise", default="adder")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first trial; the others follow")
    parser.add_argument("--tier", default="best", help="just this tier of isolation")
    parser.add_argument("--json", action="store_true", help="print the trials as JSON instead of figures")
    arguments = parser.parse_args()
    ground = Ground(arguments.exercise, arguments.tier)
    ground.undisturbed()
    trials = []
    for number in range(arguments.trials):
        found = ground.trial(arguments.seed + number)
        trials.append(found)
        if found.wall_s > 10 * ground.wall_s and not arguments.json:
            print(f"seed {found.seed} took {found.wall_s:.1f} s: {found.plan}: {found.said[-200:]}", flush=True)
        if found.faults and not arguments.json:
            print(f"seed {found.seed} {found.plan} killed {found.killed}", *found.faults, sep="\n    ", flush=True)
    if arguments.json:
        print(json.dumps([{**each._asdict(), "kind": each.kind} for each in trials], indent=1))
    else:
        _print_figures(arguments.exercise, ground, trials)
    return 1 if any(each.faults for each in trials) else 0


def _print_figures(exercise: str, ground: Ground, trials: list[Found]) -> None:
    print(f"{exercise}: {len(trials)} trials; undisturbed {ground.wall_s:.2f} s, {ground.workers} workers seen")
    table = collections.Counter((each.plan.victim, each.kind) for each in trials)
    for (victim, kind), count in sorted(table.items()):
        print(f"  {victim:<9} {kind:<24} {count:4}")
    killed = collections.Counter(kind for each in trials for kind in each.killed)
    print("  killed: " + ", ".join(f"{count} {kind}" for kind, count in sorted(killed.items())))
    for said, count in collections.Counter(each.said for each in trials if each.exit_code == 3).most_common():
        print(f"  said {count:3} times: {said}")
    print(f"  slowest {max((each.wall_s for each in trials), default=0.0):.2f} s")


if __name__ == "__main__":
    sys.exit(main())
