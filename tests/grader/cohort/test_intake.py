"""A folder of submissions, as people hand them in: what is taken, as what, and what becomes a sentence."""

from __future__ import annotations

import io
import json
import os
import unicodedata
import zipfile
from pathlib import Path

import pytest

from grader.cohort.intake import Intake, is_folder
from grader.gradebook import Entry, Problem

SLUGS = ("sums", "word2vec")


def put(path: Path, content: str | bytes = "x = 1\n", *, mtime_s: float = 1_700_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (mtime_s, mtime_s))
    return path


def read(folder: Path, exercise: str | None = None) -> tuple[list[Entry], list[Problem]]:
    found = list(Intake(folder, SLUGS, exercise=exercise))
    entries = [each for each in found if isinstance(each, Entry)]
    problems = [each for each in found if isinstance(each, Problem)]
    assert all(each.text.en != each.text.zh for each in problems)
    return entries, problems


def heads(entries: list[Entry]) -> list[tuple[str, str, int, str]]:
    return [(each.candidate, each.submission.exercise, each.ordinal, each.submission.name) for each in entries]


def test_one_folder_a_candidate(tmp_path: Path) -> None:
    """Several exercises each, with their bytes and times; other files are nobody's business."""
    put(tmp_path / "ada" / "sums.py", "a = 1\r\n")
    put(tmp_path / "ada" / "word2vec.py")
    put(tmp_path / "ada" / "scratch.py")
    put(tmp_path / "ada" / "test_sums.py")
    put(tmp_path / "ben" / "homework" / "sums.py")

    entries, problems = read(tmp_path)

    assert heads(entries) == [
        ("ada", "sums", 1, "ada/sums.py"),
        ("ada", "word2vec", 1, "ada/word2vec.py"),
        ("ben", "sums", 1, "ben/homework/sums.py"),
    ]
    assert entries[0].submission.source == b"a = 1\r\n"
    assert entries[0].submitted_at == "2023-11-14T22:13:20+00:00"
    assert problems == []


def test_attempts_by_suffix_and_by_folder(tmp_path: Path) -> None:
    """Whichever way says a number."""
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "ada" / "sums.2.py")
    put(tmp_path / "ada" / "sums (3).py")
    put(tmp_path / "ada" / "attempt-4" / "sums.py")

    entries, _ = read(tmp_path)

    assert sorted(each.ordinal for each in entries) == [1, 2, 3, 4]


def test_one_file_a_candidate(tmp_path: Path) -> None:
    """The name says whose it is, and of which exercise."""
    put(tmp_path / "ada.sums.py")
    put(tmp_path / "ben_word2vec-2.py")

    entries, problems = read(tmp_path)

    assert heads(entries) == [("ada", "sums", 1, "ada.sums.py"), ("ben", "word2vec", 2, "ben_word2vec-2.py")]
    assert problems == []


def test_a_file_that_does_not_say_whose_it_is(tmp_path: Path) -> None:
    """It is not given to anybody; with the exercise said, its name is the candidate's."""
    put(tmp_path / "ada.py")
    put(tmp_path / "sums.py")

    entries, problems = read(tmp_path)
    assert entries == []
    assert [each.label for each in problems] == ["ada.py", "sums.py"]
    assert "does not say whose it is" in problems[0].text.en

    entries, _ = read(tmp_path, "sums")
    assert ("ada", "sums", 1, "ada.py") in heads(entries)


def test_any_name_will_do_where_the_exercise_is_said_and_there_is_one_file(tmp_path: Path) -> None:
    """Of several, none of which is called after the exercise, nobody knows which it is."""
    put(tmp_path / "ada" / "solution.py")
    put(tmp_path / "ben" / "solution.py")
    put(tmp_path / "ben" / "solution.2.py")
    put(tmp_path / "cem" / "solution.py")
    put(tmp_path / "cem" / "scratch.py")
    put(tmp_path / "dan" / "sums.py")
    put(tmp_path / "dan" / "scratch.py")

    entries, problems = read(tmp_path, "sums")

    assert heads(entries) == [
        ("ada", "sums", 1, "ada/solution.py"),
        ("ben", "sums", 2, "ben/solution.2.py"),
        ("ben", "sums", 1, "ben/solution.py"),
        ("dan", "sums", 1, "dan/sums.py"),
    ]
    assert [(each.candidate, each.text.en) for each in problems] == [
        ("cem", "cem holds no submission. Wanted: sums.py.")
    ]


