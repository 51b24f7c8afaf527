"""`grader completion`: shells are told what there is."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.cli.completion import VARIABLE
from tests.grader.cli.terminal import Terminal

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


WORDS = [
    ("grader sta", {"start", "status"}),
    ("grader start self", {"self_attention"}),
    ("grader explain attn_no_sc", {"attn_no_scale"}),
    ("grader run --form", {"--format"}),
]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")
def test_fish_completes(tmp_path: Path) -> None:
    """Asked as somebody at its prompt asks: commands, exercises, mistakes, options; descriptions are whole."""
    asking = "; ".join(f'echo "? {words}"; complete -C "{words}"' for words, _ in WORDS)
    script = f"{shlex.quote(sys.executable)} -m grader completion fish | source; {asking}"

    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env=_at_home(tmp_path), capture_output=True, text=True, check=False
    )

    answers = dict(block.split("\n", 1) for block in done.stdout.split("? ")[1:])
    for words, wanted in WORDS:
        found = {line.split("\t")[0] for line in answers[words].splitlines() if line}
        assert found == wanted, (words, done.stdout, done.stderr)
    assert "exercises, parts, mistakes, what is due" in answers["grader sta"]


@pytest.mark.skipif(shutil.which("zsh") is None or shutil.which("tmux") is None, reason="no zsh, or no tmux, here")
def test_zsh_completes(tmp_path: Path) -> None:
    """At its prompt, with the Tab key: what is unique is written out, what is not is listed."""
    terminal = Terminal("zsh -f", environment=_at_home(tmp_path))
    try:
        terminal.type("PS1='> '; autoload -Uz compinit; compinit -u -d $HOME/dump", "Enter")
        terminal.type('eval "$(grader completion zsh)"; echo ready', "Enter")
        assert terminal.until("\nready"), terminal.text()
        for words, wanted in WORDS:
            terminal.type("", "C-u", "C-l")
            assert terminal.until_screen(lambda text: text.strip() == ">"), terminal.text()
            terminal.type(words, "Tab")
            expected = [f"> {words.rpartition(' ')[0]} {each}" for each in wanted] if len(wanted) == 1 else wanted
            assert terminal.until(*expected), (words, terminal.text())
    finally:
        terminal.close()


def _at_home(home: Path) -> dict[str, str]:
    """An environment in which `grader` is the one that is tested, and no setting of the developer's counts."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_takes_the_script(cli: Cli, tmp_path: Path) -> None:
    """It defines a completion for `grader`, and that completes."""
    script = tmp_path / "c.bash"
    script.write_text(cli("completion", "bash").out)
    folder = Path(sys.executable).parent
    ask = (
        f'PATH="{folder}:$PATH"; source {shlex.quote(str(script))}; complete -p grader;'
        " COMP_WORDS=(grader star); COMP_CWORD=1; _grader_completion grader; echo ${COMPREPLY[@]}"
    )

    done = subprocess.run(["bash", "--norc", "-c", ask], capture_output=True, text=True, check=False)

    assert "_grader_completion" in done.stdout, done.stderr
    assert "start" in done.stdout.splitlines()[-1].split()
