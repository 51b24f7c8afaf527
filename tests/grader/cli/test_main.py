"""The entrance: quick, deaf to the current folder, orderly at its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import __version__

HEAVY = ("torch", "numpy", "pytest", "_pytest", "rich", "babel", "jinja2", "transformers", "gensim", "scipy", "pygal")

PROBE = f"""
import sys
from grader.cli.main import main
try:
    main({{arguments}})
finally:
    print("LOADED", [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""


def python(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**environment, "LANG": "C.UTF-8", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["run", "--nonsense"]])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    """No library of the exercises, no test runner, nothing that draws or translates."""
    done = python("-c", PROBE.format(arguments=arguments), cwd=tmp_path, GRADER_STRICT_I18N="0")

    loaded = done.stderr.partition("LOADED ")[2].strip()
    assert loaded == ("['babel']" if "--nonsense" in arguments else "[]")


def test_version(cli: Callable[..., Any]) -> None:
    """Name and number."""
    done = cli("--version")

    assert (done.code, done.out) == (0, f"grader {__version__}\n")


def test_nothing_asked_is_answered_with_help(cli: Callable[..., Any]) -> None:
    """On standard error and as a slip, because nothing was done."""
    done = cli()

    assert done.code == 2
    assert "run" in done.err


def test_the_current_folder_is_not_on_the_import_path(tmp_path: Path) -> None:
    """`python -m grader` in a folder of hostile modules runs none of them."""
    for name in ("torch", "click", "msgspec", "rich", "json", "signal", "gensim", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"import os; os.write(2, b'HIJACKED {name}'); os._exit(66)\n")

    listed = python("-m", "grader", "list", cwd=tmp_path)
    helped = python("-m", "grader", "--help", cwd=tmp_path)
    doctor = python("-m", "grader", "doctor", "--json", cwd=tmp_path)

    for done in (listed, helped, doctor):
        assert "HIJACKED" not in done.stderr
        assert done.returncode in (0, 1)
    assert "Usage: grader" in helped.stdout


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`grader list | head -0` ends without a traceback."""
    reading, writing = os.pipe()
    os.close(reading)  # before anything is written
    command = [sys.executable, "-m", "grader", "list", "--json"]
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(command, cwd=tmp_path, stdout=nobody, stderr=subprocess.PIPE, check=False)

    assert (done.returncode, done.stderr) in {(1, b""), (2, b"")}  # click's word for it, or ours; never a fault


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_kill_cleans_up(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever waits in a `finally` or a `with` is done before the process goes."""
    code = f"""
import os, signal, click
from grader.cli import main as entrance

@click.command("sleep")
def sleep():
    try:
        os.kill(os.getpid(), {int(number)})
        signal.pause()
    finally:
        print("cleaned up", flush=True)

entrance.grader.add_command(sleep)
entrance.main(["sleep"])
"""
    done = python("-c", code, cwd=tmp_path)

    assert done.stdout == "cleaned up\n"
    assert done.returncode == 128 + number


def test_a_signal_that_somebody_has_ignored_stays_ignored(tmp_path: Path) -> None:
    """`nohup grader grade` goes on when the terminal is closed."""
    code = """
import os, signal, click
from grader.cli import main as entrance

@click.command("sleep")
def sleep():
    os.kill(os.getpid(), signal.SIGHUP)
    print("went on", flush=True)

signal.signal(signal.SIGHUP, signal.SIG_IGN)
entrance.grader.add_command(sleep)
entrance.main(["sleep"])
"""
    done = python("-c", code, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (0, "went on\n")


def test_a_slip_is_told_in_the_language_asked_for(cli: Callable[..., Any]) -> None:
    """Though the command that knows the option was never reached."""
    assert "的值不合适" in cli("quiz", "--lang", "zh", "--count", "x").err
    assert "does not fit" in cli("quiz", "--lang", "en", "--count", "x").err


def test_half_a_character_at_a_prompt_is_a_wrong_answer(tmp_path: Path) -> None:
    """It is asked on, and remembered."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "quiz", "--seed", "1", "--count", "1"],
        cwd=tmp_path,
        env={**os.environ, "GRADER_DATA_DIR": str(tmp_path)},
        input=b"\xff\n",
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"0 of 1 right." in done.stdout


def test_a_small_character_set_costs_no_result(tmp_path: Path) -> None:
    """Chinese on a terminal that knows ASCII only becomes escapes, not a traceback."""
    done = python("-m", "grader", "list", cwd=tmp_path, GRADER_LANG="zh", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert "\\u" in done.stdout
