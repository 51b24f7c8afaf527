"""The private root seen from inside: what is shown and no more, nothing of it writable, and the worker's own place."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader.jail import libc, root
from grader.jail.experiments import Results, attempt, in_child
from grader.jail.plan import JailPlan, Layer, Limits

pytestmark = pytest.mark.usefixtures("as_root")


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """A folder with two packages, a file, and links within."""
    folder = tmp_path / "shown"
    for name in ("package", "grader"):
        (folder / name).mkdir(parents=True)
        (folder / name / "module.py").write_text(name)
    (folder / "grader.pth").write_text("where the project is")
    (folder / "notes.txt").write_text("notes")
    return folder


@pytest.fixture
def inside(jailed) -> Callable[..., object]:
    """Runs a body in a private root that shows some paths without some others."""

    def run(body: Callable[[], object], *read: Path | str, masked: tuple[Path, ...] = (), **settings: object) -> object:
        plan: JailPlan = jailed.plan_of(Layer.MOUNT_NS, Layer.PRIVATE_ROOT)
        shown, hidden = tuple(map(str, read)), tuple(map(str, masked))
        (said,) = jailed.run(msgspec.structs.replace(plan, read_paths=shown, masked_paths=hidden), body, **settings)
        return said

    return run


def tried(step: Callable[[], object]) -> int:
    """The errno of a step; 0 where it works."""
    results: Results = {}
    attempt(results, "step", step)
    return results["step"]


def test_masked_paths_are_empty(inside, shown: Path) -> None:
    """A masked folder has nothing in it, a masked file no byte; both keep their names, and the neighbours all."""

    def body() -> list[object]:
        return [
            sorted(os.listdir(shown)),
            os.listdir(shown / "grader"),
            (shown / "grader.pth").read_text(),
            (shown / "package/module.py").read_text(),
            tried(lambda: os.stat(shown / "grader/module.py")),
        ]

    said = inside(body, shown, masked=(shown / "grader", shown / "grader.pth"))
    assert said == [["grader", "grader.pth", "notes.txt", "package"], [], "", "package", errno.ENOENT]
    assert (shown / "grader/module.py").read_text() == "grader"


def test_a_mask_covers_what_a_link_leads_to(inside, shown: Path) -> None:
    """The real folder is emptied, whatever name it was masked or is looked at by."""
    (shown / "alias").symlink_to("grader")
    said = inside(lambda: [os.listdir(shown / "grader"), os.listdir(shown / "alias")], shown, masked=(shown / "alias",))
    assert said == [[], []]


def test_a_mask_outside_of_what_is_shown_shows_nothing(inside, shown: Path, canary: Path) -> None:
    """Not even a name appears because somebody wanted it hidden."""
    assert inside(lambda: os.path.lexists(canary.parent), shown, masked=(canary.parent, canary)) is False


def test_paths_outside_are_absent(inside, shown: Path, canary: Path) -> None:
    """They do not exist: no other file, no /proc to ask, and in the folders on the way only the way."""
    outside = ["/proc/self", "/etc/passwd", "/root", "/home", "/sys", "/usr", canary, canary.parent, Path(__file__)]
    (shown.parent / "neighbour").write_text("x")

    def body() -> list[object]:
        return [[str(path) for path in outside if os.path.lexists(path)], os.listdir(shown.parent), os.listdir("/dev")]

    there, way, devices = inside(body, shown)
    assert there == []
    assert way == ["shown"]
    assert sorted(devices) == ["null", "random", "urandom", "zero"]


def test_there_is_no_way_back(inside, shown: Path) -> None:
    """Above the root is the root: the old one is not below the new one, and a relative path does not reach it."""

    def body() -> list[object]:
        os.chdir("/")
        return [os.path.samefile("/", "/.."), tried(lambda: os.stat("../" * 20 + "etc/passwd"))]

    assert inside(body, shown) == [True, errno.ENOENT]


def test_nothing_of_it_can_be_written(inside, shown: Path) -> None:
    """The file system says so, to a root with all capabilities, of what is shown and of what lies around it."""

    def body() -> list[int]:
        return [
            tried((shown / "new").touch),
            tried((shown / "notes.txt").unlink),
            tried(lambda: (shown / "notes.txt").open("r+").close()),
            tried(lambda: os.chmod(shown / "notes.txt", 0o600)),
            tried((shown / "grader/new").touch),
            tried((shown.parent / "new").touch),
            tried(lambda: os.mkdir("/new")),
        ]

    assert inside(body, shown, masked=(shown / "grader",)) == [errno.EROFS] * 7
    assert not (shown / "new").exists()


def test_what_is_shown_is_read_only_without_privileges_or_devices(inside, shown: Path) -> None:
    """The mounts themselves carry it: read-only, nosuid, nodev; so does the root."""

    def body() -> list[list[bool]]:
        flags = [os.statvfs(path).f_flag for path in (shown, "/")]
        return [[bool(flag & bit) for bit in (os.ST_RDONLY, os.ST_NOSUID, os.ST_NODEV)] for flag in flags]

    assert inside(body, shown) == [[True] * 3] * 2


def test_devices_work(inside, shown: Path) -> None:
    """The harmless ones do what they are for, and nothing can be started from them."""

    def body() -> list[object]:
        with open("/dev/null", "w") as null, open("/dev/zero", "rb") as zero, open("/dev/urandom", "rb") as random:
            return [
                null.write("gone"),
                zero.read(4) == bytes(4),
                len(random.read(4)),
                bool(os.statvfs("/dev/null").f_flag & os.ST_NOEXEC),
            ]

    assert inside(body, shown) == [4, True, 4, True]


def test_links_to_what_is_shown_still_lead_there(inside, shown: Path) -> None:
    """An interpreter that is reached by links is found by the same links; a mount below is shown once."""
    link = shown.parent / "link"
    link.symlink_to("shown")
    far = shown.parent / "far/away"
    far.parent.mkdir()
    far.symlink_to(f"{shown.parent}/link/../link/package")

    def body() -> list[object]:
        return [os.readlink(link), (link / "notes.txt").read_text(), (far / "module.py").read_text()]

    assert inside(body, link, far) == ["shown", "notes", "package"]


def test_paths_that_do_not_exist_are_left_out(inside, shown: Path) -> None:
    """A plan may name what this machine does not have."""
    assert inside(lambda: os.listdir(shown.parent), shown, shown.parent / "absent") == ["shown"]


def test_a_single_file_can_be_shown(inside, shown: Path) -> None:
    """It alone, not its folder."""

    def body() -> list[object]:
        return [(shown / "notes.txt").read_text(), os.listdir(shown)]

    assert inside(body, shown / "notes.txt") == ["notes", ["notes.txt"]]


def test_each_worker_has_a_scratch_folder_of_its_own(jailed) -> None:
    """Its own user's, closed to others, where nothing can be started; /tmp leads there, and the next finds it empty."""

    def body() -> list[object]:
        found = os.listdir("/tmp")
        Path("/tmp/file").write_text("x")
        status, flags = os.stat(root.SCRATCH), os.statvfs(root.SCRATCH).f_flag
        bits = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
        return [found, os.listdir(root.SCRATCH), status.st_uid == os.getuid(), status.st_mode & 0o777, flags & bits]

    plan = jailed.plan_of(Layer.MOUNT_NS, Layer.PRIVATE_ROOT)
    said = jailed.run(msgspec.structs.replace(plan, read_paths=("/usr/lib",), masked_paths=()), body, workers=2)
    assert said == [[[], ["file"], True, 0o700, os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC]] * 2


