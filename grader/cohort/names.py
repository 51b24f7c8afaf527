"""Whose file it is, of which exercise, and which attempt: all that a name in a folder of submissions can say.

Inside a candidate's folder a file is known by its exercise: `self_attention.py`, with the number of the attempt where
there are several (`self_attention.2.py`, `-2`, ` (2)`), whatever stands before it (`hw3_self_attention.py`). A file
outside of any folder starts with the candidate: `ada.self_attention.py`, `ada_self_attention-2.ipynb`. A folder
`attempt-2` numbers everything in it. Names are untrusted text: nothing here turns one into a path.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

SUFFIXES = (".py", ".ipynb")
ARCHIVE = ".zip"
ANSWERS = "answers.md"
_CLUTTER = ("__pycache__", "__MACOSX", "node_modules", "venv", "site-packages")

_NUMBER = r"(?:[.\-](?P<number>[1-9][0-9]{0,3})| ?\((?P<copy>[1-9][0-9]{0,3})\))?"
_FREE_NUMBER = _NUMBER.replace(r"[.\-]", "[.]")  # after any other name: `team-2` is a team
_FREE = re.compile(rf"(?P<before>.+?){_FREE_NUMBER}", re.DOTALL)
_ATTEMPT_FOLDER = re.compile(r"attempt[ ._\-]?([1-9][0-9]{0,3})", re.IGNORECASE)
_SEPARATORS = "._ -"
# Letters of other scripts that look like Latin ones; enough to warn, not to forbid.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝкмтвнАВЕКМНОРСТУХІЈЅαοριτυκνηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlqwkmtbhABEKMHOPCTYXIJSaopitukvnABEZHIKMNOPTYX",
)


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What a file's name says."""

    candidate: str  # empty where it says nothing of it
    exercise: str
    ordinal: int
    free: bool = False  # it does not name the exercise: that was said otherwise


class Reader:
    """Reads names, knowing which exercises there are."""

    def __init__(self, slugs: Sequence[str], exercise: str | None = None) -> None:
        """
        Args:
            exercise: the one of every file, whatever the files are called.
        """
        self.wanted = (exercise,) if exercise is not None else tuple(slugs)
        self._exercise = exercise
        longest_first = "|".join(re.escape(each) for each in sorted(self.wanted, key=len, reverse=True))
        self._named = re.compile(rf"(?:(?P<before>.*)[{_SEPARATORS}])?(?P<slug>{longest_first}){_NUMBER}", re.DOTALL)

    def read(self, stem: str) -> Name | None:
        """What the name of a file, without its suffix, says; None where it names no exercise."""
        found = self._named.fullmatch(stem)
        if found is not None:
            return Name(candidate=found["before"] or "", exercise=found["slug"], ordinal=_number(found))
        if self._exercise is not None and (found := _FREE.fullmatch(stem)) is not None:
            return Name(candidate=found["before"], exercise=self._exercise, ordinal=_number(found), free=True)
        return None

    def archive(self, stem: str) -> tuple[str, int]:
        """The candidate and the attempt that an archive's name says: `ada.zip`, `ada.2.zip`, `ada.word2vec.zip`."""
        found = self._named.fullmatch(stem)
        if found is not None and found["before"]:
            return found["before"], _number(found)
        found = _FREE.fullmatch(stem)
        return (found["before"], _number(found)) if found is not None else (stem, 1)


def passed_over(name: str) -> bool:
    """Tell what nobody handed in on purpose: hidden files, caches, what systems and tools add on their own."""
    return name.startswith(".") or name in _CLUTTER


def attempt_folder(name: str) -> int | None:
    """The number of an `attempt-2` folder; None of any other."""
    found = _ATTEMPT_FOLDER.fullmatch(name)
    return int(found[1]) if found is not None else None


def candidate_name(name: str) -> str:
    """A candidate's name as it is kept: the same letters for the same name, however they are encoded."""
    return unicodedata.normalize("NFC", name).strip()


def lookalikes(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of different names that a reader could take for one another."""
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        plain = unicodedata.normalize("NFKC", name).translate(_LOOKALIKES).casefold()
        seen = "".join(each for each in plain if unicodedata.category(each) != "Cf")
        groups.setdefault(seen, []).append(name)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _number(found: re.Match[str]) -> int:
    return int(found["number"] or found["copy"] or 1)
