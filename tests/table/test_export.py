"""Exported rules mean in every database what they mean in the record engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from attrs import evolve, frozen
from hypothesis import strategies as st

import rulelang
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Definition, Ruleset, priority_outcome
from rulelang.core.tree import NOT_RATED, Bound, Call, Const, Get, Interval, Node, NotRated, Value
from rulelang.core.vocabulary import Scope
from rulelang.data.records import records_from_rows
from rulelang.engine.determination import determine_all
from rulelang.engine.evaluate import Evaluation, evaluate, evaluate_all
from rulelang.engine.levels import LevelResult, results_of
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.table.export import Script, script_of
from rulelang.engine.table.facts import INPUT_TABLES, Names
from rulelang.engine.table.result_views import DETERMINATIONS, GROUP_RESULTS, LEA_RESULTS, LEVELS, PRIORITIES
from tests.engine.building import bands
from tests.engine.building import ruleset as small_ruleset
from tests.entities.small_state import entity, rules_in
from tests.strategies.effort import drawn
from tests.strategies.records import counted_records, records
from tests.table.databases import Database, DuckDB, Snowflake, Spark, Tables, TextRow, postgres_server
from tests.table.load_records import load_records, years_read

pytestmark = [
    pytest.mark.databases,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result"),  # of fakesnow
]

CANNOT_TELL = "cannot tell"
SHIPPED = ("assistance/2018", "assistance/2020", "assistance/2022", "assistance/2025", "dashboard/2025")


@frozen
class Case:
    """A ruleset and records for it, with what the record engine makes of them; the LEA of a row is its place."""

    prepared: Prepared
    tables: Tables
    evaluations: tuple[Evaluation, ...]

    @property
    def rules(self) -> Ruleset:
        return self.prepared.ruleset


def case_of(prepared: Prepared, given_records: Sequence[LeaRecord]) -> Case:
    loaded = load_records(prepared, given_records)
    kept = [record for place, record in enumerate(given_records) if place not in loaded.odd]
    loaded = load_records(prepared, kept)
    cells = [
        (*row[:6], None if row[6] is None else Decimal(row[6]) / loaded.formats((row[3], row[4])).units)
        for row in loaded.rows["cells"]
    ]
    return Case(prepared, {**loaded.rows, "cells": cells}, tuple(evaluate_all(prepared, kept)))


# ---- What a database says, against what the record engine says ----


def run(case: Case, database: Database) -> None:
    database.run(script_of(case.rules, database.dialect), case.tables)


def differences(case: Case, database: Database) -> list[str]:
    """Return where a database says something else than the record engine, for every definition of the year."""
    of_leas = {row["lea"]: row for row in database.rows(LEA_RESULTS)}
    has_groups = any(one.scope is Scope.GROUP for one in case.rules.definitions.values())
    group_rows = database.rows(GROUP_RESULTS) if has_groups else []
    of_groups = {(row["lea"], row["student_group"]): row for row in group_rows}
    assert len(of_leas) == len(case.evaluations)
    assert not has_groups or len(of_groups) == len(case.evaluations) * len(case.prepared.groups)
    found = []
    columns = {scope: Names() for scope in Scope}
    for (year, name), position in case.prepared.positions.items():
        scope = case.prepared.steps[position].scope
        if year != case.rules.year:
            continue
        column = columns[scope].of(name, name)
        for at, evaluation in enumerate(case.evaluations):
            groups = case.prepared.groups if scope is Scope.GROUP else case.prepared.groups[:1]
            for index, group in enumerate(groups):
                row = of_leas[str(at)] if scope is Scope.LEA else of_groups[str(at), group.name]
                value = evaluation.at(position, index)
                if told(row, column) != shown(value):
                    found.append(f"{name} of {group.name}: {told(row, column)}, not {shown(value)}")
    return found


def told(row: TextRow, column: str) -> object:
    """Return what stands in the column of a row, a number as such."""
    rated = row.get(f"{column}_rated")
    if rated is None:
        return row[column]
    return (Fraction(row[column]) / Fraction(row[f"{column}_denominator"])) if rated == "1" else _UNRATED[rated]


_UNRATED = {"": "", "0": "not rated"}


def shown(value: Value) -> object:
    """Return a value as results say it."""
    if isinstance(value, NotRated):
        return "not rated"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def wrong_determinations(case: Case, database: Database) -> list[str]:
    """Return the rows that differ from the determinations of the record engine, and its priorities and rules."""
    rows = {row["lea"]: row for row in database.rows(DETERMINATIONS)}
    of_groups = {(row["lea"], row["student_group"]): row for row in groups_met(case, database)}
    assert len(rows) == len(case.evaluations)
    found = []
    every = determine_all(case.prepared, [evaluation.record for evaluation in case.evaluations])
    for at, given_ in enumerate(every):
        row = rows[str(at)]
        expected = {"determination": given_.outcome, "published": given_.published, "label": given_.label}
        answers = {**given_.methods, **given_.referrals}
        expected |= {slug(name): str(shown(answer)) for name, answer in answers.items()}
        found += [f"{at} {name}: {row[name]}, not {value}" for name, value in expected.items() if row[name] != value]
        for result in given_.groups if of_groups else ():
            row = of_groups[str(at), result.group.name]
            met = tuple(number for number in case.rules.priorities if row.get(of_priority(number)) == "true")
            held = tuple(name for name in group_rules(case.rules) if row[slug(name)] == "true")
            if (met, held) != (result.priorities, result.rules):
                found.append(f"{at} {result}: {met}, {held}")
    return found


def groups_met(case: Case, database: Database) -> list[TextRow]:
    return database.rows(PRIORITIES) if case.rules.priorities and case.rules.suspended is None else []


def group_rules(rules: Ruleset) -> list[str]:
    return [rule.name for rule in rules.rules if rules.definitions[rules.year, rule.name].scope is Scope.GROUP]


def of_priority(number: int) -> str:
    return slug(priority_outcome(number))


def slug(name: str) -> str:
    return Names().of(name, name)


def wrong_levels(case: Case, database: Database) -> list[str]:
    """Return the rows that differ from the levels of the record engine."""
    rows = {(row["lea"], row["student_group"], row["indicator"]): row for row in database.rows(LEVELS)}
    found = []
    for at, evaluation in enumerate(case.evaluations):
        for result in results_of(evaluation):
            group = result.group.name if result.group is not None else ""
            row = rows.pop((str(at), group, result.indicator))
            found += [f"{at} {group} {result.indicator} {difference}" for difference in _differing(row, result)]
    return [*found, *map(str, rows)]


def _differing(row: TextRow, result: LevelResult) -> Iterator[str]:
    for scale, level in result.levels.items():
        expected = shown(level) or CANNOT_TELL
        if row[slug(scale)] != expected:
            yield f"{scale}: {row[slug(scale)]}, not {expected}"
        if scale in result.numbers:
            number = told(row, f"{slug(scale)}_number")
            if number != shown(result.numbers[scale]):
                yield f"{scale}: {number}, not {result.numbers[scale]}"


# ---- The databases ----


@pytest.fixture(
    scope="module", params=["duckdb", "postgres", "snowflake", pytest.param("spark", marks=pytest.mark.spark)]
)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    # Not below the folder of the tests, which the user that PostgreSQL must run as may not enter.
    with TemporaryDirectory(prefix="rulelang-") as folder:
        if request.param == "postgres":
            with postgres_server(Path(folder)) as server:
                yield server
        elif request.param == "spark":
            yield Spark(request.getfixturevalue("spark"))
        elif request.param == "snowflake":
            pytest.importorskip("fakesnow", reason="fakesnow, which runs Snowflake's SQL, is not installed")
            yield Snowflake()
        else:
            pytest.importorskip("duckdb", reason="DuckDB is not installed")
            yield DuckDB()


# ---- Random records ----


@cache
def shipped(name: str) -> Prepared:
    return prepare(rulelang.load(name).rules)


def case_records(prepared: Prepared) -> st.SearchStrategy[LeaRecord]:
    kind = counted_records if prepared.ruleset.levels else records
    return kind(prepared.ruleset.vocabulary, sorted(years_read(prepared)) or [prepared.ruleset.year])


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_database_agrees_with_the_record_engine(name: str, database: Database) -> None:
    prepared = shipped(name)
    case = case_of(prepared, drawn(case_records(prepared), 40))
    assert case.tables["cells"] or not years_read(prepared)
    run(case, database)
    if isinstance(database, DuckDB):  # these two take it seconds where rules are long; the shorter tests keep them
        database.connections[0].execute("SET disabled_optimizers = 'cte_inlining, statistics_propagation'")
    assert differences(case, database) == []
    wrong = wrong_levels if prepared.ruleset.levels else wrong_determinations
    assert wrong(case, database) == []


# ---- Records made by hand ----


CHANGE = Call("minus", tuple(Get(2018, ("ELA", name), Scope.GROUP) for name in ("points", "last year's points")))
MEASURES: Mapping[str, Node] = {
    "change": CHANGE,
    "order": Call("rounded", (Call("divided by", (CHANGE, Const(Fraction(7)))), Const(Fraction(1)))),
    "level": bands(
        Call("divided by", (CHANGE, Const(Fraction(3)))),
        ("Low", Interval(None, Bound(Fraction(-1, 3), included=True))),
        ("Medium", Interval(Bound(Fraction(-1, 3), included=False), Bound(Fraction(2), included=False))),
        ("High", Interval(Bound(Fraction(2), included=True), None)),
    ),
}
PAIRS = [
    ("-7", "0"),
    ("1", "2"),
    ("0", "1"),
    ("5", "-1"),
    ("6", "0"),
    ("6.001", "0.002"),
    ("0.7", "0.35"),
    ("-0.35", "0"),
    ("0.1", "-0.2"),
    ("999999999.999", "-999999999.999"),
    (None, "3"),
    ("3", None),
    ("7", "7"),
]


def test_numbers_stay_exact(database: Database) -> None:
    given_ = small_ruleset(2018)
    definitions = {(2018, name): Definition(2018, name, node, Scope.GROUP) for name, node in MEASURES.items()}
    rules = evolve(given_, definitions={**given_.definitions, **definitions})
    group = rules.vocabulary.groups[0].name
    made = [record_of({group: {("ELA", "points"): Reading(None), ("ELA", "last year's points"): Reading(None)}})]
    for points, before in PAIRS:
        numbers = {"points": points, "last year's points": before}
        readings = {("ELA", name): Reading(Fraction(one)) for name, one in numbers.items() if one is not None}
        made.append(record_of({group: readings}))
    case = case_of(prepare(rules), made)
    assert {evaluation.at(case.prepared.positions[2018, "order"], 0) for evaluation in case.evaluations} > {
        None,
        NOT_RATED,
        Fraction(1, 10),
        Fraction(-1, 10),
    }
    run(case, database)
    assert differences(case, database) == []


def record_of(groups: dict[str, dict[tuple[str, str], Reading]]) -> LeaRecord:
    return LeaRecord("", "", "", "school district", {2018: YearFacts(groups)})


@pytest.fixture(scope="module")
def rated_campuses(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Return rules that compare a fact of every type, alone and in tables of values."""
    folder = tmp_path_factory.mktemp("campuses")
    (folder / "vocabulary.rules").write_text(CAMPUSES, encoding="utf-8")
    (folder / "2024.rules").write_text(RATINGS, encoding="utf-8")
    return prepare(rulelang.load(folder / "2024.rules").rules)


