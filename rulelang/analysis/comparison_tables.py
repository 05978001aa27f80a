"""A comparison of two rulesets as tables: what has changed in the text, what in the meaning, and who moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import astuple

from rulelang.analysis.comparison import Clause, Moves, Shown
from rulelang.analysis.result_tables import ResultTable
from rulelang.compiler.effective_text import Change, line_of
from rulelang.compiler.in_force import EffectiveRule
from rulelang.reasoning.tried import Tried


def change_table(changes: Sequence[Change[EffectiveRule]]) -> ResultTable:
    """Return a row for each rule that says something else, with its place, what it cites and its reason."""
    stated = [(change, change.after or change.before) for change in changes]
    rows = [
        (change.how, change.title, *change.texts, line_of(one.span), "; ".join(one.cites), one.because)
        for change, one in stated
        if one is not None
    ]
    return ResultTable("changes", ("how", "rule", "before", "after", "place", "cites", "because"), rows)


def difference_table(shown: Sequence[Shown]) -> ResultTable:
    """Return a row for each kind of difference, with the smallest made-up LEA in words."""
    rows = [
        (
            one.difference.outcome,
            "; ".join(one.difference.kinds),
            one.difference.before,
            one.difference.after,
            "\n".join(one.given),
            clauses_text(one.clauses),
        )
        for one in shown
    ]
    return ResultTable("differences", ("outcome", "kinds", "before", "after", "made_up_lea", "clauses"), rows)


def tried_table(tried: Tried[Shown]) -> ResultTable:
    """Return how many made-up entities were tried where there is no proof, and what was not compared on them."""
    names = ("; ".join(some) for some in (tried.only_before, tried.only_after, tried.same))
    columns = ("made_up", "more_kinds", "only_before", "only_after", "same")
    return ResultTable("tried", columns, [(tried.number, tried.more, *names)])


def move_table(moves: Moves) -> ResultTable:
    """Return a row for each LEA with a different result."""
    rows = [(*astuple(one, recurse=False)[:-1], clauses_text(one.clauses)) for one in moves.moves]
    columns = ("cds", "lea", "county", "kind", "what", "before", "after", "because_of", "clauses")
    return ResultTable("moves", columns, rows)


def count_table(moves: Moves, by: str) -> ResultTable:
    """Return how many LEAs move from what to what, by `county` or by `kind`."""
    counts = Counter((getattr(one, by), one.what, one.before, one.after) for one in moves.moves)
    rows = [(*key, number) for key, number in sorted(counts.items())]
    return ResultTable(f"moves_by_{by}", (by, "what", "before", "after", "leas"), rows)


def tables_of(
    changes: Sequence[Change[EffectiveRule]], meaning: Sequence[Shown] | Tried[Shown], moves: Moves | None
) -> tuple[ResultTable, ...]:
    """Return every table of a comparison that there is something to say in."""
    if isinstance(meaning, Tried):
        known = [change_table(changes), difference_table(meaning.differences), tried_table(meaning)]
    else:
        known = [change_table(changes), difference_table(meaning)]
    known += [move_table(moves), count_table(moves, "county"), count_table(moves, "kind")] if moves is not None else []
    return tuple(known)


def clauses_text(clauses: Sequence[Clause]) -> str:
    """Return clauses on one line: `no longer 4b (AA, HI); now 4a (EL)`."""
    sides = {"before": "no longer", "after": "now"}
    texts = ((sides[side], [one.name for one in clauses if one.side == side]) for side in sides)
    return "; ".join(f"{words} {', '.join(names)}" for words, names in texts if names)
