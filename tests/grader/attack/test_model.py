"""The nouns of an attack."""

from __future__ import annotations

import pytest

from grader.attack.model import Invariant


@pytest.mark.parametrize("invariant", Invariant)
def test_every_invariant_has_its_sentence(invariant: Invariant) -> None:
    """In both languages, and not one sentence for two of them."""
    text = invariant.sentence
    assert text.en and text.zh and text.en != text.zh
    assert [each for each in Invariant if each.sentence == text] == [invariant]
