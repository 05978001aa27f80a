"""`rulelang explain`: shows why an LEA got its determination, or its performance levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from attrs import frozen

from rulelang.analysis.chaining import Chained, levels_behind, levels_read
from rulelang.analysis.explaining import explained
from rulelang.analysis.gather import Request
from rulelang.analysis.level_tables import has_table
from rulelang.analysis.other_rulesets import ByYear, by_rules_of_each
from rulelang.analysis.statewide import record_in
from rulelang.cli import options
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.rule_errors import rules_for
from rulelang.cli.streams import show_json, wants_color, width
from rulelang.cli.terminal import show
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import StudentGroup
from rulelang.data.layout import STUDENTS
from rulelang.diagnostics.arguments import named
from rulelang.diagnostics.as_data import Data
from rulelang.engine.determination import Determination, determine_all, student_group
from rulelang.engine.explain import explain
from rulelang.engine.explain_levels import explain_levels, levels_text
from rulelang.engine.explanation import level_data, levels_data
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.origins import Origin, OtherYear, origin_of, origin_text
from rulelang.engine.steps import prepare


@click.command("explain")
@options.ruleset
@options.of_named_leas
@click.option("--group", metavar="CODE", help="Only this student group, by its code or name.")
@click.option("--indicator", metavar="NAME", help="Only the performance levels of this indicator.")
@click.option("--counts", is_flag=True, help="Also show the counts behind the levels that the determination rests on.")
@click.option(
    "--trace",
    is_flag=True,
    help="Trace the determination back: to each rule that decides it, the clause and the year that wrote it, its"
    " source, and the file and row of each value; and say what the rules of each year would give for the same data.",
)
@options.printed_as
def command(  # one argument for each option
    *,
    ruleset: str,
    request: Request,
    group: str | None,
    indicator: str | None,
    counts: bool,
    trace: bool,
    format_: str,
) -> int:
    """Show why an LEA got its determination or, where the rules work them out, its performance levels.

    Draws the rules as their author wrote them, with the LEA's values under the words: the rules that hold and those
    that do not.
    """
    records = request.sources.records
    if records is not None and counts:
        raise click.UsageError("plain records do not have the counts behind levels: leave out `--counts`")
    rules = rules_for(ruleset, request.as_year)
    with options.names_checked():
        asked = student_group(rules, group) if group is not None else None
        about = _indicator_called(rules, indicator) if indicator is not None else None
    if records is not None:
        found = _in_records(rules, records, request.leas)
    else:
        counted = counts or request.recompute or about is not None
        with progress_bar() as bar:
            data = leas_from(rules, request, bar=bar, counts=counted)
        mine = tuple(record for record in data.records if record.code in data.chained.asked)
        found = _Found(mine, data.complete, data.records if rules.relates else mine, data.chained)
    if trace and rules.reports_levels:
        raise click.UsageError("`--trace` is about determinations: leave it out to see how a level is worked out")
    by_years = tuple(by_rules_of_each(ruleset, rules, found.among)) if trace else None  # read once for all LEAs
    what = _Asked(rules, asked, about, found.chained, by_years)
    determined = _determined(rules, found)
    if format_ == "json":
        show_json({"explanations": [what.data(one) for one in determined]})
    elif determined:
        click.echo("\n\n".join("\n\n".join(what.blocks(one)) for one in determined))
    return 0 if found.complete else 1


@frozen
class _Found:
    """The LEAs asked for, whether all were there, and where the data have counts what was worked out from them.

    `among` are all that the rules look at to determine them.
    """

    records: tuple[LeaRecord, ...]
    complete: bool
    among: tuple[LeaRecord, ...]
    chained: Chained | None = None


def _in_records(rules: Ruleset, path: Path, leas: Sequence[str]) -> _Found:
    """Return the LEAs asked for as plain records have them; print what is wrong with the records."""
    found: dict[str, LeaRecord] = {}
    among: dict[str, LeaRecord] = {}
    complete = True
    for lea in dict.fromkeys(leas):
        data = record_in(rules, path, lea.strip())
        show(data.diagnostics, err=True)
        found.update({record.code: record for record in data.records[:1]})
        among.update({record.code: record for record in data.records})
        complete = complete and bool(data.records)
    return _Found(tuple(found.values()), complete, tuple(among.values()))


def _determined(rules: Ruleset, found: _Found) -> list[Determination]:
    """Return the determinations of the LEAs asked for; of rules that determine nobody they have the levels."""
    by_code = {one.record.code: one for one in determine_all(prepare(rules), found.among)}
    return [by_code[record.code] for record in found.records]


@frozen
class _Asked:
    """What is asked about each LEA: one student group or all, one indicator or all."""

    rules: Ruleset
    group: StudentGroup | None
    indicator: str | None
    chained: Chained | None
    by_years: Sequence[ByYear] | None = None
    """What the rules of each year make of the LEAs; None if determinations are not to be traced back."""

    def blocks(self, determination: Determination) -> Iterator[str]:
        """Yield the texts that explain the results of an LEA."""
        evaluation, columns, color = determination.evaluation, width(), wants_color()
        if self.rules.reports_levels:
            yield explain_levels(evaluation, self.group, self.indicator, width=columns, color=color)
            return
        if self.by_years is not None:
            yield origin_text(self._origin(determination), width=columns, color=color)
            return
        name = self.group.name if self.group is not None else None
        yield explain(determination, name, width=columns, color=color)
        behind = list(self._behind(determination))
        if behind:
            whole = self.group is not None or self.indicator is not None
            yield levels_text(behind, STUDENTS, whole=whole, width=columns, color=color)
        if has_table(self.rules) and any(True for _ in results_of(evaluation)):
            yield explain_levels(evaluation, self.group, self.indicator, width=columns, color=color, beside=True)

    def data(self, determination: Determination) -> Data:
        """Return what explains it as data that JSON can hold."""
        if self.rules.reports_levels:
            return levels_data(determination.evaluation, self.group, self.indicator)
        behind = [level_data(result) for result in self._behind(determination)]
        trace = {"trace": self._origin(determination).as_dict()} if self.by_years is not None else {}
        return {**explained(determination, self.group).as_dict(), "levels_behind": behind, **trace}

    def _origin(self, determination: Determination) -> Origin:
        """Return where a determination comes from, with what the rules of each year would give for the same data."""
        by_years = [
            OtherYear(by.year, one.outcome, by.notes)
            for by in self.by_years or ()
            for one in by.determinations
            if one.record.code == determination.record.code
        ]
        return origin_of(determination, self.group, by_years)

    def _behind(self, determination: Determination) -> Iterator[LevelResult]:
        name = self.group.name if self.group is not None else None
        if self.chained is not None:
            yield from levels_behind(determination, name, self.indicator, self.chained)


def _indicators(rules: Ruleset) -> list[str]:
    """Return the indicators that the rules work out levels of, or of which they read levels worked out elsewhere."""
    if rules.levels_from:
        return list(dict.fromkeys(key[0] for keys in levels_read(rules).values() for key in sorted(keys)))
    return list(dict.fromkeys(rule.indicator for rule in rules.levels if rule.indicator))


def _indicator_called(rules: Ruleset, text: str) -> str:
    """Return the indicator of that name or alias whose levels can be explained; UnknownNameError if there is none."""
    explained = [one for one in rules.vocabulary.indicators if one.name in _indicators(rules)]
    if not explained:
        raise click.UsageError("leave out `--indicator`: these rules determine LEAs, and take the levels from the data")
    words = {word: one.name for one in explained for word in (one.name, *one.aliases)}
    return named("an indicator whose levels are worked out", text, words)
