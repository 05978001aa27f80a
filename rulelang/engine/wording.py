"""The words for results: a level, an answer, a count and the names behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from rulelang.core.aggregates import Range
from rulelang.core.fact_types import ANSWERS, FactType
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset, measure_name
from rulelang.core.tree import (
    Node,
    NotRated,
    Value,
    aggregate_of,
    field_read,
    is_call,
    is_constant,
    named_test,
    operator_of,
    reference,
)
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.types import decimals_of, type_of
from rulelang.diagnostics import dates
from rulelang.diagnostics.dates import date_text
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.trace import (
    Leaf,
    Occurrence,
    Thing,
    field_of,
    fold_behind,
    is_about_subject,
    is_tally,
    leaves,
    subject_of,
    things_of,
    things_that_count,
    year_asked,
)

SHOWN_DECIMALS: Final = 3
"""The most decimals that are shown of a number that has more."""


FEW: Final = 3
"""Up to how many things are named one by one although all have the same text."""


def called(record: LeaRecord) -> str:
    """Return the name of an LEA, or its code if the data have no name."""
    return record.name or record.code or "an LEA"


def answer_text(value: Value) -> str:
    """Return `yes`, `no` or `cannot tell`; for any other value, the value in words."""
    if value is None:
        return CANNOT_TELL
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NotRated):
        return "not rated"
    if isinstance(value, Fraction):
        return number_text(value)
    return " or ".join(value) if isinstance(value, tuple) else value


def value_text(part: Occurrence) -> str:
    """Return the value of a part in words; a number that is rounded has all its decimals: `0.0`.

    Of an unknown number that has a range, it is the range: `4 or more`.
    """
    if (known := part.range) is not None:
        return _range_text(part, known)
    write = partial(_value_text, part.evaluation.prepared.ruleset, part.node)
    return part.evaluation.in_words(part.position, part.index, write)


def text_like(part: Occurrence, number: Fraction) -> str:
    """Return a number in words, as the value of a part is written."""
    return _value_text(part.evaluation.prepared.ruleset, part.node, number)


def _value_text(ruleset: Ruleset, node: Node, value: Value) -> str:
    if not isinstance(value, Fraction):
        return answer_text(value)
    kind = type_of(node, ruleset.vocabulary, ruleset.referred)
    return typed_text(value, kind, decimals_in(ruleset, node))


def typed_text(number: Fraction, kind: FactType | None, decimals: int = 0) -> str:
    """Return a number as its type is written: a date, an amount, or a number, with at least some decimals."""
    if kind is FactType.DATE:
        return date_text(number)
    if kind is FactType.DOLLARS:
        return dollars_text(number, decimals)
    return number_text(number, decimals)


CENTS: Final = 2
"""How many decimals an amount has that is not in whole dollars."""


def dollars_text(amount: Fraction, decimals: int = 0) -> str:
    """Return an amount, with two decimals where it has cents: `$2,899.50`, `-$300`; a repeating one is cut off."""
    places = decimals if amount.denominator == 1 else max(decimals, CENTS)
    return f"{'-' if amount < 0 else ''}${number_text(abs(amount), places)}"


def decimals_in(ruleset: Ruleset, node: Node) -> int:
    """Return how many decimals the number of a node is rounded to; 0 if it is not rounded."""
    return decimals_of(node, ruleset.referred) or 0


def number_text(number: Fraction, decimals: int = 0) -> str:
    """Return a number as a decimal: `1.9`, `6,019,472`; a repeating one is cut off: `1.948…`.

    At least `decimals` decimals are written: `2.0`.
    """
    places = max(SHOWN_DECIMALS, decimals)
    size, unit = abs(number), 10**places
    units = size.numerator * unit // size.denominator
    whole, rest = divmod(units, unit)
    is_exact = Fraction(units, unit) == size
    behind = f"{rest:0{places}}"
    if is_exact:
        behind = behind.rstrip("0").ljust(decimals, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole:,}" + (f".{behind}" if behind else "") + ("" if is_exact else "…")


def priorities_text(numbers: Sequence[int]) -> str:
    """Return priorities by number: `Priority 4`, `Priorities 4 and 6`."""
    return f"{'Priority' if len(numbers) == 1 else 'Priorities'} {in_sentence(numbers)}"


def leaf_text(leaf: Leaf, *, wanted: bool = False, dated: bool = False) -> str:
    """Return the words to write under a part of a sentence: `Red`, `not rated (12 students)`, `yes`, `0 of 13`.

    With `wanted`, a level that is not one of those asked for says so: `Yellow, not Red`, and `Met (asked: Not Met)`,
    because `Met, not Not Met` would be hard to read. With `dated`, a level names its year even if that is the ruleset's
    own.
    """
    part = leaf.part
    if is_tally(part.node):
        return _unknown_text(part) or count_text(part)
    if (year := year_asked(part)) is not None:
        return value_text(part) + year_text(part, year)
    text, test = subject_text(subject_of(part), dated=dated), named_test(part.node)
    wanted &= text not in ANSWERS
    if wanted and test is not None and test[1] and part.value is False and not leaf.denied and _has_level(part):
        return f"{text}{_rather_than(test[1])}"
    return text


def _rather_than(asked: Sequence[str]) -> str:
    names = in_sentence(asked, "or")
    return f" (asked: {names})" if "not" in names.casefold().split() else f", not {names}"


def named_leaf_text(leaf: Leaf, *, wanted: bool = False) -> str:
    """Return the text of a leaf with the name of its field, where the sentence has no words for it."""
    asked, key = field_of(leaf.part), reference(leaf.part.node)
    name = asked.key[0] if asked is not None else key[1] if key is not None else None
    return leaf_text(leaf, wanted=wanted) if name is None else f"{name}: {leaf_text(leaf, wanted=wanted)}"


def subject_text(part: Occurrence, *, dated: bool = False) -> str:
    """Return the data's reading of a field, with the reason if it has no level; or the name of the subject."""
    asked = field_read(part.node)
    if asked is None:
        return value_text(part)
    reading = part.evaluation.reading(asked, part.index)
    year = f" in {asked.year}" if dated else year_text(part, asked.year)
    if part.value is None:
        return f"unknown{year}"
    if isinstance(part.value, Fraction):
        return f"{value_text(part)}{year}"
    note = f" ({reading.note})" if reading is not None and reading.level is None and reading.note else ""
    return f"{answer_text(part.value)}{year}{note}"


