"""The warm server's loop: one grading at a time, by examiners that stay loaded.

Examiners are started and used by the main thread alone: the kernel ends them with the thread that started them. A
second thread stands at the door, and has a thread for each who enters take the request in: somebody who comes and says
nothing keeps nobody waiting, and how it goes is said even while something is graded.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import socket
import threading
import time
from collections import OrderedDict
from pathlib import Path
from types import FrameType

import msgspec

from grader.errors import GraderError, WireError
from grader.examiner.client import Examiner, GradeOptions, Progress
from grader.examiner.protocol import Fault, Graded, Told
from grader.server import protocol
from grader.server.place import NoServerError, check_peer

MOST_WARM = 3  # examiners: each holds the libraries of an exercise, hundreds of megabytes
REQUEST_WALL_S = 5.0  # between two pieces of a request
MOST_AT_THE_DOOR = 64  # whose requests are on their way; who comes then is sent away, and grades without
DOOR_PAUSE_S = 0.1
SEND_WALL_S = 20.0  # for a client to take what it asked for
LOOK_WALL_S = 2.0  # how often an idle server looks whether it is still the one that is found

_Key = tuple[str, str, bool]


class Server:
    """Serves until it was idle for long, was told to stop, or another one has taken its place."""

    def __init__(self, listener: socket.socket, path: Path, idle_limit_s: float) -> None:
        self._listener = listener
        self._path = path
        self._inode = _inode(path)
        self._idle_limit_s = idle_limit_s
        self._waiting: queue.Queue[tuple[socket.socket, protocol.Ask]] = queue.Queue()
        self._examiners: OrderedDict[_Key, Examiner] = OrderedDict()
        self._start_s = time.monotonic()
        self._served = 0
        self._busy = False
        self._places = threading.Semaphore(MOST_AT_THE_DOOR)

    def run(self) -> None:
        """Serve; returns when it is over, with everything ended that was started."""
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:  # from here: whoever waits at the door already may be one who ends us
            threading.Thread(target=self._door, daemon=True).start()
            self._serve()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if _inode(self._path) == self._inode:
                self._path.unlink(missing_ok=True)
            self._listener.close()
            for examiner in self._examiners.values():
                examiner.close()

    def _serve(self) -> None:
        last_s = time.monotonic()
        while True:
            left_s = last_s + self._idle_limit_s - time.monotonic()
            if left_s <= 0 or _inode(self._path) != self._inode:
                return
            try:
                connection, ask = self._waiting.get(timeout=min(left_s, LOOK_WALL_S))
            except queue.Empty:
                continue
            with connection:
                self._busy = True
                # Whoever asked may be gone: then there is nobody to tell, and the examiner is as good as before.
                with contextlib.suppress(OSError):
                    self._answer(connection, ask)
                self._busy = False
            last_s = time.monotonic()

    def _answer(self, connection: socket.socket, ask: protocol.Ask) -> None:
        if _hung_up(connection):
            return
        listening = True

        def tell(progress: Progress) -> None:
            nonlocal listening
            if listening:
                try:
                    protocol.send(connection, Told(progress))
                except OSError:
                    listening = False  # the grading goes on: an examiner cannot be left in the middle of one

        key = (ask.submission.exercise, str(ask.options.require_tier or ""), ask.options.full)
        try:
            examiner = self._examiner(key, ask.options)
            (report,) = examiner.grade([ask.submission], tell)
        except GraderError as error:
            self._drop(key)
            protocol.send(connection, Fault(type(error).__name__, error.text.en, error.text.zh))
        except BaseException:
            self._drop(key)
            raise
        else:
            self._served += 1
            protocol.send(connection, Graded(0, report))

    def _examiner(self, key: _Key, options: GradeOptions) -> Examiner:
        if key not in self._examiners:
            while len(self._examiners) >= MOST_WARM:
                _, oldest = self._examiners.popitem(last=False)
                oldest.close()
            self._examiners[key] = Examiner(options=msgspec.structs.replace(options, seed=None))
        self._examiners.move_to_end(key)
        examiner = self._examiners[key]
        seed = examiner.seed if options.seed is None else options.seed
        examiner.options = msgspec.structs.replace(options, seed=seed)
        return examiner

    def _drop(self, key: _Key) -> None:
        examiner = self._examiners.pop(key, None)
        if examiner is not None:
            examiner.close()

    # The door, in a thread of its own.

    def _door(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._listener.fileno() < 0:
                    return  # closed: it is over
                time.sleep(DOOR_PAUSE_S)  # too many files are open, or who knocked has gone: neither lasts
                continue
            if self._places.acquire(blocking=False):
                threading.Thread(target=self._meet, args=(connection,), daemon=True).start()
            else:
                connection.close()

    def _meet(self, connection: socket.socket) -> None:
        try:
            check_peer(connection)
            connection.settimeout(REQUEST_WALL_S)
            self._take(connection, protocol.receive_request(connection))
        except (OSError, NoServerError, WireError, msgspec.MsgspecError):
            connection.close()
        finally:
            self._places.release()

    def _take(self, connection: socket.socket, request: protocol.Request | None) -> None:
        match request:
            case protocol.Ask():
                connection.settimeout(SEND_WALL_S)
                self._waiting.put((connection, request))
                return
            case protocol.Status():
                protocol.send(connection, self._standing())
            case protocol.Stop():
                protocol.send(connection, self._standing())
                os.kill(os.getpid(), signal.SIGTERM)
        connection.close()

    def _standing(self) -> protocol.Standing:
        return protocol.Standing(
            pid=os.getpid(),
            up_s=time.monotonic() - self._start_s,
            idle_limit_s=self._idle_limit_s,
            served=self._served,
            warm=tuple(dict.fromkeys(key[0] for key in tuple(self._examiners))),
            busy=self._busy or not self._waiting.empty(),
        )


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        seen = os.lstat(path)
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _hung_up(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
