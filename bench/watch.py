"""From save to verdict: `grader watch` in a pipe, and a second `grader run`, both with the warm server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench import figures
from bench.markdown import Section

SLUG = "self_attention"
MISTAKE = "attn_no_scale"
SAMPLES = 12
WARM_UPS = 3
PATIENCE_WALL_S = 60.0
_ROOT = Path(__file__).resolve().parent.parent


class _Watch:
    """A watch whose lines are timed as they come."""

    def __init__(self, file: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-u", "-m", "grader", "watch", str(file), "--no-timing"]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        self._arrived = threading.Condition()
        self._lines: list[tuple[float, str]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._arrived:
                self._lines.append((time.perf_counter(), line))
                self._arrived.notify()

    def verdict_after(self, count: int) -> tuple[float, int]:
        """When the first verdict came after that many lines, and how many lines there are with it."""
        deadline_s = time.perf_counter() + PATIENCE_WALL_S
        with self._arrived:
            while len(self._lines) <= count:
                if not self._arrived.wait(deadline_s - time.perf_counter()):
                    raise RuntimeError("no verdict came")
            return self._lines[count][0], count + 1

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def run() -> Section:
    """Alternate saves of the reference and of a mistake, and runs of each."""
    sources = [
        (_ROOT / "solutions" / SLUG / f"{SLUG}.py").read_bytes(),
        (_ROOT / "solutions" / SLUG / "mistakes" / f"{MISTAKE}.py").read_bytes(),
    ]
    saves_s: list[list[float]] = [[], []]
    runs_s: list[list[float]] = [[], []]
    with tempfile.TemporaryDirectory(prefix="gb-") as name:
        folder = Path(name)
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        environment = {**os.environ, "GRADER_RUNTIME_DIR": str(runtime), "GRADER_DATA_DIR": str(folder / "data")}
        file = folder / f"{SLUG}.py"
        file.write_bytes(sources[0])
        watch = _Watch(file, environment)
        try:
            _, count = watch.verdict_after(0)
            for number in range(2 * (WARM_UPS + SAMPLES)):
                which = number % 2
                saved = sources[which] + b"\n# save %d\n" % number
                _replace(file, saved)
                start_s = time.perf_counter()
                end_s, count = watch.verdict_after(count)
                if number >= 2 * WARM_UPS:
                    saves_s[which].append(end_s - start_s)
                    runs_s[which].append(_run(folder / "own" / f"{SLUG}.py", saved, environment))
        finally:
            watch.close()
            subprocess.run([sys.executable, "-m", "grader", "server", "stop"], env=environment, check=False)
            shutil.rmtree(runtime, ignore_errors=True)
    return Section(
        title="Practice: from save to verdict",
        command="python -m bench watch",
        text=(
            f"From the moment that a file of `{SLUG}` has been saved until `grader watch` has written its verdict; and"
            " a fresh `grader run --no-timing` of the same file, from the start of its process to its end. Both with"
            " the warm server, both without the timed checks. Right is the reference; wrong is the mistake"
            f" `{MISTAKE}`, which is named."
        ),
        columns=("what", "right", "wrong, with its mistake named"),
        rows=(
            ("save to verdict, `grader watch`", *(figures.spread(each) for each in saves_s)),
            ("`grader run`, a further one", *(figures.spread(each) for each in runs_s)),
        ),
        notes=f"{SAMPLES} saves each, after {WARM_UPS} that were not counted.",
    )


def _replace(file: Path, data: bytes) -> None:
    """Save as editors do: whole, under another name first."""
    other = file.with_suffix(".part")
    other.write_bytes(data)
    os.replace(other, file)


def _run(file: Path, data: bytes, environment: dict[str, str]) -> float:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data + b"# run\n")
    command = [sys.executable, "-m", "grader", "run", str(file), "--no-timing"]
    start_s = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - start_s
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return wall_s
