"""The interface for other tools: load a ruleset once, then read data, determine and explain with it.

Imports that only some callers need are made where they are used, so that the others need not wait for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import field, frozen

from rulelang.analysis.loading import asked_of, loaded
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics import arguments
from rulelang.diagnostics.arguments import UNNAMED, Paths, checked, content_of, year_of
from rulelang.diagnostics.notebook import titled_table
from rulelang.engine.determination import Determination, Determinations, check_own, determine_all, student_group
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.steps import Prepared, prepare

if TYPE_CHECKING:
    Codes = Collection[str] | None
    from rulelang.analysis.analyzing import Analyzed
    from rulelang.analysis.comparison import Comparison
    from rulelang.analysis.reconcile import Reconciliation
    from rulelang.analysis.result_tables import ResultTable
    from rulelang.analysis.results_in_duckdb import Batch
    from rulelang.analysis.sensitivity import Sensitivity
    from rulelang.analysis.simulation import Simulated
    from rulelang.analysis.way_out import CountedWay
    from rulelang.compiler.listing import Listed
    from rulelang.data.report import DataSet
    from rulelang.diagnostics.diagnostic import Diagnostic
    from rulelang.engine.explanation import Explanation
    from rulelang.engine.levels import LevelResult
    from rulelang.reasoning.ways import WayOut


def load(name_or_path: str | Path = UNNAMED, *, text: str | None = None, as_year: int | None = None) -> LoadedRuleset:
    """Return a ruleset by name (`assistance/2023`) or path, ready for use.

    With `text` that is the ruleset, as if it were in the file that the path names, or else in the working folder. With
    `as_year` its rules are applied to the data of that year, as they are; what the year lacks, and so nobody has, is a
    UserWarning. RulesError, with every diagnostic, where its files have errors, or where that cannot be asked of that
    year; TypeError if neither a name nor a text is given. `check` also runs the examples in the files.
    """
    name, content = checked(name_or_path, str | Path, arguments.RULESET), content_of(name_or_path, text)
    rules, lacking = (loaded(name, content), []) if as_year is None else asked_of(name, year_of(as_year), content)
    for message in dict.fromkeys(one.message for one in lacking):
        arguments.warn(message)
    return LoadedRuleset(rules, prepare(rules))


def check(name_or_path: str | Path = UNNAMED, *, text: str | None = None) -> list[Diagnostic]:
    """Return everything that is wrong with a ruleset, its examples included; an empty list where it is fine.

    With `text` that is checked, as if it were in the file that the path names, or else in the working folder.
    TypeError if neither is given.
    """
    from rulelang.analysis.checking import check_ruleset

    return check_ruleset(checked(name_or_path, str | Path, arguments.RULESET), content_of(name_or_path, text))


def compare(
    old: str | Path | LoadedRuleset, new: str | Path | LoadedRuleset = UNNAMED, *, text: str | None = None
) -> Comparison:
    """Return two rulesets side by side, each by name (`assistance/2023`) or path, or loaded: what differs, who moves.

    With `text` that is the second, as if it were in the file that `new` names, or else in the working folder.
    Raises RulesError, with every diagnostic, where the files of one have errors.
    """
    from rulelang.analysis.comparison import compared

    first = old if isinstance(old, LoadedRuleset) else load(old)
    second = new if isinstance(new, LoadedRuleset) and text is None else load(new, text=text)  # type: ignore[arg-type]
    return compared(first.rules, second.rules)


def simulate(
    simulated: Sequence[Simulated],
    measures: Sequence[str] = (),
    by: Sequence[str] = (),
    sizes: Sequence[int] = (),
    step: int = 5,
) -> list[ResultTable]:
    """Return tables of what rulesets make of data: who comes out lower, the same and higher than by the first.

    With `measures` it is a table of their percentiles. Results are broken down `by` kind, student group, county, size
    or a scale; `sizes` are the limits between sizes, `step` is how far apart percentiles are. UnknownNameError for a
    measure that no ruleset works out and for what results cannot be broken down by.
    """
    from rulelang.analysis.simulation import Simulated
    from rulelang.analysis.simulation_tables import simulation_tables

    every = [checked(one, Simulated, arguments.SIMULATED) for one in simulated]
    return simulation_tables(every, measures, by, sizes, step)


def rulesets() -> tuple[Listed, ...]:
    """Return the installed rulesets: the name to load each by, its title and its year."""
    from rulelang.compiler.listing import installed_rulesets

    return tuple(installed_rulesets())


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of what rulelang writes, such as `determinations`; UnknownNameError for anything else."""
    from rulelang.data import schemas

    return schemas.schema(name)


