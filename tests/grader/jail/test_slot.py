"""A worker's place: decided before the fork, claimed in the child, the same for whatever asks there."""

from __future__ import annotations

import os
import tempfile

import pytest

from grader.errors import IsolationError
from grader.jail import libc, slot
from grader.jail.experiments import Results, in_child
from grader.jail.plan import Layer
from grader.jail.slot import Slot

pytestmark = pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
MINE = Slot(uid=64_321, scratch="/scratch", parent_pid=4711)


def test_what_was_claimed_is_mine() -> None:
    """The claim is the process's own: the one that forked it has none after as before."""

    def experiment(results: Results) -> None:
        slot.claim(MINE)
        results["same"] = int(slot.mine() == MINE)

    assert in_child(experiment) == {"same": 1}
    with pytest.raises(IsolationError) as caught:
        slot.mine()
    assert "not forked by the zygote" in caught.value.text.en and "zygote 派生" in caught.value.text.zh


def test_claiming_changes_nothing_yet() -> None:
    """It only says what is to become; `worker` does it."""

    def experiment(results: Results) -> None:
        before = os.getresuid(), os.getcwd(), os.getppid()
        slot.claim(MINE)
        results["same"] = int((os.getresuid(), os.getcwd(), os.getppid()) == before)

    assert in_child(experiment) == {"same": 1}


def test_a_place_is_handed_over_by_a_fork() -> None:
    """What a claimed process forks is in the same place, until it claims another."""

    def child(results: Results) -> None:
        results["inherited"] = int(slot.mine() == MINE)
        slot.claim(Slot())
        results["another"] = int(slot.mine() == Slot())

    def experiment(results: Results) -> None:
        slot.claim(MINE)
        results |= in_child(child)
        results["kept"] = int(slot.mine() == MINE)

    assert in_child(experiment) == {"inherited": 1, "another": 1, "kept": 1}


def test_a_place_cannot_be_changed() -> None:
    """A fact like a pid. Unless said otherwise there is no other user, no folder and no parent in sight."""
    with pytest.raises(AttributeError):
        MINE.uid = 0  # type: ignore[misc]
    assert Slot() == (None, None, None)


def where_am_i() -> dict[str, object]:
    """The place of a locked worker, beside what is true of it."""
    mine = slot.mine()
    return {**mine._asdict(), "my_uid": os.getuid(), "my_parent": os.getppid(), "my_folder": os.getcwd()}


def test_workers_are_in_places_of_their_own(jailed) -> None:
    """With no layer that says otherwise: the zygote's user, a folder for each, the zygote as parent."""
    first, second = jailed.run(jailed.plan_of(Layer.NO_NEW_PRIVS), where_am_i, workers=2)
    for place in (first, second):
        assert place["uid"] is None
        assert place["scratch"] == place["my_folder"]
        assert str(place["scratch"]).startswith(os.path.realpath(tempfile.gettempdir()))
        assert place["parent_pid"] == place["my_parent"]
    assert first["scratch"] != second["scratch"]
    assert first["parent_pid"] == second["parent_pid"]


@pytest.mark.usefixtures("as_root")
def test_workers_are_users_of_their_own(jailed) -> None:
    """With another uid: never root, never the same one twice in a row, and it is the one they run under."""
    places = jailed.run(jailed.plan_of(Layer.OTHER_UID), where_am_i, workers=3)
    uids = [place["uid"] for place in places]
    assert [place["my_uid"] for place in places] == uids
    assert len(set(uids)) == 3 and 0 not in uids and None not in uids


@pytest.mark.usefixtures("as_root")
def test_a_parent_out_of_sight_is_not_named(jailed) -> None:
    """In a pid namespace of its own a worker has none to look for; in a private root it mounts its own folder."""
    layers = (Layer.PID_NS, Layer.MOUNT_NS, Layer.PRIVATE_ROOT)
    (place,) = jailed.run(jailed.plan_of(*layers), where_am_i)
    assert (place["parent_pid"], place["my_parent"]) == (None, 0)
    assert (place["scratch"], place["my_folder"]) == (None, "/scratch")
