"""Writes tables of the colors of schools, a column for each indicator, in the layout of the state's own files."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

COLUMNS = {
    "chronic": "chronic",
    "ela": "ela",
    "elpi": "elpi",
    "cci": "cci",
    "grad": "grad",
    "math": "math",
    "susp": "susp",
}
CODES = {"None": "0", "Red": "1", "Orange": "2", "Yellow": "3", "Green": "4", "Blue": "5"}
HEADER = (
    "cds",
    "rtype",
    "schoolname",
    "countyname",
    "studentgroup",
    "currnumer",
    "currdenom",
    "color",
    "reportingyear",
)


def rows(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a table, which may be compressed, by the names of its columns."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("latin-1")
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)


def write_as_state_files(folder: Path, year: int, *tables: Path, without: tuple[str, ...] = ()) -> None:
    """Write the colors of a year that stand in some tables as files of the state, but for some of them.

    A table without a column for the student group is of all students, one without a year of the year asked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    colors = [row for table in tables for row in rows(table) if row.get("year", str(year)) == str(year)]
    for name in COLUMNS:
        if name not in without:
            with (folder / _file(name, year)).open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, delimiter="\t")
                writer.writerow(HEADER)
                writer.writerows(_row(row, name, year) for row in colors if row[name] != "None" or name == "susp")


def _file(name: str, year: int) -> str:
    if year == 2017:
        return f"{name}38download2017f.txt" if name in ("ela", "math") else f"{name}download2017f.txt"
    return f"{name}download{year}.txt"


def _row(row: dict[str, str], name: str, year: int) -> list[str]:
    group = row.get("studentgroup", "ALL")
    return [row["cds"], "S", "", "", group, "", "", CODES[row[name]], f"{year}f" if year == 2017 else str(year)]