def test_a_scratch_folder_ends_somewhere(inside) -> None:
    """So many bytes, and so many files."""

    def body() -> list[int]:
        full = tried(lambda: Path("/scratch/large").write_bytes(bytes(2_000_000)))
        Path("/scratch/large").unlink()
        made = 0
        while not tried(Path(f"/scratch/{made}").touch):
            made += 1
        return [full, made]

    limits = Limits(scratch_bytes=1_000_000, scratch_inodes=20)
    full, made = inside(body, "/usr/lib", limits=limits)
    assert full == errno.ENOSPC
    assert 0 < made <= 20


def test_a_refused_attribute_leaves_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that cannot be made read-only is given back: a writable one must not lie around."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "refused")

    def experiment(results: Results) -> None:
        before = os.listdir("/proc/self/fd")
        attempt(results, "clone", lambda: root.clone_tree("/usr/lib", root.ATTR_RDONLY))
        results["left"] = int(os.listdir("/proc/self/fd") != before)

    monkeypatch.setattr(root, "set_attributes", refuse)
    assert in_child(experiment) == {"clone": errno.EPERM, "left": 0}


def test_the_machine_keeps_its_mounts(inside, shown: Path) -> None:
    """All of it happens in a mount namespace of its own."""
    namespace = os.readlink("/proc/self/ns/mnt")
    assert inside(lambda: None, shown, masked=(shown / "grader",)) is None
    assert os.readlink("/proc/self/ns/mnt") == namespace
    assert os.listdir(shown / "grader") == ["module.py"]
    (shown / "new").touch()
    assert str(shown) not in Path("/proc/self/mountinfo").read_text()


def test_a_refusal_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that refuses the first step has the last word: the caller hears of it, and its root is as before."""
    before = os.listdir("/")

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "refused")

    monkeypatch.setattr(libc, "mount", refuse)
    with pytest.raises(OSError) as caught:
        root.build(["/usr/lib"], [])
    assert caught.value.errno == errno.EPERM
    assert os.listdir("/") == before
