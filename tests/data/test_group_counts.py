"""How many student groups LEAs have: a table of its own, with a message for every row that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.data.group_counts import read_group_counts
from rulelang.data.write import write_table
from tests.data.california import california

CODE, OTHER = "27659610000000", "27660920000000"


def read(tmp_path: Path, text: str) -> tuple[dict[tuple[int, str], int], list[str]]:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    found = read_group_counts(california(), path, 2023)
    assert found.report.read == found.report.used + found.report.refused
    return dict(found.counts), [one.code for one in found.diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        f"lea_code,student_groups\n{CODE},2\n",
        f"CDS\tGroups\n{CODE}\t2\n",
        f"other,lea_code,student_groups\nx,{CODE},2\n",
        f"lea_code,student_groups,year\n{CODE},2,\n",
    ],
)
def test_a_count_without_a_year_is_of_the_year_asked_for(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == ({(2023, CODE): 2}, [])


def test_a_count_may_name_its_year(tmp_path: Path) -> None:
    text = f"lea_code,year,student_groups\n{CODE},2022,2\n{CODE},2023,3\n"
    assert read(tmp_path, text) == ({(2022, CODE): 2, (2023, CODE): 3}, [])


def test_a_workbook_will_do(tmp_path: Path) -> None:
    path = write_table(tmp_path / "counts", ("lea_code", "student_groups"), [(CODE, 2)], "xlsx")
    assert read_group_counts(california(), path, 2023).counts == {(2023, CODE): 2}


@pytest.mark.parametrize(
    "row, code",
    [
        ("27X59610000000,2", "unknown-lea-code"),
        ("1100170000000,2", "lost-leading-zeros"),
        (f"{CODE},two", "not-a-number"),
        (f"{CODE},-2", "not-a-number"),
        (f"{CODE},", "not-a-number"),
        (f"{OTHER},2", "duplicate-row"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_and_the_others_are_used(row: str, code: str, tmp_path: Path) -> None:
    counts, codes = read(tmp_path, f"lea_code,student_groups\n{OTHER},2\n{row}\n")
    assert counts == {(2023, OTHER): 2}
    assert codes == [code]


@pytest.mark.parametrize("rows", [(2, 3), (3, 2), (2, 2, 3), (2, 3, 2)])
def test_counts_that_contradict_each_other_are_all_refused(rows: tuple[int, ...], tmp_path: Path) -> None:
    text = "".join(f"{OTHER},{number}\n" for number in rows)
    counts, codes = read(tmp_path, f"lea_code,student_groups\n{CODE},1\n{text}")
    assert counts == {(2023, CODE): 1}
    assert "contradicting-row" in codes


def test_a_year_that_is_none_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, f"lea_code,student_groups,year\n{CODE},2,2021\n") == ({}, ["wrong-dashboard-year"])


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "empty-data-file"),
        (f"lea_code,students\n{CODE},2\n", "missing-data-column"),
        ("name,student_groups\nElm,2\n", "no-header-row"),
        ("lea_code,student_groups\n", "header-only"),
    ],
)
def test_a_file_that_cannot_be_used_has_its_own_message(text: str, code: str, tmp_path: Path) -> None:
    assert read(tmp_path, text) == ({}, [code])


def test_a_file_that_is_not_there_has_its_own_message(tmp_path: Path) -> None:
    found = read_group_counts(california(), tmp_path / "none.csv", 2023)
    assert [one.code for one in found.diagnostics] == ["no-such-data-file"]
