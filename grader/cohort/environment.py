"""What a grade depends on beside the submission and the exercise: our own code, Python, the libraries.

The stamp of a machine is compared before it grades for another one; the same facts go into every content key.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec

import grader
from grader import config
from grader.catalog import models
from grader.catalog.load import load
from grader.gradebook import Plan
from grader.grading.options import GradeOptions

# Rooms whose code no grade depends on: doors, views, and what happens before and after a grading.
_NO_MATTER = frozenset(
    {"_content", "attack", "audit", "cli", "cohort", "gradebook", "practice", "report", "server", "__pycache__"}
)


class Stamp(msgspec.Struct, frozen=True):
    """What must be the same on two machines for their grades to be the same."""

    grader: str  # version and content hash of its code
    python: str
    exercises: dict[str, str]  # slug -> version, which is a content hash too
    libraries: dict[str, str]

    def facts(self) -> dict[str, str]:
        """The stamp as one table, for people."""
        return {"grader": self.grader, "Python": self.python, **self.exercises, **self.libraries}


def stamp_of(slugs: Sequence[str]) -> Stamp:
    """The stamp of this machine for some exercises.

    Raises:
        GraderError: there is no such exercise here, or it is broken.
    """
    exercises = [load(slug, config.content()) for slug in sorted(set(slugs))]
    libraries = sorted({name for each in exercises for name in each.libraries})
    return Stamp(
        grader=f"{grader.__version__}+{code_hash()}",
        python=platform.python_version(),
        exercises={each.slug: each.version for each in exercises},
        libraries={name: _version(name) for name in libraries},
    )


def plans_of(slugs: Sequence[str], options: GradeOptions, seed: int) -> dict[str, Plan]:
    """By exercise, what its submissions are graded with."""
    plans = {}
    for slug in slugs:
        stamp = stamp_of([slug])
        environment = f"{stamp.grader} {stamp.python} {platform.system()} {platform.machine()} {stamp.libraries}"
        if options.full:  # checks with a model are left out where it is not installed
            environment += f" {sorted(each.name for each in models.installed(load(slug, config.content())))}"
        plans[slug] = Plan(
            exercise=slug,
            version=stamp.exercises[slug],
            seed=seed,
            environment=environment,
            options=said_options(options),
        )
    return plans


def said_options(options: GradeOptions) -> str:
    """Grading options as JSON, without the seed, which has a place of its own."""
    return msgspec.json.encode(msgspec.structs.replace(options, seed=None), order="sorted").decode()


@functools.cache
def code_hash() -> str:
    """A hash over all of our code and sentences that a grade depends on, 12 hex digits."""
    package = Path(grader.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(each for kind in ("*.py", "*.po") for each in package.rglob(kind)):
        name = file.relative_to(package)
        if not _NO_MATTER & set(name.parts):
            for piece in (name.as_posix().encode(), file.read_bytes()):
                digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()[:12]


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "?"
