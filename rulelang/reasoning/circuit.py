"""Circuits: the result of an evaluation on data that are not known yet, as gates of `and` and `not`.

`SymbolicRows` is a set of rows whose members are not known yet: for each row it has a literal instead of a bit. It has
the operators that the evaluator uses on sets of rows (`engine.columns`), so that the evaluator itself, run on such
sets, builds the circuit of a ruleset. There is no second meaning of rules that could differ from the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Final, cast

from attrs import field, frozen

Literal = int
"""A wire of a circuit, negative where it is the wire's opposite; or one of the two constants."""

TRUE: Final[Literal] = 1
FALSE: Final[Literal] = -1


@frozen(eq=False)
class Circuit:
    """Gates that are `and` of two wires, equal gates once. Wires are numbered from 2 on; wire 1 is true."""

    gates: dict[tuple[Literal, Literal], Literal] = field(factory=dict, repr=False)
    below: list[tuple[Literal, Literal] | None] = field(factory=lambda: [None, None], repr=False)

    @property
    def top(self) -> Literal:
        """Return the highest number of a wire."""
        return len(self.below) - 1

    def variable(self) -> Literal:
        """Return a new wire that is free."""
        self.below.append(None)
        return self.top

    def both(self, one: Literal, other: Literal) -> Literal:
        """Return the wire that is true where two wires are."""
        if one > other:
            one, other = other, one
        if other in (one, TRUE):
            return one
        if FALSE in (one, other) or one == -other:
            return FALSE
        if one == TRUE:
            return other
        wire = self.gates.get((one, other))
        if wire is None:
            self.below.append((one, other))
            wire = self.gates[one, other] = self.top
        return wire

    def either(self, one: Literal, other: Literal) -> Literal:
        """Return the wire that is true where any of two wires is."""
        return -self.both(-one, -other)

    def every(self, wires: Iterable[Literal]) -> Literal:
        """Return the wire that is true where all of some wires are."""
        result = TRUE
        for wire in wires:
            result = self.both(result, wire)
        return result

    def some(self, wires: Iterable[Literal]) -> Literal:
        """Return the wire that is true where any of some wires is."""
        return -self.every(-wire for wire in wires)

    def cone(self, wires: Iterable[Literal]) -> Sequence[Literal]:
        """Return every wire that some wires depend on, themselves included, ascending and without signs."""
        tops = list(map(abs, wires))
        needed = bytearray(max(tops, default=0) + 1)
        for wire in tops:
            needed[wire] = True
        for wire in range(len(needed) - 1, 0, -1):
            if needed[wire] and (below := self.below[wire]):
                one, other = below
                needed[abs(one)] = needed[abs(other)] = True
        return list(compress(range(len(needed)), needed))

    def clauses(self, wires: Iterable[Literal], seen: set[Literal]) -> Iterator[list[Literal]]:
        """Yield the clauses by which inputs follow from some wires, except for those seen, to which they are added.

        A wire or its opposite needs only what follows from it (Plaisted and Greenbaum, A Structure-preserving Clause
        Form Translation, 1986). So of a solution only the inputs are sure to be as they are, and not the gates.
        """
        waiting = list(wires)
        while waiting:
            wire = waiting.pop()
            below = self.below[abs(wire)]
            if below is None or wire in seen:
                continue
            seen.add(wire)
            one, other = below
            if wire > 0:
                yield from ([-wire, one], [-wire, other])
                waiting += below
            else:
                yield [-wire, -one, -other]
                waiting += (-one, -other)


def specialized(
    circuit: Circuit, known: dict[Literal, Literal], order: Iterable[Literal], wires: Iterable[Literal], into: Circuit
) -> list[Literal]:
    """Return some wires of a circuit as wires of another, given its inputs there.

    `order` are the wires that these depend on (`Circuit.cone`); `known` is added to.
    """
    for wire in order:
        parts = circuit.below[wire]
        if parts is not None:
            one, other = parts
            first = known[one] if one > 0 else -known[-one]
            known[wire] = into.both(first, known[other] if other > 0 else -known[-other]) if first != FALSE else FALSE
    return [known[wire] if wire > 0 else -known[-wire] for wire in wires]


@frozen(eq=False)
class SymbolicRows:
    """A set of rows with a literal for each row: used by the evaluator like an integer with a bit for each row.

    `wires` are the literals of the first rows; all rows beyond are in the set or not as `beyond` says. It is false only
    if no row can be in it.
    """

    circuit: Circuit
    wires: tuple[Literal, ...]
    beyond: bool = False

    def wire(self, row: int) -> Literal:
        """Return the literal of a row."""
        return self.wires[row] if row < len(self.wires) else TRUE if self.beyond else FALSE

    def _of(self, other: object) -> SymbolicRows:
        if isinstance(other, int):
            bits = tuple(TRUE if other >> row & 1 else FALSE for row in range(other.bit_length()))
            return SymbolicRows(self.circuit, bits, other < 0)
        return cast("SymbolicRows", other)

    def _beside(self, other: object) -> tuple[Sequence[Literal], Sequence[Literal], bool]:
        """Return the literals of two sets, as many of each, and whether all rows beyond are in the other."""
        rows = self._of(other)
        more = len(rows.wires) - len(self.wires)
        mine = self.wires + (TRUE if self.beyond else FALSE,) * more
        return mine, rows.wires + (TRUE if rows.beyond else FALSE,) * -more, rows.beyond

    def __and__(self, other: object) -> SymbolicRows:
        mine, others, beyond = self._beside(other)
        return SymbolicRows(self.circuit, tuple(map(self.circuit.both, mine, others)), self.beyond and beyond)

    def __or__(self, other: object) -> SymbolicRows:
        mine, others, beyond = self._beside(other)
        return SymbolicRows(self.circuit, tuple(map(self.circuit.either, mine, others)), self.beyond or beyond)

    def __xor__(self, other: object) -> SymbolicRows:
        rows = self._of(other)
        return (self & ~rows) | (~self & rows)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> SymbolicRows:
        return SymbolicRows(self.circuit, tuple(-wire for wire in self.wires), not self.beyond)

    def __lshift__(self, rows: int) -> SymbolicRows:
        return SymbolicRows(self.circuit, (FALSE,) * rows + self.wires, self.beyond)

    def __rshift__(self, rows: int) -> SymbolicRows:
        return SymbolicRows(self.circuit, self.wires[rows:], self.beyond)

    def __bool__(self) -> bool:
        return self.beyond or any(wire != FALSE for wire in self.wires)


def rows_of(circuit: Circuit, wires: Sequence[Literal]) -> int:
    """Return a set with a literal for each of some rows, for the evaluator to use like an integer."""
    return cast("int", SymbolicRows(circuit, tuple(wires)))


def wire_of(rows: int, row: int) -> Literal:
    """Return the literal of a row of a set, which may be one of plain bits."""
    if isinstance(rows, int):
        return TRUE if rows >> row & 1 else FALSE
    return cast("SymbolicRows", rows).wire(row)
