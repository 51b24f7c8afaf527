"""The command line on other content, or in just one tier: `python command.py CONTENT TIER ARGUMENT ...`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

del sys.path[0]  # this folder

from grader import config  # noqa: E402

root, tier = Path(sys.argv[1]), sys.argv[2]
if (root / "hidden").is_dir():
    content = config.Content(
        exercises=root / "exercises",
        solutions=root / "solutions",
        hidden=root / "hidden",
        templates=config.templates_dir(),
        attacks=root / "attacks",
    )
    config.content = lambda: content  # before anything else takes the name from there

from grader.cli.main import main  # noqa: E402
from grader.examiner import client  # noqa: E402
from grader.model import Tier  # noqa: E402

if tier != "best":
    client.Examiner = functools.partial(client.Examiner, exact_tier=Tier(tier))
main(sys.argv[3:])
