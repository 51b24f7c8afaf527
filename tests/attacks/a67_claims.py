# /// attack
# row = 67
# what.en = "Claims to be what is wanted: by class, name, documentation and signature, but behaves otherwise."
# what.zh = "用类型、名字、文档、签名声称自己就是所要的东西，行为却不是。"
# expect.small_sum = ["failed", "errored"]
# expect.add = ["failed", "errored"]
# expect.add_again = ["failed", "errored"]
# expect.words = ["failed", "errored"]
# tiers = ["A", "B", "C", "D", "E"]
# ///
class Int(type):
    def __instancecheck__(cls, thing):
        return True

    __name__ = "int"


class Five(metaclass=Int):
    """int(x) -> integer"""

    __class__ = int
    __name__ = __qualname__ = "int"
    __module__ = "builtins"


def add(a, b):
    """Return a + b."""
    return Five()
