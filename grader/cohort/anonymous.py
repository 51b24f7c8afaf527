"""Taking a person out of a report, for pages that are shown around.

Names of files and what the code printed go; the name by which the gradebook knows the candidate is replaced in all
text that somebody could have written: messages, tracebacks, examples, findings. Ids, titles of checks and figures stay
as they are, whoever is called like them. What somebody wrote about themselves in other words stays: `docs/` says so.
"""

from __future__ import annotations

import re

import msgspec

from grader.model import Diagnosis, Example, Report, Text

# Of a name in ASCII letters. "al" stands in too many words to be looked for; "tim" and "ward" stand in "timing" and
# "forward", so short ones are looked for as words of their own. Names in other scripts are found wherever they stand.
_SHORTEST, _INSIDE = 3, 5


def nameless(report: Report, name: str, number: str) -> Report:
    """The report of a candidate with `number` for their name."""

    def said(text: str) -> str:
        return replace_name(text, name, number)

    def both(text: Text) -> Text:
        return Text(en=said(text.en), zh=said(text.zh))

    def seen(example: Example | None) -> Example | None:
        if example is None:
            return None
        return Example(**{field: said(getattr(example, field)) for field in Example.__struct_fields__})

    def found(diagnosis: Diagnosis) -> Diagnosis:
        return msgspec.structs.replace(
            diagnosis,
            title=both(diagnosis.title),
            explanation=both(diagnosis.explanation),
            example=seen(diagnosis.example),
        )

    return msgspec.structs.replace(
        report,
        submission_name=number,
        output="",
        output_truncated=False,
        checks=tuple(
            msgspec.structs.replace(
                each, message=both(each.message), traceback=said(each.traceback), example=seen(each.example)
            )
            for each in report.checks
        ),
        diagnoses=tuple(found(each) for each in report.diagnoses),
        notes=tuple(both(each) for each in report.notes),
    )


def replace_name(text: str, name: str, number: str) -> str:
    """Put the number wherever the name stands: as it is, as Python or JSON spells it, in capitals or not."""
    if name.isascii() and len(name) < _SHORTEST:
        return text
    spellings = {name, repr(name)[1:-1], msgspec.json.encode(name).decode()[1:-1]}
    pattern = "|".join(re.escape(each) for each in sorted(spellings, key=len, reverse=True))
    if name.isascii() and len(name) < _INSIDE:
        pattern = f"(?<![a-z])(?:{pattern})(?![a-z])"
    return re.sub(pattern, lambda _: number, text, flags=re.IGNORECASE)
