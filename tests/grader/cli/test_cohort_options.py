"""Options that the commands on a gradebook share."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli.cohort_options import gradebook_path, rules_for
from grader.errors import UsageError
from grader.gradebook import Gradebook


def test_the_gradebook_that_is_meant() -> None:
    """The one that was named, else where `grader grade` puts it."""
    assert gradebook_path(Path("x.sqlite")) == Path("x.sqlite")
    assert gradebook_path(None) == Path("grades/gradebook.sqlite")


def test_the_rules_that_hold(tmp_path: Path) -> None:
    """Those that were named; else those beside the gradebook; else none."""
    with Gradebook.open(tmp_path / "gradebook.sqlite", create=True) as book:
        assert rules_for(book, None).title == ""
        (tmp_path / "cohort.toml").write_text('schema = 1\ntitle = "beside"\n', encoding="utf-8")
        assert rules_for(book, None).title == "beside"
        (tmp_path / "other.toml").write_text('schema = 1\ntitle = "named"\n', encoding="utf-8")
        assert rules_for(book, tmp_path / "other.toml").title == "named"
        (tmp_path / "term.toml").write_text("schema = 1\n[exercises.word2vec]\nweight = 2\n", encoding="utf-8")
        assert rules_for(book, tmp_path / "term.toml").of("word2vec").weight == 2  # nobody has handed it in yet
        (tmp_path / "slip.toml").write_text("schema = 1\n[exercises.word2vek]\nweight = 2\n", encoding="utf-8")
        with pytest.raises(UsageError, match=r"not known here\. There are: .*word2vec"):
            rules_for(book, tmp_path / "slip.toml")
        with pytest.raises(UsageError, match="cannot be read"):
            rules_for(book, tmp_path / "missing.toml")
