# /// attack
# row = "own"
# what.en = "Locks files that every worker can open, so that another one could see whether they are locked."
# what.zh = "给每个 worker 都能打开的文件加锁，让另一个 worker 看得出锁没锁。"
# tiers = ["A", "B", "C", "D"]
# ///
import fcntl
import os
import struct

OFD_SETLK = 37


def is_locked_for_others(path, flags, lock, again):
    """Two descriptors of one process are strangers to each other, as far as these locks go."""
    first, second = os.open(path, flags), os.open(path, flags)
    try:
        lock(first)
        again(second)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(first)
        os.close(second)
    return False


def whole(descriptor):
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def record(descriptor):
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 4242)


def open_file(descriptor):
    fcntl.fcntl(descriptor, OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 4242, 1, 0))


def probe():
    found = []
    if is_locked_for_others(os.__file__, os.O_RDONLY, whole, whole):
        found.append("flock of a library")
    for name, lock in (("record", record), ("open file", open_file)):
        if is_locked_for_others(os.devnull, os.O_RDWR, lock, open_file):
            found.append(f"{name} lock of {os.devnull}")
    return found
