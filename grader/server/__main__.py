"""`python -I -m grader.server FD PATH IDLE_S`: the warm server's process. Started by `grader.server.client`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    if os.fork():  # whoever started us waits for this process, not for the server
        return
    import socket
    from pathlib import Path

    from grader.server.serve import Server

    listener = socket.socket(fileno=int(sys.argv[1]))
    Server(listener, Path(sys.argv[2]), float(sys.argv[3])).run()


if __name__ == "__main__":
    main()
