"""A batch: a thousand submissions into a gradebook; throughput, memory, and fresh `pytest` processes beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench import figures
from bench.markdown import Section
from grader import config
from grader.cohort import batch, place
from grader.cohort.local import LocalEngine
from grader.examiner.client import GradeOptions
from grader.gradebook import Gradebook
from grader.timing import usable_cores

SLUG = "self_attention"
COUNT = 1_000
TIMED = 24  # submissions of the figure with timed sections
PEERS = 12  # submissions of the figure with fresh processes
SEED = 7
_ROOT = Path(__file__).resolve().parent.parent


def run(count: int = COUNT) -> Section:
    """Grade `count` submissions without timed sections, a sample with them, a sample with `pytest` alone."""
    jobs = usable_cores()
    with tempfile.TemporaryDirectory() as home:
        untimed = grade(Path(home, "untimed"), count, jobs, timing=False)
        timed = grade(Path(home, "timed"), min(TIMED, count), jobs, timing=True)
        peers_s = [_peer(Path(home), number) for number in range(min(PEERS, count))]
    hundredth = min(100, count // 2)
    peer_s = figures.median(peers_s)
    return Section(
        title="Batch: a folder of submissions",
        command="python -m bench batch" + ("" if count == COUNT else f" --count {count}"),
        text=(
            f"`grader grade` on a folder of {count:,} submissions of `{SLUG}` (the reference, the accepted variants and"
            f" the known mistakes in turn, each made unique by a comment), {jobs} jobs, isolated, with diagnosis and"
            " gradebook. Beside it a fresh `pytest` process each for the same checks, without isolation and diagnosis."
        ),
        columns=("what", "figure"),
        rows=(
            ("submissions a second, whole batch, start included", f"{count / untimed.wall_s:.2f}"),
            (f"submissions a second, the first {hundredth}", f"{untimed.rate(0, hundredth):.2f}"),
            (f"submissions a second, the last {hundredth}", f"{untimed.rate(count - hundredth, count):.2f}"),
            ("taking the folder in", figures.seconds(untimed.intake_s)),
            ("until the first result", figures.seconds(untimed.done_s[0])),
            ("grading a second time, nothing changed", figures.seconds(untimed.again_s)),
            ("memory of command and examiners after a quarter of them", f"{untimed.rss_at(0.25) / 1e6:.0f} MB"),
            ("memory of command and examiners at the end", f"{untimed.rss_at(1.0) / 1e6:.0f} MB"),
            ("gradebook, a submission", f"{untimed.book_bytes / count / 1e3:.1f} kB"),
            (
                f"submissions a second with timed sections (sample of {len(timed.done_s)}, start left out)",
                f"{timed.rate(0, len(timed.done_s)):.2f}",
            ),
            (f"fresh `pytest` process, a submission (sample of {len(peers_s)})", figures.spread(peers_s)),
            (f"{count:,} of them on {jobs} cores, scaled from the sample", figures.seconds(peer_s * count / jobs)),
            (f"the same {count:,} by `grader grade`", figures.seconds(untimed.wall_s)),
        ),
    )


class Run:
    """One batch, as it went."""

    def __init__(self) -> None:
        self.intake_s = 0.0
        self.wall_s = 0.0
        self.again_s = 0.0
        self.book_bytes = 0
        self.done_s: list[float] = []  # since grading began
        self.rss_bytes: list[tuple[float, int]] = []  # share of the batch, bytes

    def rate(self, first: int, last: int) -> float:
        """Submissions a second between two of them; the first result starts the clock."""
        first = max(first, 1)
        return (last - first) / (self.done_s[last - 1] - self.done_s[first - 1])

    def rss_at(self, share: float) -> int:
        """The most that was seen in the tenth of the batch that ends at a share."""
        return max((rss for at, rss in self.rss_bytes if share - 0.1 <= at <= share), default=0)


def grade(home: Path, count: int, jobs: int, *, timing: bool) -> Run:
    """Grade a folder of so many submissions, and then once more with nothing changed."""
    folder = home / "handed_in"
    for number, source in zip(range(count), sources(), strict=False):
        (folder / f"c{number:05}").mkdir(parents=True)
        (folder / f"c{number:05}" / f"{SLUG}.py").write_bytes(source)
    found = Run()
    start_s = time.perf_counter()
    options = GradeOptions(seed=SEED, timing=timing)
    book_file = place.gradebook_file(home)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(found, count, over), daemon=True)
    with Gradebook.open(book_file, create=True) as book:
        terms = batch.agree(book, folder, options, resume=False)
        standing, _ = batch.take_in(book, terms, folder)
        found.intake_s = time.perf_counter() - start_s
        grading_s = time.perf_counter()
        watcher.start()
        batch.grade_due(
            book,
            terms,
            LocalEngine(terms.options, jobs=jobs),
            standing,
            lambda done: found.done_s.extend([time.perf_counter() - grading_s] * done),
        )
        found.wall_s = time.perf_counter() - start_s
        over.set()
        watcher.join()
        assert standing.graded == count, standing
        again_s = time.perf_counter()
        terms = batch.agree(book, folder, options, resume=False)
        standing, _ = batch.take_in(book, terms, folder)
        assert standing.due == 0, standing
        found.again_s = time.perf_counter() - again_s
    found.book_bytes = book_file.stat().st_size
    return found


def sources() -> Iterator[bytes]:
    """The reference, the accepted variants and the known mistakes in turn, without end, no two the same."""
    solutions = config.solutions_dir() / SLUG
    files = [solutions / f"{SLUG}.py"]
    files += sorted(solutions.glob("accepted/*.py")) + sorted(solutions.glob("mistakes/*.py"))
    number = 0
    while True:
        for file in files:
            number += 1
            yield file.read_bytes() + b"\n# submission %d\n" % number


def _watch(found: Run, count: int, over: threading.Event) -> None:
    while not over.wait(0.5):
        found.rss_bytes.append((len(found.done_s) / count, _rss_bytes()))
    found.rss_bytes.append((1.0, _rss_bytes()))


def _rss_bytes() -> int:
    """Resident memory of this process and of its examiners; what they share is counted each time."""
    page = os.sysconf("SC_PAGE_SIZE")
    pids = [os.getpid()]
    for task in os.listdir("/proc/self/task"):
        pids += map(int, Path(f"/proc/self/task/{task}/children").read_text().split())
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page
        except (OSError, IndexError):  # it has ended
            continue
    return total


def _peer(home: Path, number: int) -> float:
    path = home / f"peer{number}.py"
    path.write_bytes(next(source for at, source in enumerate(sources()) if at == number * 3))
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "bench.peer", "-p", "no:cacheprovider"),
        *("--import-mode=importlib", "-c", os.devnull, f"--rootdir={_ROOT}"),
        *("--peer-exercise", SLUG, "--peer-submission", str(path)),
        *(f"tests/hidden/{SLUG}", f"exercises/{SLUG}/test_visible.py"),
    ]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}
    start_s = time.perf_counter()
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - start_s
    if done.returncode not in (0, 1):  # 1: a mistake was caught
        raise RuntimeError(f"the peer does not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return wall_s
