"""`python -I -m grader.worker FD WANTED LIBRARY ...`: a zygote of its own.

Used to replace a zygote that died; the usual one is forked by the examiner's process before it learns any secret.
"""

from __future__ import annotations

import socket
import sys

from grader.worker import libraries, zygote


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    libraries.import_libraries(sys.argv[3:])
    zygote.boot(control, sys.argv[2])


if __name__ == "__main__":
    main()
