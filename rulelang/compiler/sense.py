"""Expressions and conditions that make no sense: they divide by zero, or are always the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from rulelang.compiler.ambiguity.wording import chain, in_words
from rulelang.compiler.context import Context
from rulelang.core import tree as core
from rulelang.core.operators import COMPARED, FROM_ABOVE, OPERATORS
from rulelang.core.types import HUNDRED, constant_number, highest_of, is_share, never_below_zero
from rulelang.diagnostics.catalogue import ambiguity
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


def must_make_sense(about: Context, operator: str, parts: Sequence[core.Node], span: Span) -> None:
    """Report an operation that makes no sense for any data, and one whose result is the same whatever the data."""
    numbers = [constant_number(part) for part in parts]
    if operator == "divided by" and numbers[1] == 0:
        about.report(messages.division_by_zero(span))
    elif operator in ("divided by", "minus") and parts[0] == parts[1] and numbers[0] is None:
        what = "divided by itself" if operator == "divided by" else "taken from itself"
        about.report(messages.without_effect(span, f"a number is {what}"))
    elif OPERATORS[operator].of_many and any(first == second for first, second in combinations(parts, 2)):
        about.report(messages.without_effect(span, "the same number is in it twice"))
    elif operator in COMPARED:
        _must_be_open(about, operator, parts, span)


def _must_be_open(about: Context, operator: str, parts: Sequence[core.Node], span: Span) -> None:
    """Report a comparison whose answer does not depend on the data."""
    first, second = parts
    numbers = (constant_number(first), constant_number(second))
    if first == second:
        meant = f"another number, such as `last year's {first.span.words}`" if first.span else "another number"
        about.report(messages.without_effect(span, "it compares a number with itself", meant))
    elif None not in numbers:
        about.report(messages.without_effect(span, "it uses no number from the data"))
    elif numbers[1] is not None and is_share(first, about.definition):
        answers = {COMPARED[operator](bound, numbers[1]) for bound in (0, 1)}
        if len(answers) == 1:
            holds = "always" if True in answers else "never"
            percent = numbers[1] if 1 < numbers[1] < HUNDRED else Fraction(50)
            about.report(
                messages.share_without_effect(span, holds, exact_text(percent), exact_text(Fraction(percent, 100)))
            )
    elif numbers[1] is not None:
        _must_be_within(about, operator, first, numbers[1], span)


def _must_be_within(about: Context, operator: str, number: core.Node, limit: Fraction, span: Span) -> None:
    """Report a comparison with a limit that a number of the data never reaches."""
    holds = "always holds" if operator in FROM_ABOVE else "never holds"
    if limit < 0 or (limit == 0 and operator in ("at least", "below")):
        if never_below_zero(about.vocabulary, number, about.definition):
            about.report(messages.without_effect(span, f"it {holds}, because the number is never below zero"))
        return
    highest = highest_of(about.vocabulary, number, about.definition)
    if highest is not None and (limit > highest or (limit == highest and operator in ("at most", "above"))):
        holds = "never holds" if operator in FROM_ABOVE else "always holds"
        most = f"the vocabulary says that the number is at most {exact_text(highest)}"
        about.report(messages.without_effect(span, f"it {holds}, because {most}"))


def must_differ(about: Context, joint: str, parts: Sequence[core.Node], span: Span) -> None:
    """Report conditions joined by `and` or `or` if one repeats or excludes another."""
    for first, second in combinations(parts, 2):
        if first == second:
            about.report(messages.without_effect(span, "one part says the same as another"))
        elif first in _negations(second) or second in _negations(first):
            about.report(messages.without_effect(span, f"it {'never' if joint == 'and' else 'always'} holds"))
        elif joint == "and" and _rule_out(first, second):
            about.report(messages.without_effect(span, "it never holds: there is one level of a scale, not two"))


def _negations(node: core.Node) -> tuple[core.Node, ...]:
    return node.arguments if core.is_call(node, "not") else ()


def _rule_out(first: core.Node, second: core.Node) -> bool:
    """Return whether two parts ask for different levels of the same."""
    one, other = core.named_test(first), core.named_test(second)
    return one is not None and other is not None and one[0] == other[0] and not {*one[1]} & {*other[1]}


def must_be_possible(about: Context, parts: Sequence[core.Node], written: syn.Chain | syn.Unless) -> None:
    """Report conditions joined by `and` that ask for more than one level, or more than one determination, at once.

    A list of nothing but outcomes is asked about: `any school is CSI and ATSI`. Nothing is said where some of the
    conditions do so by themselves, as that has been said of these.
    """
    alone = [part.arguments for part in parts if core.is_call(part, "and")]
    if not _ask_too_much(about, parts) or any(_ask_too_much(about, one) for one in alone):
        return
    if isinstance(written, syn.Chain) and all(isinstance(one, syn.OutcomeTest) for one in written.parts):
        about.report(ambiguity.determinations_at_once(written.span, in_words(chain(written.parts, "or"))))
    else:
        about.report(ambiguity.conditions_at_once(written.span))


def _ask_too_much(about: Context, parts: Sequence[core.Node]) -> bool:
    """Return whether conditions that must all hold leave no level of some scale, or no determination."""
    left: dict[Hashable, frozenset[str]] = {}
    denied: list[tuple[Hashable, tuple[str, ...]]] = []
    for part in _parts(parts):
        test = _one_of_many(about, part)
        if test is not None:
            asked, names = test
            left[asked] = left.get(asked, frozenset(names)).intersection(names)
        denied += [found for one in _negations(part) if (found := _one_of_many(about, one)) is not None]
    for asked, names in denied:
        if asked in left:
            left[asked] = left[asked].difference(names)
    return frozenset() in left.values()


def _one_of_many(about: Context, node: core.Node) -> tuple[Hashable, tuple[str, ...]] | None:
    """Return what has one of several names, and those asked for: a level, or the determination of a year."""
    key = core.reference(node.arguments[0] if core.is_call(node, "first known") else node)
    words = about.vocabulary
    if key is not None and key[1] in {*words.determinations}.difference(*words.comes_with.values()):
        return key[0], (key[1],)
    return core.named_test(node)


def _parts(nodes: Sequence[core.Node]) -> Iterator[core.Node]:
    """Yield conditions, and of one that is made of several joined by `and` each of these."""
    for node in nodes:
        if core.is_call(node, "and"):
            yield from _parts(node.arguments)
        else:
            yield node
