"""What several commands are told: the slug of an exercise, completed by the shell, and the file that is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from click.decorators import FC
from click.shell_completion import CompletionItem

from grader.errors import UsageError
from grader.i18n import say


def slug_argument(*, required: bool = True) -> Callable[[FC], FC]:
    """The argument SLUG."""
    return click.argument(
        "slug", required=required, metavar="SLUG" if required else "[SLUG]", shell_complete=complete_slugs
    )


def complete_slugs(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The exercises that begin so."""
    from grader.catalog.find import slugs

    return [CompletionItem(slug) for slug in slugs() if slug.startswith(incomplete)]


def complete_mistakes(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The mistakes that begin so."""
    from grader.catalog.find import slugs
    from grader.config import solutions_dir

    files = (file for slug in slugs() for file in (solutions_dir() / slug / "mistakes").glob(f"{incomplete}*.py"))
    return [CompletionItem(file.stem) for file in sorted(files)]


def submission_file(slug: str, place: Path | None = None) -> Path | None:
    """The file of an exercise that is being worked on, or None.

    Args:
        place: a file, or a folder; by default the current folder, then the folder of that name in it.
    """
    if place is not None and not place.is_dir():
        return place
    root = place if place is not None else Path()
    for folder in (root, root / slug):
        for suffix in (".py", ".ipynb"):
            if (folder / f"{slug}{suffix}").is_file():
                return folder / f"{slug}{suffix}"
    return None


def _files_of(slug: str, folder: Path) -> list[tuple[str, Path]]:
    files = (folder / f"{slug}{suffix}" for suffix in (".py", ".ipynb"))
    return [(slug, file) for file in files if file.is_file()]


def only_submission(place: Path | None) -> tuple[str, Path]:
    """The exercise and the file that a command is about when it was told no more than a place.

    Raises:
        UsageError: there is none, or there are several.
    """
    from grader.catalog.find import require, slugs

    if place is not None and not place.is_dir():
        if not place.is_file():
            text = say("{path} does not exist.", path=place)
            raise UsageError(text.en, text.zh)
        return require(place.stem), place
    root = place if place is not None else Path()
    here = [found for slug in slugs() for found in _files_of(slug, root)]
    if not here:  # beside the folder that `grader start` makes, as often as in it
        here = [found for slug in slugs() for found in _files_of(slug, root / slug)]
    if len(here) == 1:
        return here[0]
    if not here:
        text = say("There is no file of an exercise in {folder}. Begin with: grader start SLUG", folder=root.absolute())
    else:
        names = ", ".join(str(file) for _, file in here)
        text = say("There are several files in {folder}: {names}. Say which.", folder=root.absolute(), names=names)
    raise UsageError(text.en, text.zh)
