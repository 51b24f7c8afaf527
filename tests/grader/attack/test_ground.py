"""The judgement of the ground: an attack that succeeds is open, one that does not is contained or detected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.attack import Attack, Ground, Invariant, read_attack
from grader.config import attacks_dir, content
from grader.model import Outcome, Tier

HEADER = '# /// attack\n# row = "own"\n# what.en = "English."\n# what.zh = "中文。"\n# tiers = ["E"]\n{more}# ///\n'


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """The lowest tier, which every machine has and which holds little."""
    with Ground(Tier.E, attacks_dir(), content()) as found:
        yield found


def _attack(folder: Path, source: str, more: str = "") -> Attack:
    file = folder / "a00_example.py"
    file.write_text(HEADER.format(more=more) + source, encoding="utf-8")
    return read_attack(file)


def test_nothing_tried_is_contained(ground: Ground, tmp_path: Path) -> None:
    """The reference itself passes everything and changes nothing."""
    finding = ground.attack(_attack(tmp_path, ""))
    assert (finding.status, finding.breaches) == ("contained", ())


def test_what_ends_as_its_file_allows_is_detected(ground: Ground, tmp_path: Path) -> None:
    """Its own checks may fail; the others must not."""
    more = '# expect.probe = ["errored"]\n'
    finding = ground.attack(_attack(tmp_path, "def probe():\n    raise ValueError\n", more))
    assert (finding.status, finding.outcomes["probe"]) == ("detected", Outcome.ERRORED)


def test_another_outcome_is_open(ground: Ground, tmp_path: Path) -> None:
    """An outcome that the file does not allow is a finding that names the check."""
    finding = ground.attack(_attack(tmp_path, "def add(a, b):\n    return 5\n"))
    assert finding.status == "open"
    assert {each.invariant for each in finding.breaches} == {Invariant.OTHER_CHECKS_RUN}


def test_canary_that_comes_out_is_open(ground: Ground, tmp_path: Path) -> None:
    """On this tier files can be read, so that the canary can be shown to be found where it comes out."""
    source = 'KNOWN = {}\n\n\ndef probe():\n    print(open(KNOWN["canary_file"]).read())\n    return []\n'
    finding = ground.attack(_attack(tmp_path, source))
    assert finding.status == "open"
    assert Invariant.CANARY_ABSENT in {each.invariant for each in finding.breaches}


def test_what_could_do_harm_is_not_run(ground: Ground, tmp_path: Path) -> None:
    """Destructive forms are for the full tier: here the source never reaches a worker."""
    finding = ground.attack(_attack(tmp_path, "raise SystemExit\n", '# harm = "machine"\n'))
    assert (finding.status, finding.outcomes) == ("not run", {})
