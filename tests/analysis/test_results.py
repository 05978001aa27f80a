"""The tables of a run, its summary, and the data a ruleset needs."""

from __future__ import annotations

import pytest
from attrs import evolve

from rulelang.analysis.gather import data_needed
from rulelang.analysis.result_tables import DETERMINATION_COLUMNS, REASON_COLUMNS
from rulelang.analysis.summary import Summing
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Definition, LevelRule
from rulelang.core.tree import Get
from rulelang.core.vocabulary import Outcome, Scope
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import evaluate_batches
from rulelang.engine.result_plan import plan_of
from rulelang.engine.steps import prepare
from tests.analysis.counting import summarize
from tests.engine.building import record_of, ruleset
from tests.engine.determined import determine
from tests.table.each_lea import determination_table, reason_table

RULES = ruleset(2018)
PREPARED = prepare(RULES)


def determined(*facts: str, code: str = "123", county: str = "Monterey") -> Determination:
    return determine(PREPARED, evolve(record_of(facts), code=code, county=county))


RED = determined("2018 Homeless: Red on Graduation Rate, Red on Suspension Rate", "2018 White: Red on Graduation Rate")
LOCAL = determined(
    "2018: Not Met for Two or More Years on School Climate, Not Met for Two or More Years on Basics",
    code="124",
    county="Alpine",
)
UNTOLD = determined("2018 Homeless: Red on Graduation Rate, unknown on Suspension Rate", code="125")
FINE = determined("2018 White: Blue on ELA", code="126")


def test_the_columns_other_tools_rely_on_come_first_and_are_all_there() -> None:
    assert {"cds", "lea", "county", "kind", "year", "determination", "methods", "student_groups"} <= {
        *DETERMINATION_COLUMNS
    }
    assert {"cds", "year", "student_group", "priority", "rule", "evidence"} <= {*REASON_COLUMNS}


def test_a_row_for_each_lea() -> None:
    rows = [dict(zip(DETERMINATION_COLUMNS, row, strict=True)) for row in determination_table([RED, LOCAL]).rows]
    assert rows[0] | {"needs": ""} == rows[0]
    assert (rows[0]["cds"], rows[0]["year"], rows[0]["methods"], rows[0]["student_groups"]) == (
        "123",
        2018,
        "Method 1",
        "HOM",
    )
    assert (rows[1]["determination"], rows[1]["methods"], rows[1]["student_groups"]) == (
        "Differentiated Assistance",
        "Method 2",
        "",
    )


def test_a_determination_that_cannot_be_told_says_what_it_needs() -> None:
    [row] = [dict(zip(DETERMINATION_COLUMNS, row, strict=True)) for row in determination_table([UNTOLD]).rows]
    assert (row["determination"], row["published"]) == ("cannot tell", "General Assistance")
    assert "Suspension Rate color of Homeless in 2018" in str(row["needs"])


def test_a_row_for_each_rule_that_held() -> None:
    rows = [dict(zip(REASON_COLUMNS, row, strict=True)) for row in reason_table([RED, FINE]).rows]
    of_groups = {(row["student_group"], row["rule"], row["priority"]) for row in rows if row["student_group"]}
    assert of_groups == {("HOM", "5a", 5), ("HOM", "6a", 6), ("WH", "5a", 5)}
    of_leas = {(row["cds"], row["rule"]) for row in rows if not row["student_group"]}
    assert of_leas == {("123", "M1"), ("123", "DA"), ("126", "GA")}
    assert all(row["evidence"] for row in rows if row["student_group"])


def records_of(*determinations: Determination) -> list[LeaRecord]:
    return [one.record for one in determinations]


def test_the_summary_counts_every_lea_once() -> None:
    summary = summarize(PREPARED, records_of(RED, LOCAL, UNTOLD, FINE))
    assert summary.leas == 4
    assert summary.by_determination == {
        "Differentiated Assistance": 2,
        "General Assistance": 1,
        "cannot tell": 1,
    }
    assert next(iter(summary.by_determination)) == "Differentiated Assistance"
    assert [(one.name, one.met, one.unknown) for one in summary.by_method] == [
        ("Method 1", 1, 1),
        ("Method 2", 1, 0),
        ("Method 3", 0, 1),
    ]
    assert [one.name for one in summary.by_referral] == ["EC 52072 referral"]
    assert list(summary.by_county) == ["Alpine", "Monterey"]
    assert sum(sum(counts.values()) for counts in summary.by_county.values()) == 4


