"""Plain records scanned by DuckDB in place: the facts of their rows, for a batch of LEAs at a time.

Rows with the same words differ only in their LEAs and in their numbers, and there are few ways to word a row. So DuckDB
groups the rows by their words, and returns for each wording the set of LEAs as a string of bits, and the numbers as one
text. The meaning of words is settled by the reader of `data.records`, once for each wording, so that a scan and a
reader cannot differ. `NotUnderstoodError` leaves records to the reader, which says which row is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import gt
from typing import Any, Final

from attrs import field, frozen

from rulelang.core.record import FieldKey, LeaRecord
from rulelang.core.record_words import NOT_RATED, UNKNOWN, folded, parts_of, words_of
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.cells import WRITTEN, column_name, name_text
from rulelang.data.lea_codes import LeaCodes
from rulelang.data.record_files import known_columns, number_columns, unread_columns
from rulelang.data.records import records_from_rows
from rulelang.data.scan import RECORDS, Connection, NotUnderstoodError

WORDS: Final = ("year", "indicator", "student_group", "scale", "level", "number")
"""The columns that say what a row is about, beside whose and how much it is."""

NAMES: Final = ("name", "county", "kind")
"""The columns that say what an LEA is called, where it is, and what kind of LEA it is."""

COLUMNS: Final = ("lea_code", *WORDS, "value", *NAMES)
"""The columns that a scan reads."""

MOST_WORDINGS: Final = 200_000
"""Records with more wordings than this are too varied to be read by wording."""

SAFE_DECIMALS: Final = 6
"""With more decimals than this, the reader sees a decimal of a database near 0 as one with an exponent."""

LONGEST: Final = 12
"""So many digits, with the place of an LEA behind them, fit a whole number of 64 bits."""

LONGEST_OF_ALL: Final = 31
"""So many fit one of 128."""

PLACE_BITS: Final = 20
"""The place of an LEA in its batch takes so many of the lowest bits of a number."""


LEAS_AT_A_TIME: Final = 1 << 18
"""For this many LEAs the rows are scanned once, if there is memory for it."""


@frozen
class Meaning:
    """What a wording says.

    `cells` are what a row is about: a year, a student group by its place in the vocabulary or None for the LEA, and an
    indicator with its scale or number, each with its level; None is not rated, or a number where rows give one.
    `silent` are the indicators of a year on which an LEA with such a row is silent.
    """

    cells: tuple[tuple[int, int | None, FieldKey, str | None], ...]
    silent: tuple[int, frozenset[str]]


@frozen
class Worded:
    """The rows of a batch that share a wording: the LEAs, by their places in the batch, as a set of bits.

    Of rows of numbers `rated` are those LEAs that have one, with the number as so many parts of a unit in `numbers`.
    """

    meaning: Meaning
    leas: int = field(repr=False)
    rated: Sequence[int] = field(repr=False)
    numbers: Sequence[int] = field(repr=False)


@frozen
class ScannedBatch:
    """Some LEAs by code, with no facts of any year, and their rows. Numbers are so many parts of `unit`."""

    leas: Sequence[LeaRecord]
    rows: Sequence[Worded] = field(repr=False)
    unit: int


@frozen(slots=False)
class RecordScan:
    """The records of a connection: the LEAs, the columns as text, and how long the longest numbers are.

    `texts` has for each column of a record that is there the words for it in a query.
    """

    vocabulary: Vocabulary = field(repr=False)
    connection: Connection = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    leas: Sequence[LeaRecord] = field(repr=False)
    whole: int
    decimals: int

    def batches(self, size: int, at_a_time: int = LEAS_AT_A_TIME) -> Iterator[ScannedBatch]:
        """Yield the rows of all LEAs by their codes, a number of LEAs at a time, a multiple of eight.

        All rows are scanned once for each `at_a_time` LEAs, all of whose rows must fit into memory. Raises
        NotUnderstoodError if a row is wrong, or is written so that only the reader understands it.
        """
        meanings = dict[tuple[object, ...], Meaning]()
        if len(self.leas) > at_a_time:
            words = f"SELECT DISTINCT {', '.join(self._wording)} FROM {RECORDS}"
            meanings = self._meanings(self._fetched(words, []))
        for first in range(0, len(self.leas), at_a_time):
            leas = self.leas[first : first + at_a_time]
            found = self._by_batch(leas, size, meanings)
            for batch in sorted(found):
                worded = found.pop(batch)
                self._check_numbers(worded)
                yield ScannedBatch(leas[batch * size : (batch + 1) * size], worded, 10**self.decimals)

    def _by_batch(
        self, leas: Sequence[LeaRecord], size: int, meanings: Mapping[tuple[object, ...], Meaning]
    ) -> dict[int, list[Worded]]:
        """Return the rows of some LEAs by the number of their batch; meanings are found if none are given."""
        rows = self._fetched(self._query(size), [[lea.code for lea in leas], len(leas)])
        meanings = meanings or self._meanings(row[1 : 1 + len(self._wording)] for row in rows)
        found: dict[int, list[Worded]] = {}
        for batch, *row in rows:
            found.setdefault(batch, []).append(self._worded(meanings, row))
        return found

    def _check_numbers(self, rows: Iterable[Worded]) -> None:
        """Raise NotUnderstoodError if a number cannot be so, or is above one that it is a part of."""
        words, unit = words_of(self.vocabulary), 10**self.decimals
        found: dict[tuple[int, int | None, FieldKey], list[Worded]] = {}
        for row in rows:
            for year, group, key, _ in row.meaning.cells if row.numbers else ():
                found.setdefault((year, group, key), []).append(row)
        for (year, group, (indicator, name)), parts in found.items():
            _, number = words.numbers[indicator][folded(name)]
            counts = name in words.counts[indicator] and self.decimals > 0
            for part in parts:
                is_above = number.at_most is not None and max(part.numbers) > number.at_most * unit
                if is_above or (counts and any(one % unit for one in part.numbers)):
                    raise NotUnderstoodError
            wholes = [whole for part, whole in parts_of(self.vocabulary, indicator) if part == name and indicator]
            for row in chain.from_iterable(found.get((year, group, (indicator, whole)), ()) for whole in wholes):
                most = dict(zip(row.rated, row.numbers, strict=True))
                if any(any(map(gt, part.numbers, map(most.get, part.rated, part.numbers))) for part in parts):
                    raise NotUnderstoodError

    def _fetched(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.connection.execute(query, values).fetchall()
        return rows

    @cached_property
    def _wording(self) -> list[str]:
        """Return the words of a query for a wording: those of the columns of `WORDS`, and the kind of value."""
        words = [self.texts[word] for word in WORDS if word in self.texts]
        return [*words, self._kind_of_value(self.texts["value"])] if "value" in self.texts else words

    def _kind_of_value(self, value: str) -> str:
        """Return the words for what kind of value is in a row, as a value of that kind for the reader to judge."""
        return (
            f"CASE WHEN coalesce(trim({value}), '') = '' THEN ''"
            f" WHEN regexp_full_match(trim({value}), '{WRITTEN.pattern}')"
            f" THEN CASE WHEN starts_with(trim({value}), '-') THEN '-1' ELSE '1' END"
            f" WHEN lower(trim({value})) = '{NOT_RATED}' THEN '{NOT_RATED}' ELSE '?' END"
        )

    def _query(self, size: int) -> str:
        """Return a query for the batch of some rows, their wording, how many they are, their numbers and their LEAs."""
        names = [f"w{at}" for at in range(len(self._wording))]
        wording = ", ".join(f"{one} as {name}" for name, one in zip(names, self._wording, strict=True))
        numbers, value = "NULL", ""
        if "value" in self.texts:
            numbers = f"string_agg(CASE WHEN {names[-1]} IN ('1', '-1') THEN {self._number} END, ' ')"
            value = f", l.place, trim({self.texts['value']}) as value"
        leas = (
            f"SELECT code, (lea // {size})::SMALLINT as batch, lea % {size} as place, {size - 1} - lea % {size} as bit"
            " FROM (SELECT unnest($1::VARCHAR[]) as code, unnest(range($2))::INTEGER as lea)"
        )
        rows = (
            f"SELECT l.batch, l.bit, {wording}{value}"
            f" FROM {RECORDS} JOIN ({leas}) as l ON {self.texts['lea_code']} = l.code"
        )
        found = f"{numbers}, bitstring_agg(bit, 0, {size - 1})::BLOB"
        return f"SELECT batch, {', '.join(names)}, count(*), {found} FROM ({rows}) GROUP BY ALL"

    @property
    def _number(self) -> str:
        """Return the words for a number in units, with the place of its LEA behind it."""
        whole = "BIGINT" if self.whole + self.decimals <= LONGEST else "HUGEINT"
        powers = ", ".join(str(10**power) for power in range(self.decimals + 1))
        unit = f"([{powers}]::{whole}[])[{self.decimals} - length(split_part(value, '.', 2)) + 1]"
        return f"replace(replace(value, ',', ''), '.', '')::{whole} * {unit} * {1 << PLACE_BITS} + place"

    def _worded(self, meanings: Mapping[tuple[object, ...], Meaning], row: Sequence[Any]) -> Worded:
        *wording, count, numbers, leas = row
        both, lowest = list(map(int, (numbers or "").split())), (1 << PLACE_BITS) - 1
        found = int.from_bytes(leas, "big")
        if found.bit_count() != count:
            raise NotUnderstoodError
        rated, tops = [one & lowest for one in both], [one >> PLACE_BITS for one in both]
        return Worded(meanings[tuple(wording)], found, rated, tops)

    # ---- What words mean ----

    def _meanings(self, wordings: Iterable[Sequence[object]]) -> dict[tuple[object, ...], Meaning]:
        """Return what each wording means.

        Raises NotUnderstoodError if the reader would refuse a row with one, or if one says that a level is unknown:
        that is a doubt about its LEA, which no set of cells expresses.
        """
        columns = [word for word in (*WORDS, "value") if word in self.texts]
        listed = list(dict.fromkeys(map(tuple, wordings)))
        level = columns.index("level") if "level" in columns else None
        is_doubted = level is not None and any(folded(str(one[level])) == UNKNOWN for one in listed)
        if is_doubted or len(listed) > MOST_WORDINGS:
            raise NotUnderstoodError
        kind = self.vocabulary.kinds[0].name if self.vocabulary.kinds else ""
        rows = [
            {"lea_code": f"wording {at}", "kind": kind, **dict(zip(columns, one, strict=True))}
            for at, one in enumerate(listed)
        ]
        data = records_from_rows(self.vocabulary, rows)
        if data.diagnostics:
            raise NotUnderstoodError
        records = {record.code: record for record in data.records}
        places = {group.name: at for at, group in enumerate(self.vocabulary.groups)}
        return {one: _meaning(records[f"wording {at}"], places) for at, one in enumerate(listed)}


def _meaning(record: LeaRecord, places: Mapping[str, int]) -> Meaning:
    [(year, facts)] = record.years.items()
    of_groups = ((places[name], readings) for name, readings in facts.groups.items())
    cells = tuple(
        (year, group, key, reading.level if isinstance(reading.level, str) else None)
        for group, readings in chain(of_groups, [(None, facts.lea)])
        for key, reading in readings.items()
    )
    return Meaning(cells, (year, facts.silent))


def record_scan(vocabulary: Vocabulary, connection: Connection) -> RecordScan:
    """Return a scan of the records of a connection; NotUnderstoodError if only the reader makes them out."""
    texts = texts_of(vocabulary, connection)
    leas, whole, decimals = _leas(vocabulary, connection, texts)
    if whole + decimals > LONGEST_OF_ALL:
        raise NotUnderstoodError
    return RecordScan(vocabulary, connection, texts, leas, whole, decimals)


# ---- Columns ----

_WHOLE: Final = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?")
"""What DuckDB calls the types of whole numbers."""

_RENAMED: Final = re.compile(r".*_\d+|column\d+")
"""What DuckDB calls a column whose name is there twice, or blank."""


def texts_of(vocabulary: Vocabulary, connection: Connection) -> Mapping[str, str]:
    """Return the columns of a record that the records of a connection have, with the words for the text of each.

    Raises NotUnderstoodError if one is of a type that only the reader understands, and where there is a column
    that only the reader reads: a fact of the entity, and what it belongs to.
    """
    described = connection.execute(f"DESCRIBE {RECORDS}").fetchall()
    named = {column_name(column): (column, kind) for column, kind, *_ in described}
    is_clear = len(named) == len(described) and not any(map(_RENAMED.fullmatch, named))
    if not is_clear or not named.keys().isdisjoint(("belongs_to", *words_of(vocabulary).facts)):
        raise NotUnderstoodError
    if unread_columns(known_columns(vocabulary), number_columns(vocabulary), named):
        raise NotUnderstoodError  # the reader says which
    if ("cds" in named) == ("lea_code" in named) or "year" not in named:
        raise NotUnderstoodError
    if "cds" in named:
        named["lea_code"] = named.pop("cds")
    unread = () if vocabulary.numbers else ("value",)  # where there are no numbers, nobody reads one
    return {one: _text(one, *named[one]) for one in COLUMNS if one in named and one not in unread}


def _text(column: str, name: str, kind: str) -> str:
    """Return the words for a column as the text that the reader sees; NotUnderstoodError if that is not plain."""
    quoted = '"' + name.replace('"', '""') + '"'
    is_whole = _WHOLE.fullmatch(kind) is not None
    if kind == "VARCHAR" or (column == "year" and is_whole):
        return quoted
    if kind.startswith("ENUM") or (column == "value" and is_whole):
        return f"{quoted}::VARCHAR"
    if column == "value" and kind == "DOUBLE":
        # The reader takes 402.0 for 402, and what is not a number (NaN) for nothing.
        return f"nullif(regexp_replace({quoted}::VARCHAR, '\\.0$', ''), 'nan')"
    if column == "value" and kind.startswith("DECIMAL(") and int(kind[:-1].partition(",")[2]) <= SAFE_DECIMALS:
        return f"{quoted}::VARCHAR"
    raise NotUnderstoodError


# ---- LEAs ----


def _leas(vocabulary: Vocabulary, connection: Connection, texts: Mapping[str, str]) -> tuple[list[LeaRecord], int, int]:
    """Return the LEAs by code, and how many digits the longest number has before the point, and behind one."""
    named = {name: f"nullif(trim({texts[name]}), '')" for name in NAMES if name in texts}
    parts = [f"{of}({named[name]})" if name in named else "NULL" for name in NAMES for of in ("min", "max")]
    digits = [f"max(length(split_part(trim({texts['value']}), '.', {part})))" for part in (1, 2) if "value" in texts]
    always = f"bool_and({named['kind']} IS NOT NULL)" if "kind" in named else "false"
    asked = ", ".join([texts["lea_code"], *parts, always, *(digits or ("0", "0"))])
    rows = connection.execute(f"SELECT {asked} FROM {RECORDS} GROUP BY 1 ORDER BY 1").fetchall()
    codes = LeaCodes(vocabulary)
    kinds = _kinds(vocabulary, {row[5] for row in rows} - {None})
    leas: list[LeaRecord] = []
    for code, name, last_name, county, last_county, kind, last_kind, always, *_ in rows:
        if (name, county, kind) != (last_name, last_county, last_kind):
            raise NotUnderstoodError  # which comes first counts
        known = vocabulary.kind_of_code(code or "")
        if known is None and (not always or not codes.may_be_given(code or "")):
            raise NotUnderstoodError
        called, where = (name_text(text.strip()) if text else "" for text in (name, county))
        of_kind = kinds[kind] if kind is not None else known.name if known is not None else ""
        where = where or (vocabulary.county_by_code(code) if known is not None else "")
        leas.append(LeaRecord(code, called, where, of_kind))
    whole, decimals = (max((row[at] or 0 for row in rows), default=0) for at in (-2, -1))
    return leas, whole, decimals


def _kinds(vocabulary: Vocabulary, words: Iterable[str]) -> Mapping[str, str]:
    """Return the kind of LEA that each word for one means; NotUnderstoodError if one means none."""
    known = words_of(vocabulary).kinds
    if any(folded(word) not in known for word in words):
        raise NotUnderstoodError
    return {word: known[folded(word)] for word in words}
