"""Reasons worded for many LEAs at once are those of each by itself, whatever the rules and the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rulelang.analysis.batch_tables import tables_over
from rulelang.analysis.result_tables import ResultTable
from rulelang.core.ruleset import Definition, DefinitionKey, Rule, Ruleset
from rulelang.core.tree import (
    Arm,
    Call,
    Const,
    Fold,
    Get,
    Item,
    Listed,
    Node,
    Ref,
    Self,
    StudentGroups,
    choice,
    scope_of,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.data.records import records_from_rows
from rulelang.engine.steps import Prepared, prepare
from rulelang.syntax import tree as syn
from tests.compiler.checking import clean
from tests.engine.determined import determine
from tests.language.words import SMALL
from tests.strategies.effort import EFFORT
from tests.strategies.nodes import COLORS, LEVELS_AND_NUMBERS, STATUS, YEARS
from tests.strategies.rule_files import rulesets
from tests.table.each_lea import determination_table, reason_table

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")

Row = tuple[str, int, str, str, str]
COLUMNS = ("lea_code", "year", "student_group", "indicator", "level")
CODES = ("01611190000000", "01611190130229", "01100170000000", "01100170112607")


def few(examples: int) -> settings:
    """Return settings for so many rulesets, times the effort."""
    return settings(
        max_examples=examples * EFFORT,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


def by_batch(prepared: Prepared, rows: Sequence[Row]) -> tuple[ResultTable, ...]:
    """Return the results of all rows at once."""
    with duckdb.connect() as connection:
        parts = ", ".join(f"unnest(?::{'INT' if name == 'year' else 'TEXT'}[]) AS {name}" for name in COLUMNS)
        connection.execute(
            f"CREATE TABLE records AS SELECT {parts}", [list(column) for column in zip(*rows, strict=True)]
        )
        return tables_over(prepared, connection, reasons=True)


def one_by_one(prepared: Prepared, rows: Sequence[Row]) -> tuple[ResultTable, ...]:
    """Return the same of each LEA by itself."""
    data = records_from_rows(prepared.ruleset.vocabulary, [dict(zip(COLUMNS, row, strict=True)) for row in rows])
    assert data.diagnostics == ()
    found = [determine(prepared, record) for record in data.records]
    return determination_table(found), reason_table(found)


def cells_of(vocabulary: Vocabulary, years: Sequence[int]) -> list[tuple[int, str, str, Sequence[str]]]:
    """Return what a row may be about: year, student group, indicator and the levels that can be told apart."""
    cells: list[tuple[int, str, str, Sequence[str]]] = []
    for year in years:
        for one in vocabulary.indicators:
            of_year = [group.codes[0] for group in vocabulary.groups_in(year) if one.is_reported_for(group.name)]
            groups = of_year if one.scope is Scope.GROUP else [""]
            scales = [scale for scale in one.scales if one.reports(scale, year)]
            levels = [level for scale in scales for level in vocabulary.scale(scale).levels]
            told = [level for level in levels if levels.count(level) == 1]
            cells += [(year, group, one.name, [*told, "not rated"]) for group in groups]
    return cells


@st.composite
def some_rows(draw: st.DrawFn, vocabulary: Vocabulary, years: Sequence[int], codes: Sequence[str]) -> list[Row]:
    """Return rows of LEAs that have many cells of some years, and perhaps none of others."""
    cells = cells_of(vocabulary, years)
    found: list[Row] = []
    for code in codes:
        random = draw(st.randoms(use_true_random=False))
        there = {year: random.choice([0.0, 0.3, 0.9]) for year in years}
        usual = random.choice([0.0, 0.5, 0.9])
        for year, group, indicator, levels in cells:
            if random.random() < there[year]:
                level = levels[0] if random.random() < usual else random.choice(list(levels))
                found.append((code, year, group, indicator, level))
    return found


# ---- Rule files ----


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all cases of a test; each writes the same files anew."""
    found = tmp_path_factory.mktemp("rules")
    (found / "vocabulary.rules").touch()
    return found


@pytest.mark.slow
@few(5)
@given(file=rulesets(2018), rows=some_rows(SMALL, [2017, 2018], CODES).filter(bool))
def test_rule_files_have_the_same_reasons_one_by_one(file: syn.File, rows: list[Row], folder: Path) -> None:
    _, found = clean(file, folder)
    assert found.ruleset is not None
    prepared = prepare(found.ruleset)
    assert by_batch(prepared, rows) == one_by_one(prepared, rows)