CAMPUSES = """vocabulary Campuses

Dashboard years 2024

kinds of campus
  | kind   | plural   |
  | campus | campuses |

facts of the campus
  | fact        | is a    |
  | enrollment  | number  |
  | budget      | dollars |
  | opened      | date    |
  | campus type | text    |
  | first time | yes or no |

outcomes
  | outcome | is a          |
  | Old     | determination |
  | New     | determination |
  | Rich    | referral      |
  | Large   | referral      |
  | Grades  | referral      |
  | Early  | referral      |
"""

RATINGS = """ruleset Ratings 2024
  uses Campuses vocabulary

table grades of a campus
  | campus type       | opened             | grades        |
  | high, high school | any                | "High School" |
  | any other         | below 2001-01-01   | "K-8"         |
  | any other         | 2001-01-01 or more | "K-5"         |

table early from
  | first time | opened                     | from |
  | yes        | any                        | 1    |
  | no         | below 2001-01-01           | 2    |
  | no         | 2001-01-01 or more         | 3    |

table large from
  | grades of a campus | students |
  | High School        | 1,000    |
  | any other          | 500      |

for campuses
  N: opened is on or after July 1, 2022 → New
  O: otherwise → Old
  R: budget is above $100,000.50 and opened + 365 is after 2022-06-30 → Rich
  L: enrollment is 30 or more and enrollment is large from or more → Large
  E: first time is yes or early from is 2 or less → Early
  G: grades of a campus is "high school" or campus type is "middle" → Grades
"""

