"""Static properties of expressions, whatever the data say: type, decimals, sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from rulelang.core.aggregates import Aggregate, Ranked
from rulelang.core.fact_types import FactType
from rulelang.core.operators import OPERATORS, Keeps
from rulelang.core.record import FieldKey
from rulelang.core.record_words import bounds_of
from rulelang.core.tree import NOT_RATED, Call, Const, Fold, Get, Match, Node, Ref, children
from rulelang.core.truth import Quantity
from rulelang.core.vocabulary import Number, Vocabulary
from rulelang.core.walk import Referred
from rulelang.diagnostics.decimals import places_of

NUMBER, DOLLARS, DATE, TEXT, YES_NO = FactType

MOST_STEPS: Final = 200
"""How many steps down an expression its type is looked for."""


def type_of(node: Node, vocabulary: Vocabulary, referred: Referred) -> FactType | None:
    """Return the type of a node's value; None if it has none of these types: a level or an answer, or unknown."""
    known: dict[tuple[int, str], FactType | None] = {}  # each definition is looked at once, however often it is named

    def first_of(parts: Iterable[Node], steps: int) -> FactType | None:
        found = (of(part, steps) for part in parts)
        return next((one for one in found if one is not None), None)

    def of(one: Node, steps: int) -> FactType | None:
        if steps == 0:
            return None
        match one:
            case Const(Fraction()):
                return one.type
            case Const(str()):
                return TEXT
            case Get(key=key):
                return fact_type(vocabulary, key)
            case Ref():
                if (one.year, one.name) not in known:
                    definition = referred(one)
                    known[one.year, one.name] = None if definition is None else of(definition, steps - 1)
                return known[one.year, one.name]
            case Match():
                return first_of(children(one)[len(one.on) :], steps - 1)
            case Fold(how):
                counted = how in (Aggregate.NUMBER, Aggregate.SHARE)
                parts = () if isinstance(how, Quantity) else (item.of for item in one.items)
                return NUMBER if counted else first_of(parts, steps - 1)
            case Call(operator, arguments):
                return combined(operator, [of(part, steps - 1) for part in arguments])
            case _:
                return None

    return of(node, MOST_STEPS)


def fact_type(vocabulary: Vocabulary, key: FieldKey) -> FactType | None:
    """Return the type of a field that is a number or another fact; None if it is a level."""
    indicator, name = key
    if any(name == scale.name for scale in vocabulary.scales):
        return None
    return next((one.type for one in vocabulary.numbers_of(indicator) if name in one.names), NUMBER)


def can_change(number: Number) -> bool:
    """Return whether a number of the data may be in a way out: it is a number or an amount, and it is not fixed."""
    return not number.fixed and number.type.is_numeric


def combined(operator: str, types: list[FactType | None]) -> FactType | None:
    """Return the type of an operator's result; None if it has no value, or none of these types."""
    known = [one for one in types if one is not None]
    if operator == "minus":
        return NUMBER if known == [DATE, DATE] else known[0] if known else None
    if Keeps.TYPE in OPERATORS[operator].keeps:
        return DATE if DATE in known else known[0] if known else None
    if operator == "times":
        return DOLLARS if DOLLARS in known else NUMBER
    if operator == "divided by":
        return DOLLARS if known[:1] == [DOLLARS] and known[1:] != [DOLLARS] else NUMBER
    return NUMBER if OPERATORS[operator].of_numbers else None


def fits(operator: str, types: list[FactType | None]) -> bool:
    """Return whether an operator can be applied to values of some types; unknown types fit everywhere."""
    known = [one for one in types if one is not None]
    if operator == "is rated" or len(known) < len(types):
        return True
    if operator == "times":
        return {*known} <= {NUMBER, DOLLARS} and known != [DOLLARS, DOLLARS]
    if operator == "divided by":
        return {*known} <= {NUMBER, DOLLARS} and known != [NUMBER, DOLLARS]
    if operator in ("plus", "minus") and known[:1] == [DATE] and known[1:] in ([NUMBER], [DATE]):
        return known[1:] == [NUMBER] or operator == "minus"
    if operator in ("rounded", "smallest addition"):
        return known[0].is_numeric
    return len({*known}) == 1 and not known[0].is_named


# ---- What is known of a number whatever the data say ----


