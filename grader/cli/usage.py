"""What click complains about, said in both languages."""

from __future__ import annotations

import click

from grader.i18n import say
from grader.model import Text


def explain(error: click.UsageError) -> Text:
    """One sentence on what was wrong with the command line, and where to read on."""
    command = error.ctx.command_path if error.ctx is not None else "grader"
    return say("{problem} See {command} --help.", problem=_problem(error), command=command)


def _problem(error: click.UsageError) -> Text:
    match error:
        case click.NoSuchOption():
            if error.possibilities:
                names = ", ".join(sorted(error.possibilities))
                return say("There is no option {name}. Did you mean {names}?", name=error.option_name, names=names)
            return say("There is no option {name}.", name=error.option_name)
        case click.BadOptionUsage():
            return say("The option {name} is used wrongly: {reason}", name=error.option_name, reason=error.message)
        case click.BadParameter(param=click.Parameter() as parameter) if isinstance(parameter.type, click.Choice):
            choices = ", ".join(str(choice) for choice in parameter.type.choices)
            return say("The value of {name} must be one of: {choices}.", name=_name(parameter), choices=choices)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return say("{name} is missing.", name=_name(parameter))
        case click.BadParameter(param=click.Parameter() as parameter):
            return say("The value of {name} does not fit: {reason}", name=_name(parameter), reason=error.message)
        case _:
            return _of_message(error.format_message())


def _of_message(message: str) -> Text:
    words = message.split("'")
    if message.startswith("No such command") and len(words) > 1:
        return say("There is no command {name}.", name=words[1])
    return say("The command line cannot be understood: {reason}", reason=message)


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.human_readable_name
