"""Levels that the data do not give, worked out from the counts by the rulesets that work out levels.

A ruleset that reads levels names those that work them out (`levels from dashboard`). They are linked by data alone: the
same folders are read with the words of those rulesets, and the results are put into the records where a level is
missing. With `recompute` none of their levels are taken from the files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from rulelang.analysis.asked import chosen_codes, not_there, places_of
from rulelang.analysis.gather import Request, Sources, files_not_found, gather
from rulelang.analysis.level_tables import numbers_read
from rulelang.analysis.loading import refused
from rulelang.analysis.other_rulesets import levels_rules
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset, level_name
from rulelang.core.tree import NotRated
from rulelang.core.vocabulary import Scope, StudentGroup, Vocabulary
from rulelang.core.walk import fields_in
from rulelang.data.layout import STUDENTS
from rulelang.data.published import PublishedList
from rulelang.data.read import Progress
from rulelang.data.report import DataSet, FileReport, ReadReport
from rulelang.data.rows import too_few_note
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.catalogue import years
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.engine.determination import Determination
from rulelang.engine.evaluate import Evaluation, evaluate
from rulelang.engine.level_reasons import reason_of
from rulelang.engine.levels import LevelResult, result_for
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.trace import Occurrence, field_of, leaves, occurrence_of

_COLUMN_MISSING: Final = "missing-data-column"


@frozen
class LevelYear:
    """The ruleset that works out the levels of a year, with the LEAs as its own words read them, by code.

    `keys` are the levels that the other ruleset reads and this one works out; `filled` are those of them that are put
    into the records, and not only kept to explain how a level was worked out.
    """

    prepared: Prepared = field(repr=False)
    name: str
    keys: tuple[FieldKey, ...]
    filled: tuple[FieldKey, ...]
    records: Mapping[str, LeaRecord] = field(factory=dict, repr=False)

    @property
    def origin(self) -> str:
        """Return the origin of a reading that this ruleset worked out."""
        return f"worked out by {self.name}"

    def evaluation(self, code: str) -> Evaluation | None:
        """Return the ruleset's evaluation of an LEA; None if its data do not have it."""
        record = self.records.get(code)
        return None if record is None else evaluate(self.prepared, record)


@frozen
class Chained:
    """LEAs with the levels worked out for them, the years that were worked out, and the data with their diagnostics.

    If the rules relate entities to one another, everything in the data is among the records, because any of it may be
    in the family of one that is asked for. `asked` are the codes of those asked for, `earlier` those of LEAs that only
    the files of other years have.
    """

    records: tuple[LeaRecord, ...]
    years: Mapping[int, LevelYear]
    data: DataSet
    asked: frozenset[str]
    earlier: frozenset[str]

    def fingerprints(self) -> tuple[str, ...]:
        """Return the name of each ruleset that worked levels out, with its fingerprint."""
        return tuple(f"{one.name} {one.prepared.ruleset.fingerprint}" for one in self.years.values())

    def worked_out(self) -> Mapping[str, int]:
        """Return how many levels each ruleset put into the records, those that are not rated among them, by name."""
        found = {one.name: 0 for one in self.years.values() if one.filled}
        for year, one in self.years.items():
            facts = [record.years[year].groups.values() for record in self.records if year in record.years]
            readings = (reading for groups in facts for held in groups for reading in held.values())
            if one.filled:
                found[one.name] = sum(reading.origin == one.origin for reading in readings)
        return found

    def result(self, code: str, year: int, indicator: str, group: str) -> LevelResult | None:
        """Return how the level of a student group was worked out; None if it was not."""
        found = self.years.get(year)
        evaluation = found.evaluation(code) if found is not None else None
        if found is None or evaluation is None or indicator not in {key[0] for key in found.keys}:
            return None
        known = {one.name for one in found.prepared.groups}
        return result_for(evaluation, indicator, group) if group in known else None


