"""The zygote: which jail a wish becomes, and how it confesses what it cannot do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from grader.errors import IsolationError
from grader.jail.plan import Layer
from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Budget, Call, Returned, Tier
from grader.sandbox import Worker, start_zygote
from grader.wire import messages
from grader.worker.zygote import plan_for

BUDGET = Budget(call_wall_s=2, memory_bytes=1 << 28)


def test_the_best_is_what_the_machine_has() -> None:
    """The layers that are missing from it are listed."""
    plan, missing = plan_for("best")

    assert plan.tier is tiers_of(probe())[0]
    assert set(missing) == {layer.value for layer in Layer} - {layer.value for layer in plan.layers}


@pytest.mark.parametrize("tier", list(Tier))
def test_a_wish_is_granted_or_refused(tier: Tier) -> None:
    """Just that tier, or at least that tier; never a lesser one in silence."""
    available = tiers_of(probe())
    if tier in available:
        assert plan_for(f"={tier}")[0].tier is tier
        assert plan_for(f">={tier}")[0].tier is available[0]
        return
    with pytest.raises(IsolationError):
        plan_for(f"={tier}")
    if list(Tier).index(tier) < list(Tier).index(available[0]):
        with pytest.raises(IsolationError):
            plan_for(f">={tier}")


def test_it_ends_with_its_examiner() -> None:
    """When the socket closes the zygote goes, without a word and without an error."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", "-m", "grader.worker", str(theirs.fileno()), "best"]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, cwd="/") as process:
        theirs.close()
        assert isinstance(messages.decode_zygote_reply(ours.recv(1 << 16)), messages.Hello)
        ours.close()
        _, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (0, b"")


def test_it_confesses_and_goes() -> None:
    """A wish that this machine cannot grant is a message, with its kind, in both languages."""
    if Tier.A_PLUS in tiers_of(probe()):
        pytest.skip("this machine has the best tier there is")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", "-m", "grader.worker", str(theirs.fileno()), "=A+"]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd="/") as process:
        theirs.close()
        failed = messages.decode_zygote_reply(ours.recv(1 << 16))
        ours.close()

    assert isinstance(failed, messages.Failed)
    assert (failed.slot, failed.isolation) == (-1, True)
    assert failed.why != failed.why_zh
    assert process.returncode == 3


LOOK_AROUND = """
import gc, os, sys
def look(backwards):
    canary = backwards[::-1]
    gc.unfreeze()
    held = [dict(os.environ), sys.argv, sys.orig_argv, sys.path, *gc.get_objects()]
    texts = [str(each) for each in held if isinstance(each, (dict, list, tuple, set)) and len(each) < 10**4]
    return len(texts), sum(canary in text for text in texts)
def descriptors():
    found = []
    for number in range(64):
        try: os.fstat(number)
        except OSError: continue
        found.append(number)
    return found
def printing():
    print("said")
    print("told", file=sys.stderr)
    return [sys.stdin.read(), sys.argv, os.getcwd(), os.environ.get("HOME")]
"""


def load(worker: Worker, source: str) -> messages.Reply:
    text = source.encode()
    request = messages.Load(slug="around", source_bytes=len(text), steady_heap=False, not_allowed=(), functions=())
    return worker.request(request, [text])[0]


def value(worker: Worker, name: str, *arguments: object) -> Any:
    seen = worker.call(Call(target="function", name=name, function=name, arguments=arguments))
    assert isinstance(seen, Returned), seen
    return seen.value


def test_a_worker_inherits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four descriptors, an empty command line, an input at its end, and no word of the caller's environment."""
    canary = "CANARY-" + os.urandom(8).hex()
    monkeypatch.setenv("GRADER_CANARY", canary)
    with start_zygote([]) as zygote:
        worker = zygote.spawn(BUDGET)
        worker.await_ready()
        assert load(worker, LOOK_AROUND) == messages.Loaded(())

        assert value(worker, "descriptors") == [0, 1, 2, 3]
        looked_at, found = value(worker, "look", canary[::-1])
        assert looked_at > 1000
        assert found == 0
        stdin, argv, folder, home = value(worker, "printing")
        assert (stdin, argv, folder) == ("", [""], home)
        assert sorted(worker.output.split()) == ["said", "told"]
        worker.kill()
