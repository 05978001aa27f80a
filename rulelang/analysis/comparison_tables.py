"""A comparison of two rulesets as tables: what has changed in the text, what in the meaning, and who moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import astuple

from rulelang.analysis.comparison import Clause, Moves, Shown
from rulelang.analysis.resting_on import RestsOn
from rulelang.analysis.result_tables import ResultTable
from rulelang.compiler.effective_changes import LevelChange
from rulelang.compiler.effective_text import RuleChange, line_of
from rulelang.diagnostics.sentences import in_sentence
from rulelang.reasoning.tried import Tried


def change_table(changes: Sequence[RuleChange | LevelChange]) -> ResultTable:
    """Return a row for each rule or other statement that differs, with its place, what it cites and its reason.

    The cells of a table that differ follow its line.
    """
    stated = [(change, change.after or change.before) for change in changes]
    rows = [
        (change.how, _title(change), *_texts(change), line_of(one.span), "; ".join(one.cites), one.because)
        for change, one in stated
        if one is not None
    ]
    return ResultTable("changes", ("how", "rule", "before", "after", "place", "cites", "because"), rows)


def _title(change: RuleChange | LevelChange) -> str:
    of = f" ({in_sentence(change.indicators)})" if isinstance(change, LevelChange) and change.indicators else ""
    return f"{change.title}{of}"


def _texts(change: RuleChange | LevelChange) -> tuple[str | None, str | None]:
    before, after = change.texts
    if not isinstance(change, LevelChange) or before is None or after is None:
        return before, after
    olds = (_cell(one.row, one.column, one.before) for one in change.cells)
    news = (_cell(one.row_after or one.row, one.column, one.after) for one in change.cells)
    return "\n".join((before, *olds)), "\n".join((after, *news))


def _cell(row: str, column: str, text: str) -> str:
    return f"{', '.join(filter(None, (row, column)))}: {text or 'nothing'}"


def rests_on_table(found: Sequence[RestsOn]) -> ResultTable:
    """Return a row for whatever else the results rest on, and that is not proved to be the same for both."""
    rows = [(one.what, one.before, one.after, "; ".join(one.differs)) for one in found]
    return ResultTable("rests_on", ("what", "before", "after", "differs"), rows)


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
    changes: Sequence[RuleChange | LevelChange],
    meaning: Sequence[Shown] | Tried[Shown],
    rests_on: Sequence[RestsOn],
    moves: Moves | None,
) -> tuple[ResultTable, ...]:
    """Return every table of a comparison that there is something to say in."""
    if isinstance(meaning, Tried):
        known = [change_table(changes), difference_table(meaning.differences), tried_table(meaning)]
    else:
        known = [change_table(changes), difference_table(meaning)]
    known += [rests_on_table(rests_on)] if rests_on else []
    known += [move_table(moves), count_table(moves, "county"), count_table(moves, "kind")] if moves is not None else []
    return tuple(known)


def clauses_text(clauses: Sequence[Clause]) -> str:
    """Return clauses on one line: `no longer 4b (AA, HI); now 4a (EL)`."""
    sides = {"before": "no longer", "after": "now", "unknown": "cannot tell"}
    texts = ((sides[side], [one.name for one in clauses if one.side == side]) for side in sides)
    return "; ".join(f"{words} {', '.join(names)}" for words, names in texts if names)
