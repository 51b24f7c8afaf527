"""`grader completion`: shells are told what there is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli.completion import VARIABLE

Cli = Callable[..., Any]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(cli: Cli, shell: str) -> None:
    """And nothing else is on standard output."""
    done = cli("completion", shell)

    assert done.code == 0
    assert f"{VARIABLE}={shell}_complete" in done.out
    assert done.err == ""


def test_another_shell_is_a_slip(cli: Cli) -> None:
    """The ones that there are, are named."""
    done = cli("completion", "tcsh")

    assert done.code == 2
    assert "bash, zsh, fish" in done.err


@pytest.mark.parametrize(
    ("shell", "words", "wanted"),
    [
        ("bash", "grader st", "start"),
        ("bash", "grader start self", "self_attention"),
        ("zsh", "grader hint self", "self_attention"),
        ("fish", "grader explain attn_no_", "attn_no_"),
        ("bash", "grader run --for", "--format"),
    ],
)
def test_what_a_shell_asks_is_answered(shell: str, words: str, wanted: str) -> None:
    """By the program itself, as the script calls it."""
    environment = {**os.environ, VARIABLE: f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": "1"}
    environment["COMP_CWORD"] = words.split()[-1] if shell == "fish" else str(len(words.split()) - 1)

    done = subprocess.run(
        [sys.executable, "-m", "grader"], env=environment, capture_output=True, text=True, check=False
    )

    assert wanted in done.stdout, done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_takes_the_script(cli: Cli, tmp_path: Path) -> None:
    """It defines a completion for `grader`, and that completes."""
    script = tmp_path / "c.bash"
    script.write_text(cli("completion", "bash").out)
    folder = Path(sys.executable).parent
    ask = (
        f'PATH="{folder}:$PATH"; source {script}; complete -p grader; COMP_WORDS=(grader star); COMP_CWORD=1;'
        " _grader_completion grader; echo ${COMPREPLY[@]}"
    )

    done = subprocess.run(["bash", "--norc", "-c", ask], capture_output=True, text=True, check=False)

    assert "_grader_completion" in done.stdout, done.stderr
    assert "start" in done.stdout.splitlines()[-1].split()
