"""The TOML headers of mistakes and accepted variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalog.header import read_accepted, read_mistake
from grader.errors import ContentError
from grader.model import MistakeKind, Text

GOOD = """\
# /// mistake
# kind = "value"
# functions = ["f"]
#
# title.en = "A"
# title.zh = "甲"
# explanation.en = \"\"\"two
# lines\"\"\"
# explanation.zh = "乙"
# ///
# /// not part of it
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "no_scale.py"


def test_a_header_is_read_to_its_end(file: Path) -> None:
    """The id is the file's name, sentences may span lines, what follows is not looked at."""
    file.write_text(GOOD + "this is (no Python", encoding="utf-8")

    mistake = read_mistake(file)

    assert mistake.id == "no_scale"
    assert mistake.kind is MistakeKind.VALUE
    assert mistake.title == Text(en="A", zh="甲")
    assert mistake.explanation.en == "two\nlines"
    assert mistake.path == file


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "must start with the line '# /// mistake'"),
        ("def f(): ...\n" + GOOD, "must start with"),
        (GOOD.replace("mistake", "accepted"), "must start with"),
        (GOOD.replace("# ///\n", "", 1), "the header has no end"),
        (GOOD.replace('"value"', '"value'), "at line 2"),
        (GOOD.replace('"value"', '"wrong"'), "value, cost, rule"),
        (GOOD.replace('# title.zh = "甲"\n', ""), "title.zh: is missing"),
        (GOOD.replace('["f"]', "[]"), "functions: is empty"),
        (GOOD.replace("# kind", "# knid"), "'kind'"),
    ],
)
def test_a_broken_header_says_what_to_do(file: Path, text: str, remedy: str) -> None:
    """File, key and remedy, with the line number of the file itself."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        read_mistake(file)

    assert str(file) in caught.value.text.en
    assert remedy in caught.value.text.en


def test_an_accepted_variant_has_a_note(file: Path) -> None:
    """One sentence on who would write it this way."""
    file.write_text('# /// accepted\n# note = { en = "Loops.", zh = "循环。" }\n# ///\n', encoding="utf-8")

    assert read_accepted(file).note == Text(en="Loops.", zh="循环。")


def test_a_file_that_is_no_text(file: Path) -> None:
    """Binary content is refused in words."""
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ContentError, match="cannot be read"):
        read_accepted(file)


SHEET = """\
<!-- /// mistake
kind = "value"
functions = ["q01"]
title.en = "A"
title.zh = "甲"
explanation.en = "a"
explanation.zh = "乙"
/// -->

## q01

B
"""


def test_a_sheet_of_answers_has_its_header_in_a_comment(tmp_path: Path) -> None:
    """Readers of the sheet do not see it, and it is TOML as it stands."""
    file = tmp_path / "qa_slip.md"
    file.write_text(SHEET, encoding="utf-8")

    assert (read_mistake(file).id, read_mistake(file).functions) == ("qa_slip", ("q01",))
    file.write_text(SHEET.replace("/// -->", "-->"), encoding="utf-8")
    with pytest.raises(ContentError, match="Close it with the line '/// -->'"):
        read_mistake(file)
    file.write_text(SHEET.replace("<!-- ///", "<!--"), encoding="utf-8")
    with pytest.raises(ContentError, match="must start with the line '<!-- /// mistake'"):
        read_mistake(file)
