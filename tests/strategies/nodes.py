"""Evaluation trees of every node and operator, well typed, and records of levels and numbers to evaluate them on."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from rulelang.core.aggregates import Aggregate
from rulelang.core.fact_types import FactType
from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.ruleset import Definition, DefinitionKey, Ruleset
from rulelang.core.tree import (
    NOT_RATED,
    Arm,
    Bound,
    Call,
    Const,
    Fold,
    Get,
    Interval,
    Item,
    Listed,
    Match,
    Node,
    OneOf,
    Pattern,
    PriorityCount,
    Published,
    Ref,
    Row,
    Self,
    StudentGroups,
    choice,
    is_call,
    scope_of,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import (
    Indicator,
    IndicatorKind,
    LeaKind,
    Number,
    Outcome,
    Priority,
    Scale,
    Scope,
    StudentGroup,
    Vocabulary,
)
from rulelang.core.years import Years

COLORS = ("Red", "Orange", "Green")
STATUS = ("Low", "High")
YEARS = (2018, 2019)
ALWAYS = {"color": (Years(),), "Status": (Years(),)}

LEVELS_AND_NUMBERS = Vocabulary(
    name="levels and numbers",
    years=YEARS,
    suspended={},
    scales=(Scale("color", COLORS), Scale("Status", STATUS)),
    indicator_kinds=(IndicatorKind("state", Scope.GROUP), IndicatorKind("local", Scope.LEA)),
    indicators=(
        Indicator("ELA", "state", Scope.GROUP, ALWAYS),
        Indicator("ELPI", "state", Scope.GROUP, ALWAYS, only_groups=("English Learners",)),
        Indicator("Basics", "local", Scope.LEA, ALWAYS),
    ),
    groups=(
        StudentGroup("AA", "African American"),
        StudentGroup("EL", "English Learners"),
        StudentGroup("LTEL", "Long-Term English Learners", Years(first=2019)),
        StudentGroup("WH", "White"),
    ),
    kinds=(LeaKind("district", "districts", "???"), LeaKind("charter", "charters", "????")),
    priorities=(Priority(4, "Achievement"), Priority(5, "Engagement"), Priority(6, "Climate")),
    outcomes=(Outcome("Help", "determination"), Outcome("None", "determination")),
    numbers=(
        *(Number("students", ("ELA", "Basics")), Number("points", ("ELA", "Basics"))),
        *(Number(kind.value, type=kind, below_zero=True) for kind in FactType),
    ),
)

TEXTS = ("nursing", "high school")
LEVELS: dict[str, tuple[str, ...]] = {"color": COLORS, "Status": STATUS, "text": TEXTS, "yes or no": ("yes", "no")}
"""The names that a node may have: the levels of each scale, and what the facts of these names say in words."""

INDICATORS = {Scope.GROUP: ("ELA", "ELPI"), Scope.LEA: ("Basics",)}
NUMBERS = {Scope.GROUP: ("ELA",), Scope.LEA: ("Basics",)}
QUANTITIES = st.builds(Quantity, st.sampled_from(Amount), st.integers(0, 4)) | st.builds(
    Quantity, st.just(Amount.PERCENT), st.sampled_from([1, 33, 50, 60, 100])
)
SMALL_NUMBERS = st.fractions(-12, 12, max_denominator=4)

Nodes = st.SearchStrategy[Node]


def _scopes(scope: Scope) -> tuple[Scope, ...]:
    """Return the scopes of what may stand below a node: what is of the LEA is of its groups too."""
    return (scope,) if scope is Scope.LEA else (Scope.GROUP, Scope.LEA)


def _below(draw: st.DrawFn, scope: Scope) -> Scope:
    return draw(st.sampled_from(_scopes(scope)))


@cache
@st.composite
def names(draw: st.DrawFn, scope: Scope, depth: int, scale: str | None = None) -> Node:
    """Return a node with a level, or not rated."""
    on = scale or draw(st.sampled_from([*LEVELS]))
    levels = LEVELS[on]
    at = _below(draw, scope)
    kind = draw(st.integers(0, 7 if depth else 2))
    if kind == 0:
        return Const(draw(st.sampled_from(levels) | st.just(NOT_RATED)))
    if kind == 1:
        if on in ("text", "yes or no"):
            return Get(draw(st.sampled_from(YEARS)), ("", on), Scope.LEA)
        default = draw(st.sampled_from([None, None, *levels]))
        return Get(draw(st.sampled_from(YEARS)), (draw(st.sampled_from(INDICATORS[at])), on), at, default)
    if kind == 2:
        return Const(None, "no source")
    if kind in {3, 4}:
        return draw(_choices(scope, depth, names(at, depth - 1, on)))
    if kind == 5:
        return draw(_bands(at, depth, levels, names(at, depth - 1, on)))
    if kind == 6:
        return draw(_grids(at, depth, levels, names(at, depth - 1, on)))
    return draw(_matches(at, depth, names(at, depth - 1, on)))


@cache
@st.composite
def _choices(draw: st.DrawFn, scope: Scope, depth: int, values: Nodes) -> Node:
    guards = truths(_below(draw, scope), depth - 1)
    arms = draw(st.lists(st.builds(Arm, guards, values), min_size=1, max_size=3))
    return choice(arms, draw(values))


def _cell_values(levels: tuple[str, ...], values: Nodes) -> Nodes:
    """Return levels that stand in a table, mostly, or anything else that gives one."""
    constants = st.builds(Const, st.sampled_from([*levels, None]))
    return st.booleans().flatmap(lambda plain: constants if plain else constants | values)


@cache
@st.composite
def _bands(draw: st.DrawFn, scope: Scope, depth: int, levels: tuple[str, ...], values: Nodes) -> Node:
    cuts = sorted(draw(st.sets(SMALL_NUMBERS, min_size=1, max_size=3)))
    above = [draw(st.booleans()) for _ in cuts]
    lower = [None, *(Bound(cut, not within) for cut, within in zip(cuts, above, strict=True))]
    upper = [*(Bound(cut, within) for cut, within in zip(cuts, above, strict=True)), None]
    of_rows = _cell_values(levels, values)
    rows = (Row((Interval(low, high),), draw(of_rows)) for low, high in zip(lower, upper, strict=True))
    return Match((draw(numbers(scope, depth - 1)),), tuple(rows), None)


@cache
@st.composite
def _grids(draw: st.DrawFn, scope: Scope, depth: int, levels: tuple[str, ...], values: Nodes) -> Node:
    pairs = [(row, column) for row in STATUS for column in COLORS]
    of_cells = _cell_values(levels, values)
    rows = (
        Row((OneOf((row,)), OneOf((column,))), draw(of_cells), draw(st.integers(0, 4)) > 0) for row, column in pairs
    )
    asked = draw(names(scope, depth - 1, "Status")), draw(names(scope, depth - 1, "color"))
    return Match(asked, tuple(rows), None)


@cache
@st.composite
def _matches(draw: st.DrawFn, scope: Scope, depth: int, values: Nodes) -> Node:
    """Return a match of several kinds of thing at once, with or without a row for everything else."""
    kinds = draw(st.lists(st.sampled_from(["Status", "number", "answer", "group"]), min_size=1, max_size=2))
    asked = tuple(draw(_asked(kind, scope, depth)) for kind in kinds)
    patterns = st.tuples(*(st.none() | _PATTERNS[kind] for kind in kinds))
    rows = draw(st.lists(st.builds(Row, patterns, values, st.integers(0, 4).map(bool)), min_size=1, max_size=3))
    if draw(st.booleans()):
        return Match(asked, tuple(rows), draw(values))
    return Match(asked, (*rows, Row((None,) * len(kinds), draw(values))), None)


@cache
@st.composite
def _asked(draw: st.DrawFn, kind: str, scope: Scope, depth: int) -> Node:
    at = _below(draw, scope)
    if kind == "group":
        return Self(at)
    return draw(
        {"Status": names(at, depth - 1, kind), "number": numbers(at, depth - 1)}.get(kind, truths(at, depth - 1))
    )


@cache
@st.composite
def _intervals(draw: st.DrawFn) -> Interval:
    ends = sorted(draw(st.lists(SMALL_NUMBERS, min_size=2, max_size=2)))
    low, high = (draw(st.none() | st.builds(Bound, st.just(end), st.booleans())) for end in ends)
    return Interval(low, high)


@cache
@st.composite
def numbers(draw: st.DrawFn, scope: Scope, depth: int) -> Node:
    """Return a node with a number."""
    at = _below(draw, scope)
    kind = draw(st.integers(0, 10 if depth > 0 else 2))
    if kind == 0:
        return Const(draw(SMALL_NUMBERS))
    if kind == 1:
        typed = draw(st.sampled_from([FactType.NUMBER, FactType.DOLLARS, FactType.DATE]))
        return Get(draw(st.sampled_from(YEARS)), ("", typed.value), Scope.LEA)
    if kind == 2:
        key = draw(st.sampled_from(NUMBERS[at])), draw(st.sampled_from(["students", "points"]))
        return Get(draw(st.sampled_from(YEARS)), key, at)
    inner = numbers(at, depth - 1)
    if kind == 3:
        values = inner | st.sampled_from([Const(None, "none"), Const(NOT_RATED)])
        return draw(_choices(scope, depth, values) | _matches(at, depth, values))
    if kind == 4:
        return Call("rounded", (draw(inner), Const(Fraction(draw(st.integers(0, 2))))))
    if kind == 5:
        percent = Const(draw(st.sampled_from([Fraction(95), Fraction(1, 3)])))
        decimals = Const(Fraction(draw(st.integers(0, 1))))
        return Call("smallest addition", (draw(inner), draw(inner), percent, decimals))
    if kind == 6:
        many = draw(st.sampled_from(["highest of", "lowest of", "average of", "plus"]))
        return Call(many, tuple(draw(st.lists(inner, min_size=1, max_size=3))))
    if kind == 7:
        return Call("first known", (draw(inner), draw(inner)))
    if kind == 8:
        return draw(_of_one_group(depth))
    operator = draw(st.sampled_from(["plus", "minus", "times", "divided by"]))
    return Call(operator, (draw(inner), draw(inner)))


@st.composite
def _of_one_group(draw: st.DrawFn, depth: int) -> Node:
    """Return the number of one student group."""
    name = draw(st.sampled_from(LEVELS_AND_NUMBERS.groups)).name
    item = Item(draw(numbers(Scope.GROUP, depth - 1)), Call("is one of", (Self(Scope.GROUP), Const((name,)))))
    return Fold(Aggregate.ONLY, StudentGroups(draw(st.sampled_from(YEARS))), (item,))


def _some(words: list[str] | tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True).map(tuple)


_PATTERNS: dict[str, st.SearchStrategy[Pattern]] = {
    "Status": _some(STATUS).map(OneOf),
    "number": _intervals(),
    "answer": st.booleans(),
    "group": _some(["English Learners", "White", "district"]).map(OneOf),
}


@cache
@st.composite
def truths(draw: st.DrawFn, scope: Scope, depth: int) -> Node:
    """Return a node with an answer."""
    at = _below(draw, scope)
    kind = draw(st.integers(0, 12 if depth > 0 else 3))
    if kind == 0:
        return Const(draw(st.booleans()))
    if kind == 1:
        words = [group.name for group in LEVELS_AND_NUMBERS.groups] if at is Scope.GROUP else ["district", "charter"]
        return Call("is one of", (Self(at), Const(draw(_some(words)))))
    if kind == 2:
        return draw(_published(at))
    if kind == 3:
        on = draw(st.sampled_from([*LEVELS]))
        return Call("is one of", (draw(names(at, max(depth - 1, 0), on)), Const(draw(_some(LEVELS[on])))))
    inner = truths(at, depth - 1)
    if kind in {4, 5}:
        parts = tuple(draw(st.lists(inner, max_size=3)))
        return Call("and", parts) if kind == 4 else Call("or", parts)
    if kind == 6:
        return Call(draw(st.sampled_from(["not", "known or no"])), (draw(inner),))
    if kind == 7:
        return Call("first known", (draw(inner), draw(inner)))
    if kind == 8:
        return draw(_choices(scope, depth, inner))
    if kind == 9:
        return Call("is rated", (draw(names(at, depth - 1) | numbers(at, depth - 1)),))
    if kind == 10:
        operator = draw(st.sampled_from(["at least", "above", "at most", "below"]))
        return Call(operator, (draw(numbers(at, depth - 1)), draw(numbers(at, depth - 1))))
    if kind == 11:
        member = st.just(Const(True)) | inner
        things = draw(st.lists(st.builds(Item, inner, member, st.just("thing")), max_size=4))
        return Fold(draw(QUANTITIES), Listed("things"), tuple(things))
    met, member = truths(Scope.GROUP, depth - 1), st.just(Const(True)) | truths(Scope.GROUP, depth - 1)
    return Fold(draw(QUANTITIES), StudentGroups(draw(st.sampled_from(YEARS))), (Item(draw(met), draw(member)),))


@cache
@st.composite
def _published(draw: st.DrawFn, scope: Scope) -> Node:
    year = draw(st.sampled_from(YEARS))
    if scope is Scope.GROUP:
        return Published(year, PriorityCount("state", draw(QUANTITIES)))
    return Published(year, draw(st.sampled_from(["Help", "None"])))


@cache
@st.composite
def node_rulesets(draw: st.DrawFn) -> Ruleset:
    """Return a ruleset of definitions of any kind of value, some of which refer to earlier ones."""
    definitions: dict[DefinitionKey, Definition] = {}
    for number in range(draw(st.integers(3, 8))):
        scope = draw(st.sampled_from(Scope))
        node = draw(truths(scope, 3) | names(scope, 3) | numbers(scope, 2))
        answers = [one for one in definitions.values() if is_call(one.node, "and") and one.scope in _scopes(scope)]
        earlier = draw(st.none() | st.sampled_from(answers)) if answers else None
        if earlier is not None:
            refers = Ref(earlier.year, earlier.name, earlier.scope)
            node = Call("and", (refers, draw(truths(scope, 2))))
        name = f"it {number}"
        definitions[2019, name] = Definition(2019, name, node, scope_of(node))
    return Ruleset("Nodes", 2019, LEVELS_AND_NUMBERS, definitions, ())


@cache
@st.composite
def node_records(draw: st.DrawFn) -> LeaRecord:
    """Return a record of levels and numbers."""
    years = {year: draw(_facts()) for year in draw(st.sets(st.sampled_from(YEARS)))}
    return LeaRecord("1", "", "", draw(st.sampled_from(["district", "charter", "castle"])), years)


def _readings(names_: tuple[str, ...], counted: tuple[str, ...]) -> st.SearchStrategy[dict[tuple[str, str], Reading]]:
    colors = st.tuples(st.sampled_from(names_), st.just("color")), st.sampled_from([*COLORS, None])
    status = st.tuples(st.sampled_from(names_), st.just("Status")), st.sampled_from([*STATUS, None])
    keys = st.tuples(st.sampled_from(counted), st.sampled_from(["students", "points"]))
    number = st.integers(-3, 200).map(Fraction) | st.none() | st.fractions(-9, 9, max_denominator=6)
    kinds = (colors, status, (keys, number))
    return st.builds(
        lambda *parts: {key: reading for part in parts for key, reading in part.items()},
        *(st.dictionaries(key, st.builds(Reading, value), max_size=4) for key, value in kinds),
    )


def _typed() -> st.SearchStrategy[dict[tuple[str, str], Reading]]:
    """Return what is known of the facts of the LEA itself, of each type; the days are few, so that many are alike."""
    amounts = st.fractions(-12, 12, max_denominator=4) | st.none()
    days = st.sampled_from([1, 2, 6, 12, 738_337]).map(Fraction) | st.none()
    words = {name: st.sampled_from(LEVELS[name]) | st.none() for name in ("text", "yes or no")}
    values = {"number": amounts, "dollars": amounts, "date": days, **words}
    readings = {("", name): st.builds(Reading, value) for name, value in values.items()}
    return st.fixed_dictionaries({}, optional=readings)


def _facts() -> st.SearchStrategy[YearFacts]:
    groups = st.sampled_from([group.name for group in LEVELS_AND_NUMBERS.groups])
    listed = st.none() | st.dictionaries(groups, st.frozensets(st.sampled_from([4, 5, 6])), max_size=3)
    outcomes = st.frozensets(st.sampled_from(["Help", "None"]))
    published = st.builds(PublishedFacts, listed, outcomes, outcomes, st.integers(0, 4))
    return st.builds(
        YearFacts,
        groups=st.dictionaries(groups, _readings(INDICATORS[Scope.GROUP], NUMBERS[Scope.GROUP])),
        lea=st.builds(dict.__or__, _readings(INDICATORS[Scope.LEA], NUMBERS[Scope.LEA]), _typed()),
        silent=st.frozensets(st.sampled_from(["ELA", "ELPI", "Basics", ""])),
        published=st.none() | published,
        group_count=st.none() | st.integers(0, 6),
    )