def leas_with_levels(
    ruleset: Ruleset,
    request: Request,
    *,
    counts: bool = False,
    kept_counts: bool = False,
    official: PublishedList | None = None,
    levels_stated: bool = False,
    progress: Progress | None = None,
) -> Chained:
    """Return the LEAs asked for with the levels that the data do not give, worked out, or as requested all levels.

    The data do not give the levels of an indicator where its file lacks their column, or the vocabulary has none.
    A level that cannot be worked out is unknown. Years without a ruleset that works levels out stay as they are. With
    `counts` the years that the data do give are worked out too, beside what is in the records, and with
    `kept_counts` the records hold the counts behind the levels of the year, as far as the files have columns of them.
    `official` and `levels_stated` are as for `gather`. RulesError if a ruleset that works levels out has errors, or if
    levels are to be recomputed and none works out those of the year.
    """
    sources, recompute = request.sources, request.recompute
    gathered = gather(ruleset, sources, progress=progress, official=official, levels_stated=levels_stated)
    data = gathered.data
    missing = [one for one in data.diagnostics if one.code == _COLUMN_MISSING]
    lacking = {_file_of(one) for one in missing}
    read = levels_read(ruleset) if ruleset.levels_from else {}
    filled = _not_given(ruleset, data, lacking) if ruleset.levels_from and not recompute else read
    wanted = {year for year in read if counts or filled[year] or (kept_counts and year == ruleset.year)}
    said: list[Diagnostic] = []
    level_years = list(_level_years(ruleset, {year: read[year] for year in wanted}, filled, said))
    if recompute:
        said += _not_recomputed(ruleset, [one.prepared.ruleset.year for one in level_years])
    chained: dict[int, LevelYear] = {}
    for one in level_years if sources.folders else ():
        counted = gather(one.prepared.ruleset, sources, progress=progress).data
        chained[one.prepared.ruleset.year] = evolve(one, records={record.code: record for record in counted.records})
        if kept_counts and not (recompute or counts):
            counted = _without_missing(counted, lacking)
        data = _joined(data, counted, None if recompute or counts or kept_counts else lacking)
    if filled.get(ruleset.year) and ruleset.year in chained:
        data = evolve(data, records=_with_counted(data.records, chained[ruleset.year].records, ruleset.vocabulary))
    asked = chosen_codes(places_of(data.records), request.leas, request.counties, ruleset.vocabulary)
    kept = data.records  # what rules ask of other entities may be asked of any
    if not ruleset.relates:
        kept = tuple(record for record in kept if record.code in asked)
    guessed: set[tuple[int, str]] = set()
    for one in (found for found in chained.values() if found.filled):
        kept = tuple(_worked_out(record, one, ruleset.vocabulary, None if recompute else guessed) for record in kept)
    data = evolve(data, diagnostics=(*said, *_of_files(missing, data.report, guessed), *data.diagnostics))
    if kept_counts and ruleset.year in chained:
        kept = tuple(_with_counts(record, chained[ruleset.year]) for record in kept)
    return Chained(kept, chained, data, asked, gathered.earlier)


def _not_given(ruleset: Ruleset, data: DataSet, lacking: Collection[str]) -> Mapping[int, set[FieldKey]]:
    """Return the levels that a ruleset reads and the files do not give, by year; some files lack columns."""
    files, words = data.report.files, ruleset.vocabulary
    unused = {(file.year, file.indicator) for file in files if not file.used and str(file.path) in lacking}
    used = {(file.year, file.indicator) for file in files if file.used}

    def is_missing(year: int, key: FieldKey) -> bool:
        in_no_file = (year, key[0]) in used and words.is_in_no_file(key[1], words.indicator(key[0]), year)
        return (year, key[0]) in unused or in_no_file

    return {year: {key for key in keys if is_missing(year, key)} for year, keys in levels_read(ruleset).items()}


