"""Results of many LEAs at once are those of each by itself: determinations, reasons and what would settle them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import rulelang
from rulelang.analysis.batch_tables import tables_of_records
from rulelang.analysis.result_tables import ResultTable
from rulelang.analysis.statewide import determine_records
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.data.records import read_record_files
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.explain import explain
from rulelang.engine.listed_priorities import ENOUGH, priorities_met
from rulelang.engine.steps import prepare
from tests.analysis.counting import summarize
from tests.engine.determined import determine
from tests.strategies.effort import EFFORT
from tests.strategies.records import records
from tests.table.each_lea import determination_table, reason_table

pytest.importorskip("duckdb", reason="DuckDB is not installed")

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published data are not at ../shared/data")
YEARS = (2017, 2018, 2019, 2022, 2023, 2024, 2025)
FEW = settings(
    max_examples=EFFORT, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
)


def told(determination: Determination) -> tuple[object, ...]:
    """Return everything a determination says, but for the evaluation it rests on."""
    one = determination
    answers = (one.methods, one.referrals, one.groups, one.lea_rules, one.settle)
    return one.record.code, one.outcome, one.published, one.label, *answers


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_tables_of_a_batch_are_those_of_each_lea(year: int) -> None:
    prepared = prepare(rulelang.load(f"assistance/{year}").rules)
    known = list(prepared.ruleset.vocabulary.years)

    @FEW
    @given(cases=st.lists(records(prepared.ruleset.vocabulary, known), min_size=12, max_size=12))
    def agrees(cases: list[LeaRecord]) -> None:
        ours, theirs = list(determine_all(prepared, cases)), [determine(prepared, record) for record in cases]
        assert [told(one) for one in ours] == [told(one) for one in theirs]
        assert tables_of_records(prepared, cases, reasons=True) == (determination_table(theirs), reason_table(theirs))
        assert [explain(one) for one in ours[:3]] == [explain(one) for one in theirs[:3]]
        for group in theirs[0].groups[:2]:
            assert explain(ours[0], group.group.name) == explain(theirs[0], group.group.name)

    agrees()


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_tables_of_published_data_are_those_of_each_lea(year: int) -> None:
    ruleset = rulelang.load(f"assistance/{year}")
    folders = [DATA / str(one) for one in ruleset.years_needed if (DATA / str(one)).is_dir()]
    cases = ruleset.read(folders).records
    if not cases:
        pytest.skip(f"no files of {year} at ../shared/data")
    prepared = prepare(ruleset.rules)
    ours, theirs = list(determine_all(prepared, cases)), [determine(prepared, record) for record in cases]
    assert len(ours) == len(cases)
    assert tables_of_records(prepared, cases, reasons=True) == (determination_table(theirs), reason_table(theirs))
    summary = summarize(prepared, cases)
    assert summary.by_determination == Counter(one.outcome for one in theirs)
    assert summary.by_label == Counter(one.label for one in theirs)
    assert summary.by_county == {
        county: Counter(one.outcome for one in theirs if one.record.county == county)
        for county in {one.record.county for one in theirs}
    }
    for counted in (*summary.by_method, *summary.by_referral):
        answers = [{**one.methods, **one.referrals}[counted.name] for one in theirs]
        assert (counted.met, counted.unknown) == (answers.count(True), answers.count(None))
    met = [(one, group, priorities_met(one, group)) for one in theirs for group in one.groups]
    for priority in summary.by_priority:
        assert priority.groups == sum(priority.number in numbers for *_, numbers in met)
        assert priority.leas == sum(any(priority.number in one.priorities for one in lea.groups) for lea in theirs)
        assert priority.leas - priority.whole <= priority.groups
    for group in summary.by_group:
        numbers_met = [len(numbers) for _, one, numbers in met if one.group.name == group.name]
        assert group.any_priority == sum(number > 0 for number in numbers_met)
        assert group.enough == sum(number >= ENOUGH for number in numbers_met)


# ---- Plain records where they lie ----


def plain_rows(vocabulary: Vocabulary, years: Sequence[int]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Return rows that are right: levels of a few LEAs in the vocabulary's words, each at most once.

    Some LEAs have no row for a kind of indicator in a year, so that what such rows would say is unknown.
    """
    cells: dict[tuple[int, str], list[tuple[str, str, str, list[str]]]] = {}
    for year in years:
        for indicator in vocabulary.indicators:
            of_groups = [one for one in vocabulary.groups_in(year) if one.name in (indicator.only_groups or [one.name])]
            groups = [one.code for one in of_groups] if indicator.scope is Scope.GROUP else [""]
            reported = [scale for scale in indicator.scales if indicator.reports(scale, year)]
            levels = [level for scale in reported for level in vocabulary.scale(scale).levels]
            of_one = [level for level in levels if levels.count(level) == 1]
            of_kind = cells.setdefault((year, indicator.kind), [])
            of_kind += [(str(year), group, indicator.name, [*of_one, "not rated"]) for group in groups]

    @st.composite
    def rows(draw: st.DrawFn) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for code in ("01611190000000", "01611190130229", "01100170000000"):
            there = draw(st.lists(st.sampled_from(sorted(cells)), min_size=1, unique=True))
            of_lea = [cell for one in there for cell in cells[one]]
            for year, group, indicator, levels in draw(st.lists(st.sampled_from(of_lea), max_size=60, unique_by=str)):
                found.append((code, year, group, indicator, draw(st.sampled_from(levels))))
        return found

    return rows().filter(bool)


