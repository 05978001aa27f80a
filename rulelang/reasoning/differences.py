"""Whether two rulesets mean the same: a proof, or the smallest made-up LEA for each kind of difference.

What is proved is that no LEA, whatever its data, is answered otherwise. Every made-up LEA is evaluated by both rulesets
before it is returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from attrs import evolve, field, frozen

from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared
from rulelang.reasoning.answers import Answer, answer_of, outcomes_of, value_of
from rulelang.reasoning.circuit import Circuit, Literal
from rulelang.reasoning.possible import NOT_GIVEN, MadeUp, PossibleData, columns_of
from rulelang.reasoning.smallest import blank, smallest
from rulelang.reasoning.solver import Solver, solving


@frozen
class Difference:
    """A kind of difference: what an outcome is by the first ruleset and by the second.

    `lea` is the smallest made-up LEA with it, and `kinds` are the kinds of LEA that it may be of.
    """

    outcome: str
    before: str
    after: str
    kinds: tuple[str, ...]
    lea: MadeUp


class UnconfirmedError(Exception):
    """The evaluator does not answer as the circuit does: a fault in rulelang, and no answer may be given."""


def differences(old: Prepared, new: Prepared) -> Iterator[Difference]:
    """Yield the smallest made-up LEA for each kind of difference between two rulesets; none where they mean the same.

    Labels, methods and referrals are compared where the determination is the same. LEAs with missing data are given
    for an outcome only where it is the same for all others. Raises NumbersReadError where rules read numbers.
    """
    data = PossibleData()
    sides = [(prepared, columns_of(prepared, data)) for prepared in (old, new)]
    answers = {
        name: [answer_of(prepared, data.circuit, columns, name) for prepared, columns in sides]
        for name in dict.fromkeys((*outcomes_of(old), *outcomes_of(new)))
    }
    known = [-options[NOT_GIVEN] for options in data.cells.values() if blank(options) is None and NOT_GIVEN in options]
    same = -data.circuit.some(_differ(data.circuit, *answers[DETERMINATION]))
    with solving(data.circuit, data.rules()) as solver:
        search = _Search(solver, data, (old, new))
        for outcome, (before, after) in answers.items():
            assumed = [] if outcome == DETERMINATION else [same]
            differs = data.circuit.some(_differ(data.circuit, before, after))
            if before == after or solver.solution((*assumed, differs)) is None:
                continue
            some_known = solver.solution((*assumed, *known, differs)) is not None
            for first, second in product(before, after):
                if first != second:
                    wires = [*assumed, data.circuit.both(before[first], after[second])]
                    yield from search.examples(outcome, first, second, wires, known if some_known else ())


def _differ(circuit: Circuit, before: Answer, after: Answer) -> Iterator[Literal]:
    """Yield the wires of every pair of values that differ."""
    for first, second in product(before, after):
        if first != second:
            yield circuit.both(before[first], after[second])


@frozen
class _Search:
    """What made-up LEAs are looked for in, and the two rulesets that confirm them."""

    solver: Solver
    data: PossibleData
    rulesets: tuple[Prepared, Prepared]
    found: list[Difference] = field(factory=list)

    def examples(
        self, outcome: str, before: str, after: str, wires: Sequence[Literal], known: Sequence[Literal]
    ) -> Iterator[Difference]:
        """Yield the smallest LEA with two values of an outcome, and one more for each kind of LEA it cannot be."""
        found: list[Difference] = []
        for kind, wire in self.data.kinds.items():
            for at, one in enumerate(found):
                if self._answered(evolve(one.lea, kind=kind), outcome) == (before, after):
                    found[at] = evolve(one, kinds=(*one.kinds, kind))
                    break
            else:
                if self.solver.solution((*wires, wire, *known)) is not None:
                    lea = smallest(self.solver, self.data, kind, (*wires, wire), known)
                    if self._answered(lea, outcome) != (before, after):
                        message = f"{outcome}: the evaluator does not give {before} and {after}"
                        raise UnconfirmedError(message)
                    found.append(Difference(outcome, before, after, (kind,), lea))
        yield from found

    def _answered(self, lea: MadeUp, outcome: str) -> tuple[str, ...]:
        """Return what the two rulesets answer of a made-up LEA by the evaluator."""
        return tuple(
            value_of(prepared, evaluate(prepared, lea.record(prepared, self.data.cells)), outcome)
            for prepared in self.rulesets
        )
