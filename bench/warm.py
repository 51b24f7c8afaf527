"""A further submission of a batch, beside a fresh `pytest` process a submission that does the same checks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import figures
from bench.markdown import Section
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Submission

SLUG = "self_attention"
SAMPLES = 40
WARM_UPS = 3  # submissions graded before: the reference has answered, code paths are warm
_ROOT = Path(__file__).resolve().parent.parent


def run() -> Section:
    """Alternate one submission of a running batch with one fresh `pytest` process."""
    source = (_ROOT / "solutions" / SLUG / f"{SLUG}.py").read_bytes()
    ours_s: list[float] = []
    checks_s: list[float] = []
    peer_s: list[float] = []
    with Examiner(options=GradeOptions(timing=False)) as examiner, tempfile.TemporaryDirectory() as folder:
        for number in range(WARM_UPS + SAMPLES):
            # Every submission is another file: nothing may be remembered of it.
            submission = Submission(exercise=SLUG, name=f"{number}.py", source=source + b"\n# submission %d\n" % number)
            path = Path(folder) / f"{number}.py"
            path.write_bytes(submission.source)
            start_s = time.perf_counter()
            (report,) = examiner.grade([submission])
            grade_s = time.perf_counter() - start_s
            if number < WARM_UPS:
                continue
            ours_s.append(grade_s)
            checks_s.append(sum(each.cpu_s for each in report.checks))
            peer_s.append(_peer(path))
    beyond_s = [wall - checks for wall, checks in zip(ours_s, checks_s, strict=True)]
    ratios = [peer / ours for peer, ours in zip(peer_s, ours_s, strict=True)]
    return Section(
        title="Warm: a further submission",
        command="make bench",
        text=(
            f"A further right submission of `{SLUG}` in a batch that is running, from bytes to report, isolated and "
            "with every check but the timed ones, beside a fresh `pytest` process for the same file and the same "
            "checks in one process without isolation (`bench/peer.py`). The checks themselves are the CPU time of "
            "the submission's workers in the same grading; that of memory runs beside others, on another core."
        ),
        columns=("what", "wall time"),
        rows=(
            ("`grader`, one further submission", figures.spread(ours_s)),
            ("of it the checks themselves", figures.spread(checks_s)),
            ("beyond the checks", figures.spread(beyond_s)),
            ("fresh `pytest` process", figures.spread(peer_s)),
            ("fresh `pytest` process / `grader`", figures.spread(ratios, figures.times)),
        ),
        notes=f"{len(ours_s)} submissions each, after {WARM_UPS} that were not counted.",
    )


def _peer(submission: Path) -> float:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "bench.peer", "-p", "no:cacheprovider"),
        *("--import-mode=importlib", "-c", os.devnull, f"--rootdir={_ROOT}"),
        *("--peer-exercise", SLUG, "--peer-submission", str(submission)),
        *(f"tests/hidden/{SLUG}", f"exercises/{SLUG}/test_visible.py"),
    ]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}
    start_s = time.perf_counter()
    done = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - start_s
    if done.returncode != 0:
        raise RuntimeError(f"the peer does not pass the reference:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return wall_s
