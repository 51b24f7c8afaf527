"""A headless Chromium for tests of pages: what it was shown, asked for and complained of.

Needs Debian's `chromium`, `chromium-driver` and `fonts-noto-cjk`. Without them whoever asks for `browser` is skipped by
name, unless GRADER_NO_SKIP=1 asks that nothing be skipped.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DESK = 1000  # CSS pixels

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)

# How many texts are shown, and which of them have less contrast than WCAG 2.2 asks for (1.4.3, level AA).
CONTRAST = """
const channel = value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
const parse = colour => colour.match(/[\\d.]+/g).map(Number);
const luminance = ([r, g, b]) => .2126 * channel(r / 255) + .7152 * channel(g / 255) + .0722 * channel(b / 255);
const ground = element => {
  for (let each = element; each; each = each.parentElement) {
    const colour = parse(getComputedStyle(each).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const weak = [];
let seen = 0;
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest('.skip, script, title')) continue;
  seen += 1;
  const style = getComputedStyle(element);
  const colour = parse(element.namespaceURI.endsWith('svg') ? style.fill : style.color);
  const [high, low] = [luminance(colour), luminance(ground(element))].sort((a, b) => b - a);
  const ratio = (high + .05) / (low + .05);
  if (ratio < 4.5) weak.push(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
}
return [seen, weak];
"""


def _missing(what: str) -> Any:
    reason = f"browser tests need {what}"
    if os.environ.get("GRADER_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and GRADER_NO_SKIP=1 allows no skip")
    pytest.skip(reason)


class Browser:
    """A driver with the few things that tests of pages do, in their own words."""

    desk = DESK  # the width of a page where none is asked for

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, file: Path, *, theme: str = "light", width: int = 0, media: str = "", scripts: bool = True) -> str:
        """Show a page; returns its address."""
        width = width or self.desk
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.command("Emulation.setEmulatedMedia", media=media, features=features)
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500
        )
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # empties it
        self.driver.get(file.as_uri())
        return file.as_uri()

    def command(self, name: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(name, arguments)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """What the console says."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Every address that was asked for, `data:` apart."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith("data:")]

    def picture(self, *, top: int = 0, height: int = 1240) -> bytes:
        """A screenshot of a strip of the page, as PNG."""
        size = self.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": top, "width": size[0], "height": min(size[1] - top, height), "scale": 1}
        return base64.b64decode(self.command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"])


@contextlib.contextmanager
def driven(profile: Path) -> Iterator[Any]:
    """The driver of one headless browser, with a profile of its own and no way out."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if program is None:
        _missing("chromium")
    if chromedriver is None:
        _missing("chromedriver")
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        _missing("selenium")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # Chromium puts a socket there, whose path must be short, whatever TMPDIR is.
    service = Service(chromedriver, env={**os.environ, "TMPDIR": "/tmp"})
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()