def count_text(tally: Occurrence) -> str:
    """Return how many counted things meet the condition, and which: `1 of 13: White`, `0 of 1 known; unknown: 2022`.

    Of one student group that the sentence names, it is the answer: `yes`.
    """
    if aggregate_of(tally.node) is not None:
        return made_text(tally)
    things = [thing for thing in things_of(tally) if thing.member.value is not False]
    if len(things) == 1 and is_about_subject(things[0].member):
        return answer_text(tally.value)
    met = found_text(thing for thing in things if thing.counts)
    uncertain = [thing.name for thing in things if thing.uncertain]
    of = f"{len(things) - len(uncertain)} known" if uncertain else f"{len(things)}"
    text = f"{sum(thing.counts for thing in things)} of {of}" + (f": {met}" if met else "")
    return f"{text}; unknown: {', '.join(uncertain)}" if uncertain else text


def made_text(part: Occurrence) -> str:
    """Return a number that is made of others; if it is unknown, what it can be and why: `4 to 5; unknown: Alisal`."""
    if not part.is_unknown:
        return value_text(part)
    things = things_of(fold_behind(part))
    uncertain = [thing.name for thing in things if thing.uncertain]
    more = len(uncertain) - FEW
    names = ", ".join(uncertain[:FEW]) + (f" and {more} more" if more > 0 else "")
    return "; ".join(filter(None, (value_text(part), names and f"unknown: {names}")))


def _range_text(part: Occurrence, known: Range) -> str:
    """Return what an unknown number can be: `4 to 5`, `4 or more`."""
    ruleset = part.evaluation.prepared.ruleset
    low, high = (_value_text(ruleset, part.node, one) for one in (known.lowest, known.highest))
    if known.lowest is None and known.highest is None:
        return CANNOT_TELL
    text = (
        f"{high} or less" if known.lowest is None else f"{low} or more" if known.highest is None else f"{low} to {high}"
    )
    return f"{text}, or not rated" if known.may_be_absent else text


def _unknown_text(tally: Occurrence) -> str:
    """Return that it is unknown for each of many things whether it counts; empty if one is known."""
    things = [thing for thing in things_of(tally) if thing.member.value is not False]
    if aggregate_of(tally.node) is not None or len(things) <= FEW or not all(thing.uncertain for thing in things):
        return ""
    return f"unknown for all {len(things)}"


