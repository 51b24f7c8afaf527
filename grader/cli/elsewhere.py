"""The option `--dir`: exercises that lie elsewhere than the grader's own."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.page import option

exercises_elsewhere = option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where exercises/, solutions/ and tests/hidden/ lie; otherwise those of the grader.",
)
