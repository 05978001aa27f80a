"""Why, of a statewide run: each rule that holds, for whom, and the values it rests on, from words of bits.

Rules that rest on the same are put into words once (`worded`). All the rest of a million rows is looking up which words
those are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_
from typing import Any, Final

from attrs import define, field, frozen

from rulelang.core.ruleset import Rule
from rulelang.core.vocabulary import Scope
from rulelang.engine.determination import CANNOT_TELL, passed_over
from rulelang.engine.reasons import Reason
from rulelang.engine.sheet import bits_of
from rulelang.engine.table.batch import Batch
from rulelang.engine.table.bits import WIDTH, word_name
from rulelang.engine.table.decoding import Decoder
from rulelang.engine.table.names import FOLDED, GROUP_RESULTS, LEA_RESULTS, LEA_WORDS
from rulelang.engine.table.plan import OF_GROUP
from rulelang.engine.table.worded import KIND, WordedRule

CHUNK: Final = 10_000
"""How many rows are taken from the database at a time."""

REMEMBERED: Final = 1 << 17
"""Of how many sorts of student groups it is kept at hand what holds for them; there are far fewer than groups."""

Row = tuple[Any, ...]


@frozen(eq=False)
class HeldRules:
    """The rules that hold, LEA by LEA in the order of their codes, and for each as `engine.reasons` orders them.

    Equal reasons are one: `which` has its place among `reasons`, and those of the LEA at a place are the ones from
    `starts[place]` to `starts[place + 1]`.
    """

    leas: Sequence[str] = field(repr=False)
    reasons: Sequence[Reason] = field(repr=False)
    which: array[int] = field(repr=False)
    starts: array[int] = field(repr=False)


def held_rules(batch: Batch, note: str) -> HeldRules:
    """Return the rules that hold in a batch that was judged with evidence; `note` says why a cell is not rated."""
    making = _Making(batch, Decoder.of(batch, note))
    leas, of_leas = making.of_leas()
    which, starts = array("L"), array("L")
    groups = making.of_groups()
    code, numbers = next(groups, ("", ()))
    for place, lea in enumerate(leas):
        starts.append(len(which))
        which.extend(of_leas.at(place))
        if lea == code:
            which.extend(numbers)
            code, numbers = next(groups, ("", ()))
    starts.append(len(which))
    return HeldRules(leas, making.reasons, which, starts)


def rows_of_leas(batch: Batch, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the code of each LEA with columns of its result, by their codes."""
    return _in_chunks(batch, f"SELECT lea, {', '.join(columns)} FROM {LEA_RESULTS} ORDER BY lea")


def _in_chunks(batch: Batch, query: str) -> Iterator[Row]:
    found = batch.connection.execute(query)
    while rows := found.fetchmany(CHUNK):
        yield from rows


@define(eq=False)
class _Numbers:
    """Some numbers for each of a row of things, kept close."""

    _all: array[int] = field(factory=lambda: array("L"))
    _ends: array[int] = field(factory=lambda: array("L"))

    def add(self, numbers: Iterable[int]) -> None:
        """Keep the numbers of the next thing."""
        self._all.extend(numbers)
        self._ends.append(len(self._all))

    def at(self, place: int) -> array[int]:
        """Return the numbers of a thing."""
        return self._all[self._ends[place - 1] if place else 0 : self._ends[place]]


@define(eq=False)
class _Looked:
    """A rule, the places of what its evidence is read from among a row's values, and the reasons known so far."""

    worded: WordedRule
    places: tuple[tuple[int, int | None], ...]
    known: dict[Row, int] = field(factory=dict)

    def number(self, row: Row, place: int | None, reasons: list[Reason]) -> int:
        """Return the place of the rule's reason among those known, put there if it is new."""
        values = [row[at] if mask is None else row[at] & mask for at, mask in self.places]
        key = (place, *values)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(reasons)
            reasons.append(self.worded.reason(dict(zip(self.worded.masks, values, strict=True)), place))
        return found


