"""`rulelang test --coverage` and `--suggest`: what no example tries, and the examples that would."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from rulelang.cli.streams import wants_color, width
from rulelang.cli.terminal import count, show_line
from rulelang.diagnostics.drawing import Screen

if TYPE_CHECKING:
    from rulelang.analysis.examples import ExampleRun
    from rulelang.analysis.limits_tried import Limit
    from rulelang.analysis.rule_coverage import Covered
    from rulelang.core.ruleset import Ruleset


def show_coverage(name: str, rules: Ruleset, runs: Sequence[ExampleRun], *, coverage: bool, suggestions: bool) -> None:
    """Print what no example tries of a ruleset, drawn on its text, and the examples that would try it."""
    from rulelang.analysis.limits_tried import limits_untried
    from rulelang.analysis.rule_coverage import rules_covered

    covered, limits = rules_covered(rules, runs), limits_untried(rules, runs)
    if coverage:
        _show_rules(covered)
        _show_limits(limits)
    if suggestions:
        _show_suggestions(name, rules, covered, limits)


def coverage_data(
    name: str, rules: Ruleset, runs: Sequence[ExampleRun], *, coverage: bool, suggestions: bool
) -> dict[str, object]:
    """Return the same as data: what is not tried under `untried`, the examples under `suggested`."""
    from rulelang.analysis.limits_tried import limits_untried
    from rulelang.analysis.rule_coverage import rules_covered
    from rulelang.diagnostics.as_data import place_data

    covered, limits = rules_covered(rules, runs), limits_untried(rules, runs)
    data: dict[str, object] = {}
    if coverage:
        of_rules = [
            {
                "what": part.words,
                "rule": part.rule.label,
                "place": place_data(part.node.span if part.node else part.rule.span),
            }
            for one in covered
            for part in one.untried
        ]
        of_bands = [
            {"what": one.words, "rule": f"{one.rule.indicator} {one.rule.scale}", "place": place_data(one.rule.span)}
            for one in limits
        ]
        data["untried"] = [*of_rules, *of_bands]
    if suggestions:
        from rulelang.analysis.suggested_examples import lacking

        found = lacking(name, rules, covered, limits)
        data["suggested"] = [{"title": one.title, "text": "\n".join(one.lines)} for one in found]
    return data


def _show_rules(covered: Sequence[Covered]) -> None:
    from rulelang.analysis.rule_coverage import drawn, share

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


def _show_suggestions(name: str, rules: Ruleset, covered: Sequence[Covered], limits: Sequence[Limit]) -> None:
    from rulelang.analysis.suggested_examples import lacking

    found = lacking(name, rules, covered, limits)
    click.echo(f"\n# What no example tries: {count(len(found), 'example')}, with the results.")
    click.echo("# Confirm each, and copy it into the file.")
    for example in found:
        click.echo("\n" + "\n".join(example.lines))