def decimals_of(node: Node, referred: Referred) -> int | None:
    """Return how many decimals a number is rounded to, whatever its value; None if it is not rounded."""
    found = [_own_decimals(one) for one in _made_of(node, Keeps.DECIMALS, referred)]
    known = [one for one in found if one is not None]
    return max(known, default=0) if len(known) == len(found) else None


_OF_ITS_ITEMS: Final = (Aggregate.SUM, Aggregate.HIGHEST, Aggregate.LOWEST, Aggregate.ONLY)
"""What is made of numbers and has their type and no more decimals than they have."""


def _made_of(node: Node, keeps: Keeps, referred: Referred) -> Iterator[Node]:
    """Yield what a number is made of by choices and by operators that keep a property; definitions are opened once."""
    opened: set[tuple[int, str]] = set()
    waiting = [node]
    while waiting:
        match one := waiting.pop():
            case Ref() if (definition := referred(one)) is not None:
                waiting.extend([] if (one.year, one.name) in opened else [definition])
                opened.add((one.year, one.name))
            case Match():
                waiting.extend(children(one)[len(one.on) :])
            case Call(operator) if keeps in OPERATORS[operator].keeps:
                waiting.extend(one.arguments)
            case Fold(how, items=items) if how in _OF_ITS_ITEMS or isinstance(how, Ranked):
                waiting.extend(item.of for item in items)
            case _:
                yield one


def _own_decimals(node: Node) -> int | None:
    match node:
        case Call("rounded", (_, Const(Fraction() as decimals))):
            return int(decimals)
        case Const(Fraction() as number):
            return places_of(number)
        case Const(value) if value is None or value is NOT_RATED:
            return 0
        case _:
            return None


def constant_number(node: Node) -> Fraction | None:
    """Return the constant value of an expression; None if it depends on the data."""
    match node:
        case Const(Fraction() as number):
            return number
        case Call(operator, arguments):
            numbers = [constant_number(part) for part in arguments]
            found = None if None in numbers else OPERATORS[operator](*numbers)
            return found if isinstance(found, Fraction) else None
        case _:
            return None


def never_below_zero(vocabulary: Vocabulary, node: Node, referred: Referred) -> bool:
    """Return whether a number cannot be below zero, such as a count, or counts combined without subtraction."""
    known: dict[tuple[int, str], bool] = {}  # a measure may be named many times over

    def holds(one: Node) -> bool:
        match one:
            case Const(Fraction() as number):
                return number >= 0
            case Get():
                return _is_count(vocabulary, *one.key)
            case Ref():
                key = one.year, one.name
                if key not in known:
                    definition = referred(one)
                    known[key] = definition is not None and holds(definition)
                return known[key]
            case Call("highest of"):
                return any(holds(part) for part in one.arguments)
            case Call(operator) if Keeps.SIGN in OPERATORS[operator].keeps:
                return all(holds(part) for part in one.arguments)
            case _:
                return False

    return holds(node)


def is_share(node: Node, referred: Referred) -> bool:
    """Return whether a number is a share of entities or student groups, or a measure of just that."""
    found = referred(node) if isinstance(node, Ref) else node
    values = [row.value for row in found.rows] if isinstance(found, Match) else [found]  # of each kind of LEA
    return all(isinstance(one, Fold) and one.how is Aggregate.SHARE for one in values)


def highest_of(vocabulary: Vocabulary, node: Node, referred: Referred) -> Fraction | None:
    """Return the number that another of the data is never above, by the vocabulary; None for any other number."""
    for _ in range(MOST_STEPS):
        if not isinstance(node, Ref):
            break
        definition = referred(node)
        if definition is None:
            return None
        node = definition
    return bounds_of(vocabulary, node.key).highest if isinstance(node, Get) else None


def _is_count(vocabulary: Vocabulary, indicator: str, name: str) -> bool:
    numbers = [one for one in vocabulary.numbers if name in one.names]
    fitting = [one for one in numbers if indicator in one.indicators or not (indicator or one.indicators)]
    return bool(fitting) and not any(one.below_zero for one in fitting)


HUNDRED: Final = Fraction(100)


def is_percent(node: Node, referred: Referred) -> bool:
    """Return whether a number has been made a percent, or is chosen among such, or their sum or the highest of them."""
    return any(_is_made_percent(one) for one in _made_of(node, Keeps.TYPE, referred))


def _is_made_percent(node: Node) -> bool:
    match node:
        case Call("times", (_, Const(Fraction() as factor))):
            return factor == HUNDRED
        case _:
            return False
