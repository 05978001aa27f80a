"""`rulelang evaluate --records`: applies the rules to plain records where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from rulelang.cli.progress import working
from rulelang.cli.summary import called, how_many, show_identified, show_levels
from rulelang.cli.terminal import show, show_table, show_written
from rulelang.version import VERSION

if TYPE_CHECKING:
    from rulelang.analysis.provenance import Options
    from rulelang.analysis.result_tables import ResultTable
    from rulelang.core.ruleset import Ruleset


def of_records(  # what to apply to what, and where the results go
    rules: Ruleset,
    name: str,
    asked: Options,
    records: Path,
    out: Path | None,
    *,
    engine: str | None,
    memory: str | None,
    replace: bool,
    keep_going: bool,
) -> int:
    """Print the counts of every LEA in plain records, write the results to a folder, and return the exit code.

    `name` is how the user named the ruleset; `engine` and `memory` are those of the options, None for the default.
    """
    from rulelang.analysis.asked import not_there
    from rulelang.analysis.level_tables import has_table
    from rulelang.analysis.provenance import Run, write_run
    from rulelang.analysis.statewide import determine_records, only, places_in
    from rulelang.data.room import room_beside

    with TemporaryDirectory() as elsewhere:
        beside = out if out is not None else Path(elsewhere)
        with room_beside(beside, memory) as room, working("evaluating the records"):
            scan, wide = engine != "record", asked.wide
            every = determine_records(rules, records, scan=scan, wide=wide, room=room)
    words = rules.vocabulary
    done = only(every, asked.leas, asked.counties, words)
    show(done.diagnostics, err=True)
    absent = list(not_there(dict.fromkeys(places_in(every)), asked.leas, asked.counties, words))
    show(absent, err=True)
    if not any(table.rows for table in done.tables):
        return 1
    written: Sequence[Path] = ()
    if out is not None:
        run = Run(rules, name, asked, done.data, done.tables)
        with working("writing the results"):
            written = write_run(out, run, engine=VERSION, replace=replace)
    if not rules.reports_levels:
        _show_determinations(rules, done.tables[0])
        show_identified(rules, done.tables[0])
    if has_table(rules):
        show_levels(rules, done.tables)
    click.echo(f"Rows read: {done.data.report.read:,}, refused: {done.data.report.refused:,}")
    show_written(written)
    return 0 if not absent and (keep_going or not done.data.has_errors) else 1


def _show_determinations(rules: Ruleset, table: ResultTable) -> None:
    by_kind = Counter(map(str, table.column("kind")))
    click.echo(f"{rules.name}: {how_many(rules, by_kind)}\n")
    counts = Counter(map(str, table.column("determination")))
    show_table("By determination", ("determination", called(rules, by_kind)), counts.items())
