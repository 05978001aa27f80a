"""One LEA out of the plain records of a whole state, to be explained: without reading all of the others.

What a missing row of it says depends on the others only by which indicators any row names in which year. So its own
rows and a single one of each indicator and year say as much of it as all rows do.
"""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from rulelang.core.vocabulary import Vocabulary
from rulelang.data.records import read_record_files, records_from_rows
from rulelang.data.report import DataError, DataSet, ReadReport
from rulelang.data.scan import can_scan, connection_error, files_in, scan
from rulelang.diagnostics.catalogue import records as say_record


def record_in(vocabulary: Vocabulary, path: Path, code: str) -> DataSet:
    """Return the record of the LEA with a code in a file of plain records, or in a folder of such files.

    There is none where the records do not have the LEA. What is wrong with the records is among the diagnostics, and
    nothing raises.
    """
    if not files_in(path):
        return DataSet((), ReadReport(), (say_record.no_record_files(str(path)),))
    data = _scanned(vocabulary, path, code) if can_scan(path) else None
    if data is None or data.diagnostics or not _has(data, code):
        # The reader understands words and columns that a scan does not, and says which row is wrong.
        data = read_record_files(vocabulary, files_in(path))
    return evolve(data, records=tuple(record for record in data.records if record.code == code))


def _has(data: DataSet, code: str) -> bool:
    return any(record.code == code for record in data.records)


def _scanned(vocabulary: Vocabulary, path: Path, code: str) -> DataSet | None:
    """Return what the rows of the LEA say, and one of each indicator and year; None where that takes a reader."""
    try:
        connection = scan(path)
    except (ValueError, DataError):
        return None
    try:
        # A code may have blanks at its ends, of more kinds than the database knows of.
        found = connection.execute(
            "FROM records WHERE contains(lea_code, $1) UNION ALL"
            " (SELECT DISTINCT ON (year, indicator) * FROM records WHERE NOT contains(lea_code, $1))",
            [code],
        )
        columns = [column for column, *_ in found.description]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    except connection_error():
        return None
    finally:
        connection.close()
    return records_from_rows(vocabulary, rows, str(path))