@frozen
class LoadedRuleset:
    """A ruleset of one year, ready to be applied. `rules` is the ruleset as understood."""

    rules: Ruleset
    _prepared: Prepared = field(repr=False, eq=False)

    def __repr__(self) -> str:
        return f"<LoadedRuleset {self.name}: {len(self.rules.rules) + len(self.rules.levels)} rules>"

    def _repr_html_(self) -> str:
        rows = [(rule.label or "", rule.outcome, rule.text) for rule in self.rules.rules]
        levels = [(rule.what, rule.indicator or " ", rule.text.split("\n")[0]) for rule in self.rules.levels]
        return titled_table(self.name, [*rows, *levels])

    @property
    def name(self) -> str:
        """Return what results call the ruleset: its title and year, and that it is a what-if where it is one."""
        return self.rules.name

    @property
    def title(self) -> str:
        """Return the ruleset's title, such as Differentiated Assistance."""
        return self.rules.title

    @property
    def year(self) -> int:
        """Return the Dashboard year the rules are for."""
        return self.rules.year

    @property
    def years_needed(self) -> tuple[int, ...]:
        """Return the Dashboard years whose data the rules read, oldest first."""
        from rulelang.analysis.gather import data_needed

        return tuple(data_needed(self.rules))

    def findings(self) -> list[Analyzed]:
        """Return what the rules say and cannot mean, in the order of the text; an empty list if nothing is found.

        Each finding is proved for all data an LEA could have. Raises UnconfirmedError if the evaluator does not confirm
        one, which is a fault in rulelang.
        """
        from rulelang.analysis.analyzing import analyzed

        return analyzed(self.rules)

    def suggested_examples(self) -> list[str]:
        """Return the examples that the rules lack, as they would be written in their file; each has been run there.

        There is one for each answer, part, or level beside these that no example tries, and for each limit of bands;
        none for rules that are not in a file.
        """
        from rulelang.analysis.examples import run_examples
        from rulelang.analysis.suggested_examples import lacking

        return ["\n".join(one.lines) for one in lacking(self.rules.source, self.rules, run_examples(self.rules))]

    def read(
        self,
        folders: Paths = (),
        *,
        published: Paths = (),
        group_counts: Paths = (),
        leas: str | Sequence[str] = (),
        counties: str | Sequence[str] = (),
        recompute: bool = False,
        counts: bool = False,
    ) -> DataSet:
        """Return the LEAs of the year in folders of published files, with a report of the rows and what was refused.

        `published` are the state's lists of any years, which replace the files of years that no folder has, and
        `group_counts` tables of how many student groups each LEA has. LEAs that only other years have are left out,
        and the diagnostics count them. `leas` and `counties` choose some, by codes, names or parts of names and by
        names or numbers. Bad data raise no exception: the `diagnostics` say what is wrong. TypeError for no source.

        Levels that the files do not have are worked out from the counts where the rules say by which rulesets
        (`levels from`), and with `recompute` all of them are; RulesError if those rulesets have errors. With
        `counts` the records also hold the counts behind the levels of the year, which `wide` shows.
        """
        from rulelang.analysis.chaining import data_from
        from rulelang.analysis.gather import Request, sources_of

        sources = sources_of(folders, published, group_counts)
        chosen = (arguments.texts(leas, arguments.LEA), arguments.texts(counties, arguments.COUNTY))
        return data_from(self.rules, Request(sources, *chosen, recompute), counts=counts)

    def records(self, rows: object) -> DataSet:
        """Return the LEAs in plain rows, one for each LEA, student group and indicator (docs/how-to/python.md).

        The rows are mappings, or a table as `evaluate_table` takes them. What is wrong with them is in the
        `diagnostics`; DataError if they are not rows.
        """
        from rulelang.analysis.embedding import data_in
        from rulelang.analysis.owners_missing import with_owners_missing

        return with_owners_missing(self.rules, data_in(self.rules.vocabulary, rows))

    def with_group_counts(self, records: object, counts: Mapping[str, int]) -> tuple[LeaRecord, ...]:
        """Return the LEAs with how many student groups each has in the ruleset's year, given by LEA code.

        Raises DataError if a code is none of theirs, or a number is not a count.
        """
        from rulelang.analysis.embedding import with_counted_groups

        return with_counted_groups(self._among(records)[0], self.year, counts)

    def evaluate(self, records: object, *, codes: Codes = None) -> Determinations:
        """Return the determination of each LEA: of the records of LEAs, in the order given, or of what `read` returns.

        Plain rows and tables of them will do as well, as `records` takes them; their LEAs come by code. Where `codes`
        are given, or `read` was asked for some, only these are determined, among all of the records. DataError, with
        every diagnostic, where one of the rows cannot be used or what is given is nothing of these.
        """
        if self.rules.reports_levels and not self.rules.rules:
            arguments.warn(f"{self.name} determines nothing; `levels` gives what it works out")
        among, asked = self._among(records, codes)
        every = determine_all(self._prepared, among)
        return Determinations(one for one in every if asked is None or one.record.code in asked)

    def _among(self, given: object, codes: Codes = None) -> tuple[Sequence[LeaRecord], Codes]:
        """Return the LEAs that rules may look at, and the codes of those asked about, None for all."""
        from rulelang.analysis.embedding import asked_in

        found, asked = asked_in(self.rules, given, codes)
        if asked is not None and not self._prepared.relates:
            found = [one for one in found if one.code in asked]
        return found, asked

    @overload
    def wide(self, results: object) -> list[dict[str, str | int | None]]: ...
    @overload
    def wide(self, results: object, *, frame: str) -> Any: ...  # noqa: ANN401 - a table of the kind asked for
    def wide(self, results: object, *, frame: str | None = None) -> Any:
        """Return a row for each LEA and student group, with a column for each indicator and each priority.

        `results` are determinations, or what `levels` returns; of anything that `evaluate` takes they are made first.
        The rows are dictionaries, or with `frame` a table of `pandas`, `polars` or `arrow` (ValueError for others).

        Indicators have the level of the ruleset's year, `not rated`, or None if it is unknown, and the counts behind
        it where the records hold them (`read` with `counts`); priorities have yes, no or `cannot tell`. Of levels that
        were worked out each has a column, with its number and the numbers of the files that the rules read.
        """
        from rulelang.analysis.program_tables import wide_table_of

        return wide_table_of(self._prepared, results).shown(frame)

    def tables(self, given: object, *, frame: str | None = None) -> dict[str, Any]:
        """Return the tables that the command line writes, by name: the determinations and the reasons, or the levels.

        `given` are LEAs as `evaluate` takes them, or determinations or levels of this ruleset. Of what `ways_out`,
        `ways_in_students`, `sensitivity`, `reconcile` and `moves` of a comparison return, the tables are those of their
        commands. Each table is a list of dictionaries, or with `frame` a table of `pandas`, `polars` or `arrow`.

        Raises ValueError for another frame and for results of another ruleset, and DataError as `evaluate` does.
        """
        from rulelang.analysis.program_tables import tables_of

        return {table.name: table.shown(frame) for table in tables_of(self._prepared, given)}

    @overload
    def evaluate_table(self, relation: object, *, reasons: Literal[False] = False) -> Any: ...  # noqa: ANN401 - a table of the kind given
    @overload
    def evaluate_table(self, relation: object, *, reasons: Literal[True]) -> tuple[Any, Any]: ...
    def evaluate_table(self, relation: object, *, reasons: bool = False) -> Any:
        """Return the determinations of a table of plain records, as a table of the same kind, by LEA code.

        That is a DuckDB relation, an Arrow table or stream (which gives an Arrow table), or a DataFrame of pandas or
        Polars, with the columns of plain records (docs/how-to/large-data.md); Arrow tables and DataFrames are scanned
        in place, without a copy. With `reasons` two tables are returned, the determinations and the reasons. Rules that
        work out levels give these instead of determinations.

        Raises DataError, with every diagnostic, for anything else, if a column is missing or a row cannot be used, and
        if an extra library is not installed.
        """
        from rulelang.analysis.embedding import evaluated

        tables = evaluated(self._prepared, relation, reasons=reasons)
        return tables if reasons else tables[0]

    def judge_records(self, connection: Any, *, reasons: bool = False) -> Batch:  # noqa: ANN401 - of DuckDB, which may be absent
        """Evaluate the plain records in the table or view `records` of a DuckDB connection; the results stay in it.

        They are the tables that docs/reference/python.md describes, with answers as bits of whole numbers. Nothing
        of an LEA is read into Python. Raises NotUnderstoodError if a record is wrong or worded so that only a reader
        makes it out; `evaluate_table` takes these as well, and says what is wrong.
        """
        from rulelang.analysis import results_in_duckdb

        return results_in_duckdb.judge_records(self._prepared, connection, reasons=reasons)

    def reconcile(self, given: object, official: str | Path | None = None) -> Reconciliation:
        """Return what the rules make of LEAs beside what the state published, cell by cell, as `cells` and `differing`.

        The LEAs are those in folders of files, or given as to `evaluate`. `official` is the list that the state
        published; rules that work out levels are compared with the levels in the data and take none (TypeError).
        `agrees` says whether cells were compared and all agree. DataError if nothing of the list can be used.
        """
        from rulelang.analysis.reconcile import reconciled

        return reconciled(
            self._prepared, given, None if official is None else Path(checked(official, str | Path, arguments.FILE))
        )

    def levels(self, records: object, *, codes: Codes = None) -> tuple[LevelResult, ...]:
        """Return what the rules work out for each LEA or school, student group and indicator: numbers and levels.

        The LEAs and `codes` are given as to `evaluate`. A ruleset that works out none gives none, with a warning.
        """
        from rulelang.engine.levels import results_of

        if not self.rules.levels:
            arguments.warn(f"{self.name} works out no levels or measures; `evaluate` gives its determinations")
        among, asked = self._among(records, codes)
        every = evaluate_all(self._prepared, among)
        return tuple(found for one in every if asked is None or one.record.code in asked for found in results_of(one))

    def simulated(
        self,
        records: object,
        name: str = "",
        *,
        size: str = "students",
        at_least: int | None = None,
        only: Mapping[str, Sequence[str]] | None = None,
    ) -> Simulated:
        """Return what the rules make of LEAs and schools, for `rulelang.simulate`, under the ruleset's name or another.

        `size` is the number or measure that says how many students there are, `at_least` the fewest that count, and
        `only` has the values that count of a kind, a student group, a county, a scale or a text, one or several of
        each. The LEAs are given as to `evaluate`. UnknownNameError for a name that the vocabulary does not have.
        """
        from rulelang.analysis.simulation import Asked, asked_of, simulated

        asked = asked_of(self.rules, Asked(size, at_least, only or {}))
        return simulated(name or self.rules.name, self._prepared, self._among(records)[0], asked)

    def ways_out(self, records: object, outcome: str, *, codes: Codes = None) -> tuple[WayOut, ...]:
        """Return the smallest changes that would end an outcome of each LEA, or bring it about, in the order given.

        The LEAs and `codes` are given as to `evaluate`. `outcome` is a determination, label, method or referral that
        the rules decide, by its name or another name of it in any case; UnknownNameError for others. Levels of the
        year change, and numbers that cross a limit; where the rules relate entities to one another, also those of what
        is related to an LEA, so that all of it has to be among the LEAs.
        """
        from rulelang.analysis.way_out import asked_about
        from rulelang.reasoning import ways

        asked = asked_about(self._prepared, outcome)
        among, chosen = self._among(records, codes)
        return tuple(ways.ways_out(self._prepared, among, asked.name, codes=chosen))

    def ways_in_students(
        self, folders: Paths, outcome: str, records: object = None, *, codes: Codes = None
    ) -> tuple[CountedWay, ...]:
        """Return the same for the LEAs in folders of published files, with how far their numbers have to move.

        That is in students, or in points, by the ruleset that works the levels out (`levels from`); a level without
        numbers says why. `records` are the LEAs where they have been read already, given as to `evaluate`; the folders
        then only have the numbers behind their levels, and without a folder no way has numbers. Where `codes` are
        given, only these LEAs are asked about. Raises as `ways_out` does, and RulesError if the ruleset that works the
        levels out has errors.
        """
        from rulelang.analysis import way_out

        among, chosen = self._among(self.read(folders) if records is None else records, codes)
        asked, behind = way_out.asked_with_numbers(self._prepared, outcome, folders, chosen)
        return tuple(way_out.ways_in_students(asked, among, behind, chosen))

    def sensitivity(  # of what, and how much of it
        self,
        folders: Paths,
        outcome: str,
        records: object = None,
        *,
        sizes: Sequence[int] = (30, 50, 100),
        lines: bool = False,
        codes: Codes = None,
    ) -> tuple[Sensitivity, ...]:
        """Return what an outcome of each LEA depends on: one student, group or indicator, or results of few students.

        The LEAs, the folders and `codes` are given as to `ways_in_students`. `sizes` are numbers of students below
        which results are left out to see what follows; with `lines` every level is returned that could be crossed to,
        not only those that flip the outcome. Raises as `ways_in_students` does.
        """
        from rulelang.analysis import sensitivity, way_out

        among, chosen = self._among(self.read(folders) if records is None else records, codes)
        asked, behind = way_out.asked_with_numbers(self._prepared, outcome, folders, chosen)
        return tuple(sensitivity.sensitivities(asked, among, behind, sizes, lines=lines, codes=chosen))

    def explain_levels(self, result: LevelResult, *, width: int = 80) -> str:
        """Return how levels are worked out, from the counts on, in lines of at most `width` columns."""
        from rulelang.engine.explain_levels import explain_level
        from rulelang.engine.levels import LevelResult

        check_own(self.rules, [checked(result, LevelResult, arguments.LEVELS).evaluation])
        checked(width, int, arguments.WIDTH)
        group = result.group.name if result.group is not None else None
        return explain_level(result.evaluation, result.indicator, group, width=width)

    def explanation(self, determination: Determination, group: str | None = None) -> Explanation:
        """Return why a determination is what it is as data: every rule, its answer, and what the data say of its words.

        UnknownNameError for a student group that is none, and ValueError for a determination by another ruleset.
        """
        from rulelang.analysis.explaining import explained

        known = student_group(self.rules, checked(group, str, arguments.GROUP)) if group is not None else None
        check_own(self.rules, [checked(determination, Determination, arguments.DETERMINATION).evaluation])
        return explained(determination, known)

    def explain(self, determination: Determination, group: str | None = None, *, width: int = 80) -> str:
        """Return why a determination is what it is, in the author's words, in lines of at most `width` columns.

        UnknownNameError if the vocabulary has no student group of that name, code or alias.
        """
        from rulelang.engine import explain

        check_own(self.rules, [checked(determination, Determination, arguments.DETERMINATION).evaluation])
        checked(group, str | None, arguments.GROUP)
        return explain.explain(determination, group, width=checked(width, int, arguments.WIDTH))
