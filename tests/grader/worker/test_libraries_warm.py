"""What is warmed up before the fork: jieba's dictionary, without the cache that others could have written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
from grader.worker.libraries import import_libraries
import_libraries(["jieba"])
import jieba
print(jieba.dt.initialized, jieba.lcut("我喜欢自然语言处理"))
"""


def test_jieba_is_ready_and_its_cache_is_neither_read_nor_written(tmp_path: Path) -> None:
    """A file of that name in the temporary folder may be anybody's."""
    cache = tmp_path / "jieba.cache"
    cache.write_bytes(b"not a cache")
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={"TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.strip() == "True ['我', '喜欢', '自然语言', '处理']"
    assert done.stderr == ""
    assert [file.name for file in tmp_path.iterdir()] == ["jieba.cache"]
    assert cache.read_bytes() == b"not a cache"
