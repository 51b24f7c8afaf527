"""What is found in what comes out."""

from __future__ import annotations

import base64

import pytest

from grader.attack import sweep

CANARY, INPUT = "CANARY-" + "0123456789abcdef" * 2, "INPUT-" + "fedcba9876543210" * 2


@pytest.mark.parametrize(
    "shown",
    [
        CANARY,
        CANARY[::-1],
        CANARY.encode().hex(),
        *(base64.b64encode(b"." * before + CANARY.encode() + b"..").decode() for before in range(3)),
    ],
    ids=["plain", "reversed", "hex", "base64", "base64 shifted", "base64 shifted twice"],
)
def test_canary_is_found_in_disguise(shown: str) -> None:
    """Wherever it stands, and in the first disguises that come to mind."""
    assert sweep.leaks({"log": f"a {shown} b"}, CANARY, INPUT) == ["log"]


def test_hidden_inputs_may_be_shown_in_practice_only() -> None:
    """Who practises sees the inputs that failed; who is assessed does not."""
    texts = {"page practice": INPUT, "page assessment": INPUT}
    assert sweep.leaks(texts, CANARY, INPUT) == ["page assessment (a hidden input)"]


@pytest.mark.parametrize("evil", ["<script>", "<IMG src=http://x>", "\x1b[2J", "\u202e", "\x00", "<iframe>"])
def test_stains_are_found(evil: str) -> None:
    """Markup that acts, and characters that mislead."""
    assert sweep.stains({"page practice": f"<p>{evil}</p>"})
    assert not sweep.stains({"page practice": "<p>&lt;script&gt; is quoted</p>"})


def test_commands_for_build_servers_are_found() -> None:
    """A line of ours must not begin with what a build server obeys."""
    assert sweep.stains({"terminal": "fine\n  ::error::evil"})
    assert not sweep.stains({"terminal": "fine\n | ::error::quoted"})
