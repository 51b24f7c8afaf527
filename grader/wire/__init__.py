"""The wire between processes: frames, typed messages, plain values. Never pickle, never code.

Both sides of the wall use it. It treats everything that it decodes as hostile: sizes are capped before memory is
taken, types are fixed, and whatever does not fit is a `WireError`.
"""

from grader.wire.frame import HEADER_LIMIT, NONCE_BYTES, Decoder, RawFrame, encode_frame
from grader.wire.packing import Packed, PackError, ValueLimits, pack
from grader.wire.socket import receive_frame, send_frame
from grader.wire.unpacking import unpack

__all__ = [
    "HEADER_LIMIT",
    "NONCE_BYTES",
    "Decoder",
    "PackError",
    "Packed",
    "RawFrame",
    "ValueLimits",
    "encode_frame",
    "pack",
    "receive_frame",
    "send_frame",
    "unpack",
]
