"""An expression with its numbers in place of the names: `6 ÷ 308 × 100`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, auto
from fractions import Fraction
from typing import Final

from attrs import frozen

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.record_words import UNKNOWN
from rulelang.core.tree import aggregate_of, is_call, operator_of
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.level_reasons import looked_up, name_of, taken
from rulelang.engine.trace import Occurrence, Thing, field_of, things_of
from rulelang.engine.wording import made_text, text_like, value_text


def worked_out_text(part: Occurrence) -> str:
    """Return an expression with its values and its result: `6 ÷ 308 × 100 = 1.948…`, rounded after that.

    Of a table it has the values that are looked up: `program nursing, credits 12 → $2,500`.
    """
    if columns := _columns(part):
        met = (f"{name_of(one)} {value_text(one)}".strip() for one in columns)
        return f"{', '.join(met)} → {value_text(part)}"
    if is_call(part.node, "rounded"):
        number, decimals = part.below()
        return f"{worked_out_text(number)}, rounded to {_decimals(decimals)} → {value_text(part)}"
    if not operator_of(part.node) and field_of(part) is not None:
        return f"{name_of(part)} {value_text(part)}"
    drawn, value = _drawn(part), value_text(part)
    says_it = drawn.holds is _Holds.NUMBER and drawn.text.split(" (")[0] == value
    return drawn.text if says_it else f"{drawn.text} = {value}"


def _columns(part: Occurrence) -> tuple[Occurrence, ...]:
    """Return the values that a measure looks up in a table, which may be for some kinds alone."""
    columns, values = looked_up(part), list(taken(part))
    return columns or (_columns(values[0]) if len(values) == 1 else ())


class _Holds(IntEnum):
    """How firmly the text of an expression holds together, loosest first."""

    WORDS = auto()
    SUM = auto()
    PRODUCT = auto()
    NUMBER = auto()


@frozen
class _Drawn:
    text: str
    holds: _Holds = _Holds.NUMBER

    def within(self, least: _Holds, *, first: bool = False) -> str:
        """Return the text as a part of another expression, in parentheses if it would be misread without them."""
        return f"({self.text})" if self.holds < least or (self.text.startswith("-") and not first) else self.text


_SIGNS: Final = {
    "plus": ("+", _Holds.SUM),
    "minus": ("−", _Holds.SUM),
    "times": ("×", _Holds.PRODUCT),
    "divided by": ("÷", _Holds.PRODUCT),
}
_ONE_WAY: Final = {"minus", "divided by"}


def formula(part: Occurrence) -> str:
    """Return an expression with its values for its names, and without its result, to which it evaluates."""
    return _drawn(part).text


def _drawn(part: Occurrence) -> _Drawn:
    if values := list(taken(part)):
        return _drawn(values[0]) if len(values) == 1 else _Drawn(value_text(part))
    if (how := aggregate_of(part.node)) is not None:
        return _fold(part, how)
    operator, below = operator_of(part.node), [_drawn(one) for one in part.below()]
    if operator in _SIGNS:
        sign, holds = _SIGNS[operator]
        later = _Holds(holds + 1) if operator in _ONE_WAY else holds
        terms = [one.within(later if place else holds, first=not place) for place, one in enumerate(below)]
        return _Drawn(f" {sign} ".join(terms), holds)
    if operator == "rounded":
        decimals = _decimals(part.below()[1])
        return _Drawn(f"{below[0].within(_Holds.SUM, first=True)}, rounded to {decimals}", _Holds.WORDS)
    if operator == "smallest addition":
        first, whole, percent, decimals = (value_text(one) for one in part.below())
        brought = f"brings {first} to {percent} percent of {whole} ({_places(decimals)})"
        return _Drawn(f"smallest whole number that {brought}", _Holds.WORDS)
    if operator:
        return _Drawn(f"{operator} {in_sentence(one.within(_Holds.SUM, first=True) for one in below)}", _Holds.WORDS)
    return _Drawn(value_text(part))


def _fold(part: Occurrence, how: Aggregate | Ranked) -> _Drawn:
    """Return how a value is made of the entities that belong to one: `$200,000 (Alisal) + $300,000 (Salinas)`."""
    things = [thing for thing in things_of(part) if thing.member.value is not False]
    if how in (Aggregate.NUMBER, Aggregate.SHARE):
        counted = [thing.name for thing in things if thing.counts]
        names = f": {_few(counted)}" if counted else ""
        many = f"{len(counted)} of" if how is Aggregate.SHARE else "of"
        unknown = [thing.name for thing in things if thing.uncertain]
        more = f"; unknown: {_few(unknown)}" if unknown else ""
        return _Drawn(f"{value_text(part)} ({many} {len(things)}{names}{more})")
    there = [thing for thing in things if isinstance(thing.met.value, Fraction) or thing.uncertain]
    if how is Aggregate.SUM:
        return _sum(part, there)
    if not there:
        return _Drawn(value_text(part))
    if isinstance(how, Ranked):
        if part.is_unknown:
            return _Drawn(made_text(part))
        at_limit = _few([thing.name for thing in there if thing.met.value == part.value])
        place, end = how.place(len(there)), "highest" if how.highest else "lowest"
        return _Drawn(f"{value_text(part)} (place {place} of {len(there)} from the {end}: {at_limit})")
    terms = [_term(thing) for thing in there]
    return _Drawn(terms[0]) if how is Aggregate.ONLY else _Drawn(f"{how.value} of {_few(terms)}", _Holds.WORDS)


def _term(thing: Thing) -> str:
    """Return the number of an entity and its name: `40 (Alisal)`, `perhaps 40 (Alisal)`, `unknown (Alisal)`."""
    met = thing.met
    perhaps = "perhaps " if thing.member.is_unknown and not met.is_unknown else ""
    is_open = met.is_unknown and met.range is None
    return f"{perhaps}{UNKNOWN if is_open else value_text(met)} ({thing.name})"


def _sum(part: Occurrence, things: Sequence[Thing]) -> _Drawn:
    """Return the numbers of some things as a sum; those that are not named are one number."""
    named = things[:MOST_NAMED]
    terms = [_term(thing) for thing in named]
    if more := things[MOST_NAMED:]:
        known = [thing.met.value for thing in more if isinstance(thing.met.value, Fraction) and thing.member.is_yes]
        terms += [f"{text_like(part, sum(known, Fraction()))} ({len(known)} more)"] if known else []
        terms += [f"{UNKNOWN} ({len(more) - len(known)} more)"] if len(known) < len(more) else []
    first, *others = terms or [f"{value_text(part)} (nothing to add up)"]
    signed = [f" − {term[1:]}" if term.startswith("-") else f" + {term}" for term in others]
    return _Drawn(first + "".join(signed), _Holds.SUM if others else _Holds.NUMBER)


MOST_NAMED: Final = 20
"""The most entities that are named in such a value."""


def _few(texts: Sequence[str]) -> str:
    more = len(texts) - MOST_NAMED
    return ", ".join(texts[:MOST_NAMED]) + (f", {more} more" if more > 0 else "")


def _decimals(part: Occurrence) -> str:
    return _places(value_text(part))


def _places(decimals: str) -> str:
    return "a whole number" if decimals == "0" else f"{decimals} decimal{'' if decimals == '1' else 's'}"
