"""Which language is spoken."""

from __future__ import annotations

import pytest

from grader.cli.language import language_of


@pytest.mark.parametrize(
    ("option", "environment", "language"),
    [
        (None, {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        (None, {"LANG": "en_US", "LC_MESSAGES": "zh_TW"}, "zh"),
        (None, {"LANG": "zh_CN", "GRADER_LANG": "en"}, "en"),
        (None, {"LANG": "fr_FR"}, "en"),
        ("zh", {"GRADER_LANG": "en"}, "zh"),
        ("en", {"LANG": "zh_CN"}, "en"),
    ],
)
def test_the_nearest_wish_wins(option: str | None, environment: dict[str, str], language: str) -> None:
    """Option, then GRADER_LANG, then the locale in the order of POSIX; English for every other tongue."""
    assert language_of(option, environment) == language
