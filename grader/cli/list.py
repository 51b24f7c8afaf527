"""`grader list`: which exercises there are, what they are worth, and whether their libraries are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.language import language_of
from grader.cli.page import Command, option
from grader.cli.speech import complain
from grader.errors import ContentError
from grader.i18n import say
from grader.model import Exercise, Language, Text

if TYPE_CHECKING:
    from grader.catalog.points import Points

SCHEMA_VERSION = 1


@click.command(cls=Command, name="list", help="List the exercises, and what is installed for them.")
@option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")
def list_(as_json: bool) -> int:
    """List, and return the exit code. A broken exercise does not hide the others."""
    from grader.catalog.find import slugs
    from grader.catalog.load import load
    from grader.catalog.points import points_of

    language = language_of()
    found: list[tuple[Exercise, Points]] = []
    broken = False
    for slug in slugs():
        try:
            exercise = load(slug)
            found.append((exercise, points_of(exercise)))
        except ContentError as error:
            complain(error.text, language)
            broken = True
    found.sort(key=lambda each: (each[0].order, each[0].slug))
    if as_json:
        _write_json(found)
    else:
        _show(found, language)
    return exits.FAULT if broken else exits.ACCEPTED


def installed(library: str) -> str | None:
    """The version of a library by the name that it is imported by, "?" where none is told, None where it is absent.

    Nothing is imported to find out.
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    top = library.partition(".")[0]
    try:
        return version(top)
    except PackageNotFoundError:
        return "?" if find_spec(top) is not None else None


def _write_json(found: list[tuple[Exercise, Points]]) -> None:
    import msgspec

    def both(text: Text) -> dict[str, str]:
        return {"en": text.en, "zh": text.zh}

    document = {
        "schema_version": SCHEMA_VERSION,
        "exercises": [
            {
                "exercise": exercise.slug,
                "version": exercise.version,
                "title": both(exercise.title),
                "summary": both(exercise.summary),
                "difficulty": exercise.difficulty,
                "minutes": exercise.minutes,
                "points": {"visible": points.visible, "hidden": points.hidden, "total": points.total},
                "parts": [
                    {"id": part.id, "title": both(part.title), "points": points.by_part[part.id]}
                    for part in exercise.parts
                ],
                "libraries": {library: installed(library) for library in exercise.libraries},
            }
            for exercise, points in found
        ],
    }
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _show(found: list[tuple[Exercise, Points]], language: Language) -> None:
    from rich.text import Text as Rich

    from grader.cli.tables import plain_table, show

    headings = [
        say("exercise"),
        say("title"),
        say("difficulty"),
        say("minutes"),
        say("points"),
        say("libraries"),
    ]
    table = plain_table(headings, language, right=(3, 4), whole=(0,))
    for exercise, points in found:
        table.add_row(
            Rich(exercise.slug, style="bold"),
            exercise.title.in_language(language),
            _difficulty(exercise).in_language(language),
            str(exercise.minutes),
            f"{points.total:g}",
            _libraries(exercise, language),
        )
        for part in exercise.parts:
            worth = Rich(f"{points.by_part[part.id]:g}", style="dim")
            table.add_row(Rich(f"  {part.id}", style="dim"), Rich(part.title.in_language(language)), "", "", worth, "")
    show(table)


def _difficulty(exercise: Exercise) -> Text:
    match exercise.difficulty:
        case "easy":
            return say("easy")
        case "medium":
            return say("medium")
        case "hard":
            return say("hard")


def _libraries(exercise: Exercise, language: Language) -> str:
    missing = say("not installed").in_language(language)
    words = []
    for library in exercise.libraries:
        version = installed(library)
        words.append(f"{library} {missing if version is None else version}")
    return "\n".join(words) or "-"
