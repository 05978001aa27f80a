"""What values numbers may have: floats of any length, percentages, whole counts, and what to write instead."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import rulelang
from rulelang.analysis.checking import check_ruleset
from rulelang.data.cells import cell_text, exact
from rulelang.data.report import DataError, DataSet
from rulelang.facade import LoadedRuleset

VOCABULARY = """vocabulary Attendance
Dashboard years 2025
kinds of LEA
  | kind   | plural  | code           |
  | school | schools | ?????????????? |
attendance indicators of the LEA
  | indicator           | better |
  | Chronic Absenteeism | lower  |
numbers of attendance indicators
  | number        | part of  | at most | below zero |
  | enrolled      |          |         |            |
  | absent        | enrolled |         |            |
  | reported rate |          | 100     |            |
  | change        |          |         | yes        |
facts of the LEA
  | fact   | is a   |
  | budget | number |
outcomes
  | outcome | is a          |
  | Watch   | determination |
  | None    | determination |
files of attendance indicators
  | indicator           | years   | file             |
  | Chronic Absenteeism | 2025 on | absent{year}.csv |
columns of attendance indicators
  | holds         | column   | where there is none | written |
  | LEA code      | cds      |                     |         |
  | LEA name      | name     | (blank)             |         |
  | county        | county   | (blank)             |         |
  | Dashboard year | year    | (blank)             | {year}  |
  | enrolled      | enrolled | (blank)             |         |
  | absent        | absent   | (blank)             |         |
  | reported rate | rate     | (blank)             |         |
  | change        | change   | (blank)             |         |
