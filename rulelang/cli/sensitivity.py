"""`rulelang sensitivity`: which determinations depend on one student, a small student group, or one indicator."""

from __future__ import annotations

from collections.abc import Sequence

import click

from rulelang.analysis.chaining import LevelYear
from rulelang.analysis.gather import Request
from rulelang.analysis.move_words import WHY_NOT, away_text, behind_text, change_parts, change_text
from rulelang.analysis.result_tables import with_rules
from rulelang.analysis.sensitivity import SIZES, Line, Sensitivity, county_table, sensitivities, sensitivity_tables
from rulelang.analysis.way_out import asked_with_numbers
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.streams import width
from rulelang.cli.terminal import show_line, show_table
from rulelang.cli.way_out import (
    IN_FULL,
    described,
    outcome_to_change,
    say_in_levels_only,
    say_ranked,
    show_left_out,
)
from rulelang.cli.wrapping import wrapped
from rulelang.core.how_many import called, kinds_of
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue.quote import count
from rulelang.engine.steps import prepare
from rulelang.reasoning.moves import NO_NUMBERS
from rulelang.reasoning.trials import LevelChange

NOT_ALL_TRIED = "not by what was tried"
"""What replaces a no if the outcome rests on what was not changed."""

LISTED = 40
"""How many LEAs that depend on one student are listed; the tables in files have all of them."""


@click.command("sensitivity")
@options.ruleset
@options.of_leas
@click.option(
    "--outcome",
    metavar="NAME",
    help="The outcome to look at: a determination, label, method, or referral. The default is the first determination"
    " of the vocabulary.",
)
@click.option(
    "--below",
    "sizes",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Leave out results of fewer than this many students. Can be given several times; by default 30, 50, and 100.",
)
@click.option(
    "--lines", is_flag=True, help="List every level that could be reached, not only those that would flip the outcome."
)
@options.gives_tables
def command(
    *,
    ruleset: str,
    request: Request,
    outcome: str | None,
    sizes: tuple[int, ...],
    lines: bool,
    output: options.Output,
) -> int:
    """Show for each LEA what an outcome depends on: one student, one student group, one indicator, or small results.

    Tries every change of one level, every number on the other side of a limit, and the data without each student
    group, without each indicator, and without results of few students. Up to five LEAs are shown in full, with how
    many students each student group is from the next level. For more LEAs, a table by county is shown, and the LEAs
    that depend on one student.
    """
    changing = outcome_to_change(ruleset, request.as_year, outcome)
    if changing is None:
        return 1
    rules, asked = changing
    prepared = prepare(rules)
    below, folders = tuple(sorted(set(sizes))) or SIZES, request.sources.folders
    with progress_bar() as bar:
        data = leas_from(rules, request, bar=bar)
        codes, found = data.chained.asked, []
        every = lines or len(codes) <= IN_FULL
        about, behind = asked_with_numbers(prepared, asked, folders, codes)
        for done, one in enumerate(sensitivities(about, data.records, behind, below, lines=every, codes=codes)):
            bar("trying changes", done, len(codes))
            found.append(one)
    if output.is_text:
        _show(rules, asked, found, below, behind)
        show_left_out([name for one in found for name in one.left_out])
        say_ranked(rules, any(one.is_ranked for one in found))
    output.give(with_rules(sensitivity_tables(found, below), rules))
    return 0 if data.is_whole else 1


# ---- for people ----


def _show(
    ruleset: Ruleset, outcome: str, found: Sequence[Sensitivity], sizes: Sequence[int], behind: LevelYear | None
) -> None:
    click.echo(f"{ruleset.name}: {outcome}\n")
    if len(found) <= IN_FULL:
        for one in found:
            _show_lea(one)
    else:
        _show_counties(ruleset, outcome, found, sizes)
        for has, title in ((True, "One student would end it"), (False, "One student would bring it about")):
            _show_on_one_student(ruleset, title, [one for one in found if one.has is has and one.one_student])
        click.echo(f"For everything the outcome of one {called(ruleset)[0]} depends on, name it with --lea.")
    if found and not any(line.move != NO_NUMBERS for one in found for line in one.lines):
        if ruleset.vocabulary.indicators:
            say_in_levels_only(behind, (line.change for one in found for line in one.lines))
        else:
            show_line("Only levels and numbers are changed here, and no dates, words, or yes and no.")


