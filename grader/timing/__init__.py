"""Paired-ratio timing: the kernel's clock, the order of a timed section, and the judgement of a ratio.

It knows nothing of workers, checks or libraries: whoever runs the timed calls puts both processes on one
core (`share_core`), runs them in the order of `pairs`, reads their clocks while they rest
(`settled_cpu_seconds`) and feeds the judge two numbers a repetition.
"""

from grader.timing.clock import available, cpu_seconds, settled_cpu_seconds
from grader.timing.cores import Place, move_to, pin, settled, share_core, usable_cores
from grader.timing.ratio import Decision, RatioJudge
from grader.timing.schedule import Pair, Side, pairs

__all__ = [
    "Decision",
    "Pair",
    "Place",
    "RatioJudge",
    "Side",
    "available",
    "cpu_seconds",
    "move_to",
    "pairs",
    "pin",
    "settled",
    "settled_cpu_seconds",
    "share_core",
    "usable_cores",
]
