"""Passages in common as view models: the list on the index, and two sources side by side.

The words here accuse nobody: they say what was found and where, and leave what it means to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from grader.catalog.find import slugs
from grader.cohort.anonymous import replace_name
from grader.cohort.index_view import page_of
from grader.cohort.passages import without_words
from grader.cohort.roll import Person, Roll
from grader.cohort.similarity import Pair, Similarity, similar
from grader.cohort.view import ClusterView, LineView, PairPageView, PairView, SideView, SimilarView
from grader.config import content
from grader.gradebook import Gradebook
from grader.i18n import say
from grader.report.phrase import Phrase
from grader.report.sanitize import clean_line
from grader.report.view import FactView

PAIRS = 60  # of one exercise that get a page
_CLUSTERS = 20
_LINES = 1_500
_LINE_LIMIT = 200


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for one exercise, and the sources that it was found in."""

    exercise: str
    people: tuple[Person, ...]
    sources: tuple[bytes, ...]
    similarity: Similarity


def look_for(book: Gradebook, roll: Roll) -> tuple[Found, ...]:
    """Compare the attempts that count, exercise by exercise."""
    known = slugs()
    found = []
    for subject in roll.subjects:
        people = tuple(person for person in roll.people if subject.slug in person.results)
        sources = tuple(book.submission(each.results[subject.slug].attempt.id).source for each in people)
        folder = content().exercises / subject.slug
        given = [file.read_bytes() for file in sorted(folder.glob("*.py"))] if subject.slug in known else []
        found.append(Found(exercise=subject.slug, people=people, sources=sources, similarity=similar(sources, given)))
    return tuple(found)


def pair_page(exercise: str, number: int) -> str:
    """The file of a side-by-side page, relative to the index."""
    return f"passages/{exercise}-{number:03}.html"


def similar_view(found: Sequence[Found], phrase: Phrase) -> SimilarView:
    """The list for the index."""
    pairs: list[PairView] = []
    clusters: list[ClusterView] = []
    notes: list[str] = []
    for each in found:
        shown = each.similarity.pairs[:PAIRS]
        pairs += [_row(each, pair, number) for number, pair in enumerate(shown, 1)]
        for members in each.similarity.clusters[:_CLUSTERS]:
            if len(members) > 2:
                people = tuple(_link(each.people[member]) for member in members)
                clusters.append(ClusterView(exercise=clean_line(each.exercise), members=people))
        if len(each.similarity.pairs) > len(shown) or each.similarity.cut:
            notes.append(
                phrase.line(
                    say(
                        "{exercise}: there are more pairs than these; the {count} with most in common are shown.",
                        exercise=each.exercise,
                        count=len(shown),
                    )
                )
            )
    return SimilarView(pairs=tuple(pairs), clusters=tuple(clusters), notes=tuple(notes))


def _row(found: Found, pair: Pair, number: int) -> PairView:
    return PairView(
        first=_link(found.people[pair.first]),
        second=_link(found.people[pair.second]),
        exercise=clean_line(found.exercise),
        percent=f"{100 * pair.share:.0f} %",
        share=pair.share,
        tokens=pair.tokens,
        page=pair_page(found.exercise, number),
    )


def _link(person: Person) -> FactView:
    return FactView(label=clean_line(person.name, limit=60), value=page_of(person))


def pair_page_view(found: Found, pair: Pair, phrase: Phrase, real_names: Mapping[int, str] | None) -> PairPageView:
    """Two sources side by side.

    Args:
        real_names: by candidate, for an anonymous page, which shows neither them nor comments; else None.
    """
    sentence = say(
        "{count} tokens stand in runs that are the same in both: {percent} %, on average of the two, of what each wrote"
        " beyond the given material, names, comments and layout left aside.",
        count=pair.tokens,
        percent=round(100 * pair.share),
    )
    sides = [
        _side(found, place, lines, real_names)
        for place, lines in ((pair.first, pair.first_lines), (pair.second, pair.second_lines))
    ]
    return PairPageView(
        exercise=clean_line(found.exercise), sentence=phrase.line(sentence), first=sides[0], second=sides[1]
    )


def _side(
    found: Found,
    place: int,
    common: Sequence[tuple[int, int]],
    real_names: Mapping[int, str] | None,
) -> SideView:
    person = found.people[place]
    text = found.sources[place].decode("utf-8", "replace").replace("\r\n", "\n")
    if real_names is not None:
        text = replace_name(without_words(text), real_names[person.id], person.name)
    lines = text.split("\n")
    return SideView(
        name=clean_line(person.name, limit=60),
        page=page_of(person),
        lines=tuple(
            LineView(
                number=number,
                text=clean_line(line.replace("\t", "    "), limit=_LINE_LIMIT),
                common=any(low <= number <= high for low, high in common),
            )
            for number, line in enumerate(lines[:_LINES], 1)
        ),
        cut=len(lines) > _LINES,
    )
