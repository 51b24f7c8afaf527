"""Which letter an answer to a multiple-choice question gives: `B`, `(b)`, `答案：B`, `B. because ...`, or the words.

By rule one letter is the answer: several, or none, are wrong, because the rule is on the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.marking.folding import fold, unmarked
from grader.model import Text

_OPEN, _CLOSE = r"[(\[{<【「『\"']*", r"[)\]}>】」』\"']*"
_LETTER = rf"{_OPEN}([A-Ha-h]){_CLOSE}"
# What joins two answers; after a comma or a full stop only where a letter is all that follows ("B. A is wrong").
_END = r"(?=[ ]*(?:$|[,/、&+;|.:)\]}>】。]|and\b|or\b|和|或|[A-H]\b))"
_MORE = re.compile(
    rf"[ .):\]}}]*(?:(?:[/、&+|]|\band\b|\bor\b|\bplus\b|和|与|及|或者?|还是)[ ]*{_LETTER}(?![A-Za-z0-9'])"
    rf"|[,;]?[ ]*{_LETTER}(?![A-Za-z0-9']){_END})"
)
_LABEL = (
    r"(?:(?:my|the|final|correct|right)[ ]+){0,4}"
    r"(?:answer|ans|option|choice|select|choose|pick)"
    r"(?:[ ]+(?:is|should[ ]be|would[ ]be))?"
    r"|(?:我|应该?|正确){0,4}(?:的)?(?:答案|答|选项|选择|选)(?:应该?|就)?[是为选]?"
)
_HEAD = re.compile(rf"^(?:I[ ]+)?(?:(?:{_LABEL})[ ]*[:=]?[ ]*)?{_LETTER}(?![A-Za-z0-9'])", re.IGNORECASE)
_RUN = re.compile(r"^(?:[A-F]{2,6})(?=$|[\s.,;:。，])")
_SAID = r"\b(?:it'?s|it[ ]is|should[ ]be|must[ ]be|think|guess|say)"
_DECLARED = re.compile(
    rf"(?:{_LABEL}|{_SAID}|应该?是|就是|认为是?)[ ]*[:=]?[ ]*{_LETTER}(?![A-Za-z0-9'])", re.IGNORECASE
)
_DENIED = re.compile(r"\b(?:not|isn't|never)\b|不是|不选|不能选|并非|非", re.IGNORECASE)
_ALONE = re.compile(rf"^{_LETTER}[.。,:;!]*$")


def letters_of(text: str, choices: Mapping[str, Text]) -> tuple[str, ...]:
    """The letters that an answer gives, in order; none where it gives no letter.

    Args:
        text: the answer, untrusted.
        choices: what there was to choose from; an answer that repeats one in words gives its letter.
    """
    lines = [" ".join(line.split()) for line in unmarked(fold(text)).split("\n")]
    lines = [line for line in lines if line]
    found: dict[str, None] = {}
    for number, line in enumerate(lines):
        for letter in _in_line(line, first=number == 0):
            found[letter] = None
    if not found:
        found = dict.fromkeys(_in_words(lines, choices))
    return tuple(found)


def _in_line(line: str, *, first: bool) -> list[str]:
    if run := _RUN.match(line):
        return list(run[0])
    if alone := _ALONE.match(line):
        return [alone[1].upper()]
    found: list[str] = []
    head = _HEAD.match(line)
    if first and head is not None and not _is_article(line, head):
        found.append(head[1].upper())
        rest = line[head.end() :]
        while more := _MORE.match(rest):
            letter, rest = more[1] or more[2], rest[more.end() :]
            if letter.islower() and rest.strip(" .,;:。"):
                break  # "B and a cache": an article
            found.append(letter.upper())
        return found
    for declared in _DECLARED.finditer(line):
        clause = max(line.rfind(sign, 0, declared.start()) for sign in ",.;:。") + 1
        if _DENIED.search(line[clause : declared.end()]) or (declared[1] == "a" and line[declared.end() :].strip()):
            continue
        found.append(declared[1].upper())
    return found


def _is_article(line: str, head: re.Match[str]) -> bool:
    """`A cache is ...` begins with a word, not with an answer."""
    rest = line[head.end(1) :]
    bare = head.start(1) == 0 and head[1] in "aA"
    return bare and re.match(r"[ ]+(?!because|since|as\b|for\b|due|and\b|or\b)[a-z]", rest) is not None


def _in_words(lines: list[str], choices: Mapping[str, Text]) -> list[str]:
    said = _plain(" ".join(lines))
    return [letter for letter, text in choices.items() if said and said in (_plain(text.en), _plain(text.zh))]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text)).casefold()
