"""Workbooks that are made, or damaged, to take the process with them, and cells that only look blank."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from rulelang.data import workbook_child, workbooks
from rulelang.data.group_counts import read_group_counts
from rulelang.data.published import read_published
from rulelang.data.records import read_records
from rulelang.data.report import DataError
from rulelang.data.results import read_results
from rulelang.data.workbooks import one_child, sheets_of
from tests.data.dashboards import vocabulary
from tests.data.small import DISTRICT, SHARED, VOCABULARY, codes, counts, needs_published_data, only, read, reading
from tests.data.test_bad_files import LOCAL_HEADER, workbook

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
RATING: list[object] = [DISTRICT, "Alameda", 1, "Not Met", 2023]

Change = Callable[[bytes], bytes]


def changed(path: Path, changes: Mapping[str, Change]) -> Path:
    """Change parts of a workbook and return where it is."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as before, zipfile.ZipFile(path, "w", 8) as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, changes[name](part) if name in changes else part)
    return path


def ratings(path: Path) -> Path:
    """Write a good workbook of one rating and return where."""
    return workbook(path, [LOCAL_HEADER, RATING])


def with_xml(xml: bytes) -> Mapping[str, Change]:
    """Return the change that puts XML at the end of the cells."""
    return {SHEET: lambda part: part.replace(b"</sheetData>", xml + b"</sheetData>")}


def many_sheets(number: int) -> Mapping[str, Change]:
    """Return the changes by which a workbook has one large sheet many times."""
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (at, at) for at in range(1, number + 1))
    row = b'<row r="2900"><c r="ALL2900"><v>1</v></c></row>'
    return {
        **with_xml(row),
        BOOK: lambda part: re.sub(rb"<sheets>.*</sheets>", b"<sheets>" + sheets + b"</sheets>", part),
    }


FAR = [
    b'<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>',
    b'<row r="1048576"><c r="XFD1048576" t="n" ><v>1</v></c></row>',
    b'<row r="1048576"><c\nr="XFD1048576"><v>1</v></c></row>',
    b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    b'<row r="40000000"><c r="B40000000"><v>1</v></c></row>',
    b'<row r="400000000"><c><v>1</v></c></row>',
    b'<row r="1000000"><c t="n" r="CV1000000"><v>1</v></c></row>',
    b'<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
]


@pytest.mark.parametrize("xml", FAR)
def test_a_cell_far_away_ends_nothing_however_it_is_written(tmp_path: Path, xml: bytes) -> None:
    changed(ratings(tmp_path / "Pr12023.xlsx"), with_xml(xml))
    workbook(tmp_path / "Pr22023.xlsx", [LOCAL_HEADER, [DISTRICT, "Alameda", 2, "Met", 2023]])
    data = read(tmp_path)
    assert only(data).code in ("stray-cell", "workbook-takes-too-much", "broken-spreadsheet")
    assert [file.used for file in data.report.files] == [0, 1]


def test_a_cell_far_away_in_a_file_of_counts_is_told(tmp_path: Path) -> None:
    path = changed(
        workbook(tmp_path / "counts.xlsx", [["lea_code", "student_groups"], [DISTRICT, 5]]), with_xml(FAR[4])
    )
    assert codes(read_group_counts(VOCABULARY, path, 2023).diagnostics) == {"workbook-takes-too-much": 1}


def test_a_large_sheet_many_times_takes_no_time_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SECONDS", 1)
    path = changed(ratings(tmp_path / "Pr12023.xlsx"), many_sheets(2000))
    with pytest.raises(DataError) as refused:
        sheets_of("x", path.read_bytes())
    assert refused.value.diagnostics[0].code == "workbook-takes-too-much"


def test_a_process_that_hangs_is_ended_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = ratings(tmp_path / "Pr12023.xlsx").read_bytes()
    program = tmp_path / "hangs.py"
    program.write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    monkeypatch.setattr(workbooks, "SECONDS", 0)
    with one_child() as child:
        monkeypatch.setattr(workbook_child, "__file__", str(program))
        assert child.ask(content) == (workbook_child.TOO_LARGE, [])
        monkeypatch.undo()
        assert child.ask(content)[0] == workbook_child.SHEETS


