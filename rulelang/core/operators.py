"""The operators of `core.tree.Apply`, each declared once: what it takes, what it returns, how it treats unknown.

Checker, engines, docs and tests read this table; none keeps a list of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from types import MappingProxyType

from attrs import frozen

from rulelang.core.tree import NotRated, Value


class UnknownPolicy(Enum):
    """What an operator makes of an unknown argument."""

    UNKNOWN = "unknown if any argument is unknown"
    OWN = "decides for itself"


@frozen
class Operator:
    """An operator: its name in the tree, its meaning on known values, and an example in rule text."""

    name: str
    meaning: Callable[..., Value]
    doc: str
    example: str
    unknown: UnknownPolicy = UnknownPolicy.UNKNOWN

    def __call__(self, *arguments: Value) -> Value:
        """Return the result for the arguments; data never makes it raise."""
        if self.unknown is UnknownPolicy.UNKNOWN and any(argument is None for argument in arguments):
            return None
        return self.meaning(*arguments)


def _is_one_of(value: Value, names: Value) -> bool:
    return isinstance(names, tuple) and isinstance(value, str) and value in names


def _is_rated(value: Value) -> bool:
    return not isinstance(value, NotRated)


def _not(answer: Value) -> bool:
    return not answer


def _first_known(first: Value, second: Value) -> Value:
    return second if first is None else first


def _known_or_no(answer: Value) -> bool:
    return answer is True


OPERATORS = MappingProxyType(
    {
        operator.name: operator
        for operator in (
            Operator(
                "is one of",
                _is_one_of,
                "Yes where a value is one of some names. What is not rated is none of them.",
                "Red or Orange on ELA",
            ),
            Operator("is rated", _is_rated, "Yes where a field has a level, whichever it is.", "rated on ELA"),
            Operator("not", _not, "Yes for no, and no for yes.", "not (Red on ELA)"),
            Operator(
                "first known",
                _first_known,
                "The first value, or the second where the first is unknown.",
                "history by the year's own files, and where they are missing by the state's published list",
                UnknownPolicy.OWN,
            ),
            Operator(
                "known or no",
                _known_or_no,
                "Yes for yes, and no for no and for cannot tell.",
                "cannot tell counts as not met when published",
                UnknownPolicy.OWN,
            ),
        )
    }
)
"""Every operator by its name."""
