"""The queries by which plain records are judged: text that is made once for some rules and some kind of data.

A script supposes what stands in the records: which levels of which indicators and years, and by which words. Whether
that is so shows when they are folded, before anything is judged, so that a script that was made for other records of
the same rules can be tried on these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

from attrs import asdict, frozen

from rulelang.engine.table.names import LEA_RESULTS, LEA_WORDS, Connection, NotUnderstoodError

_SLOW: Final = "partial_aggregate_pushdown"


class Memory(Protocol):
    """Keeps texts from run to run, for rules and a program that have not changed since."""

    def recalled(self, about: str) -> str | None:
        """Return what was kept, None where nothing was."""
        ...

    def remember(self, about: str, text: str) -> None:
        """Keep a text, where that can be."""
        ...


@frozen
class Script:
    """Queries in the dialect of DuckDB, and what they suppose of the records.

    `levels` are the levels of the cells by year and indicator. `words` are the bits that are set in any row of each
    word, from which follows what is `covered`: by year the indicators of which a missing cell is not rated for LEAs
    with rows of their kind. `complete` makes the results of LEAs of which everything is known, `rest` adds those of
    the others; without `complete` the rest are all.
    """

    levels: tuple[tuple[int, str, tuple[str, ...]], ...]
    fold: str
    checks: str
    words: tuple[int | None, ...]
    covered: Mapping[int, frozenset[str]]
    leas: str
    complete: tuple[str, ...]
    rest: tuple[str, ...]

    def text(self) -> str:
        """Return it as text, from which `script_of` makes it again."""
        covered = [(year, sorted(names)) for year, names in self.covered.items()]
        return json.dumps({**asdict(self, recurse=False), "covered": covered})

    def fits(self, connection: Connection) -> bool:
        """Fold the records, and return whether they are what is supposed."""
        connection.execute(self.fold)
        wrong, twice, *words = connection.execute(self.checks).fetchone()
        return not wrong and not twice and tuple(words) == self.words

    def judge(self, connection: Connection) -> None:
        """Make the tables of results of folded records; NotUnderstoodError where a code is of no kind of LEA."""
        with quickly_planned(connection):
            self._judge(connection)

    def _judge(self, connection: Connection) -> None:
        connection.execute(self.leas)
        for query in self.complete:
            connection.execute(query)
        open_ = f"SELECT 1 FROM {LEA_WORDS} WHERE NOT complete LIMIT 1"
        if not self.complete or connection.execute(open_).fetchone():
            for query in self.rest:
                connection.execute(query)
        if connection.execute(f"SELECT 1 FROM {LEA_RESULTS} WHERE kind IS NULL LIMIT 1").fetchone():
            raise NotUnderstoodError


@contextmanager
def quickly_planned(connection: Connection) -> Iterator[None]:
    """Have DuckDB plan what follows without one rewriting, which for layers of conditions takes it many seconds."""
    known = connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()
    (before,) = connection.execute("SELECT current_setting('disabled_optimizers')").fetchone()
    others = [name for name in before.split(",") if name and name != _SLOW]
    if (_SLOW,) in known:
        connection.execute(f"SET disabled_optimizers = '{','.join([*others, _SLOW])}'")
    try:
        yield
    finally:
        connection.execute(f"SET disabled_optimizers = '{before}'")


def script_of(text: str) -> Script | None:
    """Return the script that stands in a text; None where it is damaged."""
    try:
        found = json.loads(text)
        for name in ("words", "complete", "rest"):
            found[name] = tuple(found[name])
        found["levels"] = tuple((year, name, tuple(levels)) for year, name, levels in found["levels"])
        found["covered"] = {year: frozenset(names) for year, names in found["covered"]}
        return Script(**found)
    except (ValueError, TypeError, KeyError):
        return None
