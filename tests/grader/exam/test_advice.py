"""An exception that is the wall's doing comes with a sentence that says so."""

from __future__ import annotations

import pytest

from grader.exam.advice import advice_on
from grader.exam.failures import CandidateRaised
from grader.jail.probe import probe
from grader.jail.tiers import tiers_of
from grader.model import Budget, Call, Raised, Tier
from grader.sandbox import Zygote
from grader.wire import messages

OS_ERROR = ("OSError", "Exception", "BaseException")
TRY = "def attempt(code): exec(code, {})\n"
REAL = {
    "import subprocess; subprocess.run(['ls'])": "Starting processes",
    "import os; os.popen('ls')": "Starting processes",
    "import os; os.fork()": "Starting processes",
    "import multiprocessing; multiprocessing.Process(target=print).start()": "Starting processes",
    "import asyncio; asyncio.run(asyncio.create_subprocess_exec('ls'))": "Starting processes",
    "import socket; socket.socket()": "Starting processes",
    "import multiprocessing; multiprocessing.Pool(2)": "share memory",
    "import multiprocessing; multiprocessing.Queue()": "share memory",
    "import concurrent.futures as c; c.ProcessPoolExecutor(1).submit(print).result()": "share memory",
    "import urllib.request; urllib.request.urlopen('http://example.org')": "no network",
    "import socket; socket.getaddrinfo('example.org', 80)": "no network",
    "open('file', 'w').close(); __import__('os').chmod('file', 0)": "permissions and times",
    "open('/file', 'w')": "current folder",
    "open('file', 'wb').write(bytes(65_000_000))": "limited",
    "import threading, time\nfor _ in range(300): threading.Thread(target=time.sleep, args=(9,)).start()": "threads",
}


@pytest.mark.parametrize("code", REAL)
def test_what_cannot_work_says_so(zygote: Zygote, code: str) -> None:
    """Not a bare EPERM: in both languages it says what does not work here."""
    if Tier.A not in tiers_of(probe()):
        pytest.skip("needs tier A")
    worker = zygote.spawn(Budget())
    worker.await_ready()
    worker.request(messages.Load("attempt", len(TRY), False, (), ("attempt",)), [TRY.encode()])

    raised = worker.call(Call(target="function", name="attempt", function="attempt", arguments=(code,)))

    worker.kill()
    assert isinstance(raised, Raised), raised
    message = CandidateRaised(raised, None).message
    advice = advice_on(raised)
    assert advice is not None, raised
    assert REAL[code] in advice.en
    assert message.en.endswith(advice.en)
    assert message.zh.endswith(advice.zh)
    assert advice.zh != advice.en


@pytest.mark.parametrize(
    ("types", "message", "said"),
    [
        (("InductorError", "BackendCompilerFailed", "Exception"), "PermissionError: [Errno 1] ...", "torch.compile"),
        (("RuntimeError",), "unable to open shared memory object </torch_1> in read-write mode", "share memory"),
        (OS_ERROR, "We couldn't connect to 'https://huggingface.co' to load the files", "no network"),
        (("PermissionError", *OS_ERROR), "[Errno 13] Permission denied", "share memory"),
        (("PermissionError", *OS_ERROR), "[Errno 13] Permission denied: '/dev/shm/x'", "current folder"),
    ],
)
def test_the_words_of_other_libraries_and_tiers(types: tuple[str, ...], message: str, said: str) -> None:
    """Libraries wrap what the kernel says; Landlock says it in other words."""
    advice = advice_on(Raised(types, message))

    assert advice is not None
    assert said in advice.en


@pytest.mark.parametrize(
    ("types", "message"),
    [
        (("ValueError", "Exception"), "[Errno 1] Operation not permitted"),
        (("RuntimeError", "Exception"), "mat1 and mat2 shapes cannot be multiplied"),
        (("FileNotFoundError", *OS_ERROR), "[Errno 2] No such file or directory: 'vectors.txt'"),
        (("KeyError", "LookupError"), ""),
        ((), ""),
    ],
)
def test_ordinary_exceptions_get_no_advice(types: tuple[str, ...], message: str) -> None:
    """What the wall has nothing to do with is left as it is."""
    assert advice_on(Raised(types, message)) is None
