"""Large pages for what the zygote's forks share: a fork then copies one entry where it copied 512.

The imported libraries fill some hundred megabytes of the heap. Copying the page tables for them, and tearing them down
again, is most of what a worker costs before it has done anything. The kernel can gather such memory into pages of
2 MB (`MADV_COLLAPSE`, Linux 6.1); a fork that writes there still copies 4 KB only. Gathering takes longer than a dozen
forks, so it is for a zygote that is going to be asked often. Where the kernel does not know it nothing happens.
"""

from __future__ import annotations

import ctypes
import re
import sys

LARGE_BYTES = 2 << 20
FILLED = 0.5  # a block of which less is in use stays as it is: the rest of it would be memory taken for nothing
_MADV_COLLAPSE = 25
_PAGE_BYTES = 4096
_PRIVATE_ANONYMOUS = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0\s*(?:\[heap\])?$", re.MULTILINE)

Block = int  # the address of 2 MB, aligned


def blocks() -> tuple[Block, ...]:
    """The blocks of this process's private memory that could each be one large page. Read before /proc is hidden."""
    if sys.platform != "linux":
        return ()
    try:
        with open("/proc/self/maps", "rb") as file:
            maps = file.read()
    except OSError:
        return ()
    found: list[Block] = []
    for match in _PRIVATE_ANONYMOUS.finditer(maps):
        start, end = int(match[1], 16), int(match[2], 16)
        found += range(-(-start // LARGE_BYTES) * LARGE_BYTES, end - LARGE_BYTES + 1, LARGE_BYTES)
    return tuple(found)


def gather(found: tuple[Block, ...]) -> int:
    """Gather the blocks that are in use, of those that `blocks` found.

    Returns:
        How many are large pages now.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "madvise") or not hasattr(libc, "mincore"):
        return 0
    present = (ctypes.c_ubyte * (LARGE_BYTES // _PAGE_BYTES))()
    size = ctypes.c_size_t(LARGE_BYTES)
    gathered = 0
    for block in found:
        address = ctypes.c_void_p(block)
        if libc.mincore(address, size, present) == 0 and sum(each & 1 for each in present) >= FILLED * len(present):
            gathered += libc.madvise(address, size, _MADV_COLLAPSE) == 0
    return gathered
