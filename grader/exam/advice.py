"""What to say beside an exception that looks like the wall's doing: that it cannot work here, and what does.

An exception's type and text are claims of the candidate's. Nothing but a sentence hangs on them: no outcome is decided
here, and whoever raises a false one gets a sentence that does not help.
"""

from __future__ import annotations

import re

from grader.i18n import say
from grader.model import Raised, Text

_REFUSED_CALL = "[Errno 1] Operation not permitted"
_NO_NETWORK = re.compile(
    r"name resolution|couldn't connect to|connect to the Internet|outgoing traffic has been disabled"
    r"|Network is unreachable|Name or service not known"
)
_SHARED_MEMORY = re.compile(
    r"\[Errno (2|13)\] (No such file or directory|Permission denied)(: '/?psm_\w+')?|.*shared memory object.*",
    re.DOTALL,
)
_NO_THREAD = re.compile(r"can't start new thread|Resource temporarily unavailable")
_ELSEWHERE = re.compile(r"\[Errno (1|13|30)\] [\w -]+: .")
_SCRATCH_LIMIT = re.compile(r"\[Errno (24|27|28)\] ")


def advice_on(raised: Raised) -> Text | None:
    """One sentence where the wall is the likely cause of an exception, else None."""
    types, message = set(raised.types), raised.message
    if "BackendCompilerFailed" in types:
        return say(
            "torch.compile cannot start a compiler behind the wall; backend='eager' works. "
            "The task guide says what else."
        )
    if {"gaierror", "URLError", "ConnectionError"} & types or _NO_NETWORK.search(message):
        return say("There is no network behind the wall. All that the task needs is installed.")
    if _NO_THREAD.search(message):
        return say("The number of threads is limited behind the wall. The task guide says how many there may be.")
    if _SHARED_MEMORY.fullmatch(message) and ({"OSError", "RuntimeError"} & types):
        return say(
            "Processes that share memory (multiprocessing, a DataLoader with num_workers above 0) do not work behind "
            "the wall. Threads do; the task guide says what else."
        )
    if "OSError" not in types:
        return None
    if message == _REFUSED_CALL:
        return say(
            "Starting processes, opening network connections and changing priorities do not work behind the wall. "
            "Threads do; the task guide says what else."
        )
    if _SCRATCH_LIMIT.match(message):
        return say("Files, and how many of them are open, are limited behind the wall. The task guide says how much.")
    if _ELSEWHERE.match(message):
        return say(
            "Behind the wall files can be made in the current folder and by tempfile only, and their permissions and "
            "times cannot be changed."
        )
    return None
