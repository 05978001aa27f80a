"""Rows that say the same of different LEAs are read once, and everything is as if each had been read cell by cell."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulelang.core.vocabulary import Vocabulary
from rulelang.data import rows as rows_of_a_file
from rulelang.data.alike_rows import AlikeRows, alike_rows
from rulelang.data.plan import FilePlan
from rulelang.data.report import DataSet
from rulelang.data.rows import RowReader
from rulelang.data.text_rows import Row
from tests.data.small import CHARTER, COUNTY_OFFICE, DISTRICT, SCHOOL, counts, read, row, state_file

ANOTHER = "01611270000000"
CODES = (DISTRICT, ANOTHER, COUNTY_OFFICE, f" {DISTRICT}", "01611350000000", CHARTER, "1611190000000", SCHOOL, "")
HOMELESS = {"studentgroup": "HOM", "currdenom": "20"}
ODD = {
    "studentgroup": ("HI", "FOS", "HOM", "aa", " HI", "ALL", "ZZ"),
    "currdenom": ("31", "30", "29", "15", "14", "0", "", "-1", "31.5", "1e3", " 31", "1,200"),
    "statuslevel": ("0", "1", " 2", "", "9"),
    "color": ("0", "5", "5 ", "", "9"),
    "rtype": ("S", "", "X"),
    "charter_flag": ("Y", "N"),
    "reportingyear": ("2022",),
}
CHANGES = st.sampled_from([(column, cell) for column, cells in ODD.items() for cell in cells])
CELLS = st.builds(
    lambda code, changes: {"cds": code, **dict(changes)},
    st.sampled_from(CODES[:5]) | st.sampled_from(CODES),
    st.lists(CHANGES, max_size=2),
)


def everything(data: DataSet) -> object:
    origins = [
        (record.code, year, group, list(map(repr, readings.values())))
        for record in data.records
        for year, facts in record.years.items()
        for group, readings in (*facts.groups.items(), (None, facts.lea))
    ]
    return data.records, origins, data.report, data.diagnostics


@given(st.lists(CELLS, max_size=40))
@example([{"cds": DISTRICT}, {"cds": ANOTHER}, {"cds": DISTRICT}, {"cds": ANOTHER, "color": "5"}])
@example([{"cds": DISTRICT}, {"cds": ANOTHER, "currdenom": "29"}, {"cds": COUNTY_OFFICE, "currdenom": "31.5"}])
@example([{"cds": DISTRICT, "currdenom": ""}, {"cds": ANOTHER, "currdenom": ""}])
@example([{"cds": DISTRICT, **HOMELESS}, {"cds": CHARTER, "charter_flag": "Y", **HOMELESS}])
def test_everything_is_as_if_each_row_were_read_cell_by_cell(rows: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        state_file(Path(folder), *(row(**cells) for cells in rows))
        found = everything(read(Path(folder)))
        with patch.object(rows_of_a_file, "alike_rows", lambda *_: None):
            assert found == everything(read(Path(folder)))


def test_what_another_file_said_before_is_still_contradicted(tmp_path: Path) -> None:
    state_file(tmp_path / "first", row(), row(cds=ANOTHER))
    state_file(tmp_path / "second", row(cds=COUNTY_OFFICE), row(color="5"), row(cds=ANOTHER))
    assert [one.code for one in read(tmp_path).diagnostics] == ["contradicting-row", "duplicate-row"]


def test_rows_that_say_the_same_are_read_cell_by_cell_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[int] = []
    use = RowReader._use

    def counted(self: RowReader, row: Row) -> str | None:
        slow.append(row[0])
        return use(self, row)

    monkeypatch.setattr(RowReader, "_use", counted)
    codes = [f"0161{at:03}0000000" for at in range(119, 159)]
    state_file(tmp_path, *(row(cds=code, currdenom=str(30 + at)) for at, code in enumerate(codes)))
    data = read(tmp_path)
    assert [record.code for record in data.records] == codes
    assert counts(data) == (40, 40, 0, 0)
    assert 1 <= len(slow) <= 5


def test_a_file_is_let_go_once_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[AlikeRows | None] = []

    def alike(vocabulary: Vocabulary, plan: FilePlan, lea_of: Callable[[Row], tuple[int, str]]) -> AlikeRows | None:
        made.append(alike_rows(vocabulary, plan, lea_of))
        return made[-1]

    monkeypatch.setattr(rows_of_a_file, "alike_rows", alike)
    state_file(tmp_path, row())
    read(tmp_path)
    kept = made.pop()
    assert kept is not None
    gone = weakref.ref(kept)
    del kept
    assert gone() is None
