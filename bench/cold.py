"""From nothing to the first verdict: `grader run` in a fresh process, beside `import torch` in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import figures
from bench.markdown import Section

SAMPLES = 9
REFERENCE = Path(__file__).resolve().parent.parent / "solutions" / "self_attention" / "self_attention.py"
_GRADE = (sys.executable, "-m", "grader", "run", str(REFERENCE), "--json", "-", "--no-timing")
_IMPORT = (sys.executable, "-c", "import torch")


def run() -> Section:
    """Alternate the two, and take the CPU of the checks from the report."""
    grade_s: list[float] = []
    import_s: list[float] = []
    checks_s: list[float] = []
    for sample in range(SAMPLES + 1):
        order = (_GRADE, _IMPORT) if sample % 2 == 0 else (_IMPORT, _GRADE)
        for command in order:
            wall_s, output = _timed(command)
            if sample == 0:  # fills the page cache for both
                continue
            if command is _IMPORT:
                import_s.append(wall_s)
            else:
                grade_s.append(wall_s)
                checks_s.append(_checks_s(json.loads(output)))
    together_s = [a + b for a, b in zip(import_s, checks_s, strict=True)]
    ratios = [a / b for a, b in zip(grade_s, together_s, strict=True)]
    return Section(
        title="Cold: the first verdict",
        command="make bench",
        text=(
            "A fresh `grader run --no-timing` of the reference of `self_attention`, from the start of the process to "
            "its end, report included, beside a fresh `python -c 'import torch'` plus what the checks themselves "
            "took in the same grading."
        ),
        columns=("what", "wall time"),
        rows=(
            ("`grader run`, one submission", figures.spread(grade_s)),
            ("`import torch`", figures.spread(import_s)),
            ("the checks themselves", figures.spread(checks_s)),
            ("`grader run` / (`import torch` + checks)", figures.spread(ratios, figures.times)),
        ),
    )


def _timed(command: tuple[str, ...]) -> tuple[float, bytes]:
    start_s = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):  # 1: graded, and not all of it accepted
        raise RuntimeError(f"{command[:4]} ended with exit code {done.returncode}")
    return time.perf_counter() - start_s, done.stdout


def _checks_s(document: dict[str, Any]) -> float:
    return float(sum(check["cpu_s"] for check in document["results"][0]["checks"]))
