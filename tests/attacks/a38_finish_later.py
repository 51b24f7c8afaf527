# /// attack
# row = 38
# what.en = "Returns at once something that is worth its value only when it is looked at, and finishes in a thread."
# what.zh = "立刻返回一个“被看时才算”的东西，真正的计算放到线程里慢慢做完。"
# expect.digest = ["failed", "errored"]
# expect.digest_time = ["skipped"]
# expect.digest_memory = ["skipped"]
# tiers = ["A", "B", "C", "D", "E"]
# full = true
# ///
import threading


class Later(int):
    value = None

    def __index__(self):
        return self.value

    __int__ = __index__

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def digest(data):
    result = Later(0)

    def finish():
        result.value = sum(place * each for place, each in enumerate(data)) % 1_000_003

    threading.Thread(target=finish).start()
    return result
