"""Planted copies stand above everything that honest people wrote; what everybody was given does not count."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalog.load import load
from grader.cohort.similarity import LEAST_SHARE, Similarity, similar

# ---- copies as people make them -------------------------------------------------------------------------------------


def renamed(source: str) -> str:
    """Every name that the code chose for itself is another one; the contract's names stay."""
    return _rewrite(source, rename=True)


def reordered(source: str, seed: int = 1) -> str:
    """Functions and classes stand in another order, methods within their class too."""
    return _rewrite(source, shuffle=random.Random(seed))


def recommented(source: str) -> str:
    """Comments and docstrings are gone, others have come, and lines break elsewhere."""
    lines = []
    for number, line in enumerate(_rewrite(source).splitlines()):
        if line.strip() and number % 3 == 0 and not line.rstrip().endswith("\\"):
            lines.append(f"{line[: len(line) - len(line.lstrip())]}# my own thought number {number}")
        lines.append(line)
    return "\n".join(lines) + "\n"


def disguised(source: str) -> str:
    """All of it at once."""
    return recommented(_rewrite(source, rename=True, shuffle=random.Random(3)))


def _rewrite(source: str, *, rename: bool = False, shuffle: random.Random | None = None) -> str:
    tree = ast.parse(source)
    _without_docstrings(tree)
    if rename:
        _Renamer(tree).visit(tree)
    if shuffle is not None:
        _shuffle(tree, shuffle)
        for each in ast.walk(tree):
            if isinstance(each, ast.ClassDef):
                _shuffle(each, shuffle)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _without_docstrings(tree: ast.Module) -> None:
    for each in ast.walk(tree):
        if isinstance(each, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(each) is not None:
            each.body = each.body[1:] or [ast.Pass()]


def _shuffle(node: ast.Module | ast.ClassDef, chance: random.Random) -> None:
    movable = [at for at, each in enumerate(node.body) if isinstance(each, ast.FunctionDef | ast.ClassDef)]
    pieces = [node.body[at] for at in movable]
    chance.shuffle(pieces)
    for at, piece in zip(movable, pieces, strict=True):
        node.body[at] = piece


class _Renamer(ast.NodeTransformer):
    """Locals, parameters without a contract, private helpers and attributes of self."""

    def __init__(self, tree: ast.Module) -> None:
        stored = {each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        private = {
            each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name.startswith("_")
        }
        names = sorted((stored | private) - {name for name in private if name.startswith("__")})
        self._names = {name: f"renamed_{number}" for number, name in enumerate(names)}
        self._attributes = {
            each.attr
            for each in ast.walk(tree)
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self"
        } & {
            each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
        }

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        if node.attr in self._attributes:
            node.attr = f"held_{node.attr[::-1]}"
        return node


# ---- what is found ---------------------------------------------------------------------------------------------------

SLUGS = ("self_attention", "word2vec")
COPIES: dict[str, Callable[[str], str]] = {
    "renamed": renamed,
    "reordered": reordered,
    "recommented": recommented,
    "disguised": disguised,
}


def honest(slug: str) -> dict[str, bytes]:
    """Right solutions that were written independently of one another."""
    exercise = load(slug)
    found = {each.id: each.path.read_bytes() for each in exercise.accepted}
    return {"reference": exercise.reference.read_bytes(), **found}


def given(slug: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted((load(slug).folder).glob("*.py"))]


def shares(found: Similarity) -> dict[tuple[int, int], float]:
    return {(pair.first, pair.second): pair.share for pair in found.pairs}


@pytest.mark.parametrize("slug", SLUGS)
def test_copies_stand_above_all_honest_pairs(slug: str) -> None:
    """A copy of any solution, disguised in any of the ways, is closer to it than any two honest solutions are."""
    sources = honest(slug)
    everything = list(sources.values())
    pairs_of_copies = set()
    for number, source in enumerate(sources.values()):
        for disguise in COPIES.values():
            pairs_of_copies.add((number, len(everything)))
            everything.append(disguise(source.decode()).encode())
    found = shares(similar(everything, given(slug), least=0.0))
    among_honest = [share for (one, other), share in found.items() if other < len(sources)]
    copies = [share for pair, share in found.items() if pair in pairs_of_copies]

    # A copy that is the same once levelled is told with the next of its kind; the original leads each such chain.
    assert len(among_honest) > len(sources)
    assert max(among_honest) < LEAST_SHARE < min(copies)
    assert min(copies) > 2 * max(among_honest)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("disguise", COPIES)
def test_a_planted_copy_is_the_only_pair(slug: str, disguise: str) -> None:
    """Hidden among honest solutions it is found, with its original and with nobody else."""
    sources = list(honest(slug).values())
    sources.append(COPIES[disguise](sources[2].decode()).encode())
    found = similar(sources, given(slug))

    assert [(pair.first, pair.second) for pair in found.pairs] == [(2, len(sources) - 1)]
    assert found.clusters == ((2, len(sources) - 1),)
    assert found.pairs[0].share > 0.8
    assert found.compared == len(sources)


def test_lines_lead_to_the_passages() -> None:
    """What two people share is shown where it stands in each file."""
    common = Path(__file__).read_text(encoding="utf-8").partition("class _Renamer")[0]
    one = "import math\n\n\n" + common
    other = "# a line\n" * 20 + common.replace("source", "text") + "x = [1, 2, 3]\n" * 30
    (pair,) = similar([one.encode(), other.encode()], []).pairs
    lines = one.splitlines()
    last = len("".join(common).rstrip().splitlines()) + 3

    assert pair.first_lines[0][0] <= lines.index("import ast") + 2
    assert pair.first_lines[-1][1] == last
    assert pair.second_lines[0][0] >= 20
    assert pair.second_lines[-1][1] <= 20 + last + 1


def test_what_was_given_is_nobodys() -> None:
    """Unfilled stubs, and solutions that share only the stub, have nothing in common."""
    material = given("self_attention")
    stub = load("self_attention").stub.read_bytes()
    found = similar([stub, stub + b"\n# mine\n", stub], material)

    assert found == Similarity((), (), 0, False)


def test_the_same_file_three_times_is_one_cluster() -> None:
    """Each is told with the next, and all stand together."""
    source = load("word2vec").reference.read_bytes()
    found = similar([source, b"x = 1\n", source, source + b"\n# end\n"], given("word2vec"))

    assert [(pair.first, pair.second, pair.share) for pair in found.pairs] == [(0, 2, 1.0), (2, 3, 1.0)]
    assert found.clusters == ((0, 2, 3),)


def test_the_result_does_not_hang_on_the_hash_seed() -> None:
    """Two runs of one cohort tell the same shares: Python's secret per process must not show."""
    code = (
        "import glob; from grader.cohort.similarity import similar;"
        "print(similar([open(f, 'rb').read() for f in sorted(glob.glob('solutions/word2vec/accepted/*.py'))], [],"
        " least=0.1))"
    )
    root = Path(__file__).resolve().parents[3]
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PATH": "", "HOME": str(root / "build")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(runs) == 1
    assert "Pair(" in runs.pop()


def test_hostile_sources_are_only_scanned() -> None:
    """Nothing is parsed: neither depth, nor size, nor what is no text at all, does harm."""
    bad = [b"(" * 500_000, b"\xff\x00" * 5000, b"'" * 100_000, b'"""' + b"x" * 100_000, b"\\" * 100_000, b""]
    found = similar([*bad, *bad], [])

    assert all(pair.share <= 1 for pair in found.pairs)
