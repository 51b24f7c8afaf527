"""Pretrained models that an exercise asks for: whether their packages are installed, and where a converted form lives.

A package is looked up by the name of its distribution and never imported here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader import config
from grader.model import Exercise, Pretrained


def version_of(model: Pretrained) -> str | None:
    """The version of the package that carries a model; None where it is not installed."""
    import importlib.metadata  # late: it takes as long as all the rest of a command that asks for no model

    try:
        return importlib.metadata.version(model.package)
    except importlib.metadata.PackageNotFoundError:
        return None


def installed(exercise: Exercise) -> tuple[Pretrained, ...]:
    """The models of an exercise whose packages are there."""
    return tuple(each for each in exercise.models if version_of(each) is not None)


def missing(exercise: Exercise, names: Iterable[str]) -> tuple[Pretrained, ...]:
    """Those of the named models whose packages are not there."""
    return tuple(each for each in exercise.models if each.name in tuple(names) and version_of(each) is None)


def folder_of(model: Pretrained) -> Path:
    """Where a form of the model that was converted once is kept. It may not exist yet, and may be deleted."""
    return config.cache_dir() / "models" / f"{model.name}-{version_of(model)}"
