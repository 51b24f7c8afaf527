"""Findings are plain data that anybody can read: every row in both languages, in a fixed order, frozen."""

from __future__ import annotations

import msgspec
import pytest

from grader.jail import libc
from grader.jail.findings import Finding, Findings
from grader.jail.probe import probe
from grader.model import Text

NOT_ROWS = {"landlock_abi", "probe_s"}


def made_up() -> Findings:
    """Every row named after its field."""
    rows = {
        name: Finding(name=Text(name, name), ok=True, detail=Text("", ""), remedy=Text("", ""))
        for name in Findings.__struct_fields__
        if name not in NOT_ROWS
    }
    return Findings(**rows, landlock_abi=3, probe_s=0.5)


@pytest.fixture(params=["this machine", "another system"])
def found(request: pytest.FixtureRequest, findings: Findings, monkeypatch: pytest.MonkeyPatch) -> Findings:
    """What is found here, and what is found where there is nothing."""
    if request.param == "this machine":
        return findings
    monkeypatch.setattr(libc, "supported", lambda: False)
    return probe()


def test_rows_are_all_findings_in_reading_order() -> None:
    """Each field that is a finding, in the order of the fields, and none that is a number."""
    names = [row.name.en for row in made_up().rows()]
    assert names == [name for name in Findings.__struct_fields__ if name not in NOT_ROWS]
    assert names[0] == "system"


def test_every_row_reads_in_both_languages(found: Findings) -> None:
    """Name and detail are there in both; a remedy is in both or in neither, and only where something is missing."""
    for row in found.rows():
        assert row.name.en and row.name.zh and row.detail.en and row.detail.zh, row
        assert bool(row.remedy.en) == bool(row.remedy.zh), row
        assert not (row.ok and row.remedy.en), row


def test_no_two_rows_have_the_same_name(findings: Findings) -> None:
    """Who reads the table can tell them apart, in either language."""
    for language in ("en", "zh"):
        names = [getattr(row.name, language) for row in findings.rows()]
        assert len(set(names)) == len(names)


def test_what_other_systems_lack_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is there, the first row says what to do, in words of its own in each language."""
    monkeypatch.setattr(libc, "supported", lambda: False)
    first = probe().rows()[0]
    assert not first.ok
    assert "Linux" in first.remedy.en and "Linux" in first.remedy.zh
    assert first.remedy.en != first.remedy.zh


def test_findings_are_frozen() -> None:
    """Nobody improves a machine after the fact."""
    findings = made_up()
    with pytest.raises(AttributeError):
        findings.system.ok = False  # type: ignore[misc]
    with pytest.raises(AttributeError):
        findings.landlock_abi = 7  # type: ignore[misc]


def test_findings_travel(found: Findings) -> None:
    """They come back from JSON as they went."""
    assert msgspec.json.decode(msgspec.json.encode(found), type=Findings) == found