def data_from(
    ruleset: Ruleset,
    request: Request,
    *,
    counts: bool = False,
    official: PublishedList | None = None,
    levels_stated: bool = False,
) -> DataSet:
    """Return the LEAs asked for, and whatever they may look at, with all that is wrong with the files.

    Those that are not in the data are among the diagnostics. With `counts` the records hold the counts behind their
    levels; `official` and `levels_stated` are as for `gather`. RulesError as `leas_with_levels` does.
    """
    found = leas_with_levels(ruleset, request, kept_counts=counts, official=official, levels_stated=levels_stated)
    said = (
        *found.data.diagnostics,
        *files_not_found(found.data.report, ruleset),
        *not_there(places_of(found.data.records), request.leas, request.counties, ruleset.vocabulary),
    )
    asked = found.asked if request.leas or request.counties else None
    return evolve(found.data, records=found.records, diagnostics=said, asked=asked)


def numbers_behind(ruleset: Ruleset, sources: Sources, codes: Collection[str] | None = None) -> LevelYear | None:
    """Return the ruleset that works out the levels of a ruleset's year, with the LEAs as its words read them.

    Where `codes` are given, there are these LEAs alone, unless the rules look at others as well. None if there is none,
    or no folder of files. Faults of the files are reported by the first reading of them.
    """
    own = {ruleset.year: levels_read(ruleset).get(ruleset.year, frozenset())} if ruleset.levels_from else {}
    found = next(_level_years(ruleset, own, {ruleset.year: ()}, []), None)
    if found is None or not sources.folders:
        return None
    only = None if ruleset.relates else codes
    gathered = gather(found.prepared.ruleset, sources, only=only).data
    return evolve(found, records={record.code: record for record in gathered.records})


def levels_read(ruleset: Ruleset) -> Mapping[int, frozenset[FieldKey]]:
    """Return the levels of student groups that a ruleset reads, by year."""
    found: dict[int, set[FieldKey]] = {}
    for asked in fields_in(*ruleset.nodes):
        if asked.scope is Scope.GROUP:
            found.setdefault(asked.year, set()).add(asked.key)
    return {year: frozenset(keys) for year, keys in sorted(found.items())}


# ---- which rulesets work out what ----


def _level_years(
    ruleset: Ruleset,
    read: Mapping[int, frozenset[FieldKey]],
    filled: Mapping[int, Collection[FieldKey]],
    said: list[Diagnostic],
) -> Iterator[LevelYear]:
    """Yield the ruleset that works out the levels read of each year that has one, before any data are read for it.

    `said` takes what is to be said about them.
    """
    for year, keys in read.items():
        rules, file = levels_rules(ruleset, year, said)
        if rules is None or file is None:
            continue
        worked = tuple(key for key in sorted(keys) if (year, level_name(*key)) in rules.definitions)
        if worked:
            put = tuple(key for key in worked if key in filled[year])
            yield LevelYear(prepare(rules), f"{ruleset.levels_from}/{file.stem}", worked, put)


def _not_recomputed(ruleset: Ruleset, done: Collection[int]) -> Iterator[Diagnostic]:
    """Yield a warning that levels of earlier years cannot be recomputed; RulesError for those of the year."""
    read = levels_read(ruleset)
    lacking = [] if ruleset.reports_levels else [year for year in read if year not in done]
    if lacking and (ruleset.year in lacking or not done):
        error = say.nothing_recomputed(ruleset.levels_from, ruleset.year if ruleset.year in lacking else lacking[-1])
        raise refused(error)
    if lacking:
        yield years.no_levels_of_years(None, ruleset.levels_from, lacking)


# ---- the levels of an LEA ----