def test_a_file_of_another_program_is_no_workbook(tmp_path: Path) -> None:
    cells = (
        '<table:table-row table:number-rows-repeated="100000000"><table:table-cell office:value="1"/></table:table-row>'
    )
    with zipfile.ZipFile(tmp_path / "Pr12023.xlsx", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content>{cells}</office:document-content>")
    assert only(read(tmp_path)).code == "broken-spreadsheet"


def test_a_part_that_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    content = bytearray(ratings(tmp_path / "Pr12023.xlsx").read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo(SHEET).header_offset
    start = at + 30 + sum(struct.unpack_from("<HH", content, at + 26))
    content[start : start + 4] = b"\xff" * 4
    (tmp_path / "Pr12023.xlsx").write_bytes(content)
    assert only(read(tmp_path)).code == "broken-spreadsheet"
    with pytest.raises(DataError, match="workbook"):
        read_results(tmp_path / "Pr12023.xlsx")


@needs_published_data
def test_one_changed_byte_of_the_older_format_takes_no_memory_without_end() -> None:
    content = bytearray((SHARED / "2017" / "assistancestatus2017.xls").read_bytes())
    content[77051] = 0xB9
    with pytest.raises(DataError) as refused:
        sheets_of("x", bytes(content))
    assert refused.value.diagnostics[0].code == "workbook-takes-too-much"


def test_one_process_reads_all_workbooks_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    begin = subprocess.Popen

    def counted(*given: object, **named: object) -> object:
        started.append(given)
        return begin(*given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", counted)
    for area in (1, 2, 3):
        workbook(tmp_path / f"Pr{area}2023.xlsx", [LOCAL_HEADER, [DISTRICT, "Alameda", area, "Met", 2023]])
    assert counts(read(tmp_path)) == (3, 3, 0, 0)
    assert len(started) == 1


def test_a_script_without_a_guard_reads_workbooks(tmp_path: Path) -> None:
    path = ratings(tmp_path / "Pr12023.xlsx")
    lines = [
        "from pathlib import Path",
        "from rulelang.data.workbooks import sheets_of",
        "print([len(sheet.rows) for sheet in sheets_of('x', Path(__file__).with_name('Pr12023.xlsx').read_bytes())])",
    ]
    (tmp_path / "script.py").write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, path.with_name("script.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path.cwd(),
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.stdout, done.stderr) == ("[2]\n", "")


# ---- Cells that only look blank ----

FORMULA = b"<f>VLOOKUP(A2,Old!A:E,5,0)</f>"
VALUELESS = {
    "an error": (b' t="e">', b"<v>#N/A</v>", "#N/A"),
    "an error of a formula": (b' t="e">', FORMULA + b"<v>#REF!</v>", "#REF!"),
    "an error in other marks": (b" t='e'>", b"<v>#N/A</v>", "#N/A"),
    "an error without a word": (b' t="e">', b"", "#ERROR!"),
    "a formula never worked out": (b">", FORMULA, "=VLOOKUP(A2,Old!A:E,5,0)"),
    "a formula as others write it": (b">", FORMULA + b"<v></v>", "=VLOOKUP(A2,Old!A:E,5,0)"),
    "a text never worked out": (b' t="str">', FORMULA, "=VLOOKUP(A2,Old!A:E,5,0)"),
}


def rating_of(path: Path, start: bytes, inner: bytes) -> Path:
    """Write a workbook in which the rating is a cell of that XML, and return where."""
    cell = b'<c r="D2"' + start + inner + b"</c>"
    return changed(ratings(path), {SHEET: lambda part: re.sub(rb'<c r="D2".*?</c>', lambda _: cell, part)})


@pytest.mark.parametrize("start, inner, shown", VALUELESS.values(), ids=VALUELESS)
def test_a_cell_without_a_value_is_unknown_and_not_blank(
    tmp_path: Path, start: bytes, inner: bytes, shown: str
) -> None:
    rating_of(tmp_path / "Pr12023.xlsx", start, inner)
    data = read(tmp_path)
    diagnostic = only(data)
    assert diagnostic.code == "unknown-level-code"
    assert f"`{shown}`" in diagnostic.message
    assert counts(data) == (1, 0, 0, 1)
    assert data.records == () or reading(data, None, ("Basics", "rating")) is None


@pytest.mark.parametrize("start", [b' t="&#101;">', b" t='&#x65;'>"])
def test_an_error_that_is_spelled_by_a_number_is_never_blank(tmp_path: Path, start: bytes) -> None:
    rating_of(tmp_path / "Pr12023.xlsx", start, b"<v>#N/A</v>")
    data = read(tmp_path)
    assert only(data).code in ("unknown-level-code", "broken-spreadsheet")
    assert counts(data)[1] == 0


@pytest.mark.parametrize(
    "start, inner",
    [(b' t="str">', FORMULA + b"<v>Not Met</v>"), (b' t="str">', b'<f>"Not Met"</f><v>Not Met</v>')],
)
def test_a_formula_that_was_worked_out_is_what_it_says(tmp_path: Path, start: bytes, inner: bytes) -> None:
    rating_of(tmp_path / "Pr12023.xlsx", start, inner)
    data = read(tmp_path)
    found = reading(data, None, ("Basics", "rating"))
    assert data.diagnostics == ()
    assert found is not None
    assert found.level == "Not Met"


@pytest.mark.parametrize("inner", [FORMULA + b"<v></v>", FORMULA + b"<v/>"])
def test_a_formula_that_gives_a_blank_text_is_blank(tmp_path: Path, inner: bytes) -> None:
    rating_of(tmp_path / "Pr12023.xlsx", b' t="str">', inner)
    data = read(tmp_path)
    found = reading(data, None, ("Basics", "rating"))
    assert data.diagnostics == ()
    assert found is not None
    assert found.level is None


def test_an_error_in_a_name_says_nothing(tmp_path: Path) -> None:
    path = ratings(tmp_path / "Pr12023.xlsx")
    cell = b'<c r="B2" t="e"><v>#N/A</v></c>'
    changed(path, {SHEET: lambda part: re.sub(rb'<c r="B2".*?</c>', lambda _: cell, part)})
    data = read(tmp_path)
    assert data.diagnostics == ()
    assert [record.name for record in data.records] == [""]


def test_an_error_in_a_published_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "assistancestatus18.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["CDS", "LEAname", "Countyname", "AssistanceStatus2018", "AApriorities"])
        sheet.write_row(1, 0, [DISTRICT, "Alameda", "Alameda", "General Assistance"])
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")
    found = read_published(VOCABULARY, path, 2018)
    assert codes(found.diagnostics) == {"unknown-priority-code": 1}
    assert found.leas == ()


def test_an_error_in_the_older_format_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("notes")
    sheet = book.add_sheet("ratings")
    for number, cells in enumerate([LOCAL_HEADER, RATING, [DISTRICT.replace("1119", "1127"), *RATING[1:]]]):
        for at, cell in enumerate(cells):
            if (number, at) != (2, 3):
                sheet.write(number, at, cell)
    sheet.row(2).set_cell_error(3, 42)
    book.save(tmp_path / "Pr12023.xlsx")
    data = read(tmp_path)
    assert only(data).code == "unknown-level-code"
    assert "`#N/A`" in only(data).message
    assert counts(data) == (2, 1, 0, 1)


def of_percentages(ending: str) -> bytes:
    """Return a workbook with percentages in several formats, and numbers whose format only has the sign in its text."""
    raw = io.BytesIO()
    formats = {"0%": 0.31, "0.0%": 0.469, "0.00 %;-0.00 %": 1.5, '0" %"': 31, "General": 0.31, "0\\%": 31}
    if ending == ".xls":
        book = xlwt.Workbook()
        sheet = book.add_sheet("Sheet1")
        for at, (code, number) in enumerate(formats.items()):
            sheet.write(0, at, number, xlwt.easyxf(num_format_str=code))
        book.save(raw)
    else:
        with xlsxwriter.Workbook(raw) as written:
            page = written.add_worksheet()
            for at, (code, number) in enumerate(formats.items()):
                page.write_number(0, at, number, written.add_format({"num_format": code}))
    return raw.getvalue()


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_a_percentage_is_what_is_seen_and_not_a_hundredth_of_it(ending: str) -> None:
    [sheet] = sheets_of(f"a{ending}", of_percentages(ending))
    assert [list(cells) for _, cells in sheet.rows] == [["31%", "46.9%", "150%", "31", "0.31", "31"]]


def test_a_percentage_is_refused_as_it_is_in_text(tmp_path: Path) -> None:
    head = ("lea_code", "year", "student_group", "indicator", "number", "value")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for at, cell in enumerate(("27659610000000", "2023", "EL", "Suspension Rate", "published rate")):
            sheet.write_string(0, at, head[at])
            sheet.write_string(1, at, cell)
        sheet.write_string(0, 5, "value")
        sheet.write_number(1, 5, 0.031, book.add_format({"num_format": "0.0%"}))
    text = ",".join(head) + "\n27659610000000,2023,EL,Suspension Rate,published rate,3.1%\n"
    (tmp_path / "a.csv").write_text(text)
    found = [read_records(vocabulary(), tmp_path / name).diagnostics for name in ("a.xlsx", "a.csv")]
    assert [[(one.code, one.message) for one in each] for each in found] == [
        [(one.code, one.message) for one in found[0]]
    ] * 2
    assert [one.code for one in found[0]] == ["not-an-exact-number"]
