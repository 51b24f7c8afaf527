"""The entrance: the command group, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import types
from collections.abc import Iterator, Sequence

import click

from grader import __version__
from grader.cli import exits
from grader.cli.audit import audit
from grader.cli.completion import completion
from grader.cli.doctor import doctor
from grader.cli.explain import explain
from grader.cli.export import export
from grader.cli.forget import forget
from grader.cli.grade import grade
from grader.cli.hint import hint
from grader.cli.history import history, reset_history
from grader.cli.interview import interview
from grader.cli.kit import kit
from grader.cli.language import language_of
from grader.cli.list import list_
from grader.cli.mark import mark
from grader.cli.new import new
from grader.cli.page import Group
from grader.cli.quiz import quiz
from grader.cli.report import report
from grader.cli.run import run
from grader.cli.server import server
from grader.cli.solution import solution
from grader.cli.speech import complain, forgive_encodings
from grader.cli.start import start
from grader.cli.status import status
from grader.cli.watch import watch
from grader.errors import GraderError
from grader.i18n import say
from grader.model import Language


@click.group(
    cls=Group,
    help="Grades interview exercises behind a wall, and names the mistake.",
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="grader", message="%(prog)s %(version)s")
def grader() -> None:
    """Nothing of its own to do."""


for _command in (
    start,
    watch,
    run,
    hint,
    explain,
    solution,
    quiz,
    interview,
    status,
    history,
    grade,
    mark,
    report,
    export,
    kit,
    new,
    forget,
    list_,
    audit,
    doctor,
    server,
    completion,
    reset_history,
):
    grader.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. Never returns."""
    forgive_encodings()
    with _orderly_end():
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    from grader.cli.usage import explain as explained

    try:
        result = grader.main(arguments, prog_name="grader", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return exits.USAGE
    except click.UsageError as error:
        complain(explained(error), language_of(_language_option(arguments)))
        return exits.USAGE
    except GraderError as error:
        complain(error.text, language_of(_language_option(arguments)))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain(say("Interrupted."), language_of(_language_option(arguments)))
        return exits.INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return exits.USAGE
    except Exception as error:
        return _our_fault(error, language_of(_language_option(arguments)))
    return result if isinstance(result, int) else exits.ACCEPTED


def _our_fault(error: Exception, language: Language) -> int:
    """Say that it was us. The traceback is for those who ask for it."""
    if os.environ.get("GRADER_DEBUG"):
        import traceback

        traceback.print_exc()
    what = f"{type(error).__name__}: {error}"
    complain(say("A fault of the grader itself: {what}. GRADER_DEBUG=1 shows where.", what=what), language)
    return exits.FAULT


def _language_option(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, for errors raised before or outside of the command that has it."""
    for at, word in enumerate(arguments):
        if word == "--lang":
            return next(iter(arguments[at + 1 :]), None)
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def _drop_output() -> None:
    """The reader has gone: let the interpreter's last flush go nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _orderly_end() -> Iterator[None]:
    """Let a polite kill end us as Ctrl-C does, with everything behind us cleaned up."""

    def end(number: int, _frame: types.FrameType | None) -> None:
        sys.exit(128 + number)

    numbers = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    # Whoever has a signal ignored, as `nohup` does, has said what is to come of it.
    wanted = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