def _worked_out(
    record: LeaRecord, found: LevelYear, vocabulary: Vocabulary, guessed: set[tuple[int, str]] | None
) -> LeaRecord:
    """Return an LEA with the levels of a year filled in where they are missing, or all of them replaced.

    `guessed` takes the year and the indicator of levels that the numbers do not give either; None asks for all levels
    to be worked out, whatever the data say.
    """
    year = found.prepared.ruleset.year
    facts = record.years.get(year, YearFacts())
    evaluation = found.evaluation(record.code)
    if evaluation is None:
        return record
    groups = {name: dict(readings) for name, readings in facts.groups.items()}
    for group in vocabulary.groups_in(year):
        known = groups.setdefault(group.name, {})
        for key in found.filled if group.name in found.prepared.group_index else ():
            stated = groups[group.name].get(key)
            if stated is not None and guessed is not None:
                known[key] = stated
                continue
            reading = _reading(evaluation, found, key, group, vocabulary)
            if (
                guessed is not None
                and reading is not None
                and reading.level is None
                and _is_guess(evaluation, key, group)
            ):
                reading = None
                guessed.add((year, key[0]))
            if reading is not None:
                known[key] = reading
            else:
                known.pop(key, None)
    silent = facts.silent - {indicator for indicator, _ in found.filled}  # each of their levels is now said or unknown
    return evolve(record, years={**record.years, year: evolve(facts, groups=groups, silent=silent)})


def _is_guess(evaluation: Evaluation, key: FieldKey, group: StudentGroup) -> bool:
    """Return whether a level is *not rated* only because the file lacks the columns of the numbers too.

    It is not where there are too few students, or no row of the student group.
    """
    ruleset = evaluation.prepared.ruleset
    facts = evaluation.record.years.get(ruleset.year, YearFacts())
    if not any(indicator == key[0] for indicator, _ in facts.groups.get(group.name, {})):
        return False
    index = evaluation.prepared.group_index[group.name]
    rule = reason_of(occurrence_of(evaluation, (ruleset.year, level_name(*key)), index)).rule
    return rule is None or rule.what != "needs"


def _with_counted(
    records: Sequence[LeaRecord], counted: Mapping[str, LeaRecord], vocabulary: Vocabulary
) -> tuple[LeaRecord, ...]:
    """Return LEAs with those of which nothing is known but counts, by code; a school that is no LEA is none of them."""
    by_code = {record.code: record for record in records}
    for code, record in counted.items():
        kind = vocabulary.kind_of_code(code)
        if kind is None or kind.name != record.kind:
            continue
        if code not in by_code:
            by_code[code] = LeaRecord(code, record.name, record.county, kind.name)
        elif by_code[code].only_in:
            by_code[code] = evolve(by_code[code], only_in=frozenset())
    return tuple(by_code[code] for code in sorted(by_code))


def _reading(
    evaluation: Evaluation, found: LevelYear, key: FieldKey, group: StudentGroup, vocabulary: Vocabulary
) -> Reading | None:
    """Return a level that was worked out as the data would give it; None if it is unknown."""
    indicator, scale = key
    year = found.prepared.ruleset.year
    index = found.prepared.group_index[group.name]
    origin = found.origin
    part = occurrence_of(evaluation, (year, level_name(indicator, scale)), index)
    level = part.value
    if isinstance(level, NotRated):
        return Reading(None, reason_of(part).text, origin)
    if not isinstance(level, str):
        return None
    needed = vocabulary.minimum_size(scale, group.name, evaluation.record.kind, year)
    facts = evaluation.record.years[year]
    students = facts.reading(group.name, (indicator, STUDENTS))
    number = students.level if students is not None else None
    if needed is not None and isinstance(number, Fraction) and number < needed:
        return Reading(None, too_few_note(number, needed), origin)
    return Reading(level, "", origin)


