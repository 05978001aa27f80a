"""What belongs to what in a batch: families, and what folds over the entities that belong to one go over.

A family is an entity with all that belongs to it. Its rows lie one behind the other, each followed by what belongs to
it, so that what belongs to a row is the slice of rows behind it up to the end of its own part of the family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.vocabulary import Vocabulary
from rulelang.engine.columns import Column, flags, mapped, places_of, rows_at
from rulelang.engine.folds import Members


@frozen
class Families:
    """The rows of a batch, ordered so that each family is consecutive.

    `ends` has, for each row, the row after the last that belongs to it; `owners` the row it belongs to, -1 if it
    belongs to none. `present` are the kinds of entity that the data hold anywhere: for any other kind it is unknown
    what belongs to an entity. `only_in` has the rows of what the year of the rules does not have, with the years that
    do; `names` what each row is called.
    """

    ends: list[int]
    owners: list[int]
    present: frozenset[str]
    only_in: dict[int, frozenset[int]] = field(factory=dict)
    names: list[str] = field(factory=list)

    def is_in(self, year: int, row: int) -> bool:
        """Return whether a row is one of the entities of a year."""
        return row not in self.only_in or year in self.only_in[row]

    def of_year(self, year: int, rows: int) -> int:
        """Return those of some rows that are entities of a year."""
        return rows & ~rows_at([row for row in sorted(self.only_in) if not self.is_in(year, row)])

    def above(self, row: int) -> Iterator[int]:
        """Yield the rows that a row belongs to, the nearest first."""
        while (row := self.owners[row]) >= 0:
            yield row


# ---- families of records ----


def families_of(
    vocabulary: Vocabulary, records: Sequence[LeaRecord], least: int = 1
) -> Iterator[tuple[Sequence[int], Families]]:
    """Yield batches of whole families, each of at least a number of records, except for the last.

    A batch is the places of its records, family after family, and how its rows belong together.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for place, owner in enumerate(_owners(vocabulary, records)):
        below[owner].append(place)
    present = frozenset(record.kind for record in records if not record.only_in)
    order: list[int] = []
    families = Families([], [], present)
    for root in below[-1]:
        first = len(order)
        _add_family(root, below, order, families)
        added = ((row, records[order[row]].only_in) for row in range(first, len(order)))
        families.only_in.update({row: years for row, years in added if years})
        families.names.extend(records[place].name or records[place].code for place in order[first:])
        if len(order) >= least:
            yield order, families
            order, families = [], Families([], [], present)
    if order:
        yield order, families


def _add_family(root: int, below: Mapping[int, Sequence[int]], order: list[int], families: Families) -> None:
    """Put a family behind those of a batch."""
    waiting: list[tuple[int, int]] = [(root, -1)]  # a row to close has no owner: it is its own place, turned negative
    while waiting:
        place, owner = waiting.pop()
        if place < 0:
            families.ends[-place - 1] = len(order)
            continue
        row = len(order)
        order.append(place)
        families.owners.append(owner)
        families.ends.append(0)
        waiting.append((-row - 1, -1))
        waiting.extend((one, row) for one in reversed(below.get(place, ())))


def _owners(vocabulary: Vocabulary, records: Sequence[LeaRecord]) -> list[int]:
    """Return the place of the record that each belongs to, -1 if the data hold none."""
    places = {record.code: place for place, record in enumerate(records)}
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    for place, record in enumerate(records):
        by_kind[record.kind][record.code.rstrip("0") or record.code] = place
    above = {kind.name: vocabulary.above(kind.name) for kind in vocabulary.kinds}
    found = []
    for record in records:
        kinds = above.get(record.kind, ())
        given = places.get(record.belongs_to, -1) if record.belongs_to else -1
        if given >= 0 and records[given].kind not in kinds:
            given = -1
        found.append(given if given >= 0 or record.belongs_to else _by_code(record.code, kinds, by_kind))
    return found


def _by_code(code: str, kinds: Sequence[str], by_kind: Mapping[str, Mapping[str, int]]) -> int:
    """Return the entity of the nearest kind whose code, without trailing zeros, is the beginning of a code."""
    for kind in kinds:
        codes = by_kind.get(kind, {})
        for length in range(len(code) - 1, 0, -1):
            if code[:length] in codes:
                return codes[code[:length]]
    return -1


def looked_at(families: Families, of_kind: int, rows: Iterable[int], *, above: bool) -> dict[int, list[int]]:
    """Return for each of some rows those of a kind that it looks at: the one it belongs to, or what belongs to it."""
    marks = flags(of_kind, len(families.ends))
    if above:
        return {row: [one for one in families.above(row) if marks[one]][:1] for row in rows}
    return {row: [one for one in range(row + 1, families.ends[row]) if marks[one]] for row in rows}


# ---- folds ----


def belonging(families: Families, of_kind: int, year: int, length: int) -> Members:
    """Return the entities of a kind that belong to each row in a year."""
    slices = [slice(row + 1, families.ends[row]) for row in range(length)]
    return Members(slices, families.of_year(year, of_kind), length)


# ---- looking up ----


def of_owner(families: Families, of_kind: int, column: Column, length: int) -> Column:
    """Return, for each row, the value of the entity of a kind that it belongs to; unknown if there is none."""
    sources: list[int] = []
    marks = flags(of_kind, length)
    for row in range(length):
        owner = families.owners[row]
        sources.append(-1 if owner < 0 else owner if marks[owner] else sources[owner])
    return mapped(column, lambda rows: _moved(rows, sources), lambda: sources)


def _moved(rows: int, sources: Sequence[int]) -> int:
    found = {*places_of(rows)}
    return rows_at([row for row, source in enumerate(sources) if source in found]) if found else 0
