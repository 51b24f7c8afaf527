"""`python -I -m grader.worker.preparation --model=SOURCE`: convert a model once, in a process of its own.

How much is done, from 0 to 1, goes to standard output, a number a line, for whoever started it to show.
"""

from __future__ import annotations

import sys

from grader.worker import models


def main() -> None:
    _, sources = models.split(sys.argv[1:])
    for source in sources:
        models.prepare(source, _tell)


def _tell(done: float) -> None:
    sys.stdout.write(f"{done:.4f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
