"""The process that converts a model says how far it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader.worker.models import Source


def test_it_tells_and_writes(tmp_path: Path) -> None:
    """Numbers on standard output, the model in its folder."""
    file, folder = tmp_path / "models.py", tmp_path / "cache" / "tiny-1"
    file.write_text(
        "def prepare_tiny(folder, tell):\n    tell(0.25)\n    (folder / 'w').write_text('1')\n    tell(1.0)\n",
        encoding="utf-8",
    )
    source = Source("tiny", str(file), str(folder))
    command = [sys.executable, "-m", "grader.worker.preparation", source.argument()]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0.2500", "1.0000"]
    assert (folder / "w").read_text() == "1"
