"""`grader explain`: what a known mistake is, why it matters, and how to see it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from grader.cli import exits
from grader.cli.attempt import open_history
from grader.cli.language import language_of
from grader.cli.naming import complete_mistakes
from grader.cli.page import Command, option
from grader.errors import GraderError, UsageError
from grader.i18n import say
from grader.model import Exercise, Language, Mistake, MistakeKind, Text

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.command(cls=Command, name="explain", help="Explain a known mistake by its name.")
@click.argument("name", metavar="MISTAKE", shell_complete=complete_mistakes)
@option("--lang", type=click.Choice(["en", "zh"]), help="Language; otherwise GRADER_LANG or the locale.")
def explain(name: str, lang: str | None) -> int:
    """Explain every mistake of that name, and return the exit code."""
    from grader.cli.tables import show

    language = language_of(lang)
    known = _known()
    found = [(exercise, mistake) for exercise, mistake in known if mistake.id == name]
    if not found:
        raise _unknown(name, known)
    for exercise, mistake in found:
        show(_page(exercise, mistake, language))
    return exits.ACCEPTED


def kind_sentence(kind: MistakeKind) -> Text:
    """How a mistake of this kind shows."""
    match kind:
        case MistakeKind.VALUE:
            return say("It shows in what comes back: some results are wrong.")
        case MistakeKind.COST:
            return say("It shows in what it costs: the results are right, but too slow or too large.")
        case MistakeKind.RULE:
            return say("It shows in what is used: something that the task does not allow.")


def _known() -> list[tuple[Exercise, Mistake]]:
    from grader.catalog.find import slugs
    from grader.catalog.load import load

    found: list[tuple[Exercise, Mistake]] = []
    for slug in slugs():
        try:
            exercise = load(slug)
        except GraderError:
            continue  # a broken exercise does not hide the others
        found.extend((exercise, mistake) for mistake in exercise.mistakes)
    return found


def _unknown(name: str, known: list[tuple[Exercise, Mistake]]) -> UsageError:
    names = sorted({mistake.id for _, mistake in known})
    wanted = name.lower().replace("-", "_")
    near = difflib.get_close_matches(wanted, names, n=5, cutoff=0.6) or [each for each in names if wanted in each][:5]
    if near:
        text = say("There is no mistake {name!r}. Did you mean {names}?", name=name, names=", ".join(near))
    else:
        text = say("There is no mistake {name!r}. Reports name them; `grader status` lists yours.", name=name)
    return UsageError(text.en, text.zh)


def _page(exercise: Exercise, mistake: Mistake, language: Language) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text as Rich

    from grader.report.prose import Prose

    def said(text: Text) -> str:
        return text.in_language(language)

    functions = ", ".join(mistake.functions)
    blocks: list[RenderableType] = [
        Rich(said(mistake.title), style="bold"),
        Rich(f"{mistake.id} · {exercise.slug} · {functions}", style="dim"),
        Padding(Prose(Rich(said(mistake.explanation))), (1, 0, 1, 0)),
        Rich(said(kind_sentence(mistake.kind))),
    ]
    if mistake.inherits:
        text = say("What calls it goes wrong with it: {functions}.", functions=", ".join(mistake.inherits))
        blocks.append(Rich(said(text)))
    if mistake.equals:
        text = say("No call can tell it from {mistakes}.", mistakes=", ".join(mistake.equals))
        blocks.append(Rich(said(text)))
    parts = list(dict.fromkeys(exercise.part_of(each) for each in mistake.functions))
    command = f"grader run --exercise {exercise.slug} --part {' --part '.join(parts)} FILE"
    blocks.append(Rich(said(say("See it, with an input on which it goes wrong:"))))
    blocks.append(Padding(Rich(command), (0, 0, 0, 2)))
    blocks.extend(Rich(said(each), style="dim") for each in _own(exercise, mistake, language))
    blocks.append(Rich(""))
    return Group(*blocks)


def _own(exercise: Exercise, mistake: Mistake, language: Language) -> list[Text]:
    """Whether the reader has made it."""
    from grader.practice.records import local_day

    history = open_history(language)
    if history is None:
        return []
    with history:
        for each in history.mistakes(exercise.slug):
            if each.mistake == mistake.id:
                made = local_day(each.first_at)
                if each.cured_at is not None:
                    cured = local_day(each.cured_at)
                    return [say("You made it first on {made}, and it was gone on {cured}.", made=made, cured=cured)]
                return [say("You made it first on {made}, and it is still there.", made=made)]
    return []
