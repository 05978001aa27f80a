"""The small part of FEEL that cells of decision tables use: names, numbers, intervals, answers."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.core.fact_types import ANSWERS
from rulelang.core.tree import Bound, Interval, OneOf, Pattern
from rulelang.diagnostics.decimals import exact_text

ANYTHING: Final = "-"

BOOLEAN: Final = "boolean"
WORDS: Final = {"yes": "true", "no": "false"}
"""How FEEL has the answers of a fact that is yes or no."""

_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?"
_TEXT: Final = re.compile(r'"([^"\\]*)"')
_COMPARED: Final = re.compile(rf"(<=|>=|<|>)\s*({_NUMBER})")
_RANGE: Final = re.compile(rf"([\[(\]])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\])\[])")
_ENTRY: Final = re.compile(r'"[^"\\]*"|[^,"]+')


class UnsupportedDmnError(ValueError):
    """A decision table, or a part of one, that has no counterpart among the tables of rules; its text says what."""


Single = Interval | str
"""One entry of a cell: an interval of numbers, or a name. An answer is the name `true` or `false`."""


@frozen
class Asked:
    """The condition of a cell: one of its entries, or none of them if it is negated; without entries, no condition."""

    entries: tuple[Single, ...] = ()
    negated: bool = False

    def fits(self, value: Fraction | str | None) -> bool:
        """Return whether a number or a name fits; None is a name that no cell has."""
        if not self.entries:
            return True
        found = any(
            one.holds(value) if isinstance(one, Interval) and isinstance(value, Fraction) else one == value
            for one in self.entries
        )
        return found is not self.negated


def asked_in(text: str) -> Asked:
    """Return the condition of a cell; UnsupportedDmnError if it is more than this part of FEEL."""
    whole = text.strip()
    if whole in (ANYTHING, ""):
        return Asked()
    negated = re.fullmatch(r"not\s*\((.*)\)", whole, re.DOTALL)
    inner = negated[1] if negated else whole
    entries = [one for one in _ENTRY.findall(inner) if one.strip() and not (negated and one.strip() == "null")]
    return Asked(tuple(map(_single, entries)), negated is not None)


def _single(text: str) -> Single:
    entry = text.strip()
    if quoted := _TEXT.fullmatch(entry):
        return quoted[1]
    if entry in ("true", "false"):
        return entry
    if re.fullmatch(_NUMBER, entry):
        number = Bound(Fraction(entry), included=True)
        return Interval(number, number)
    if compared := _COMPARED.fullmatch(entry):
        bound = Bound(Fraction(compared[2]), included="=" in compared[1])
        return Interval(bound, None) if ">" in compared[1] else Interval(None, bound)
    if found := _RANGE.fullmatch(entry):
        return Interval(Bound(Fraction(found[2]), found[1] == "["), Bound(Fraction(found[3]), found[4] == "]"))
    raise UnsupportedDmnError(f"the cell `{text.strip()}`")


def literal_in(text: str) -> Fraction | str | None:
    """Return the value of an output cell: a number, a text, an answer as its word, or None for null and nothing."""
    entry = text.strip()
    if entry in ("", ANYTHING, "null"):
        return None
    if quoted := _TEXT.fullmatch(entry):
        return quoted[1]
    if entry in ("true", "false"):
        return entry
    if re.fullmatch(_NUMBER, entry):
        return Fraction(entry)
    raise UnsupportedDmnError(f"the result `{entry}`")


def literals_in(text: str) -> tuple[Fraction | str | None, ...]:
    """Return the values of a list of them."""
    return tuple(literal_in(one) for one in _ENTRY.findall(text) if one.strip())


@frozen
class NoneOf(OneOf):
    """A pattern that every name but some fits."""


def pattern_text(pattern: Pattern) -> str:
    """Return a pattern of a row as a cell."""
    match pattern:
        case NoneOf(names):
            return f"not({', '.join(map(quoted_text, names))}, null)"  # what is missing is not another name
        case OneOf(names):
            return ", ".join(map(quoted_text, names))
        case Interval(lower, upper):
            return _interval_text(lower, upper)
        case bool():
            return str(pattern).lower()
        case _:
            return ANYTHING


def answers_text(pattern: Pattern) -> str:
    """Return a pattern of a fact that is yes or no as a cell; any answer is not the same as none."""
    names = pattern.names if isinstance(pattern, OneOf) and not isinstance(pattern, NoneOf) else tuple(ANSWERS)
    return ", ".join(word for answer, word in WORDS.items() if answer in names)


def quoted_text(text: str) -> str:
    """Return a text as FEEL has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _interval_text(lower: Bound | None, upper: Bound | None) -> str:
    if lower is None and upper is None:
        return ANYTHING
    if upper is None and lower is not None:
        return f"{'>=' if lower.included else '>'} {exact_text(lower.number)}"
    if lower is None and upper is not None:
        return f"{'<=' if upper.included else '<'} {exact_text(upper.number)}"
    assert lower is not None  # noqa: S101  # all others are above
    assert upper is not None  # noqa: S101  # as above
    if lower.number == upper.number:
        return exact_text(lower.number)
    first, last = "[" if lower.included else "(", "]" if upper.included else ")"
    return f"{first}{exact_text(lower.number)}..{exact_text(upper.number)}{last}"