_FACTS = {
    "campus type": ["High", " high school ", "MIDDLE", "primary", "Not Rated", "unknown", "", None],
    "opened": ["2022-06-30", "2022-07-01", "1999-12-31", "not rated", "unknown", "", None],
    "budget": ["100000.50", "100000.51", "not rated", None],
    "enrollment": ["500", "1000", "not rated", None],
}
"""How people write facts in plain records, and in the table of a database."""

_ANSWERS = ["Yes", " N ", "TRUE", "not rated", None]
"""How they say yes and no: one of them in each case, so that each stands beside all facts of the others."""


def test_a_fact_of_every_type_means_in_a_database_what_it_means_in_plain_records(
    rated_campuses: Prepared, database: Database
) -> None:
    cases = [
        dict(zip(_FACTS, said, strict=True)) | {"first time": _ANSWERS[at % len(_ANSWERS)]}
        for at, said in enumerate(product(*_FACTS.values()))
    ]
    rows = [{"campus_code": str(at), "year": 2024, **_columns(case)} for at, case in enumerate(cases)]
    data = records_from_rows(rated_campuses.ruleset.vocabulary, rows)
    assert data.diagnostics == ()
    by_code = {record.code: record for record in data.records}
    records_in_order = [by_code[str(at)] for at in range(len(cases))]
    blank = None, ""
    cells = [
        (str(at), 2024, blank[at % 2], blank[at % 3 > 0], name, *_cell(name, said))
        for at, case in enumerate(cases)
        for name, said in case.items()
    ]
    tables: Tables = {"leas": [(str(at), "campus") for at in range(len(cases))], "cells": cells}
    case = Case(rated_campuses, tables, tuple(evaluate_all(rated_campuses, records_in_order)))
    run(case, database)
    assert differences(case, database) == []
    assert wrong_determinations(case, database) == []
    outcomes = {tuple(row.values())[2:] for row in database.rows(DETERMINATIONS)}
    assert len(outcomes) > 8