"""
CODE = "01611190111111"


@pytest.fixture
def rules(tmp_path: Path) -> LoadedRuleset:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    text = "ruleset Attendance 2025\nfor schools\n  A: reported rate is 30 or more → Watch\n  otherwise → None\n"
    (tmp_path / "2025.rules").write_text(text, encoding="utf-8")
    return rulelang.load(tmp_path / "2025.rules")


def read(rules: LoadedRuleset, tmp_path: Path, column: str, *values: str) -> DataSet:
    lines = [f'{int(CODE) + at:014},"{value}"' for at, value in enumerate(values)]
    (tmp_path / "absent2025.csv").write_text("\n".join([f"cds,{column}", *lines, ""]), encoding="utf-8")
    return rules.read(tmp_path)


def record(number: str, value: object) -> dict[str, object]:
    return {"lea_code": CODE, "year": 2025, "indicator": "Chronic Absenteeism", "number": number, "value": value}


def number(data: DataSet, name: str) -> object:
    readings = [record.years[2025].lea.get(("Chronic Absenteeism", name)) for record in data.records]
    return readings[0].level if readings and readings[0] is not None else None


@given(st.floats(min_value=-1e12, max_value=1e12, exclude_min=True, exclude_max=True))
@example(200 / 3)
@example(0.1 + 0.2)
@example(5e-05)
def test_a_float_is_the_shortest_decimal_that_is_read_back_as_it(value: float) -> None:
    assume(value == 0 or abs(value) > 1e-5)
    written = exact(cell_text(value))
    assert written == Fraction(repr(value))
    assert float(written) == value


def test_floats_are_read_in_files_and_in_records(rules: LoadedRuleset, tmp_path: Path) -> None:
    data = read(rules, tmp_path, "rate", "66.66666666666667")
    assert (data.diagnostics, number(data, "reported rate")) == ((), Fraction("66.66666666666667"))
    data = rules.records([record("reported rate", 200 / 3)])
    assert (data.diagnostics, number(data, "reported rate")) == ((), Fraction("66.66666666666667"))
    assert number(rules.records([record("change", 1e-05)]), "change") == Fraction(1, 100_000)


REFUSED = [
    ("rate", "reported rate", "100.1", "number-above-highest", "at most `100`"),
    ("rate", "reported rate", "175", "number-above-highest", "at most `100`"),
    ("rate", "reported rate", "30.0%", "not-an-exact-number", "write `30.0`"),
    ("rate", "reported rate", "3e1", "not-an-exact-number", "without an exponent"),
    ("rate", "reported rate", "45,5", "not-an-exact-number", "write `45.5`"),
    ("rate", "reported rate", f"0.{'3' * 21}", "not-an-exact-number", "20 behind it"),
    ("rate", "reported rate", "12345678901234", "not-an-exact-number", "12 digits before"),
    ("rate", "reported rate", "*", "not-an-exact-number", "`blank cells of ...`"),
    ("rate", "reported rate", "N/A", "not-an-exact-number", "`blank cells of ...`"),
    ("rate", "reported rate", "-5", "not-an-exact-number", "not below zero; None"),
    ("rate", "reported rate", "+5", "not-an-exact-number", "write `5`"),
    ("enrolled", "enrolled", "'1250", "not-an-exact-number", "write `1250`"),
    ("enrolled", "enrolled", "1 250", "not-an-exact-number", "write `1250`"),
    ("enrolled", "enrolled", "1'250'000", "not-an-exact-number", "write `1250000`"),
    ("enrolled", "enrolled", "12 50", "not-an-exact-number", "`blank cells of ...`"),
    ("enrolled", "enrolled", "1.250", "not-a-number", "`1,250` or `1250`"),
    ("enrolled", "enrolled", "2.375", "not-a-number", "`2,375` or `2375`"),
    ("absent", "absent", "45.5", "not-a-number", "what is counted is whole"),
    ("absent", "absent", "1.25", "not-a-number", "what is counted is whole"),
    ("absent", "absent", "30%", "not-an-exact-number", "not what percentage"),
    ("absent", "absent", "3e1", "not-an-exact-number", "a whole number such as `31` or `1,234`, not below zero"),
    ("absent", "absent", "*", "not-an-exact-number", "a whole number such as `31` or `1,234`, not below zero; leave"),
    ("rate", "reported rate", "-1", "not-an-exact-number", "one such as `31`, `1,234` or `46.9`, not below zero"),
]


@pytest.mark.parametrize("column, name, text, code, words", REFUSED)
def test_a_value_that_a_number_cannot_have_is_refused_and_said(
    column: str, name: str, text: str, code: str, words: str, rules: LoadedRuleset, tmp_path: Path
) -> None:
    for data in (read(rules, tmp_path, column, text), rules.records([record(name, text)])):
        [said] = data.diagnostics
        assert said.code == code
        assert f"`{text}`" in said.message
        assert words in f"{said.message}; {said.help}"
        assert data.report.refused == 1
        assert number(data, name) is None


TAKEN = [("rate", "reported rate", "100"), ("enrolled", "enrolled", "1,250"), ("change", "change", "-175.5")]


@pytest.mark.parametrize("column, name, text", TAKEN)
def test_a_value_at_the_limit_is_taken(column: str, name: str, text: str, rules: LoadedRuleset, tmp_path: Path) -> None:
    for data in (read(rules, tmp_path, column, text), rules.records([record(name, text)])):
        assert data.diagnostics == ()
        assert number(data, name) == Fraction(text.replace(",", ""))


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    "fact, code",
    [
        ("absent 45.5", "not-a-number"),
        ("enrolled 91/2", "not-a-number"),
        ("reported rate 100.1", "number-above-highest"),
        ("absent -1", "count-below-zero"),
        ("absent 45", None),
        ("absent 45.0", None),
        ("reported rate 45.5", None),
        ("reported rate 100", None),
        ("change -45.5", None),
        ("budget 45.5", None),
    ],
)
def test_an_example_has_only_values_that_data_can_have(fact: str, code: str | None, tmp_path: Path) -> None:
    path = tmp_path / "2025.rules"
    expected = "Watch" if "rate" in fact else "cannot tell"
    lines = f'example "One"\n  given a school\n    {fact}\n  expect {expected}\n'
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    assert [one.code for one in check_ruleset(path)] == ([] if code is None else [code])


@pytest.mark.parametrize("name, value", [("reported rate", "100.1"), ("enrolled", "1.250"), ("absent", "45.5")])
def test_a_scan_refuses_what_the_reader_refuses(name: str, value: str, rules: LoadedRuleset) -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = [record(name, value), {**record("change", "1.5"), "lea_code": "01611190122222"}]
    relation = duckdb.from_arrow(pa.Table.from_pylist(rows))
    with pytest.raises(DataError, match=value):
        rules.evaluate_table(relation).fetchall()


@pytest.mark.parametrize(
    "values, warned",
    [
        (["0.67", "0.3", "0"], True),
        (["1", "1.0", "0.5"], True),
        (["0.67", "0.3"], False),
        (["0.67", "0.3", "1.1"], False),
        (["0", "1", "1"], False),
    ],
)
def test_percentages_that_may_be_parts_of_one_are_warned_of(
    values: list[str], warned: bool, rules: LoadedRuleset, tmp_path: Path
) -> None:
    data = read(rules, tmp_path, "rate", *values)
    assert [one.code for one in data.diagnostics] == ["percentages-below-one"] * warned
    assert (data.report.used, data.report.refused) == (len(values), 0)
    assert read(rules, tmp_path, "change", *values).diagnostics == ()


MARKED = [f"{CODE}.0", f"'{CODE}", f'=""{CODE}""', "01-61119-0111111", "01 61119 0111111"]


@pytest.mark.parametrize("code", MARKED)
def test_a_code_with_signs_is_said_once_with_what_is_meant(code: str, rules: LoadedRuleset, tmp_path: Path) -> None:
    lines = "".join(f'"{code}",{at}\n' for at in range(3))
    (tmp_path / "absent2025.csv").write_text(f"cds,rate\n{lines}", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    assert said.code == "marked-lea-code"
    assert said.message.endswith(f"expected `{CODE}`; 2 more rows have the same error")


@pytest.mark.parametrize(
    "code, expected",
    [("1611190111111.0", "lost-leading-zeros"), ("X1", "unknown-lea-code"), ("1-2x", "unknown-lea-code")],
)
def test_a_code_that_lacks_digits_or_has_others_is_said_to(
    code: str, expected: str, rules: LoadedRuleset, tmp_path: Path
) -> None:
    (tmp_path / "absent2025.csv").write_text(f"cds,rate\n{code},1\n", encoding="utf-8")
    assert [one.code for one in rules.read(tmp_path).diagnostics] == [expected]


@pytest.mark.parametrize(
    "found, words",
    [
        ("2025.0", "write `2025`; a program has made decimals"),
        ("2024-25", "write `2025` for `2024-25`"),
        ("2024-2025", "write `2025` for `2024-2025`"),
        ("2024", "check which year the file was downloaded for"),
        ("2024.0", "check which year the file was downloaded for"),
        ("2025.5", "check which year the file was downloaded for"),
        ("2023-24", "check which year the file was downloaded for"),
    ],
)
def test_a_year_that_is_written_otherwise_is_no_other_year(
    found: str, words: str, rules: LoadedRuleset, tmp_path: Path
) -> None:
    (tmp_path / "absent2025.csv").write_text(f"cds,year,rate\n{CODE},{found},1\n", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    assert said.code == "file-of-another-year"
    assert words in str(said.help)


def test_a_row_of_totals_has_no_code_and_no_year(rules: LoadedRuleset, tmp_path: Path) -> None:
    (tmp_path / "absent2025.csv").write_text(f"cds,year,rate\n{CODE},2025,1\n,,7\n", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    total = "if the row is a total or a note, delete it"
    merged = "if the code is in a cell that was merged with those below, write it in each row"
    assert (said.code, said.help) == ("unknown-lea-code", f"{total}; {merged}")
    (tmp_path / "absent2025.csv").write_text(f"cds,year,rate\n{CODE},2025,1\nTotal,2025,7\n", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    assert (said.code, said.help) == ("unknown-lea-code", total)
    (tmp_path / "absent2025.csv").write_text(f"cds,year,rate\n{CODE},2025,1\n{CODE[:-1]}2,,7\n", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    assert said.message == "the row has no year; expected `2025`"
    assert said.help == "write the year in each row; of cells that were merged, only the first has it"
    (tmp_path / "absent2025.csv").write_text(f"cds,year,rate\n{CODE},2025,1\nTotal,,7\n", encoding="utf-8")
    [said] = rules.read(tmp_path).diagnostics
    assert (said.code, said.help) == ("unknown-lea-code", total)
