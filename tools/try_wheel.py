"""Build the wheel and try it where nothing of the checkout can be seen.

The wheel is installed in an empty environment in a temporary folder and run from there: it must list its exercises,
accept a right submission, refuse a stub, and keep its content inside the package.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
FOLDERS = ("attacks", "exercises", "hidden", "solutions", "templates")


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


def grader(environment: Path, desk: Path, arguments: list[str], code: int) -> str:
    """Run the installed command; what it writes to standard output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GRADER_", "VIRTUAL"))}
    command = [str(environment / "bin" / "grader"), *arguments]
    done = subprocess.run(command, cwd=desk, env=clean, stdout=subprocess.PIPE, text=True, check=False)
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
