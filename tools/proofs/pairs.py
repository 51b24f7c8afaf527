"""Two known mistakes in one submission: both are named, or what is seen is described; a wrong name is never given.

A pair is made as two people's edits of one file are merged: three-way, from the reference. Edits that touch the same
lines make no pair.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from grader.catalog.load import load
from grader.model import Diagnosis, Exercise, Mistake, MistakeKind, Verdict
from tools.proofs.gradings import SEED, graded

PAIRS = 120


def pairs(slug: str, count: int = PAIRS, seed: int = SEED) -> dict[str, Any]:
    """Figures: how many pairs had both named, one, none; and every wrong name."""
    exercise = load(slug)
    made = _sample(exercise, count, seed)
    sources = [(f"{a.id}+{b.id}", source, None) for a, b, source in made]
    tally = {"both named": 0, "one named, the other described or hidden by it": 0, "described": 0, "silent": 0}
    within = {"one function": 0, "two functions": 0}
    wrong: list[dict[str, Any]] = []
    accepted: list[str] = []
    for (a, b, _), report in zip(made, graded(slug, sources, diagnosis=True), strict=True):
        within["one function" if set(a.functions) & set(b.functions) else "two functions"] += 1
        if report.verdict is Verdict.ACCEPTED:
            accepted.append(report.submission_name)
            continue
        right = ({a.id, *a.equals}, {b.id, *b.equals})
        named = [each for each in report.diagnoses if each.mistakes]
        found = {one for each in named for one in each.mistakes}
        hits = sum(bool(found & each) for each in right)
        strangers = [each for each in named if _is_wrong(each, right)]
        if strangers:
            wrong.append({"pair": report.submission_name, "named": [[*each.mistakes] for each in strangers]})
        elif hits == 2:
            tally["both named"] += 1
        elif hits == 1:
            tally["one named, the other described or hidden by it"] += 1
        elif report.diagnoses:
            tally["described"] += 1
        else:
            tally["silent"] += 1
    return {"pairs": len(made), **within, "tally": tally, "wrong": wrong, "cancel out": accepted}


def _is_wrong(diagnosis: Diagnosis, right: tuple[set[str], set[str]]) -> bool:
    """A single name that is neither of the two, or a set of candidates that holds neither."""
    return not set(diagnosis.mistakes) & (right[0] | right[1])


def _sample(exercise: Exercise, count: int, seed: int) -> list[tuple[Mistake, Mistake, bytes]]:
    values = [each for each in exercise.mistakes if each.kind is MistakeKind.VALUE and each.path.suffix == ".py"]
    candidates = list(itertools.combinations(values, 2))
    random.Random(seed).shuffle(candidates)  # a sample, no secret
    alike = [pair for pair in candidates if set(pair[0].functions) & set(pair[1].functions)]
    apart = [pair for pair in candidates if not set(pair[0].functions) & set(pair[1].functions)]
    made = []
    for group in (alike, apart):
        found = (
            (a, b, merged)
            for a, b in group
            if a.id not in b.equals and (merged := merge(exercise.reference, a.path, b.path)) is not None
        )
        made += list(itertools.islice(found, count // 2))
    return made


def merge(reference: Path, one: Path, other: Path) -> bytes | None:
    """Both edits in one file; None where they touch the same lines or where the result is no Python."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, path in (("one", one), ("reference", reference), ("other", other)):
            plain = Path(folder, name)
            plain.write_text(_without_head(path.read_text(encoding="utf-8")), encoding="utf-8")
            paths.append(str(plain))
        done = subprocess.run(["git", "merge-file", "-p", "-q", *paths], capture_output=True, check=False)
    if done.returncode != 0:
        return None
    try:
        compile(done.stdout, "pair", "exec")
    except SyntaxError:
        return None
    return done.stdout


def _without_head(text: str) -> str:
    """Without the leading comment and docstring, in which every mistake differs from every other."""
    import ast

    tree = ast.parse(text)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    return "".join(text.splitlines(keepends=True)[body[0].lineno - 1 :]) if body else ""
