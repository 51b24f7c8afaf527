"""Convert pretrained models before their first use, while a bar shows how far it is.

What goes wrong here is left to the loading, which does the same without a bar and says why it cannot.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator

from grader.i18n import say
from grader.model import Language


def convert_models(slugs: Iterable[str], language: Language) -> None:
    """Convert the installed models of some exercises that were not converted before."""
    from grader.catalog import models
    from grader.catalog.load import load
    from grader.worker.models import Source

    for slug in dict.fromkeys(slugs):
        exercise = load(slug)
        for each in models.installed(exercise):
            folder = models.folder_of(each)
            if folder.is_dir() or f"def prepare_{each.name}(" not in exercise.models_file.read_text(encoding="utf-8"):
                continue
            source = Source(each.name, str(exercise.models_file), str(folder))
            _show(_steps(source.argument()), each.name, language)


def _steps(argument: str) -> Iterator[float]:
    """How much of the conversion is done, while a process of its own is at it."""
    from grader.examiner.client import isolation_flags
    from grader.sandbox.zygote import clean_environment

    with subprocess.Popen(
        [sys.executable, *isolation_flags(), "-m", "grader.worker.preparation", argument],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                yield float(line)
        except BaseException:  # interrupted: it must not go on alone
            process.kill()
            raise


def _show(steps: Iterator[float], name: str, language: Language) -> None:
    if not sys.stderr.isatty():
        for _ in steps:
            pass
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24))
    console = Console(stderr=True)
    with Progress(*columns, TaskProgressColumn(), TimeElapsedColumn(), console=console, transient=True) as bar:
        what = say("unpacking the model {name}, once", name=name).in_language(language)
        task = bar.add_task(what, total=1.0)
        for done in steps:
            bar.update(task, completed=done)
