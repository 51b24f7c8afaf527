"""Libraries are imported once, on one thread, and the generators can be seeded."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import pytest
import torch

from grader.errors import SandboxError
from grader.worker import libraries


def test_an_absent_library_is_named() -> None:
    """In both languages, with the reason."""
    with pytest.raises(SandboxError, match="no_such_library cannot be imported") as caught:
        libraries.import_libraries(["json", "no_such_library"])

    assert "no_such_library" in caught.value.text.zh
    assert caught.value.text.zh != caught.value.text.en


def test_every_generator_is_seeded() -> None:
    """The same seed gives the same numbers, everywhere; another one gives others."""

    def draw(seed: int) -> tuple[float, float, float]:
        libraries.seed_everything(seed)
        return random.random(), float(numpy.random.rand()), float(torch.rand(1))

    state = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    try:
        first, again, other = draw(2**62 + 1), draw(2**62 + 1), draw(2**62 + 2)
    finally:
        random.setstate(state[0])
        numpy.random.set_state(state[1])
        torch.set_rng_state(state[2])

    assert first == again
    assert all(one != two for one, two in zip(first, other, strict=True))


def test_only_what_was_asked_for_is_imported() -> None:
    """An exercise without torch pays nothing for it, and has no capability to compare."""
    code = (
        "import sys; from grader.worker import libraries as l; l.import_libraries(['json']); l.seed_everything(1); "
        "print(sorted({'torch', 'numpy', 'pytest', 'msgspec', 'json'} & set(sys.modules)), repr(l.cpu_capability()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['json', 'msgspec'] ''"


def test_torch_shows_its_capability() -> None:
    """What is compared inside and outside of the jail."""
    assert libraries.cpu_capability() == torch.backends.cpu.get_cpu_capability()


def test_the_heap_can_be_told_to_keep_memory() -> None:
    """After that, large blocks are taken from the heap: freeing and taking one again faults no page in."""
    code = (
        "import resource; from grader.worker import libraries as l; l.keep_freed_memory()\n"
        "def faults():\n"
        "    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "    bytearray(8_000_000)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before\n"
        "print(faults() > 100, faults() < 100)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    if sys.platform == "linux":
        assert done.stdout.strip() == "True True"


def test_places_found_outside_are_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The next temporary file goes where the worker's own environment says."""
    monkeypatch.setattr(tempfile, "tempdir", "/somewhere/else")
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "/somewhere/else")
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    libraries.forget_places()

    assert tempfile.gettempdir() == str(tmp_path)
    assert "TORCHINDUCTOR_CACHE_DIR" not in os.environ
