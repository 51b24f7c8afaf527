# /// attack
# row = "own"
# what.en = "Returns a list that holds itself, a mapping without end, and objects by the hundred thousand."
# what.zh = "返回一个包含自身的列表、一个没有尽头的映射、十万个对象。"
# expect.small_sum = ["failed", "errored", "out_of_memory", "timed_out", "skipped"]
# expect.add = ["failed", "errored", "out_of_memory", "timed_out", "skipped"]
# expect.add_again = ["failed", "errored", "out_of_memory", "timed_out", "skipped"]
# expect.words = ["failed", "errored", "out_of_memory", "timed_out", "skipped"]
# expect.counter = ["failed", "errored", "timed_out", "skipped"]
# expect.counters = ["failed", "errored", "timed_out", "skipped"]
# expect.counted = ["failed", "errored", "timed_out", "skipped"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import collections.abc
import itertools


class Endless(collections.abc.Mapping):
    def __getitem__(self, key):
        return self

    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 3


def add(a, b):
    if a == 2:
        nested = []
        nested.append(nested)
        return nested
    return Endless() if isinstance(a, str) else "\udcff\ud800"


def make_counter(start):
    return [object() for _ in range(20_000)]
