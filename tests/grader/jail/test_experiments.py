"""Experiments note what the kernel says, survive accidents of their child, and leave nothing behind."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from grader.errors import SandboxError
from grader.jail import experiments, libc
from grader.jail.experiments import Results, attempt, in_child

pytestmark = pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
ORDINARY_USER = 64_321  # nobody has it


def refuse(*_: object) -> None:
    raise PermissionError(errno.EPERM, "refused")


class Runs:
    """Who ran: every child adds its pid to a file, so that the parent can count them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self) -> int:
        """Add this process; how many there are now."""
        with self._path.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return len(self.pids())

    def pids(self) -> list[int]:
        return [int(line) for line in self._path.read_text().split()]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs")


def test_a_step_is_noted_with_what_it_met() -> None:
    """0 where it works, the errno where it does not, -1 where an error has none; the answer says whether to go on."""

    def without_number() -> None:
        raise OSError("no number")

    results: Results = {}
    assert attempt(results, "works", lambda: None)
    assert not attempt(results, "refused", refuse)
    assert not attempt(results, "odd", without_number)
    assert results == {"works": 0, "refused": errno.EPERM, "odd": -1}


def test_a_fault_of_ours_is_not_a_finding() -> None:
    """Only what the kernel says is noted; a mistake in the step itself comes out."""
    results: Results = {}
    with pytest.raises(ZeroDivisionError):
        attempt(results, "broken", lambda: 1 / 0)
    assert results == {}


def test_an_experiment_happens_in_another_process(runs: Runs) -> None:
    """What it does to itself, it does not do to the process that asks."""

    def experiment(results: Results) -> None:
        os.environ["TRIED"] = "yes"
        results["count"] = runs.add()

    assert in_child(experiment) == {"count": 1}
    assert "TRIED" not in os.environ
    assert runs.pids() != [os.getpid()]


@pytest.mark.parametrize("kills", range(experiments.TRIES))
def test_a_killed_experiment_is_repeated(runs: Runs, kills: int) -> None:
    """A want of memory at the wrong moment must not cost a tier."""

    def experiment(results: Results) -> None:
        if runs.add() <= kills:
            os.kill(os.getpid(), signal.SIGKILL)
        results["worked"] = 0

    assert in_child(experiment) == {"worked": 0}
    assert len(runs.pids()) == kills + 1


def test_what_is_killed_every_time_fails_closed(runs: Runs) -> None:
    """After a few tries it is an error, in both languages, and not a finding; no child is left, dead or alive."""

    def experiment(_: Results) -> None:
        runs.add()
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(SandboxError) as caught:
        in_child(experiment)
    assert "killed" in caught.value.text.en and "杀死" in caught.value.text.zh
    assert len(set(runs.pids())) == experiments.TRIES
    assert not any(os.path.exists(f"/proc/{pid}") for pid in runs.pids())


def test_any_other_death_counts_as_missing(runs: Runs) -> None:
    """A crash is the answer of this machine: what was noted is not told, and nothing is repeated."""

    def experiment(results: Results) -> None:
        attempt(results, "first", lambda: None)
        runs.add()
        os.kill(os.getpid(), signal.SIGUSR1)

    assert in_child(experiment) == {}
    assert len(runs.pids()) == 1


def test_no_descriptor_is_left() -> None:
    """Neither by one that works nor by one that dies."""
    before = sorted(os.listdir("/proc/self/fd"))
    in_child(lambda _: None)
    in_child(lambda _: os._exit(3))
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_refused_user_namespaces_end_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing after it is tried as somebody else than it would be for a worker."""
    monkeypatch.setattr(libc, "unshare", refuse)
    tried = in_child(lambda results: experiments.namespaces(results, with_user=True))
    assert tried == {"user": errno.EPERM}


def test_each_namespace_is_tried_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is refused does not hide the next; what needs it is not tried."""
    monkeypatch.setattr(libc, "unshare", refuse)
    tried = in_child(lambda results: experiments.namespaces(results, with_user=False))
    assert tried == dict.fromkeys(("mount", "net", "ipc", "uts", "cgroup", "pid"), errno.EPERM)


def test_a_filter_that_is_taken_and_does_nothing_is_not_a_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thing is tried: that the call for it came back without an error is no proof."""
    monkeypatch.setattr("grader.jail.seccomp.install", lambda _: None)
    monkeypatch.setattr("grader.jail.landlock.restrict", lambda _: None)
    monkeypatch.setattr("grader.jail.landlock.new_ruleset", lambda _: -1)
    assert in_child(experiments.filter_calls) == {"seccomp": -1}
    assert in_child(experiments.restrict_files) == {"landlock": -1}


def test_findings_are_what_the_experiments_say(findings) -> None:
    """The probe adds no hope of its own."""
    assert (in_child(experiments.filter_calls) == {"seccomp": 0}) == findings.seccomp.ok
    if findings.landlock_abi:
        assert (in_child(experiments.restrict_files) == {"landlock": 0}) == findings.landlock.ok


@pytest.mark.usefixtures("as_root")
def test_reach_is_that_of_the_other_user(canary: Path) -> None:
    """A file that everyone may read is reached; one that root has closed is not, though root asks."""
    reach = experiments.reach_as(ORDINARY_USER, [str(canary)])
    assert in_child(reach) == {"reach": 0}
    canary.chmod(0o600)
    assert in_child(reach) == {"reach": errno.EACCES}
