"""What holds for every test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
SKIPS = """
import pytest

def test_tool():
    pytest.skip("no tmux here")

@pytest.mark.xfail(strict=True)
def test_known():
    assert False
"""
SKIPPED_MODULE = "import pytest\npytest.importorskip('no_such_tool')\n"


@pytest.mark.parametrize(("strict", "failed"), [("0", 0), ("1", 2)])
def test_a_skip_is_a_failure_where_none_is_allowed(tmp_path: Path, strict: str, failed: int) -> None:
    """One in a test and one while collecting; an expected failure is no skip."""
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_skips.py").write_text(SKIPS)
    (tmp_path / "test_module.py").write_text(SKIPPED_MODULE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--continue-on-collection-errors"],
        cwd=tmp_path,
        env={**os.environ, "GRADER_NO_SKIP": strict, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == (1 if failed else 0), done.stdout
    assert done.stdout.count("allows no skip") >= failed
    assert "1 xfailed" in done.stdout
