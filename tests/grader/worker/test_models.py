"""Models are loaded once from public code, and handed out where they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.errors import SandboxError
from grader.worker import models
from grader.worker.models import Source


@pytest.fixture(autouse=True)
def _nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_loaded", {})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "models.py"
    path.write_text(
        "def tiny(folder):\n    return {'weights': [1, 2], 'folder': folder.name}\n"
        "def damaged(folder):\n    raise OSError('half a file')\n",
        encoding="utf-8",
    )
    return path


def test_sources_survive_a_command_line() -> None:
    """Libraries and models are told apart again, whatever is in a path."""
    source = Source("tiny", '/some where/"quoted"/models.py', "/cache/tiny-1")
    libraries, sources = models.split(["torch", source.argument(), "numpy"])

    assert libraries == ["torch", "numpy"]
    assert sources == [source]


def test_what_was_loaded_is_handed_out(file: Path) -> None:
    """Into the dict of that name, and into no other thing of that name."""
    models.load([Source("tiny", str(file), "/cache/tiny-1")])
    asked: dict[str, Any] = {"MODELS": {}}
    other: dict[str, Any] = {"MODELS": 3}
    none: dict[str, Any] = {}
    for names in (asked, other, none):
        models.hand_out(names)

    assert asked["MODELS"] == {"tiny": {"weights": [1, 2], "folder": "tiny-1"}}
    assert other == {"MODELS": 3}
    assert none == {}


def test_nothing_is_handed_out_where_nothing_was_asked_for() -> None:
    """Without --full the dict stays empty."""
    names: dict[str, Any] = {"MODELS": {}}
    models.hand_out(names)

    assert names["MODELS"] == {}


@pytest.mark.parametrize(("name", "why"), [("damaged", "half a file"), ("absent", "absent")])
def test_a_model_that_does_not_load_is_a_fault_of_ours(file: Path, name: str, why: str) -> None:
    """Said in both languages, with the reason."""
    with pytest.raises(SandboxError, match=f"the model {name} cannot be loaded") as caught:
        models.load([Source(name, str(file), "/cache")])

    assert why in caught.value.text.en
    assert name in caught.value.text.zh
    assert caught.value.text.zh != caught.value.text.en


def _convertible(tmp_path: Path, body: str) -> Source:
    path = tmp_path / "models.py"
    path.write_text(
        f"def prepare_packed(folder, tell):\n    tell(0.5)\n    {body}\n    tell(1.0)\n"
        "def packed(folder):\n    return (folder / 'weights').read_text()\n",
        encoding="utf-8",
    )
    return Source("packed", str(path), str(tmp_path / "cache" / "packed-1"))


def test_a_model_is_converted_once(tmp_path: Path) -> None:
    """What was written is kept whole, and the second time nothing is done."""
    source, told = _convertible(tmp_path, "(folder / 'weights').write_text('whole')"), []

    models.prepare(source, told.append)
    models.prepare(source, told.append)

    assert told == [0.5, 1.0]
    assert [each.name for each in Path(source.folder).parent.iterdir()] == ["packed-1"]
    assert (Path(source.folder) / "weights").read_text() == "whole"


def test_loading_converts_what_nobody_converted(tmp_path: Path) -> None:
    """So that no door needs a bar."""
    models.load([_convertible(tmp_path, "(folder / 'weights').write_text('whole')")])
    names: dict[str, Any] = {"MODELS": {}}
    models.hand_out(names)

    assert names["MODELS"] == {"packed": "whole"}


def test_half_a_conversion_is_not_kept(tmp_path: Path) -> None:
    """An error leaves nothing behind that looks like a model."""
    source = _convertible(tmp_path, "(folder / 'weights').write_text('half'); raise OSError('disk full')")

    with pytest.raises(OSError, match="disk full"):
        models.prepare(source, lambda _: None)

    assert list(Path(source.folder).parent.iterdir()) == []
