# /// attack
# row = "own"
# what.en = "Seeks the folder of the worker that waits to serve the next submission, and leaves something there."
# what.zh = "寻找等着服务下一份提交的那个 worker 的目录，并在里面留东西。"
# tiers = ["A", "B", "C"]
# runs = 2
# harm = "ground"
# ///
import os
import re

KNOWN = {}


def probe():
    found = [name for name in os.listdir(".") if name.startswith(KNOWN["marker"])]
    here = os.path.realpath(".")
    number = int((re.findall(r"\d+$", here) or ["1"])[0])
    folders = [os.path.join(os.path.dirname(here), f"worker-{number + step}") for step in range(-2, 4) if step]
    try:
        folders += [os.path.join(os.path.dirname(here), name) for name in os.listdir(os.path.dirname(here))]
        found += ["the folder above can be listed"] * (here != "/scratch")
    except OSError:
        pass
    for folder in folders:
        if os.path.realpath(folder) == here:
            continue
        try:
            with open(os.path.join(folder, KNOWN["marker"]), "w") as file:
                file.write("left")
            found.append(folder)
        except OSError:
            pass
    return found
