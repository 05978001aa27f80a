"""Builds conditions and expressions about entities that belong to one another."""

from __future__ import annotations

from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    every,
    has,
    need,
    numbers,
    one,
    part,
    span_of,
    value_of,
    words,
)

_VERBS: Final = ("MEETS", "ARE", "HAS", "WHERE")
_FOLDS: Final = ("NUMBER_OF", "SHARE_OF", "SUM_OF", "HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF")


def _condition(found: Child) -> syn.Condition:
    """Return what entities are said to meet, or to be: an outcome is a condition too."""
    return syn.OutcomeTest(found, span=found.span) if isinstance(found, syn.Name) else found


def _test(children: list[Child]) -> syn.RelatedTest:
    kind, *_ = every(children, syn.Name)
    verb = words(children, *_VERBS)[-1]
    return syn.RelatedTest(
        quantity=one(children, syn.Quantity),
        kind=kind,
        condition=_condition(children[-1]),
        owner=value_of(children, "owner"),
        each=has(children, "EACH"),
        verb=" ".join(str(verb).split()),
        span=span_of(children),
    )


def _how(children: list[Child]) -> str:
    return words(children, *_FOLDS)[0].type.replace("_", " ").casefold()


def _related(children: list[Child]) -> syn.RelatedValue:
    how = _how(children)
    return syn.RelatedValue(
        how=how,
        value=None if how in ("number of", "share of") else children[1],
        kind=[child for child in children if isinstance(child, syn.Name)][-1],
        owner=value_of(children, "owner"),
        filter=one(children, syn.RelatedFilter),
        span=span_of(children),
    )


def _owner_number(children: list[Child]) -> syn.OwnerNumber:
    name, kind = every(children, syn.Name)
    return syn.OwnerNumber(name, kind, span=span_of(children))


BUILDERS: Final[Builders] = {
    "related_test": _test,
    "owner_test": _test,
    "of_owner": part("owner", lambda children: need(children, syn.Name)),
    "related_filter": lambda children: syn.RelatedFilter(_condition(children[-1]), span=span_of(children)),
    "related_number": _related,
    "related_value": _related,
    "owner_number": _owner_number,
    "over_years": lambda children: syn.OverYears(
        _how(children), children[1], numbers(children)[0], span=span_of(children)
    ),
}
