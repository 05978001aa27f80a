"""Builds conditions and expressions about entities that belong to one another."""

from __future__ import annotations

from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builder,
    Builders,
    Child,
    every,
    held,
    last,
    maybe,
    node,
    number,
    part,
    says,
    second,
    the,
    words,
)
from rulelang.syntax.build.expressions import how_folded

_VERBS: Final = ("MEETS", "ARE", "HAS", "WHERE")


def _condition(children: list[Child]) -> syn.Condition:
    """Return what entities are said to meet, or to be: an outcome is a condition too."""
    found = last(children)
    return syn.OutcomeTest(found, span=found.span) if isinstance(found, syn.Name) else found


def _verb(children: list[Child]) -> str:
    return " ".join(words(children, *_VERBS)[-1].split())


def _kind(children: list[Child]) -> syn.Name:
    return every(syn.Name)(children)[-1]


_TEST: Final = node(
    syn.RelatedTest,
    maybe(syn.Quantity),
    the(syn.Name),
    _condition,
    held("owner"),
    says("EACH"),
    verb=_verb,
)


def _related_value(value: Builder) -> Builder:
    return node(syn.RelatedValue, how_folded, value, _kind, held("owner"), maybe(syn.RelatedFilter))


BUILDERS: Final[Builders] = {
    "related_test": _TEST,
    "owner_test": _TEST,
    "of_owner": part("owner", the(syn.Name)),
    "related_filter": node(syn.RelatedFilter, _condition),
    "related_number": _related_value(lambda _: None),
    "related_value": _related_value(second),
    "owner_number": node(syn.OwnerNumber, the(syn.Name), _kind),
    "over_years": node(syn.OverYears, how_folded, second, number),
}
