"""Plain records in memory and in files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest
from attrs import evolve

from rulelang.data.records import read_record_files, read_records, records_from_rows
from rulelang.data.report import DataSet
from rulelang.data.scan import can_scan
from tests.data.small import CHARTER, COUNTY_OFFICE, DISTRICT, VOCABULARY, codes, counts, lea, only, reading

GOOD: dict[str, object] = {
    "lea_code": DISTRICT,
    "name": "Alameda Unified",
    "county": "Alameda",
    "year": 2023,
    "student_group": "HI",
    "indicator": "ELA",
    "level": "Red",
}
LOCAL: dict[str, object] = {**GOOD, "student_group": "", "indicator": "Basics", "level": "Not Met"}


def records(*rows: Mapping[str, object]) -> DataSet:
    return records_from_rows(VOCABULARY, rows)


def test_a_row_becomes_a_reading() -> None:
    data = records(GOOD, LOCAL)
    assert data.diagnostics == ()
    assert (data.report.read, data.report.used) == (2, 2)
    found = reading(data, "Hispanic", ("ELA", "color"))
    assert found is not None
    assert (found.level, found.origin) == ("Red", "records, row 1")
    rating = reading(data, None, ("Basics", "rating"))
    assert rating is not None
    assert rating.level == "Not Met"
    assert (lea(data).name, lea(data).county, lea(data).kind) == ("Alameda Unified", "Alameda", "school district")


@pytest.mark.parametrize(
    "changes",
    [
        {"student_group": "hispanic"},
        {"indicator": "english language arts"},
        {"level": "RED"},
        {"year": "2023"},
        {"year": 2023.0},
        {"scale": "Color"},
    ],
)
def test_words_may_be_written_in_any_way_the_vocabulary_knows(changes: dict[str, object]) -> None:
    found = reading(records({**GOOD, **changes}), "Hispanic", ("ELA", "color"))
    assert found is not None
    assert found.level == "Red"


def test_a_record_may_be_of_a_suspended_year() -> None:
    suspended = evolve(VOCABULARY, suspended={2020: "no state indicators were published"})
    [found] = records_from_rows(suspended, [{**GOOD, "year": 2020}]).records
    assert list(found.years) == [2020]


def silent(data: DataSet, code: str = DISTRICT, year: int = 2023) -> bool:
    """Return whether the LEA is known to have no level of its Asian students on ELA."""
    [record] = [one for one in data.records if one.code == code]
    return record.years[year].reading("Asian", ("ELA", "color")) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": "Foo"},
        {"indicator": ""},
        {"year": "2031"},
        {"lea_code": f"{DISTRICT[:2]} {DISTRICT[2:]}", "name": ""},
        {"lea_code": "2.71027E+13"},
        {"lea_code": "", "county": ""},
        {"kind": "castle"},
        {"number": "pupils", "value": "5", "indicator": "Foo", "level": ""},
    ],
)
def test_a_row_that_is_refused_leaves_its_lea_unknown(changes: Mapping[str, str]) -> None:
    """It is the one of the code as far as it can be read, otherwise the one of the name and county."""
    other = {**GOOD, "lea_code": COUNTY_OFFICE, "name": "Another"}
    assert silent(records(GOOD, other))
    data = records(GOOD, other, {**GOOD, "student_group": "AS", **changes})
    assert len(data.diagnostics) == 1
    assert not silent(data)
    assert silent(data, COUNTY_OFFICE)


@pytest.mark.parametrize("changes", [{}, {"level": "Blue"}, {"lea_code": "", "name": "Some Other"}])
def test_a_row_that_is_refused_leaves_known_what_it_cannot_be_about(changes: Mapping[str, str]) -> None:
    assert silent(records(GOOD, {**GOOD, **changes}))


@pytest.mark.parametrize("row", ["{0},2023,AS,ELA", "{0},2023,AS,ELA,Red,Red", '{0},2023,AS,ELA,"Red'])
def test_a_row_of_another_width_leaves_its_lea_unknown(row: str, tmp_path: Path) -> None:
    lines = ["lea_code,year,student_group,indicator,level", row, "{0},2023,HI,ELA,Red", "{1},2023,HI,ELA,Red", ""]
    (tmp_path / "a.csv").write_text("\n".join(lines).format(DISTRICT, COUNTY_OFFICE))
    data = read_records(VOCABULARY, tmp_path / "a.csv")
    assert only(data).code == "ragged-row"
    assert (silent(data), silent(data, COUNTY_OFFICE)) == (False, True)


def test_nothing_is_silent_where_a_file_breaks_off(tmp_path: Path) -> None:
    text = f"lea_code,year,student_group,indicator,level\n{DISTRICT},2023,HI,ELA,Red\n{COUNTY_OFFICE},20"
    (tmp_path / "a.csv").write_text(text)
    data = read_records(VOCABULARY, tmp_path / "a.csv")
    assert only(data).code == "truncated-file"
    assert not silent(data)


def test_columns_may_have_their_other_names() -> None:
    row = {"CDS": DISTRICT, "Year": 2023, "Student Group": "HI", "Indicator": "ELA", "Level": "Very Low"}
    found = reading(records(row), "Hispanic", ("ELA", "Status"))
    assert found is not None
    assert found.level == "Very Low"


def test_not_rated_without_a_scale_says_so_on_every_scale() -> None:
    data = records(
        {**GOOD, "level": "not rated"}, {**GOOD, "indicator": "Math", "scale": "color", "level": "not rated"}
    )
    readings = lea(data).years[2023].groups["Hispanic"]
    assert {key for key, found in readings.items() if found.level is None} == {
        ("ELA", "color"),
        ("ELA", "Status"),
        ("Math", "color"),
    }


def test_silence_holds_for_indicators_that_some_row_of_the_year_names() -> None:
    data = records(GOOD, {**GOOD, "lea_code": COUNTY_OFFICE, "indicator": "Math"}, {**LOCAL, "lea_code": CHARTER})
    silent = reading(data, "White", ("Math", "color"))
    assert silent is not None
    assert silent.level is None
    assert reading(data, "White", ("Suspension Rate", "color")) is None  # no row names it
    assert reading(data, None, ("Basics", "rating")) is None  # the LEA has no row of that kind
    assert reading(data, "White", ("ELA", "color"), code=CHARTER) is None


def test_a_kind_may_be_given_for_codes_of_another_shape() -> None:
    data = records({**GOOD, "lea_code": "ZA-17", "kind": "Charter Schools"})
    assert data.diagnostics == ()
    assert lea(data, "ZA-17").kind == "charter school"


@pytest.mark.parametrize(
    "changes, code, column",
    [
        ({"lea_code": None}, "missing-record-value", "lea_code"),
        ({"lea_code": int(DISTRICT)}, "lost-leading-zeros", "lea_code"),
        ({"lea_code": int(DISTRICT), "kind": "school district"}, "lost-leading-zeros", "lea_code"),
        ({"lea_code": "X"}, "unknown-lea-code", "lea_code"),
        ({"kind": "hospital"}, "unknown-record-word", "kind"),
        ({"year": float("nan")}, "missing-record-value", "year"),
        ({"year": 1999}, "unknown-record-word", "year"),
        ({"indicator": "Elah"}, "unknown-record-word", "indicator"),
        ({"student_group": "Martians"}, "unknown-record-word", "student_group"),
        ({"student_group": "LTEL"}, "group-not-in-file-year", "student_group"),
        ({"student_group": ""}, "record-needs-group", "student_group"),
        ({"indicator": "Basics", "level": "Met"}, "record-needs-no-group", "student_group"),
        ({"level": "Purple"}, "unknown-record-word", "level"),
        ({"level": ""}, "missing-record-value", "level"),
        ({"scale": "rating"}, "unknown-record-word", "scale"),
        ({"level": "Low", "scale": "color"}, "unknown-record-word", "level"),
    ],
)
def test_a_bad_row_is_refused_and_no_other(changes: dict[str, object], code: str, column: str) -> None:
    data = records({**GOOD, "student_group": "WH"}, {**GOOD, **changes})
    diagnostic = only(data)
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (2, column)
    assert (data.report.read, data.report.used, data.report.refused) == (2, 1, 1)
    assert reading(data, "White", ("ELA", "color")) is not None


def test_a_misspelt_word_gets_the_nearest() -> None:
    diagnostic = only(records({**GOOD, "indicator": "Gradation Rate"}))
    assert diagnostic.help is not None
    assert "`Graduation Rate`" in diagnostic.help


def test_of_two_rows_that_say_the_same_the_first_counts() -> None:
    data = records(GOOD, {**GOOD, "level": "red"})
    assert only(data).code == "duplicate-row"
    assert counts(data) == (2, 1, 0, 1)
    found = reading(data, "Hispanic", ("ELA", "color"))
    assert found is not None
    assert found.level == "Red"


@pytest.mark.parametrize(
    "levels",
    [
        ("Red", "Blue"),
        ("Red", "Red", "Blue"),
        ("Red", "Blue", "Green"),
        ("not rated", "Blue"),
        ("not rated", "Blue", "High"),
        ("not rated", "not rated", "High"),
    ],
)
def test_of_rows_that_contradict_each_other_none_counts_in_any_order_and_the_rest_stays_known(
    levels: tuple[str, ...],
) -> None:
    for order in set(permutations(levels)):
        data = records(*({**GOOD, "level": level} for level in order), {**GOOD, "student_group": "WH"})
        assert counts(data) == (len(levels) + 1, 1, 0, len(levels)), order
        assert "contradicting-row" in codes(data.diagnostics)
        assert reading(data, "Hispanic", ("ELA", "color")) is None
        assert reading(data, "Hispanic", ("ELA", "Status")) is None
        white = reading(data, "White", ("ELA", "color"))
        assert white is not None
        assert white.level == "Red"


def test_rows_on_two_scales_are_no_contradiction_whatever_stands_between() -> None:
    data = records(GOOD, {**GOOD, "level": "High"})
    assert data.diagnostics == ()
    status = reading(data, "Hispanic", ("ELA", "Status"))
    assert status is not None
    assert status.level == "High"


@pytest.mark.parametrize("kinds", [("school district", "charter school"), ("", "school district", "charter school")])
def test_an_lea_that_is_said_to_be_of_two_kinds_is_left_out_in_any_order(kinds: tuple[str, ...]) -> None:
    groups = ["HI", "WH", "AS"]
    for order in permutations(kinds):
        rows = [{**GOOD, "student_group": group, "kind": kind} for group, kind in zip(groups, order, strict=False)]
        data = records(*rows, {**GOOD, "lea_code": COUNTY_OFFICE})
        assert [record.code for record in data.records] == [COUNTY_OFFICE]
        assert counts(data) == (len(kinds) + 1, 1, 0, len(kinds))
        assert only(data).code == "contradicting-row"


def test_what_a_refused_row_would_have_said_is_unknown() -> None:
    data = records({**GOOD, "level": "Purple"}, {**GOOD, "student_group": "WH"})
    assert reading(data, "Hispanic", ("ELA", "color")) is None
    assert reading(data, "Asian", ("ELA", "color")) is not None


# ---- Files ----

ROWS = [GOOD, LOCAL, {**GOOD, "lea_code": COUNTY_OFFICE, "level": "not rated"}]


def csv_text(rows: list[dict[str, object]]) -> str:
    lines = [list(GOOD), *([str(row[column]) for column in GOOD] for row in rows)]
    return "\n".join(",".join(line) for line in lines)


def test_every_format_says_the_same(tmp_path: Path) -> None:
    expected = records(*ROWS).records
    (tmp_path / "a.csv").write_text("\ufeff" + csv_text(ROWS) + "\n\n", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(ROWS), encoding="utf-8")
    (tmp_path / "c.json").write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    for name in ("a.csv", "b.json", "c.json"):
        data = read_record_files(VOCABULARY, [tmp_path / name])
        assert data.diagnostics == ()
        assert data.records == expected
        assert len(data.report.files[0].sha256) == 64


def test_a_folder_is_read_without_files_of_other_kinds(tmp_path: Path) -> None:
    assert only(read_records(VOCABULARY, tmp_path)).code == "no-record-files"
    (tmp_path / "a.csv").write_text(csv_text(ROWS), encoding="utf-8")
    (tmp_path / "notes.md").write_text("not records", encoding="utf-8")
    data = read_records(VOCABULARY, tmp_path)
    assert data.diagnostics == ()
    assert data.records == records(*ROWS).records


def test_parquet_says_the_same(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist(ROWS), tmp_path / "a.parquet")
    assert read_record_files(VOCABULARY, [tmp_path / "a.parquet"]).records == records(*ROWS).records
    (tmp_path / "b.parquet").write_bytes(b"PAR1 broken")
    assert only(read_record_files(VOCABULARY, [tmp_path / "b.parquet"])).code == "broken-records"


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    diagnostic = only(read_record_files(VOCABULARY, [tmp_path / "a.parquet"]))
    assert diagnostic.code == "extra-missing"
    assert "`pyarrow`" in diagnostic.message


@pytest.mark.parametrize(
    "name, content, code",
    [
        ("a.csv", b"", "empty-data-file"),
        ("a.csv", b"lea_code,year\n1,2,3\n", "ragged-row"),
        ("a.csv", b"lea_code\n\xf1\n", "unreadable-cell"),
        ("a.csv", b'lea_code\n"open\n', "unknown-lea-code"),
        ("a.csv", "lea_code".encode("utf-16"), "file-in-utf-16"),
        ("a.json", b"[{]", "broken-records"),
        ("a.json", b'{"a": 1}\nnot json\n', "broken-records"),
        ("a.json", b"[" * 100_000, "broken-records"),
        ("a.json", b"[1]", "record-is-no-row"),
        ("a.json", b'[{"year": ' + b"1" * 6000 + b"}]", "broken-records"),
        ("a.json", b'{"year": 1}\n{"year": ' + b"1" * 6000 + b"}", "broken-records"),
        ("a.json", b"[]", "empty-data-file"),
        ("a.json", b'[{"year": 1e999, "lea_code": NaN}]', "missing-record-value"),
        ("a.csv", b"lea_code,year\n", "header-only"),
        ("a.csv", b"year,lea_code,year\n1,2,3\n", "repeated-column"),
        ("a.txt", b"anything", "unknown-record-format"),
        *(("a.csv", f"{blank}\n".encode(), "empty-data-file") for blank in "\f\v\x1c\x85\u00a0\u2028"),
    ],
)
def test_a_bad_file_is_told(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    data = read_record_files(VOCABULARY, [tmp_path / name])
    assert code in codes(data.diagnostics)
    assert data.has_errors
    assert data.records == ()


@pytest.mark.parametrize("of", ["timestamp", "duration"])
def test_a_time_that_no_calendar_has_is_told(tmp_path: Path, of: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    column = arrow.array([2**60], getattr(arrow, of)("us" if of == "timestamp" else "s"))
    parquet.write_table(arrow.table({"lea_code": [DISTRICT], "year": column}), tmp_path / "a.parquet")
    assert only(read_record_files(VOCABULARY, [tmp_path / "a.parquet"])).code == "broken-records"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name, code", [("a.json", "empty-data-file"), ("a.csv", "header-only")])
def test_a_file_of_blank_rows_has_no_rows(tmp_path: Path, name: str, code: str) -> None:
    content = {"a.json": '[{"lea_code": "", "year": null}, {"lea_code": " "}]', "a.csv": "lea_code,year\n,\n , \n"}[
        name
    ]
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [one.code for one in read_record_files(VOCABULARY, [tmp_path / name]).diagnostics] == [code]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert only(read_record_files(VOCABULARY, [tmp_path / "a.csv"])).code == "unreadable-data-file"
    assert not can_scan(tmp_path / "a.csv")


@pytest.mark.parametrize("twice", ['"level": "Green", "level"', '"level": "Green", "LEVEL"', '"level": "Red", "level"'])
def test_of_a_value_that_is_there_twice_none_counts(tmp_path: Path, twice: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps([GOOD]).replace('"level"', twice), encoding="utf-8")
    diagnostic = only(read_record_files(VOCABULARY, [tmp_path / "a.json"]))
    assert diagnostic.code == "unknown-record-word"
    assert " and Red`" in diagnostic.message


def test_two_codes_of_one_row_must_agree() -> None:
    assert only(records({**GOOD, "cds": "01611270000000"})).code == "unknown-lea-code"
    assert records({**GOOD, "cds": DISTRICT}).diagnostics == ()
    assert records({**GOOD, "cds": ""}).diagnostics == ()


def test_one_object_over_several_lines_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(GOOD, indent=1), encoding="utf-8")
    assert read_record_files(VOCABULARY, [tmp_path / "a.json"]).records == records(GOOD).records


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "\n\n", "\ufeff\ufeff"])
def test_csv_may_have_another_delimiter_and_blank_lines_and_marks(tmp_path: Path, delimiter: str, before: str) -> None:
    text = before + csv_text(ROWS).replace(",", delimiter)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    data = read_record_files(VOCABULARY, [tmp_path / "a.csv"])
    assert data.diagnostics == ()
    assert data.records == records(*ROWS).records


def test_no_value_makes_it_raise_or_cannot_be_written() -> None:
    data = records({**GOOD, "name": "\ud800 Elm"}, {**GOOD, "year": 10**5000}, {**GOOD, "level": float("inf")})
    assert codes(data.diagnostics) == {"unknown-record-word": 2}
    assert data.records[0].name == "? Elm"


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert only(read_record_files(VOCABULARY, [tmp_path / "none.csv"])).code == "no-such-data-file"


def test_rows_of_a_file_are_counted_from_its_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text([GOOD, {**GOOD, "level": "Purple"}]), encoding="utf-8")
    diagnostic = only(read_record_files(VOCABULARY, [tmp_path / "a.csv"]))
    assert diagnostic.place is not None
    assert diagnostic.place.row == 3


@pytest.mark.parametrize(
    "row, said",
    [
        ({"group": "EL"}, "there is no column `student_group`, and `group` is not used"),
        ({"group": "EL", "size": 5}, "`group` and `size` are not used"),
        ({"student_group": "", "group": "EL"}, None),
        ({"students": 5}, None),
    ],
)
def test_a_column_under_another_name_is_named(row: dict[str, object], said: str | None) -> None:
    given = {"lea_code": DISTRICT, "year": 2018, "indicator": "ELA", "level": "Red", **row}
    [wrong] = records_from_rows(VOCABULARY, [given]).diagnostics
    assert wrong.code == "record-needs-group"
    assert said in wrong.help if said and wrong.help else wrong.help is None


def test_a_code_under_another_name_is_named() -> None:
    row = {"school": DISTRICT, "year": 2018, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    [wrong] = records_from_rows(VOCABULARY, [row]).diagnostics
    assert wrong.code == "missing-record-columns"
    assert wrong.help == "there is no column `lea_code`, and `school` is not used: is it one of them?"


def test_a_level_may_be_said_to_be_unknown() -> None:
    data = records({**GOOD, "level": "Unknown"}, {**GOOD, "indicator": "Math"})
    assert data.diagnostics == ()
    assert (data.report.read, data.report.used) == (2, 2)
    assert reading(data, "Hispanic", ("ELA", "color")) is None
    assert lea(data).years[2023].doubtful == {("ELA", "Hispanic")}
    white = reading(data, "White", ("ELA", "color"))
    assert white is not None
    assert white.level is None


def test_an_unknown_level_of_the_lea_is_not_silence() -> None:
    data = records({**LOCAL, "level": "unknown"})
    assert "Basics" not in lea(data).years[2023].silent
    assert lea(data).years[2023].lea == {}


@pytest.mark.parametrize("order", [0, 1])
def test_an_unknown_level_contradicts_a_known_one(order: int) -> None:
    rows = [{**GOOD, "level": "unknown"}, GOOD]
    data = records(*(rows if order else reversed(rows)))
    assert (only(data).code, data.report.refused) == ("contradicting-row", 2)
    assert reading(data, "Hispanic", ("ELA", "color")) is None


def test_a_blank_level_is_refused_with_what_to_write() -> None:
    said = only(records({**GOOD, "level": None}))
    assert said.code == "missing-record-value"
    assert "`unknown`" in (said.help or "")
