"""What people run today: one fresh `pytest` process a submission, which imports it and the tests into one process.

A pytest plugin that gives the same hidden tests the same fixtures without any wall, so that both ways do the same
checks: `pytest -p bench.peer --peer-submission FILE --peer-exercise SLUG tests/hidden/SLUG ...`. There is no isolation,
no time limit, no diagnosis and no report; it is what those cost that is measured.
"""

from __future__ import annotations

import importlib.util
import resource
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parent.parent
_SEED = 20240229


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--peer-submission", type=Path)
    parser.addoption("--peer-exercise")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "check: as in the hidden tests")
    slug: str = config.getoption("--peer-exercise")
    folder = _ROOT / "exercises" / slug
    description = tomllib.loads((folder / "exercise.toml").read_text(encoding="utf-8"))
    no_grad = {each["name"] for each in description["functions"] if each.get("no_grad")}
    support = _module("peer_support", folder / "support.py")
    submission = _module(slug, config.getoption("--peer-submission"))
    sys.modules[slug] = submission  # what the visible tests import
    reference = _module("peer_reference", _ROOT / "solutions" / slug / f"{slug}.py")
    config.stash[_SIDES] = (_Side(submission, support, no_grad), _Side(reference, support, no_grad))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Timed checks are left out on both sides of the comparison."""
    marks = {item: item.get_closest_marker("check") for item in items}
    timed = [item for item, mark in marks.items() if mark is not None and mark.kwargs["kind"] == "time"]
    config.hook.pytest_deselected(items=timed)
    items[:] = [item for item in items if item not in timed]


@pytest.fixture
def candidate(request: pytest.FixtureRequest) -> Any:
    return request.config.stash[_SIDES][0]


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    return request.config.stash[_SIDES][1]


@pytest.fixture
def rng() -> Any:
    from grader.exam.inputs import Inputs

    return Inputs(_SEED)


@pytest.fixture
def memory(request: pytest.FixtureRequest) -> Any:
    return _Memory(request.config.stash[_SIDES])


@pytest.fixture
def timed() -> None:
    """Timed checks are deselected; their tests name this fixture."""


class _Side:
    """A module in this process, called as the proxies are."""

    def __init__(self, module: ModuleType, support: ModuleType, no_grad: set[str], *, echo: bool = False) -> None:
        self._module = module
        self._support = support
        self._no_grad = no_grad
        self._echo = echo

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        return self._wrapped(found, name in self._no_grad) if callable(found) else found

    @property
    def support(self) -> _Support:
        return _Support(self)

    @property
    def with_arguments(self) -> _Side:
        return _Side(self._module, self._support, self._no_grad, echo=True)

    def _wrapped(self, function: Callable[..., Any], no_grad: bool) -> Callable[..., Any]:
        import torch

        from grader.exam.failures import CandidateRaised
        from grader.model import Call, Raised

        def call(*arguments: Any, **keywords: Any) -> Any:
            try:
                with torch.set_grad_enabled(not no_grad):
                    result = function(*arguments, **keywords)
            except Exception as error:
                names = tuple(each.__name__ for each in type(error).__mro__)
                described = Call(target="function", name=getattr(function, "__name__", ""), function="")
                raise CandidateRaised(Raised(names, str(error)), described) from error
            return (_plain(result), arguments) if self._echo else _plain(result)

        return call


class _Support:
    def __init__(self, side: _Side) -> None:
        self._side = side

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._side._support, name)
        return self._side._wrapped(lambda *args, **keys: function(self._side._module, *args, **keys), no_grad=False)


class _Memory:
    """The peak of the whole process: the best that one process can say."""

    def __init__(self, sides: tuple[_Side, _Side]) -> None:
        self._sides = sides

    def within(self, *, inputs: Callable[[], Any], call: Any, prepare: Any = lambda _: None) -> None:
        from grader.exam import expect

        drawn = inputs()
        candidate, reference = self._sides
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        got = call(candidate, prepare(candidate), *drawn)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >= before
        expect.equal(got, call(reference, prepare(reference), *drawn))


def _plain(value: Any) -> Any:
    import torch

    if type(value) in (list, tuple):
        return type(value)(_plain(each) for each in value)
    return value.detach() if isinstance(value, torch.Tensor) else value


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_SIDES: pytest.StashKey[tuple[_Side, _Side]] = pytest.StashKey()
