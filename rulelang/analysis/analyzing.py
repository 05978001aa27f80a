"""The findings proved for a ruleset, as messages about its lines, each with a made-up LEA that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulelang.analysis.made_up_words import given_lines
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.ruleset import Rule, Ruleset
from rulelang.diagnostics.catalogue import findings as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.plain_data import frozen
from rulelang.diagnostics.source import Source, Span
from rulelang.reasoning.findings import Fault, Finding, findings


@frozen
class Analyzed:
    """A finding, the message about it, and the made-up LEA that shows it in the words of an example."""

    finding: Finding
    diagnostic: Diagnostic
    lea: tuple[str, ...]


def analyzed(ruleset: Ruleset) -> list[Analyzed]:
    """Return what is found of a ruleset, in the order of its text; an empty list where it is proved that nothing is.

    Numbers differ only by the limits that the rules compare them with; a finding that rests on them has no made-up LEA.
    """
    found = []
    for one in findings(ruleset):
        lines = tuple(given_lines(one.lea, [ruleset])) if one.lea is not None else ()
        found.append(Analyzed(one, _message(one, "; ".join(line.strip() for line in lines)), lines))
    return found


def _message(finding: Finding, shown: str) -> Diagnostic:
    rule, others = finding.rule, [_place(one) for one in finding.others]
    span, names = _place(rule), [one.label or one.text for one in finding.others]
    part = finding.node.span if finding.node is not None and finding.node.span is not None else span
    match finding.fault:
        case Fault.NEVER:
            return say.never_holds(span, finding.met, finding.tests, shown)
        case Fault.PART:
            return say.alternative_never_holds(part, finding.met, finding.tests, shown)
        case Fault.ALWAYS:
            return say.always_holds(span, shown)
        case Fault.CANNOT_TELL:
            return say.only_cannot_tell(span, shown)
        case Fault.IMPLIED:
            return say.implied_rule(span, others, names, shown)
        case Fault.MASKED:
            return say.masked_rule(span, others, names, shown)
        case Fault.NO_EFFECT:
            return say.changes_no_outcome(span, rule.outcome, shown)
        case Fault.OUTCOME:
            return say.unreachable_outcome(span, others, rule.outcome)
        case Fault.HALVES:
            return say.met_by_different_groups(part, shown)


def _place(rule: Rule) -> Span:
    """Return the place of a rule; a rule without one gets a source of its own."""
    return rule.span or Span(Source(rule.name, rule.text), 0, len(rule.text))


def findings_tables(found: Iterable[tuple[str, Sequence[Analyzed]]]) -> list[ResultTable]:
    """Return a table with a row for each finding of rulesets, given by name: its line and the made-up LEA."""
    rows = [
        (
            name,
            one.diagnostic.code,
            one.finding.rule.label,
            one.finding.rule.outcome,
            one.diagnostic.message,
            one.diagnostic.span.source.name if one.diagnostic.span is not None else None,
            one.diagnostic.span.line if one.diagnostic.span is not None else None,
            "\n".join(one.lea) or None,
            one.diagnostic.help,
        )
        for name, some in found
        for one in some
    ]
    columns = ("ruleset", "finding", "rule", "outcome", "message", "file", "line", "made_up_lea", "help")
    return [ResultTable("findings", columns, rows)]
