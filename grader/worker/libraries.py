"""Import an exercise's libraries once, on one thread, so that forks of this process are safe and fast."""

from __future__ import annotations

import importlib
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from typing import Any

from grader.errors import SandboxError

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4  # of mallopt(3)

# Some modules of these libraries are imported on first use; a candidate's first call should not pay for them.
_LAZY = {
    "torch": ("torch.autograd.functional", "torch.nn.functional", "torch.linalg", "torch.testing"),
    "transformers": ("transformers.models.bert.modeling_bert", "transformers.models.bert.tokenization_bert"),
    "gensim": ("gensim.models.word2vec", "gensim.models.keyedvectors"),
}


def import_libraries(names: Iterable[str]) -> None:
    """Import the named libraries and warm up what must not happen first inside the jail.

    Raises:
        SandboxError: a library is missing or does not import.
    """
    for name in names:
        try:
            importlib.import_module(name)
            for lazy in _LAZY.get(name, ()):
                importlib.import_module(lazy)
        except Exception as error:  # a broken native library can raise anything
            raise SandboxError(
                f"the library {name} cannot be imported: {type(error).__name__}: {error}",
                f"无法导入库 {name}：{type(error).__name__}: {error}",
            ) from error
    _warm_torch()
    _warm_gensim()
    _warm_jieba()
    seed_everything(0)  # imports what the generators need


def _warm_torch() -> None:
    """Let torch look at the processor now: later /proc/cpuinfo is hidden, and it would fall back to slow kernels."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_num_threads(1)
    torch.backends.cpu.get_cpu_capability()
    x = torch.ones(4, 4, requires_grad=True)
    for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.float16):
        y = torch.ones(4, 4, dtype=dtype)
        torch.softmax(y @ y, dim=-1).exp()
    torch.nn.functional.layer_norm(torch.softmax(x @ x, dim=-1), (4,)).sum().backward()


def _warm_gensim() -> None:
    """Let Python find out what platform this is: every model of gensim asks, and the answer comes from a program."""
    if "gensim" in sys.modules:
        platform.platform()


def _warm_jieba() -> None:
    """Read jieba's dictionary now, and not from its cache: that is a file in /tmp, and anyone may have written it."""
    jieba: Any = sys.modules.get("jieba")
    if jieba is None:
        return
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.dt
    if not tokenizer.initialized:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True


def forget_places() -> None:
    """Forget the folders for temporary files that libraries found outside, while they were imported."""
    tempfile.tempdir = None
    for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR"):
        os.environ.pop(name, None)


def cpu_capability() -> str:
    """The instruction set that torch dispatches to here ("AVX2"), or "" without torch."""
    torch: Any = sys.modules.get("torch")
    return str(torch.backends.cpu.get_cpu_capability()) if torch is not None else ""


def seed_everything(seed: int) -> None:
    """Seed every random generator that the imported libraries have."""
    import random

    random.seed(seed)
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % (1 << 32))
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.default_generator.manual_seed(seed)  # torch.manual_seed asks every accelerator too, at 100 times the cost


def restore_settings() -> None:
    """Set back what programs are known to leave changed for all of the process: who comes next expects the usual."""
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)


def keep_freed_memory() -> None:
    """Have the C library keep freed memory, so that a timed call does not pay for page faults by chance.

    Large blocks otherwise come from mmap and go back at once; identical code then scatters three times as widely.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, (1 << 31) - 1), (_M_TOP_PAD, 64 << 20)):
            mallopt(option, value)
