"""`grader audit`: one call to the desk."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.model import Text

Cli = Callable[..., Any]


class Desk:
    """Stands in for the audit: remembers what it was asked."""

    def __init__(self) -> None:
        self.ok = True
        self.asked: tuple[tuple[str, ...], bool] | None = None
        self.content: Any = None

    def audit(
        self, slugs: tuple[str, ...], *, proof: bool, on_progress: Callable[[Text], None], content: object = None
    ) -> Any:
        self.asked = (slugs, proof)
        self.content = content
        on_progress(Text(en="stub", zh="模板"))
        return types.SimpleNamespace(ok=self.ok, lines=(Text(en="1 exercise", zh="1 道练习"),))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    module = types.ModuleType("grader.audit")
    module.audit = desk.audit  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "grader.audit", module)
    return desk


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_sound_or_not(cli: Cli, desk: Desk, ok: bool, code: int) -> None:
    """What was found on standard output; no progress in a pipe."""
    desk.ok = ok

    done = cli("audit", "self_attention")

    assert (done.code, done.out, done.err) == (code, "1 exercise\n", "")
    assert desk.asked == (("self_attention",), False)


def test_progress_on_a_terminal(cli: Cli, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, in the reader's language."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("GRADER_LANG", "zh")

    assert cli("audit").err == "模板\n"


def test_no_slug_is_all_of_them(cli: Cli, desk: Desk) -> None:
    """And `--proof` is passed on."""
    cli("audit", "--proof")

    assert desk.asked is not None
    assert "self_attention" in desk.asked[0]
    assert desk.asked[1] is True


def test_an_unknown_slug(cli: Cli, desk: Desk) -> None:
    """Refused before anything is proved."""
    assert cli("audit", "self_atention").code == 2
    assert desk.asked is None


def test_another_folder(cli: Cli, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An author's own tree is audited where it lies, by its whole path: the examiner has another current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exercises" / "mine").mkdir(parents=True)
    (tmp_path / "exercises" / "mine" / "exercise.toml").write_text("", encoding="utf-8")

    cli("audit", "--dir", ".")

    assert desk.asked == (("mine",), False)
    assert desk.content.exercises == tmp_path / "exercises"
    assert cli("audit", "self_attention", "--dir", ".").code == 2
