"""Where things are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import config


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """The answers are remembered for a process; each test asks anew."""
    config.checkout.cache_clear()
    config.own_content.cache_clear()
    yield
    config.checkout.cache_clear()
    config.own_content.cache_clear()


def test_in_a_checkout_the_content_is_the_checkouts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`pyproject.toml` beside the package, with our name, is what tells."""
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "{config.DISTRIBUTION}"\n')
    monkeypatch.setattr(config, "_PACKAGE", tmp_path / "grader")

    assert config.checkout() == tmp_path
    assert config.exercises_dir() == tmp_path / "exercises"
    assert config.hidden_dir() == tmp_path / "tests" / "hidden"
    assert config.attacks_dir() == tmp_path / "tests" / "attacks"


@pytest.mark.parametrize("beside", [None, '[project]\nname = "somebody-else"\n', "\0 no TOML"])
def test_elsewhere_the_content_is_in_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beside: str | None
) -> None:
    """A project that merely vendors us, or none, is no checkout of ours."""
    if beside is not None:
        (tmp_path / "pyproject.toml").write_text(beside)
    monkeypatch.setattr(config, "_PACKAGE", tmp_path / "grader")

    assert config.checkout() is None
    packaged = tmp_path / "grader" / "_content"
    assert config.exercises_dir() == packaged / "exercises"
    assert config.solutions_dir() == packaged / "solutions"
    assert config.hidden_dir() == packaged / "hidden"
    assert config.templates_dir() == packaged / "templates"
    assert config.attacks_dir() == packaged / "attacks"


def test_a_variable_names_other_exercises(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Exercises of one's own are laid out as in a checkout; pages and the attacks of the doctor stay ours."""
    ours = config.content()
    monkeypatch.setenv("GRADER_CONTENT_DIR", str(tmp_path))

    assert config.content().exercises == tmp_path / "exercises"
    assert config.content().solutions == tmp_path / "solutions"
    assert config.content().hidden == tmp_path / "tests" / "hidden"
    assert (config.content().templates, config.content().attacks) == (ours.templates, ours.attacks)
    assert config.own_content() == ours


def test_an_empty_variable_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were not there."""
    ours = config.content()
    monkeypatch.setenv("GRADER_CONTENT_DIR", "")

    assert config.content() == ours


def test_the_current_folder_decides_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Content planted where the grader is started is not found."""
    before = config.content()
    config.own_content.cache_clear()
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path)

    assert config.content() == before
    assert config.content().exercises.is_absolute()


def test_user_folders_are_the_platforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Cache and data are kept apart, each where the platform wants it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("GRADER_DATA_DIR", raising=False)

    assert config.cache_dir().name == config.data_dir().name == "grader"
    assert config.cache_dir() != config.data_dir()


def test_variables_move_the_users_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What must not be lost, and where sockets lie, go where the user says."""
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GRADER_RUNTIME_DIR", str(tmp_path / "run"))

    assert config.data_dir() == tmp_path / "data"
    assert config.runtime_dir() == tmp_path / "run"


def test_sockets_lie_in_the_sessions_folder_or_in_a_temporary_one_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No two users share one."""
    monkeypatch.delenv("GRADER_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert config.runtime_dir() == tmp_path / "grader"

    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert str(os.getuid()) in config.runtime_dir().name
