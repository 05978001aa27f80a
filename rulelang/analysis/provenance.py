"""The provenance of results: the record that a run leaves beside its tables, and the check that it still holds.

The record names the rules by their fingerprint, every data file and every table of results by its SHA-256, and the
options of the run. Repeating the run from it must give the same tables.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from attrs import asdict, evolve, field, frozen

from rulelang.analysis.chaining import leas_with_levels
from rulelang.analysis.gather import Request, Sources
from rulelang.analysis.result_tables import ResultTable, with_rules
from rulelang.analysis.statewide import determine_records, only, tables_from
from rulelang.core.ruleset import Ruleset
from rulelang.data.read import Progress
from rulelang.data.report import DataError, DataSet
from rulelang.data.results import ReadTable, WrittenTable, read_results, write_results, written_tables
from rulelang.data.scan import Room, sha256_of_file
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.engine.steps import prepare

RECORD: Final = "run.json"
"""The name of the record in the folder of results."""

SHOWN_CELLS: Final = 5
"""How many cells that differ are shown of each table."""

_ABOUT: Final = "How these results were produced. Written by `rulelang evaluate`; `rulelang verify` repeats the run."


@frozen
class DataFile:
    """A data file of a run: its path, the counts of its rows, and its SHA-256."""

    path: str
    sha256: str
    read: int
    used: int
    ignored: int
    refused: int


@frozen
class Options:
    """The options of a run; paths are absolute, so that it can be repeated from any folder.

    `recompute` says that the levels in the files were replaced by those worked out from the counts; `records` are files
    or folders of plain records, at most one, in place of all other data. `as_year` is the year whose data the rules of
    another are applied to, and `wide` says that the wide table was wanted.
    """

    data: tuple[str, ...]
    published: tuple[str, ...]
    group_counts: tuple[str, ...]
    leas: tuple[str, ...]
    counties: tuple[str, ...]
    format: str
    recompute: bool = False
    records: tuple[str, ...] = ()
    as_year: int | None = None
    wide: bool = False

    @property
    def request(self) -> Request:
        """Return which LEAs were asked for, and where their data come from."""
        data, published, counts = (tuple(map(Path, paths)) for paths in (self.data, self.published, self.group_counts))
        records = Path(self.records[0]) if self.records else None
        return Request(
            Sources(data, published, counts, records), self.leas, self.counties, self.recompute, self.as_year
        )


@frozen
class RunRecord:
    """The record of a run. `ruleset` is the name or path it is found by, `fingerprint` the hash of what it means.

    `levels` names the rulesets by which missing levels were worked out, each with the hash of what it means.
    """

    engine: str
    ruleset: str
    title: str
    source: str
    fingerprint: str
    vocabulary: str
    vocabulary_fingerprint: str
    options: Options
    data: tuple[DataFile, ...]
    results: tuple[WrittenTable, ...] = field(factory=tuple)
    levels: tuple[str, ...] = ()


@frozen
class Run:
    """A run with its results: `name` is how the user named the ruleset, `levels` as in the record."""

    ruleset: Ruleset
    name: str
    options: Options
    data: DataSet
    tables: tuple[ResultTable, ...]
    levels: tuple[str, ...] = ()


def write_run(folder: Path, run: Run, *, engine: str, replace: bool) -> list[Path]:
    """Write the tables of a run and its record, all or none, and return the files; DataError as `write_table` does.

    Where the folder has the record of the same run in another format, the new one covers both. The record of
    another run is not replaced unless that is asked for: DataError.
    """

    def described(written: Sequence[WrittenTable]) -> str:
        record = _record(run, written, engine)
        held = {"about": _ABOUT, **asdict(record if replace else _beside(record, folder))}
        return json.dumps(held, indent=1, ensure_ascii=False) + "\n"

    return write_results(folder, with_rules(run.tables, run.ruleset), run.options.format, RECORD, described)


def options_of(
    request: Request,
    format: str,  # noqa: A002 - as in `write_table`
    *,
    wide: bool = False,
) -> Options:
    """Return the options of a run as its record keeps them."""
    sources = request.sources
    plain = () if sources.records is None else (sources.records,)
    data, published, group_counts, plain_files = (
        tuple(str(path.resolve()) for path in paths)
        for paths in (sources.folders, sources.published, sources.group_counts, plain)
    )
    asked = request.leas, request.counties, format, request.recompute, plain_files, request.as_year
    return Options(data, published, group_counts, *asked, wide)


def read_record(path: Path) -> RunRecord | Diagnostic:
    """Return the record of a run, given its file or its folder, or the diagnostic that says why there is none."""
    place = path / RECORD if path.is_dir() else path
    try:
        return _record_of(json.loads(place.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return say.no_run_record(str(place))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return say.run_record_unreadable(str(place))


def verify(path: Path, *, engine: str, progress: Progress | None = None, memory: str | None = None) -> list[Diagnostic]:
    """Return every difference between a recorded run and its results now; an empty list where there is none.

    `memory` is how much of it evaluating plain records may take, as in `Room`.
    """
    from rulelang.compiler.load import load_ruleset  # noqa: PLC0415  # who writes a run has a ruleset and needs no parser

    record = read_record(path)
    if isinstance(record, Diagnostic):
        return [record]
    folder = path if path.is_dir() else path.parent
    found = [say.run_differs("the version of rulelang", record.engine, engine)] if engine != record.engine else []
    found.extend(_files_that_changed("data file", [(Path(one.path), one.sha256) for one in record.data]))
    found.extend(_files_that_changed("result", [(folder.joinpath(one.file), one.sha256) for one in record.results]))
    reporter = Reporter()
    ruleset = load_ruleset(record.ruleset, reporter, as_year=record.options.as_year)
    found.extend(one for one in reporter.diagnostics if one.stops)
    if ruleset is None:
        return found
    found.extend(_rules_that_changed(record, ruleset))
    asked = record.options
    again = _from_records(ruleset, record, memory) if asked.records else _from_files(ruleset, record, progress)
    now = " and ".join(again.levels)
    if now != (then := " and ".join(record.levels)):
        found.append(say.run_differs("the fingerprint of the rules that work levels out", then, now))
    known = {one.path for one in record.data}
    read = (str(one.path.resolve()) for one in again.data.report.files)
    found.extend(say.run_file_new(one) for one in read if one not in known)
    found.extend(_results_that_differ(record, folder, with_rules(again.tables, ruleset)))
    return found


def _from_records(ruleset: Ruleset, record: RunRecord, memory: str | None) -> Run:
    asked = record.options
    with tempfile.TemporaryDirectory() as spilled:
        room = Room(memory, Path(spilled))
        every = determine_records(ruleset, Path(asked.records[0]), wide=asked.wide, room=room)
    found = only(every, asked.leas, asked.counties, ruleset.vocabulary)
    return Run(ruleset, record.ruleset, asked, found.data, found.tables)


def _from_files(ruleset: Ruleset, record: RunRecord, progress: Progress | None) -> Run:
    asked = record.options
    chained = leas_with_levels(ruleset, asked.request, kept_counts=asked.wide, progress=progress)
    tables = tables_from(prepare(ruleset), chained.records, wide=asked.wide, asked=chained.asked)
    return Run(ruleset, record.ruleset, asked, chained.data, tables, chained.fingerprints())


# ---- making a record ----


def _record(run: Run, written: Sequence[WrittenTable], engine: str) -> RunRecord:
    ruleset = run.ruleset
    files = tuple(
        DataFile(str(one.path.resolve()), one.sha256, one.read, one.used, sum(one.ignored.values()), one.refused)
        for one in run.data.report.files
    )
    return RunRecord(
        engine=engine,
        ruleset=str(Path(run.name).resolve()) if Path(run.name).is_file() else run.name,
        title=ruleset.name,
        source=ruleset.source,
        fingerprint=ruleset.fingerprint,
        vocabulary=ruleset.vocabulary.name,
        vocabulary_fingerprint=ruleset.vocabulary.fingerprint,
        options=run.options,
        data=files,
        results=tuple(written),
        levels=run.levels,
    )


def _beside(record: RunRecord, folder: Path) -> RunRecord:
    """Return a record that also covers the tables that the same run left in the folder in another format."""
    if not folder.joinpath(RECORD).exists():
        return record
    earlier = read_record(folder)
    if isinstance(earlier, Diagnostic) or not _is_same_run(earlier, record):
        raise DataError(say.file_exists(str(folder.joinpath(RECORD))))
    new = {one.file for one in record.results}
    return evolve(record, results=(*(one for one in earlier.results if one.file not in new), *record.results))


def _is_same_run(one: RunRecord, other: RunRecord) -> bool:
    options = evolve(one.options, format=other.options.format)
    return evolve(one, options=options, results=()) == evolve(other, results=())


def _record_of(held: dict[str, Any]) -> RunRecord:
    """Return the record in a file; TypeError, KeyError or ValueError if it is none."""
    values = {name: value for name, value in held.items() if name != "about"}
    asked = dict(values.pop("options"))
    format_ = asked.pop("format")
    recompute, wide = (asked.pop(name, False) is True for name in ("recompute", "wide"))
    as_year = asked.pop("as_year", None)
    lists = {name: tuple(map(_text, listed)) for name, listed in asked.items()}
    as_year = None if as_year is None else int(as_year)
    options = Options(format=format_, recompute=recompute, as_year=as_year, wide=wide, **lists)
    data = tuple(DataFile(**one) for one in values.pop("data"))
    results = tuple(WrittenTable(**one) for one in values.pop("results"))
    levels = tuple(map(_text, values.pop("levels", ())))
    for text in (*values.values(), options.format, *(one.file for one in results), *(one.path for one in data)):
        _text(text)
    if any(Path(one.file).name != one.file for one in results):
        raise ValueError("results must be in the same folder as the record")
    return RunRecord(**values, options=options, data=data, results=results, levels=levels)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a record holds texts")
    return value


# ---- what differs ----


def _files_that_changed(what: str, files: Iterable[tuple[Path, str]]) -> Iterator[Diagnostic]:
    for path, recorded in files:
        try:
            if sha256_of_file(path) != recorded:
                yield say.run_file_changed(what, str(path))
        except OSError:
            yield say.run_file_missing(what, str(path))


def _rules_that_changed(record: RunRecord, ruleset: Ruleset) -> Iterator[Diagnostic]:
    words = ruleset.vocabulary
    for what, recorded, now in (
        ("the title of the ruleset", record.title, ruleset.name),
        ("the fingerprint of the ruleset", record.fingerprint, ruleset.fingerprint),
        ("the name of the vocabulary", record.vocabulary, words.name),
        ("the fingerprint of the vocabulary", record.vocabulary_fingerprint, words.fingerprint),
    ):
        if recorded != now:
            yield say.run_differs(what, recorded, now)


def _results_that_differ(record: RunRecord, folder: Path, tables: Sequence[ResultTable]) -> Iterator[Diagnostic]:
    """Yield a message for each table whose results now differ from those in the folder."""
    formats = dict.fromkeys(Path(one.file).suffix.removeprefix(".") for one in record.results)
    with tempfile.TemporaryDirectory() as again:
        for table, path in (pair for name in formats for pair in written_tables(Path(again), tables, name)):
            yield from _table_that_differs(folder.joinpath(path.name), path, table.name)


def _table_that_differs(recorded: Path, now: Path, name: str) -> Iterator[Diagnostic]:
    """Yield a message where a table in the folder differs from the one made now; a missing one has its own."""
    if not recorded.is_file() or recorded.read_bytes() == now.read_bytes():
        return
    try:
        differing = list(_cells_that_differ(read_results(recorded, name), read_results(now, name)))
    except DataError as error:
        yield error.diagnostics[0]
        return
    if differing:
        yield say.run_results_differ(str(recorded), len(differing), differing[:SHOWN_CELLS])


def _cells_that_differ(before: ReadTable, now: ReadTable) -> Iterator[str]:
    """Yield each cell that differs, with its row, its column, and both values."""
    columns = now.columns if len(now.columns) >= len(before.columns) else before.columns
    pairs = zip_longest((before.columns, *before.rows), (now.columns, *now.rows), fillvalue=())
    for number, (old, new) in enumerate(pairs, 1):
        for column, one, other in zip_longest(columns, old, new, fillvalue=""):
            if one != other:
                whose = (new or old or ("",))[0]
                yield f"row {number} ({whose}), column {column}: the file has `{one}`, the run gives `{other}`"
