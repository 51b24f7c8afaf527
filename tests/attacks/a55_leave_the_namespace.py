# /// attack
# row = 55
# what.en = "Mounts, unshares, changes root, joins other namespaces, opens by handle, changes its user."
# what.zh = "挂载、unshare、chroot、加入其他命名空间、按句柄打开文件、切换用户。"
# tiers = ["A", "B", "C", "D"]
# ///
import ctypes
import os


def probe():
    found = []
    libc = ctypes.CDLL(None, use_errno=True)
    x86 = os.uname().machine == "x86_64"
    calls = {
        "mount": ((165, 40), (b"none", b".", b"tmpfs", 0, None)),
        "umount": ((166, 39), (b"/", 2)),
        "unshare user": ((272, 97), (0x10000000,)),
        "unshare mount": ((272, 97), (0x20000,)),
        "chroot": ((161, 51), (b".",)),
        "pivot_root": ((155, 41), (b".", b".")),
        "setns": ((308, 268), (3, 0)),
        "open_by_handle_at": ((304, 265), (-100, ctypes.create_string_buffer(64), 0)),
        "name_to_handle_at": ((303, 264), (-100, b".", ctypes.create_string_buffer(256), ctypes.byref(ctypes.c_int()), 0)),
        "setuid": ((105, 146), (0,)),
        "setresuid": ((117, 147), (0, 0, 0)),
        "capset": ((126, 91), (ctypes.create_string_buffer(b"\x22\x05\x08\x20", 8), ctypes.create_string_buffer(b"\xff" * 24))),
        "mknod": ((259, 33), (-100, b"device", 0o20666, 0x103)),
        "fsopen": ((430, 430), (b"tmpfs", 0)),
        "open_tree": ((428, 428), (-100, b"/", 1)),
    }
    for name, (numbers, arguments) in calls.items():
        if libc.syscall(numbers[0 if x86 else 1], *arguments) >= 0:
            found.append(name)
    return found