# ---- Sentences of any shape ----

SHORT_CODES = ("111", "222", "3333")
QUANTITIES = st.builds(
    Quantity, st.sampled_from([Amount.AT_LEAST, Amount.AT_MOST, Amount.EVERY, Amount.EVERY_BUT]), st.integers(0, 2)
)


@st.composite
def sentences(draw: st.DrawFn, scope: Scope, depth: int, known: Mapping[DefinitionKey, Definition]) -> Node:
    """Return a condition of an LEA or of a student group, which may refer to those known."""
    inner = sentences(draw(st.sampled_from(Scope)) if scope is Scope.GROUP else scope, depth - 1, known)
    match draw(st.integers(0, 11 if depth else 3)):
        case 0 | 1:
            return draw(_tests(scope))
        case 2:
            mine = [one for one in known.values() if one.scope is scope]
            return Ref(2019, draw(st.sampled_from(mine)).name, scope) if mine else draw(_tests(scope))
        case 3:
            words = [group.name for group in LEVELS_AND_NUMBERS.groups] if scope is Scope.GROUP else ["district"]
            return Call("is one of", (Self(scope), Const(tuple(draw(_few(words))))))
        case 4 | 5:
            parts = tuple(draw(st.lists(inner, min_size=1, max_size=3)))
            return Call("and", parts) if draw(st.booleans()) else Call("or", parts)
        case 6:
            return Call(draw(st.sampled_from(["not", "not", "known or no"])), (draw(inner),))
        case 7:
            return Call("first known", (draw(inner), draw(inner)))
        case 8:
            arms = draw(st.lists(st.builds(Arm, inner, inner), min_size=1, max_size=2))
            return choice(arms, draw(inner | st.just(Const(None, "no source"))))
        case 9:
            things = draw(st.lists(st.tuples(inner, st.just(Const(True)) | inner), min_size=1, max_size=3))
            named = (Item(met, member, f"thing {at}") for at, (met, member) in enumerate(things))
            return Fold(draw(QUANTITIES), Listed("things"), tuple(named))
        case _:
            of_groups = sentences(Scope.GROUP, depth - 1, known)
            member = draw(st.just(Const(True)) | of_groups)
            return Fold(draw(QUANTITIES), StudentGroups(draw(st.sampled_from(YEARS))), (Item(draw(of_groups), member),))


@st.composite
def _tests(draw: st.DrawFn, scope: Scope) -> Node:
    scale = draw(st.sampled_from(["color", "Status"]))
    levels = COLORS if scale == "color" else STATUS
    indicator = draw(st.sampled_from(("ELA", "ELA", "ELPI") if scope is Scope.GROUP else ("Basics",)))
    default = draw(st.sampled_from([None, None, None, *levels]))
    field = Get(draw(st.sampled_from(YEARS)), (indicator, scale), scope, default)
    asked = Call("is one of", (field, Const(tuple(draw(_few(levels))))))
    return draw(st.sampled_from([asked, asked, Call("not", (asked,)), Call("is rated", (field,))]))


def _few(words: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True)


@st.composite
def rules_of_any_shape(draw: st.DrawFn) -> Ruleset:
    """Return a ruleset in which every definition is a rule."""
    definitions: dict[DefinitionKey, Definition] = {}
    for number in range(draw(st.integers(2, 6))):
        node = draw(sentences(draw(st.sampled_from(Scope)), 3, definitions))
        definitions[2019, f"it {number}"] = Definition(2019, f"it {number}", node, scope_of(node))
    rules = tuple(Rule(name, None, "Priority 4", "", frozenset(), 2019, 4) for _, name in definitions)
    return Ruleset("Nodes", 2019, LEVELS_AND_NUMBERS, definitions, rules)


@pytest.mark.slow
@few(60)
@given(ruleset=rules_of_any_shape(), rows=some_rows(LEVELS_AND_NUMBERS, YEARS, SHORT_CODES).filter(bool))
def test_sentences_of_any_shape_have_the_same_reasons_one_by_one(ruleset: Ruleset, rows: list[Row]) -> None:
    prepared = prepare(ruleset)
    ours = by_batch(prepared, rows)
    assert ours[1] == one_by_one(prepared, rows)[1]


# ---- What the words must tell apart ----


