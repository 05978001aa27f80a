"""`rulelang simulate`: proposals on data, as tables of who would come out lower, the same and higher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from rulelang.analysis.gather import Request
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.simulation import Asked, Simulated, asked_of, simulated
from rulelang.analysis.simulation_tables import blocks, simulation_tables
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.rule_errors import rules_for
from rulelang.cli.terminal import show_line, show_table, show_what_ifs, show_written
from rulelang.core.how_many import how_many
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.data.shared_rows import Row
from rulelang.data.write import write_workbook
from rulelang.diagnostics.catalogue.quote import count
from rulelang.engine.steps import prepare

SHOWN: Final = 40
"""How many rows of a table by one thing are printed; all are written with --out."""


def _only(_: click.Context, __: click.Parameter, given: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return for each thing the values that count; wrong usage where a value is not given as `thing=value`."""
    found: dict[str, list[str]] = {}
    for one in given:
        what, is_given, value = (part.strip() for part in one.partition("="))
        if not (what and is_given and value):
            raise click.BadParameter(
                f"`{one}` is not of the form WHAT=VALUE; write, for example, `kind=school district`"
            )
        found.setdefault(what, []).append(value)
    return found


def _limits(_: click.Context, __: click.Parameter, given: str | None) -> tuple[int, ...]:
    """Return the limits between sizes, ascending; wrong usage where they are no whole numbers."""
    texts = [one.strip() for one in given.split(",")] if given is not None else []
    if not all(one.isdecimal() and one.isascii() for one in texts):
        raise click.BadParameter(f"`{given}` is not a list of whole numbers; write, for example, `30,150`")
    return tuple(sorted({int(one) for one in texts}))


@click.command("simulate")
@options.rulesets
@options.of_leas
@click.option(
    "--measure",
    "measures",
    metavar="NAME",
    multiple=True,
    help="Show percentiles of this measure. With several measures, also show their differences from the first.",
)
@click.option(
    "--by",
    metavar="WHAT",
    multiple=True,
    help="Break results down by `kind`, `student group`, `county`, `size`, or a scale or text of the vocabulary.",
)
@click.option(
    "--only",
    metavar="WHAT=VALUE",
    multiple=True,
    callback=_only,
    help="Include only LEAs or student groups with this value, such as `kind=school district`; several values of the"
    " same thing are alternatives.",
)
@click.option(
    "--sizes",
    metavar="LIMITS",
    callback=_limits,
    help="The limits between sizes for `--by size`, in students: `150` separates below 150 from 150 or more.",
)
@click.option(
    "--at-least",
    type=click.IntRange(min=1),
    metavar="N",
    help="Include only LEAs or student groups with at least this many students.",
)
@click.option(
    "--size-of",
    metavar="NAME",
    default="students",
    show_default=True,
    help="The number or measure that says how many students an LEA or a student group has.",
)
@click.option(
    "--step",
    type=click.IntRange(1, 50),
    default=5,
    show_default=True,
    help="The step between percentiles.",
)
@options.gives_tables
def command(  # one argument for each option
    *,
    rulesets: tuple[str, ...],
    request: Request,
    measures: tuple[str, ...],
    by: tuple[str, ...],
    only: Mapping[str, Sequence[str]],
    sizes: tuple[int, ...],
    at_least: int | None,
    size_of: str,
    step: int,
    output: options.Output,
) -> int:
    """Show what proposals would do: which LEAs come out lower, the same, or higher than under the first ruleset.

    RULESET... are the rules in force followed by the proposals: all rules that determine LEAs, or all rules that work
    out levels. With --measure, it shows percentiles of measures, for one ruleset or several.
    """
    _check_usage(rulesets, measures, by, sizes)
    loaded = {name: rules_for(name, request.as_year) for name in rulesets}
    asked = Asked(size_of, at_least, only)
    every = []
    complete = True
    for name, one in loaded.items():
        with options.names_checked():
            wanted = asked_of(one, asked)
        found, is_whole = _records(one, request)
        complete = complete and is_whole
        every.append(simulated(_called(name), prepare(one), found, wanted))
    with options.names_checked():
        tables = simulation_tables(every, measures, by or _usual(every, measures, sizes), sizes, step)
    if not any(table.rows for table in tables):
        entity = loaded[rulesets[0]].entity
        show_line(f"Nothing to compare: no {entity} in the data has what you asked for.")
        return 1
    if output.is_text:
        _print(loaded, tables)
    _give(tables, output)
    return 0 if complete else 1


def _check_usage(rulesets: Sequence[str], measures: Sequence[str], by: Sequence[str], sizes: Sequence[int]) -> None:
    if len(rulesets) < 2 and not measures:  # noqa: PLR2004 - the rules in force and a proposal
        raise click.UsageError(
            "name the rules in force and at least one proposal, or one ruleset and a measure with `--measure`"
        )
    if len(set(rulesets)) < len(rulesets):
        raise click.UsageError("name each ruleset only once")
    if "size" in by and not sizes:
        raise click.UsageError("`--by size` needs the limits between sizes: `--sizes 150`")


def _called(name: str) -> str:
    path = Path(name)
    return path.with_suffix("").as_posix() if path.suffix else name


