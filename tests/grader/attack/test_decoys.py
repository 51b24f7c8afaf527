"""What lies outside for an attack to find, and that being touched is noticed."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from grader.attack.decoys import Decoy, Listeners, Tree


def test_decoy_notices_that_it_was_stopped() -> None:
    """A process of ours that sleeps; stopped, or ended, it is no longer untouched."""
    decoy = Decoy("CANARY-0")
    try:
        assert decoy.untouched
        os.kill(decoy.pid, signal.SIGSTOP)
        deadline_s = time.monotonic() + 60
        while decoy.untouched and time.monotonic() < deadline_s:
            time.sleep(0.001)
        assert not decoy.untouched
    finally:
        decoy.close()
    assert not decoy.untouched


def test_listeners_notice_a_visitor(tmp_path: Path) -> None:
    """Whoever connects or sends is noted once."""
    listeners = Listeners(tmp_path)
    try:
        assert listeners.contacts() == []
        socket.create_connection(("127.0.0.1", listeners.tcp_port)).close()
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(listeners.path)
        assert sorted(listeners.contacts()) == ["AF_INET SOCK_STREAM", "AF_UNIX SOCK_STREAM"]
        assert listeners.contacts() == []
    finally:
        listeners.close()


def test_listeners_do_without_a_short_path(tmp_path: Path) -> None:
    """A socket's path is limited to a hundred bytes or so; a temporary folder may lie deeper than that."""
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    listeners = Listeners(deep)
    try:
        with socket.socket(socket.AF_UNIX) as visitor:
            visitor.connect(listeners.path)
        assert listeners.contacts() == ["AF_UNIX SOCK_STREAM"]
    finally:
        listeners.close()
    assert not Path(listeners.path).exists()


def test_tree_notices_changes(tmp_path: Path) -> None:
    """Content, mode and appearance of files; what nobody changed is not named."""
    kept, changed = tmp_path / "kept", tmp_path / "changed"
    for file in (kept, changed):
        file.write_text("before")
    tree = Tree(tmp_path, "attack-no-such-marker")
    assert tree.changes() == []
    changed.chmod(0o600 if changed.stat().st_mode & 0o077 else 0o644)
    (tmp_path / "new").write_text("")
    assert sorted(tree.changes()) == sorted([str(changed), str(tmp_path / "new")])
