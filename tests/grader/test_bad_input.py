"""Whatever is handed in: a clear sentence, the right exit code, nothing lost. The real thing, whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import config

SLUG = "self_attention"
PATIENCE_WALL_S = 60.0  # only ever waited out by a test that is about to fail
REFERENCE = (config.solutions_dir() / SLUG / f"{SLUG}.py").read_bytes()

MASK = b"def make_attention_mask(lengths: Tensor, max_length: int, *, causal: bool = False) -> Tensor:"
STREAMING = b"def streaming_attention("
RESULT = b"return weights @ v, weights"


def changed(old: bytes, new: bytes) -> bytes:
    assert old in REFERENCE
    return REFERENCE.replace(old, new)


SOURCES = {
    "arity": changed(MASK, b"def make_attention_mask(lengths):"),
    "binary": b"\x7fELF\0\1\2",
    "bom": b"\xef\xbb\xbf" + REFERENCE,
    "crlf": REFERENCE.replace(b"\n", b"\r\n"),
    "empty": b"",
    "encoding": b"# caf\xe9\n",
    "form": changed(RESULT, b"return weights @ v"),
    "missing": changed(STREAMING, b"def streaming_atention("),
    "nested": b"(" * 100_000,
    "syntax": b"import torch\n\ndef f(:\n",
}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader", "run", "--visible-only", "--no-timing", *arguments]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All sources, graded in one run; hostile neighbours lie about, and one file is too large."""
    desk = tmp_path_factory.mktemp("desk")
    for name, source in SOURCES.items():
        (desk / name).mkdir()
        (desk / name / f"{SLUG}.py").write_bytes(source)
    for name in ("torch", "conftest", "pytest", "sitecustomize", "msgspec"):
        for folder in (desk, desk / "bom"):
            (folder / f"{name}.py").write_text("import os; os.write(2, b'HIJACKED'); os._exit(66)\n")
    (desk / "large").mkdir()
    with (desk / "large" / f"{SLUG}.py").open("wb") as stream:
        stream.truncate(200_000_000)
    done = subprocess.run(command("--json", "-"), cwd=desk, capture_output=True, text=True, check=False)
    assert "HIJACKED" not in done.stderr
    assert "large/self_attention.py is 200.0 MB large" in done.stderr
    assert done.returncode == 2  # something could not be taken; all others are graded
    return {result["submission"].split("/")[0]: result for result in json.loads(done.stdout)["results"]}


def said(result: Any) -> str:
    texts = [check["message"] for check in result["checks"] if check["outcome"] != "not_graded"]
    return "\n".join([*texts, *(diagnosis["explanation"] for diagnosis in result["diagnoses"])])


@pytest.mark.parametrize(
    ("name", "verdict", "words"),
    [
        ("arity", "runtime_error", "takes 1 positional argument but 2 were given"),
        ("binary", "import_error", "line 1"),
        ("empty", "not_attempted", "defines no scaled_dot_product_attention"),
        ("encoding", "import_error", "UTF-8"),
        ("form", "runtime_error", "form that the contract promises"),
        ("missing", "incomplete", "defines no streaming_attention"),
        ("nested", "import_error", "nested"),
        ("syntax", "import_error", "line 3"),
        ("bom", "accepted", ""),
        ("crlf", "accepted", ""),
    ],
)
def test_a_source_of_any_kind(results: dict[str, Any], name: str, verdict: str, words: str) -> None:
    """Broken ones are said to be broken, odd but right ones are accepted."""
    assert results[name]["verdict"] == verdict
    assert words in said(results[name])


def lives() -> dict[int, int]:
    """The parent of every process that lives; dead ones that nobody has waited for are none."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    return parents


def descendants(pid: int) -> set[int]:
    """All processes below one, as the kernel tells it now."""
    parents = lives()
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that would last: the submission never returns."""
    endless = changed(RESULT, b"while True: pass")
    (tmp_path / f"{SLUG}.py").write_bytes(endless)
    with subprocess.Popen(
        command(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever runs the tests in the background may have it ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        yield process
        process.kill()


def wait_until_deep(pid: int) -> set[int]:
    """Wait until examiner, zygote and worker are all there."""
    deadline = time.monotonic() + PATIENCE_WALL_S
    while len(found := descendants(pid)) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(found) >= 3
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs a /proc to count processes in")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_an_end_leaves_no_process_behind(running: subprocess.Popen[str], number: signal.Signals, code: int) -> None:
    """Not even when nobody had the time to clean up."""
    below = wait_until_deep(running.pid)

    os.kill(running.pid, number)

    assert running.wait(timeout=PATIENCE_WALL_S) == code
    deadline = time.monotonic() + PATIENCE_WALL_S
    while (left := below & lives().keys()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == set()


def test_two_runs_at_once(tmp_path: Path) -> None:
    """Neither is in the other's way."""
    (tmp_path / f"{SLUG}.py").write_bytes(REFERENCE)
    runs = [
        subprocess.Popen(command("--json", f"{number}.json"), cwd=tmp_path, stdout=subprocess.DEVNULL)
        for number in range(2)
    ]

    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    for number in range(2):
        document = json.loads((tmp_path / f"{number}.json").read_text(encoding="utf-8"))
        assert document["results"][0]["verdict"] == "accepted"
