"""One LEA from the plain records of a whole state, to be explained: without reading all of the others.

The meaning of a missing row depends on the others only by which indicators any row names in which year. So its own rows
and a single one of each indicator and year have the same meaning for it as all rows.
"""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from rulelang.analysis.asked import chosen_codes, leas_named, not_there, place_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.records import read_records, records_from_rows
from rulelang.data.report import DataError, DataSet
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError, can_scan, connection_error, scan
from rulelang.data.scanned_records import texts_of


def record_in(vocabulary: Vocabulary, path: Path, asked: str, *, related: bool = False) -> DataSet:
    """Return the record of the LEA asked for in a file of plain records, or in a folder of such files.

    With `related` all others come behind it, as any may be of its family. There is none if the records do not have
    the LEA, or have several that may be meant. What is wrong with the records, or with the request, is among the
    diagnostics, and nothing raises.
    """
    found = _scanned(vocabulary, path, asked) if can_scan(path) and not related else None
    if found is not None:
        return found
    # The reader understands words and columns that a scan does not, and says which row is wrong.
    data = read_records(vocabulary, path)
    codes = chosen_codes(map(place_of, data.records), [asked], (), vocabulary)
    absent = () if data.has_errors else not_there(map(place_of, data.records), [asked], (), vocabulary)
    kept = tuple(record for record in data.records if record.code in codes)
    others = tuple(record for record in data.records if related and kept and record.code not in codes)
    return evolve(data, records=(*kept, *others), diagnostics=(*data.diagnostics, *absent))


def _scanned(vocabulary: Vocabulary, path: Path, asked: str) -> DataSet | None:
    """Return the record of the LEA by its own rows and one of each indicator and year; None if it takes a reader."""
    try:
        connection = scan(path)
    except (ValueError, DataError):
        return None
    try:
        texts = ", ".join(f"{text} as {column}" for column, text in texts_of(vocabulary, connection).items())
        connection.execute(f"CREATE VIEW texts as SELECT {texts} FROM {RECORDS}")  # noqa: S608 - of quoted names
        code = _code_of(connection, asked)
        # A code may have blanks at its ends, of more kinds than the database knows of.
        found = connection.execute(
            "FROM texts WHERE contains(lea_code, $1) UNION ALL"
            " (SELECT DISTINCT ON (year, indicator) * FROM texts WHERE NOT contains(lea_code, $1))",
            [code],
        )
        columns = [column for column, *_ in found.description]
        rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    except (NotUnderstoodError, connection_error()):
        return None
    finally:
        connection.close()
    data = records_from_rows(vocabulary, rows, str(path))
    kept = tuple(record for record in data.records if record.code == code)
    return evolve(data, records=kept) if kept and not data.diagnostics else None


def _code_of(connection: Connection, asked: str) -> str:
    """Return the code of the LEA asked for in the records of a connection, as given where none or several fit."""
    if connection.execute("SELECT 1 FROM texts WHERE lea_code = ? LIMIT 1", [asked]).fetchone() is not None:
        return asked
    found = connection.execute("SELECT lea_code, coalesce(max(name), '') FROM texts GROUP BY lea_code").fetchall()
    meant = leas_named(asked, {code: name for code, name in found if code is not None})
    return meant[0] if len(meant) == 1 else asked
