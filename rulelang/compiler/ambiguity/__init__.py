"""Asks about sentences that could mean two things, wherever they are.

A check is a function of a node of the syntax tree, or of a whole rule, that yields questions. Every check sees every
node, so that what is asked of a chain is asked of a list, a count, an exception or a fact as well; a new construct only
has to be a node. Deciding what a sentence means is another module's business: it may take any reading of a sentence
that is asked about, because the ruleset is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from rulelang.compiler.ambiguity import counting, joining, lists
from rulelang.compiler.ambiguity.where import OF_WHAT_FOLLOWS, has_open_where
from rulelang.compiler.ambiguity.wording import with_comments_kept
from rulelang.compiler.context import Context
from rulelang.compiler.examples import years_given
from rulelang.compiler.in_force import Effective, EffectiveExample
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.syntax import tree as syn

OF_A_NODE = (
    lists.mixed,
    lists.twice,
    lists.how_many,
    lists.loose_name,
    lists.or_all,
    lists.none,
    lists.levels_at_once,
    joining.loose_window,
    joining.bound_window,
    joining.loose_not,
    joining.not_before,
    joining.none_of_several,
    joining.not_rated,
    joining.loose_exception,
    lists.no_fact,
    lists.date,
)
_WORDS = (syn.Name, syn.Number, syn.Text)
"""Fields that most nodes have, and that mean one thing."""

OF_A_RULE = (
    counting.without_level,
    counting.best_level,
    counting.lower,
    counting.beyond,
    counting.beyond_the_rules,
    counting.of_none_decided,
)
OF_OWN_RULES = (counting.of_none_decided,)
"""Checks of rules that a file states itself: an inherited one may ask for what the year no longer has."""

OF_ALL_RULES = (counting.beyond_the_rules, counting.of_none_decided)
"""Checks that count what all rules decide, and so wait until every rule can be read."""


def ask_what_is_meant(effective: Effective, context: Context) -> None:
    """Report every sentence in force that could mean two things; of examples, those of the year itself."""
    later = OF_ALL_RULES if context.reporter.must_stop else ()
    for item in effective.rules:
        _report(_of_nodes(item.rule), context)
        is_own = item.rule.span.source == effective.span.source
        waiting = later if is_own else (*later, *OF_OWN_RULES)
        checks = [check for check in OF_A_RULE if check not in waiting]
        _report((found for check in checks for found in check(item.rule, context)), context)
    for level in effective.levels:
        _report(_of_nodes(level.statement), context)
    for example in effective.examples:
        if not example.inherited:
            _report((evolve(found, stops=False) for found in _of_example(example, context)), context)


def _report(found: Iterable[Diagnostic], context: Context) -> None:
    for diagnostic in found:
        context.report(diagnostic)


def _of_nodes(written: syn.Node) -> Iterator[Diagnostic]:
    for node in syn.walk(written):
        later = OF_WHAT_FOLLOWS if has_open_where(node) else ()
        for check in OF_A_NODE if not isinstance(node, _WORDS) else ():
            for found in check(node) if check not in later else ():
                yield _with_choices(found, _above(node, written))


def _above(node: syn.Node, written: syn.Node) -> syn.Node | None:
    """Return the node that another is a part of; None for all that is written."""
    return next((one for one in syn.walk(written) if any(part is node for part in syn.parts(one))), None)


def _with_choices(question: Diagnostic, above: syn.Node | None) -> Diagnostic:
    """Return a question about a part of another node, with the choices that can be written there and lose no comment.

    Those inside another condition are put in parentheses, so that the words around do not take them apart.
    """
    kept = with_comments_kept(question)
    match above:
        case None | syn.Rule() | syn.Parenthesis():
            return kept
        case syn.Chain() | syn.Not() | syn.Unless() | syn.RelatedTest(verb="where"):
            return evolve(kept, choices=tuple(evolve(one, replacement=f"({one.replacement})") for one in kept.choices))
        case _:
            return evolve(kept, choices=())


def _of_example(example: EffectiveExample, context: Context) -> Iterator[Diagnostic]:
    years: tuple[int, ...] = (context.year,)
    for line in example.lines:
        yield from _of_nodes(line)
        if isinstance(line, syn.GivenYearLine):
            years = years_given(context, line)
        elif isinstance(line, syn.FactLine):
            yield from lists.impossible(line, years, context)
