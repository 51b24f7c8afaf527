"""The exam: hidden tests on the trusted side, proxies in place of the candidate, budgets, and the record of all calls.

Tests import `expect` from here; nothing else of the product is theirs to use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.exam import expect as expect

__all__ = ["expect"]


def __getattr__(name: str) -> Any:
    # Late, because pytest imports this package's plugin in every run of the environment.
    if name == "expect":
        return importlib.import_module("grader.exam.expect")
    raise AttributeError(name)
