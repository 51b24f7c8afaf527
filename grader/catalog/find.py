"""Which exercises there are. A slug is only ever used as a path after it was found here."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from grader.config import CONTENT_DIR_VARIABLE, Content, content
from grader.errors import UnknownExerciseError
from grader.i18n import say
from grader.model import Text

FILE_NAME = "exercise.toml"

NEAR = 0.5  # of 1.0, as difflib counts: `cycle` is as near as that to `cycle_analogy`
NEARLY_AS_NEAR = 0.2  # what is further than that from the nearest was not meant

_SLUG = re.compile(r"[a-z][a-z0-9_]*")


def is_slug(name: str) -> bool:
    """Tell whether a name could be that of an exercise: a lower-case module name."""
    return _SLUG.fullmatch(name) is not None


def slugs(where: Content | None = None) -> tuple[str, ...]:
    """All exercises by name, sorted. A folder is one when it holds an `exercise.toml`."""
    folder = (where or content()).exercises
    if not folder.is_dir():
        return ()
    return tuple(sorted(each.name for each in folder.iterdir() if is_slug(each.name) and (each / FILE_NAME).is_file()))


def require(name: str, where: Content | None = None) -> str:
    """The slug itself, where there is such an exercise.

    Raises:
        UnknownExerciseError: there is none of that name; the nearest names are offered.
    """
    known = slugs(where)
    if name in known:
        return name
    text = _unknown(name, known, (where or content()).exercises)
    raise UnknownExerciseError(text.en, text.zh)


def near(name: str, known: tuple[str, ...]) -> list[str]:
    """The names that are meant by a slip of the keyboard or the beginning of a name, the nearest first."""
    wanted = name.lower().replace("-", "_")
    nearness = {each: difflib.SequenceMatcher(None, each, wanted).ratio() for each in known}
    least = max(NEAR, max(nearness.values(), default=0.0) - NEARLY_AS_NEAR)
    return sorted((each for each in known if nearness[each] >= least), key=lambda each: -nearness[each])[:3]


def _unknown(name: str, known: tuple[str, ...], folder: Path) -> Text:
    names = near(name, known)
    if names:
        return say("There is no exercise {name!r}. Did you mean {names}?", name=name, names=", ".join(names))
    if known:
        return say("There is no exercise {name!r}. There are: {names}.", name=name, names=", ".join(known))
    return say(
        "There is no exercise {name!r}: {folder} holds no exercises. {variable} names another place for them.",
        name=name,
        folder=folder,
        variable=CONTENT_DIR_VARIABLE,
    )
