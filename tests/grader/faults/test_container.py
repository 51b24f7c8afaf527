"""In a container that may neither mount nor make namespaces, root grades on tier B or C, and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.jail import libc

DATA = Path(__file__).parent.parent / "data"
_GRADE = """
import msgspec, sys
from pathlib import Path
from grader.config import Content
from grader.examiner.client import Examiner, GradeOptions
from grader.model import Submission

if __name__ == "__main__":
    root = Path(sys.argv[1])
    nothing = root / "nothing"
    content = Content(
        exercises=root / "exercises", solutions=root / "solutions", hidden=root / "hidden",
        templates=nothing, attacks=nothing,
    )
    right = (root / "solutions" / "adder" / "adder.py").read_bytes()
    hostile = b"import os\\nprint(os.listdir(%r))\\n" % str(root / "hidden") + right
    submissions = [Submission(exercise="adder", name=name, source=source)
                   for name, source in (("right", right), ("hostile", hostile), ("right again", right))]
    with Examiner(options=GradeOptions(timing=False), content=content) as examiner:
        for report in examiner.grade(submissions):
            print(msgspec.json.encode([report.isolation.tier, report.verdict]).decode())
"""


@pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
def test_grades_where_nothing_may_be_mounted() -> None:
    """Right is accepted, a look at the hidden tests is refused, and the next submission does not notice."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    done = subprocess.run(
        [sys.executable, str(DATA / "container.py"), sys.executable, "-c", _GRADE, str(DATA / "content")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    graded = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict for _, verdict in graded] == ["accepted", "import_error", "accepted"]
    # Workers with ids of their own need an interpreter that is not in somebody's private folder.
    assert {tier for tier, _ in graded} in ({"B"}, {"C"})
