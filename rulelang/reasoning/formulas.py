"""Numbers that rules calculate, as formulas over the numbers of the data, the same for the rules of any year.

A formula is used the other way round as well: to find numbers of the data for which it has a wanted value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from types import MappingProxyType
from typing import Final

from attrs import frozen

from rulelang.core.operators import OPERATORS, Keeps
from rulelang.core.record_words import bounds_of
from rulelang.core.tree import NOT_RATED, Value, children, constant, field_read, is_choice, named_test, operator_of
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.engine.steps import Prepared
from rulelang.reasoning.opened import apart, numbers_between
from rulelang.reasoning.possible import Place, years_back

# ---- Operators on numbers the other way round ----

# An inverse says where one number must be for the result to be at a limit. Where it depends on the others, they stay
# as they are. Between two numbers that are returned for some limits, the result is on the same side of each of them.


Numbers = Iterable[Fraction]
Inverse = Callable[[int, Sequence[Fraction], Fraction], Numbers]
"""Returns the numbers, given the place of the one that changes, all present numbers, and the limit of the result."""


def _plus(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit - sum(numbers) + numbers[place],)


def _minus(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit + numbers[1] if place == 0 else numbers[0] - limit,)


def _times(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    other = numbers[1 - place]
    return (limit / other,) if other else ()


def _divided(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    if place == 0:
        return (limit * numbers[1],)
    return (Fraction(), *((numbers[0] / limit,) if limit else ()))


def _average(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return _plus(place, numbers, limit * len(numbers))


def _rounded(_: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    unit = Fraction(1, 10 ** int(numbers[1]))
    below, above = floor(limit / unit) * unit, ceil(limit / unit) * unit
    return (above - unit / 2, below + unit / 2)


def _itself(_: int, _numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    return (limit,)


def _addition(place: int, numbers: Sequence[Fraction], limit: Fraction) -> Numbers:
    part, _, percent, decimals = numbers
    share = (percent - Fraction(1, 2 * 10 ** int(decimals))) / 100
    added = {floor(limit), ceil(limit) - 1}
    if place == 0:
        whole = numbers[1]
        return [share * whole - one for one in added]
    return (Fraction(), *((part + one) / share for one in added))


INVERSES: Final[Mapping[str, Inverse]] = MappingProxyType(
    {
        "plus": _plus,
        "minus": _minus,
        "times": _times,
        "divided by": _divided,
        "average of": _average,
        "rounded": _rounded,
        "highest of": _itself,
        "lowest of": _itself,
        "smallest addition": _addition,
    }
)
"""The inverse of every operator that makes a number of numbers, by its name."""


# ---- Formulas ----


GUESSES: Final = tuple(map(Fraction, (1, 2, 3, 5, 10, 20, 40, 50, 100, 200, 400, 1000)))
"""The numbers that are tried for all but one of the numbers of a formula."""


@frozen(cache_hash=True)
class Formula:
    """An operator on numbers of the data, on numbers in the rule, and on formulas."""

    operator: str
    parts: tuple[Term, ...]


Term = Place | Formula | Fraction
"""A number: of the data, calculated, or in the rule. Of a number that student groups have, the group is empty."""


# ---- from rules to formulas ----


def term_of(prepared: Prepared, position: int) -> tuple[Term, Sequence[str]] | None:
    """Return a number of a ruleset, and the kinds of LEA that it is worked out for: all, if there are none.

    None if anything but operators on numbers makes it.
    """
    terms, step = _terms(prepared), prepared.steps[position]
    kinds: Sequence[str] = ()
    if is_choice(step.node) and len(step.node.rows) == 1:
        guard, position, otherwise = step.inputs
        kinds = _kinds_asked(prepared, guard)
        if not kinds or constant(prepared.steps[otherwise].node) is not NOT_RATED:
            return None
    term = terms[position]
    return None if term is None else (term, kinds)


@lru_cache(maxsize=4)
def _terms(prepared: Prepared) -> Sequence[Term | None]:
    """Return the number that each step is; None for what is no number, or made by anything but operators."""
    found: list[Term | None] = []
    for at in range(len(prepared.steps)):
        found.append(_term(prepared, at, found))
    return found


def _kinds_asked(prepared: Prepared, position: int) -> Sequence[str]:
    """Return the kinds of LEA that a step asks for; nothing if it asks for anything else."""
    asked = named_test(prepared.steps[position].node)
    kinds = {kind.name for kind in prepared.ruleset.vocabulary.kinds}
    if asked is None or children(asked[0]) or field_read(asked[0]) is not None or not kinds.issuperset(asked[1]):
        return ()
    return asked[1]


def _term(prepared: Prepared, at: int, found: Sequence[Term | None]) -> Term | None:
    step, read = prepared.steps[at], prepared.fields.get(at)
    value, operator = constant(step.node), operator_of(step.node)
    if read is not None:
        back = years_back(prepared.ruleset, read.year)
        return Place(back, "" if step.scope is Scope.GROUP else None, read.key)
    if operator in INVERSES:
        parts = [found[one] for one in step.inputs]
        known = tuple(one for one in parts if one is not None)
        return Formula(operator, known) if len(known) == len(parts) else None
    return value if isinstance(value, Fraction) else None


# ---- what formulas say of their numbers ----


def places_in(term: Term) -> list[Place]:
    """Return the numbers of the data in a term, each once."""
    if isinstance(term, Formula):
        return list(dict.fromkeys(one for part in term.parts for one in places_in(part)))
    return [term] if isinstance(term, Place) else []


def sizes_in(term: Term, vocabulary: Vocabulary) -> list[Sequence[Place]]:
    """Return the sums that are divided by in a term: each is zero where all its numbers are.

    A divisor that is anything but a sum of numbers of the data that are not negative is left out.
    """
    if not isinstance(term, Formula):
        return []
    found = [one for part in term.parts for one in sizes_in(part, vocabulary)]
    if term.operator == "divided by" and _is_sum(term.parts[1]) and not may_be_below_zero(term.parts[1], vocabulary):
        found.append(places_in(term.parts[1]))
    return found


def _is_sum(term: Term) -> bool:
    if isinstance(term, Formula):
        return term.operator == "plus" and all(map(_is_sum, term.parts))
    return isinstance(term, Place)


def divides(term: Term) -> int:
    """Return how often a term divides."""
    if not isinstance(term, Formula):
        return 0
    return (term.operator == "divided by") + sum(map(divides, term.parts))


def may_be_below_zero(term: Term, vocabulary: Vocabulary) -> bool:
    """Return whether a term can be negative."""
    if isinstance(term, Fraction):
        return term < 0
    if isinstance(term, Formula):
        keeps = Keeps.SIGN in OPERATORS[term.operator].keeps
        return not keeps or any(may_be_below_zero(one, vocabulary) for one in term.parts)
    indicator, name = term.key
    return any(one.below_zero for one in vocabulary.numbers_of(indicator) if name in one.names)


def numbers_of(term: Term, limits: Iterable[Fraction], vocabulary: Vocabulary) -> Iterator[Fraction]:
    """Yield numbers that a term can be, in order: each limit, and one number between two and beyond the last."""
    if isinstance(term, Place):
        yield from numbers_between(bounds_of(vocabulary, term.key), frozenset(limits))
        return
    rounded_to = term.parts[1] if isinstance(term, Formula) and term.operator == "rounded" else None
    unit = Fraction(1, 10 ** int(rounded_to)) if isinstance(rounded_to, Fraction) else None
    negative = may_be_below_zero(term, vocabulary)
    tried = list(apart(limits))
    for low, number, high in zip([None, *tried], tried, [*tried[1:], None], strict=False):
        one = number
        if unit is not None and number % unit and low is not None:
            one = (floor(low / unit) + 1) * unit
        if (high is None or one < high) and (negative or one >= 0):
            yield one


# ---- from values back to numbers ----


def numbers_for(
    term: Term, wanted: Fraction, known: Mapping[Place, Fraction], vocabulary: Vocabulary
) -> Iterator[Mapping[Place, Fraction]]:
    """Yield numbers of the data with which a term has a value: whole ones first, and none below zero that cannot be.

    Those that are known are kept. Nothing is yielded where none of the guesses leads to the value.
    """
    free = [one for one in places_in(term) if one not in known]
    bounds = {one: bounds_of(vocabulary, one.key) for one in free}
    for whole in (True, False):
        for guess in GUESSES:
            for one in free:
                numbers = {**{place: of.nearest(guess) for place, of in bounds.items()}, **known}
                found = solved(term, wanted, one, numbers)
                if found is not None and bounds[one].holds(found):
                    numbers = {**numbers, one: found}
                    if (found.denominator == 1) is whole and value(term, numbers) == wanted:
                        yield numbers


def value(term: Term, numbers: Mapping[Place, Fraction]) -> Value:
    """Return the value of a term, given the numbers of the data in it."""
    if isinstance(term, Formula):
        return OPERATORS[term.operator](*(value(one, numbers) for one in term.parts))
    return numbers[term] if isinstance(term, Place) else term


def solved(term: Term, wanted: Fraction, unknown: Place, numbers: Mapping[Place, Fraction]) -> Fraction | None:
    """Return the number of the data that gives a term a value; None if it does not follow from the others."""
    while isinstance(term, Formula):
        values = [value(one, numbers) for one in term.parts]
        known = [one for one in values if isinstance(one, Fraction)]
        place = next(at for at, one in enumerate(term.parts) if unknown in places_in(one))
        if len(known) < len(values):
            return None
        if term.operator != "rounded":
            found = list(INVERSES[term.operator](place, known, wanted))
            if not found:
                return None
            wanted = found[-1]
        term = term.parts[place]
    return wanted
