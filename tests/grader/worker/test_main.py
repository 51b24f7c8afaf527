"""`python -I -m grader.worker`: a zygote of its own, in an interpreter that knows nothing else."""

from __future__ import annotations

import socket
import subprocess
import sys

from grader.wire import messages
from grader.worker.models import Source


def test_a_library_that_does_not_import_is_said_on_the_socket() -> None:
    """Whoever waits for the zygote's first word gets the reason, not an end of file."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", "-m", "grader.worker", str(theirs.fileno()), "best", "json", "no_such_library"]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd="/", stderr=subprocess.PIPE) as process:
        theirs.close()
        said = ours.recv(1 << 16)
        ours.close()
        _, complaint = process.communicate(timeout=60)

    failed = messages.decode_zygote_reply(said)
    assert isinstance(failed, messages.Failed)
    assert "no_such_library" in failed.why
    assert "no_such_library" in failed.why_zh
    assert complaint == b""


def test_isolated_mode_hears_no_environment() -> None:
    """Nothing that lies in the current folder, or in PYTHONPATH, is imported into a zygote."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = "import sys; assert sys.flags.isolated; import grader.worker.__main__ as m; m.main()"
    command = [sys.executable, "-I", "-c", code, str(theirs.fileno()), "best"]
    with subprocess.Popen(
        command, pass_fds=[theirs.fileno()], cwd="/", env={"PYTHONPATH": "/nowhere", "PYTHONSTARTUP": "/nowhere/x"}
    ) as process:
        theirs.close()
        hello = messages.decode_zygote_reply(ours.recv(1 << 16))
        ours.close()
        assert process.wait(timeout=60) == 0

    assert isinstance(hello, messages.Hello)


def test_a_model_that_does_not_load_is_said_on_the_socket() -> None:
    """The argument that names it comes back as a model, not as a library."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    source = Source("tiny", "/nowhere/models.py", "/nowhere").argument()
    command = [sys.executable, "-I", "-m", "grader.worker", str(theirs.fileno()), "best", "json", source]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd="/") as process:
        theirs.close()
        failed = messages.decode_zygote_reply(ours.recv(1 << 16))
        ours.close()
        process.wait(timeout=60)

    assert isinstance(failed, messages.Failed)
    assert "the model tiny cannot be loaded" in failed.why
