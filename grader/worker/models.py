"""Load the pretrained models of an exercise once, before the zygote is forked; workers get them copy on write.

What loads a model is `models.py` beside the exercise: public code of its author, one function for each model. It runs
here and never in a worker, because a worker's memory is counted and its view of the disk is narrow.

A model that must be converted before it can be used has a second function, `prepare_<name>(folder, tell)`: it is called
once, and what it writes is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.errors import SandboxError

_OPTION = "--model="

_loaded: dict[str, Any] = {}


class Source(msgspec.Struct, frozen=True):
    """Where a model comes from."""

    name: str
    file: str  # models.py of the exercise
    folder: str  # where a converted form of it may lie

    def argument(self) -> str:
        """As one argument of a command line; `split` takes it back."""
        return _OPTION + msgspec.json.encode(self).decode()


def split(arguments: Sequence[str]) -> tuple[list[str], list[Source]]:
    """The libraries and the models among the arguments of a command line."""
    sources = [
        msgspec.json.decode(each.removeprefix(_OPTION), type=Source) for each in arguments if each.startswith(_OPTION)
    ]
    return [each for each in arguments if not each.startswith(_OPTION)], sources


def load(sources: Iterable[Source]) -> None:
    """Load models, for `loaded` to hand out. The libraries are imported by now.

    Raises:
        SandboxError: one cannot be loaded.
    """
    for source in sources:
        try:
            names = _names_of(source)
            _prepare(source, names, lambda _: None)  # at once where nobody prepared it before
            _loaded[source.name] = names[source.name](Path(source.folder))
        except Exception as error:  # files that are damaged can raise anything
            raise SandboxError(
                f"the model {source.name} cannot be loaded: {type(error).__name__}: {error}",
                f"无法加载模型 {source.name}：{type(error).__name__}: {error}",
            ) from error


def prepare(source: Source, tell: Callable[[float], None]) -> None:
    """Convert a model that must be converted before its first use, unless that was done before.

    Args:
        tell: is told how much is done, from 0 to 1.

    Raises:
        Exception: whatever the author's code raises; nothing is kept then.
    """
    _prepare(source, _names_of(source), tell)


def _names_of(source: Source) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "models"}
    exec(compile(Path(source.file).read_text(encoding="utf-8"), source.file, "exec", dont_inherit=True), names)
    return names


def _prepare(source: Source, names: dict[str, Any], tell: Callable[[float], None]) -> None:
    folder, convert = Path(source.folder), names.get(f"prepare_{source.name}")
    if convert is None or folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as half:
        whole = Path(half) / "whole"
        whole.mkdir()
        convert(whole, tell)
        if not folder.is_dir():  # somebody else may have been faster
            whole.rename(folder)


def hand_out(names: dict[str, Any]) -> None:
    """Fill the dict MODELS of a module with what was loaded, where the module has one."""
    wanted = names.get("MODELS")
    if isinstance(wanted, dict):
        wanted.update(_loaded)
