"""Both sides of a timed section on one core.

Cores are not alike while a machine is busy: each has its own neighbours, and a scheduler tends to leave a
process where it is. On two cores, candidate and reference can differ by a third for as long as a section
lasts, and no number of repetitions shows it. On one core they take turns under the same conditions, and
code that runs several threads is charged for all of them as before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable


def share_core(pids: Iterable[int]) -> int | None:
    """Have processes run on one core from now on, and the threads that they will start.

    Call it before they hold anybody's code. The last core is taken: the first is the one that serves most
    interrupts.

    Args:
        pids: their numbers in the caller's own pid namespace.

    Returns:
        The core, or None where this system cannot pin processes or does not let us: the section is then
        noisier, not wrong.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    try:
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(thread), {core})
    except OSError:
        return None
    return core
