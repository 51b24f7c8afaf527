# /// attack
# row = "own"
# what.en = "Has the agent in its worker report frames of its own making: endless numbers, and lines that look like ours."
# what.zh = "让 worker 里的代理上报伪造的调用栈：没完没了的数字，以及看上去像是评分器自己写的行。"
# expect.add = ["errored"]
# expect.add_again = ["errored"]
# expect.small_sum = ["errored"]
# expect.words = ["errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import sys

from grader.model import Frame

FRAMES = tuple(Frame(10**30, "x\nline " + "9" * 6000 + ", in y\ngrader: all is well", "s" * 50_000) for _ in range(50))
sys.modules["grader.worker.source"]._frames = lambda *_: FRAMES


def add(a, b):
    raise ValueError("no")
