"""`python -I -m grader.examiner FD WANTED LIBRARY ... --model=SOURCE ...`: the examiner's process.

Started by `grader.examiner.client`.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from grader.errors import GraderError
from grader.examiner import protocol
from grader.jail import libc
from grader.sandbox.zygote import Zygote, socket_pair
from grader.worker import libraries, models, zygote


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    wanted = sys.argv[2]
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command line hears Ctrl-C and closes our socket
    names, sources = models.split(sys.argv[3:])
    try:
        libraries.import_libraries(names)
        models.load(sources)
    except GraderError as error:
        protocol.send(control, protocol.Fault(type(error).__name__, error.text.en, error.text.zh))
        return
    held = _fork_zygote(control, wanted)
    if libc.supported():
        libc.prctl(libc.PR_SET_DUMPABLE, 0)
    from grader.examiner.serve import serve  # late: it brings pytest, which the zygote has no use for

    try:
        serve(control, held, wanted, names, [each.argument() for each in sources])
    finally:
        held.close()


def _fork_zygote(control: socket.socket, wanted: str) -> Zygote:
    """Fork the zygote now, while this process knows nothing but public libraries."""
    ours, theirs = socket_pair()
    gc.collect()
    gc.freeze()
    examiner = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            control.close()
            ours.close()
            _die_with_parent()
            if os.getppid() != examiner:
                os._exit(1)
            zygote.boot(theirs, wanted)
        finally:
            os._exit(3)
    theirs.close()
    return Zygote(ours, pid)


def _die_with_parent() -> None:
    if libc.supported():
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()
