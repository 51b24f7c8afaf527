"""What holds for every test: no missing translation passes, and, where asked, no skip does."""

from __future__ import annotations

import atexit
import contextlib
import locale
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator

import pytest

os.environ["GRADER_STRICT_I18N"] = "1"  # a sentence without its Chinese raises
# The developer's own settings decide nothing here: neither those of the grader, of the terminal, nor of the language.
for _name in (
    *("GRADER_LANG", "GRADER_DEBUG", "GRADER_CONTENT_DIR", "GRADER_SERVER_IDLE_MINUTES"),
    *("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
    *("LANGUAGE", "LC_MESSAGES", "PYTEST_ADDOPTS"),
):
    os.environ.pop(_name, None)
os.environ["TERM"] = "xterm-256color"  # on a dumb one no bar is drawn
os.environ["LC_ALL"] = "C.UTF-8"  # of what the tests start; and here, where files are read and pipes decoded:
with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
os.umask(0o022)
os.environ["TZ"] = "UTC"  # a test of another place says so
time.tzset()
# Nor do the developer's history and warm server, which stay as they are. Sockets have short paths, whatever TMPDIR is.
_OWN = tempfile.mkdtemp(prefix="grader-tests-", dir="/tmp" if os.path.isdir("/tmp") else None)
atexit.register(shutil.rmtree, _OWN, ignore_errors=True)
os.environ.update(GRADER_DATA_DIR=f"{_OWN}/data", GRADER_RUNTIME_DIR=f"{_OWN}/run")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's `&` has it so, and what the tests start inherits it
    signal.signal(signal.SIGINT, signal.default_int_handler)

_NO_SKIP = os.environ.get("GRADER_NO_SKIP") == "1"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """On a machine that promises to have every tool, a skip is a failure: it would hide a missing one."""
    if _NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"GRADER_NO_SKIP=1 allows no skip, but this was one: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
