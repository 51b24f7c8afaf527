"""Why a result could not cross, in both languages."""

from __future__ import annotations

import re

import pytest

from grader import wire
from grader.errors import ForeignError
from grader.exam.uncrossed import what_came
from grader.wire import packing, unpacking


def reasons() -> list[str]:
    """Every reason that the two ends of the wire give."""
    found = []
    for module, error in ((packing, "PackError"), (unpacking, ForeignError.__name__)):
        with open(module.__file__, encoding="utf-8") as file:
            found += re.findall(error + r'\(f?"([^"]+)"\)', file.read())
    return [re.sub(r"\{[^}]*\}", "float16", each) for each in found]


@pytest.mark.parametrize("why", sorted(set(reasons())))
def test_each_reason_has_its_chinese(why: str) -> None:
    """Whatever packing refuses, a candidate reads it in the language of the report."""
    text = what_came(why)
    assert text.en == why
    assert text.zh != text.en


def test_reasons_are_found() -> None:
    """The test above looks at something."""
    assert len(set(reasons())) >= 9
    assert wire.PackError is packing.PackError


@pytest.mark.parametrize("why", ["", "an object of type <b>", "anything else"])
def test_other_claims_are_quoted(why: str) -> None:
    """They come from the candidate's process and are nobody's words of ours."""
    assert (what_came(why).en, what_came(why).zh) == (why, why)
