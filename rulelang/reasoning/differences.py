"""Whether two rulesets mean the same: a proof, or the smallest made-up LEA for each kind of difference.

The proof is that the answers for every LEA, whatever its data, are the same. Every made-up LEA is evaluated by both
rulesets before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import alike, answer_of, outcomes_of, outcomes_reported, value_of
from rulelang.reasoning.circuit import FALSE, Literal
from rulelang.reasoning.compared_numbers import Calculated, number_columns, with_numbers
from rulelang.reasoning.possible import MadeUp, NumbersReadError, Place, PossibleData, columns_of, smallest
from rulelang.reasoning.solver import Solver, solving

FEW: Final = 2
"""Of how many student groups a made-up LEA has facts at most, the first in order, if so few show a difference."""

TRIED: Final = 4
"""How many made-up LEAs are looked at whose calculated numbers could make a difference."""


@frozen
class Difference:
    """A kind of difference: the value of an outcome by the first ruleset and by the second.

    `lea` is the smallest made-up LEA with it, of those with facts of `FEW` student groups at most if there is one, and
    `kinds` are the kinds of LEA that it may have. None is there if rules calculate with numbers, and no numbers were
    found that show the difference: then it is not proved either that there are none.
    """

    outcome: str
    before: str
    after: str
    kinds: tuple[str, ...]
    lea: MadeUp | None


class UnconfirmedError(Exception):
    """The evaluator does not answer as the circuit does: a fault in rulelang, and no answer may be given."""


def differences(old: Prepared, new: Prepared) -> Iterator[Difference]:
    """Yield the smallest made-up LEA for each kind of difference between two rulesets; none if they mean the same.

    Labels, methods and referrals are compared where the determination is the same. LEAs with missing data are given
    for an outcome only where it is the same for all others. Raises NumbersReadError if the outcomes are not all made in
    the same way, and rules work out levels, look at other entities, or do more with numbers than calculate and compare
    them with fixed limits.
    """
    with_levels = [side for side in (old, new) if side.ruleset.reports_levels]
    told = [name for side in (old, new) for name, decided in outcomes_reported(side) if decided or side in with_levels]
    if alike(old, new).issuperset(told):
        return
    if with_levels:
        raise NumbersReadError(tuple(one.text for side in with_levels for one in side.ruleset.levels))
    data = PossibleData()
    numbers, calculated = number_columns((old, new), data)
    sides = [(side, columns_of(side, data, known)) for side, known in zip((old, new), numbers, strict=True)]
    answers = {
        name: [answer_of(prepared, data.circuit, columns, name) for prepared, columns in sides]
        for name in dict.fromkeys((*outcomes_of(old), *outcomes_of(new)))
    }
    differ = {
        (outcome, first, second): data.circuit.both(before[first], after[second])
        for outcome, (before, after) in answers.items()
        for first, second in product(before, after)
        if first != second and before != after
    }
    same = -data.circuit.some(wire for (outcome, *_), wire in differ.items() if outcome == DETERMINATION)
    wires = {one: wire if one[0] == DETERMINATION else data.circuit.both(wire, same) for one, wire in differ.items()}
    with ExitStack() as ended:
        search = _Search(data, (old, new), wires, calculated, ended)
        for outcome in answers:
            yield from search.examples(outcome)


_Kind = tuple[str, str, str]
"""A kind of difference: an outcome, and what it is by the first ruleset and by the second."""


@frozen(slots=False)
class _OfKind:
    """The data of the LEAs of one kind, and for each kind of difference the wire that is true where there is it."""

    kind: str
    data: PossibleData
    wires: Mapping[_Kind, Literal]
    ended: ExitStack

    @cached_property
    def solver(self) -> Solver:
        """Return a solver that knows the data, closed at the end."""
        return self.ended.enter_context(solving(self.data.circuit, self.data.rules()))

    def has(self, one: _Kind) -> bool:
        """Return whether an LEA with a difference is possible."""
        return self.wires[one] != FALSE and self.solver.is_possible([self.wires[one]])


@frozen
class _Search:
    """What made-up LEAs are looked for in, kind by kind, and the two rulesets that confirm them."""

    data: PossibleData
    rulesets: tuple[Prepared, Prepared]
    wires: Mapping[_Kind, Literal]
    calculated: Mapping[Place, Calculated]
    ended: ExitStack
    of_kinds: dict[tuple[str, bool, bool], _OfKind] = field(factory=dict, repr=False)

    def examples(self, outcome: str) -> Iterator[Difference]:
        """Yield the smallest LEAs with each difference in an outcome.

        LEAs with missing data are looked for only where it takes them.
        """
        some = [one for one in self.wires if one[0] == outcome]
        for known in (True, False):
            ways = [(one, self._possible(one, kind, known=known)) for one in some for kind in self.data.kinds]
            found = [(one, of_kind) for one, of_kind in ways if of_kind is not None]
            for one in dict.fromkeys(one for one, _ in found):
                yield from self._examples(one, [of_kind for other, of_kind in found if other == one])
            if found:
                return

    def _possible(self, one: _Kind, kind: str, *, known: bool) -> _OfKind | None:
        """Return the data of a kind of LEA with a difference, of few student groups if these have it; None if none has.

        With `known` nothing is missing from them.
        """
        if self._of_kind(kind).wires[one] == FALSE:
            return None
        ways = (self._of_kind(kind, few=few, known=known) for few in (True, False))
        return next((way for way in ways if way.has(one)), None)

    def _of_kind(self, kind: str, *, few: bool = False, known: bool = False) -> _OfKind:
        """Return the data of the LEAs of a kind, made once; those of few groups, or known, from all that could be."""
        if (kind, few, known) not in self.of_kinds:
            of = self._of_kind(kind) if few or known else self
            every = list(dict.fromkeys(one.name for side in self.rulesets for one in side.ruleset.vocabulary.groups))
            groups = every[:FEW] if few else every
            data, wires = of.data.of_kind(kind, list(of.wires.values()), groups, known=known)
            named = dict(zip(self.wires, wires, strict=True))
            self.of_kinds[kind, few, known] = _OfKind(kind, data, named, self.ended)
        return self.of_kinds[kind, few, known]

    def _examples(self, one: _Kind, of_kinds: Iterable[_OfKind]) -> list[Difference]:
        """Return the smallest LEA with a difference, and one more for each kind of LEA it cannot be."""
        found: list[Difference] = []
        for of_kind in of_kinds:
            for at, known in enumerate(found):
                if known.lea and self._shows(one, evolve(known.lea, kind=of_kind.kind)):
                    found[at] = evolve(known, kinds=(*known.kinds, of_kind.kind))
                    break
            else:
                found.append(Difference(*one, (of_kind.kind,), self._smallest(of_kind, one)))
        return found

    def _smallest(self, of_kind: _OfKind, one: _Kind) -> MadeUp | None:
        """Return the smallest LEA of a kind with a difference, confirmed by the evaluator.

        None if numbers are calculated so that no LEA is found whose numbers of the data give them.
        """
        refused: list[Literal] = []
        vocabulary = self.rulesets[0].ruleset.vocabulary
        while len(refused) < TRIED:
            lea = smallest(of_kind.solver, of_kind.data, of_kind.kind, [of_kind.wires[one], *refused])
            if lea is None:
                break
            for made_up in with_numbers(lea, self.calculated, vocabulary):
                if self._shows(one, made_up):
                    return made_up
            cells = of_kind.data.cells
            numbers = [
                place for place in cells if place in self.calculated or isinstance(lea.cells.get(place), Fraction)
            ]
            if not any(place in self.calculated for place in numbers):
                raise UnconfirmedError(f"{one[0]}: the evaluator does not give {' and '.join(one[1:])}")
            refused.append(-of_kind.data.circuit.every(cells[place][lea.cells.get(place)] for place in numbers))
        return None

    def _shows(self, one: _Kind, lea: MadeUp) -> bool:
        """Return whether a made-up LEA shows a difference by the evaluator."""
        outcome, *values = one
        found = (evaluate(side, lea.record(side, self.data.cells)) for side in self.rulesets)
        return [value_of(known.prepared, known, outcome) for known in found] == values
