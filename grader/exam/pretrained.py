"""Which pretrained models a zygote is to load for an exercise, as arguments that it understands."""

from __future__ import annotations

from grader.catalog import models
from grader.model import Exercise
from grader.worker.models import Source


def arguments_of(exercise: Exercise) -> tuple[str, ...]:
    """The models of an exercise that are installed, for the command line of the process that forks workers."""
    return tuple(
        Source(each.name, str(exercise.models_file), str(models.folder_of(each))).argument()
        for each in models.installed(exercise)
    )
