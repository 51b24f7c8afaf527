"""The pytest plugin: the fixtures of hidden tests, and `--submission` for running them by hand behind the same wall.

Registered as an entry point, so it is imported by every pytest run of the environment and must load nothing heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.exam.sitting import Sitting

# Our fixtures, and what of a sitting each gives out.
FIXTURES = {
    "candidate": "candidate",
    "reference": "reference",
    "rng": "inputs",
    "timed": "timed",
    "memory": "memory",
}
SITTING: pytest.StashKey[list[Any]] = pytest.StashKey()
MARK = "check(part, function, points, kind, en, zh, needs=(), full=False, requires=()): one check of an exercise"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("grader")
    group.addoption("--submission", metavar="FILE", help="run the hidden tests of an exercise on this file")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    config.stash.setdefault(SITTING, [])
    if config.getoption("--submission", None):
        from grader.exam.byhand import ByHand

        config.pluginmanager.register(ByHand(Path(config.getoption("--submission")), config.stash[SITTING]))


def _sitting(request: pytest.FixtureRequest) -> Sitting:
    current = request.config.stash[SITTING]
    if not current:
        pytest.fail("hidden tests run on a submission: pytest tests/hidden/SLUG --submission FILE", pytrace=False)
    return current[-1]  # type: ignore[no-any-return]


def given(sitting: Sitting, name: str) -> Any:
    """What the fixture of a name gives out, whoever sets it up: pytest, or the room, which is quicker."""
    return getattr(sitting, FIXTURES[name])


@pytest.fixture
def candidate(request: pytest.FixtureRequest) -> Any:
    """The submission's module, behind the wall."""
    return given(_sitting(request), "candidate")


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """The reference solution, behind a wall of its own."""
    return given(_sitting(request), "reference")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> Any:
    """Secret inputs for this check."""
    return given(_sitting(request), "rng")


@pytest.fixture
def timed(request: pytest.FixtureRequest) -> Any:
    """Compares kernel CPU time with the reference's."""
    return given(_sitting(request), "timed")


@pytest.fixture
def memory(request: pytest.FixtureRequest) -> Any:
    """Measures the peak of resident memory."""
    return given(_sitting(request), "memory")
