"""Which of the two languages the person in front of the terminal reads."""

from __future__ import annotations

import os
from collections.abc import Mapping

from grader.model import Language


def language_of(option: str | None = None, environment: Mapping[str, str] | None = None) -> Language:
    """Decide on a language.

    Args:
        option: what `--lang` said, if anything.
        environment: `GRADER_LANG` goes first, then the locale as POSIX orders its variables.
    """
    environment = os.environ if environment is None else environment
    names = ("GRADER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = option or next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if wish.lower().startswith("zh") else "en"
