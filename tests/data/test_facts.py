"""What is known, what is not rated and what is unknown, from the rows and from their absence."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from rulelang.core.file_layouts import Column, FileFormat, FileName, LevelCodes, RowKind
from rulelang.core.vocabulary import Indicator, IndicatorKind, Scope, Vocabulary
from rulelang.core.years import Years
from rulelang.data.read import read_folders
from rulelang.diagnostics.diagnostic import Severity
from tests.data.small import (
    CHARTER,
    COUNTY_OFFICE,
    DISTRICT,
    SCHOOL,
    VOCABULARY,
    counts,
    lea,
    local_file,
    only,
    read,
    reading,
    row,
    state_file,
)


def test_levels_are_read_with_their_origin(tmp_path: Path) -> None:
    state_file(tmp_path, row(), row(studentgroup="HI", color="5", statuslevel="5"))
    data = read(tmp_path)
    found = reading(data, "Hispanic", ("ELA", "color"))
    assert found is not None
    assert (found.level, found.note, found.origin) == ("Blue", "", "eladownload2023.txt, row 3")


@pytest.mark.parametrize("code, level", [("1", "Very High"), ("5", "Very Low"), ("3", "Medium")])
def test_where_lower_is_better_the_codes_of_status_are_turned_round(tmp_path: Path, code: str, level: str) -> None:
    state_file(tmp_path, row(statuslevel=code, color=code), name="suspdownload2023.txt")
    data = read(tmp_path)
    status = reading(data, "African American", ("Suspension Rate", "Status"))
    color = reading(data, "African American", ("Suspension Rate", "color"))
    assert status is not None
    assert color is not None
    assert status.level == level
    assert color.level == {"1": "Red", "5": "Blue", "3": "Yellow"}[code]


@pytest.mark.parametrize(
    "code, group, students, expected",
    [
        (DISTRICT, "AA", "30", ("Low", "")),
        (DISTRICT, "AA", "29", (None, "29 students; 30 needed")),
        (DISTRICT, "FOS", "15", ("Low", "")),
        (DISTRICT, "FOS", "14", (None, "14 students; 15 needed")),
        (COUNTY_OFFICE, "HOM", "15", ("Low", "")),
        (CHARTER, "HOM", "15", (None, "15 students; 30 needed")),
        (CHARTER, "HOM", "30.0", ("Low", "")),
    ],
)
def test_a_status_needs_enough_students_and_a_color_does_not(
    tmp_path: Path, code: str, group: str, students: str, expected: tuple[str | None, str]
) -> None:
    flags = {"rtype": "S", "charter_flag": "Y"} if code == CHARTER else {}
    state_file(tmp_path, row(cds=code, studentgroup=group, currdenom=students, **flags))
    data = read(tmp_path)
    [(_, readings)] = lea(data, code).years[2023].groups.items()
    assert (readings["ELA", "Status"].level, readings["ELA", "Status"].note) == expected
    assert readings["ELA", "color"].level == "Red"


def test_level_code_0_is_not_rated(tmp_path: Path) -> None:
    state_file(tmp_path, row(color="0", statuslevel="0", currdenom=""))
    found = reading(read(tmp_path), "African American", ("ELA", "color"))
    assert found is not None
    assert found.level is None
    assert found.note


def test_rows_that_do_not_fit_are_ignored_with_the_cells_that_say_so(tmp_path: Path) -> None:
    state_file(
        tmp_path,
        row(),
        row(cds="00000000000000", rtype="X"),
        row(cds=SCHOOL, rtype="S"),
        row(cds=CHARTER, rtype="S", charter_flag="Y"),
        row(studentgroup="ALL"),
    )
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data) == (5, 2, 3, 0)
    assert data.report.ignored == {
        "`rtype` is `X`, `charter_flag` is blank": 1,
        "`rtype` is `S`, `charter_flag` is blank": 1,
        "student group `ALL`: not a student group of the criteria": 1,
    }
    assert [(record.code, record.kind) for record in data.records] == [
        (DISTRICT, "school district"),
        (CHARTER, "charter school"),
    ]


def test_a_blank_student_group_is_ignored_in_the_year_whose_files_have_such_rows(tmp_path: Path) -> None:
    this, then = row(studentgroup=""), row(studentgroup="", reportingyear="2018")
    state_file(tmp_path, this)
    state_file(tmp_path, then, row(reportingyear="2018"), name="eladownload2018.txt")
    data = read(tmp_path, 2018, 2023)
    assert only(data).code == "unknown-group-code"
    assert data.report.ignored == {"student group is blank: not a student group of the criteria": 1}


@pytest.mark.parametrize(
    "cells, column",
    [
        *(({"rtype": word}, "rtype") for word in ("District", "x", "NaN", "9", "", "#N/A")),
        ({"rtype": "S", "charter_flag": "Yes"}, "charter_flag"),
        ({"rtype": "AA", "studentgroup": "D"}, "rtype"),
    ],
)
def test_a_row_of_no_known_kind_is_refused_and_leaves_its_lea_in_doubt(
    tmp_path: Path, cells: dict[str, str], column: str
) -> None:
    state_file(tmp_path, row(**cells), row(cds=COUNTY_OFFICE))
    state_file(tmp_path, row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "unknown-row-kind"
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, column)
    assert counts(data) == (3, 2, 0, 1)
    assert reading(data, "African American", ("ELA", "color")) is None
    assert reading(data, "African American", ("Math", "color")) is not None


@pytest.mark.parametrize(
    "cells",
    [
        {"rtype": "S"},
        {"rtype": "X"},
        {"rtype": "S", "charter_flag": "Y"},
        {"rtype": "S", "charter_flag": "N"},
        {"cds": CHARTER},
        {"cds": "0" * 14},
        {"cds": CHARTER, "rtype": "X"},
        {"cds": "0" * 14, "rtype": "S"},
    ],
)
def test_a_row_that_says_it_is_of_another_kind_than_its_code_is_refused(tmp_path: Path, cells: dict[str, str]) -> None:
    refused = {"cds": DISTRICT, **cells}
    state_file(tmp_path, row(**cells), row(cds=COUNTY_OFFICE))
    state_file(tmp_path, row(cds=refused["cds"]), row(), name="mathdownload2023.txt")
    data = read(tmp_path)
    said = [one for one in data.diagnostics if one.place is not None and one.place.file.endswith("eladownload2023.txt")]
    assert [(one.code, one.place and one.place.row) for one in said] == [("row-of-another-code", 2)]
    assert f"`{refused['cds']}`" in said[0].message
    if refused["cds"] == DISTRICT:
        assert reading(data, "African American", ("ELA", "color")) is None
        assert reading(data, "African American", ("Math", "color")) is not None


@pytest.mark.parametrize("cells", [{"cds": CHARTER, "rtype": "S", "charter_flag": "Y"}, {"cds": SCHOOL, "rtype": "S"}])
def test_a_row_of_the_kind_that_its_code_says_is_not_refused(tmp_path: Path, cells: dict[str, str]) -> None:
    state_file(tmp_path, row(**cells), row(), row(cds="0" * 14, rtype="X"), row(cds=COUNTY_OFFICE))
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert counts(data)[3] == 0


def test_without_shapes_of_codes_any_row_may_have_any_code(tmp_path: Path) -> None:
    def without(rows: tuple[RowKind, ...]) -> tuple[RowKind, ...]:
        return tuple(evolve(one, codes=()) for one in rows)

    layouts = tuple(evolve(one, keep=without(one.keep), others=without(one.others)) for one in VOCABULARY.formats)
    state_file(tmp_path, row(rtype="S"), row())
    data = read_folders(evolve(VOCABULARY, formats=layouts), [tmp_path], (2023,))
    assert (data.diagnostics, counts(data)) == ((), (2, 1, 1, 0))


def test_where_no_other_rows_are_declared_all_others_are_ignored(tmp_path: Path) -> None:
    layouts = tuple(evolve(layout, others=()) for layout in VOCABULARY.formats)
    state_file(tmp_path, row(cds=SCHOOL, rtype="S"), row())
    data = read_folders(evolve(VOCABULARY, formats=layouts), [tmp_path], (2023,))
    assert (data.diagnostics, counts(data)) == ((), (2, 1, 1, 0))


def test_a_file_without_a_row_that_is_used_is_warned_of(tmp_path: Path) -> None:
    state_file(tmp_path, row(studentgroup="ALL"), row(cds=SCHOOL, rtype="S"))
    diagnostic = only(read(tmp_path))
    assert diagnostic.code == "no-row-used"
    assert diagnostic.severity is Severity.WARNING
    assert "1 where `rtype` is `S`, `charter_flag` is blank" in diagnostic.message


def test_an_lea_in_the_files_is_not_rated_where_they_are_silent(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    state_file(tmp_path, row(cds=COUNTY_OFFICE), name="mathdownload2023.txt")
    data = read(tmp_path)
    for group, indicator in (("Hispanic", "ELA"), ("African American", "Math")):
        found = reading(data, group, (indicator, "color"))
        assert found is not None
        assert found.level is None
    assert reading(data, "African American", ("Suspension Rate", "color")) is None  # its file was not read


def test_a_row_left_out_shows_that_the_lea_is_in_the_files(tmp_path: Path) -> None:
    state_file(tmp_path, row(studentgroup="ALL"), row(cds=SCHOOL, rtype="S"))
    data = read(tmp_path)
    assert [record.code for record in data.records] == [DISTRICT]
    assert "ELA" in lea(data).years[2023].silent


def test_the_files_of_one_kind_say_nothing_of_another(tmp_path: Path) -> None:
    local_file(
        tmp_path, (DISTRICT, "Basic-Priority Area 1", "Met"), (COUNTY_OFFICE, "Climate-Priority Area 6", "Not Met")
    )
    state_file(tmp_path, row(reportingyear="2018"), name="eladownload2018.txt")
    data = read(tmp_path, 2018)
    assert reading(data, "African American", ("ELA", "color"), 2018, COUNTY_OFFICE) is None
    silent = reading(data, None, ("School Climate", "rating"), 2018)
    assert silent is not None
    assert silent.level is None
    assert lea(data, COUNTY_OFFICE).kind == "county office"


def test_an_indicator_not_reported_that_year_needs_no_file(tmp_path: Path) -> None:
    path = state_file(tmp_path, row(cds=DISTRICT, reportingyear="2018"), name="elpidownload2018.txt")
    state_file(tmp_path, row(reportingyear="2018"), name="eladownload2018.txt")
    data = read(tmp_path, 2018)
    assert data.diagnostics == ()
    assert counts(data) == (2, 1, 1, 0)
    assert (
        next(file for file in data.report.files if file.path == path).note == "no level of `ELPI` is reported in 2018"
    )
    assert "ELPI" in lea(data).years[2018].silent


def test_a_group_stands_in_for_a_missing_column_only_where_no_other_is_reported(tmp_path: Path) -> None:
    header = "cds\trtype\tdistrictname\tcountyname\tcharter_flag\tcurrdenom\tstatuslevel\tcolor\treportingyear"
    line = f"{DISTRICT}\tD\tAlameda Unified\tAlameda\t\t50\t1\t1\t2023"
    state_file(tmp_path, line, name="elpidownload2023.txt", header=header)
    state_file(tmp_path, line, name="eladownload2023.txt", header=header)
    data = read(tmp_path)
    assert [one.code for one in data.diagnostics] == ["missing-data-column"]
    found = reading(data, "English Learners", ("ELPI", "color"))
    assert found is not None
    assert found.level == "Red"


def test_rows_of_other_groups_than_an_indicator_is_for_are_no_fault(tmp_path: Path) -> None:
    state_file(tmp_path, row(studentgroup="HI"), name="elpidownload2023.txt")
    assert read(tmp_path).diagnostics == ()


def test_a_scale_not_reported_that_year_is_not_asked_of_the_file(tmp_path: Path) -> None:
    header = "cds\trtype\tdistrictname\tcountyname\tcharter_flag\tstudentgroup\tcurrdenom\tstatuslevel\treportingyear"
    line = f"{DISTRICT}\tD\tAlameda Unified\tAlameda\t\tHI\t50\t1\t2023"
    state_file(tmp_path, line, name="ccidownload2023.txt", header=header)
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert list(lea(data).years[2023].groups["Hispanic"]) == [("College/Career", "Status")]


def test_names_come_from_the_newest_state_file(tmp_path: Path) -> None:
    local_file(tmp_path, (DISTRICT, "Basic-Priority Area 1", "Met"), (COUNTY_OFFICE, "Basic-Priority Area 1", "Met"))
    state_file(tmp_path, row(reportingyear="2018", districtname="Old Name"), name="eladownload2018.txt")
    state_file(tmp_path, row(districtname="New Name", countyname=""))
    data = read(tmp_path, 2018, 2023)
    assert (lea(data).name, lea(data).county) == ("New Name", "Alameda")
    assert lea(data, COUNTY_OFFICE).name == "Alameda Unified"
    assert list(lea(data).years) == [2018, 2023]


def with_filed() -> Vocabulary:
    """Return a vocabulary in which an LEA has a level where a file of papers does not name it."""
    kinds = (*VOCABULARY.indicator_kinds, IndicatorKind("paper", Scope.LEA))
    filed = Indicator("Filed", "paper", Scope.LEA, {"color": (Years(),)}, when_silent="Blue")
    columns = (Column("LEA code", ("code",)), Column("color", ("filed",)))
    codes = (LevelCodes("color", {"Y": "Blue", "N": "Red"}),)
    layout = FileFormat("paper", (FileName(("filed{year}.txt",), Years(), "Filed"),), columns, level_codes=codes)
    return evolve(
        VOCABULARY,
        indicator_kinds=kinds,
        indicators=(*VOCABULARY.indicators, filed),
        formats=(*VOCABULARY.formats, layout),
    )


def test_a_file_whose_silence_has_a_meaning_of_its_own_leaves_nothing_unknown(tmp_path: Path) -> None:
    state_file(tmp_path, row())
    vocabulary = with_filed()
    without = read_folders(vocabulary, [tmp_path], [2023])
    assert not lea(without).years[2023].is_doubtful(None, "Filed")
    [missing] = [missing for missing in without.report.missing if missing.kind == "paper"]
    assert (missing.names, missing.silent) == (("filed2023.txt",), "Blue")
    (tmp_path / "filed2023.txt").write_text(f"code\tfiled\n{DISTRICT}\tN\n", encoding="utf-8")
    data = read_folders(vocabulary, [tmp_path], [2023])
    assert data.diagnostics == ()
    assert lea(data).years[2023].lea["Filed", "color"].level == "Red"


@pytest.mark.parametrize(
    "text, in_doubt",
    [
        ("code\tfiled\n{0}\tY\n", ""),
        ("code\tfiled\n{0}\tno\n{1}\tY\n", "first"),
        ("code\tfiled\n1.61119E+12\tN\n{1}\tY\n", "both"),
        ("code\tfiled\n{0}\tN\n{1}\tY\tmore\n", "second"),
        ("code\tother\n{1}\tN\n", "both"),
        ("{1}\tN\n", "both"),
        ("", "both"),
        ("code\tfiled\n{0}\tY\n{1}", "both"),
    ],
)
def test_silence_that_has_a_level_is_unknown_where_a_row_was_refused(tmp_path: Path, text: str, in_doubt: str) -> None:
    state_file(tmp_path, row(), row(cds=COUNTY_OFFICE))
    (tmp_path / "filed2023.txt").write_text(text.format(DISTRICT, COUNTY_OFFICE), encoding="utf-8")
    data = read_folders(with_filed(), [tmp_path], [2023])
    assert bool(data.diagnostics) is bool(in_doubt)
    found = [lea(data, code).years[2023].is_doubtful(None, "Filed") for code in (DISTRICT, COUNTY_OFFICE)]
    assert found == [in_doubt in ("first", "both"), in_doubt in ("second", "both")]


def test_rows_of_an_lea_that_one_file_takes_for_those_of_a_school_are_unknown(tmp_path: Path) -> None:
    charter = row(cds=CHARTER, rtype="S", charter_flag="Y")
    state_file(tmp_path, row(), row(cds=CHARTER, rtype="S", charter_flag=""), row(cds=SCHOOL, rtype="S"))
    state_file(tmp_path, row(), charter, name="mathdownload2023.txt")
    data = read(tmp_path)
    warning = only(data)
    assert (warning.code, warning.severity) == ("ignored-here-only", Severity.WARNING)
    assert f"LEA `{CHARTER}`" in warning.message
    assert reading(data, "Hispanic", ("ELA", "color"), code=CHARTER) is None
    assert reading(data, "Hispanic", ("Math", "color"), code=CHARTER) is not None
    assert reading(data, "Hispanic", ("ELA", "color")) is not None
