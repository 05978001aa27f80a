"""The solver: whether some clauses can all hold, and at what least cost. Both answers are exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from attrs import field, frozen

from rulelang.reasoning.circuit import TRUE, Circuit, Literal

SOLVER: Final = "cadical153"
"""The solver of python-sat that answers questions one after another; RC2 has its own."""


@frozen(eq=False)
class Solver:
    """Clauses that hold, and the questions that can be asked of them one after another.

    `circuit` is where the clauses of gates come from; they are added for the wires that a question names.
    """

    circuit: Circuit
    _engine: Any = field(repr=False)
    _gates: set[Literal] = field(factory=set, repr=False)

    def add(self, clauses: Iterable[Sequence[Literal]]) -> None:
        """Have some more clauses hold."""
        for clause in clauses:
            self._speak_of(clause)
            self._keep(clause)

    def hold(self, clauses: Iterable[Sequence[Literal]]) -> None:
        """Have clauses hold that are whole: those of the gates they name are among them."""
        for clause in clauses:
            self._keep(clause)
            self._gates.update(map(abs, clause))

    def solution(self, assumed: Iterable[Literal] = ()) -> frozenset[Literal] | None:
        """Return wires that are true in a solution in which some are assumed to be; None if there is none."""
        wires = list(assumed)
        self._speak_of(wires)
        return frozenset(self._engine.get_model()) if self._engine.solve(assumptions=wires) else None

    def at_most(self, number: int, wires: Sequence[Literal]) -> Literal:
        """Return a wire that, where it is assumed, has at most so many of some wires be true."""
        assumed = self.circuit.variable()
        if number >= len(wires):
            return assumed
        from pysat.card import CardEnc, EncType  # noqa: PLC0415  # few commands need the solver

        top = self.circuit.top
        kind = EncType.seqcounter if number else EncType.totalizer
        encoded = CardEnc.atmost(lits=list(wires), bound=number, top_id=top, encoding=kind)
        self.circuit.skip_to(max(encoded.nv, top))
        for clause in encoded.clauses:
            self._keep([-assumed, *clause])
        return assumed

    def _speak_of(self, wires: Iterable[Literal]) -> None:
        """Add the clauses of the gates that some wires depend on, as far as they are not there yet."""
        for clause in self.circuit.clauses(wires, self._gates):
            self._keep(clause)

    def _keep(self, clause: Sequence[Literal]) -> None:
        self._engine.add_clause(clause)


def least_cost(clauses: Iterable[Sequence[Literal]], costs: Iterable[tuple[Literal, int]]) -> int | None:
    """Return the least cost at which some clauses hold, where true wires cost something; None if they cannot.

    That nothing costs less is proved by the solver.
    """
    from pysat.examples.rc2 import RC2  # noqa: PLC0415  # few commands need the solver
    from pysat.formula import WCNF  # noqa: PLC0415  # as above

    formula = WCNF()
    formula.hard = [list(clause) for clause in clauses]
    formula.nv = max((abs(wire) for clause in formula.hard for wire in clause), default=0)
    for wire, cost in costs:
        formula.append([-wire], weight=cost)
    with RC2(formula, adapt=True) as search:
        return None if search.compute() is None else int(search.cost)


@contextmanager
def solving(circuit: Circuit, clauses: Iterable[Sequence[Literal]]) -> Iterator[Solver]:
    """Give a solver of some clauses about a circuit, which ends with the block."""
    from pysat import solvers  # noqa: PLC0415  # few commands need the solver

    with solvers.Solver(name=SOLVER) as engine:
        solver = Solver(circuit, engine)
        solver.hold([[TRUE]])
        solver.add(clauses)
        yield solver
