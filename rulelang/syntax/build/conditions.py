"""Builds names, conditions and expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from attrs import evolve

from rulelang.diagnostics.dates import date_in
from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builder,
    Builders,
    Child,
    Listed,
    answers,
    called,
    every,
    first,
    held,
    how_joined,
    joints,
    last,
    listed,
    maybe,
    maybe_number,
    name_of,
    no_words,
    node,
    number,
    numbers,
    part,
    plain_name,
    says,
    second,
    span_of,
    texts,
    the,
    words,
)
from rulelang.syntax.tokens import Word

# ---- names, lists, levels and quantities ----

_QUANTITIES: Final = {
    "ANY": "any",
    "NO": "no",
    "EVERY": "every",
    "ALL": "every",
    "OR_MORE": "or more",
    "AT_LEAST": "or more",
    "OR_FEWER": "or fewer",
    "AT_MOST": "or fewer",
    "EXACTLY": "exactly",
    "A_MAJORITY_OF": "a majority of at least",
    "A": "any",
    "ABOVE": "or more",
    "BELOW": "or fewer",
    "FEWER_THAN": "or fewer",
}
"""The kind of a quantity by its word."""

_BEYOND: Final = {"ABOVE": 1, "BELOW": -1, "FEWER_THAN": -1}
"""The difference between the number meant and the one written in `more than one` or `fewer than 3`."""


_HOW: Final = {"BOTH": "both", "EITHER": "either", "ANY_OF": "any of", "ALL_OF": "all of"}


def _targets(children: list[Child]) -> syn.Targets:
    found = the(Listed)(children)
    return syn.Targets(found.names, how_joined(found.joints), joints=found.joints, span=found.span)


def _quantified_targets(children: list[Child]) -> syn.Targets:
    how, *_, found = children
    if isinstance(how, Word) and how.type == "NUMBER":
        how = syn.Quantity("or more", int(how), span=how.span)
    elif isinstance(how, Word) and how.type == "NONE_OF":
        how = syn.Quantity("no", span=how.span)
    said = how if isinstance(how, syn.Quantity) else _HOW[how.type]
    return syn.Targets(found.names, said, joints=found.joints, span=span_of(children))


def _quantity(children: list[Child]) -> syn.Quantity:
    [word] = words(children, *_QUANTITIES)
    counted = maybe_number(children)
    kind = "or more" if counted is not None and word.type == "ANY" else _QUANTITIES[word.type]
    many = counted.value if counted is not None else 0
    return syn.Quantity(kind, many + _BEYOND.get(word.type, 0), span=span_of(children))


def _share(percent: Callable[[list[Child]], int]) -> Builder:
    """Return the builder of a quantity that is a share of all there are, in percent."""
    return node(syn.Quantity, lambda _: "percent or more of", percent=percent)


def _levels(reach: str | None, said: str | None = None) -> Builder:
    return node(syn.Levels, every(syn.Name), lambda _: reach, joints=joints, said=lambda _: said)


def _number_name(children: list[Child]) -> syn.Name:
    """Return the name of a number or a measure; names of measures belong to the file, not to the vocabulary."""
    return plain_name(children[0], known=children[0].type == "NUMBER_NAME")


def _name(children: list[Child]) -> syn.Name:
    return name_of(first(children))


# ---- conditions ----


def _level_test_of_targets(children: list[Child]) -> syn.LevelTest:
    """Return the level test of `ELA and Math are both Red`."""
    targets = the(syn.Targets)(children)
    said = "both" if says("BOTH")(children) else "all of" if says("ALL")(children) else None
    if said is not None and targets.how in ("and", ","):
        targets = evolve(targets, how=said)
    return syn.LevelTest(the(syn.Levels)(children), targets, span=span_of(children))


def _quantity_or_some(children: list[Child]) -> syn.Quantity:
    """Return the quantity: one or more for `the same …`."""
    return maybe(syn.Quantity)(children) or syn.Quantity("or more", 1, span=children[0].span)


def _named_group_test(children: list[Child]) -> syn.GroupTest:
    found, condition = children
    either = any(joint.text == "or" for joint in found.joints)
    quantity = syn.Quantity("any" if either or len(found.names) == 1 else "every", span=found.span)
    return syn.GroupTest(quantity, condition, named=found.names, joints=found.joints, span=span_of(children))


def _priority_list(children: list[Child]) -> Listed:
    names = tuple(syn.Name(f"Priority {int(word)}", span=word.span) for word in words(children, "NUMBER"))
    return Listed(names, joints(children), span_of(children))


def _meets_outcomes(children: list[Child]) -> syn.PriorityListTest:
    found = the(Listed)(children)
    said = [str(word).casefold() for word in words(children, "BOTH", "EITHER", "ANY_OF", "ALL_OF")]
    how = maybe(syn.Quantity)(children) or next(iter(said), None) or how_joined(found.joints)
    span = span_of(children)
    return syn.PriorityListTest(syn.Targets(found.names, how, joints=found.joints, span=span), span=span)


def _second_levels(children: Iterable[Child]) -> syn.Levels | None:
    return next(iter(every(syn.Levels)(children)[1:]), None)


def _window(children: list[Child]) -> syn.Window:
    *count, years = [one.value for one in numbers(children)]
    beyond = 1 if says("ABOVE")(children) else 0
    return syn.Window(count[0] + beyond if count else None, years, called(children), span=span_of(children))


def _joined(children: list[Child]) -> tuple[syn.Name, ...]:
    """Return the words that join conditions; a comma between two of them counts as the next word."""
    found: list[syn.Name] = []
    said = ","
    for word in reversed(words(children, *_BETWEEN)):
        said = _BETWEEN[word.type] or said
        found.insert(0, syn.Name(said, span=word.span))
    return tuple(found)


_BETWEEN: Final = {
    **dict.fromkeys(("AND", "AND_OF_ONE", "LIST_AND"), "and"),
    **dict.fromkeys(("OR", "OR_OF_ONE", "LIST_OR"), "or"),
    **dict.fromkeys(("COMMA_BETWEEN", "LIST_COMMA"), ""),
}


def _all(children: list[Child]) -> tuple[Child, ...]:
    return tuple(no_words(children))


# ---- expressions ----

_OPERATORS: Final = {"PLUS": "plus", "MINUS": "minus", "TIMES": "times", "DIVIDED_BY": "divided by"}
OF_DATES: Final = {"BEFORE": "below", "AFTER": "above", "ON_OR_BEFORE": "at most", "ON_OR_AFTER": "at least"}
"""The words that compare dates, and what each asks."""

_TESTS: Final = {
    "ABOVE": "above",
    "BELOW": "below",
    "FEWER_THAN": "below",
    "AT_LEAST": "at least",
    "OR_MORE": "at least",
    "AT_MOST": "at most",
    "OR_FEWER": "at most",
    **OF_DATES,
}


def _exact(children: list[Child]) -> tuple[Fraction, int, str]:
    """Return an exact number, or the day of a date, how many decimals it is written with, and its type."""
    text = str(children[-1])
    if says("DATE")(children):
        return date_in(text) or Fraction(0), 0, "date"  # the compiler refuses a day that no calendar has
    value = -Fraction(text) if says("MINUS")(children) else Fraction(text)
    return value, len(text.partition(".")[2]), "dollars" if says("DOLLARS")(children) else "number"


def _number_said(children: list[Child]) -> int:
    found = maybe_number(children)
    return found.value if found is not None else 0


def _how_folded(children: list[Child]) -> str:
    """Return the words that say how several numbers are combined: `highest of`, `sum of`."""
    return str(children[0].type.replace("_", " ").casefold())


def _comparison(children: list[Child]) -> str:
    return _TESTS[words(children, *_TESTS)[0].type]


def _number_test_of_count(children: list[Child]) -> syn.NumberTest:
    """Return the comparison of `30 or more students`."""
    [limit] = words(children, "NUMBER")
    name = the(syn.Name)(children)
    parts = syn.NumberName(name, span=name.span), syn.Numeral(Fraction(limit), span=limit.span)
    return syn.NumberTest(_comparison(children), parts, span=span_of(children))


# ---- entities that belong to one another ----

_VERBS: Final = ("MEETS", "ARE", "HAS", "WHERE")


def _condition(children: list[Child]) -> syn.Condition:
    """Return what entities are said to meet, or to be: an outcome is a condition too."""
    found = last(children)
    return _outcome_test(found) if isinstance(found, syn.Name) else found


def _outcome_test(outcome: syn.Name) -> syn.OutcomeTest:
    return syn.OutcomeTest(outcome, span=outcome.span)


def _outcome_tests(children: list[Child]) -> tuple[syn.OutcomeTest, ...]:
    return tuple(map(_outcome_test, every(syn.Name)(children)))


def _verb(children: list[Child]) -> str:
    return " ".join(words(children, *_VERBS)[-1].split())


def _named_number(children: list[Child]) -> syn.NumberName:
    return syn.NumberName(children[0], span=children[0].span)


def _combined(value: Builder, how: Builder = _how_folded) -> Builder:
    return node(syn.RelatedValue, how, value, the(syn.Members), maybe_number)


BUILDERS: Final[Builders] = {
    # ---- names ----
    **dict.fromkeys(("level", "flag", "indicator", "group", "kind", "scale", "outcome"), _name),
    "priority_outcome": lambda children: syn.Name(f"Priority {int(children[1])}", span=span_of(children)),
    "any_number": _number_name,
    "number_word": _number_name,
    "known_number": _number_name,
    "unstated": lambda children: plain_name(children[0], known=False),
    **dict.fromkeys(("groups", "kinds", "types", "indicator_list"), listed),
    "targets": _targets,
    "quantified_targets": _quantified_targets,
    "levels": _levels(None),
    "level_or_worse": _levels("worse"),
    "level_or_better": _levels("better"),
    "level_or_lower": _levels("worse", "lower"),
    "level_or_higher": _levels("better", "higher"),
    "worse_than_level": _levels("worse than"),
    "better_than_level": _levels("better than"),
    "lower_than_level": _levels("worse than", "lower"),
    "higher_than_level": _levels("better than", "higher"),
    "rated": _levels("rated"),
    "not_rated": _levels("not rated"),
    "quantity": _quantity,
    "half": _share(lambda _: 50),
    "percentage": _share(lambda children: number(children).value),
    "majority": lambda children: syn.Quantity("a majority of at least", 1, span=span_of(children)),
    "on_kind": part("kind", lambda children: plain_name(children[-1])),
    "indicators": part("kind", lambda children: next(map(plain_name, words(children, "INDICATOR_KIND")), None)),
    "or_all": part("or all", number),
    # ---- conditions ----
    "level_test": node(syn.LevelTest, first, last),
    "level_test_other": node(syn.LevelTest, first, the(syn.Targets), _second_levels),
    "level_test_of_targets": _level_test_of_targets,
    "outcome_test": node(syn.OutcomeTest, first),
    "group_test": node(
        syn.GroupTest, _quantity_or_some, last, held("or all"), each=says("EACH", "THE_SAME"), same=says("THE_SAME")
    ),
    "named_group_test": _named_group_test,
    "priority_list": _priority_list,
    "meets_outcome": node(syn.OutcomeTest, last),
    "meets_outcomes": _meets_outcomes,
    "has_level": last,
    "several_predicates": node(syn.Chain, _all, _joined, of_one=lambda _: True),
    "priorities_met": node(syn.PrioritiesMet, the(syn.Quantity), held("kind")),
    "indicators_with_levels": node(syn.IndicatorTest, the(syn.Quantity), the(syn.Levels), held("kind")),
    "indicator_test": node(
        syn.IndicatorTest,
        _quantity_or_some,
        the(syn.Levels),
        held("kind"),
        but=lambda children: maybe_number(children) if says("BUT")(children) else None,
        at_least=lambda children: maybe_number(children) if says("WITH_AT_LEAST")(children) else None,
        at_least_levels=_second_levels,
        each=says("THE_SAME"),
    ),
    "window": _window,
    "window_of_any": lambda children: syn.Window(1, number(children).value, called(children), span=span_of(children)),
    "window_of_more": _window,
    "this_year": lambda children: syn.Window(None, 1, span=span_of(children)),
    "last_year": lambda children: syn.Window(None, None, span=span_of(children)),
    "this_and_last_year": lambda children: syn.Window(None, 2, span=span_of(children)),
    "in_years": node(
        syn.InYears,
        lambda children: next(child for child in no_words(children) if not isinstance(child, syn.Window)),
        the(syn.Window),
        years_first=lambda children: isinstance(children[0], syn.Window),
    ),
    "negation": node(syn.Not, second),
    "parenthesis": node(syn.Parenthesis, second, every(syn.Narrowing)),
    "chain": node(syn.Chain, _all, _joined),
    "unless": node(syn.Unless, first, last),
    # ---- expressions ----
    "exact": part("exact", _exact),
    "numeral": node(syn.Numeral, lambda children: children[0].value[0], lambda children: children[0].value[2]),
    "text_test": node(syn.TextTest, first, texts),
    "answer_test": node(syn.TextTest, first, answers, type=lambda _: "yes or no"),
    "number_name": node(
        syn.NumberName,
        the(syn.Name),
        last_year=says("LAST_YEARS"),
        years_before=_number_said,
        of=lambda children: next(iter(every(syn.Name)(children)[1:]), None),
    ),
    "in_parentheses": lambda children: evolve(children[1], span=span_of(children)),
    "arithmetic": node(syn.Operation, lambda children: _OPERATORS[children[1].type], _all),
    "one_of_many": node(syn.Operation, _how_folded, _all),
    "smallest_addition": lambda children: syn.SmallestAddition(
        children[1], children[3].value[0], children[5], held("rounding")(children), span=span_of(children)
    ),
    "rounding": part("rounding", _number_said),
    "scaled": node(syn.Scaled, first, says("AS_A_PERCENT"), held("rounding")),
    "if_otherwise": lambda children: syn.IfOtherwise(*no_words(children), span=span_of(children)),
    "not_established": node(syn.NotEstablished),
    "flag_test": node(syn.FlagTest, first),
    "given_test": node(syn.NumberTest, lambda _: "is rated", _all),
    "number_test": node(syn.NumberTest, _comparison, _all, says(*OF_DATES)),
    "number_test_of_count": _number_test_of_count,
    # ---- entities that belong to one another ----
    "related_test": node(
        syn.RelatedTest, maybe(syn.Quantity), the(syn.Name), _condition, held("owner"), says("EACH"), verb=_verb
    ),
    "of_owner": part("owner", the(syn.Name)),
    "related_filter": part("filter", _condition),
    "several_outcomes": node(syn.Chain, _outcome_tests, _joined),
    "members": node(syn.Members, maybe(syn.Name), held("owner"), held("filter")),
    "related_number": _combined(lambda _: None),
    "related_value": _combined(second),
    "percentile": _combined(lambda children: no_words(children)[0], lambda _: "percentile of"),
    "ranked_test": node(syn.RankedTest, first, lambda children: children[-3], last, highest=says("IN_THE_HIGHEST")),
    "owner_number": lambda children: syn.RelatedValue(
        "", _named_number(children), syn.Members(children[-1], span=children[-1].span), span=span_of(children)
    ),
    "group_number": node(syn.GroupNumber, _named_number, last),
    "over_years": node(syn.OverYears, _how_folded, second, number),
}
