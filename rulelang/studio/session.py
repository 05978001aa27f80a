"""The studio page's requests to rulelang: one ruleset in force and as edited, and the data it is tried on.

The page runs this in the browser. Requests and answers are JSON, so that the page needs to know nothing about Python.
"""

from __future__ import annotations

import gc
import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import asdict, define, field, frozen

from rulelang.analysis.examples import ExampleRun
from rulelang.analysis.statewide import tables_from
from rulelang.compiler.files import read_source
from rulelang.compiler.in_force import Effective
from rulelang.compiler.listing import installed_rulesets, titled
from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, known_rulesets, rulesets_folder
from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.data.write import write_table, write_workbook
from rulelang.diagnostics.as_data import diagnostic_data
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.engine.steps import Prepared, prepare
from rulelang.services.completion import completions
from rulelang.services.hover import hover
from rulelang.services.places import Position, TextEdit
from rulelang.services.problems import Problem, problems
from rulelang.services.workspace import Workspace
from rulelang.studio.impact import Judged, impact, judged, outcomes
from rulelang.studio.in_full import in_full
from rulelang.studio.lea import lea_data, ways_data
from rulelang.studio.levels import WorkedOut, level_impact, levels_of_lea, outcomes_by, worked
from rulelang.studio.tried_on import GIVEN, TriedOn, given_files, made_up

