"""`rulelang words`: prints what a vocabulary knows, with the other names of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from rulelang.analysis.loading import refused
from rulelang.cli import options
from rulelang.cli.streams import show_json
from rulelang.cli.terminal import show_table
from rulelang.compiler.files import find_ruleset
from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.locations import VOCABULARY_FILE, rulesets_folder
from rulelang.compiler.standing import find_vocabulary
from rulelang.core.vocabulary import Indicator, Vocabulary
from rulelang.core.years import stretch
from rulelang.diagnostics.diagnostic import Reporter

Value = str | list[str] | dict[str, list[str]]
Tables = Mapping[str, list[dict[str, Value]]]


@click.command("words")
@click.argument("ruleset", metavar="[RULESET]", required=False)
@options.printed_as
def command(*, ruleset: str | None, format_: str) -> int:
    """List the words of a vocabulary: levels, indicators, student groups, kinds of LEA, and outcomes.

    Each is listed with its synonyms, which rules may use as well. The vocabulary is that of RULESET, or the one that
    comes with rulelang. RULESET can also be a vocabulary file.
    """
    vocabulary = vocabulary_named(ruleset)
    tables = tables_of(vocabulary)
    if format_ == "json":
        show_json({"vocabulary": vocabulary.name, **tables})
        return 0
    click.echo(f"{vocabulary.name} vocabulary\n")
    for title, rows in tables.items():
        show_table(title, *_drawn(rows))
    return 0


def vocabulary_named(ruleset: str | None) -> Vocabulary:
    """Return the vocabulary of a ruleset, or the one that is shipped; RulesError if it has errors."""
    reporter = Reporter()
    shipped = rulesets_folder() / VOCABULARY_FILE
    path = find_ruleset(ruleset, reporter) if ruleset is not None else shipped
    if path is not None and path.name != VOCABULARY_FILE:
        path = find_vocabulary(path)
    vocabulary = load_vocabulary(path, reporter) if path is not None else None
    if vocabulary is None:
        raise refused(*reporter.diagnostics)
    return vocabulary


def tables_of(vocabulary: Vocabulary) -> Tables:
    """Return the words of a vocabulary as tables, by title; a column that is a list may have any number of values."""
    tables: dict[str, list[dict[str, Value]]] = {
        "levels": [{"scale": one.name, "worst first": list(one.levels)} for one in vocabulary.scales]
    }
    for kind in vocabulary.indicator_kinds:
        tables[f"{kind.name} indicators"] = [_indicator(one) for one in vocabulary.indicators_of(kind.name)]
    tables["student groups"] = [
        {
            "code": one.code,
            "name": one.name,
            "also called": [*one.aliases, *one.other_codes],
            "years": stretch(one.years),
        }
        for one in vocabulary.groups
    ]
    tables[f"kinds of {vocabulary.entity}"] = [
        {"name": one.name, "of several": one.plural, "also called": list(one.aliases)} for one in vocabulary.kinds
    ]
    tables["priorities"] = [{"number": str(one.number), "name": one.name} for one in vocabulary.priorities]
    tables["outcomes"] = [
        {"name": one.name, "kind": one.kind, "also called": list(one.aliases)} for one in vocabulary.outcomes
    ]
    facts = [one for one in vocabulary.numbers if not one.indicators]
    tables[f"facts of the {vocabulary.entity}"] = [
        {"name": one.name, "also called": list(one.aliases), "is a": one.type.value, "of": list(one.kinds)}
        for one in facts
    ]
    tables["numbers"] = [
        {"name": one.name, "also called": list(one.aliases), "of": list(one.indicators)}
        for one in vocabulary.numbers
        if one.indicators
    ]
    return {title: rows for title, rows in tables.items() if rows}


def _indicator(indicator: Indicator) -> dict[str, Value]:
    years = {scale: [stretch(one) for one in some] for scale, some in indicator.scales.items()}
    return {
        "name": indicator.name,
        "also called": list(indicator.aliases),
        "only for": list(indicator.only_groups),
        "better": "lower" if indicator.lower_is_better else "higher",
        "scales": years,
    }


# ---- as drawn in a terminal ----


def _drawn(rows: Sequence[Mapping[str, Value]]) -> tuple[list[str], list[list[str]]]:
    """Return the columns of a table in which some row has something, and the rows."""
    columns = [name for name in rows[0] if any(row[name] for row in rows)]
    cells = [[row[name] for name in columns] for row in rows]
    return columns, [[one if isinstance(one, str) else ", ".join(one) for one in row] for row in cells]
