"""The workbook of a report is a published list: what is read back from it is what was determined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from python_calamine import CalamineWorkbook

import rulelang
from rulelang.analysis.reconcile import reconcile
from rulelang.cli.program import run
from rulelang.core.record import LeaRecord, YearFacts
from rulelang.data.published import read_published
from rulelang.data.report import DataError
from rulelang.engine.determination import Determination
from rulelang.report.workbook import write_workbook
from tests.report.test_site import color, lea

COUNTIES = ("Alameda", "Mono: West/East", "History", "A county with a name that is longer than a sheet's may be")


@pytest.fixture(scope="module")
def determined() -> Sequence[Determination]:
    red = color(ELA="Red", Math="Red", Suspension_Rate="Red")
    records = [
        lea("Some Unified", White=red, Asian=color(ELA="Orange", Math="Red", College_Career="Very Low")),
        lea("=Other Unified", "27660350000001", White=color(ELA="Yellow", Math="Red")),
    ]
    ruleset = rulelang.load("assistance/2023")
    every = frozenset(one.name for one in ruleset.rules.vocabulary.indicators)
    earlier = dict.fromkeys((2017, 2018, 2019, 2022), YearFacts(silent=every))
    years = [earlier | {2023: evolve(record.years[2023], silent=every)} for record in records]
    return list(ruleset.evaluate([evolve(record, years=of) for record, of in zip(records, years, strict=True)]))


def sheets(path: Path) -> dict[str, Sequence[Sequence[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_what_is_read_back_is_what_was_determined(determined: Sequence[Determination], tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_workbook(path, determined[0].ruleset, determined)
    published = read_published(determined[0].ruleset.vocabulary, path, 2023)
    assert not published.has_errors
    assert [one.name for one in published.leas] == ["Some Unified", "=Other Unified"]
    found = reconcile(determined, published)
    assert found.agreeing > 2 * 13
    assert not found.differing
    assert published.leas[0].priorities["White"] == frozenset({4, 6})


def test_what_cannot_be_told_says_so_and_is_no_finding(tmp_path: Path) -> None:
    unknown = [
        *rulelang.load("assistance/2023").evaluate(
            [LeaRecord("27660350000000", "Some Unified", "Monterey", "school district", {2023: YearFacts()})]
        )
    ]
    path = tmp_path / "list.xlsx"
    write_workbook(path, unknown[0].ruleset, unknown)
    header, row = sheets(path)["All LEAs"][:2]
    found = dict(zip(header, row, strict=True))
    assert found["WHpriorities"] == found["AssistanceStatus2023"] == "cannot tell"
    assert found["AssistanceStatus2022"] == "*"
    published = read_published(unknown[0].ruleset.vocabulary, path, 2023)
    [read_back] = published.leas
    assert published.diagnostics == ()
    assert (read_back.determination, {*read_back.priorities.values()}) == (None, {None})
    assert {*read_back.methods.values()} == {None}
    assert not reconcile(unknown, published).differing


def test_each_county_has_a_sheet_that_excel_can_open(determined: Sequence[Determination], tmp_path: Path) -> None:
    moved = [
        evolve(determined[0], record=evolve(determined[0].record, code=f"2766035000000{at}", county=county))
        for at, county in enumerate(COUNTIES)
    ]
    path = tmp_path / "list.xlsx"
    write_workbook(path, determined[0].ruleset, moved)
    names = [name for name in sheets(path) if name not in ("All LEAs", "Columns", "Codes")]
    assert sorted(names) == ["A county with a name that is lo", "Alameda", "History 2", "Mono  West East"]
    published = read_published(determined[0].ruleset.vocabulary, path, 2023)
    assert published.diagnostics == ()
    assert len(published.leas) == len(moved)


def test_the_same_results_are_the_same_bytes(determined: Sequence[Determination], tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, determined[0].ruleset, determined)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_report_has_the_workbook_and_names_it(tmp_path: Path) -> None:
    run(["sample", str(tmp_path / "state"), "--leas", "5"])
    arguments = ["report", "assistance/2023", "--data", str(tmp_path / "state"), "--out", str(tmp_path / "pages")]
    run(arguments)
    assert (tmp_path / "pages" / "list.xlsx").exists()
    assert "list.xlsx" in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")


def test_what_does_not_fit_a_sheet_is_said_and_not_lost(determined: Sequence[Determination], tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"kept")
    long = evolve(determined[0], record=evolve(determined[0].record, name="x" * 40_000))
    with pytest.raises(DataError) as caught:
        write_workbook(path, long.ruleset, [long])
    assert caught.value.diagnostics[0].code == "too-big-for-spreadsheet"
    assert path.read_bytes() == b"kept"
    assert [one.name for one in tmp_path.iterdir()] == ["list.xlsx"]
