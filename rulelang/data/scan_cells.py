"""Plain records of numbers and levels, scanned by DuckDB where they lie, some LEAs at a time.

The meaning of the words of a row comes from the reader of `data.records`, once for each of the few ways in which a row
can be worded, so that both mean the same; only the LEAs and the numbers are of many kinds, and they are made out here.
The numbers that share a wording come as one text for a batch of LEAs, so that Python fetches few rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from rulelang.core.record import FieldKey, LeaRecord
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import name_text
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.numbers import WRITTEN
from rulelang.data.record_words import NOT_RATED
from rulelang.data.records import RECORDS, records_from_rows
from rulelang.data.scan import Connection, NotUnderstoodError

LEAS: Final = "leas"
"""The table of the LEAs, each with its place among their codes."""

WORDS: Final = ("year", "indicator", "student_group", "scale", "level", "number")
"""The columns that say what a row is about, beside whose and how much it is."""

TEXTS: Final = ("lea_code", *WORDS, "value", "name", "county", "kind")
MOST_WORDINGS: Final = 200_000
"""Records worded in more ways than this have no few ways to read them by."""

SAFE_DECIMALS: Final = 6
"""With more decimals than this, the reader sees a decimal of a database near 0 as one with an exponent."""

LONGEST: Final = 12
"""So many digits, with the place of an LEA behind them, fit a whole number of 64 bits."""

LONGEST_OF_ALL: Final = 31
"""So many fit one of 128."""

PLACE_BITS: Final = 20
"""The place of an LEA in its batch takes so many of the lowest bits of a number."""

LEAS_AT_A_TIME: Final = 1 << 14
"""For so many LEAs the rows are gone through once."""


@frozen
class Digits:
    """How long the numbers of a field are: at most so many digits before the point, and behind it."""

    whole: int
    decimals: int


@frozen
class Meaning:
    """What a wording says.

    `cells` are what a row is about: a year, a student group by its place in the vocabulary or None for the LEA, and an
    indicator with its scale or number, each with its level; None is not rated, or a number where rows give one.
    `silent` are the indicators of a year on which an LEA with such a row is silent.
    """

    cells: tuple[tuple[int, int | None, FieldKey, str | None], ...]
    is_number: bool
    silent: tuple[int, frozenset[str]]


@frozen
class Worded:
    """The rows of a batch of LEAs that share a wording: the LEAs, by their places in the batch.

    Of rows of numbers `rated` are those that have one, with the number as a whole one of the unit of the field's last
    decimal in `numbers`; `others` are not rated. Of rows of levels all are among `others`.
    """

    meaning: Meaning
    rated: Sequence[int] = field(repr=False)
    numbers: Sequence[int] = field(repr=False)
    others: Sequence[int] = field(repr=False)


@frozen
class ScannedBatch:
    """Some LEAs by code, with no facts of any year, their rows, and how many decimals the numbers of a field have."""

    leas: Sequence[LeaRecord]
    rows: Sequence[Worded] = field(repr=False)
    decimals: Mapping[FieldKey, int] = field(repr=False)


@frozen
class _Wording:
    """One way in which rows are worded: the text of each of `WORDS`, and what kind of value is there."""

    words: tuple[str, ...]
    value: str
    digits: Digits

    @property
    def row(self) -> dict[str, object]:
        """Return a row with these words, for the reader."""
        return {**dict(zip(WORDS, self.words, strict=True)), "value": self.value}


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


@frozen
class NumberScan:
    """The LEAs of the records of a connection, and what their rows mean, by the number of each wording."""

    connection: Connection = field(repr=False)
    leas: Sequence[LeaRecord] = field(repr=False)
    meanings: Sequence[Meaning] = field(repr=False)
    digits: Mapping[FieldKey, Digits] = field(repr=False)

    def batches(self, size: int) -> Iterator[ScannedBatch]:
        """Yield the rows of all LEAs by their codes, so many LEAs at a time.

        Raises NotUnderstoodError where a number is longer than any that a database counts with.
        """
        decimals = {key: one.decimals for key, one in self.digits.items()}
        at_a_time = max(1, LEAS_AT_A_TIME // size) * size
        for first in range(0, len(self.leas), at_a_time):
            found: dict[int, list[Worded]] = {}
            for batch, *row in self.connection.execute(self._query(size), [first, first + at_a_time]).fetchall():
                found.setdefault(batch, []).append(self._worded(*row))
            for batch, rows in sorted(found.items()):
                yield ScannedBatch(self.leas[batch * size : (batch + 1) * size], rows, decimals)

    def _worded(self, wording: int, numbers: str | None, others: str | None) -> Worded:
        both, lowest = list(map(int, (numbers or "").split())), (1 << PLACE_BITS) - 1
        rated, tops = [one & lowest for one in both], [one >> PLACE_BITS for one in both]
        return Worded(self.meanings[wording], rated, tops, list(map(int, (others or "").split())))

    def _query(self, size: int) -> str:
        longest = max((one.whole + one.decimals for one in self.digits.values()), default=0)
        if longest > LONGEST_OF_ALL:
            raise NotUnderstoodError
        whole = "BIGINT" if longest <= LONGEST else "HUGEINT"
        most = max((one.decimals for one in self.digits.values()), default=0)
        powers = ", ".join(str(10**power) for power in range(most + 1))
        unit = f"([{powers}]::{whole}[])[m.decimals - length(split_part(trim(value), '.', 2)) + 1]"
        number = f"replace(replace(trim(value), ',', ''), '.', '')::{whole} * {unit} * {1 << PLACE_BITS} + place"
        same = " AND ".join(f"r.{word} = m.{word}" for word in WORDS)
        rated = f"m.is_number AND lower(trim(value)) <> '{NOT_RATED}'"
        return (
            f"SELECT lea // {size}, wording, string_agg(CASE WHEN {rated} THEN {number} END, ' '),"
            f" string_agg(place, ' ') FILTER (NOT ({rated}))"
            f" FROM (SELECT *, lea % {size} AS place FROM {LEAS} WHERE lea >= ? AND lea < ?) AS l"
            f" JOIN {RECORDS} AS r ON l.lea_code = r.lea_code JOIN wordings AS m ON {same} GROUP BY ALL"
        )


def number_scan(vocabulary: Vocabulary, connection: Connection) -> NumberScan:
    """Return what the records of a connection are about, which makes the tables that batches are asked of.

    Raises NotUnderstoodError where a row is wrong, or is written so that only the reader makes it out.
    """
    wordings = _wordings(connection)
    leas, kinds = _leas(connection, vocabulary)
    meanings, kind_names = _meanings(vocabulary, wordings, kinds)
    leas = [evolve(lea, kind=kind_names.get(lea.kind, lea.kind)) for lea in leas]
    digits = _digits(zip(wordings, meanings, strict=True))
    by_words: dict[tuple[str, ...], Meaning] = {}
    for wording, meaning in zip(wordings, meanings, strict=True):
        if by_words.setdefault(wording.words, meaning) != meaning:
            raise NotUnderstoodError
    _store_leas(connection, leas)
    _store_wordings(connection, by_words, digits)
    return NumberScan(connection, leas, list(by_words.values()), digits)


# ---- How rows are worded ----

_VALUE: Final = f"""
    CASE WHEN trim(value) = '' THEN ''
         WHEN regexp_full_match(trim(value), '{WRITTEN.pattern}')
         THEN CASE WHEN starts_with(trim(value), '-') THEN '-1' ELSE '1' END
         WHEN lower(trim(value)) = '{NOT_RATED}' THEN '{NOT_RATED}'
         ELSE '?' END"""
"""What kind of value is in a row, as a value of that kind for the reader to judge."""


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
) -> tuple[list[Meaning], dict[str, str]]:
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


def _meaning(vocabulary: Vocabulary, wording: _Wording, record: LeaRecord) -> Meaning:
    [(year, facts)] = record.years.items()
    places = {group.name: at for at, group in enumerate(vocabulary.groups)}
    is_number = bool(vocabulary.numbers) and bool(wording.value or wording.words[-1].strip())

    of_groups = ((places[name], readings) for name, readings in facts.groups.items())
    cells = tuple(
        (year, group, key, None if is_number or reading.level is None else str(reading.level))
        for group, readings in chain(of_groups, [(None, facts.lea)])
        for key, reading in readings.items()
    )
    return Meaning(cells, is_number, (year, facts.silent))


def _digits(worded: Iterable[tuple[_Wording, Meaning]]) -> dict[FieldKey, Digits]:
    found: dict[FieldKey, Digits] = {}
    for wording, meaning in worded:
        for _, _, key, _ in meaning.cells if meaning.is_number else ():
            one, most = wording.digits, found.get(key, Digits(1, 0))
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


# ---- Tables ----


def _store_leas(connection: Connection, leas: Sequence[LeaRecord]) -> None:
    connection.execute(
        f"CREATE TABLE {LEAS} AS SELECT unnest(range(?))::INTEGER AS lea, unnest(?::VARCHAR[]) AS lea_code",
        [len(leas), [lea.code for lea in leas]],
    )


def _store_wordings(
    connection: Connection, meanings: Mapping[tuple[str, ...], Meaning], digits: Mapping[FieldKey, Digits]
) -> None:
    """Make the table of the wordings: the words, whether a number is in such rows, and with what decimals."""
    parts = [f"unnest(?::VARCHAR[]) AS {word}" for word in WORDS]
    parts += ["unnest(range(?))::INTEGER AS wording", "unnest(?::BOOLEAN[]) AS is_number"]
    words = [list(column) for column in zip(*meanings, strict=True)]
    decimals = [
        max((digits[key].decimals for *_, key, _ in one.cells), default=0) if one.is_number else 0
        for one in meanings.values()
    ]
    connection.execute(
        f"CREATE TABLE wordings AS SELECT {', '.join(parts)}, unnest(?::TINYINT[]) AS decimals",
        [*words, len(meanings), [one.is_number for one in meanings.values()], decimals],
    )