@define(eq=False)
class _Making:
    batch: Batch
    decoder: Decoder
    reasons: list[Reason] = field(factory=list)

    def of_leas(self) -> tuple[list[str], _Numbers]:
        """Return the LEAs in order, and the places of the reasons of the rules that hold for each as a whole."""
        ruleset = self.batch.plan.ruleset
        rules, rows = self._looked("l", self.batch.plan.lea_rules, "determination")
        leas, found = [], _Numbers()
        for row in rows:
            leas.append(row[0])
            outcome = row[1] or CANNOT_TELL
            held = (rules[at] for at in _held(row, len(rules)))
            kept = (one for one in held if not passed_over(ruleset, one.worded.rule, outcome))
            found.add(one.number(row, None, self.reasons) for one in kept)
        return leas, found

    def of_groups(self) -> Iterator[tuple[str, list[int]]]:
        """Yield the LEAs with student groups that some rule holds for, in order, and the places of the reasons."""
        year = self.batch.plan.ruleset.year
        there = {place for place, group in enumerate(self.batch.prepared.groups) if year in group.years}
        rules, rows = self._looked("g", self.batch.plan.group_rules, "student_group")
        known: dict[Row, list[int]] = {}
        for lea, of_lea in groupby(rows, itemgetter(0)):
            found: list[int] = []
            for row in of_lea:
                numbers = known.get(row[1:])
                if numbers is None:
                    held = _held(row, len(rules)) if row[1] in there else ()
                    numbers = [rules[at].number(row, row[1], self.reasons) for at in held]
                    if len(known) < REMEMBERED:
                        known[row[1:]] = numbers
                found += numbers
            yield lea, found

    def _looked(
        self, table: str, rules: Sequence[tuple[Rule, int]], second: str
    ) -> tuple[list[_Looked], Iterator[Row]]:
        """Return rules and the rows in which they are looked up: the LEA, a second column, the rules, and the rest."""
        worded = [WordedRule.of(self.batch, rule, self.decoder) for rule, _ in rules]
        head = ["lea", second, *(f"rules_{at}" for at in range(_numbers(len(rules))))]
        asked = {name: (one, [two.masks.get(name, 0) for two in worded]) for one in worded for name in one.masks}
        places = {name: at for at, name in enumerate(asked, len(head))}
        looked = [_Looked(one, tuple((places[name], mask) for name, mask in one.masks.items())) for one in worded]
        columns = [f"{table}.{name}" for name in head]
        columns += [self._column(one, name, masks) for name, (one, masks) in asked.items()]
        return looked, self._rows(table, columns) if rules or table == "l" else iter(())

    def _rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Yield rows of LEAs (`l`) or of student groups (`g`), in order."""
        text = ", ".join(columns)
        others = [join for alias, join in _JOINS.items() if alias != table and f"{alias}." in text]
        order = "l.lea" if table == "l" else "g.lea, g.student_group"
        query = f"SELECT {text} FROM {_TABLES[table]} {table} {' '.join(others)} ORDER BY {order}"
        return _in_chunks(self.batch, query.replace("$", table))

    def _column(self, rule: WordedRule, name: str, masks: Sequence[int | None]) -> str:
        """Return a column that rules read, given what each reads of it, with nothing in it that none of them does."""
        if name in rule.rows:
            kind, year = rule.rows[name]
            bits = {word_name(fold): fold.bits([year], kind) for fold in self.batch.layout.folds}
            return " OR ".join(f"(w.{word} & {mask}) <> 0" for word, mask in bits.items() if mask) or "false"
        if name == KIND:
            return f"l.{name}"
        of_words = {word_name(fold): "f" if fold.word.scope is Scope.GROUP else "w" for fold in self.batch.layout.folds}
        table = of_words.get(name) or ("g" if name.startswith(OF_GROUP) else "l")
        every = reduce(or_, (mask or 0 for mask in masks))
        return f"coalesce({table}.{name}, 0) & {every}"


_TABLES: Final = {"l": LEA_RESULTS, "g": GROUP_RESULTS}
_JOINS: Final = {
    "l": f"JOIN {LEA_RESULTS} l ON l.lea = $.lea",
    "f": f"LEFT JOIN {FOLDED} f ON f.lea = $.lea AND f.student_group = $.student_group",
    "w": f"JOIN {LEA_WORDS} w ON w.lea = $.lea",
}
"""How the tables are found that evidence is read from, each by the letter it goes by; `$` is that of the rules."""


def _numbers(rules: int) -> int:
    """Return in how many numbers so many rules have a bit each."""
    return -(-rules // WIDTH)


def _held(row: Row, rules: int) -> Iterator[int]:
    """Yield the places of the rules that hold, from the numbers that stand from the third column on."""
    for at in range(_numbers(rules)):
        yield from (at * WIDTH + bit for bit in bits_of(row[2 + at]))
