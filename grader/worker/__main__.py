"""`python -I -m grader.worker FD WANTED LIBRARY ... --model=SOURCE ...`: a zygote of its own.

Used to replace a zygote that died; the usual one is forked by the examiner's process before it learns any secret.
"""

from __future__ import annotations

import socket
import sys

from grader.worker import models, zygote


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    zygote.boot(control, sys.argv[2], *models.split(sys.argv[3:]))


if __name__ == "__main__":
    main()
