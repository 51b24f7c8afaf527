"""`grader watch`, driven as somebody at a terminal drives it, and in a pipe."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.config import RUNTIME_DIR_VARIABLE
from grader.practice.history import History
from grader.server import client

EXERCISE = load("self_attention")
REFERENCE = EXERCISE.reference.read_text(encoding="utf-8")
MISTAKE = next(each for each in EXERCISE.mistakes if each.id == "attn_no_scale")
WRONG = MISTAKE.path.read_text(encoding="utf-8")
Until = Callable[[Callable[[], object]], bool]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place of its own for the warm server, which is ended."""
    folder = Path(tempfile.mkdtemp(prefix="gr-"))
    monkeypatch.setenv(RUNTIME_DIR_VARIABLE, str(folder))
    yield folder
    client.stop()
    shutil.rmtree(folder, ignore_errors=True)


class Terminal:
    """A terminal of tmux."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ["tmux", "-L", f"grader-{uuid.uuid4().hex[:8]}", "-f", os.devnull]
        command = f"env LC_ALL=C.UTF-8 {sys.executable} -m grader watch {folder}; echo exit $?; sleep 60"
        self._run("new-session", "-d", "-x", "100", "-y", "30", command)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._tmux, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    def press(self, key: str) -> None:
        self._run("send-keys", key)

    def text(self) -> str:
        return self._run("capture-pane", "-p", "-J")

    def close(self) -> None:
        self._run("kill-server")


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
def test_a_session_in_tmux(runtime: Path, tmp_path: Path, until_long: Until) -> None:
    """A wrong file, a hint, a report, the right file, the end; all of it is remembered."""
    file = tmp_path / "self_attention.py"
    file.write_text(WRONG, encoding="utf-8")
    terminal = Terminal(tmp_path)

    def shows(*words: str) -> bool:
        text = terminal.text()
        return all(each in text for each in words)

    try:
        assert until_long(lambda: shows("Wrong answer", MISTAKE.title.en, "q quit")), terminal.text()
        terminal.press("h")
        assert until_long(lambda: shows("Hint 1 of 3", EXERCISE.parts[0].hints[0].en[:40])), terminal.text()
        terminal.press("r")
        assert until_long(lambda: (tmp_path / "self_attention.report.html").is_file())
        assert until_long(lambda: shows("Report:"))
        file.write_text("def broken(:\n", encoding="utf-8")
        assert until_long(lambda: shows("Could not be imported", "def broken(:")), terminal.text()
        new = tmp_path / "new"
        new.write_text(REFERENCE, encoding="utf-8")
        os.replace(new, file)
        assert until_long(lambda: shows("Accepted", "Since the last save: +")), terminal.text()
        terminal.press("q")
        assert until_long(lambda: shows("exit 0")), terminal.text()
    finally:
        terminal.close()
    with History() as history:
        verdicts = [each.verdict.value for each in history.attempts()]
        assert verdicts[-3:] == ["accepted", "import_error", "wrong_answer"][-len(verdicts) :]
        assert history.hints_used("self_attention") == 1
        assert history.mistakes()[0].mistake == MISTAKE.id
        assert history.mistakes()[0].cured_at is not None


class Piped:
    """A watch without a terminal; its lines as they come."""

    def __init__(self, path: Path, *options: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "grader", "watch", str(path), "--no-timing", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def has(self, *words: str) -> bool:
        return any(all(each in line for each in words) for line in list(self.lines))

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        self._thread.join(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def test_in_a_pipe_each_verdict_is_a_line(runtime: Path, tmp_path: Path, until_long: Until) -> None:
    """In Chinese if asked; the file may go and come back; Ctrl-C ends it in order."""
    file = tmp_path / "self_attention.py"
    file.write_text(WRONG, encoding="utf-8")
    watch = Piped(file, "--lang", "zh")
    try:
        assert until_long(lambda: watch.has("答案错误", MISTAKE.title.zh)), watch.lines
        file.unlink()
        assert until_long(lambda: watch.has("不存在", "等待下一次保存")), watch.lines
        file.write_text(REFERENCE, encoding="utf-8")
        assert until_long(lambda: watch.has("95/95", "已消失")), watch.lines
        assert not any("\x1b" in line for line in watch.lines)
    finally:
        code = watch.end()
    assert code == 130


def test_a_folder_that_goes_ends_it_with_a_sentence(runtime: Path, tmp_path: Path, until_long: Until) -> None:
    """It does not wait for ever; and it does without a server if told to."""
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "self_attention.py").write_text("", encoding="utf-8")
    watch = Piped(folder, "--cold")
    try:
        assert until_long(lambda: watch.has("Not attempted")), watch.lines
        assert client.standing() is None
        shutil.rmtree(folder)
        assert until_long(lambda: watch.process.poll() is not None), watch.lines
    finally:
        code = watch.end()
    assert code == 2
    assert watch.has("is gone")


def test_nothing_to_watch_is_a_slip(tmp_path: Path) -> None:
    """Said at once."""
    watch = Piped(tmp_path)

    assert watch.process.wait(timeout=60) == 2
    watch.end()
    assert watch.has("grader start")


@pytest.fixture
def until_long() -> Until:
    """Wait for a condition; libraries of seconds are loaded meanwhile, on a machine that may be busy."""
    import time

    def wait(condition: Callable[[], object]) -> bool:
        deadline_s = time.monotonic() + 90
        while not condition():
            if time.monotonic() > deadline_s:
                return False
            time.sleep(0.05)
        return True

    return wait
