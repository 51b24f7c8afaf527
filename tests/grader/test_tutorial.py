"""The tutorial is true: each of its commands runs, in its order, and says what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WALL_S = 300
MAY_END_WITH = {0, 1}  # graded and not all accepted is 1


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("page", "language"), [("tutorial.md", "en"), ("tutorial.zh.md", "zh")])
def test_every_command_runs_and_says_what_the_page_says(page: str, language: str, tmp_path: Path) -> None:
    """From an empty folder and an empty history to the first mistake cured."""
    run = tempfile.mkdtemp(prefix="gr-", dir="/tmp")  # short, whatever TMPDIR is: a warm server can be had
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GRADER_DATA_DIR": str(tmp_path / "data"),
        "GRADER_RUNTIME_DIR": run,
        "GRADER_LANG": language,
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "120",
    }
    folder = tmp_path / "work"
    folder.mkdir()
    said = ""
    try:
        for kind, text in blocks(page):
            if kind == "sh":
                done = subprocess.run(
                    ["bash", "-c", text],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    stdin=subprocess.DEVNULL,
                    encoding="utf-8",
                    timeout=WALL_S,
                )
                said = done.stdout + done.stderr
                assert done.returncode in MAY_END_WITH, f"{text}\n{said}"
            else:
                for line in text.splitlines():
                    assert line in said, said
    finally:  # the first `run` may have left a warm server, which is ours to end
        subprocess.run(["grader", "server", "stop"], env=environment, capture_output=True, timeout=WALL_S)
        shutil.rmtree(run, ignore_errors=True)


def test_both_pages_run_the_same_commands() -> None:
    """The twins differ in words only."""
    english, chinese = (
        [text for kind, text in blocks(page) if kind == "sh"] for page in ("tutorial.md", "tutorial.zh.md")
    )

    assert english == chinese
    assert len(english) >= 8
