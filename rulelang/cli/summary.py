"""The summary that `rulelang evaluate` prints: counts of LEAs, and which are identified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import click

from rulelang.analysis.level_tables import (
    MEASURES,
    dollars_by_entity,
    levels_counted,
    measures_counted,
    table_name,
)
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.summary import PriorityCount, Summary
from rulelang.cli.terminal import show_line, show_table
from rulelang.core.how_many import called, how_many
from rulelang.core.ruleset import Ruleset
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.catalogue.quote import count

MOST_LISTED: Final = 100
"""How many LEAs are listed under a determination; the tables have all of them."""


def show_summary(rules: Ruleset, summary: Summary) -> None:
    """Print how many LEAs have each outcome, in all and by county. A table that would say nothing new is left out."""
    click.echo(f"{rules.name}: {how_many(rules, summary.by_kind)}\n")
    _, things = called(rules, summary.by_kind)
    for kind, number in summary.without_rows.items():
        leas = count(number, rules.entity, rules.entities)
        show_line(f"The files of {kind} indicators have no row for {leas}, so their values are unknown.")
        click.echo()
    show_table("By determination", ("determination", things), summary.by_determination.items())
    told = summary.by_determination.items()
    show_table("By label", ("label", things), [one for one in summary.by_label.items() if one not in told])
    for kind, counts in (("method", summary.by_method), ("referral", summary.by_referral)):
        show_table(f"By {kind}", (kind, "met", CANNOT_TELL), [(one.name, one.met, one.unknown) for one in counts])
    show_table(
        "By priority",
        ("priority", "", things, "student groups", f"{rules.entity}-wide"),
        [(str(item.number), item.name, item.leas, item.groups, _whole(rules, item)) for item in summary.by_priority],
    )
    show_table(
        "By student group",
        ("code", "student group", f"{things} with any priority", "with 2 or more"),
        [
            (item.code, item.name, item.any_priority, item.enough)
            for item in summary.by_group
            if any(one.any_priority for one in summary.by_group)
        ],
    )
    outcomes = list(summary.by_determination)
    show_table(
        "By county",
        ("county", *outcomes),
        [
            (county or "(not stated)", *(counts.get(name, 0) for name in outcomes))
            for county, counts in summary.by_county.items()
            if outcomes != [CANNOT_TELL] and len(summary.by_county) > 1
        ],
    )


def _whole(rules: Ruleset, item: PriorityCount) -> str:
    if item.whole == item.leas:
        return "every group" if item.whole else ""
    return f"every group of {count(item.whole, rules.entity, rules.entities)}" if item.whole else ""


def show_identified(rules: Ruleset, table: ResultTable) -> None:
    """Print the LEAs of each determination that some rule gives, and not only `otherwise`."""
    given = {rule.outcome for rule in rules.rules if not rule.otherwise}
    found = dict[str, list[dict[str, str]]]()
    for row in table.rows:
        one = dict(zip(table.columns, map(str, row), strict=True))
        if one["determination"] in given:
            found.setdefault(one["determination"], []).append(one)
    for outcome in (one.name for one in rules.vocabulary.outcomes if one.name in found):
        leas = found[outcome]
        differing = [name for name in ("county", "label") if len({one[name] for one in leas}) > 1]
        by_kind = Counter(one["kind"] for one in leas)
        columns = {"cds": "code", "lea": called(rules, by_kind)[0]}
        columns |= dict(zip(differing, differing, strict=True))
        columns |= {"student_groups": "student groups"} if any(one["student_groups"] for one in leas) else {}
        title = f"{outcome}: {how_many(rules, by_kind)}"
        show_table(title, list(columns.values()), [[one[name] for name in columns] for one in leas[:MOST_LISTED]])
        if len(leas) > MOST_LISTED:
            show_line(f"and {len(leas) - MOST_LISTED:,} more; `--out DIR` writes all of them.")
            click.echo()


def show_levels(rules: Ruleset, tables: Iterable[ResultTable]) -> None:
    """Print how many student groups have each level, by indicator, or how many LEAs have each measure.

    They are counted in the table that has them; StopIteration if none does.
    """
    table = next(one for one in tables if one.name == table_name(rules))
    by_kind = Counter(dict(zip(table.column("cds"), map(str, table.column("kind")), strict=True)).values())
    leas = count(sum(by_kind.values()), "LEA or school", "LEAs and schools")
    is_any = not rules.relates and rules.entity == "LEA"
    click.echo(f"{rules.name}: {leas if is_any else how_many(rules, by_kind)}\n")
    if table.name == MEASURES:
        show_table("By measure", ("measure", "worked out", "without a number"), list(measures_counted(rules, table)))
        for kind, measures, amounts in dollars_by_entity(rules, table):
            show_table(f"By {kind}", (kind, *measures), amounts)
    for indicator, columns, rows in levels_counted(rules, table):
        show_table(indicator, columns, rows)
