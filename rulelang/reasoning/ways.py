"""The smallest changes of an LEA's levels and numbers that would end an outcome, or bring it about.

What can change is the level of a cell of the year itself, or a number that crosses a limit. Kind, earlier years and
published lists are fixed; so is a cell without a level, because a group that is too small does not grow by doing
better. First as few cells as possible change, then each by as few levels or intervals as possible. It is proved that
nothing smaller will do (`reasoning.least`), and every change is applied and evaluated before it is returned. Only
numbers that are calculated with others may take several that are not all tried (`WayOut.is_partial`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile
from operator import le
from typing import Final

from attrs import evolve, frozen

from rulelang.core.record import LeaRecord
from rulelang.core.tree import Interval
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import BatchEvaluation, evaluate_batches
from rulelang.engine.facts import NOTHING
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import Asked, answer_of, value_of
from rulelang.reasoning.calculations import Calculations, calculations
from rulelang.reasoning.cases import EDGE, Cases, Lea
from rulelang.reasoning.circuit import FALSE
from rulelang.reasoning.crossings import changes_of, crossings
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.least import COUNTED, Search, Way
from rulelang.reasoning.opened import left_open
from rulelang.reasoning.possible import Place, PossibleData, columns_of
from rulelang.reasoning.trials import Change, Level, LevelChange, NumberChange, flips
from rulelang.reasoning.unrolled import Alone, alone, is_unrolled

SHOWN: Final = 10
"""How many of the smallest changes are returned for an LEA by default."""


@frozen(repr=False)
class WayOut(Displayed):
    """The changes that would give an outcome of an LEA another value.

    `value` is the outcome's value, `ends` whether the LEA has it, so that it is to end, and not to come about. `ways`
    are smallest sets of changes, `count` how many there are (`least.COUNTED` if there are as many or more). There are
    none if `obstacle` is not empty: `missing data` if data that are missing could decide, `past or kind` if no levels
    or numbers of the year would do, and `numbers not changed` if those in `left_out` might, by their names: the outcome
    rests on them in a way that is not followed. With `is_partial`, not every change of several numbers at once was
    tried that are calculated with: then it is proved only that no change of one cell is smaller. With `is_ranked`, the
    outcome rests on a rank, so that only changes of the entity itself were tried: then nothing is proved of others.
    """

    record: LeaRecord
    outcome: str
    value: str
    ends: bool
    ways: tuple[tuple[Change, ...], ...] = ()
    count: int = 0
    obstacle: str = ""
    is_partial: bool = False
    left_out: tuple[str, ...] = ()
    is_ranked: bool = False

    def _title(self) -> str:
        what = "end" if self.ends else "bring about"
        far = f"{count(self.distance or 0, 'change')}, {count(self.count, 'way')}" if self.ways else self.obstacle
        return f"WayOut of {self.record.name or self.record.code} to {what} {self.outcome}: {far}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for number, way in enumerate(self.ways, 1):
            for one in way:
                change = " ".join(filter(None, one.cell[1])), one.group or "", f"{one.before} to {one.after}"
                yield str(number), *filter(None, change)

    @property
    def distance(self) -> int | None:
        """Return how many cells have to change; None if no change of cells will do."""
        return len(self.ways[0]) if self.ways else None


MISSING_DATA: Final = "missing data"
FIXED: Final = "past or kind"
NOT_CHANGED: Final = "numbers not changed"


def ways_out(
    prepared: Prepared,
    records: Iterable[LeaRecord],
    outcome: str,
    shown: int = SHOWN,
    codes: Collection[str] | None = None,
) -> Iterator[WayOut]:
    """Yield the smallest changes for each LEA, in the order given. `outcome` is one of the ruleset's, by name.

    Only LEAs with some `codes` are asked about, where these are given. At most `shown` of the smallest changes are
    returned for each. If the rules relate entities to one another, those of an LEA and of all that is related to it
    can change. KeyError if the ruleset decides no outcome of that name.
    """
    asked = Asked(prepared, outcome)
    if outcome not in {rule.outcome for rule in prepared.ruleset.rules}:
        raise KeyError(outcome)
    if is_unrolled(prepared):
        for one in alone(prepared, records, asked.definition, codes):
            yield confirmed_by(one, asked, way_alone(one, asked, shown))
        return
    search = _search(prepared, outcome, shown)
    some = (record for record in records if codes is None or record.code in codes)
    for batch in evaluate_batches(prepared, some):
        yield from _confirmed(search.asked, batch, search.ways(batch))


def way_alone(one: Alone, asked: Asked, shown: int = SHOWN) -> WayOut:
    """Return the smallest changes of an entity alone, keyed by its record."""
    search = _search(one.prepared, asked.name, shown)
    [batch] = evaluate_batches(one.prepared, [one.record])
    [way] = _confirmed(search.asked, batch, search.ways(batch))
    if not one.is_ranked:
        return way
    return evolve(way, is_ranked=True, obstacle=NOT_CHANGED if way.obstacle == FIXED else way.obstacle)


def confirmed_by(one: Alone, asked: Asked, way: WayOut) -> WayOut:
    """Return the way out of an entity alone as one of the entity, after applying each to it and its relatives.

    UnconfirmedError if one has no effect by the rules as they are. Not all that is known of several values is carried
    over to the entity alone, such as how many student groups it has, so that it may lack what decides.
    """
    value, *after = one.values([(), *way.ways], asked.definition)
    if value != way.value or any((now == asked.had) is way.ends or now == CANNOT_TELL for now in after):
        if one.counts_groups or way.value == CANNOT_TELL:
            return WayOut(one.evaluation.record, asked.name, value, value == asked.had, obstacle=MISSING_DATA)
        raise UnconfirmedError(
            f"a way out of {asked.name} for {way.record.code} is none with all that it is related to"
        )
    return evolve(way, record=one.evaluation.record)


def _confirmed(asked: Asked, batch: BatchEvaluation, ways: Sequence[WayOut]) -> Iterator[WayOut]:
    """Yield ways out after applying and evaluating each, its changes with all that lies beyond and will do as well.

    UnconfirmedError if one has no effect.
    """
    trials = [[{change.cell: change.after for change in way} for way in one.ways] for one in ways]
    farther = [
        [
            (number, at, level)
            for number, way in enumerate(one.ways)
            for at, change in enumerate(way)
            for level in change.beyond(asked.prepared)
        ]
        for one in ways
    ]
    for some, one, of in zip(trials, ways, farther, strict=True):
        some += [{**some[number], one.ways[number][at].cell: level} for number, at, level in of]
    for one, of, flipped in zip(ways, farther, flips(asked, batch, trials), strict=True):
        if flipped & (1 << len(one.ways)) - 1 != (1 << len(one.ways)) - 1:
            raise UnconfirmedError(f"a way out of {asked.name} for {one.record.code} is none by the evaluator")
        doing: dict[tuple[int, int], set[Level]] = defaultdict(set)
        for bit, (number, at, level) in enumerate(of, len(one.ways)):
            if flipped >> bit & 1:
                doing[number, at].add(level)
        widened = (
            tuple(_widened(asked.prepared, change, doing[number, at]) for at, change in enumerate(way))
            for number, way in enumerate(one.ways)
        )
        yield evolve(one, ways=tuple(widened))


def _widened(prepared: Prepared, change: Change, doing: Collection[Level]) -> Change:
    """Return a change of a level with those beyond that will do as well, and of a number with those right beyond."""
    if isinstance(change, LevelChange):
        return evolve(change, wanted=change.alike(prepared).union(map(str, doing)))
    interval = change.interval
    for choice in takewhile(lambda one: one.number in doing, change.farther):
        rises = change.after > change.before
        lower, upper = (interval.lower, choice.interval.upper) if rises else (choice.interval.lower, interval.upper)
        interval = Interval(lower, upper)
    return evolve(change, interval=interval)


@frozen
class _Search:
    """The search for the smallest changes that give an outcome another value."""

    asked: Asked
    cases: Cases
    calculations: Calculations
    shown: int
    left_out: tuple[str, ...] = ()

    @property
    def prepared(self) -> Prepared:
        """Return the ruleset."""
        return self.asked.prepared

    def ways(self, batch: BatchEvaluation) -> list[WayOut]:
        """Return the smallest changes for each LEA of a batch; all changes of one cell are tried first."""
        leas = [Lea(batch.of(at), crossed) for at, crossed in enumerate(crossings(batch, self.calculations))]
        changes = [changes_of(self.prepared, one.record, one.crossed) for one in leas]
        found = [self._by_one(lea, some) for lea, some in zip(leas, self._flipping(batch, changes), strict=True)]
        alike: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for at, one in enumerate(found):
            if not (one.ways or one.obstacle):
                alike[one.record.kind, one.ends].append(at)
        for places in alike.values():
            some = self._by_several([(leas[at], found[at]) for at in places])
            for at, one in zip(places, some, strict=True):
                found[at] = one
        return found

    def _flipping(self, batch: BatchEvaluation, changes: Sequence[Sequence[Change]]) -> Iterator[list[Change]]:
        """Yield for each LEA those of its changes that flip the outcome, levels first.

        They are tried apart from numbers, so that steps that rest on one of the two are not evaluated for the other.
        """
        found: list[list[Change]] = [[] for _ in changes]
        for sort in (LevelChange, NumberChange):
            some = [[one for one in of if isinstance(one, sort)] for of in changes]
            trials = [[{one.cell: one.after} for one in of] for of in some]
            for known, of, bits in zip(found, some, flips(self.asked, batch, trials), strict=True):
                known += [one for at, one in enumerate(of) if bits >> at & 1]
        yield from found

    def _by_one(self, lea: Lea, single: Sequence[Change]) -> WayOut:
        """Return the smallest changes for an LEA, of those of one cell that will do; without any if none do."""
        value = value_of(self.prepared, lea.evaluation, self.asked.definition)
        found = WayOut(lea.record, self.asked.name, value, value == self.asked.had, left_out=self.left_out)
        if value == CANNOT_TELL:
            return evolve(found, obstacle=MISSING_DATA)
        steps = [one.steps(self.prepared) for one in single]
        ways = [(one,) for one, number in zip(single, steps, strict=True) if number == min(steps)]
        return self._listed(found, ways, len(ways))

    def _listed(self, found: WayOut, ways: Iterable[tuple[Change, ...]], count: int) -> WayOut:
        """Return what was found, with the first of some ways in order (`_rank`), and how many there are."""
        return evolve(found, ways=tuple(sorted(ways, key=self._rank)[: self.shown]), count=count)

    def _by_several(self, some: Sequence[tuple[Lea, WayOut]]) -> Iterator[WayOut]:
        """Yield the smallest changes for LEAs of one kind for which no change of one cell will do."""
        leas, had = [lea for lea, _ in some], self.asked.had
        kind, ends = some[0][1].record.kind, some[0][1].ends
        wanted = [one for one in self.cases.answer if one not in (had, CANNOT_TELL)] if ends else [had]
        cases = self.cases.of(kind, wanted, leas)
        for (lea, before), case in zip(some, cases, strict=True):
            found, least = evolve(before, is_partial=lea.crossed.is_partial), case.search.least(case.target)
            if least is None:
                may = case.lacks_data and self._may_do(kind, wanted, lea)
                yield evolve(found, obstacle=MISSING_DATA if may else NOT_CHANGED if found.left_out else FIXED)
            else:
                ways = list(_nearest(self._changes(lea, case.search, way) for way in least.ways))
                # Those that are left out because others are nearer do not make it known how many there are.
                yield self._listed(found, ways, COUNTED if len(least.ways) >= COUNTED else len(ways))

    def _may_do(self, kind: str, wanted: Sequence[str], lea: Lea) -> bool:
        """Return whether the outcome could be what is wanted if the missing levels were known."""
        [case] = self.cases.of(kind, wanted, [lea], missing_is_open=True)
        return case.search.is_possible(case.target)

    def _changes(self, lea: Lea, search: Search, way: Way) -> tuple[Change, ...]:
        after = dict(way)
        return tuple(
            lea.crossed.change((place.group, place.key), search.cells[place].now, after[place])
            for place in self.cases.data.in_order(after)
        )

    def _rank(self, way: Sequence[Change]) -> list[tuple[object, ...]]:
        """Return the sort key of a way: its cells in the order of the vocabulary, and what they become.

        Those of the LEA come first, then by student group, then by indicator; in a cell the worst level or the lowest
        number. All ways take as many cells and steps.
        """
        words = self.prepared.ruleset.vocabulary
        return [
            (
                *self.cases.data.ranks(Place(0, *one.cell)),
                one.cell,
                one.after if isinstance(one, NumberChange) else words.scale(one.scale).levels.index(one.after),
            )
            for one in way
        ]


def _search(prepared: Prepared, outcome: str, shown: int) -> _Search:
    """Return the search of a ruleset for an outcome."""
    asked = Asked(prepared, outcome)
    data, known = PossibleData(), calculations(prepared, asked.definition)
    edges, lanes = left_open(prepared, data, known.edges)
    for position, of_rows in lanes.items():
        for lane, options in zip(known.lanes(position), of_rows, strict=True):
            data.cells[Place(0, known.group(lane), (str(position), EDGE))] = options
    data.others.clear()  # of what was left open, the edges are now cells
    numbers = {at: NOTHING for at, kind in enumerate(known.types) if kind is not None}
    columns = columns_of(prepared, data, {**numbers, **edges})
    answer = answer_of(prepared, data.circuit, columns, asked.definition)
    edges_asked = (one for one in data.cells_in(answer.values()) if one.key[1] == EDGE)
    only = {(int(one.key[0]), prepared.group_index.get(one.group or "")) for one in edges_asked}
    beneath = prepared.beneath([prepared.positions[prepared.ruleset.year, asked.definition]])
    read = {prepared.fields[at].key for at in beneath if at in prepared.fields}
    left_out = tuple(name for key, name in known.left_out.items() if key in read)
    cases = Cases(prepared, data, {asked.had: FALSE, **answer})
    return _Search(asked, cases, evolve(known, only=known.beside(only)), shown, left_out)


def _nearest(ways: Iterable[tuple[Change, ...]]) -> Iterator[tuple[Change, ...]]:
    """Yield ways without those of which another changes the same numbers by less, and everything else alike."""
    alike: dict[object, list[tuple[Change, ...]]] = {}
    for way in ways:
        what = tuple((one.cell, one.after > one.before if isinstance(one, NumberChange) else one.after) for one in way)
        alike.setdefault(what, []).append(way)
    for some in alike.values():
        sizes = [[one.size for one in way if isinstance(one, NumberChange)] for way in some]
        for way, size in zip(some, sizes, strict=True):
            if not any(other != size and all(map(le, other, size)) for other in sizes):
                yield way
