"""The vocabulary of the performance levels, and small files in the layout it declares."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from rulelang.core.record import FieldKey, Reading
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.read import read_folders
from rulelang.data.report import DataSet
from tests.data.small import DISTRICT
from tests.shipped_files import shipped_words

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
EVERY_YEAR = (2017, 2018, 2019, 2022, 2023, 2024, 2025)
ONLY_STATE_INDICATORS = dict.fromkeys(EVERY_YEAR, ("state",))

SUSPENSIONS: Mapping[str, str] = {
    "cds": DISTRICT,
    "rtype": "D",
    "schoolname": "",
    "districtname": "Alameda Unified",
    "countyname": "Alameda",
    "charter_flag": "",
    "dass_flag": "",
    "type": "UD",
    "studentgroup": "AA",
    "currnumer": "14",
    "currdenom": "402",
    "currstatus": "3.5",
    "priornumer": "12",
    "priordenom": "409",
    "priorstatus": "2.9",
    "change": "0.5",
    "statuslevel": "3",
    "changelevel": "2",
    "color": "2",
    "certifyflag": "",
    "reportingyear": "2023",
}
"""A row of the file of suspensions of 2023."""


def vocabulary(name: str = "dashboard") -> Vocabulary:
    """Return the vocabulary of a folder of rulesets."""
    return shipped_words(RULESETS / name / "vocabulary.rules")[0]


def suspensions(folder: Path, *changes: Mapping[str, str], without: tuple[str, ...] = (), year: int = 2023) -> Path:
    """Write a file of suspensions with a row for each set of changes, without some columns, and return the folder."""
    names = [name for name in {**SUSPENSIONS, **(changes[0] if changes else {})} if name not in without]
    rows = [{**SUSPENSIONS, "reportingyear": str(year), **change} for change in changes or ({},)]
    lines = ["\t".join(names), *("\t".join(row[name] for name in names) for row in rows)]
    (folder / f"suspdownload{year}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def read(folder: Path, *years: int) -> DataSet:
    """Return what the state indicator files of a folder say of some years, 2023 where none is given."""
    return read_folders(vocabulary(), [folder], years or (2023,), kinds=ONLY_STATE_INDICATORS)


def readings(data: DataSet, code: str, group: str, year: int) -> Mapping[FieldKey, Reading]:
    """Return what the files say of a student group, without what silence means."""
    record = next(record for record in data.records if record.code == code)
    return record.years[year].groups[group]


def value(data: DataSet, code: str, group: str, year: int, key: FieldKey) -> str | Fraction | None:
    """Return the level or the number of a student group; None where the files say it has none."""
    return readings(data, code, group, year)[key].level