def _records(rules: Ruleset, request: Request) -> tuple[Sequence[LeaRecord], bool]:
    """Return the LEAs and schools asked for, and whether all were there; print what is wrong with the data."""
    with progress_bar() as bar:
        found = leas_from(rules, request, bar=bar)
    return [one for one in found.records if one.code in found.chained.asked], found.is_whole


def _usual(every: Sequence[Simulated], measures: Sequence[str], sizes: Sequence[int]) -> tuple[str, ...]:
    """Return what results are broken down by by default."""
    if measures:
        return ()
    units = [one.unit for one in every[0].results.values() if one.order]
    named = {"kind": len({one.kind for one in units}) > 1, "size": bool(sizes)}
    return (
        *(name for name, is_told in named.items() if is_told),
        *(["student group"] if any(one.group for one in units) else []),
    )


def _give(tables: Sequence[ResultTable], output: options.Output) -> None:
    if output.format == "xlsx" and output.out is not None:
        sheets = {one.name: (one.columns, one.rows) for one in tables}
        show_written([write_workbook(output.out / "simulation.xlsx", sheets, as_numbers=True)])
    else:
        output.give(tables)


# ---- for people ----


def _print(loaded: Mapping[str, Ruleset], tables: Sequence[ResultTable]) -> None:
    """Print the tables for people."""
    named = {_called(name): one for name, one in loaded.items()}
    base, *others = named
    show_what_ifs(named)
    if named[base].what_if is not None and any(named[one].is_enacted for one in others):
        show_line(f"{base} is a what-if and counts as the rules in force here: name it after them.")
    shows = {"directions": _show_directions, "moves": _show_moves, "percentiles": _show_percentiles}
    for table in tables:
        if table.name in shows:
            shows[table.name](base, table)
        else:
            _show_changed(named[base], table)


def _show_directions(base: str, table: ResultTable) -> None:
    """Print a table for each outcome that changes for anyone; the others in one line."""
    moves = {row[:2]: any(row[at] for at in (4, 8, 11, 12)) for row in table.rows if row[2] == "all"}
    for (proposal, what, by), rows in blocks(table, 3):
        if not moves[proposal, what]:
            continue
        shown = [
            (value, *(f"{cells[at]:,} ({cells[at + 1]}%)" if cells[at + 1] else "0" for at in (0, 2, 4)), cells[6])
            for value, *cells in rows[:SHOWN]
        ]
        title = f"{what}: {proposal} against {base}" + (f", by {by}" if by != "all" else "")
        show_table(title, ("" if by == "all" else str(by), "lower", "same", "higher", "total"), shown)
        if len(rows) > SHOWN:
            show_line(f"{len(rows) - SHOWN:,} more: --format csv --out DIR writes them all.")
        if by == "all" and any(left_out := [int(cell or 0) for cell in rows[0][8:11]]):
            show_line(_left_out_text(*left_out))
            click.echo()
    for proposal in dict.fromkeys(proposal for proposal, _ in moves):
        _show_same(
            proposal, [row for row in table.rows if row[2] == "all" and row[0] == proposal and not moves[row[:2]]]
        )


def _show_same(proposal: object, rows: Sequence[Row]) -> None:
    """Print the outcomes that change for nobody, and how many results are not counted there."""
    if rows:
        unrated = sum(int(row[13] or 0) for row in rows)
        counted = f" Not counted, because the answer is missing or `cannot tell`: {unrated:,}." if unrated else ""
        show_line(f"The same for all under {proposal}: {', '.join(str(row[1]) for row in rows)}.{counted}")
        click.echo()


def _left_out_text(no_longer: int, newly: int, by_both: int) -> str:
    """Return how many results are in no column of a table, and why."""
    whose = {"both": by_both, "the proposal only": no_longer, "the first ruleset only": newly}
    parts = [f"{number:,} under {by}" for by, number in whose.items() if number]
    return f"Lower is worse. Not counted, because the answer is missing or `cannot tell`: {', '.join(parts)}."


def _show_moves(base: str, table: ResultTable) -> None:
    for (proposal, what), rows in blocks(table, 2):
        moved = [row for row in rows if row[0] != row[1]]
        show_table(f"{what}: from {base} to {proposal}", ("before", "after", "number"), moved)


def _show_changed(ruleset: Ruleset, table: ResultTable) -> None:
    """Print how many LEAs or schools come out differently or, where student groups have levels, how many levels."""
    kinds = {row[2]: str(row[5]) for row in table.rows}
    leas = how_many(ruleset, Counter(kinds.values()))
    of_groups = any(row[6] for row in table.rows)
    who = f"{count(len(table.rows), 'level')} of {leas}" if of_groups else leas
    come = "comes" if len(table.rows if of_groups else kinds) == 1 else "come"
    show_line(f"{who} {come} out differently: --format csv --out DIR names them.")


def _show_percentiles(base: str, table: ResultTable) -> None:  # noqa: ARG001 - as the others
    number = len(table.columns[3:]) // 2
    names = table.columns[4 : 4 + number]
    for at, name in enumerate(names, 1):
        show_line(f"{at}: {name}")
    click.echo()
    numbers = [str(at) for at in range(1, number + 1)]
    for (by, value, units), rows in blocks(table, 3):
        apart = f", {by} {value}" if by != "all" else ""
        title = f"Percentiles of {count(int(units or 0), 'result')}{apart}"
        show_table(title, ("percentile", *numbers, *(f"1 less {at}" for at in numbers[1:])), rows)
