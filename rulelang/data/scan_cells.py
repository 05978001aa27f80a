"""Plain records of numbers and levels, made in DuckDB the tables that lowered rules read.

Every row is scanned where it lies. What its words mean is told by the reader of `data.records`, once for each of the
few ways in which a row can be worded, so that both mean the same; only the LEAs and the numbers are of many kinds, and
they are made out here. The tables are those of `engine.table.inputs`, with LEAs and student groups as whole numbers:
an LEA's place among the codes, a group's among those of the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from attrs import evolve, frozen

from rulelang.core.record import FieldKey, LeaRecord, Reading
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import name_text
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.numbers import WRITTEN
from rulelang.data.record_words import NOT_RATED
from rulelang.data.records import RECORDS, records_from_rows
from rulelang.data.scan import Connection, NotUnderstoodError

LEAS, CELLS, SILENCES = "leas", "all_cells", "silences"
"""The tables that are made: leas (lea, kind), cells (lea, year, student_group, indicator, scale, level, number), and
silences (lea, year, indicator)."""

WORDS: Final = ("year", "indicator", "student_group", "scale", "level", "number")
"""The columns that say what a row is about, beside whose and how much it is."""

TEXTS: Final = ("lea_code", *WORDS, "value", "name", "county", "kind")
MOST_WORDINGS: Final = 200_000
"""Records worded in more ways than this have no few ways to read them by."""

SAFE_DECIMALS: Final = 6
"""With more decimals than this, the reader sees a decimal of a database near 0 as one with an exponent."""

LONGEST: Final = 18
"""So many digits fit a whole number of 64 bits."""


@frozen
class Digits:
    """How long the numbers of a field are: at most so many digits before the point, and behind it."""

    whole: int
    decimals: int


@frozen
class ScannedCells:
    """What was found: the LEAs by code, with no facts of any year, and how long the numbers of each field are.

    The numbers of a field stand in the cells as whole numbers of the unit of its last decimal. `silent` says of each
    year and indicator with any silence whether all LEAs are silent on it.
    """

    leas: Sequence[LeaRecord]
    digits: Mapping[FieldKey, Digits]
    silent: Mapping[tuple[int, str], bool]


@frozen
class _Wording:
    """One way in which rows are worded: the text of each of `WORDS`, and what kind of value stands there."""

    words: tuple[str, ...]
    value: str
    digits: Digits

    @property
    def row(self) -> dict[str, object]:
        """Return a row with these words, for the reader."""
        return {**dict(zip(WORDS, self.words, strict=True)), "value": self.value}


@frozen
class _Meaning:
    """What a wording says: of each cell its year, group, indicator, and scale or number, and its level."""

    wording: _Wording
    cells: tuple[tuple[int, int | None, FieldKey, str | None], ...]
    is_number: bool
    silent: tuple[int, frozenset[str]]


def view_cells(connection: Connection, source: str, name: str) -> None:
    """Make the rows of a source, given as the words for it in a query, the view `records` of a connection, all texts.

    Raises NotUnderstoodError where a column is not there or of a type that only the reader makes out.
    """
    del name  # what is wrong with a table is for the reader to say
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    found = [("_".join(column.casefold().split()), column, kind) for column, kind, *_ in described]
    named = {plain: (column, kind) for plain, column, kind in found}
    if any(_RENAMED.fullmatch(plain) for plain in named):
        raise NotUnderstoodError
    if len(named) != len(found) or ("cds" in named) == ("lea_code" in named) or "year" not in named:
        raise NotUnderstoodError
    if "cds" in named:
        named["lea_code"] = named.pop("cds")
    columns = [f"{_text(column, *named[column]) if column in named else _BLANK} as {column}" for column in TEXTS]
    connection.execute(f"CREATE OR REPLACE VIEW {RECORDS} as SELECT {', '.join(columns)} FROM {source}")


_RENAMED: Final = re.compile(r".*_\d+|column\d+")
"""What DuckDB calls a column whose name is there twice, or blank."""

_BLANK: Final = "''"


def _text(column: str, name: str, kind: str) -> str:
    """Return the words for a column as the text that the reader sees; NotUnderstoodError where that is not plain."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        return f"coalesce({quoted}::VARCHAR, '')"
    if column in ("year", "value") and "INT" in kind and "[" not in kind:
        return f"coalesce({quoted}::VARCHAR, '')"
    if column == "value" and kind == "DOUBLE":
        # The reader takes 402.0 for 402, and what is not a number (NaN) for nothing.
        return f"coalesce(nullif(regexp_replace({quoted}::VARCHAR, '\\.0$', ''), 'nan'), '')"
    if column == "value" and kind.startswith("DECIMAL(") and int(kind[:-1].partition(",")[2]) <= SAFE_DECIMALS:
        return f"coalesce({quoted}::VARCHAR, '')"
    raise NotUnderstoodError


