"""Exported rules mean in every database what they mean in the record engine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlglot
from attrs import evolve, frozen
from sqlglot import exp

import rulelang
from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.ruleset import Definition, Ruleset
from rulelang.core.tree import NOT_RATED, Apply, Bands, Constant, Field, NotRated, Value
from rulelang.core.tree import Band as TreeBand
from rulelang.core.tree import Bound
from rulelang.core.vocabulary import Scope
from rulelang.engine.record import Evaluation, evaluate, prepare
from rulelang.engine.table.dialects import DIALECTS, in_dialect
from rulelang.engine.table.export import CANNOT_TELL, GROUP_RESULTS, LEA_RESULTS, OUTCOMES, Script, script_of
from rulelang.engine.table.facts import Names
from rulelang.engine.table.load import LoadedRecords, arrow_tables, load_records
from tests.engine.building import ruleset as small_ruleset
from tests.table.databases import Database, in_duckdb, in_postgres, in_spark, postgres_folder, postgres_server

CHANGE = Apply("minus", tuple(Field(2018, ("ELA", name), Scope.GROUP) for name in ("points", "last year's points")))
MEASURES = {
    "change": CHANGE,
    "share": Apply("rounded", (Apply("divided by", (CHANGE, Constant(Fraction(7)))), Constant(Fraction(1)))),
    "level": Bands(
        Apply("divided by", (CHANGE, Constant(Fraction(3)))),
        (
            TreeBand("Low", None, Bound(Fraction(-1, 3), included=True)),
            TreeBand("Medium", Bound(Fraction(-1, 3), included=False), Bound(Fraction(2), included=False)),
            TreeBand("High", Bound(Fraction(2), included=True), None),
        ),
    ),
}


@frozen
class Case:
    """A ruleset, records for it, and what the record engine makes of them."""

    ruleset: Ruleset
    loaded: LoadedRecords
    evaluations: tuple[Evaluation, ...]

    def script(self, dialect: str) -> Script:
        return script_of(self.ruleset, dialect)


def case_of(ruleset: Ruleset, records: Sequence[LeaRecord]) -> Case:
    prepared = prepare(ruleset)
    loaded = load_records(prepared, records)
    assert not loaded.odd
    return Case(ruleset, loaded, tuple(evaluate(prepared, record) for record in records))


def criteria() -> Case:
    """Return a year of criteria with history, lists of earlier years and values that are missing."""
    rules = rulelang.load("assistance/2023").rules
    chance = random.Random(5)  # noqa: S311  # the same records every time, nothing secret
    return case_of(rules, [_record(rules, chance, number) for number in range(60)])


def _record(rules: Ruleset, chance: random.Random, number: int) -> LeaRecord:
    vocabulary = rules.vocabulary
    years = {year: _year(rules, chance, year) for year in vocabulary.years if chance.random() < 0.9}
    return LeaRecord(str(number), "", "", chance.choice(vocabulary.kinds).name, years)


def _year(rules: Ruleset, chance: random.Random, year: int) -> YearFacts:
    vocabulary = rules.vocabulary

    def readings(scope: Scope) -> dict[tuple[str, str], Reading]:
        found = {}
        for indicator in vocabulary.indicators:
            for scale in indicator.scales:
                if indicator.scope is scope and chance.random() < 0.8:
                    levels = vocabulary.scale(scale).worst_first(indicator)
                    found[indicator.name, scale] = Reading(chance.choice((*levels[:1] * 3, *levels[:2], None)))
        return found

    listed = PublishedFacts({"White": frozenset({4, 5}), "Asian": frozenset({6, 8})})
    return YearFacts(
        groups={group.name: readings(Scope.GROUP) for group in vocabulary.groups if chance.random() < 0.4},
        lea=readings(Scope.LEA),
        silent=frozenset(one.name for one in vocabulary.indicators if chance.random() < 0.8),
        published=listed if chance.random() < 0.3 else None,
        group_count=chance.choice((None, 1, 2, 5)),
    )


def measures() -> Case:
    """Return a ruleset of numbers: differences, exact quotients, rounding and bands."""
    given = small_ruleset(2018)
    definitions = {(2018, name): Definition(2018, name, node, Scope.GROUP) for name, node in MEASURES.items()}
    rules = evolve(given, definitions={**given.definitions, **definitions})
    pairs = [(-7, 0), (1, 2), (0, 1), (5, -1), (6, 0), (None, 3), (3, None), (7, 7), (100, 3)]
    groups = [group.name for group in rules.vocabulary.groups]
    records = []
    for at, (points, before) in enumerate(pairs):
        numbers = {"points": points, "last year's points": before}
        readings = {("ELA", name): Reading(Fraction(one)) for name, one in numbers.items() if one is not None}
        if at == 0:
            readings = {key: Reading(None) for key in readings}
        records.append(LeaRecord(str(at), "", "", "school district", {2018: YearFacts({groups[0]: readings})}))
    return case_of(rules, records)


@pytest.fixture(scope="module", params=[criteria, measures], ids=["criteria", "measures"])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param()
    return found


def shown(name: str, value: Value) -> str:
    """Return a value as the results of exported rules say it."""
    if name in OUTCOMES:
        return value if isinstance(value, str) else CANNOT_TELL
    if isinstance(value, NotRated):
        return "not rated"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def differences(case: Case, database: Database) -> list[str]:
    """Return where a database says something else than the record engine, for every definition of the year."""
    found = []
    of_leas = {row["lea"]: row for row in database.rows(LEA_RESULTS)}
    of_groups = {(row["lea"], row["student_group"]): row for row in database.rows(GROUP_RESULTS)}
    assert len(of_leas) == len(case.evaluations)
    names = Names()
    for at, evaluation in enumerate(case.evaluations):
        prepared = evaluation.prepared
        for (year, name), position in prepared.positions.items():
            if year != case.ruleset.year:
                continue
            column = "".join(char if char.isalnum() else "_" for char in name.casefold())
            of_lea = prepared.steps[position].scope is Scope.LEA
            for index, group in enumerate(prepared.groups):
                row = of_leas[str(at)] if of_lea else of_groups[str(at), group.name]
                value = evaluation.at(position, index)
                if f"{column}_rated" in row:
                    differs = number_in(row, column) != value
                else:
                    differs = row[column] != shown(name, value)
                if differs:
                    found.append(f"{name} of {group.name}: {row[column]}, not {value}")
    return found


def number_in(row: dict[str, str], column: str) -> Value:
    """Return a number that stands in the columns of a row."""
    match row[f"{column}_rated"]:
        case "":
            return None
        case "0":
            return NOT_RATED
        case _:
            return Fraction(Decimal(row[column])) / Fraction(Decimal(row[f"{column}_denominator"]))


def test_duckdb_agrees_with_the_record_engine(case: Case) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    database = in_duckdb(duckdb, arrow_tables(case.loaded), str(case.script("duckdb")))
    assert differences(case, database) == []


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    programs = postgres_folder()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not below the folder of the tests, which the user that the server must run as may not enter.
    with TemporaryDirectory(prefix="rulelang-") as folder, postgres_server(programs, Path(folder)) as server:
        yield server


def test_postgres_agrees_with_the_record_engine(case: Case, postgres: Any) -> None:
    database = in_postgres(postgres, case.loaded.rows, str(case.script("postgres")))
    assert differences(case, database) == []


def test_spark_agrees_with_the_record_engine(case: Case, spark: Any) -> None:
    statements = [statement for _, _, statement in case.script("spark").views]
    assert differences(case, in_spark(spark, case.loaded.rows, statements)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read_back(case: Case, dialect: str) -> None:
    script = case.script(dialect)
    for name, _, statement in script.views:
        [view] = sqlglot.parse(statement, dialect=dialect)
        assert isinstance(view, exp.Create), name
        assert view.kind == "VIEW"
        assert view.this.name == name
        assert not list(view.find_all(exp.Command))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_number_becomes_a_binary_float(dialect: str) -> None:
    text = str(measures().script(dialect))
    for word in ("FLOAT", "DOUBLE", "REAL"):
        assert word not in text


def test_transact_sql_has_no_truth_values() -> None:
    script = criteria().script("tsql")
    for name, _, statement in script.views:
        assert "TRUE" not in statement.replace("(1 = 1)", ""), name
    assert "THEN 1" in str(script)


def test_rules_stand_in_the_comments() -> None:
    script = str(criteria().script("duckdb"))
    assert "4a: Red on both ELA and Math → Priority 4" in script
    assert "EC 52071(c)(1)" in script


def test_a_rule_cannot_end_the_comment_it_stands_in() -> None:
    rules = rulelang.load("assistance/2023").rules
    [first, *others] = rules.rules
    hostile = evolve(rules, rules=(evolve(first, text="x */ DROP TABLE leas; /* y"), *others))
    script = str(script_of(hostile, "duckdb"))
    assert "*/ DROP" not in script
    assert "* / DROP" in script


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="klingon"):
        in_dialect(exp.select("a"), "klingon")
