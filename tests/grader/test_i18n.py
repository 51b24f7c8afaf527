"""Every sentence exists in both languages, with the same fields, and no translation is left over."""

from __future__ import annotations

import ast
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from babel.messages.pofile import read_po

from grader import i18n
from grader.i18n import gettext_for, listed, ngettext_for, say, say_count
from grader.model import Text

ROOT = Path(__file__).resolve().parents[2]
Msgid = str | tuple[str, str]

# click writes these on every help page; the command line translates what it writes.
CLICK = frozenset({"Show this message and exit.", "Show the version and exit."})


def _trees() -> Iterator[tuple[Path, ast.AST]]:
    """Every module of the package but the one that does the saying."""
    for file in sorted((ROOT / "grader").rglob("*.py")):
        if file != ROOT / "grader" / "i18n.py" and "_content" not in file.parts:
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of `say` or `say_count` in the package."""
    for file, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in ("say", "say_count"):
                yield file, node


def _on_help_pages() -> set[Msgid]:
    """Sentences of the command line's help pages: what `translate` is given, and every `help` of a declaration."""
    found: set[Msgid] = set()
    for file, tree in _trees():
        if file.parent.name != "cli":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                values = [each.value for each in node.keywords if each.arg in ("help", "short_help")]
                values += node.args[:1] if _name(node) == "translate" else []
                found |= {
                    each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return found | CLICK


def _msgid(call: ast.Call) -> Msgid | None:
    """The literal sentence or sentences of a call; None where they are not literal."""
    wanted = call.args[: 2 if _name(call) == "say_count" else 1]
    literals = [each.value for each in wanted if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(literals) != len(wanted) or not literals:
        return None
    return literals[0] if len(literals) == 1 else (literals[0], literals[1])


def _in_code() -> set[Msgid]:
    return _on_help_pages() | {msgid for _, call in _calls() if (msgid := _msgid(call)) is not None}


def _in_templates() -> set[Msgid]:
    environment = jinja2.Environment(
        extensions=["jinja2.ext.i18n"], autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.newstyle_gettext = True
    found: set[Msgid] = set()
    for file in sorted((ROOT / "templates").rglob("*.j2")):
        for _, _, message in environment.extract_translations(file.read_text(encoding="utf-8")):
            words = (message,) if isinstance(message, str) else tuple(each for each in message if each)
            found.add(words[0] if len(words) == 1 else (words[0], words[1]))
    return found


def _entries() -> list[tuple[Path, Msgid, str, bool]]:
    """File, sentence, Chinese sentence and whether it is fuzzy, for every entry of every catalogue file."""
    entries = []
    for file in sorted(i18n.LOCALE_DIR.glob("zh/*.po")):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale="zh", abort_invalid=True)
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
                chinese = message.string if isinstance(message.string, str) else message.string[0]
                entries.append((file, key, chinese, message.fuzzy))
    return entries


def _fields(sentence: str, *, percent: bool) -> set[str]:
    if percent:
        seen: set[str] = set()

        class Names(dict[str, str]):
            def __missing__(self, name: str) -> str:
                seen.add(name)
                return ""

        _ = sentence % Names()
        return seen
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_sentence_of_the_code_is_a_literal() -> None:
    """A sentence that is put together at run time can be neither found nor translated."""
    wrong = [f"{file.relative_to(ROOT)}:{call.lineno}" for file, call in _calls() if _msgid(call) is None]

    assert wrong == []
    assert len(_in_code()) > 50


def test_every_sentence_has_a_chinese_one() -> None:
    """Whatever the code or a template says in English is in a catalogue file, and is not fuzzy or empty."""
    there = {key for _, key, chinese, fuzzy in _entries() if chinese and not fuzzy}

    assert sorted(map(str, (_in_code() | _in_templates()) - there)) == []


def test_no_translation_is_left_over() -> None:
    """A catalogue entry that nothing says is dead, and one that is fuzzy is a promise not kept."""
    used = _in_code() | _in_templates()

    assert [f"{file.name}: {key}" for file, key, _, _ in _entries() if key not in used] == []
    assert [f"{file.name}: {key}" for file, key, _, fuzzy in _entries() if fuzzy] == []


def test_translations_have_the_same_fields() -> None:
    """A field that is missing loses a fact; one too many breaks the sentence when it is said."""
    templates = _in_templates() - _in_code()
    different = []
    for file, key, chinese, _ in _entries():
        english = key if isinstance(key, str) else key[1]
        percent = key in templates
        if _fields(english, percent=percent) != _fields(chinese, percent=percent):
            different.append(f"{file.name}: {key}")

    assert different == []


def test_calls_give_the_fields_of_their_sentence() -> None:
    """Each `say` names exactly the fields that its sentence has."""
    wrong = []
    for file, call in _calls():
        msgid = _msgid(call)
        if msgid is None or any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {keyword.arg for keyword in call.keywords} | ({"count"} if isinstance(msgid, tuple) else set())
        wanted = set().union(*(_fields(each, percent=False) for each in ([msgid] if isinstance(msgid, str) else msgid)))
        if not wanted <= given or (isinstance(msgid, str) and given != wanted):
            wrong.append(f"{file.relative_to(ROOT)}:{call.lineno}")

    assert wrong == []


def test_one_sentence_has_one_translation() -> None:
    """Two catalogue files may share a sentence, but then they agree."""
    translations: dict[Msgid, set[str]] = {}
    for _, key, chinese, _ in _entries():
        translations.setdefault(key, set()).add(chinese)

    assert [key for key, chinese in translations.items() if len(chinese) > 1] == []


def test_say_fills_both_languages() -> None:
    """Fields go into both sentences; a text goes in by language; values are never read as formats."""
    said = say("Isolation {tier}: {sentence}", tier="A {x}", sentence=Text("Sound. {y}", "完好。{y}"))

    assert said == Text("Isolation A {x}: Sound. {y}", "隔离等级 A {x}：完好。{y}")


def test_say_count_chooses_the_plural() -> None:
    """English has two forms, Chinese one."""
    one, three = (say_count("{count} core", "{count} cores", count) for count in (1, 3))

    assert (one, three) == (Text("1 core", "1 核"), Text("3 cores", "3 核"))


def test_several_are_listed_as_each_language_does() -> None:
    """With the semicolon of each."""
    assert listed([Text(en="a", zh="甲"), Text(en="b", zh="乙")]) == Text(en="a; b", zh="甲；乙")


def test_a_missing_translation_raises_in_strict_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite must notice a missing sentence; a reader is better served with an English one."""
    sentence = "a sentence that nobody says"
    monkeypatch.setenv(i18n.STRICT_VARIABLE, "1")
    with pytest.raises(KeyError, match="nobody says"):
        gettext_for("zh")(sentence)
    monkeypatch.setenv(i18n.STRICT_VARIABLE, "0")

    assert gettext_for("zh")(sentence) == sentence


def test_templates_get_the_callables_of_their_language() -> None:
    """gettext and ngettext, as Jinja2 wants them."""
    assert gettext_for("en")("Score") == "Score"
    assert gettext_for("zh")("Score") == "得分"
    assert ngettext_for("en")("%(count)s submission", "%(count)s submissions", 1) == "%(count)s submission"
    assert ngettext_for("zh")("%(count)s submission", "%(count)s submissions", 2) == "%(count)s 份提交"


def test_importing_does_not_load_babel() -> None:
    """`grader --help` imports this module and must stay quick."""
    code = "import sys, grader.i18n; print('babel' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert run.stdout.strip() == "False"
