"""What is shown, what is masked inside of it, and the way of Landlock's rules around it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.jail import landlock, root, view

PROJECT = Path(__file__).parents[3]


def is_shown(path: str | Path, shown: tuple[str, ...]) -> bool:
    return any(f"{os.path.realpath(path)}/".startswith(os.path.realpath(root) + "/") for root in shown)


def test_the_interpreter_and_its_packages_are_shown() -> None:
    """The standard library, the packages and what the loader needs."""
    shown = view.read_paths()
    assert is_shown(os.__file__, shown)
    assert is_shown(pytest.__file__, shown)


def test_nothing_is_shown_for_being_above() -> None:
    """No root, home, temporary folder or project, though the virtual environment may be inside of one."""
    shown = view.read_paths()
    for path in ("/", "/root", "/home", "/etc", "/usr", "/tmp", "/proc", os.path.expanduser("~"), PROJECT):
        assert not any(os.path.realpath(path) == os.path.realpath(entry) for entry in shown)
    for path in (PROJECT / "tests", PROJECT / "solutions", "/etc/passwd", "/proc/self"):
        assert not is_shown(path, shown)


@pytest.mark.parametrize("prefix", ["/", "/usr", "/nowhere"])
def test_a_strange_prefix_shows_no_more(monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    """Whatever the interpreter says about itself, what must not be shown is not."""
    monkeypatch.setattr(sys, "prefix", prefix)
    assert not {"/", "/usr", "/etc"} & set(view.read_paths())


def test_extra_paths_are_shown_and_entries_inside_of_others_left_out(tmp_path: Path) -> None:
    """Public data can be added; what is inside of a shown folder is not named again."""
    (tmp_path / "data/inner").mkdir(parents=True)
    shown = view.read_paths([str(tmp_path / "data/inner"), str(tmp_path / "data"), str(tmp_path / "absent")])
    assert str(tmp_path / "data") in shown
    assert not any(path.startswith(f"{tmp_path}/data/") or path.endswith("absent") for path in shown)


def site_with(tmp_path: Path, *, project: str, editable: bool) -> Path:
    """A folder of packages with the grader's distribution and somebody else's."""
    site = tmp_path / "lib/site-packages"
    own, other = site / "any_name-1.0.dist-info", site / "other-2.0.dist-info"
    for folder in (own, other, site / "other"):
        folder.mkdir(parents=True)
    (other / "RECORD").write_text("other/__init__.py,,\n")
    (site / "distutils-precedence.pth").write_text("import os")
    if editable:
        (site / "_any_name.pth").write_text(project)
        (site / "__editable___any_name_finder.py").write_text(f"MAPPING = {{'grader': '{project}/grader'}}")
        (own / "direct_url.json").write_text(f'{{"url": "file://{project}"}}')
        (own / "RECORD").write_text("_any_name.pth,,\nany_name-1.0.dist-info/RECORD,,\n../../bin/grader,,\n")
    else:
        (site / "grader/jail").mkdir(parents=True)
        (own / "RECORD").write_text("grader/jail/view.py,,\ngrader/__init__.py,,\n../../bin/grader,,\n")
    return site


def test_an_editable_installation_is_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The records and every file that points to the project, under whatever name the distribution goes."""
    site = site_with(tmp_path, project=str(PROJECT), editable=True)
    monkeypatch.setattr(view, "site_folders", lambda: [str(site)])
    masked = {os.path.relpath(path, site) for path in view.masked_paths([str(site)])}
    assert masked == {"_any_name.pth", "__editable___any_name_finder.py", "any_name-1.0.dist-info"}


def test_an_installed_grader_is_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package with all its content, and its records; nobody else's."""
    site = site_with(tmp_path, project="/nowhere", editable=False)
    monkeypatch.setattr(view, "site_folders", lambda: [str(site)])
    monkeypatch.setattr(view, "__file__", str(site / "grader/jail/view.py"))
    masked = {os.path.relpath(path, site) for path in view.masked_paths([str(tmp_path / "lib")])}
    assert masked == {"grader", "any_name-1.0.dist-info"}


def test_a_project_inside_of_what_is_shown_is_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, but for a virtual environment that lies in it."""
    project = tmp_path / "lib/project"
    (project / "grader/jail").mkdir(parents=True)
    (project / "tests").mkdir()
    (project / ".venv/lib").mkdir(parents=True)
    monkeypatch.setattr(view, "site_folders", list)
    monkeypatch.setattr(view, "__file__", str(project / "grader/jail/view.py"))
    assert set(view.masked_paths([str(tmp_path / "lib")])) == {str(project), str(project / "grader")}
    masked = view.masked_paths([str(tmp_path / "lib"), str(project / ".venv/lib")])
    assert set(masked) == {str(project / "grader"), str(project / "tests")}


def test_rules_go_around_masked_paths(tmp_path: Path) -> None:
    """Every neighbour of a masked path stays allowed; no folder above it, and no link that leads to it, is."""
    site = tmp_path / "lib/site-packages"
    for folder in (site / "grader", site / "torch", tmp_path / "lib/other"):
        folder.mkdir(parents=True)
    (site / "module.py").write_text("")
    (tmp_path / "lib/grader.pth").write_text("")
    (tmp_path / "lib/again").symlink_to(site)
    (tmp_path / "lib64").symlink_to("lib")
    masked = [str(site / "grader"), str(tmp_path / "lib/grader.pth")]
    around = landlock.without([str(tmp_path / "lib"), str(tmp_path / "lib64")], masked)
    want = {str(site / "torch"), str(site / "module.py"), str(tmp_path / "lib/other")}
    assert set(around) == want
    assert landlock.without([str(site)], ["/somewhere/else"]) == [str(site)]


def test_paths_are_followed_through_links(tmp_path: Path) -> None:
    """Links on the way are kept as links; what is mounted are the real ends, none inside of another."""
    (tmp_path / "usr/lib/python").mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    (tmp_path / "venv").symlink_to(tmp_path / "lib/../lib/python")
    links, ends = root.resolve([f"{tmp_path}/lib", f"{tmp_path}/venv", f"{tmp_path}/absent"])
    assert links == {f"{tmp_path}/lib": "usr/lib", f"{tmp_path}/venv": f"{tmp_path}/lib/../lib/python"}
    assert ends == {f"{tmp_path}/usr/lib"}
