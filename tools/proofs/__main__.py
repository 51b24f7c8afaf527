"""`python -m tools.proofs [--only NAME] [SLUG ...]`: run proofs, keep the figures, write `docs/proofs.md`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from grader.catalog.find import slugs
from tools.proofs.gradings import written
from tools.proofs.killing import kill
from tools.proofs.page import write
from tools.proofs.pairs import pairs
from tools.proofs.repeating import repeat

PROOFS: dict[str, Callable[[str], dict[str, Any]]] = {"mutants": kill, "pairs": pairs, "repeat": repeat}


def main() -> int:
    """1 where a mutant survives unexplained, a pair gets a wrong name, or a verdict changes."""
    parser = argparse.ArgumentParser(prog="python -m tools.proofs", description=__doc__)
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help="all exercises by default")
    parser.add_argument("--only", choices=PROOFS, action="append")
    arguments = parser.parse_args()
    sound = True
    for slug in arguments.slugs or slugs():
        for name in arguments.only or PROOFS:
            print(f"proof: {name} of {slug} ...", file=sys.stderr, flush=True)
            figures = PROOFS[name](slug)
            print(f"  {written(name, slug, figures)}", file=sys.stderr)
            sound = sound and not any(figures.get(key) for key in ("survivors", "stale", "wrong", "changed"))
    write()
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
