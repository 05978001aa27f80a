"""What published lists say, as columns: whether an LEA had an outcome, and how many priorities a group met."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.core.record import PublishedFacts
from rulelang.core.tree import PriorityCount
from rulelang.core.truth import Truth
from rulelang.engine.columns import Answers, Shape, rows_at

Listed = Sequence[PublishedFacts | None]
"""The published list of a year, LEA by LEA; None if there is no list."""


def tally_listed(asked: PriorityCount, most: int, listed: Listed, shape: Shape, names: Sequence[str]) -> Answers:
    """Return for each student group whether it met a number of priorities by a year's published list.

    Of a group that is not in the list it is known only that it met fewer than the list states; out of how many of the
    `most` priorities, a list does not say. Nothing is known if there is no list, or if it does not say which priorities
    the groups met.
    """
    places: dict[Truth, list[int]] = {True: [], False: [], None: []}
    for lea, facts in enumerate(listed):
        if facts is None or facts.priorities is None:
            continue
        fewer = asked.quantity.of_any(range(min(facts.fewest, most + 1)), most)
        for lane, name in enumerate(names):
            met = facts.priorities.get(name)
            answer = fewer if met is None else asked.quantity.of_any(range(len(met), len(met) + 1), most)
            places[answer].append(lane * shape.size + lea)
    return Answers(rows_at(places[True]), rows_at(places[False]))


def outcome_listed(outcome: str, listed: Listed) -> Answers:
    """Return for each LEA whether it had an outcome by a year's published list, if the list states it."""
    known = [(lea, facts) for lea, facts in enumerate(listed) if facts is not None]
    yes = [lea for lea, facts in known if outcome in facts.held]
    no = [lea for lea, facts in known if outcome in facts.stated and outcome not in facts.held]
    return Answers(rows_at(yes), rows_at(no))