def one_by_one(rules: Ruleset, path: Path) -> tuple[ResultTable, ...]:
    """Return the results of a file of records, each LEA determined and each of its reasons worded by itself."""
    prepared = prepare(rules)
    found = [determine(prepared, record) for record in read_record_files(rules.vocabulary, [path]).records]
    return determination_table(found), reason_table(found)


def write_parquet(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    names = ["lea_code", "year", "student_group", "indicator", "level"]
    columns = [list(column) for column in zip(*rows, strict=True)]
    arrays = [arrow.array(column) for column in columns]
    arrays[1] = arrow.array([int(year) for year in columns[1]])
    parquet.write_table(arrow.table(arrays, names=names), path)


def write_csv(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    lines = ["lea_code,year,student_group,indicator,level", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("year", [2017, 2018, 2019, 2023, 2025])
def test_plain_records_come_to_the_same_however_they_are_read(year: int, tmp_path: Path) -> None:
    rules = rulelang.load(f"assistance/{year}").rules
    path = tmp_path / "cells.parquet"

    @settings(FEW, max_examples=2 * EFFORT)
    @given(rows=plain_rows(rules.vocabulary, [one for one in rules.vocabulary.years if one <= year][-4:]))
    def agrees(rows: list[tuple[str, ...]]) -> None:
        write_parquet(path, rows)
        ours, theirs = (determine_records(rules, path, scan=scan) for scan in (True, False))
        assert ours.scanned
        assert ours.tables == theirs.tables == one_by_one(rules, path)
        assert ours.diagnostics == theirs.diagnostics == ()

    agrees()


GOOD = ("01611190000000", "2018", "AA", "ELA", "Red")


@pytest.mark.parametrize(
    "bad",
    [
        GOOD,
        (*GOOD[:4], "not rated"),
        (*GOOD[:4], "Blue"),
        (*GOOD[:4], "Purple"),
        (*GOOD[:3], "Physics", "Red"),
        (*GOOD[:3], "ELA", "Met"),
        (*GOOD[:2], "Martians", "ELA", "Red"),
        (*GOOD[:2], "", "ELA", "Red"),
        (*GOOD[:2], "LTEL", "ELA", "Red"),
        (*GOOD[:2], "AA", "Basics", "Met"),
        ("161119", *GOOD[1:]),
        ("01611190000000", "1066", *GOOD[2:]),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_that_are_wrong_are_left_to_the_reader(bad: tuple[str, ...], suffix: str, tmp_path: Path) -> None:
    rules = rulelang.load("assistance/2018").rules
    path = tmp_path / f"cells.{suffix}"
    (write_csv if suffix == "csv" else write_parquet)(path, [GOOD, bad])
    ours, theirs = (determine_records(rules, path, scan=scan) for scan in (True, False))
    assert not ours.scanned
    assert ours.tables == theirs.tables
    assert ours.diagnostics == theirs.diagnostics


@pytest.mark.parametrize(
    "other", [("African American", "Math", "Red"), ("HI", "ela", " RED"), ("white", "ELA", "not  Rated")]
)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_worded_in_another_way_are_understood(other: tuple[str, ...], suffix: str, tmp_path: Path) -> None:
    rules = rulelang.load("assistance/2018").rules
    path = tmp_path / f"cells.{suffix}"
    (write_csv if suffix == "csv" else write_parquet)(path, [GOOD, (*GOOD[:2], *other)])
    found = determine_records(rules, path)
    assert found.scanned
    assert found.tables == one_by_one(rules, path)


def test_a_folder_of_text_files_is_read_where_it_lies(tmp_path: Path) -> None:
    rules = rulelang.load("assistance/2018").rules
    (tmp_path / "cells").mkdir()
    write_csv(tmp_path / "cells" / "a.csv", [GOOD])
    write_csv(tmp_path / "cells" / "b.csv", [(*GOOD[:3], "Suspension Rate", "Red")])
    write_csv(tmp_path / "all.csv", [GOOD, (*GOOD[:3], "Suspension Rate", "Red")])
    found = determine_records(rules, tmp_path / "cells")
    assert found.scanned
    assert found.tables == determine_records(rules, tmp_path / "all.csv", scan=False).tables


def test_a_corrupt_file_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "cells.parquet"
    path.write_bytes(b"PAR1 this is no Parquet file PAR1")
    found = determine_records(rulelang.load("assistance/2018").rules, path)
    assert [one.code for one in found.diagnostics] == ["broken-records"]
    assert found.tables == ()
