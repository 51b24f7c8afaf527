"""`python -m bench [SECTION ...]`: run benchmarks and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile

from bench.markdown import PAGE, Section, write

_ORDER = ("cold", "warm", "watch", "wire", "tiers", "report")
_ALL = (*_ORDER, "batch", "fairness")


def main() -> int:
    """Run what was asked for; all but `batch` and `fairness`, which take long, by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(_ALL)}")
    parser.add_argument("--minutes", type=float, help="stop judging fairness after so long; the next run goes on")
    parser.add_argument("--count", type=int, default=1_000, help="submissions of the batch")
    arguments = parser.parse_args()
    asked = arguments.sections or list(_ORDER)
    unknown = [name for name in asked if name not in _ALL]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(_ALL)}")
    with tempfile.TemporaryDirectory() as home:  # what is measured is no attempt of whoever measures
        os.environ.update(GRADER_DATA_DIR=f"{home}/data", GRADER_RUNTIME_DIR=f"{home}/run")
        _measure(asked, arguments)
    print(f"bench: written to {PAGE}", file=sys.stderr)
    return 0


def _measure(asked: list[str], arguments: argparse.Namespace) -> None:
    for name in asked:
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        options = {"fairness": {"minutes": arguments.minutes}, "batch": {"count": arguments.count}}.get(name, {})
        section: Section = importlib.import_module(f"bench.{name}").run(**options)
        write(section)
        for row in section.rows:
            print("  " + " | ".join(row), file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
