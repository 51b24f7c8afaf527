"""Which submissions have long passages in common, once what everybody was given is taken out.

`passages` levels the sources; copydetect (winnowed fingerprints of k-grams, after Schleimer, Wilkerson and Aiken 2003)
finds what they share. Its window is 1, so every run of twelve tokens counts and the result does not hang on Python's
secret hash seed; runs that the stub, the visible tests or the support file hold do not count. What is found is a place
to look, never a judgement: a person reads both sources and decides. Measured separation in `docs/cohort-report.md`.
"""

from __future__ import annotations

import io
import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from grader.cohort.passages import Alphabet, Tokens, tokens_of

if TYPE_CHECKING:
    from copydetect import CodeFingerprint

RUN = 12  # tokens: the shortest run that counts as common
LEAST_SHARE = 0.5  # of the tokens that are their own; independent right solutions were measured at 0.35 and below
_LEAST_TOKENS = 80  # own tokens of a source; below, there is too little to tell
_COMPARED = 1_000  # pairs that are looked at closely, the most promising first


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources with much in common. `first` and `second` are their places in what was given."""

    first: int
    second: int
    share: float  # of both sources' own tokens, their mean, 0 to 1
    tokens: int
    first_lines: tuple[tuple[int, int], ...]
    second_lines: tuple[tuple[int, int], ...]


class Similarity(msgspec.Struct, frozen=True):
    """What was found among some sources."""

    pairs: tuple[Pair, ...]  # most in common first
    clusters: tuple[tuple[int, ...], ...]  # sources linked by such pairs, largest cluster first
    compared: int  # sources that had enough of their own to be compared
    cut: bool  # there are more pairs than were looked at closely


def similar(sources: Sequence[bytes], given: Sequence[bytes], *, least: float = LEAST_SHARE) -> Similarity:
    """Find pairs of sources with passages in common.

    Args:
        sources: one a candidate, for one exercise.
        given: what every candidate was given: the stub, visible tests, support.
        least: the share from which a pair is told.
    """
    alphabet = Alphabet()
    known: set[int] = set()
    for each in given:
        known |= _fingerprint(tokens_of(each, alphabet), frozenset()).hashes
    groups: dict[str, list[int]] = defaultdict(list)  # sources that are the same once levelled are read once
    levelled = [tokens_of(each, alphabet) for each in sources]
    for number, tokens in enumerate(levelled):
        groups[tokens.text].append(number)
    prints: list[tuple[list[int], CodeFingerprint]] = []
    for members in groups.values():
        made = _fingerprint(levelled[members[0]], frozenset(known))
        if made.token_coverage >= _LEAST_TOKENS:
            prints.append((members, made))
    candidates, cut = _promising([made for _, made in prints], least)
    pairs = [pair for members, made in prints for pair in _same(members, made, levelled)]
    for a, b in candidates:
        pair = _pair(prints[a], prints[b], levelled)
        if pair is not None and pair.share >= least:
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.share, -pair.tokens, pair.first, pair.second))
    return Similarity(tuple(pairs), _clusters(pairs), sum(len(members) for members, _ in prints), cut)


def _fingerprint(tokens: Tokens, known: frozenset[int]) -> CodeFingerprint:
    from copydetect import CodeFingerprint  # here: it brings matplotlib along
    from copydetect.utils import get_token_coverage

    made = CodeFingerprint("", RUN, 1, filter=False, fp=io.StringIO(tokens.text))
    # Not by its own argument for boilerplate: that one expects hashes without repeats and takes out others with them.
    made.hash_idx = {value: at for value, at in made.hash_idx.items() if value not in known}
    made.hashes = set(made.hash_idx)
    made.token_coverage = int(get_token_coverage(made.hash_idx, RUN, len(tokens.text)))
    return made


def _promising(prints: Sequence[CodeFingerprint], least: float) -> tuple[list[tuple[int, int]], bool]:
    """Pairs that share enough runs to be worth a close look, found all at once by a sparse product."""
    import numpy as np
    from scipy import sparse

    numbers: dict[Any, int] = {}
    rows, columns = [], []
    for row, made in enumerate(prints):
        for value in made.hashes:
            rows.append(row)
            columns.append(numbers.setdefault(value, len(numbers)))
    if not numbers:
        return [], False
    table = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(prints), len(numbers)))
    shared = sparse.triu(table @ table.T, k=1).tocoo()
    sizes = np.asarray(table.sum(axis=1)).ravel()
    # Runs overlap: a change in one token spoils up to twelve of them, so fewer runs than tokens are shared.
    closeness = shared.data * 0.5 * (1 / sizes[shared.row] + 1 / sizes[shared.col])
    good = np.flatnonzero(closeness >= least / 2)
    order = good[np.lexsort((shared.col[good], shared.row[good], -closeness[good]))]
    best = order[:_COMPARED]
    return [(int(shared.row[at]), int(shared.col[at])) for at in best], len(order) > _COMPARED


def _same(members: Sequence[int], made: CodeFingerprint, levelled: Sequence[Tokens]) -> list[Pair]:
    """Sources that are the same once levelled, each with the next."""
    return [
        Pair(
            first=one,
            second=other,
            share=1.0,
            tokens=made.token_coverage,
            first_lines=_whole(levelled[one]),
            second_lines=_whole(levelled[other]),
        )
        for one, other in itertools.pairwise(members)
    ]


def _whole(tokens: Tokens) -> tuple[tuple[int, int], ...]:
    return ((tokens.lines[0], tokens.lines[-1]),)


def _pair(
    one: tuple[list[int], CodeFingerprint], other: tuple[list[int], CodeFingerprint], levelled: Sequence[Tokens]
) -> Pair | None:
    from copydetect import compare_files

    overlap, shares, slices = compare_files(one[1], other[1])
    if not overlap:
        return None
    first, second = one[0][0], other[0][0]
    return Pair(
        first=first,
        second=second,
        share=min(1.0, float(sum(shares)) / 2),
        tokens=int(overlap),
        first_lines=_lines(slices[0], levelled[first]),
        second_lines=_lines(slices[1], levelled[second]),
    )


def _lines(slices: Any, tokens: Tokens) -> tuple[tuple[int, int], ...]:
    """Runs of tokens as runs of lines, touching ones joined."""
    ranges: list[tuple[int, int]] = []
    for start, end in sorted(zip(*slices.tolist(), strict=True)):
        low, high = tokens.lines[int(start)], tokens.lines[min(int(end), len(tokens.lines)) - 1]
        if ranges and low <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(high, ranges[-1][1]))
        else:
            ranges.append((low, high))
    return tuple(ranges)


def _clusters(pairs: Sequence[Pair]) -> tuple[tuple[int, ...], ...]:
    """Sources linked by pairs, directly or through others."""
    home: dict[int, int] = {}

    def root(one: int) -> int:
        while home.setdefault(one, one) != one:
            one = home[one]
        return one

    for pair in pairs:
        one, other = sorted((root(pair.first), root(pair.second)))
        home[other] = one
    members: dict[int, list[int]] = defaultdict(list)
    for each in sorted(home):
        members[root(each)].append(each)
    return tuple(tuple(each) for each in sorted(members.values(), key=lambda each: (-len(each), each)))
