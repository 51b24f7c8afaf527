"""The models that a zygote is told to load."""

from __future__ import annotations

import msgspec

from grader.catalog.models import folder_of
from grader.exam.pretrained import arguments_of
from grader.model import Exercise, Pretrained
from grader.worker.models import Source, split


def test_only_what_is_installed_is_asked_for(adder: Exercise) -> None:
    """With the exercise's own loader, and the folder for a converted form."""
    here = Pretrained(name="here", package="pytest", install="pip install pytest")
    gone = Pretrained(name="gone", package="no-such-model", install="pip install no-such-model")
    exercise = msgspec.structs.replace(adder, models=(gone, here))
    libraries, sources = split(arguments_of(exercise))

    assert libraries == []
    assert sources == [Source("here", str(adder.folder / "models.py"), str(folder_of(here)))]


def test_an_exercise_without_models_asks_for_none(adder: Exercise) -> None:
    """Most have none."""
    assert arguments_of(adder) == ()
