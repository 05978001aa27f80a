"""Made-up LEAs with all that an example has to say of them.

A made-up LEA is not rated on what is not said of it. Of an example that is true of levels, but a number or another fact
that it does not mention is unknown. So it says which of these are not rated, where that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from rulelang.core.record import FieldKey
from rulelang.core.tree import is_by_type
from rulelang.core.types import fact_type
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.core.walk import fields_in, walk
from rulelang.engine.facts import never_reported
from rulelang.engine.steps import Prepared
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, Option, Place, years_back

Shows = Callable[[Mapping[int, MadeUp]], Collection[int]]
"""Returns which of some made-up LEAs, by number, still show what each is to show."""


def facts_read(sides: Sequence[Prepared]) -> list[Place]:
    """Return the numbers and other facts that rulesets read, those of student groups for each that may have them."""
    words = [side.ruleset.vocabulary for side in sides]
    return [one for one in cells_read(sides) if any(fact_type(some, one.key) is not None for some in words)]


def types_read(sides: Iterable[Prepared]) -> frozenset[FieldKey]:
    """Return the scales by which rulesets choose among bands or grids, such as the type of a school.

    All data have one, and an example that gives none leaves it unknown.
    """
    found: set[FieldKey] = set()
    for ruleset in (side.ruleset for side in sides):
        by_type = filter(is_by_type, walk(*ruleset.nodes))
        keys = (asked.key for node in by_type for asked in fields_in(*node.on))
        found.update(key for key in keys if fact_type(ruleset.vocabulary, key) is None)
    return frozenset(found)


def cells_read(sides: Iterable[Prepared]) -> list[Place]:
    """Return the levels, numbers and other facts that rulesets read."""
    found: dict[Place, None] = {}
    for side in sides:
        for read in side.fields.values():
            never = set(never_reported(side.ruleset.vocabulary, read.year, read.key))
            groups = [one.name for at, one in enumerate(side.groups) if at not in never]
            back = years_back(side.ruleset, read.year)
            found |= {Place(back, one, read.key): None for one in (groups if read.scope is Scope.GROUP else [None])}
    return list(found)


def spelled_out(
    leas: Sequence[MadeUp], facts: Sequence[Collection[Place]], vocabulary: Vocabulary, shows: Shows
) -> list[MadeUp]:
    """Return made-up LEAs with those of some facts not rated for which it matters that they are not unknown.

    `facts` are those that each rests on.
    """
    found = list(leas)
    kept = shows({at: opened(lea, facts[at], vocabulary) for at, lea in enumerate(leas)})
    waiting: dict[int, list[Sequence[tuple[int, Place]]]] = {}
    for at in (at for at in range(len(leas)) if at not in kept):
        blank = list(_blank(leas[at], facts[at], vocabulary))
        found[at] = _with(leas[at], dict.fromkeys(blank))
        by_key: dict[object, list[tuple[int, Place]]] = {}
        for one in blank:
            by_key.setdefault((one[1].back, one[1].key), []).append(one)
        waiting[at] = [*([one] for one in blank), *by_key.values()]
    while waiting:
        fewer = {at: _without(found[at], some.pop()) for at, some in waiting.items()}
        changed = {at: one for at, one in fewer.items() if one != found[at]}
        kept = shows({at: opened(one, facts[at], vocabulary) for at, one in changed.items()})
        for at in kept:
            found[at] = changed[at]
        waiting = {at: some for at, some in waiting.items() if some}
    return found


def _blank(lea: MadeUp, facts: Iterable[Place], vocabulary: Vocabulary) -> Iterator[tuple[int, Place]]:
    """Yield the facts of which nothing is said, of an LEA (0) and of its others, as far as their kind has them."""
    of_kinds = {("", name): one.kinds for one in vocabulary.numbers for name in one.names if one.kinds}
    for place in facts:
        for at, one in enumerate((lea, *lea.others)):
            if place not in one.cells and one.kind in of_kinds.get(place.key, (one.kind,)):
                yield at, place


def opened(lea: MadeUp, facts: Iterable[Place], vocabulary: Vocabulary) -> MadeUp:
    """Return an LEA as an example would be read: facts of which it says nothing are unknown."""
    return _with(lea, dict.fromkeys(_blank(lea, facts, vocabulary), NOT_GIVEN))


def _with(lea: MadeUp, cells: Mapping[tuple[int, Place], Option]) -> MadeUp:
    return lea.with_cells(
        lambda at, own: {**own, **{place: option for (of, place), option in cells.items() if of == at}}
    )


def _without(lea: MadeUp, cells: Collection[tuple[int, Place]]) -> MadeUp:
    """Return an LEA in which some facts are no longer said to be not rated."""
    return lea.with_cells(lambda at, own: {place: option for place, option in own.items() if (at, place) not in cells})
