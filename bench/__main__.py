"""`python -m bench [SECTION ...]`: run benchmarks and write `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import importlib
import sys

from bench.markdown import PAGE, Section, write

_ORDER = ("cold", "warm", "wire")
_ALL = (*_ORDER, "fairness")


def main() -> int:
    """Run what was asked for; all but `fairness`, which takes long, by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(_ALL)}")
    parser.add_argument("--minutes", type=float, help="stop judging fairness after so long; the next run goes on")
    arguments = parser.parse_args()
    asked = arguments.sections or list(_ORDER)
    unknown = [name for name in asked if name not in _ALL]
    if unknown:
        parser.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(_ALL)}")
    for name in asked:
        print(f"bench: {name} ...", file=sys.stderr, flush=True)
        options = {"minutes": arguments.minutes} if name == "fairness" else {}
        section: Section = importlib.import_module(f"bench.{name}").run(**options)
        write(section)
        for row in section.rows:
            print("  " + " | ".join(row), file=sys.stderr)
    print(f"bench: written to {PAGE}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