def test_answers_beside_come_along(tmp_path: Path) -> None:
    """The nearest going up; beside a single file, the one of the same candidate."""
    put(tmp_path / "ada" / "answers.md", "B")
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "ada" / "attempt-2" / "sums.py")
    put(tmp_path / "ada" / "attempt-3" / "answers.md", "C")
    put(tmp_path / "ada" / "attempt-3" / "sums.py")
    put(tmp_path / "ben.sums.py")
    put(tmp_path / "ben.answers.md", "D")

    entries, problems = read(tmp_path)

    assert {each.submission.name: each.submission.answers for each in entries} == {
        "ada/sums.py": b"B",
        "ada/attempt-2/sums.py": b"B",
        "ada/attempt-3/sums.py": b"C",
        "ben.sums.py": b"D",
    }
    assert problems == []


def test_notebooks_and_archives(tmp_path: Path) -> None:
    """A notebook's code cells; an archive read as a folder, under its own name and time."""
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": [], "execution_count": None}
    book = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hw/sums.py", "z = 1")
        archive.writestr("hw/attempt-2/sums.ipynb", book)
    put(tmp_path / "ada.zip", packed.getvalue())
    put(tmp_path / "ben" / "sums.ipynb", book)

    entries, problems = read(tmp_path)

    assert heads(entries) == [
        ("ada", "sums", 2, "ada.zip/hw/attempt-2/sums.ipynb"),
        ("ada", "sums", 1, "ada.zip/hw/sums.py"),
        ("ben", "sums", 1, "ben/sums.ipynb"),
    ]
    assert b"x = 1" in entries[2].submission.source
    assert entries[1].submission.source == b"z = 1"
    assert entries[1].submitted_at == "2023-11-14T22:13:20+00:00"
    assert problems == []


