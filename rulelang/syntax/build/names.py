"""Builds names, lists, levels, targets and quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builder,
    Builders,
    Child,
    Listed,
    every,
    first,
    how_joined,
    joints,
    listed,
    maybe_number,
    name_of,
    node,
    number,
    part,
    plain_name,
    span_of,
    the,
    words,
)
from rulelang.syntax.tokens import Word

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


BUILDERS: Final[Builders] = {
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
}
