"""The exam room: one pytest session kept alive, its tests collected once and run anew for each submission."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from grader.errors import ContentError
from grader.exam import plugin
from grader.exam.memo import ReferenceSeat
from grader.exam.seat import Seat
from grader.exam.sitting import Sat, Sitting
from grader.exam.visible import VisibleModule, VisibleSupport
from grader.model import Check, CheckKind, Exercise, Text

_ARGUMENTS = (
    "-q",
    "-s",
    "--assert=plain",
    "--import-mode=importlib",
    "--strict-markers",
    "--noconftest",  # in a checkout one lies above the hidden tests, for ours
    "-c",
    os.devnull,
    *(f"-pno:{name}" for name in ("cacheprovider", "junitxml", "pastebin", "logging", "warnings", "faulthandler")),
)

_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")


class Room:
    """The collected checks of some exercises, and the means to run one."""

    def __init__(self, exercises: Sequence[Exercise], session: pytest.Session, current: list[Sitting]) -> None:
        self._current = current
        self._items: dict[tuple[str, str], pytest.Function] = {}
        self._plain: set[pytest.Function] = set()
        self._apart: set[pytest.Function] = set()
        self._checks: dict[str, list[Check]] = {each.slug: [] for each in exercises}
        for exercise in exercises:
            self._collect(exercise, session)

    def checks(self, slug: str) -> tuple[Check, ...]:
        """The checks of an exercise, part by part, visible ones first."""
        return tuple(self._checks[slug])

    def sit(self, check: Check, candidate: Seat, reference: ReferenceSeat, seed: int) -> Sat:
        """Run one check on one submission.

        Raises:
            GraderError: a fault of ours.
            UnusableResult: see there.
        """
        item = self._items[candidate.program.exercise.slug, check.id]
        sitting = Sitting(check, candidate, reference, seed)
        if item not in self._apart:
            self._current.append(sitting)
        try:
            _run(item, sitting, plain=item in self._plain)
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            sitting.error = error
        finally:
            if item not in self._apart:
                self._current.remove(sitting)
        return sitting.finish()

    def is_apart(self, check: Check, slug: str) -> bool:
        """Whether the test of a check can run beside others: plain, and about nothing but what it measures itself."""
        return self._items[slug, check.id] in self._apart

    def _collect(self, exercise: Exercise, session: pytest.Session) -> None:
        visible = {each.id: each for each in exercise.visible}
        order = {part.id: number for number, part in enumerate(exercise.parts)}
        found: list[Check] = []
        for item in session.items:
            if not isinstance(item, pytest.Function):
                continue
            name = item.originalname.removeprefix("test_")
            if item.path.is_relative_to(exercise.hidden):
                check = hidden_check(exercise, item, name)
            elif item.path.is_relative_to(exercise.folder) and name in visible:
                check = visible.pop(name)
            else:
                continue
            if (exercise.slug, check.id) in self._items:
                raise ContentError(
                    f"{item.path}: two checks are called {check.id}", f"{item.path}：有两个检查都叫 {check.id}"
                )
            if check.part not in order:
                raise ContentError(
                    f"{item.path}: {check.id} names no part of the exercise",
                    f"{item.path}：{check.id} 所属的部分不存在",
                )
            self._items[exercise.slug, check.id] = item
            if _is_plain(item):
                self._plain.add(item)
                if check.kind.is_measured and "candidate" not in item._fixtureinfo.argnames:
                    self._apart.add(item)
            found.append(check)
        if visible:
            names = ", ".join(visible)
            raise ContentError(
                f"{exercise.folder / 'exercise.toml'}: no visible test of the name {names}",
                f"{exercise.folder / 'exercise.toml'}：找不到名为 {names} 的可见测试",
            )
        self._checks[exercise.slug] = sorted(found, key=lambda c: (order[c.part], c.visibility != "visible"))


def _run(item: pytest.Function, sitting: Sitting, *, plain: bool) -> None:
    """Set up, run and tear down one test, without the hooks and reports that pytest would make of it.

    What a test shares with its neighbours (session, folder, module) stays set up until a test elsewhere runs.
    """
    if plain:  # most are, and setting the fixtures up takes longer than many a test
        item.obj(**{name: plugin.given(sitting, name) for name in item._fixtureinfo.argnames})
        return
    state = item.session._setupstate
    assert item.parent is not None
    state.teardown_exact(item.parent)  # type: ignore[arg-type]  # asked for its chain of parents only
    item._initrequest()  # as for a first run: fixtures anew
    try:
        state.setup(item)
        item.runtest()
    finally:
        state.teardown_exact(item.parent)  # type: ignore[arg-type]


def _is_plain(item: pytest.Function) -> bool:
    """Whether a test is a function that needs nothing but our own fixtures: no author's, none that sets anything up."""
    needed = item._fixtureinfo.name2fixturedefs.values()
    return (
        plugin.FIXTURES.keys() >= set(item._fixtureinfo.argnames)
        and isinstance(item.parent, pytest.Module)
        and not hasattr(item, "callspec")
        and not inspect.iscoroutinefunction(item.obj)
        and all(each.func.__module__ == plugin.__name__ for several in needed for each in several)
    )


