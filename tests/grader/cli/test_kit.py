"""`grader kit`."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.audit.scaffold import scaffold
from grader.catalog.find import slugs

Cli = Callable[..., Any]


def test_one_exercise(cli: Cli, tmp_path: Path) -> None:
    """Where it was asked for, with what was asked for."""
    done = cli("kit", "self_attention", "--out", str(tmp_path / "kit.zip"))

    assert done.code == 0
    assert done.err.endswith(f"{tmp_path / 'kit.zip'}\n")
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        assert "self_attention/self_attention.py" in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith("word2vec")]


def test_no_slug_is_all_of_them(cli: Cli, tmp_path: Path) -> None:
    """Every exercise that this copy has."""
    cli("kit", "--out", str(tmp_path / "kit.zip"))
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        assert {name.split("/")[0] for name in archive.namelist() if "/" in name} == set(slugs())


def test_exercises_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    """With --dir they are taken from there, none of the grader's among them."""
    scaffold("mean", tmp_path / "own")
    stub = (tmp_path / "own" / "exercises" / "mean" / "mean.py").read_bytes()
    done = cli("kit", "--dir", str(tmp_path / "own"), "--out", str(tmp_path / "kit.zip"))

    assert done.code == 0
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        assert archive.read("mean/mean.py") == stub
        assert {name.split("/")[0] for name in archive.namelist()} == {"README.md", "README.zh.md", "mean"}


def test_in_chinese(cli: Cli, tmp_path: Path) -> None:
    """As every command on a cohort does, it answers in the language that is asked for."""
    done = cli("kit", "self_attention", "--out", str(tmp_path / "kit.zip"), "--lang", "zh")

    assert (done.code, "已打包 1 道练习" in done.err) == (0, True)


def test_slips(cli: Cli, tmp_path: Path) -> None:
    """An unknown exercise, no file to write to."""
    done = cli("kit", "self_attenton", "--out", str(tmp_path / "kit.zip"))
    assert done.code == 2
    assert "self_attention" in done.err
    assert not (tmp_path / "kit.zip").exists()
    assert cli("kit").code == 2
