"""`rulelang test --coverage` and `--suggest`: what no example tries, and the examples that would."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import click

from rulelang.analysis.examples import ExampleRun
from rulelang.analysis.rule_coverage import Covered, drawn, rules_covered, share
from rulelang.analysis.suggested_examples import Limit, Suggested, limits_untried
from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import show_line
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.as_data import Data, place_data
from rulelang.diagnostics.catalogue.quote import count
from rulelang.diagnostics.drawing import Screen


def show_untried(rules: Ruleset, runs: Sequence[ExampleRun]) -> None:
    """Print what no example tries of a ruleset, drawn on its text."""
    _show_rules(rules_covered(rules, runs))
    _show_limits(limits_untried(rules, runs))


def untried_data(rules: Ruleset, runs: Sequence[ExampleRun]) -> list[Data]:
    """Return the same as data."""
    parts = [
        (part.words, part.rule.label, part.node.span if part.node else part.rule.span)
        for one in rules_covered(rules, runs)
        for part in one.untried
    ]
    bands = [
        (one.words, f"{one.rule.indicator} {one.rule.scale}", one.rule.span) for one in limits_untried(rules, runs)
    ]
    return [{"what": what, "rule": rule, "place": place_data(span)} for what, rule, span in (*parts, *bands)]


def _show_rules(covered: Sequence[Covered]) -> None:
    tried, things = share(covered)
    if things:
        show_line(f"  {tried:,} of {count(things, 'thing')} to try in the rules: answers, parts, levels beside these")
    for one in covered:
        for line in drawn(one, Screen(width() - 4, wants_color())) if one.untried else []:
            click.echo(f"    {line}".rstrip())


def _show_limits(limits: Sequence[Limit]) -> None:
    """Print the numbers at limits of bands that no example has, with the level each is to have."""
    for (indicator, scale, kind), some in groupby(limits, lambda one: (one.rule.indicator, one.rule.scale, one.type)):
        of = f" ({kind})" if kind else ""
        numbers = ", ".join(one.words.removesuffix(of) for one in some)
        show_line(f"  {indicator} {scale}{of}: no example has {numbers}")


def show_suggestions(found: Sequence[Suggested]) -> None:
    """Print the examples that would try it."""
    click.echo(f"\n# What no example tries: {count(len(found), 'example')}, with the results.")
    click.echo("# Confirm each, and copy it into the file.")
    for example in found:
        click.echo("\n" + "\n".join(example.lines))
