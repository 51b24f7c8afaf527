"""The attacks that can be tried anywhere."""

from __future__ import annotations

from grader.attack import survey
from grader.config import attacks_dir, content
from grader.jail.probe import probe, tier_of


def test_what_could_do_harm_is_not_among_the_safe_ones() -> None:
    """Nor is what needs a library: the survey must be quick on any machine."""
    attacks = survey.safe(attacks_dir())

    assert len(attacks) > 50
    assert all(each.harm == "none" and each.exercise == survey.TINY for each in attacks)
    assert "a27_kill_everybody" not in {each.id for each in attacks}


def test_every_attack_is_tried_on_every_tier() -> None:
    """And the best tier holds what it promises to hold."""
    tier = tier_of(probe())
    attacks = [each for each in survey.safe(attacks_dir()) if each.row in (1, 10, 16)]
    told = []

    findings = list(survey.survey(attacks, [tier], attacks_dir(), content(), told.append))

    assert told == [tier]
    assert [each.attack for each in findings] == [each.id for each in attacks]
    assert {each.status for each in findings} <= {"contained", "detected"}
