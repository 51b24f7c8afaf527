"""The trusted side's hold on the untrusted one: the zygote, and workers that are asked, timed, stopped and killed.

Theory of operation. The examiner holds one socket to the zygote and, for each worker, one socket of typed frames, two
pipes that carry what it prints, and a pidfd. A request goes out under a fresh nonce into an empty socket, and its reply
must bear that nonce; while waiting, the examiner drains the pipes and watches the wall clock and the kernel's account
of the worker's CPU time. Whatever breaks the protocol, a limit or the process itself ends in SIGKILL through the
pidfd, and in a `Died` that says why. Nothing that a worker could have written to disk is ever opened here.
"""

from grader.sandbox.worker import Expired, Usage, Worker
from grader.sandbox.zygote import Zygote, start_zygote

__all__ = ["Expired", "Usage", "Worker", "Zygote", "start_zygote"]