Data = dict[str, Any]
"""A JSON object."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

OWN: Final = "own"
"""The folder of rules that are opened."""

LEAS: Final = 100
"""How many LEAs the made-up state has."""

MOST_VERSIONS: Final = 8
"""Of how many texts it is remembered what they work out."""

NOT_UNDERSTOOD: Final[Data] = {"wrong": []}
"""The answer to whatever needs a text without errors; `check` says which errors."""


class NotUnderstoodError(Exception):
    """Raised if a text cannot be applied."""


@frozen
class Rules:
    """A ruleset as understood, with the results of its examples and the text it was understood from."""

    text: str
    prepared: Prepared
    runs: tuple[ExampleRun, ...]
    in_force: Effective

    @property
    def ruleset(self) -> Ruleset:
        """Return the ruleset."""
        return self.prepared.ruleset


@define(eq=False)
class Session:
    """One person at work: the ruleset in force, the latest text that could be understood, and the data.

    `home` is a folder of its own, which in a page is in the memory of the browser. If what was opened has errors, the
    first text that can be understood is taken for the rules in force.
    """

    home: Path = field(converter=Path)
    progress: Progress
    workspace: Workspace = field(factory=Workspace, init=False)
    path: Path = field(factory=Path, init=False)
    before: Rules | None = field(default=None, init=False)
    after: Rules | None = field(default=None, init=False)
    data: TriedOn | None = field(default=None, init=False)
    _judged: Judged | None = field(default=None, init=False)
    _scenarios: dict[str, Data] = field(factory=dict, init=False)
    _levels: dict[str, WorkedOut] = field(factory=dict, init=False)

    def answer(self, what: str, given: str) -> str:
        """Return the answer to a request, as JSON; what is wrong with rules or data is in the answer."""
        questions: Mapping[str, Callable[..., Any]] = {
            "rulesets": self.rulesets,
            "open": self.open,
            "open_given": self.open_given,
            "check": self.check,
            "complete": self.complete,
            "hover": self.hover,
            "sample": self.sample,
            "files": self.files,
            "impact": self.impact,
            "lea": self.lea,
            "ways": self.ways,
            "examples": self.examples,
            "in_full": self.in_full,
            "scenarios": self.scenarios,
            "results": self.results,
        }
        try:
            found = questions[what](**json.loads(given))
        except DataError as error:
            found = {"wrong": _as_data(error.diagnostics)}
        except NotUnderstoodError:
            found = NOT_UNDERSTOOD
        return json.dumps(found, ensure_ascii=False)

    # ---- rules ----

    def rulesets(self) -> Data:
        """Return the rulesets that come with rulelang, and the one to begin with."""
        listed = [{"name": one.ruleset, "title": one.title, "year": one.year} for one in installed_rulesets()]
        return {"rulesets": listed, "first": first_ruleset()}

    def open_given(self) -> Data:
        """Make the given file of rules the one in force: of several the latest year, and the others lie beside it.

        The answer says which it is, or why a file is refused.
        """
        reporter, given = Reporter(), sorted((self.home / GIVEN).iterdir())
        texts = {path.name: source.text for path in given if (source := read_source(path, reporter)) is not None}
        if reporter.diagnostics or not texts:
            return {"refused": _as_data(reporter.diagnostics)}
        folder = self.home / OWN
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, text in texts.items():
            folder.joinpath(name).write_text(text, encoding="utf-8")
        name = max(texts, key=lambda one: (titled(one, texts[one]).year or 0, one != VOCABULARY_FILE))
        return {"name": name, **self.open(name, texts[name], has_others=len(texts) > 1)}

    def open(self, name: str, text: str | None = None, *, has_others: bool = False) -> Data:
        """Make a ruleset the one in force: one that comes with rulelang, or the text of a file of that name.

        A file by itself that is a version of a ruleset that comes with rulelang, by its first line, has the other files
        of that ruleset beside it.
        """
        shipped = rulesets_folder() / f"{name}{SUFFIX}"
        self.workspace = Workspace()
        own = self.home / OWN / name
        self.path = shipped if text is None else own if has_others else _version_of_shipped(own, text) or own
        self.before = self.after = None
        self._let_go()
        text = text if text is not None else shipped.read_text(encoding="utf-8")
        try:
            self.before = self._understood(text)
        except NotUnderstoodError:
            return {"text": text, **NOT_UNDERSTOOD}
        return {"text": text, "title": self.before.ruleset.title, "year": self.before.ruleset.year}

    def check(self, text: str) -> Data:
        """Return what is wrong with a text, its examples included."""
        self._take_text(text)
        return {"problems": [_problem(self.path.resolve(), one) for one in problems(self.workspace, self.path)]}

    def complete(self, text: str, line: int, column: int) -> list[Data]:
        """Return what may be written at a place of a text."""
        self._take_text(text)
        return [asdict(one) for one in completions(self.workspace, self.path, Position(line, column))]

    def hover(self, text: str, line: int, column: int) -> Data | None:
        """Return what the word at a place of a text means; None if it means nothing."""
        self._take_text(text)
        found = hover(self.workspace, self.path, Position(line, column))
        return None if found is None else asdict(found)

    def examples(self, text: str) -> list[Data]:
        """Return the result of each example of a text."""
        return [
            {
                "title": run.example.title,
                "inherited": run.example.inherited,
                "line": run.example.span.line if run.example.span is not None else None,
                "passes": run.passes,
                "findings": [
                    {"expected": one.expected, "found": one.found, "passes": one.as_expected} for one in run.findings
                ],
            }
            for run in self._understood(text).runs
        ]

    def _take_text(self, text: str) -> None:
        held = self.workspace.texts.get(self.path.resolve())
        if held is None or held.written != text:
            self.workspace.open(self.path, text)

    def _understood(self, text: str) -> Rules:
        """Return a text as understood, and remember it; NotUnderstoodError if it has errors."""
        if self.after is None or self.after.text != text:
            self._take_text(text)
            finding = self.workspace.finding(self.path)
            checked = finding.checked
            if checked.ruleset is None or finding.in_force is None:
                raise NotUnderstoodError
            self.after = Rules(text, prepare(checked.ruleset), checked.runs, finding.in_force)
        return self.after

    def _in_force(self, text: str) -> Rules:
        self.before = self.before or self._understood(text)
        return self.before

    # ---- data ----

    def sample(self, text: str, leas: int = LEAS) -> Data:
        """Make up a state for a text and try the text on it."""
        ruleset = self._without_data(text)
        return self._take(made_up(ruleset, self.home, leas, self.progress))

    def files(self, text: str) -> Data:
        """Try a text on the files that were put into the folder of given files."""
        ruleset = self._without_data(text)
        return self._take(given_files(ruleset, self.home, self.progress))

    def _without_data(self, text: str) -> Ruleset:
        """Return the rules in force; the current data are released first, so that memory never holds two states."""
        ruleset = self._in_force(text).ruleset
        self._let_go()
        gc.collect()
        return ruleset

    def _let_go(self) -> None:
        self.data = self._judged = None
        self._scenarios, self._levels = {}, {}

    def _take(self, data: TriedOn) -> Data:
        self.data = data
        return {**data.as_data(), "said": [] if data.is_made_up else _as_data(data.said)}

    @property
    def _tried_on(self) -> TriedOn:
        assert self.data is not None  # noqa: S101  # the page takes data first
        return self.data

    # ---- results ----

    def impact(self, text: str, what: str | None = None) -> Data:
        """Return who is answered otherwise by a text than by the rules in force.

        Of rules that determine nobody, what gets another level or amount; `what` names the one that is looked at.
        """
        after = self._understood(text)
        if after.ruleset.reports_levels:
            return level_impact(self._worked(self._in_force(text)), self._worked(after), what)
        if self._judged is None:
            self._judged = judged(self._in_force(text).prepared, self._tried_on.records)
        return impact(self._judged, judged(after.prepared, self._tried_on.records, self._judged))

    def lea(self, code: str, text: str) -> Data:
        """Return everything about an LEA, by the rules in force and by a text."""
        after, record, records = self._understood(text), self._tried_on.by_code[code], self._tried_on.records
        if after.ruleset.reports_levels:
            return levels_of_lea(self._worked(self._in_force(text)), self._worked(after), record, records)
        before = self._in_force(text)
        return {side: lea_data(of.prepared, record, records) for side, of in (("before", before), ("after", after))}

    def ways(self, code: str, text: str) -> Data:
        """Return the smallest changes that would end what an LEA gets by a text."""
        return ways_data(self._understood(text).prepared, self._tried_on.by_code[code])

    def scenarios(self, texts: Sequence[str], what: str | None = None) -> list[Data]:
        """Return how many LEAs get each determination by each of several texts, and what each LEA gets.

        Of rules that determine nobody, the levels of the one thing that is looked at.
        """
        if what is not None:
            versions = [self._worked(rules) if rules else None for rules in map(self._understood_or_none, texts)]
            return [one or NOT_UNDERSTOOD for one in outcomes_by(versions, what)]
        for text in texts:
            if text not in self._scenarios:
                self._scenarios[text] = self._outcomes(text)
        return [self._scenarios[text] for text in texts]

    def _outcomes(self, text: str) -> Data:
        rules = self._understood_or_none(text)
        if rules is None or rules.ruleset.reports_levels:
            return NOT_UNDERSTOOD
        return outcomes(judged(rules.prepared, self._tried_on.records, self._judged))

    def _understood_or_none(self, text: str) -> Rules | None:
        try:
            return self._understood(text)
        except NotUnderstoodError:
            return None

    def _worked(self, rules: Rules) -> WorkedOut:
        if rules.text not in self._levels:
            self._levels[rules.text] = worked(rules.prepared, self._tried_on.records)
            for oldest in [*self._levels][1:-MOST_VERSIONS]:  # the first are the rules in force
                del self._levels[oldest]
        return self._levels[rules.text]

    def in_full(self, text: str) -> Data:
        """Return all that is in force by a text, what its year changes, and what was edited."""
        after = self._understood(text)
        return in_full(self._in_force(text).in_force, after.in_force, after.ruleset.vocabulary)

    def results(self, text: str, format: str = "csv") -> dict[str, str]:  # noqa: A002  # the word of the command line
        """Return the tables of results of a text as files in base64, by their names; one workbook for all of them."""
        tables = tables_from(self._understood(text).prepared, self._tried_on.records)
        folder = self.home / "results"
        if format == "xlsx":
            files = [write_workbook(folder / "results.xlsx", {one.name: (one.columns, one.rows) for one in tables})]
        else:
            files = [write_table(folder / one.name, one.columns, one.rows, format) for one in tables]
        return {path.name: b64encode(path.read_bytes()).decode("ascii") for path in files}


def first_ruleset() -> str:
    """Return the ruleset to begin with: of those named by a year the latest, and of these the first."""
    named = [one for one in known_rulesets() if one.count("/") == 1 and Path(one).name.isdecimal()]
    return max(named, key=lambda one: int(Path(one).name))


def _version_of_shipped(own: Path, text: str) -> Path | None:
    """Return the place of the ruleset of the same title and year that comes with rulelang; None if there is none."""
    head = titled(own.name, text)
    same = (one.ruleset for one in installed_rulesets() if (one.title, one.year) == (head.title, head.year))
    return next((rulesets_folder() / f"{name}{SUFFIX}" for name in same), None)


def _as_data(diagnostics: Iterable[Diagnostic]) -> list[Data]:
    return [diagnostic_data(one) for one in diagnostics]


def _problem(path: Path, problem: Problem) -> Data:
    """Return a problem with the edits that fix it, or those to choose from, if all of them are in the text itself."""

    def of_text(edits: Sequence[TextEdit]) -> list[Data]:
        is_own = all(one.place.path == path for one in edits)
        return [{"range": asdict(one.place.range), "text": one.text} for one in edits if is_own]

    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "help": problem.help,
        "range": asdict(problem.range),
        "notes": problem.notes,
        "edits": of_text(problem.edits),
        "choices": of_text(problem.choices),
    }
