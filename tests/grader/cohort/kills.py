"""Kill `grader grade` at any moment, go on with `--resume`, and compare with a batch that nobody disturbed.

    python tests/grader/cohort/kills.py --trials 100
    python tests/grader/cohort/kills.py --trials 10 --exercise self_attention

When the command line is killed (SIGKILL), and how often before it may end, is drawn from the trial's seed; what it
was doing at that moment is not. A trial is good when the gradebook that comes out is, times and random ids apart, the
one of the undisturbed batch; when every report that was in it after a kill is still there, byte for byte; and when
SQLite finds nothing wrong with the file, right after the kill and at the end.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SMALL = ROOT / "tests" / "grader" / "data" / "content"
COMMAND = ROOT / "tests" / "grader" / "faults" / "command.py"
SEED = 20_250_301
COPIES = {"adder": 3, "self_attention": 1}  # of every submission, each with a comment of its own
MOST = {"adder": 99, "self_attention": 12}  # submissions before they are copied
HANG_WALL_S = 300.0
# Times, what is measured, and ids that are drawn: all else must be the same.
MEASURED = ("started_at", "wall_s", "cpu_s", "peak_rss_bytes", "stages", "environment", "timing")


class Found(NamedTuple):
    """What became of one trial."""

    seed: int
    kills: tuple[str, ...]  # where each kill came: how many attempts were graded then
    graded: int  # attempts, at the end
    faults: tuple[str, ...]


class Ground:
    """Where trials take place: the folder of submissions, and the undisturbed gradebook."""

    def __init__(self, exercise: str, jobs: int) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="kills-"))
        self.folder = self.home / "handed_in"
        self._content = SMALL if exercise == "adder" else ROOT
        self._jobs = jobs
        _hand_in(self.folder, exercise, self._content)
        started_s = time.monotonic()
        assert self.run(self.home / "undisturbed") in (0, 1)
        self.wall_s = time.monotonic() - started_s
        self.book = dump(self.home / "undisturbed")
        assert self.book["attempt"]

    def start(self, out: Path, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(COMMAND), str(self._content), "best", "grade", str(self.folder)]
        command += ["--out", str(out), "--seed", "7", "--no-timing", "--jobs", str(self._jobs), "--lang", "en", *more]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
        with (self.home / "said").open("wb") as said:
            return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, env=clean, cwd="/")

    def run(self, out: Path, *more: str) -> int:
        return self.start(out, *more).wait(HANG_WALL_S)

    def trial(self, seed: int) -> Found:
        """Kill once or more often, then let it end."""
        drawn = random.Random(seed)
        out = self.home / f"trial-{seed}"
        kills: list[str] = []
        faults: list[str] = []
        held: dict[int, bytes] = {}
        for number in range(drawn.choice((1, 1, 1, 2, 3))):
            if _ended(out):
                break
            again = ("--resume",) if number and _interrupted(out) else ()
            process = self.start(out, *again)
            try:
                process.wait(self.wall_s * drawn.random() * (1.0 if number == 0 else 0.6))
                break  # it was faster
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills.append(_standing(out))
            faults += _unsound(out)
            reports = _reports(out)
            faults += [f"attempt {each} was lost or graded again" for each in held if reports.get(each) != held[each]]
            held |= reports
        if not _ended(out):
            code = self.run(out, *(("--resume",) if _interrupted(out) else ()))
            if code not in (0, 1):
                faults.append(f"exit {code}: {(self.home / 'said').read_text(errors='replace')[-300:]}")
        faults += _unsound(out)
        reports = _reports(out)
        faults += [f"attempt {each} was lost or graded again" for each in held if reports.get(each) != held[each]]
        faults += _differences(self.book, dump(out))
        shutil.rmtree(out)
        return Found(seed, tuple(kills), len(reports), tuple(faults))

    def close(self) -> None:
        shutil.rmtree(self.home)


def _hand_in(folder: Path, exercise: str, content: Path) -> None:
    solutions = content / "solutions" / exercise
    sources = [solutions / f"{exercise}.py", content / "exercises" / exercise / f"{exercise}.py"]
    sources += sorted((solutions / "mistakes").glob("*.py")) + sorted((solutions / "accepted").glob("*.py"))
    for number, file in enumerate(sources[: MOST[exercise]]):
        for copy in range(COPIES[exercise]):
            place = folder / f"{number:02}-{file.stem}-{copy}"
            place.mkdir(parents=True)
            (place / f"{exercise}.py").write_bytes(file.read_bytes() + b"\n# copy %d\n" % copy)
    again = folder / "twice" / "attempt-2"
    again.mkdir(parents=True)
    (again / f"{exercise}.py").write_bytes(sources[0].read_bytes())
    (again.parent / f"{exercise}.py").write_bytes(sources[0].read_bytes())  # equal: graded once, kept twice
    (folder / "empty").mkdir()
    (folder / f"broken.{exercise}.ipynb").write_text("{")
    for file in folder.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))


def dump(out: Path) -> dict[str, list[Any]]:
    """Everything that a gradebook says, but for times and drawn ids."""
    ask = {
        "candidate": "SELECT id, name FROM candidate ORDER BY id",
        "batch": "SELECT id, folder, seed, options, taken_in, finished_at IS NULL FROM batch",
        "attempt": "SELECT id, candidate_id, exercise, label, ordinal, submitted_at, sha256, wanted = key, problem_en,"
        " problem_zh, exercise_version, verdict, score, max_score, seed, tier FROM attempt ORDER BY id",
        "check_result": "SELECT attempt_id, position, check_id, part, function, kind, visibility, outcome, points,"
        " max_points FROM check_result ORDER BY 1, 2",
        "diagnosis": "SELECT * FROM diagnosis ORDER BY 1, 2, 3",
        "problem": "SELECT * FROM problem ORDER BY 1",
        "paper": "SELECT attempt_id, source, answers FROM paper ORDER BY 1",
    }
    with sqlite3.connect(out / "gradebook.sqlite") as book:
        found = {table: book.execute(sql).fetchall() for table, sql in ask.items()}
        packed = book.execute("SELECT attempt_id, report FROM paper ORDER BY 1").fetchall()
    book.close()
    found["report"] = [
        (number, report and _timeless(msgspec.msgpack.decode(zlib.decompress(report)))) for number, report in packed
    ]
    return found


def _timeless(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _timeless(value) for name, value in found.items() if name not in MEASURED}
    return [_timeless(value) for value in found] if isinstance(found, list) else found


def _differences(wanted: dict[str, list[Any]], got: dict[str, list[Any]]) -> list[str]:
    faults = []
    for table, rows in wanted.items():
        for number, (ours, theirs) in enumerate(zip(rows, got[table], strict=False)):
            if ours != theirs:
                faults.append(f"{table} {number}: {_where(ours, theirs)}")
                break
        if len(rows) != len(got[table]):
            faults.append(f"{table}: {len(rows)} rows became {len(got[table])}")
    return faults


def _where(ours: Any, theirs: Any, path: str = "") -> str:
    """The first place at which two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = [(f".{key}", ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        pairs = [(f"[{at}]", a, b) for at, (a, b) in enumerate(zip(ours, theirs, strict=True))]
    else:
        return f"{path}: {str(ours)[:300]} became {str(theirs)[:300]}"
    return next(_where(a, b, path + step) for step, a, b in pairs if a != b)


def _ask(out: Path, sql: str) -> list[Any]:
    try:
        book = sqlite3.connect(f"file:{out / 'gradebook.sqlite'}?mode=rw", uri=True)
    except sqlite3.OperationalError:
        return []
    try:
        return book.execute(sql).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "unable to open" in str(error):
            return []  # killed before there was a gradebook
        raise
    finally:
        book.close()


def _interrupted(out: Path) -> bool:
    return bool(_ask(out, "SELECT 1 FROM batch WHERE finished_at IS NULL"))


def _ended(out: Path) -> bool:
    return bool(_ask(out, "SELECT 1 FROM batch WHERE finished_at IS NOT NULL"))


def _standing(out: Path) -> str:
    rows = _ask(out, "SELECT taken_in, finished_at IS NOT NULL, (SELECT count(key) FROM attempt) FROM batch")
    if not rows:
        return "before the batch began"
    taken_in, finished, graded = rows[-1]
    if finished:
        return "after the batch had ended"
    return f"with {graded} graded" if taken_in else "while the folder was read"


def _reports(out: Path) -> dict[int, bytes]:
    return dict(_ask(out, "SELECT attempt_id, report FROM paper WHERE report IS NOT NULL"))


def _unsound(out: Path) -> list[str]:
    return [f"SQLite says: {said}" for (said,) in _ask(out, "PRAGMA integrity_check") if said != "ok"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--exercise", choices=sorted(COPIES), default="adder")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first trial; the others follow")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print the trials as JSON instead of figures")
    arguments = parser.parse_args()
    ground = Ground(arguments.exercise, arguments.jobs)
    trials = []
    try:
        for number in range(arguments.trials):
            trials.append(ground.trial(arguments.seed + number))
            if trials[-1].faults and not arguments.json:
                print(f"seed {trials[-1].seed} {trials[-1].kills}", *trials[-1].faults, sep="\n    ", flush=True)
    finally:
        ground.close()
    if arguments.json:
        print(json.dumps([each._asdict() for each in trials], indent=1))
    else:
        _print_figures(arguments.exercise, ground, trials)
    return 1 if any(each.faults for each in trials) else 0


def _print_figures(exercise: str, ground: Ground, trials: list[Found]) -> None:
    attempts = len(ground.book["attempt"])
    print(f"{exercise}: {len(trials)} trials of {attempts} attempts; undisturbed {ground.wall_s:.1f} s")
    kinds = collections.Counter(
        "while attempts were graded" if each.startswith("with") else each for found in trials for each in found.kills
    )
    for kind, count in sorted(kinds.items()):
        print(f"  killed {count:4} times {kind}")
    print(f"  never killed, for it had ended: {sum(not each.kills for each in trials)}")
    print(f"  wrong: {sum(bool(each.faults) for each in trials)}")


if __name__ == "__main__":
    sys.exit(main())
