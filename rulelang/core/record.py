"""The facts of one LEA, as rules see them: no file, no column, no code of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from rulelang.diagnostics.notebook import Displayed

FieldKey = tuple[str, str]
"""An indicator's name and the name of a scale or a number: ("ELA", "color"), ("Graduation Rate", "graduates").

The indicator's name is empty for a number that belongs to no indicator.
"""


@frozen
class Reading:
    """The data's value for one indicator on one scale, or for one number: a level's name or an exact number.

    `level` is None for *not rated*, a known fact (too few students, or nothing to report), and `note` then says why. A
    value that is missing from the data has no Reading at all. `origin` is the file and row it was read from.
    """

    level: str | Fraction | None
    note: str = ""
    origin: str = field(default="", eq=False)


@frozen
class PublishedFacts:
    """The facts about an LEA in the state's published list of a year.

    `priorities` holds, by student group name, the priorities a group met if it met `fewest` or more; of any other group
    it is known only that it met fewer. It is None if the list does not say what the groups met. `held` names the
    outcomes the LEA had, `stated` those the list states. An LEA that is not in a year's list had none of them.
    """

    priorities: Mapping[str, frozenset[int]] | None = field(factory=dict)
    held: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    fewest: int = 2


@frozen
class YearFacts:
    """The facts of an LEA in one Dashboard year.

    `groups` holds readings by student group name, `lea` the readings of the LEA as a whole. `silent` names the
    indicators for which a missing reading means *not rated*, because the files that would hold it were read and the
    LEA is in that family of files; on any other indicator a missing reading is unknown. `doubtful` names the indicators
    of which a row may be missing, each with the student group, or None for all of them and for the LEA as a whole; a
    missing reading is unknown there, whatever silence means elsewhere. `published` is what the state's list of the year
    says, if one was read, and `group_count` the number of the LEA's student groups, if it is known.
    """

    groups: Mapping[str, Mapping[FieldKey, Reading]] = field(factory=dict)
    lea: Mapping[FieldKey, Reading] = field(factory=dict)
    silent: frozenset[str] = frozenset()
    published: PublishedFacts | None = None
    group_count: int | None = None
    doubtful: frozenset[tuple[str, str | None]] = frozenset()

    def is_doubtful(self, group: str | None, indicator: str) -> bool:
        """Return whether a missing reading of a student group (None for the LEA as a whole) is unknown in any case."""
        return bool(self.doubtful) and not self.doubtful.isdisjoint(((indicator, None), (indicator, group)))

    def reading(self, group: str | None, key: FieldKey) -> Reading | None:
        """Return the reading of a student group (None for the LEA as a whole), or None if it is unknown."""
        readings = self.lea if group is None else self.groups.get(group, {})
        found = readings.get(key)
        if found is None and key[0] in self.silent and not self.is_doubtful(group, key[0]):
            return NO_ROW
        return found


NO_ROW = Reading(None, "no row in the files")
"""The reading of an indicator on which the files are silent about an LEA they otherwise report."""


@frozen(repr=False)
class LeaRecord(Displayed):
    """One LEA with its facts of every year at hand. `code` is text, with leading zeros; `kind` a kind of LEA's name.

    `belongs_to` is the code of the entity that it belongs to, empty if the data do not say. `only_in` are the years
    that have it if that of the rules is none of them: it is not determined, and counts among what belonged to others in
    those years.
    """

    code: str
    name: str
    county: str
    kind: str
    years: Mapping[int, YearFacts] = field(factory=dict, hash=False)
    belongs_to: str = ""
    only_in: frozenset[int] = frozenset()

    def _title(self) -> str:
        years = ", ".join(map(str, sorted(self.years))) or "no data"
        return f"LeaRecord {' '.join(part for part in (self.code, self.name) if part)}: {years}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from (("county", self.county), ("kind", self.kind))
        for year, facts in sorted(self.years.items(), reverse=True):
            yield f"student groups of {year}", f"{len(facts.groups):,}"
            yield f"readings of {year}", f"{len(facts.lea) + sum(map(len, facts.groups.values())):,}"