def _with_counts(record: LeaRecord, found: LevelYear) -> LeaRecord:
    """Return an LEA with the numbers of a year from which its levels are worked out, as its own facts have them."""
    ruleset, counted = found.prepared.ruleset, found.records.get(record.code)
    year, indicators = ruleset.year, {indicator for indicator, _ in found.keys}
    if counted is None or year not in counted.years or year not in record.years:
        return record
    facts, held = record.years[year], counted.years[year].groups
    keys = [(indicator, name) for name, of in numbers_read(ruleset).items() for indicator in of & indicators]
    groups = {
        group: {**readings, **{key: held[group][key] for key in keys if key in held.get(group, {})}}
        for group, readings in facts.groups.items()
    }
    return evolve(record, years={**record.years, year: evolve(facts, groups=groups)})


# ---- what a determination rests on ----


def levels_behind(
    determination: Determination, group: str | None, indicator: str | None, chained: Chained
) -> Iterator[LevelResult]:
    """Yield how the levels were worked out that the rules that hold rest on, for one student group or for all.

    Where an indicator is named, its levels in the year are given instead, whatever rests on them. Each is given once;
    a level that no ruleset works out is not among them.
    """
    asked: dict[tuple[int, str, str], None] = {}
    for result in determination.groups:
        if group not in (None, result.group.name):
            continue
        if indicator is not None:
            asked[determination.year, indicator, result.group.name] = None
            continue
        index = determination.evaluation.prepared.group_index[result.group.name]
        for rule in result.rules:
            part = occurrence_of(determination.evaluation, (determination.year, rule), index)
            asked.update(dict.fromkeys((year, indicator, result.group.name) for year, indicator in _deciding(part)))
    for year, about, name in asked:
        found = chained.result(determination.record.code, year, about, name)
        if found is not None:
            yield found


def _deciding(part: Occurrence) -> Iterator[tuple[int, str]]:
    """Yield the year and indicator of each level of a student group that decides a rule."""
    for leaf in leaves(part):
        asked = field_of(leaf.part) if leaf.decides else None
        if asked is not None and asked.scope is Scope.GROUP:
            yield asked.year, asked.key[0]


# ---- what was read ----


def _joined(data: DataSet, more: DataSet, about: Collection[str] | None) -> DataSet:
    """Return the data of a run with the files and messages that a second reading added.

    `about` are the files whose messages are kept, None for all: the numbers of the others were not asked for.

    A file that lacks the column of a level is no longer at fault where its counts could be used. What a second reading
    says of anything but the rows of its files has been said by the first.
    """
    read = {str(file.path) for file in more.report.files}
    used = {str(file.path) for file in more.report.files if file.used}
    first = (one for one in data.diagnostics if not (one.code == _COLUMN_MISSING and _file_of(one) in used))
    second = (one for one in more.diagnostics if _file_of(one) in (read if about is None else about))
    report = evolve(data.report, files=_one_each([*data.report.files, *more.report.files]))
    return evolve(data, diagnostics=tuple(dict.fromkeys([*first, *second])), report=report)


def _without_missing(data: DataSet, lacking: Collection[str]) -> DataSet:
    """Return data without the messages that files lack columns of counts, but for files that lack levels too."""
    said = (one for one in data.diagnostics if one.code != _COLUMN_MISSING or _file_of(one) in lacking)
    return evolve(data, diagnostics=tuple(said))


def _file_of(diagnostic: Diagnostic) -> str:
    return diagnostic.place.file if diagnostic.place is not None else ""


def _of_files(
    diagnostics: Sequence[Diagnostic], report: ReadReport, about: Collection[tuple[int, str]]
) -> Iterator[Diagnostic]:
    """Yield the messages about the files of some indicators, given with their years."""
    files = {str(file.path) for file in report.files if (file.year, file.indicator) in about}
    return (one for one in diagnostics if _file_of(one) in files)


def _one_each(files: Sequence[FileReport]) -> tuple[FileReport, ...]:
    """Return one report of each file: of one that was read twice the first, unless only the second could use rows."""
    best: dict[Path, FileReport] = {}
    for file in files:
        if file.path not in best or (file.used and not best[file.path].used):
            best[file.path] = file
    return tuple(best.values())