def ruleset_of(*nodes: Node) -> Ruleset:
    """Return a ruleset with a rule for each of some conditions."""
    definitions = {(2019, f"it {at}"): Definition(2019, f"it {at}", one, scope_of(one)) for at, one in enumerate(nodes)}
    rules = tuple(Rule(name, None, "Priority 4", "", frozenset(), 2019, 4) for _, name in definitions)
    return Ruleset("Nodes", 2019, LEVELS_AND_NUMBERS, definitions, rules)


ELA = Get(2019, ("ELA", "color"), Scope.GROUP)
STATUS_OF_ELA = Get(2019, ("ELA", "Status"), Scope.GROUP)
RED = Call("is one of", (ELA, Const(("Red",))))
ROWS: list[Row] = [
    ("111", 2019, "AA", "ELA", "Orange"),
    ("111", 2019, "EL", "ELA", "not rated"),
    ("111", 2019, "WH", "ELA", "Green"),
    ("111", 2019, "EL", "ELPI", "Green"),
    ("222", 2019, "AA", "ELA", "Red"),
    ("3333", 2018, "WH", "ELA", "Red"),
]


def evidence(ruleset: Ruleset, rows: Sequence[Row] = ROWS) -> dict[tuple[str, str, str], str]:
    """Return the evidence of each rule that holds, by LEA and student group."""
    prepared = prepare(ruleset)
    ours = by_batch(prepared, rows)
    assert ours[1] == one_by_one(prepared, rows)[1]
    return {(str(row[0]), str(row[2]), str(row[5])): str(row[6]) for row in ours[1].rows}


def test_levels_that_no_rule_asks_for_are_told_apart_where_they_are_shown() -> None:
    found = evidence(ruleset_of(Call("not", (RED,)), RED))
    assert found["111", "AA", "it 0"] == "ELA: Orange"
    assert found["111", "WH", "it 0"] == "ELA: Green"
    assert found["111", "EL", "it 0"] == "ELA: not rated (not rated in the records)"
    assert found["222", "EL", "it 0"] == "ELA: not rated (no row in the files)"
    assert found["222", "AA", "it 1"] == "ELA: Red"


def test_a_not_rated_row_is_told_from_a_missing_one_on_a_scale_without_any_level() -> None:
    found = evidence(ruleset_of(Call("not", (Call("is rated", (STATUS_OF_ELA,)),))))
    assert found["111", "EL", "it 0"] == "ELA: not rated (not rated in the records)"
    assert found["111", "AA", "it 0"] == "ELA: not rated (no row in the files)"


def test_two_rules_of_one_meaning_have_the_evidence_of_their_own_words() -> None:
    found = evidence(ruleset_of(RED, Ref(2019, "it 0", Scope.GROUP)))
    assert found["222", "AA", "it 0"] == "ELA: Red"
    assert found["222", "AA", "it 1"] == "it 0"


def test_an_answer_may_be_read_both_for_the_group_itself_and_for_all_of_them() -> None:
    """Of what a group that does not count has counted nothing is read, unless the rule speaks of it elsewhere."""
    known, green = Ref(2019, "it 0", Scope.GROUP), Call("is one of", (ELA, Const(("Green",))))
    both = Fold(Quantity(Amount.AT_LEAST, 2), Listed("things"), (Item(known, name="red"), Item(green, name="green")))
    nobody = Fold(Quantity(Amount.AT_MOST, 0), StudentGroups(2019), (Item(both),))
    found = evidence(ruleset_of(RED, Call("and", (known, nobody))))
    assert found["222", "AA", "it 1"] == "it 0; 0 of 4"


def test_rules_of_the_lea_alone_need_no_student_groups() -> None:
    basics = Call("is one of", (Get(2019, ("Basics", "color"), Scope.LEA), Const(("Red",))))
    found = evidence(ruleset_of(basics), [("111", 2019, "", "Basics", "Red"), ("222", 2019, "", "Basics", "Green")])
    assert found == {("111", "", "it 0"): "Basics: Red"}


def test_rules_beyond_the_bits_of_one_number_have_reasons() -> None:
    found = evidence(ruleset_of(*[RED] * 70, *[Call("not", (RED,))] * 2))
    assert {name for code, group, name in found if (code, group) == ("222", "AA")} == {f"it {at}" for at in range(70)}
    assert found["111", "WH", "it 71"] == "ELA: Green"
