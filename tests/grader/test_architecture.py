"""The house keeps its shape: floors, sizes, names, and a test beside every module."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "grader"
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if "_content" not in file.parts)
IDS = [str(file.relative_to(ROOT)) for file in MODULES]

MOST_LINES = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
ROOMS = sorted({file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in MODULES} - {"__init__", "__main__"})


def mirror_of(module: Path) -> Path:
    """`grader/jail/seccomp.py` -> `tests/grader/jail/test_seccomp.py`."""
    inner = module.relative_to(PACKAGE)
    return ROOT / "tests" / "grader" / inner.parent / f"test_{inner.stem.strip('_')}.py"


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    """Past this many lines it is two modules."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_module_says_what_it_is(module: Path) -> None:
    """The first thing in it is its docstring, and its name means something."""
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert not EMPTY_NAMES & set(module.relative_to(PACKAGE).with_suffix("").parts)


@pytest.mark.parametrize("module", MODULES, ids=IDS)
def test_a_module_has_its_test_beside_it(module: Path) -> None:
    """The trees mirror each other. A package's `__init__` and `__main__` are tested by what goes through them."""
    if module.stem in ("__init__", "__main__"):
        return
    assert mirror_of(module).is_file(), f"{mirror_of(module).relative_to(ROOT)} is missing"


def test_floors() -> None:
    """Imports go down, never sideways, never up; what runs behind the wall knows next to nothing."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_every_room_is_in_the_floor_table(page: str) -> None:
    """A newcomer reads the table top to bottom and has the program."""
    rows = [line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    missing = [room for room in ROOMS if not any(f"`{room}`" in row for row in rows)]

    assert missing == []


def test_importing_the_package_is_light() -> None:
    """`import grader` loads nothing but itself."""
    code = "import sys; before = set(sys.modules); import grader; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['grader']"


def test_only_the_command_line_prints() -> None:
    """Everything else returns what it has to say."""
    for module in MODULES:
        if module.relative_to(PACKAGE).parts[0] in ("cli", "__main__.py"):
            continue
        calls = [
            node.func for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ]
        names = {call.id for call in calls if isinstance(call, ast.Name)}
        assert not names & {"print", "input", "exit", "quit"}, module


def test_versions_that_we_pin_are_versions_that_we_allow() -> None:
    """Every direct dependency is pinned in `constraints.txt`, within the range of `pyproject.toml`."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[canonicalize_name(name)] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]

    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(version), f"{requirement.name} {version}"


def test_the_wheel_carries_all_content() -> None:
    """Each content folder of the checkout has its place inside the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert included == {
        "exercises": "grader/_content/exercises",
        "solutions": "grader/_content/solutions",
        "templates": "grader/_content/templates",
        "tests/hidden": "grader/_content/hidden",
        "tests/attacks": "grader/_content/attacks",
    }


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page: str) -> None:
    """A newcomer can follow every link of the front pages."""
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
