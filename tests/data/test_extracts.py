"""Files cut down to a few counties say nothing of LEAs elsewhere, and files of the whole state do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from rulelang.data.read import Extract, find_extracts
from rulelang.diagnostics.diagnostic import Severity
from tests.data.small import VOCABULARY, codes, only, read, reading, row, state_file

COUNTIES = {f"{number:02}611190000000": f"County {number}" for number in range(1, 11)}
FIRST, SECOND = list(COUNTIES)[:2]
ELA = ("ELA", "color")


def rows(counties: Mapping[str, str]) -> list[str]:
    return [row(cds=code, countyname=county) for code, county in counties.items()]


def first(number: int) -> dict[str, str]:
    return dict(list(COUNTIES.items())[:number])


def test_the_silence_of_a_file_of_one_county_is_unknown_elsewhere(tmp_path: Path) -> None:
    state_file(tmp_path, *rows(COUNTIES), name="mathdownload2023.txt")
    state_file(tmp_path, *rows(first(1)))
    data = read(tmp_path)
    diagnostic = only(data)
    assert (diagnostic.code, diagnostic.severity) == ("files-of-few-counties", Severity.WARNING)
    assert "`ELA` have rows of LEAs in `County 1` only, where other files have 10 counties" in diagnostic.message
    here, elsewhere = (reading(data, "Hispanic", ELA, code=code) for code in (FIRST, SECOND))
    assert here is not None
    assert here.level is None
    assert elsewhere is None
    assert reading(data, "Hispanic", ("Math", "color"), code=SECOND) is not None


@pytest.mark.parametrize("counties, told", [(2, True), (3, False), (9, False)])
def test_a_file_is_cut_down_where_it_has_less_than_one_county_in_four(
    tmp_path: Path, counties: int, *, told: bool
) -> None:
    state_file(tmp_path, *rows(COUNTIES), name="mathdownload2023.txt")
    state_file(tmp_path, *rows(first(counties)))
    data = read(tmp_path)
    assert codes(data.diagnostics) == ({"files-of-few-counties": 1} if told else {})
    last = reading(data, "Hispanic", ELA, code=list(COUNTIES)[-1])
    assert (last is None) is told


def test_of_few_counties_nothing_can_be_said(tmp_path: Path) -> None:
    state_file(tmp_path, *rows(first(7)), name="mathdownload2023.txt")
    state_file(tmp_path, *rows(first(1)))
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert reading(data, "Hispanic", ELA, code=SECOND) is not None


def test_two_files_of_one_indicator_are_taken_together(tmp_path: Path) -> None:
    state_file(tmp_path, *rows(COUNTIES), name="mathdownload2023.txt")
    state_file(tmp_path / "a", *rows(first(2)))
    state_file(tmp_path / "b", *rows(dict(list(COUNTIES.items())[2:4])))
    assert read(tmp_path).diagnostics == ()


def test_rows_left_out_show_which_counties_a_file_has(tmp_path: Path) -> None:
    state_file(tmp_path, *rows(COUNTIES), name="mathdownload2023.txt")
    state_file(tmp_path, *(row(cds=code, countyname=name, studentgroup="ALL") for code, name in COUNTIES.items()))
    assert codes(read(tmp_path).diagnostics) == {"no-row-used": 1}


def test_kinds_of_indicator_and_years_are_compared_among_themselves() -> None:
    reported = {
        (2023, "ELA"): list(COUNTIES),
        (2023, "Math"): [FIRST],
        (2022, "Math"): [SECOND],
        (2023, "Basics"): [FIRST],
    }
    assert tuple(find_extracts(VOCABULARY, reported, lambda code: COUNTIES.get(code, ""))) == (
        Extract(2023, "Math", frozenset({"County 1"}), 10),
    )


def test_where_no_county_is_stated_nothing_is_an_extract() -> None:
    assert not list(find_extracts(VOCABULARY, {(2023, "ELA"): list(COUNTIES), (2023, "Math"): [FIRST]}, lambda _: ""))
