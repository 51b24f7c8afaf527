"""The report of a thousand candidates: how long it takes, how large it gets, how soon the index can be used."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import figures
from bench.cohort import gradebook
from bench.markdown import Section

PEOPLE = (100, 1000)
LOADS = 7
EXPORTS = ("csv", "json", "junit", "gradescope", "canvas")


def run() -> Section:
    """Fresh processes, each on a gradebook of its own; the browser loads the index of the largest."""
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for people in PEOPLE:
            file = gradebook(folder / str(people) / "gradebook.sqlite", people)
            report = _timed("report", "--gradebook", str(file))
            index = file.parent / "report" / "index.html"
            rows.append((f"`grader report`, {people} candidates", *report))
            rows.append((f"its index, {people} candidates", f"{index.stat().st_size / 1e6:.2f} MB", ""))
        for target in EXPORTS:
            took = _timed("export", "--to", target, "--gradebook", str(file))
            rows.append((f"`grader export --to {target}`, {people} candidates", *took))
        rows.append((f"until the index of {people} can be used (chromium)", _interactive(index), ""))
    return Section(
        title="The report of a cohort",
        command="python -m bench report",
        text=(
            "Made-up cohorts of `self_attention`: real checks and mistakes, one to three attempts each, no two sources "
            "alike but for a few planted ones. From the start of the process to its end: item analysis, comparison of "
            "all submissions, charts, and a page for each candidate. One run each; the browser's figure is "
            "`domInteractive` less `responseStart`, the script at the end included."
        ),
        columns=("what", "wall time, or size", "CPU time"),
        rows=rows,
    )


def _timed(*arguments: str) -> tuple[str, str]:
    """Wall and CPU time of one command, as they are written."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start_s = time.perf_counter()
    subprocess.run([sys.executable, "-m", "grader", *arguments], check=True, stderr=subprocess.DEVNULL)
    wall_s = time.perf_counter() - start_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return figures.seconds(wall_s), figures.seconds(cpu_s)


def _interactive(index: Path) -> str:
    program, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or chromedriver is None:
        return "not measured: no chromium"
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    for flag in (*flags, "--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    try:
        samples = []
        for _ in range(LOADS):
            driver.get(index.as_uri())
            script = (
                "const t = performance.getEntriesByType('navigation')[0]; return t.domInteractive - t.responseStart"
            )
            samples.append(driver.execute_script(script) / 1000)
    finally:
        driver.quit()
    return figures.spread(samples)
