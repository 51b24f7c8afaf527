# /// attack
# row = 23
# what.en = "Raises exceptions whose name, text and class lie, are enormous, or raise in turn."
# what.zh = "抛出名字、文本、类型会撒谎，内容极大，或者自己又会抛异常的异常。"
# expect.small_sum = ["errored", "crashed"]
# expect.add = ["errored", "crashed"]
# expect.add_again = ["errored", "crashed"]
# expect.words = ["errored", "crashed"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
import random


class Meta(type):
    @property
    def __name__(cls):
        raise KeyboardInterrupt

    def __getattribute__(cls, name):
        raise SystemExit(0)


class Liar(BaseException, metaclass=Meta):
    pass


class Slippery(str):
    def __getitem__(self, key):
        return 10**30

    def encode(self, *args):
        return b""


class Speaker(Exception):
    def __str__(self):
        return random.choice([Slippery("x"), "y" * 20_000_000, "\udc80\ud800"])

    __class__ = property(lambda self: 1 / 0)


def add(a, b):
    raise random.choice([Liar, Speaker])()
