"""The typed messages: what may be said between examiner, zygote and worker, and nothing else."""

from __future__ import annotations

import msgspec

from grader.model import Frame, NotAllowed

# ---- examiner -> worker -------------------------------------------------------------------------------------------


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """Read the source in the body without running it; look for names that are not allowed."""

    slug: str
    not_allowed: tuple[NotAllowed, ...]
    functions: tuple[str, ...]


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Execute the source in the body (its first `source_bytes`), and support.py after it."""

    slug: str
    source_bytes: int
    steady_heap: bool  # for timed sections: freed memory is kept, not given back to the kernel and faulted in again
    not_allowed: tuple[NotAllowed, ...]
    functions: tuple[str, ...]


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """Start a scene: forget all handles, seed every random generator."""

    seed: int


class Invoke(msgspec.Struct, frozen=True, tag="invoke"):
    """Call something; the body holds the packed (arguments, keywords)."""

    target: str
    name: str
    receiver: int
    no_grad: bool
    echo: bool
    tree_bytes: int
    reply_tree_bytes: int
    reply_array_bytes: int
    begin: int | None = None  # the seed of a scene that starts with this call; as `Begin`, without a way there and back


class Echo(msgspec.Struct, frozen=True, tag="echo"):
    """Send the packed value in the body back, unpacked and packed again: measures the way across."""

    tree_bytes: int


Request = Inspect | Load | Begin | Invoke | Echo

# ---- worker -> examiner -------------------------------------------------------------------------------------------


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker is jailed; no byte of a candidate has been seen."""

    layers: tuple[str, ...]
    capability: str


class Use(msgspec.Struct, frozen=True, array_like=True):
    """A name that is not allowed, as it stands in the source, and the contract's functions that reach it."""

    name: str
    line: int
    functions: tuple[str, ...]


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    uses: tuple[Use, ...]


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    missing: tuple[str, ...]


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    pass


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The call returned; the body holds the packed (value, arguments or None)."""

    tree_bytes: int


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    types: tuple[str, ...]
    message: str
    frames: tuple[Frame, ...]


class Unsupported(msgspec.Struct, frozen=True, tag="unsupported"):
    why: str


class Blocked(msgspec.Struct, frozen=True, tag="blocked"):
    name: str
    line: int


Reply = Ready | Inspected | Loaded | Begun | Done | Raised | Unsupported | Blocked

# ---- examiner <-> zygote ------------------------------------------------------------------------------------------


class Spawn(msgspec.Struct, frozen=True, tag="spawn"):
    """Fork a worker; its socket and its two pipes come along as descriptors."""

    slot: int
    memory_bytes: int  # address space over the zygote's
    cpu_s: float
    threads: int
    scratch_bytes: int


class Reap(msgspec.Struct, frozen=True, tag="reap"):
    """Kill what is left of a worker and say how it ended."""

    slot: int


ZygoteRequest = Spawn | Reap


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The zygote is in its jail and can fork."""

    tier: str
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    capability: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The zygote could not do it; our fault, never a candidate's."""

    slot: int  # -1: the zygote itself failed
    why: str
    why_zh: str = ""
    isolation: bool = False  # the wanted tier is what is missing


class Spawned(msgspec.Struct, frozen=True, tag="spawned"):
    """A worker was forked; its pidfd comes along as a descriptor where the system has such."""

    slot: int
    pid: int


class Exited(msgspec.Struct, frozen=True, tag="exited"):
    slot: int
    status: int  # as os.waitpid gives it
    cpu_s: float = 0.0  # all that it used, by the kernel's account


ZygoteReply = Hello | Failed | Spawned | Exited

encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode
decode_zygote_request = msgspec.msgpack.Decoder(ZygoteRequest).decode
decode_zygote_reply = msgspec.msgpack.Decoder(ZygoteReply).decode
