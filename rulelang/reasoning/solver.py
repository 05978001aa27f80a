"""The solver: whether some clauses can all hold, and with how few true wires. Both answers are exact."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from attrs import field, frozen

from rulelang.reasoning.circuit import FALSE, TRUE, Circuit, Literal

SOLVER: Final = "minisat22"
"""The solver of python-sat that answers questions one after another."""


@frozen
class Fewest:
    """The least number of some wires that are true, and wires that are all true in the solutions with so few alone."""

    number: int
    wires: Sequence[Literal] = field(repr=False)


@frozen(eq=False)
class Solver:
    """Clauses that hold, and the questions that can be asked of them one after another.

    `circuit` is the source of the clauses of gates, which are added for the wires that a question names.
    """

    circuit: Circuit
    _engine: Any = field(repr=False)
    _gates: set[Literal] = field(factory=set, repr=False)

    def add(self, clauses: Iterable[Sequence[Literal]]) -> None:
        """Add clauses that hold."""
        some = list(clauses)
        self._speak_of(wire for clause in some for wire in clause)
        self._engine.append_formula(some)

    def solution(self, assumed: Iterable[Literal] = ()) -> frozenset[Literal] | None:
        """Return the wires that are true in a solution under some assumptions; None if there is none.

        Of the gates, those alone are sure to be as they are that the assumptions require (`Circuit.clauses`).
        """
        return frozenset(self._engine.get_model()) if self.is_possible(assumed) else None

    def is_possible(self, assumed: Iterable[Literal] = ()) -> bool:
        """Return whether there is a solution under some assumptions."""
        wires = list(assumed)
        self._speak_of(wires)
        return bool(self._engine.solve(assumptions=wires))

    def fewest(self, wires: Iterable[Literal], assumed: Sequence[Literal] = ()) -> Fewest | None:
        """Return the least number of some wires that are true where `assumed` are; None if there is no solution.

        Of wires that cannot all be false, those that are true number one, and one more for each with a true one before
        it. So they are replaced by gates for the latter, until all that is left can be false (Narodytska and Bacchus,
        Maximum Satisfiability Using Core-Guided MaxSAT Resolution, 2014).
        """
        number, left = 0, [-wire for wire in wires]
        while not self.is_possible((*assumed, *left)):
            core = self._core(left, assumed)
            if not core:
                return None
            number, before = number + 1, FALSE
            for one in [wire for wire in left if wire in core]:  # as often as it is there; a solver may repeat it
                left.remove(one)
                left.append(-self.circuit.both(before, -one))
                before = self.circuit.either(before, -one)
        return Fewest(number, (*assumed, *left))

    def _core(self, wires: Collection[Literal], assumed: Sequence[Literal]) -> Sequence[Literal]:
        """Return a few of some wires that cannot all be true, where the last question was whether they can."""
        while len(core := {one: None for one in self._engine.get_core() or () if one in wires}) < len(wires):
            wires = core
            self._engine.solve(assumptions=[*assumed, *core])
        return list(core)

    def _speak_of(self, wires: Iterable[Literal]) -> None:
        """Add the clauses of the gates that some wires depend on, as far as they are not there yet."""
        self._engine.append_formula(self.circuit.clauses(wires, self._gates))


@contextmanager
def solving(circuit: Circuit, clauses: Iterable[Sequence[Literal]]) -> Iterator[Solver]:
    """Open a solver of some clauses about a circuit, closed at the end of the block."""
    from pysat import solvers  # noqa: PLC0415  # few commands need the solver

    with solvers.Solver(name=SOLVER) as engine:
        solver = Solver(circuit, engine)
        solver.add([[TRUE], *clauses])
        yield solver
