# /// attack
# row = 47
# what.en = "Leaves and seeks messages in what the kernel keeps: queues, shared memory, keyrings, sockets with names."
# what.zh = "在内核保管的东西里留言、找留言：消息队列、共享内存、密钥环、有名字的套接字。"
# tiers = ["A", "B", "C", "D"]
# runs = 2
# ///
import ctypes
import os
import socket

KNOWN = {}


def probe():
    found = []
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    calls = {
        "shmget": ((29, 194), (0x6772, 4096, 0o1600)),
        "msgget": ((68, 186), (0x6772, 0o1600)),
        "semget": ((64, 190), (0x6772, 1, 0o1600)),
        "mq_open": ((240, 180), (b"grader-attack", os.O_CREAT | os.O_RDWR, 0o600, None)),
        "add_key": ((248, 217), (b"user", b"grader-attack", b"left", 4, -4)),
        "keyctl": ((250, 219), (0, -4, 0)),
    }
    for name, (numbers, arguments) in calls.items():
        got = libc.syscall(numbers[0 if x86 else 1], *arguments)
        if got >= 0:
            found.append(name)
            # Where it works it is taken away again: nothing of it may stay on a machine that does not hold it.
            undo = {"shmget": ((31, 195), (got, 0, None)), "msgget": ((71, 187), (got, 0, None)), "semget": ((66, 191), (got, 0, 0)),
                    "mq_open": ((241, 181), (b"grader-attack",)), "add_key": ((250, 219), (9, got, -4))}.get(name)
            if undo:
                libc.syscall(undo[0][0 if x86 else 1], *undo[1])
    for address in (KNOWN["unix_path"], "\0" + KNOWN["unix_name"]):
        try:
            socket.socket(socket.AF_UNIX).connect(address)
            found.append(repr(address[:4]))
        except OSError:
            pass
    return found