def found_text(things: Iterable[Thing]) -> str:
    """Return the names of things that count, with what they met if that is itself a count: `White (2018, 2019)`.

    What several met is written once: `Asian and White (each 2018, 2019)`.
    """
    names: dict[str, list[str]] = {}
    for thing in things:
        inner = _tally_in(thing.met)
        below = ", ".join(one.name for one in things_that_count(inner)) if inner else ""
        names.setdefault(below, []).append(thing.name)
    texts = [
        f"{in_sentence(some)} ({'each ' if len(some) > 1 else ''}{below})" if below else ", ".join(some)
        for below, some in names.items()
    ]
    return ", ".join(texts)


def evidence_text(rule: Occurrence) -> str:
    """Return the values that the answer of a rule rests on: `ELA: Red; graduation rate: 65.9 (below 67)`."""
    deciding = [leaf for leaf in leaves(rule) if leaf.decides]
    if rule.value is not True:
        deciding = [leaf for leaf in deciding if _is_of_another(leaf)] or deciding
    dated = len(years_of(deciding)) > 1
    texts = (_evidence(leaf, dated=dated) for leaf in deciding)
    return "; ".join(rule.evaluation.different(text for text in texts if text))


def year_text(part: Occurrence, year: int) -> str:
    """Return ` in 2019` if a year is not the ruleset's own, otherwise nothing."""
    return "" if year == part.evaluation.prepared.ruleset.year else f" in {year}"


def years_of(parts: Iterable[Leaf]) -> set[int]:
    """Return the years whose levels the parts of a sentence ask for."""
    fields = (field_of(leaf.part) for leaf in parts)
    return {asked.year for asked in fields if asked is not None}


def _is_of_another(leaf: Leaf) -> bool:
    """Return whether a rule does not hold because it is about other LEAs or student groups."""
    return is_about_subject(leaf.part) and leaf.part.value is False


def _evidence(leaf: Leaf, *, dated: bool) -> str:
    part = leaf.part
    if leaf.comparison is not None:
        return _compared_text(leaf.comparison, dated=dated)
    if (asked := field_of(part)) is not None:
        return f"{asked.key[0] or asked.key[1]}: {subject_text(subject_of(part), dated=dated)}"
    if is_tally(part.node):
        return ", ".join(found_text([thing]) for thing in things_that_count(part)) or count_text(part)
    if (key := reference(part.node)) is not None:
        name = f"{key[1].removeprefix(measure_name(''))}{year_text(part, key[0])}"
        return name if part.value is True else f"{name}: {value_text(part)}"
    if year_asked(part) is not None:
        return leaf_text(leaf)
    return leaf_text(leaf, wanted=True) if is_about_subject(part) and part.value is False and not leaf.denied else ""


def _compared_text(comparison: Occurrence, *, dated: bool) -> str:
    """Return a comparison with the number that is compared and its limit: `index: 22.89 (at most 23.3, state cut)`."""
    number, limit = comparison.below()
    value, found = (made_text(one) if is_tally(one.node) else value_text(one) for one in (limit, number))
    name = "" if is_constant(limit.node) else _name_of(limit)
    text = subject_text(number, dated=dated) if field_of(number) is not None else found
    operator = operator_of(comparison.node)
    is_date = is_constant(limit.node) and limit.node.type is FactType.DATE
    operator = dates.COMPARED.get(operator, operator) if is_date else operator
    how = f"{'not ' if comparison.value is False else ''}{operator}"
    return f"{_name_of(number)}: {text} ({how} {', '.join(filter(None, (value, name)))})"


def _name_of(number: Occurrence) -> str:
    """Return what a number is called: a measure or a number by its name, others by the words of the sentence."""
    if (key := reference(number.node)) is not None:
        return f"{key[1].removeprefix(measure_name(''))}{year_text(number, key[0])}"
    if (asked := field_read(number.node)) is not None:
        return " ".join(filter(None, asked.key))
    span = number.node.span
    return " ".join(span.text.split()) if span is not None else ""


def _has_level(part: Occurrence) -> bool:
    return isinstance(subject_of(part).value, str)


def _tally_in(met: Occurrence) -> Occurrence | None:
    """Return the count that a condition is or contains."""
    parts = met.below() if is_call(met.node, "and") else (met,)
    return next((part for part in parts if is_tally(part.node)), None)
