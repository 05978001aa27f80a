"""Small files in the published layout, one mistake at a time."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from rulelang.core.record import FieldKey, LeaRecord, Reading
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.read import read_folders
from rulelang.data.report import DataSet
from rulelang.diagnostics.diagnostic import Diagnostic
from tests.data.california import california

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_published_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the published files in ../shared are absent")

VOCABULARY: Vocabulary = california()

COUNTY_OFFICE = "01100170000000"
DISTRICT = "01611190000000"
CHARTER = "01611190123456"
SCHOOL = "01611190130229"

COLUMNS = (
    "cds",
    "rtype",
    "schoolname",
    "districtname",
    "countyname",
    "charter_flag",
    "studentgroup",
    "currdenom",
    "statuslevel",
    "color",
    "reportingyear",
)
LOCAL_COLUMNS = ("CDS", "LEAname", "Countyname", "LocalIndicator", "Performance")

GOOD = {
    "cds": DISTRICT,
    "rtype": "D",
    "schoolname": "",
    "districtname": "Alameda Unified",
    "countyname": "Alameda",
    "charter_flag": "",
    "studentgroup": "AA",
    "currdenom": "120",
    "statuslevel": "2",
    "color": "1",
    "reportingyear": "2023",
}


def row(**cells: str) -> str:
    """Return a line of a state indicator file, good but for the cells given."""
    return "\t".join({**GOOD, **cells}[column] for column in COLUMNS)


def state_file(folder: Path, *rows: str, name: str = "eladownload2023.txt", header: str = "\t".join(COLUMNS)) -> Path:
    """Write a state indicator file and return where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8", newline="")
    return path


def local_file(folder: Path, *rows: tuple[str, str, str], year: int = 2018) -> Path:
    """Write a local indicator file in long form, of rows of LEA code, indicator and rating, and return where."""
    path = folder / f"LocalIndPerf{year}.txt"
    lines = [LOCAL_COLUMNS, *((code, "Alameda Unified", "Alameda", indicator, said) for code, indicator, said in rows)]
    path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8", newline="")
    return path


def read(folder: Path, *years: int) -> DataSet:
    """Return what is read from a folder for some years, 2023 where none is given."""
    return read_folders(VOCABULARY, [folder], years or (2023,))


def only(data: DataSet) -> Diagnostic:
    """Return the one diagnostic of a data set."""
    assert len(data.diagnostics) == 1, [diagnostic.message for diagnostic in data.diagnostics]
    return data.diagnostics[0]


def codes(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Return how many diagnostics have each code."""
    return dict(Counter(diagnostic.code for diagnostic in diagnostics))


def counts(data: DataSet) -> tuple[int, int, int, int]:
    """Return the numbers of rows read, used, ignored and refused."""
    report = data.report
    return report.read, report.used, sum(report.ignored.values()), report.refused


def lea(data: DataSet, code: str = DISTRICT) -> LeaRecord:
    """Return the record of an LEA."""
    return next(record for record in data.records if record.code == code)


def reading(data: DataSet, group: str | None, key: FieldKey, year: int = 2023, code: str = DISTRICT) -> Reading | None:
    """Return what is known of an indicator on a scale, with silence taken as the record says."""
    return lea(data, code).years[year].reading(group, key)


def is_root() -> bool:
    """Return whether permissions do not hold for whoever runs the tests."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