def check_types(connection: Connection, files: Sequence[Path]) -> None:
    """Make sure that a scan of Parquet files sees the numbers that the reader does, who reads each by itself.

    A scan makes columns of several types one, and a decimal of more than 38 digits a binary float. Raises
    NotUnderstoodError where it would.
    """
    kinds = "count(DISTINCT coalesce(type, '') || coalesce(converted_type, '') || coalesce(logical_type::VARCHAR, ''))"
    found = connection.execute(
        f"SELECT 1 FROM parquet_schema(?) GROUP BY lower(name) HAVING {kinds} > 1 OR max(precision) > 38 LIMIT 1",
        [[str(file) for file in files]],
    ).fetchone()
    if found is not None:
        raise NotUnderstoodError


def scan_cells(connection: Connection, vocabulary: Vocabulary) -> ScannedCells:
    """Make the tables of the records of a connection, and return what was found.

    Raises NotUnderstoodError where a row is wrong, is there twice, or is written so that only the reader makes it out.
    """
    wordings = _wordings(connection)
    leas, kinds = _leas(connection, vocabulary)
    meanings, kind_names = _meanings(vocabulary, wordings, kinds)
    leas = [evolve(lea, kind=kind_names.get(lea.kind, lea.kind)) for lea in leas]
    digits = _digits(meanings)
    _store_leas(connection, leas)
    _store_cells(connection, meanings, digits)
    _store_silences(connection, meanings)
    _check_twice(connection)
    counts = connection.execute(f"SELECT year, indicator, count(*) FROM {SILENCES} GROUP BY ALL").fetchall()
    silent = {(year, indicator): number == len(leas) for year, indicator, number in counts}
    return ScannedCells(leas, digits, silent)


# ---- How rows are worded ----

_VALUE: Final = f"""
    CASE WHEN trim(value) = '' THEN ''
         WHEN regexp_full_match(trim(value), '{WRITTEN.pattern}')
         THEN CASE WHEN starts_with(trim(value), '-') THEN '-1' ELSE '1' END
         WHEN lower(trim(value)) = '{NOT_RATED}' THEN '{NOT_RATED}'
         ELSE '?' END"""
"""What kind of value stands in a row, as a value of that kind for the reader to judge."""


def _wordings(connection: Connection) -> list[_Wording]:
    whole, behind = (f"max(length(split_part(trim(value), '.', {part})))" for part in (1, 2))
    rows = connection.execute(
        f"SELECT {', '.join(WORDS)}, {_VALUE} as kind_of_value, {whole}, {behind} FROM {RECORDS}"
        f" GROUP BY ALL LIMIT {MOST_WORDINGS}"
    ).fetchall()
    if not rows or len(rows) == MOST_WORDINGS:
        raise NotUnderstoodError
    count = len(WORDS)
    return [
        _Wording(row[:count], row[count], Digits(*(row[count + 1 :] if row[count].endswith("1") else (1, 0))))
        for row in rows
    ]


