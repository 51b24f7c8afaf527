"""How diagnoses are said: named mistakes, several of them, likely causes, and relations, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.diagnosis.agreement import Group
from grader.i18n import say
from grader.model import Confidence, Mistake, Text
from grader.values import Relation, RelationKind, recognise

_EXPLAINED = 4  # mistakes whose explanations are spelled out where several are named


def worded(groups: tuple[Group, ...], parts: Callable[[Mistake], Group]) -> tuple[Confidence, Group, Text, Text]:
    """Confidence, the mistakes in the order to be named, title and explanation of groups that are all needed.

    Args:
        groups: as found; within a group the mistakes cannot be told apart.
        parts: the mistakes that a known combination is made of.
    """
    if len(groups) > 1:
        title, explanation = together_text(groups)
        return Confidence.SEVERAL, tuple(mistake for group in groups for mistake in group), title, explanation
    (group,) = groups
    if group[0].made_of:
        here = parts(group[0])
        if len(here) > 1:
            return Confidence.SEVERAL, here, *combined_text(here)
        group = here  # the combination's others lie elsewhere
    if not _equal(group):
        title, explanation = undecided_text(group)
        return Confidence.SEVERAL, group, title, explanation
    return Confidence.EXACT, group, group[0].title, group[0].explanation


def _equal(group: Group) -> bool:
    """Whether all mistakes of a group are declared equal, directly or by way of one another."""
    reached, pending = {group[0].id}, [group[0]]
    while pending:
        one = pending.pop()
        for other in group:
            if other.id not in reached and (other.id in one.equals or one.id in other.equals):
                reached.add(other.id)
                pending.append(other)
    return len(reached) == len(group)


def undecided_text(group: Group) -> tuple[Text, Text]:
    """Title and explanation of several mistakes that the calls cannot tell apart."""
    intro = say(
        "On every call that was made, these known mistakes answer as this submission does, so that the calls cannot "
        "tell them apart: {titles}.",
        titles=_listing([mistake.title for mistake in group]),
    )
    return say("One of {count} known mistakes", count=len(group)), _spelled_out(intro, group)


def together_text(groups: Sequence[Group]) -> tuple[Text, Text]:
    """Title and explanation of mistakes that explain the wrong calls together."""
    titles = [_alternatives([mistake.title for mistake in group]) for group in groups]
    intro = say("No one known mistake explains every wrong call; together these do: {titles}.", titles=_listing(titles))
    mistakes = [mistake for group in groups for mistake in group]
    return say("Several known mistakes at once"), _spelled_out(intro, mistakes)


def combined_text(parts: Group) -> tuple[Text, Text]:
    """Title and explanation of a known combination of mistakes."""
    intro = say(
        "On every call this answers as these known mistakes do together in one place: {titles}.",
        titles=_listing([mistake.title for mistake in parts]),
    )
    return say("Several known mistakes at once"), _spelled_out(intro, parts)


def cost_text(causes: Sequence[Mistake], memory: bool) -> tuple[Text, Text]:
    """Title and explanation of right answers that cost too much."""
    title = say("Right, but uses too much memory") if memory else say("Right, but too slow")
    if not causes:
        return title, say("The answers are right; what they cost is over the budget of the check.")
    intro = say(
        "The answers are right; what they cost is over the budget. Likely cause, one that this budget is there to "
        "catch: {titles}.",
        titles=_listing([mistake.title for mistake in causes]),
    )
    return title, _spelled_out(intro, causes)


def rule_text(causes: Sequence[Mistake], names: Sequence[str]) -> tuple[Text, Text]:
    """Title and explanation of the use of something that is not allowed."""
    if names:
        title = say("Uses what is not allowed: {names}", names=", ".join(names))
    else:
        title = say("Uses what is not allowed")
    intro = say("The task asks to do without it; the checks that met it give no points.")
    return title, _spelled_out(intro, causes)


def relation_text(place: str, found: Sequence[Relation]) -> tuple[Text, Text]:
    """Title and explanation of one relation that holds on every wrong call.

    Args:
        place: what it holds of: "result", "result[0]".
        found: the same relation on each of the calls; factors may differ.
    """
    first = found[0]
    numbers = list(dict.fromkeys(recognise(each.number) for each in found if each.number is not None))
    shown = ", ".join(numbers[:4]) + (", …" if len(numbers) > 4 else "")
    axes = [str(axis) for axis in first.axes]
    match first.kind:
        case RelationKind.NAN:
            return say("All NaN"), say("{place} is NaN in every element.", place=place)
        case RelationKind.NAN_IN_ZERO_ROWS:
            text = say("{place} is NaN exactly in the rows that should be all zero; the others are right.", place=place)
            return say("NaN where zeros are due"), text
        case RelationKind.NAN_IN_ROWS:
            return say("Rows of NaN"), say("{place} has whole rows of NaN; the other rows are right.", place=place)
        case RelationKind.ZEROS:
            return say("All zeros"), say("{place} is zero in every element.", place=place)
        case RelationKind.CONSTANT:
            text = say("{place} is the same number everywhere: {number}.", place=place, number=shown)
            return say("One number everywhere"), text
        case RelationKind.EQUALS_INPUT:
            text = say("{place} equals {argument} as it was given.", place=place, argument=first.input)
            return say("Gives an argument back"), text
        case RelationKind.INVERTED:
            return say("Inverted"), say("{place} has True and False exchanged everywhere.", place=place)
        case RelationKind.NEGATED:
            return say("The sign is flipped"), say("{place} is the right answer with its sign flipped.", place=place)
        case RelationKind.RATIO if len(numbers) == 1:
            text = say("{place} is the right answer times the same number: {number}.", place=place, number=shown)
            return say("Off by a constant factor"), text
        case RelationKind.RATIO:
            text = say(
                "On each call {place} is the right answer times one number, which differs by call: {number}.",
                place=place,
                number=shown,
            )
            return say("Off by a constant factor"), text
        case RelationKind.OFFSET:
            text = say("{place} is the right answer plus one number: {number}.", place=place, number=shown)
            return say("Off by a constant"), text
        case RelationKind.ROW_RATIO:
            text = say("Each row of {place} is the right row times a number of its own.", place=place)
            return say("Each row is off by a factor"), text
        case RelationKind.TRANSPOSED:
            text = say("{place} is the right answer with axes {axes} swapped.", place=place, axes=", ".join(axes))
            return say("Transposed"), text
        case RelationKind.PERMUTED:
            text = say("{place} holds the right slices along axis {axis}, in another order.", place=place, axis=axes[0])
            return say("Right pieces in another order"), text
        case RelationKind.SHIFTED:
            text = say(
                "{place} is the right answer moved by one position along axis {axis}.", place=place, axis=axes[0]
            )
            return say("Off by one position"), text
        case RelationKind.SUMS_ON_OTHER_AXIS:
            text = say(
                "The rows of {place} should sum to 1; it sums to 1 along axis {axis} instead.",
                place=place,
                axis=axes[0],
            )
            return say("Sums to 1 along another axis"), text
        case RelationKind.ROW_SUMS:
            low = min(each.low for each in found if each.low is not None)
            high = max(each.high for each in found if each.high is not None)
            text = say(
                "The rows of {place} should sum to 1; they sum to numbers from {low} to {high}.",
                place=place,
                low=f"{low:.4g}",
                high=f"{high:.4g}",
            )
            return say("Rows do not sum to 1"), text


def _listing(texts: Sequence[Text]) -> Text:
    return Text(en="; ".join(each.en for each in texts), zh="；".join(each.zh for each in texts))


def _alternatives(texts: Sequence[Text]) -> Text:
    return Text(en=" or ".join(each.en for each in texts), zh="或".join(each.zh for each in texts))


def _spelled_out(intro: Text, mistakes: Sequence[Mistake]) -> Text:
    parts = [intro]
    parts += [say("{title}: {explanation}", title=each.title, explanation=each.explanation) for each in mistakes][
        :_EXPLAINED
    ]
    return Text(en="\n".join(each.en for each in parts), zh="\n".join(each.zh for each in parts))
