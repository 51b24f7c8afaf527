"""Run every feature outside and in every tier of this machine; print what came out, as JSON.

The libraries are imported once, for all: one zygote a tier is forked from this process, which then runs the features
itself. Started by the test, with the environment of zygotes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Budget, Call, Returned, Tier
from grader.sandbox.zygote import Zygote, socket_pair
from grader.wire import messages
from grader.worker import libraries, zygote

SOURCE = Path(__file__).with_name("features.py").read_bytes()
LIBRARIES = ("torch", "gensim", "transformers")
SEED = 5
BUDGET = Budget(import_wall_s=30, call_wall_s=30)


def main() -> None:
    """Collect and print."""
    libraries.import_libraries(LIBRARIES)
    gc.freeze()
    found: dict[str, dict[str, Any]] = {}
    for tier in tiers_of(probe()):
        with fork_zygote(tier) as held:
            found[tier.value] = dict(in_worker(held))
    found["outside"] = dict(here())
    print(json.dumps(found))


def fork_zygote(tier: Tier) -> Zygote:
    """A zygote of just this tier, as the examiner forks its own."""
    ours, theirs = socket_pair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            zygote.boot(theirs, f"={tier}")
        finally:
            os._exit(3)
    theirs.close()
    return Zygote(ours, pid)


def names() -> list[str]:
    """The features."""
    module = compile(SOURCE, "features.py", "exec")
    return [name for name in module.co_names if name in _functions(module)]


def _functions(module: types.CodeType) -> set[str]:
    return {
        each.co_name
        for each in module.co_consts
        if isinstance(each, types.CodeType) and not each.co_name.startswith("_") and each.co_name.islower()
    }


def in_worker(held: Zygote) -> Iterator[tuple[str, Any]]:
    """Every feature, one after the other in one worker."""
    worker = held.spawn(BUDGET)
    worker.await_ready()
    load = messages.Load("features", len(SOURCE), False, (), ())
    reply, _ = worker.request(load, [SOURCE], wall_s=30)
    assert isinstance(reply, messages.Loaded), reply
    for name in names():
        if worker.died is None:
            worker.request(messages.Begin(SEED))
            seen = worker.call(Call(target="function", name=name, function=name))
            yield name, seen.value if isinstance(seen, Returned) else str(seen)
    worker.kill()


def here() -> Iterator[tuple[str, Any]]:
    """The same without any wall."""
    module = types.ModuleType("features")
    sys.modules["features"] = module
    exec(compile(SOURCE, "features.py", "exec"), module.__dict__)
    for name in names():
        libraries.seed_everything(SEED)
        yield name, getattr(module, name)()


if __name__ == "__main__":
    main()
