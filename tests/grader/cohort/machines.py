"""A Dask scheduler or worker of its own, for tests.

    python machines.py scheduler FILE
    python machines.py worker ADDRESS CONTENT CORES [VERSION]

The scheduler writes its address into FILE. The worker has the content of a test, so many units of
the resource `core`, and any version that it is told.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

del sys.path[0]  # this folder

import grader  # noqa: E402
from grader import config  # noqa: E402


async def scheduler(file: str) -> None:
    from distributed import Scheduler

    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as started:
        _write(file, started.address)
        await started.finished()


def _write(file: str, address: str) -> None:
    part = Path(f"{file}.part")
    part.write_text(address)
    part.rename(file)


async def worker(address: str, cores: int) -> None:
    from distributed import Worker

    resources = {"core": cores} if cores else {}
    async with Worker(address, nthreads=1, resources=resources, dashboard=False, death_timeout=60) as started:
        await started.finished()


if __name__ == "__main__":
    if sys.argv[1] == "scheduler":
        asyncio.run(scheduler(sys.argv[2]))
    else:
        root = Path(sys.argv[3])
        content = config.Content(
            exercises=root / "exercises",
            solutions=root / "solutions",
            hidden=root / "hidden",
            templates=root,
            attacks=root,
        )
        config.content = lambda: content
        grader.__version__ = sys.argv[5] if len(sys.argv) > 5 else grader.__version__
        asyncio.run(worker(sys.argv[2], int(sys.argv[4])))
