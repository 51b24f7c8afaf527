# /// attack
# row = 3
# what.en = "Reads arguments, environment, folder and descriptors of the examiner and of a process that holds the canary."
# what.zh = "读取主进程以及持有金丝雀的进程的命令行、环境变量、工作目录和描述符。"
# ///
import os
import re

KNOWN = {}


def probe():
    found = []
    pids = [KNOWN["decoy_pid"], KNOWN["examiner_pid"], KNOWN["runner_pid"], os.getppid(), "self"]
    try:
        pids += [each for each in os.listdir("/proc") if each.isdigit()][:50]
    except OSError:
        pass
    for pid in pids:
        if pid in (0, os.getpid(), str(os.getpid())):
            continue
        for name in ("environ", "cmdline", "maps"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    data = file.read(1 << 20)
            except OSError:
                continue
            found += [each.decode() for each in re.findall(b"CANARY-[0-9a-f]{32}", data)] or [f"{pid} {name}"] * (pid != "self")
        for name in ("cwd", "exe", "root"):
            try:
                os.readlink(f"/proc/{pid}/{name}")
            except OSError:
                continue
            if pid != "self":
                found.append(f"{pid} {name}")
        try:
            found += [f"{pid} fd {each}" for each in os.listdir(f"/proc/{pid}/fd") if pid != "self"]
        except OSError:
            pass
    return found[:20]