def test_the_summary_counts_priorities_and_student_groups() -> None:
    summary = summarize(PREPARED, records_of(RED))
    assert {item.number: (item.leas, item.groups, item.whole) for item in summary.by_priority} == {
        1: (0, 0, 0),
        4: (0, 0, 0),
        5: (1, 2, 0),
        6: (1, 1, 0),
    }
    counts = {item.code: (item.any_priority, item.enough) for item in summary.by_group}
    assert counts == {"AA": (0, 0), "EL": (0, 0), "HOM": (1, 1), "WH": (1, 0)}


def test_what_an_lea_meets_as_a_whole_counts_once_and_not_for_each_student_group() -> None:
    summary = summarize(PREPARED, records_of(RED, LOCAL))
    counts = {item.number: (item.leas, item.groups, item.whole) for item in summary.by_priority}
    assert counts[1] == (1, 0, 1)
    assert counts[6] == (2, 1, 1)


def test_the_summary_says_of_how_many_leas_the_files_by_student_group_say_nothing() -> None:
    only_local = evolve(
        LOCAL.record, years={2018: evolve(LOCAL.record.years[2018], silent=frozenset({"Basics", "School Climate"}))}
    )
    summary = summarize(PREPARED, [RED.record, only_local, evolve(RED.record, years={})])
    assert summary.without_rows == {"state": 2}
    assert summarize(PREPARED, records_of(RED, FINE)).without_rows == {}


def test_the_summary_counts_those_asked_for() -> None:
    records = records_of(RED, LOCAL, UNTOLD, FINE)
    summing = Summing(plan_of(PREPARED), {RED.record.code, FINE.record.code})
    for batch in evaluate_batches(PREPARED, records):
        summing.add(batch)
    assert summing.summary() == summarize(PREPARED, records_of(RED, FINE))


def test_the_summary_counts_labels() -> None:
    assert summarize(PREPARED, records_of(RED, UNTOLD)).by_label == {"Differentiated Assistance": 1, "cannot tell": 1}


COLUMNED = evolve(
    ruleset(2019, history=(2017, 2018)),
    vocabulary=evolve(
        RULES.vocabulary,
        outcomes=(
            *RULES.vocabulary.outcomes,
            Outcome("EC 52072 referral", "referral", column="ec52072"),
            Outcome("Another referral", "referral", column="another"),
        ),
    ),
)


@pytest.mark.parametrize(
    "red, fine, answer",
    [((2017, 2018), (2019,), "yes"), ((2017,), (2018, 2019), "no"), ((2017,), (2019,), "cannot tell")],
)
def test_a_referral_that_the_vocabulary_gives_a_column_has_one(
    red: tuple[int, ...], fine: tuple[int, ...], answer: str
) -> None:
    reds = [
        f"{year} {group}: Red on Graduation Rate, Red on Suspension Rate"
        for year in red
        for group in ("White", "Homeless")
    ]
    fines = [f"{year} White: Blue on ELA" for year in fine]
    table = determination_table([determine(prepare(COLUMNED), record_of([*reds, *fines]))])
    [row] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert row["ec52072"] == answer
    assert row["another"] == ""
    assert (row["needs"] != "") == (answer == "cannot tell")


def test_the_summary_of_nothing_is_empty() -> None:
    summary = summarize(PREPARED, [])
    assert (summary.leas, summary.by_determination, summary.by_county) == (0, {}, {})


def test_a_ruleset_needs_its_own_year() -> None:
    assert data_needed(RULES) == {2018: frozenset({"state", "local"})}


def test_a_ruleset_with_history_needs_the_years_it_looks_back_on() -> None:
    needed = data_needed(ruleset(2019, history=(2017, 2018)))
    assert list(needed) == [2017, 2018, 2019]
    assert "state" in needed[2017]


def test_rules_that_work_out_levels_need_only_the_kinds_they_read() -> None:
    rule = LevelRule("bands", "ELA Status", "bands ELA Status", 2018, "ELA", "Status")
    asked = Definition(2018, "ELA Status", Get(2018, ("ELA", "students"), Scope.GROUP), Scope.GROUP)
    levels = evolve(RULES, levels=(rule,), definitions={(2018, "ELA Status"): asked})
    assert data_needed(levels) == {2018: frozenset({"state"})}
    assert data_needed(evolve(levels, levels=())) == {2018: frozenset({"state", "local"})}
