# /// attack
# row = "own"
# what.en = "Lowers its own limit of CPU time, so that the kernel kills it and nobody seems to have done it."
# what.zh = "把自己的 CPU 时间上限调低，让内核来杀死自己，看上去像是外部所为。"
# expect.add = ["crashed", "timed_out", "errored"]
# expect.add_again = ["crashed", "timed_out", "errored"]
# expect.small_sum = ["crashed", "timed_out", "errored"]
# expect.words = ["crashed", "timed_out", "errored", "skipped"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import resource


def add(a, b):
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    while True:
        pass