def _show_counties(ruleset: Ruleset, outcome: str, found: Sequence[Sensitivity], sizes: Sequence[int]) -> None:
    below, (entity, any_of_them) = [f"<{size}" for size in sizes], called(ruleset)
    _, entities = called(ruleset, kinds_of(one.record for one in found))
    many = "in all" if entities != any_of_them else entities
    head = ("county", many, "with it", "1 student", "1 group", "1 indicator", *below, "unsure")
    unknown = county_table(found, sizes).rows[-1][-2]
    known = [row for row in found if row.has and row.sizes is not None]
    rows = [
        [*row[:6], *(row[6:-2] if known else ["-"] * len(sizes)), row[-1]] for row in county_table(found, sizes).rows
    ]
    title = entities[:1].upper() + entities[1:]
    show_table(f"{title} with {outcome}, and how many would lose it by a change to", head, rows)
    small = f"{', '.join(below)}: it would be lost if results of fewer students than that were left out."
    show_line(f"{small} Unsure: cannot tell whether the {entity} has it.")
    if unknown:
        show_line(f"The number of students behind each result is missing from the data of {unknown:,} that have it.")
    click.echo()


def _show_on_one_student(ruleset: Ruleset, title: str, found: Sequence[Sensitivity]) -> None:
    rows = [
        (one.record.code, one.record.name, _line_text(line)) for one in found[:LISTED] for line in one.one_student[:1]
    ]
    show_table(title, ("code", called(ruleset)[0], "which"), rows)
    if len(found) > LISTED:
        click.echo(f"and {len(found) - LISTED:,} more\n")


def _show_lea(one: Sensitivity) -> None:
    show_line(described(one.record, one.outcome, one.value))
    if not one.is_told:
        show_line("  Cannot tell what it depends on, because missing data could decide.")
    cell = _one_cell(one)
    for words, some in (
        ("one student", [_line_text(line) for line in one.one_student]),
        (cell, [_line_text(line) for line in one.levels if line not in one.one_student]),
        ("one student group", [f"{name}{_at_most(most)}" for name, most in one.groups]),
        ("one indicator", list(one.indicators)),
        ("small results", [f"without those of fewer than {size} students" for size in one.sizes or ()]),
    ):
        if one.is_told:
            unknown = words == "small results" and one.sizes is None
            depends = some or (words == cell and one.levels)  # those of one student are listed above
            no = "no" if one.is_whole else NOT_ALL_TRIED
            click.echo(f"  Depends on {words}: {'sizes not in the data' if unknown else 'yes' if depends else no}")
        for text in some:
            click.echo(wrapped(f"      {text}", width()))
    click.echo()
    rows = [(_whose(line), *_crossing(line), _away(line)) for line in one.lines if line.move != NO_NUMBERS]
    show_table(
        "Distance to the next level or limit (* alone flips the outcome)",
        ("student group", "what", "from, to", "at least"),
        rows,
    )


def _one_cell(one: Sensitivity) -> str:
    of_levels = all(isinstance(line.change, LevelChange) for line in one.lines)
    return "one level" if of_levels else "one level or number"


def _at_most(most: int | None) -> str:
    return "" if most is None else f" (at most {count(most, 'student')})"


def _line_text(line: Line) -> str:
    text = change_text(line.change, line.move)
    if isinstance(line.move, str) or not behind_text(line.change, line.move):
        return text
    return f"{text}: {away_text(line.change, line.move)}"


def _whose(line: Line) -> str:
    """Return whose level or number it is, in a table of those of one LEA: its student group, and another LEA."""
    return ", ".join(filter(None, (line.change.group, line.change.name or line.change.code)))


def _crossing(line: Line) -> tuple[str, str]:
    what, before, after = change_parts(line.change, line.move)
    return what, f"{before} to {after}{' *' if line.flips else ''}"


def _away(line: Line) -> str:
    return WHY_NOT[line.move] if isinstance(line.move, str) else away_text(line.change, line.move)
