"""The plugin in every pytest run of the environment: light, silent, and of no use without a submission."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader import config
from grader.exam import plugin

HIDDEN = config.hidden_dir() / "self_attention"


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    where = cwd or HIDDEN.parent.parent.parent
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=where)


def test_importing_the_plugin_is_light() -> None:
    """Whoever runs pytest in this environment, for something else, pays next to nothing."""
    code = (
        "import sys, pytest; import grader.exam.plugin; "
        "print(sorted({'torch', 'numpy', 'msgspec', 'babel', 'grader.model', 'grader.exam.room'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_other_tests_do_not_notice(tmp_path: Path) -> None:
    """Somebody's own tests, with strict markers and warnings as errors, run as ever."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    done = run("-W", "error", "--strict-markers", str(tmp_path), cwd=tmp_path)

    assert done.returncode == 0
    assert "1 passed" in done.stdout


def test_hidden_tests_need_a_submission(tmp_path: Path) -> None:
    """Without one they fail, and say how it is done."""
    (tmp_path / "test_hidden.py").write_text(
        "import pytest\n"
        "@pytest.mark.check(part='p', function='f', points=1, kind='value', en='', zh='')\n"
        "def test_it(candidate):\n    candidate.f()\n"
    )
    done = run("--strict-markers", str(tmp_path), cwd=tmp_path)

    assert done.returncode == 1
    assert "pytest tests/hidden/SLUG --submission FILE" in done.stdout


def test_the_fixtures_are_the_five() -> None:
    """What the brief of an author names, and no more."""
    made = {name for name in vars(plugin) if type(vars(plugin)[name]).__name__ == "FixtureFunctionDefinition"}

    assert made == {"candidate", "reference", "rng", "timed", "memory"}


def test_the_option_is_documented() -> None:
    """`pytest --help` names it."""
    done = run("--help")

    assert "--submission=FILE" in done.stdout
    assert "@pytest.mark.check(part, function, points, kind, en, zh" in run("--markers").stdout


@pytest.mark.parametrize("name", ["candidate", "rng"])
def test_fixtures_fail_cleanly_outside(name: str, pytestconfig: pytest.Config) -> None:
    """The stash that holds the sitting is there in every run, and empty."""
    assert pytestconfig.stash[plugin.SITTING] == []
    assert name in vars(plugin)