def _meanings(
    vocabulary: Vocabulary, wordings: Sequence[_Wording], kinds: Sequence[str]
) -> tuple[list[_Meaning], dict[str, str]]:
    """Return what each wording means, and which kind of LEA each word for one, by the reader's word for it."""
    some_kind = {"kind": vocabulary.kinds[0].name if vocabulary.kinds else ""}
    rows = [{"lea_code": f"wording {at}", **some_kind, **one.row} for at, one in enumerate(wordings)]
    rows.extend({"lea_code": f"kind {at}", **wordings[0].row, "kind": kind} for at, kind in enumerate(kinds))
    data = records_from_rows(vocabulary, rows)
    if data.diagnostics:
        raise NotUnderstoodError
    records = {record.code: record for record in data.records}
    meanings = [_meaning(vocabulary, one, records[f"wording {at}"]) for at, one in enumerate(wordings)]
    return meanings, {kind: records[f"kind {at}"].kind for at, kind in enumerate(kinds)}


def _meaning(vocabulary: Vocabulary, wording: _Wording, record: LeaRecord) -> _Meaning:
    [(year, facts)] = record.years.items()
    places = {group.name: at for at, group in enumerate(vocabulary.groups)}
    is_number = bool(vocabulary.numbers) and bool(wording.value or wording.words[-1].strip())

    def level(reading: Reading) -> str | None:
        if is_number:
            return None  # a number's own row says whether it is rated
        return NOT_RATED if reading.level is None else str(reading.level)

    of_groups = ((places[name], readings) for name, readings in facts.groups.items())
    cells = tuple(
        (year, group, key, level(reading))
        for group, readings in chain(of_groups, [(None, facts.lea)])
        for key, reading in readings.items()
    )
    return _Meaning(wording, cells, is_number, (year, facts.silent))


def _digits(meanings: Sequence[_Meaning]) -> dict[FieldKey, Digits]:
    found: dict[FieldKey, Digits] = {}
    for meaning in meanings:
        for _, _, key, _ in meaning.cells if meaning.is_number else ():
            one, most = meaning.wording.digits, found.get(key, Digits(1, 0))
            found[key] = Digits(max(one.whole, most.whole), max(one.decimals, most.decimals))
    return found


# ---- LEAs ----


def _leas(connection: Connection, vocabulary: Vocabulary) -> tuple[list[LeaRecord], list[str]]:
    """Return the LEAs by code, with the word for the kind that rows give, and these words."""
    parts = ", ".join(
        f"min(nullif(trim({column}), '')), max(nullif(trim({column}), ''))" for column in ("name", "county", "kind")
    )
    rows = connection.execute(
        f"SELECT lea_code, {parts}, bool_and(trim(kind) <> '') FROM {RECORDS} GROUP BY lea_code ORDER BY lea_code"
    )
    codes = LeaCodes(vocabulary)
    leas: list[LeaRecord] = []
    kinds: dict[str, None] = {}
    for code, name, last_name, county, last_county, kind, last_kind, always in rows.fetchall():
        if (name, county, kind) != (last_name, last_county, last_kind):
            raise NotUnderstoodError  # which comes first counts
        known = codes.kind(code)
        if known is None and (not always or not codes.may_be_given(code)):
            raise NotUnderstoodError
        if kind is not None:
            kinds[kind] = None
        said = kind if kind is not None or known is None else known.name
        called, where = (name_text((text or "").strip()) for text in (name, county))
        leas.append(LeaRecord(code, called, where or vocabulary.county_of(code), said or ""))
    return leas, list(kinds)


def _store_leas(connection: Connection, leas: Sequence[LeaRecord]) -> None:
    connection.execute(
        f"CREATE TABLE {LEAS} as SELECT unnest(range(?))::INTEGER as lea, unnest(?::VARCHAR[]) as lea_code,"
        " unnest(?::VARCHAR[]) as kind",
        [len(leas), [lea.code for lea in leas], [lea.kind for lea in leas]],
    )


# ---- Cells ----