def test_a_text_that_rules_work_out_is_in_the_levels_of_a_script(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    (tmp_path / "vocabulary.rules").write_text(CAMPUSES, encoding="utf-8")
    (tmp_path / "2024.rules").write_text(RATINGS.partition("for campuses")[0], encoding="utf-8")
    connection = duckdb.connect(":memory:")
    connection.execute(str(script_of(rulelang.load(tmp_path / "2024.rules").rules, "duckdb")))
    connection.execute("INSERT INTO leas VALUES ('1', 'campus'), ('2', 'campus')")
    connection.execute("INSERT INTO cells VALUES ('1', 2024, NULL, '', 'campus type', 'High', NULL)")
    connection.execute("INSERT INTO cells VALUES ('1', 2024, NULL, '', 'opened', '2022-07-01', NULL)")
    query = "SELECT lea, grades_of_a_campus, large_from FROM levels ORDER BY lea"
    assert connection.execute(query).fetchall() == [("1", "High School", 1000), ("2", None, None)]


def _columns(case: Mapping[str, str | None]) -> dict[str, str]:
    return {name.replace(" ", "_"): said or "" for name, said in case.items()}


def _cell(name: str, said: str | None) -> tuple[str | None, Decimal | None]:
    """Return the level and the number of the row of a fact."""
    if said is None or name not in ("budget", "enrollment") or said == "not rated":
        return said, None
    return None, Decimal(said)


@pytest.mark.slow
def test_what_is_unknown_is_not_taken_for_no(database: Database) -> None:
    """One LEA of which nothing is known, one whose files are silent, one that qualifies, and one of no known kind."""
    prepared = shipped("assistance/2025")
    indicators = frozenset(indicator.name for indicator in prepared.ruleset.vocabulary.indicators)
    red = {(name, "color"): Reading("Red") for name in ("ELA", "Math", "Suspension Rate", "Chronic Absenteeism")}
    silent = {year: YearFacts(silent=indicators) for year in years_read(prepared)}
    low = {year: YearFacts(groups={"White": red}, silent=indicators) for year in years_read(prepared)}
    kinds = ["school district", "charter school"]
    made = [LeaRecord("", "", "", kind, years) for kind in [*kinds, "moon base"] for years in ({}, silent, low)]
    case = case_of(prepared, made)
    run(case, database)
    outcomes = [row["determination"] for row in sorted(database.rows(DETERMINATIONS), key=lambda row: int(row["lea"]))]
    assert outcomes[:3] == [CANNOT_TELL, "General Assistance", "Differentiated Assistance"]
    assert len(set(outcomes)) > 3
    assert differences(case, database) == []
    assert wrong_determinations(case, database) == []


def test_a_difference_is_found() -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    prepared = shipped("assistance/2025")
    case = case_of(prepared, [LeaRecord("", "", "", "school district", {})])
    database = DuckDB()
    run(case, database)
    silent = YearFacts(silent=frozenset(indicator.name for indicator in prepared.ruleset.vocabulary.indicators))
    other = evaluate(prepared, LeaRecord("", "", "", "school district", {2025: silent}))
    assert differences(evolve(case, evaluations=(other,)), database)
    assert wrong_determinations(evolve(case, evaluations=(other,)), database)


def test_the_tables_are_those_of_the_script() -> None:
    script: Script = script_of(shipped("assistance/2020").ruleset, "duckdb")
    assert [one.name for one in script.statements if not one.is_view] == list(INPUT_TABLES)


def test_spark_is_given_no_chain_of_named_parts_and_no_union_of_groups() -> None:
    """Spark is slow to plan the one, and where rules look back it may fail on the other."""
    rules = shipped("assistance/2022").ruleset
    has_parts = {dialect: "WITH " in str(script_of(rules, dialect)) for dialect in ("duckdb", "spark")}
    assert has_parts == {"duckdb": True, "spark": False}
    assert "UNION" not in str(script_of(rules, "spark"))


# ---- Measures of student groups ----

SHARES = """ruleset Practice 2023
  uses California Dashboard Levels vocabulary

measure share suspended = suspended students of Suspension Rate ÷ students of Suspension Rate, as a percent

for Chronic Absenteeism
  measure absent = chronically absent students ÷ students, as a percent
"""


def test_a_measure_of_no_indicator_has_a_row_for_each_student_group(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    (tmp_path / "2023.rules").write_text(SHARES, encoding="utf-8")
    loaded, counts = rulelang.load(tmp_path / "2023.rules"), [("White", 3, 100), ("Asian", 1, 160)]
    rows = [
        {**of, "student_group": group, "indicator": "Suspension Rate", "number": name, "value": value}
        for group, *values in counts
        for of in [{"lea_code": "01611190000000", "year": 2023}]
        for name, value in zip(("suspended students", "students"), values, strict=True)
    ]
    rows.append({**rows[0], "student_group": "Hispanic", "indicator": "Chronic Absenteeism", "number": "students"})
    case, database = case_of(prepare(loaded.rules), loaded.records(rows).records), DuckDB()
    run(case, database)
    assert wrong_levels(case, database) == []
    found = {
        row["student_group"]: told(row, "share_suspended") for row in database.rows(LEVELS) if not row["indicator"]
    }
    assert found == {"White": 3, "Asian": Fraction(5, 8)}


# ---- Rules that relate entities ----


RULES: Final = """\
for schools
  S: graduates is below 100 → CSI
  O: enrollment of the district is above 900 and graduates is below 200 → CSI
  R: English Learners are Red on ELA → CSI
  otherwise → None
for school districts
  D: 2 or more schools of the district are CSI → Assistance
  G: any school of the district is CSI and base grant of the county is above $5 → Assistance
  otherwise → No Assistance
for counties
  C: at least half of the schools of the county are CSI → Assistance
  otherwise → No Assistance
"""

STATE: Final = (
    entity("county", "C1", base_grant=7),
    entity("county", "C2", base_grant=3),
    entity("school district", "D1", "C1", enrollment=1000),
    entity("school district", "D2", "C1", enrollment=100),
    entity("school district", "D3", "C2", enrollment=100),
    entity("school", "S1", "D1", graduates=150, graduating_class=20),
    entity("school", "S2", "D1", graduates=90, graduating_class=20),
    entity("school", "S3", "D2", graduates=150, graduating_class=20),
    entity("school", "S4", "D2", graduating_class=5),
    entity("school", "S5", "D3", graduates=300, graduating_class=5),
    entity("school", "S6", "nobody", graduates=90),
    entity("school", "S3", "D2", indicator="ELA", student_group="EL", level="Red"),
    entity("school", "S5", "D3", indicator="ELA", student_group="EL", level="Green"),
)


@pytest.mark.parametrize("closed", ["", "S2"])
def test_entities_that_belong_together_agree(closed: str, database: Database, tmp_path: Path) -> None:
    rules, codes = rules_in(tmp_path, RULES)
    assert rules is not None, codes
    data = records_from_rows(rules.vocabulary, [{"year": 2023, **row} for row in STATE])
    assert [one.message for one in data.diagnostics] == []
    gone = [evolve(one, only_in=frozenset({2022})) for one in data.records if one.code == closed]
    case = case_of(prepare(rules), [*(one for one in data.records if one.code != closed), *gone])
    run(case, database)
    assert differences(case, database) == []
    assert wrong_determinations(case, database) == []
    shown = {row["determination"] for row in database.rows(DETERMINATIONS)}
    assert shown == {"CSI", "None", "Assistance", "No Assistance", CANNOT_TELL}
