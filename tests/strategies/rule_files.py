"""Rule files as syntax trees, made from the words of a vocabulary: every construct that the language has.

The trees have no text, so their spans are empty. They are what the parser could have made of some text: `not` stands
before a parenthesis only, and a part that ends with a level is not followed by one that begins with a level, because
`all indicators are Red or Orange on ELA` reads otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final, TypeVar

from attrs import evolve
from hypothesis import strategies as st

from rulelang.core.vocabulary import Scope
from rulelang.diagnostics.source import Source, Span
from rulelang.syntax import tree as syn
from rulelang.syntax.tree.statements import Mark
from tests.language.words import SMALL

NOWHERE: Final = Span(Source("", ""), 0, 0)
_Item = TypeVar("_Item")

QUOTABLE: Final = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters='"“”„‟«»'), max_size=20
)
LABELS: Final = st.from_regex(r"[0-9]{1,2}[a-z]|[A-Z][0-9]", fullmatch=True)
TITLES: Final = st.lists(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), min_size=1, max_size=3).map(" ".join)
KINDS: Final = tuple(kind.name for kind in SMALL.indicator_kinds)


def _name(names: Iterable[str]) -> st.SearchStrategy[syn.Name]:
    return st.sampled_from(tuple(names)).map(lambda text: syn.Name(text, span=NOWHERE))


def _some(names: st.SearchStrategy[syn.Name], least: int = 1) -> st.SearchStrategy[tuple[syn.Name, ...]]:
    return st.lists(names, min_size=least, max_size=3, unique_by=lambda name: name.text).map(tuple)


def _number(least: int = 1, most: int = 12) -> st.SearchStrategy[syn.Number]:
    return st.integers(least, most).map(lambda value: syn.Number(value, span=NOWHERE))


def _texts() -> st.SearchStrategy[tuple[syn.Text, ...]]:
    return st.lists(TEXT, min_size=1, max_size=4).map(tuple)


def _maybe(strategy: st.SearchStrategy[_Item]) -> st.SearchStrategy[_Item | None]:
    return st.none() | strategy


def _make(kind: type[_Item], *args: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[_Item]:
    return st.builds(kind, *args, span=st.just(NOWHERE), **more)


TEXT: Final = _make(syn.Text, QUOTABLE)
TITLE: Final = _make(syn.Text, TITLES)
BASE: Final = _make(syn.Text, st.sampled_from(["2017", "2031", "assistance/2025", "others/my year"]))
LEVEL: Final = _name(level for scale in SMALL.scales for level in scale.levels)
INDICATOR: Final = _name(indicator.name for indicator in SMALL.indicators)
GROUP: Final = _name(group.name for group in SMALL.groups)
KIND: Final = _name(kind.name for kind in SMALL.kinds)
INDICATOR_KIND: Final = _name(KINDS)
OF_LEA: Final = _name(outcome.name for outcome in SMALL.outcomes)
PRIORITY: Final = _name(f"Priority {priority.number}" for priority in SMALL.priorities)
OUTCOME: Final = OF_LEA | PRIORITY
JOINT: Final = _name(("and", "or"))

COUNTED: Final = ("or more", "or fewer", "exactly", "a majority of at least")


def quantities(words: tuple[str, ...] = ("any", "no", "every")) -> st.SearchStrategy[syn.Quantity]:
    """Return quantities: numbers, and some of the words for them."""
    numbered = _make(syn.Quantity, st.sampled_from(COUNTED), st.integers(1, 9))
    shares = _make(syn.Quantity, st.just("percent or more of"), st.just(0), st.integers(1, 100))
    return numbered | shares | _make(syn.Quantity, st.sampled_from(words))


# ---- conditions ----

LEVELS: Final = (
    _make(syn.Levels, _some(LEVEL))
    | _make(syn.Levels, LEVEL.map(lambda level: (level,)), st.sampled_from(["worse", "better"]))
    | _make(syn.Levels, st.just(()), st.sampled_from(["rated", "not rated"]))
)
HOW: Final = st.sampled_from(["both", "either", "any of", "all of"]) | quantities(("no", "every"))
TARGETS: Final = (
    _make(syn.Targets, INDICATOR.map(lambda name: (name,)))
    | _make(syn.Targets, _some(INDICATOR, 2), st.sampled_from(["and", "or", ","]))
    | _make(syn.Targets, _some(INDICATOR), HOW)
)
PAIR: Final = _make(syn.Targets, _some(INDICATOR, 2), st.sampled_from(["or", "either"]))
LEVEL_TEST: Final = _make(syn.LevelTest, LEVELS, TARGETS) | _make(syn.LevelTest, LEVELS, PAIR, LEVELS)
PREDICATE: Final = (
    LEVEL_TEST | _make(syn.PrioritiesMet, quantities(), _maybe(INDICATOR_KIND)) | _make(syn.OutcomeTest, OUTCOME)
)
GROUP_TEST: Final = _make(syn.GroupTest, quantities(), PREDICATE, or_all=_maybe(_number()), each=st.booleans()) | _make(
    syn.GroupTest, quantities(), _make(syn.Not, _make(syn.Parenthesis, LEVEL_TEST)), or_all=_maybe(_number())
)
PRIORITIES_MET: Final = _make(syn.PrioritiesMet, quantities(), _maybe(INDICATOR_KIND))
INDICATOR_TEST: Final = (
    _make(syn.IndicatorTest, quantities(), LEVELS, _maybe(INDICATOR_KIND))
    | _make(syn.IndicatorTest, quantities(), LEVELS, _maybe(INDICATOR_KIND), but=_number())
    | _make(syn.IndicatorTest, quantities(), LEVELS, _maybe(INDICATOR_KIND), at_least=_number(), at_least_levels=LEVELS)
)
PLAIN_TEST: Final = LEVEL_TEST | _make(syn.OutcomeTest, OUTCOME) | GROUP_TEST | PRIORITIES_MET
TEST: Final = PLAIN_TEST | INDICATOR_TEST
WINDOW: Final = (
    _make(syn.Window, st.integers(1, 9), st.integers(1, 9))
    | _make(syn.Window, st.none(), st.integers(1, 9))
    | _make(syn.Window, st.none(), st.none())
)
IN_YEARS: Final = _make(syn.InYears, TEST, WINDOW) | _make(syn.InYears, TEST, WINDOW, years_first=st.just(True))


def _joined(parts: st.SearchStrategy[syn.Condition]) -> st.SearchStrategy[syn.Condition]:
    several = st.lists(parts, min_size=2, max_size=3)

    @st.composite
    def chains(draw: st.DrawFn) -> syn.Chain:
        inner = tuple(draw(several))
        return syn.Chain(inner, tuple(draw(JOINT) for _ in inner[1:]), span=NOWHERE)

    return chains()


def conditions_of(
    tests: st.SearchStrategy[Any], parts: st.SearchStrategy[Any] | None = None
) -> st.SearchStrategy[syn.Condition]:
    """Return conditions of any shape made of some tests; `parts` are those that may be joined to others."""
    plain = tests if parts is None else parts

    def deeper(inner: st.SearchStrategy[syn.Condition]) -> st.SearchStrategy[syn.Condition]:
        closed = _make(syn.Parenthesis, inner)
        over_years = _make(syn.InYears, plain | closed, WINDOW, years_first=st.booleans())
        part = plain | over_years | closed | _make(syn.Not, closed)
        chain = _joined(part)
        return closed | chain | _make(syn.Unless, part | chain, part | chain)

    return st.recursive(tests, deeper, max_leaves=6)


CONDITION: Final = conditions_of(TEST | IN_YEARS, PLAIN_TEST)

# ---- performance levels ----

SCALE: Final = _name(scale.name for scale in SMALL.scales)
NUMBER_NAME: Final = _name(number.name for number in SMALL.numbers)
MEASURE_NAMES: Final = ("graduation share", "four-year rate", "Graduation Rate", "best")
MEASURE_NAME: Final = st.sampled_from(MEASURE_NAMES).map(lambda text: syn.Name(text, known=False, span=NOWHERE))
EXACT: Final = st.fractions(-999, 999, max_denominator=12) | st.decimals(-99, 99, places=2).map(Fraction)
_NUMERAL: Final = _make(syn.Numeral, EXACT)
_NAMED: Final = _make(syn.NumberName, NUMBER_NAME | MEASURE_NAME, st.booleans(), st.integers(0, 5), _maybe(INDICATOR))
SUBJECT_TEXTS: Final = st.sampled_from([scale.name for scale in SMALL.scales] + list(MEASURE_NAMES[:2]))
SUBJECT: Final = _make(syn.Subject, st.just(()) | _some(INDICATOR), SUBJECT_TEXTS)
DECIMALS: Final = st.integers(0, 5)


def _either(plain: st.SearchStrategy[_Item], deeper: st.SearchStrategy[_Item]) -> st.SearchStrategy[_Item]:
    """Return as many plain ones as deeper ones, however many kinds there are of each."""
    return st.booleans().flatmap(lambda is_plain: plain if is_plain else deeper)


_OWN_NUMBER: Final = _make(syn.NumberName, NUMBER_NAME | MEASURE_NAME)
COMBINED: Final = ("sum of", "highest of", "lowest of", "average of")
PERCENT: Final = _make(syn.Number, st.integers(1, 99))
MEANT: Final = _maybe(_make(syn.OutcomeTest, OUTCOME) | LEVEL_TEST | _make(syn.Parenthesis, PLAIN_TEST))
MEMBERS: Final = _make(syn.Members, KIND, _maybe(KIND), MEANT) | _make(syn.Members, st.none(), filter=MEANT)


@cache
def expressions(depth: int = 3) -> st.SearchStrategy[syn.Expression]:
    """Return expressions of any shape, so many deep."""
    plain = _NUMERAL | _NAMED | _make(syn.NotEstablished)
    if depth == 0:
        return plain
    inner = expressions(depth - 1)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    deeper = (
        _make(syn.Operation, st.sampled_from(["plus", "minus", "times", "divided by"]), st.tuples(inner, inner))
        | _make(syn.Operation, st.sampled_from(["highest of", "lowest of", "average of"]), several)
        | _make(syn.SmallestAddition, inner, EXACT.map(abs), inner, _maybe(DECIMALS))
        | _make(syn.Scaled, inner, st.just(True), _maybe(DECIMALS))
        | _make(syn.Scaled, inner, st.just(False), DECIMALS)
        | _make(syn.IfOtherwise, inner, circumstances(depth - 1), inner)
        | _make(syn.RelatedValue, st.sampled_from(["number of", "share of"]), st.none(), MEMBERS)
        | _make(syn.RelatedValue, st.sampled_from(COMBINED), inner, MEMBERS)
        | _make(syn.RelatedValue, st.just("percentile of"), inner, MEMBERS, PERCENT)
        | _make(syn.RelatedValue, st.just(""), _OWN_NUMBER, _make(syn.Members, KIND))
        | _make(syn.GroupNumber, _OWN_NUMBER, GROUP)
    )
    return _either(plain, deeper)


@cache
def circumstances(depth: int = 2) -> st.SearchStrategy[syn.Condition]:
    """Return conditions on numbers and on levels that stand alone, of any shape, so many deep."""
    plain = number_tests(depth) | _make(syn.FlagTest, LEVEL)
    if depth == 0:
        return plain
    closed = _make(syn.Parenthesis, circumstances(depth - 1) | PLAIN_TEST)
    negated = _make(syn.Not, closed)
    return _either(plain, negated | _joined(closed | plain | negated))


@cache
def number_tests(depth: int = 2) -> st.SearchStrategy[syn.Condition]:
    """Return conditions on numbers, whose expressions are so many deep."""
    how = st.sampled_from(["at least", "above", "at most", "below"])
    numbers = expressions(max(depth - 1, 0))
    compared = _make(syn.NumberTest, how, st.tuples(numbers, numbers))
    ranked = _make(syn.RankedTest, numbers, _NUMERAL, MEMBERS, st.booleans())
    return compared | ranked | _make(syn.NumberTest, st.just("is rated"), st.tuples(numbers))


# A level that stands alone is that of the indicator a statement is about; a rule is about none.
NUMBERS_IN_RULES: Final = number_tests().filter(
    lambda condition: not any(isinstance(node, syn.FlagTest) for node in syn.walk(condition))
)
EXPRESSION: Final = expressions()
CIRCUMSTANCE: Final = circumstances()
LEVEL_CELLS: Final = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters=".,-()\\"), min_size=1, max_size=12
).filter(lambda text: text.strip("-:") != "")


@st.composite
def _tables_below(draw: st.DrawFn) -> syn.TableBelow:
    width = draw(st.integers(1, 4))
    cell = _make(syn.Text, LEVEL_CELLS)
    rows = draw(st.lists(st.tuples(*[cell] * width), min_size=1, max_size=4))
    return syn.TableBelow(tuple(rows), span=NOWHERE)


YEAR: Final = st.integers(2017, 2025)


def _mark() -> st.SearchStrategy[Mark]:
    letter = st.sampled_from("ABCD")
    since = st.builds(Mark, letter, since=YEAR, until=st.none() | YEAR)
    return st.builds(Mark, letter, st.lists(YEAR, max_size=3).map(tuple)) | since


SIZE_EXCEPTION: Final = _make(
    syn.SizeException,
    _number(),
    st.just(()) | _some(GROUP),
    st.just(()) | _some(KIND),
    _maybe(NUMBER_NAME),
).filter(lambda one: bool(one.groups or one.kinds))
LEVEL_RULE: Final = (
    _make(syn.Measure, SUBJECT, EXPRESSION)
    | _make(syn.BandsTable, SUBJECT, _tables_below())
    | _make(syn.GridTable, SUBJECT, st.just(()) | _some(LEVEL), _tables_below())
    | _make(
        syn.SmallPopulations,
        _number(),
        NUMBER_NAME,
        st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=3).map(tuple),
        st.just(()) | _some(GROUP),
        st.booleans(),
    )
    | _make(
        syn.Needs, _maybe(SCALE), _number(), NUMBER_NAME, st.booleans(), st.lists(SIZE_EXCEPTION, max_size=2).map(tuple)
    )
    | _make(syn.Needs, _maybe(SCALE), _number(), NUMBER_NAME, st.just(True), st.just(()), CIRCUMSTANCE)
    | _make(syn.Override, LEVEL, CIRCUMSTANCE, st.booleans())
)
_ADD_OR_REPLACE: Final = st.sampled_from(["add", "replace"])
_NO_SUBJECT: Final = st.none() | _make(syn.Subject, _some(INDICATOR), st.just(""))
LEVEL_STATEMENT: Final = (
    LEVEL_RULE
    | _make(syn.Change, _ADD_OR_REPLACE, LEVEL_RULE)
    | _make(syn.RemoveLevels, st.sampled_from(["bands", "measure"]), SUBJECT)
    | _make(syn.RemoveLevels, st.just("grid"), SUBJECT, st.just(()) | _some(LEVEL))
    | _make(syn.RemoveLevels, st.sampled_from(["small populations", "needs", "everything"]), _NO_SUBJECT)
    | _make(syn.ForLine, indicators=_some(INDICATOR))
    | _make(syn.Confidence, st.lists(_mark(), min_size=1, max_size=3).map(tuple), QUOTABLE)
)


@st.composite
def level_statements(draw: st.DrawFn) -> syn.Statement:
    """Return statements about performance levels."""
    return draw(LEVEL_STATEMENT)


NUMBER_FACT: Final = _make(
    syn.NumberFact,
    _make(syn.NumberName, NUMBER_NAME, st.booleans())
    | _make(syn.NumberName, MEASURE_NAME.filter(lambda name: "G" not in name.text)),
    _maybe(EXACT),
    _maybe(INDICATOR),
)

# ---- statements ----

LABEL: Final = LABELS.map(lambda text: syn.Name(text, span=NOWHERE))
NARROWING: Final = _make(syn.Narrowing, _some(GROUP), st.booleans())
RULE: Final = _make(
    syn.Rule,
    _maybe(LABEL),
    CONDITION | NUMBERS_IN_RULES | _joined(_make(syn.Parenthesis, CONDITION) | NUMBERS_IN_RULES),
    st.lists(NARROWING, max_size=2).map(tuple),
    st.just(NOWHERE),
    OUTCOME,
)


def _otherwise(label: st.SearchStrategy[syn.Name | None]) -> st.SearchStrategy[syn.Rule]:
    return _make(syn.Rule, label, _make(syn.Otherwise), st.just(()), st.just(NOWHERE), OF_LEA)


ANY_RULE: Final = RULE | _otherwise(_maybe(LABEL))
PLACED_RULE: Final = st.builds(
    lambda rule, beside: evolve(rule, beside=beside),
    ANY_RULE,
    _make(syn.Beside, st.sampled_from(["before", "after"]), LABEL),
)
CHANGE: Final = _make(syn.Change, _ADD_OR_REPLACE, ANY_RULE | PLACED_RULE) | _make(
    syn.Remove, st.lists(LABEL, min_size=1, max_size=9).map(tuple)
)
CLAUSE: Final = _make(syn.Explanation, _texts()) | _make(syn.Explanation, because=TEXT)
HEADING: Final = _make(syn.PriorityLine, _number(), TEXT) | _make(syn.ForLine, _some(KIND))
FILE_LINE: Final = (
    _make(
        syn.FileLine,
        st.just("ruleset"),
        TITLE | _make(syn.Text, st.builds("{} {}".format, TITLES, st.integers(2000, 2099))),
    )
    | _make(syn.FileLine, st.just("uses"), _make(syn.Text, TITLES.map("{} vocabulary".format)))
    | _make(syn.FileLine, st.just("based on"), BASE)
    | _make(syn.FileLine, st.just("what if"), TITLE)
    | _make(syn.FileLine, st.just("what if based on"), BASE)
    | _make(
        syn.FileLine,
        st.sampled_from(["earlier years from", "levels from"]),
        _make(syn.Text, st.sampled_from(["assistance", "levels of our own"])),
    )
    | _make(syn.FileLine, st.sampled_from(["suspended", "cannot tell counts as not met when published"]))
)
FACT: Final = (
    _make(syn.Fact, LEVEL, st.just(False), _some(INDICATOR))
    | _make(syn.Fact, st.none(), st.booleans(), _some(INDICATOR))
    | _make(syn.Fact, st.none(), st.booleans(), st.just(()), INDICATOR_KIND)
)
ANSWERS: Final = st.sampled_from(["yes", "no", "cannot tell"])
BY: Final = st.lists(LABEL, max_size=3).map(tuple)
_EXPECTED: Final = _make(syn.Subject, st.just(()) | INDICATOR.map(lambda name: (name,)), SUBJECT_TEXTS)


@st.composite
def expected_numbers(draw: st.DrawFn) -> syn.ExpectValue:
    """Return expectations of a number with some decimals."""
    decimals = draw(DECIMALS)
    value = Fraction(draw(st.integers(-99999, 99999)), 10**decimals)
    return syn.ExpectValue(draw(_EXPECTED), value, "number", draw(_maybe(GROUP)), decimals, span=NOWHERE)


EXAMPLE_LINE: Final = (
    _make(syn.GivenLine, KIND)
    | _make(syn.GivenYearLine, st.lists(_number(2000, 2099), max_size=3).map(tuple))
    | _make(syn.GivenYearLine, st.just(()), st.sampled_from([(0,), (2,), (0, 1), (1, 3), (0, 2, 5)]))
    | _make(syn.GivenYearLine, st.just(()), st.just(()), st.integers(1, 9))
    | _make(syn.FactLine, st.lists(GROUP, max_size=3).map(tuple), st.lists(FACT, min_size=1, max_size=4).map(tuple))
    | _make(syn.FactLine, st.lists(GROUP, max_size=2).map(tuple), st.lists(FACT | NUMBER_FACT, min_size=1).map(tuple))
    | _make(syn.FactLine, st.just(()), st.lists(NUMBER_FACT, min_size=1, max_size=3).map(tuple), st.just(value=True))
    | expected_numbers()
    | _make(syn.ExpectValue, _EXPECTED, LEVEL, st.just("level"), _maybe(GROUP))
    | _make(syn.ExpectValue, _EXPECTED, st.none(), st.sampled_from(["cannot tell", "not rated"]), _maybe(GROUP))
    | _make(syn.ExpectLine, _maybe(GROUP), OUTCOME, ANSWERS, BY)
    | _make(syn.ExpectLine, st.none(), st.none(), st.sampled_from(["cannot tell", "suspended"]), BY)
)


def _rules(condition: st.SearchStrategy[Any], outcome: st.SearchStrategy[syn.Name]) -> st.SearchStrategy[syn.Rule]:
    narrowings = st.just(()) | st.lists(NARROWING, max_size=1).map(tuple)
    return _make(syn.Rule, st.none(), condition, narrowings, st.just(NOWHERE), outcome)


def sensible_level_tests(year: int, scope: Scope) -> st.SearchStrategy[syn.LevelTest]:
    """Return level tests of indicators that have the levels in a year."""
    pairs = []
    for scale in SMALL.scales:
        names = [one.name for one in SMALL.indicators if one.scope is scope and one.reports(scale.name, year)]
        pairs += [(scale, names)] if names else []
    return st.one_of(*(_level_tests(_name(scale.levels), _name(names)) for scale, names in pairs))


def _level_tests(level: st.SearchStrategy[syn.Name], indicator: st.SearchStrategy[syn.Name]) -> st.SearchStrategy[Any]:
    one = level.map(lambda name: (name,))
    levels = _make(syn.Levels, _some(level)) | _make(syn.Levels, one, st.sampled_from(["worse", "better"]))
    rated = _make(syn.Levels, st.just(()), st.sampled_from(["rated", "not rated"]))
    single = _make(syn.Targets, indicator.map(lambda name: (name,)))
    pair = st.lists(indicator, min_size=2, max_size=2, unique_by=lambda name: name.text).map(tuple)
    two = _make(syn.Targets, pair, st.sampled_from(["both", "either", "and", "or"]))
    some = _make(syn.Targets, _some(indicator, 2), st.sampled_from(["any of", "all of"]) | quantities(("no", "every")))
    either = _make(syn.Targets, pair, st.sampled_from(["either", "or"]))
    tests = _make(syn.LevelTest, levels | rated, single | two | some)
    return tests | _make(syn.LevelTest, levels, either, levels)


RED_ON_ELA: Final = syn.Rule(
    label=None,
    condition=syn.LevelTest(
        syn.Levels((syn.Name("Red", span=NOWHERE),), span=NOWHERE),
        syn.Targets((syn.Name("ELA", span=NOWHERE),), span=NOWHERE),
        span=NOWHERE,
    ),
    narrowings=(),
    arrow=NOWHERE,
    outcome=syn.Name("Priority 4", span=NOWHERE),
    span=NOWHERE,
)
"""A rule that makes sense in every year with colors, so that a ruleset is never without one."""


@cache
def _parts_of_rulesets(year: int) -> Sequence[st.SearchStrategy[Sequence[Any]]]:
    """Return the parts of a ruleset of a year: rules of student groups, rules and headings of LEAs, and the last."""
    of_state, of_local = sensible_level_tests(year, Scope.GROUP), sensible_level_tests(year, Scope.LEA)
    of_group = _rules(conditions_of(of_state) | conditions_of(of_local) | of_state, PRIORITY)
    groups_test = _make(
        syn.GroupTest,
        quantities(),
        of_state | _make(syn.PrioritiesMet, quantities(), _maybe(INDICATOR_KIND)) | _make(syn.OutcomeTest, PRIORITY),
        each=st.booleans(),
    )
    counts = _make(syn.PrioritiesMet, quantities(), st.just(syn.Name("local", span=NOWHERE)))
    of_lea = _rules(conditions_of(groups_test | counts | of_local | _make(syn.OutcomeTest, OF_LEA)), OF_LEA)
    plain_lea = _rules(groups_test | _make(syn.InYears, groups_test, WINDOW), OF_LEA)
    return (
        st.lists(of_group, min_size=2, max_size=6),
        st.lists(of_lea | plain_lea | _make(syn.ForLine, _some(KIND)), min_size=1, max_size=6),
        st.lists(_otherwise(st.none()), max_size=1),
    )


@st.composite
def rulesets(draw: st.DrawFn, year: int) -> syn.File:
    """Return a ruleset of a year whose rules mostly make sense: priorities first, then what is said of the LEA."""
    parts = [one for part in _parts_of_rulesets(year) for one in draw(part)]
    title = syn.FileLine("ruleset", syn.Text(f"Test {year}", span=NOWHERE), span=NOWHERE)
    return syn.File(NOWHERE.source, (title, RED_ON_ELA, *parts))


@st.composite
def _examples(draw: st.DrawFn) -> list[syn.Statement]:
    head = draw(_make(syn.ExampleLine, TEXT, _maybe(_number(2000, 2099))))
    return [head, *draw(st.lists(EXAMPLE_LINE | CLAUSE, max_size=5))]


@st.composite
def files(draw: st.DrawFn) -> syn.File:
    """Return a file of statements in any order; what belongs in an example stands in one."""
    statement = (
        FILE_LINE | HEADING | ANY_RULE | CHANGE | CLAUSE | level_statements() | _make(syn.RemoveExamples, _texts())
    )
    plain = statement.map(lambda one: [one])
    parts = draw(st.lists(plain | _examples(), min_size=1, max_size=8))
    return syn.File(NOWHERE.source, tuple(statement for part in parts for statement in part))


# ---- vocabularies ----

CELLS: Final = st.text(st.characters(codec="utf-8", categories=("L", "N"), include_characters="-,()/{}"), max_size=12)


@st.composite
def _tables(draw: st.DrawFn) -> syn.Table:
    width = draw(st.integers(1, 4))
    cell = _make(syn.Text, CELLS)
    rows = draw(st.lists(st.tuples(*[cell] * width), min_size=1, max_size=4))
    return syn.Table(draw(_make(syn.Text, TITLES)), tuple(rows), span=NOWHERE)


@st.composite
def vocabulary_files(draw: st.DrawFn) -> syn.File:
    """Return a vocabulary file as far as its syntax goes; its tables are of nothing in particular."""
    line = (
        _make(syn.FileLine, st.just("vocabulary"), TITLE)
        | _make(syn.YearsLine, st.lists(_number(2000, 2099), min_size=1, max_size=4).map(tuple))
        | _make(syn.SuspendedYearLine, _number(2000, 2099))
        | CLAUSE
        | _tables()
    )
    return syn.File(NOWHERE.source, tuple(draw(st.lists(line, min_size=1, max_size=6))))