def test_one_bad_submission_leaves_the_others_alone(tmp_path: Path) -> None:
    """Each is one problem with its sentence, its label and, where that is known, its candidate."""
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "ben" / "notes.txt")
    (tmp_path / "cem").mkdir()
    put(tmp_path / "dan.zip", b"no archive")
    put(tmp_path / "eve" / "sums.ipynb", "{")
    put(tmp_path / "eve" / "word2vec.py")
    put(tmp_path / "fay" / "sums.py", b"#" * 1_000_001)
    (tmp_path / "gus").symlink_to(tmp_path / "ada")
    (tmp_path / "hal").mkdir()
    (tmp_path / "hal" / "sums.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "ina.sums.py")
    put(tmp_path / "jon.docx")

    entries, problems = read(tmp_path)

    assert [each.submission.name for each in entries] == ["ada/sums.py", "eve/word2vec.py"]
    assert {each.label: (each.candidate, each.text.en) for each in problems} == {
        "ben": ("ben", "ben holds no submission. Wanted: sums.py, word2vec.py."),
        "cem": ("cem", "cem holds no submission. Wanted: sums.py, word2vec.py."),
        "dan.zip": ("dan", "dan.zip is not a zip archive."),
        "eve/sums.ipynb": ("eve", "eve/sums.ipynb is not a notebook: Notebook does not appear to be JSON: '{'."),
        "fay/sums.py": ("fay", "fay/sums.py is 1.0 MB large; a submission has at most 1 MB."),
        "gus": ("", "gus is a symbolic link; it was left out."),
        "hal/sums.py": ("hal", "hal/sums.py is a symbolic link. Give the file itself."),
        "ina.sums.py": ("ina", "ina.sums.py is a pipe (FIFO), not a file. Save the code to a file first."),
        "jon.docx": ("", "jon.docx is not a submission: wanted are folders, .py, .ipynb and .zip files."),
    }


def test_what_lies_about_is_no_problem(tmp_path: Path) -> None:
    """Lists of names, hidden files, caches, and our own gradebook in the same folder."""
    put(tmp_path / "roster.csv")
    put(tmp_path / ".DS_Store")
    put(tmp_path / "__MACOSX" / "sums.py")
    put(tmp_path / "grades" / "gradebook.sqlite")

    assert list(Intake(tmp_path, SLUGS, leave_out=[tmp_path / "grades"])) == []


_CLUTTER = (
    *("__MACOSX/sums.py", "__MACOSX/._sums.py", "__MACOSX/hw/._sums.py", "hw/.git/x/sums.py", "venv/lib/sums.py"),
    *("hw/.ipynb_checkpoints/sums.py", "hw/__pycache__/sums.py", "._sums.py", "node_modules/sums.py"),
)


def zip_of(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, b"\0\5\x16\7\0" if "._" in name else "x = 1")
    return packed.getvalue()


@pytest.mark.parametrize("name", ["sums.py", "Ada/sums.py", "./Ada//sums.py"])
def test_what_systems_add_to_an_archive_is_no_attempt(tmp_path: Path, name: str) -> None:
    """A Mac's archive holds `__MACOSX/._sums.py` beside `sums.py`: one attempt, as it would be in a folder."""
    put(tmp_path / "ada.zip", zip_of(name, *_CLUTTER))
    for each in ("sums.py", *_CLUTTER):
        put(tmp_path / "ben" / each)

    entries, problems = read(tmp_path)

    plain = name.replace("./", "").replace("//", "/")
    assert heads(entries) == [("ada", "sums", 1, f"ada.zip/{plain}"), ("ben", "sums", 1, "ben/sums.py")]
    assert problems == []


def test_what_systems_add_does_not_make_a_free_name_one_of_several(tmp_path: Path) -> None:
    """Where the exercise is said, one file of any name is the submission."""
    put(tmp_path / "ada.zip", zip_of("solution.py", "__MACOSX/._solution.py"))

    entries, problems = read(tmp_path, "sums")

    assert heads(entries) == [("ada", "sums", 1, "ada.zip/solution.py")]
    assert problems == []


def test_an_archive_of_nothing_else_holds_nothing(tmp_path: Path) -> None:
    """It is said like that of an empty folder."""
    put(tmp_path / "ada.zip", zip_of(*_CLUTTER))

    _, problems = read(tmp_path)

    assert [each.text.en for each in problems] == ["ada.zip holds no submission. Wanted: sums.py, word2vec.py."]


def test_files_of_ours_are_left_out_by_whatever_name(tmp_path: Path) -> None:
    """A file, a folder, a link to either; one that is not there leaves nothing out."""
    ours = put(tmp_path / "grades.db")
    (tmp_path / "pages").mkdir()
    (tmp_path / "link.db").symlink_to(ours)
    put(tmp_path / "other.db")

    found = list(Intake(tmp_path, SLUGS, leave_out=[ours, tmp_path / "pages", tmp_path / "nowhere"]))

    assert [each.label for each in found if isinstance(each, Problem)] == ["other.db"]
    assert len(found) == 1


def test_ten_thousand_files(tmp_path: Path) -> None:
    """Too many in one candidate's folder is a problem of that candidate; the next is read."""
    (tmp_path / "ada").mkdir()
    for number in range(1_100):
        (tmp_path / "ada" / f"{number}.txt").touch()
    put(tmp_path / "ben" / "sums.py")

    entries, problems = read(tmp_path)

    assert [each.candidate for each in entries] == ["ben"]
    assert [(each.candidate, "more than 1000 files" in each.text.en) for each in problems] == [("ada", True)]


@pytest.mark.parametrize("packed", [True, False])
def test_more_attempts_than_anybody_needs(tmp_path: Path, packed: bool) -> None:
    """Who hands in hundreds and has the best count guesses: none is taken, what is beside them is."""
    names = [f"attempt-{number}/sums.py" for number in range(1, 13)] + [f"sums.{number}.py" for number in range(1, 10)]
    names += [f"word2vec.{number}.py" for number in range(1, 21)]
    if packed:
        put(tmp_path / "eve.zip", zip_of(*names))
    for name in () if packed else names:
        put(tmp_path / "eve" / name)
    put(tmp_path / "fay" / "sums.py")

    entries, problems = read(tmp_path)

    assert {each.submission.exercise for each in entries if each.candidate == "eve"} == {"word2vec"}
    assert len(entries) == 21
    ((candidate, said),) = [(each.candidate, each.text.en) for each in problems]
    assert candidate == "eve"
    assert "21 attempts at sums; at most 20" in said


def test_no_name_makes_a_line_of_its_own(tmp_path: Path) -> None:
    """A problem is one sentence on one line: of a folder, a file, an archive's member, a reading of names."""
    name = "x\n::error file=a.py,line=1::pwned\r\u2028##[command]y"
    put(tmp_path / name / "notes.txt")
    put(tmp_path / f"{name}.docx")
    put(tmp_path / "eve" / f"{name} sums.ipynb", "{")
    put(tmp_path / "fay.zip", zip_of(f"../{name}/sums.py"))
    put(tmp_path / f"gus\n{name}" / "sums.py")
    put(tmp_path / f"gus\n{name}.zip", zip_of("sums.py"))
    intake = Intake(tmp_path, SLUGS)

    problems = [each for each in intake if isinstance(each, Problem)]
    notes = intake.notes()

    assert len(problems) == 4
    assert len(notes) == 1
    for text in [each.text for each in problems] + notes:
        assert len((text.en + text.zh).splitlines()) == 1
        assert "pwned" in text.en


def test_names_of_three_hundred_bytes_and_odd_ones(tmp_path: Path) -> None:
    """As long as a file system allows, with line breaks, with bytes that are no text: labels are always text."""
    long = "é" * 120
    put(tmp_path / long / "sums.py")
    put(tmp_path / "a\nb\x1b[31m" / "sums.py")
    raw = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(raw)
    put(Path(os.fsdecode(raw)) / "sums.py")

    entries, problems = read(tmp_path)

    assert {each.candidate for each in entries} == {long, "a\nb\x1b[31m", "\\xff\\xfe"}
    assert problems == []
    for each in entries:
        each.submission.name.encode()


def test_one_name_twice_is_noted(tmp_path: Path) -> None:
    """A folder and an archive of one candidate; a name in two encodings. They are attempts of one person."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sums.py", "z = 1")
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "ada.zip", packed.getvalue())
    for form in ("NFC", "NFD"):
        put(tmp_path / unicodedata.normalize(form, "René") / "sums.py", form)
    intake = Intake(tmp_path, SLUGS)

    entries = [each for each in intake if isinstance(each, Entry)]

    assert sorted(each.candidate for each in entries) == ["René", "René", "ada", "ada"]
    said = [note.en for note in intake.notes()]
    assert "ada, ada.zip were taken as one candidate, ada." in said
    assert any("René" in sentence for sentence in said)


def test_names_that_look_alike_are_kept_apart_and_noted(tmp_path: Path) -> None:
    """With their code points, for nobody sees the difference."""
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "\u0430da" / "sums.py", "y = 2")
    intake = Intake(tmp_path, SLUGS)

    assert len({each.candidate for each in intake if isinstance(each, Entry)}) == 2
    (note,) = intake.notes()
    assert "\\u0430da" in note.en


@pytest.mark.parametrize("mtime_s", [-86_400.0, 0.0, 253_402_300_700.0])
def test_clocks_may_have_been_anywhere(tmp_path: Path, mtime_s: float) -> None:
    """A file from before 1970 or from a far future has some time."""
    put(tmp_path / "ada" / "sums.py", mtime_s=mtime_s)

    ((entry,), _) = read(tmp_path)

    assert entry.submitted_at.endswith("+00:00")


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its candidate has a problem; the next is read."""
    put(tmp_path / "ada" / "sums.py")
    put(tmp_path / "ben" / "sums.py")
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "ada":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)

    entries, problems = read(tmp_path)

    assert [each.candidate for each in entries] == ["ben"]
    assert [(each.candidate, each.text.en) for each in problems] == [("ada", "ada cannot be read: Permission denied.")]


def test_folders_are_told_from_files(tmp_path: Path) -> None:
    """A command says at once what it was given."""
    assert is_folder(tmp_path)
    assert not is_folder(put(tmp_path / "file"))
    assert not is_folder(tmp_path / "nowhere")
