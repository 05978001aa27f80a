"""Builds names, lists, levels, targets and quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builders,
    Child,
    Listed,
    every,
    listed,
    name_of,
    need,
    numbers,
    part,
    plain_name,
    span_of,
    words,
)

_JOINTS: Final = {"LIST_AND": "and", "LIST_OR": "or", "LIST_COMMA": ","}
_WRONG_JOINTS: Final = {"both": "or", "all of": "or", "either": "and"}

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
}


def _targets(children: list[Child]) -> syn.Targets:
    found = need(children, Listed)
    return syn.Targets(found.names, _JOINTS.get(found.joint or ""), span=found.span)


def _quantified_targets(children: list[Child]) -> syn.Targets:
    how = " ".join(str(children[0]).casefold().split())
    joint = _JOINTS.get(children[-1].joint or "")
    wrong = joint if joint == _WRONG_JOINTS.get(how) else None
    return syn.Targets(children[-1].names, how, wrong, span=span_of(children))


def _quantity(children: list[Child]) -> syn.Quantity:
    [word] = words(children, *_QUANTITIES)
    number = next((number.value for number in numbers(children)), 0)
    return syn.Quantity(_QUANTITIES[word.type], number, span=span_of(children))


def _levels(reach: str | None) -> Callable[[list[Child]], syn.Levels]:
    return lambda children: syn.Levels(every(children, syn.Name), reach, span=span_of(children))


def _number_name(children: list[Child]) -> syn.Name:
    """Return the name of a number or a measure; those of measures are names of the file, not of the vocabulary."""
    return plain_name(children[0], known=children[0].type == "NUMBER_NAME")


BUILDERS: Final[Builders] = {
    **dict.fromkeys(("level", "flag", "indicator", "group", "kind", "scale"), lambda children: name_of(children[0])),
    "outcome": lambda children: name_of(children[0]),
    "priority_outcome": lambda children: syn.Name(f"Priority {int(children[1])}", span=span_of(children)),
    "any_number": _number_name,
    "number_word": _number_name,
    "unstated": lambda children: plain_name(children[0], known=False),
    **dict.fromkeys(("groups", "kinds", "types", "indicator_list"), listed),
    "targets": _targets,
    "quantified_targets": _quantified_targets,
    "counted_targets": lambda children: syn.Targets(children[-1].names, children[0], span=span_of(children)),
    "levels": _levels(None),
    "level_or_worse": _levels("worse"),
    "level_or_better": _levels("better"),
    "rated": _levels("rated"),
    "not_rated": _levels("not rated"),
    "quantity": _quantity,
    "on_kind": part("kind", lambda children: plain_name(children[-1])),
    "indicators": part("kind", lambda children: next(map(plain_name, words(children, "INDICATOR_KIND")), None)),
    "or_all": part("or all", lambda children: numbers(children)[0]),
}
