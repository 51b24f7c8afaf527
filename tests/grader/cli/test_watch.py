"""`grader watch`, driven as somebody at a terminal drives it, and in a pipe."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.config import RUNTIME_DIR_VARIABLE
from grader.practice.history import History
from grader.server import client
from tests.grader.cli.terminal import GRADER, Terminal

WATCH = f"{GRADER} watch"
EXERCISE = load("self_attention")
REFERENCE = EXERCISE.reference.read_text(encoding="utf-8")
MISTAKE = next(each for each in EXERCISE.mistakes if each.id == "attn_no_scale")
WRONG = MISTAKE.path.read_text(encoding="utf-8")
Until = Callable[[Callable[[], object]], bool]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place of its own for the warm server, which is ended."""
    folder = Path(tempfile.mkdtemp(prefix="gr-", dir="/tmp"))  # short, whatever TMPDIR is
    monkeypatch.setenv(RUNTIME_DIR_VARIABLE, str(folder))
    yield folder
    monkeypatch.setattr(client, "ANSWER_WALL_S", 60.0)  # one that is busy shall not be left behind
    client.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
def test_a_session_in_tmux(runtime: Path, tmp_path: Path, until_long: Until) -> None:
    """A wrong file, a hint, a report, the right file, the end; all of it is remembered."""
    file = tmp_path / "self_attention.py"
    file.write_text(WRONG, encoding="utf-8")
    terminal = Terminal(f"{WATCH} {shlex.quote(str(tmp_path))}")
    try:
        assert terminal.until("Wrong answer", MISTAKE.title.en, "q quit"), terminal.text()
        terminal.type("h")
        assert terminal.until("Hint 1 of 3", EXERCISE.parts[0].hints[0].en[:40]), terminal.text()
        terminal.type("r")
        assert until_long(lambda: (tmp_path / "self_attention.report.html").is_file())
        assert terminal.until("Report:"), terminal.text()
        file.write_text("def broken(:\n", encoding="utf-8")
        assert terminal.until("Could not be imported", "def broken(:"), terminal.text()
        new = tmp_path / "new"
        new.write_text(REFERENCE, encoding="utf-8")
        os.replace(new, file)
        assert terminal.until("Accepted", "Since the last save: +"), terminal.text()
        terminal.type("q")
        assert terminal.until("exit 0"), terminal.text()
    finally:
        terminal.close()
    with History() as history:
        verdicts = [each.verdict.value for each in history.attempts()]
        assert verdicts[-3:] == ["accepted", "import_error", "wrong_answer"][-len(verdicts) :]
        assert history.hints_used("self_attention") == 1
        assert history.mistakes()[0].mistake == MISTAKE.id
        assert history.mistakes()[0].cured_at is not None


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
@pytest.mark.usefixtures("runtime")
def test_a_window_that_changes_its_size_is_drawn_anew(tmp_path: Path) -> None:
    """Nothing of the old page stays, no row is too long, the keys stay in sight; back again it is the same page."""
    (tmp_path / "self_attention.py").write_text(WRONG, encoding="utf-8")
    keys = "q quit"

    def whole(columns: int, rows: int) -> bool:
        screen = terminal.screen()
        once = all(sum(each in row for row in screen) == 1 for each in ("Wrong answer", "To fix", "→ ", keys))
        fits = len(screen) == rows and all(len(row) <= columns for row in screen)
        filled = [row for row in screen if row]
        return once and fits and keys in filled[-1] and "self_attention.py" in filled[0]

    environment = {**os.environ, "LINES": "24", "COLUMNS": "80"}  # some shells export what was true once
    terminal = Terminal(f"{_watch_in(tmp_path)} --no-timing self_attention.py", environment=environment)
    try:
        assert terminal.until("Wrong answer", keys), terminal.text()
        first = terminal.screen()
        for columns, rows in ((60, 15), (100, 30), (40, 10), (140, 50), (100, 30)):
            terminal.resize(columns, rows)
            assert terminal.until_screen(lambda _, columns=columns, rows=rows: whole(columns, rows)), terminal.text()
        assert terminal.until_screen(lambda _: terminal.screen() == first), terminal.text()
        for columns in range(99, 60, -1):  # as when somebody drags its corner
            terminal.resize(columns, 24)
        terminal.resize(100, 30)
        assert terminal.until_screen(lambda _: terminal.screen() == first), terminal.text()
        terminal.type("", "C-c")
        assert terminal.until("grader: Interrupted.", "exit 130"), terminal.text()
    finally:
        terminal.close()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
@pytest.mark.usefixtures("runtime")
def test_a_terminal_that_is_closed_ends_the_watch(
    tmp_path: Path, until_long: Until, alive: Callable[[set[int]], set[int]]
) -> None:
    """Nothing is left behind that would watch for nobody."""
    (tmp_path / "self_attention.py").write_text("", encoding="utf-8")
    pid = tmp_path / "pid"
    line = f"echo $$ >pid; exec {WATCH} --no-timing self_attention.py"
    terminal = Terminal(f"cd {shlex.quote(str(tmp_path))} && sh -c {shlex.quote(line)}")
    try:
        assert terminal.until("Not attempted", "q quit"), terminal.text()
        terminal.resize(60, 15)
    finally:
        terminal.close()
    assert until_long(lambda: not alive({int(pid.read_text())}))


def _watch_in(folder: Path) -> str:
    """A watch whose files have short names, which stand whole in a narrow window."""
    return f"cd {shlex.quote(str(folder))} && {WATCH}"


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
        code = self.process.wait(timeout=90)
        self._thread.join(timeout=90)
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


def test_whatever_takes_the_place_of_the_file_is_said_and_waited_out(
    runtime: Path, tmp_path: Path, until_long: Until
) -> None:
    """A pipe, a link to what never ends, a gigabyte, nothing, a folder of submissions; then it is saved by a rename."""
    file = tmp_path / "self_attention.py"
    file.write_text("def broken(:\n", encoding="utf-8")
    watch = Piped(file)
    new = tmp_path / "new"

    def take_place() -> None:
        if file.is_dir():
            file.rename(tmp_path / "old")
        os.replace(new, file)

    try:
        assert until_long(lambda: watch.has("Could not be imported")), watch.lines
        os.mkfifo(new)
        take_place()
        assert until_long(lambda: watch.has("is a pipe (FIFO)")), watch.lines
        new.symlink_to("/dev/zero")
        take_place()
        assert until_long(lambda: watch.has("is a symbolic link")), watch.lines
        with new.open("wb") as stream:
            stream.truncate(1_000_000_000)
        take_place()
        assert until_long(lambda: watch.has("is 1000.0 MB large")), watch.lines
        file.unlink()
        assert until_long(lambda: watch.has("does not exist")), watch.lines
        for inner in (new / "self_attention.py", new / "one" / "self_attention.py"):
            inner.parent.mkdir(exist_ok=True)
            inner.write_text(REFERENCE, encoding="utf-8")
        new.rename(file)
        assert until_long(lambda: watch.has("is a folder, where a file was expected")), watch.lines
        new.write_text(WRONG, encoding="utf-8")
        take_place()
        assert until_long(lambda: watch.has("Wrong answer")), watch.lines
    finally:
        watch.end()


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

    assert watch.process.wait(timeout=90) == 2
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
