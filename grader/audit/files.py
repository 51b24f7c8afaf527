"""The static half of a proof: every file that an exercise needs is there, in both languages, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from grader.catalog.points import points_of
from grader.i18n import say
from grader.model import Exercise, Text

HINTS_PER_PART = 3
POINTS = 100
_FOLDER = {"exercise.toml", "README.md", "README.zh.md", "test_visible.py", "support.py", "models.py", "data"}
_SOLUTIONS = {"NOTES.md", "NOTES.zh.md", "accepted", "mistakes"}
_QUESTIONS = ({"questions.toml", "answers.md"}, {"answers.toml", "answers.md"})  # further ones, where there are any
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problems_of(exercise: Exercise) -> list[Text]:
    """What is missing or does not belong."""
    return [*_files(exercise), *_hints(exercise), *_points(exercise), *_texts(exercise), *_notes(exercise)]


def _files(exercise: Exercise) -> Iterator[Text]:
    module = f"{exercise.slug}.py"
    wanted = [
        *(exercise.folder / name for name in ("README.md", "README.zh.md", module, "test_visible.py")),
        *(exercise.solutions / name for name in ("NOTES.md", "NOTES.zh.md", module)),
    ]
    for path in wanted:
        try:
            empty = not path.is_file() or not path.read_text(encoding="utf-8").strip()
        except ValueError:
            yield say("{path} is not UTF-8.", path=short(path))
        else:
            if empty:
                yield say("{path} is missing or empty.", path=short(path))
    asked, keys = _QUESTIONS if exercise.questions else (set(), set())
    for folder, names in ((exercise.folder, _FOLDER | asked), (exercise.solutions, _SOLUTIONS | keys)):
        for path in sorted(folder.iterdir()):
            if path.name not in names | {module, "__pycache__"}:
                yield say("{path} does not belong there.", path=short(path))
    for name in ("accepted", "mistakes"):
        for path in sorted((exercise.solutions / name).glob("*")):  # an exercise may have neither
            if path.suffix not in (".py", ".md" if exercise.questions else ".py") and path.name != "__pycache__":
                yield say("{path} does not belong there.", path=short(path))
    for path in sorted(exercise.hidden.iterdir()):
        if path.name != "__pycache__" and not re.fullmatch(r"test_\w+\.py", path.name):
            yield say("{path} does not belong there.", path=short(path))


def _hints(exercise: Exercise) -> Iterator[Text]:
    for part in exercise.parts:
        if len(part.hints) != HINTS_PER_PART:
            yield say("The part {part} has {count} hints; it should have 3.", part=part.id, count=len(part.hints))


def _points(exercise: Exercise) -> Iterator[Text]:
    points = points_of(exercise)
    if abs(points.total - POINTS) > 1e-6:
        yield say(
            "Visible checks have {visible} points and hidden ones {hidden}; together they should have 100.",
            visible=f"{points.visible:g}",
            hidden=f"{points.hidden:g}",
        )


def _texts(exercise: Exercise) -> Iterator[Text]:
    texts: list[tuple[str, Text]] = [("title", exercise.title), ("summary", exercise.summary)]
    for part in exercise.parts:
        texts += [(f"part {part.id}", each) for each in (part.title, *part.hints)]
    for mistake in exercise.mistakes:
        texts += [(f"mistake {mistake.id}", each) for each in (mistake.title, mistake.explanation)]
    texts += [(f"variant {each.id}", each.note) for each in exercise.accepted]
    for followup in exercise.followups:
        texts += [("follow-up", followup.question), ("follow-up", followup.answer)]
    for place, text in texts:
        if not text.en.strip() or not _CHINESE.search(text.zh):
            yield say("{place} is not there in both languages.", place=place)


def _notes(exercise: Exercise) -> Iterator[Text]:
    for name in ("NOTES.md", "NOTES.zh.md"):
        path = exercise.solutions / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for mistake in exercise.mistakes:
            if not mistake.made_of and f"### {mistake.id}\n" not in text:  # its parts are explained
                yield say("{path} does not explain {mistake}.", path=short(path), mistake=mistake.id)


def short(path: Path) -> str:
    """A path as problems name it: from `exercises`, `solutions` or `hidden` on."""
    return "/".join(path.parts[-4 if path.parent.name in ("accepted", "mistakes") else -3 :])