def hidden_check(exercise: Exercise, item: pytest.Function, name: str) -> Check:
    """The check that a hidden test declares in its mark.

    Raises:
        ContentError: the mark is missing or wrong.
    """
    mark = item.get_closest_marker("check")
    if mark is None:
        raise ContentError(
            f"{item.path}: {item.name} has no @pytest.mark.check(...)",
            f"{item.path}：{item.name} 缺少 @pytest.mark.check(...)",
        )
    try:
        fields = dict(mark.kwargs)
        title = Text(en=fields.pop("en"), zh=fields.pop("zh"))
        kind = CheckKind(fields.pop("kind"))
        needs = tuple(fields.pop("needs", ()))
        requires = tuple(fields.pop("requires", ()))
        budget = exercise.time_budgets.get(name, exercise.memory_budgets.get(name))
        if kind.is_measured and budget is None:
            raise KeyError(f"a budget of {name} in exercise.toml")
        if not set(requires) <= {each.name for each in exercise.models}:
            raise KeyError(f"a model of exercise.toml in {requires}")
        return Check(
            id=name,
            title=title,
            kind=kind,
            needs=needs,
            requires=requires,
            visibility="hidden",
            budget=budget,
            **fields,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ContentError(
            f"{item.path}: the check mark of {item.name} is wrong: {error}",
            f"{item.path}：{item.name} 的 check 标记有误：{error}",
        ) from error


class _Session:
    """The plugin that hands the collected session over instead of running it."""

    def __init__(self, exercises: Sequence[Exercise], body: Callable[[Room], None]) -> None:
        self._exercises = exercises
        self._body = body
        self._current: list[Sitting] = []
        self.problems: list[str] = []
        self.raised: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[plugin.SITTING] = self._current

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(f"{report.nodeid}: {_said(str(report.longrepr))[-2000:]}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            if self.problems:
                raise ContentError(
                    f"tests cannot be collected: {self.problems[0]}", f"无法收集测试：{self.problems[0]}"
                )
            self._body(Room(self._exercises, session, self._current))
            session._setupstate.teardown_exact(None)
        except BaseException as error:
            self.raised = error
        return True


def open_room(exercises: Sequence[Exercise], body: Callable[[Room], None]) -> None:
    """Collect the tests of some exercises, hand the room to `body`, and close it when that returns.

    Raises:
        ContentError: the tests cannot be collected. Whatever `body` raises comes out too.
    """
    session = _Session(exercises, body)
    folders = [str(path) for each in exercises for path in _test_paths(each)]
    stand_ins: dict[str, types.ModuleType] = {"support": VisibleSupport(session._current)}
    stand_ins |= {each.slug: VisibleModule(each.slug, session._current) for each in exercises}
    sys.modules.update(stand_ins)
    environment = {name: os.environ.pop(name, None) for name in _VARIABLES}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # One folder above the hidden tests: pytest names modules by their path below the root, and a package of an
    # exercise's name would stand in for the module that visible tests import.
    root = exercises[0].hidden.parent.parent
    try:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            code = pytest.main(
                [*_ARGUMENTS, f"--rootdir={root}", f"--confcutdir={root}", *folders], plugins=[plugin, session]
            )
    finally:
        os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        os.environ.update({name: value for name, value in environment.items() if value is not None})
        for name in stand_ins:
            sys.modules.pop(name, None)
    if session.raised is not None:
        raise session.raised
    if session.problems or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        what = session.problems[0] if session.problems else printed.getvalue()[-2000:]
        raise ContentError(f"tests cannot be collected: {what}", f"无法收集测试：{what}")


def _said(traceback: str) -> str:
    """What an author needs of pytest's traceback: the lines of the error, without pytest's own calls."""
    lines = [line[1:].rstrip() for line in traceback.splitlines() if line.startswith("E ")]
    return "\n".join(["", *lines]) if lines else traceback


def _test_paths(exercise: Exercise) -> list[Path]:
    visible = exercise.folder / "test_visible.py"
    return [exercise.hidden, *([visible] if visible.exists() else [])]
