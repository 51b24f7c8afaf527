"""What a run leaves behind is seen."""

from __future__ import annotations

import subprocess
import sys

from grader.attack import traces


def test_orphans_are_adopted_and_ended() -> None:
    """A process that gets away from its parent becomes ours, is seen, and can be ended by its number."""
    program = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)"
    with traces.orphans_adopted():
        before = traces.children()
        subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
        assert len(traces.children() - before) == 1
        assert traces.end_adopted(before) == 1
        assert traces.children() == before


def test_descriptors_are_counted() -> None:
    """One more open file is one more descriptor."""
    before = traces.look(0).descriptors[0]
    with open("/dev/null", "rb"):
        assert traces.look(0).descriptors[0] == before + 1