def _store_cells(connection: Connection, meanings: Sequence[_Meaning], digits: Mapping[FieldKey, Digits]) -> None:
    _store_meanings(connection, meanings, digits)
    longest = max((one.whole + one.decimals for one in digits.values()), default=0)
    whole = "BIGINT" if longest <= LONGEST else "HUGEINT"
    powers = ", ".join(str(10**power) for power in range(max((one.decimals for one in digits.values()), default=0) + 1))
    unit = f"([{powers}]::{whole}[])[m.decimals - length(split_part(trim(value), '.', 2)) + 1]"
    number = f"replace(replace(trim(value), ',', ''), '.', '')::{whole} * {unit}"
    same = " AND ".join(f"r.{word} = m.said_{word}" for word in WORDS)
    unrated = f"lower(trim(value)) = '{NOT_RATED}'"
    connection.execute(
        f"CREATE TABLE {CELLS} as SELECT l.lea, m.year, m.student_group, m.indicator, m.scale,"
        f" CASE WHEN m.is_number AND {unrated} THEN '{NOT_RATED}'::words ELSE m.level END as level,"
        f" CASE WHEN m.is_number AND NOT {unrated} THEN {number} END as number"
        f" FROM {RECORDS} as r JOIN meanings as m ON {same} JOIN {LEAS} as l ON r.lea_code = l.lea_code"
    )


def _store_meanings(connection: Connection, meanings: Sequence[_Meaning], digits: Mapping[FieldKey, Digits]) -> None:
    """Make the table that says what each wording means, once whatever the kind of value."""
    rows = dict.fromkeys(row for meaning in meanings for row in _rows_of(meaning, digits))
    if not rows:
        raise NotUnderstoodError
    columns = list(zip(*rows, strict=True))
    # As members of a type the words take a byte or two of every cell, and as texts 16 bytes.
    words = {str(word) for column in columns[-5:-2] for word in column if word is not None}
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in sorted({*words, NOT_RATED}))
    connection.execute(f"CREATE TYPE words as ENUM ({listed})")
    types = [*["VARCHAR"] * len(WORDS), "SMALLINT", "SMALLINT", "words", "words", "words", "BOOLEAN", "TINYINT"]
    names = [*(f"said_{word}" for word in WORDS), "year", "student_group", "indicator", "scale", "level", "is_number"]
    parts = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in zip([*names, "decimals"], types, strict=True))
    connection.execute(f"CREATE TABLE meanings as SELECT {parts}", [list(column) for column in columns])


def _rows_of(meaning: _Meaning, digits: Mapping[FieldKey, Digits]) -> Iterator[tuple[Any, ...]]:
    for year, group, key, level in meaning.cells:
        decimals = digits[key].decimals if meaning.is_number else 0
        yield (*meaning.wording.words, year, group, *key, level, meaning.is_number, decimals)


def _store_silences(connection: Connection, meanings: Sequence[_Meaning]) -> None:
    """Keep on which indicators each LEA is silent in a year: those of the kinds that it has rows of."""
    families = {silent: at for at, silent in enumerate(dict.fromkeys(one.silent for one in meanings))}
    words = dict.fromkeys((*one.wording.words, families[one.silent]) for one in meanings)
    said = ", ".join(f"unnest(?::VARCHAR[]) as said_{word}" for word in WORDS)
    columns = [list(column) for column in zip(*words, strict=True)]
    connection.execute(f"CREATE TABLE families as SELECT {said}, unnest(?::INTEGER[]) as family", columns)
    rows = [(at, year, name) for (year, names), at in families.items() for name in sorted(names)]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    connection.execute(
        "CREATE TABLE silent_indicators as SELECT unnest(?::INTEGER[]) as family, unnest(?::SMALLINT[]) as year,"
        " unnest(?::VARCHAR[]) as indicator",
        columns,
    )
    same = " AND ".join(f"r.{word} = f.said_{word}" for word in WORDS)
    connection.execute(
        f"CREATE TABLE {SILENCES} as SELECT DISTINCT lea, year, indicator FROM silent_indicators JOIN ("
        f"SELECT DISTINCT l.lea, f.family FROM {RECORDS} as r JOIN families as f ON {same}"
        f" JOIN {LEAS} as l ON r.lea_code = l.lea_code) USING (family)"
    )


def _check_twice(connection: Connection) -> None:
    """Make sure that no two rows say the same thing: the reader knows which of them counts."""
    twice = connection.execute(
        f"SELECT 1 FROM {CELLS} GROUP BY lea, year, student_group, indicator, scale HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if twice is not None:
        raise NotUnderstoodError
