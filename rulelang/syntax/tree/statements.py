"""The statements of rulesets and vocabularies, and the lines of examples, as written."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.syntax.tree.conditions import Condition, Expression, LookUp, Narrowing, NumberName, TableBelow
from rulelang.syntax.tree.words import Clause, Name, Node, Number, Statement, Text, joints_field

# ---- levels: measures, bands, grids, small populations, minimum sizes ----


@frozen(eq=False, repr=False)
class Subject(Node):
    """What a statement is about: `Graduation Rate color`, `Status` below a heading, `combined graduation rate`.

    `indicators` is empty if none is named; `text` is the rest: a scale's name or the name of a measure.
    """

    indicators: tuple[Name, ...]
    text: str


@frozen(eq=False, repr=False)
class Measure(Statement):
    """`measure combined graduation rate = …`, and `table rate of a district` with its rows."""

    subject: Subject
    value: Expression | LookUp


@frozen(eq=False, repr=False)
class BandsTable(Statement):
    """`bands Suspension Rate Status` and its table: the levels of a number, one row for each type."""

    subject: Subject
    table: TableBelow


@frozen(eq=False, repr=False)
class GridTable(Statement):
    """`grid Suspension Rate color for high school district, unified district` and its table.

    `types` are the types the grid is for; empty means all that no other grid of the indicator is for.
    """

    subject: Subject
    types: tuple[Name, ...]
    table: TableBelow


@frozen(eq=False, repr=False)
class SmallPopulations(Statement):
    """`when fewer than 150 students: read Declined Significantly as Declined and …`.

    `number` names what is counted, `groups` the only student groups it is for (empty: all), `readings` each level and
    the one it is read as. `color_only` says that the level itself stays as it is: `…, for the color only: read …`.
    """

    fewer_than: Number
    number: Name
    readings: tuple[tuple[Name, Name], ...]
    groups: tuple[Name, ...] = ()
    color_only: bool = False


@frozen(eq=False, repr=False)
class SizeException(Node):
    """`15 for Foster Youth and Homeless at a district or county office`; no groups or no kinds means all.

    `number` is what is counted where it is another number: `30 current students for Students with Disabilities`.
    """

    students: Number
    groups: tuple[Name, ...] = ()
    kinds: tuple[Name, ...] = ()
    number: Name | None = None


@frozen(eq=False, repr=False)
class Needs(Statement):
    """`color needs 30 students in both years; 15 for …`. `scale` None is the color of the grid: `needs 30 students …`.

    `this_year_when` says when the year at hand is enough: `in both years, or in this year when Paired Results`.
    """

    scale: Name | None
    students: Number
    number: Name
    both_years: bool
    exceptions: tuple[SizeException, ...] = ()
    this_year_when: Condition | None = None


@frozen(eq=False, repr=False)
class Override(Statement):
    """`Orange when Not Certified`; with `at_best`, `no better than Low when …`."""

    level: Name
    condition: Condition
    at_best: bool = False


@frozen
class Mark:
    """A mark of confidence and when it counts: `A`, `C in 2017`, `A from 2018 on`, `B from 2018 to 2020`."""

    letter: str
    years: tuple[int, ...] = ()
    since: int | None = None
    until: int | None = None

    def counts_in(self, year: int) -> bool:
        """Return whether the mark is one of a year; without years it is one of all."""
        if self.since is not None:
            return self.since <= year and (self.until is None or year <= self.until)
        return not self.years or year in self.years


@frozen(eq=False, repr=False)
class Confidence(Clause):
    """`confidence C in 2017, A from 2018 on`, which belongs to the statement above it.

    `marks` are empty where `text`, what is behind `confidence`, is none; `words` are those in quotation marks.
    """

    marks: tuple[Mark, ...]
    words: str = ""
    text: str = field(default="", eq=False)


LevelStatement = Measure | BandsTable | GridTable | SmallPopulations | Needs | Override


def table_below(statement: Node) -> TableBelow | None:
    """Return the table below a statement; None if it has none."""
    found = statement.value if isinstance(statement, Measure) else statement
    return found.table if isinstance(found, LookUp | BandsTable | GridTable) else None


def table_rows(statement: Statement) -> tuple[tuple[Text, ...], ...]:
    """Return the rows of the table below a statement, the first its heads; nothing if it has none."""
    table = table_below(statement)
    return table.rows if table is not None else ()


@frozen(eq=False, repr=False)
class RemoveLevels(Statement):
    """`remove bands ELPI Status`, `remove measure …`, `remove needs`, `remove override Orange`, `remove everything`.

    `what` is the first word or words, `types` those of `remove grid color for unified district`.
    """

    what: str
    subject: Subject | None
    types: tuple[Name, ...] = ()


# ---- rules and their changes ----


@frozen(eq=False, repr=False)
class Beside(Node):
    """The `before DA` of `add PZ before DA: …`: a rule is tried directly before, or after, the one with a label."""

    how: str
    label: Name


@frozen(eq=False, repr=False)
class Rule(Statement):
    """`4a: Red on both ELA and Math → Priority 4`, `otherwise → General Assistance`.

    `arrow` and `outcome` are missing only in a faulty rule. `beside` is the place that a change gives it.
    """

    label: Name | None
    condition: Condition
    narrowings: tuple[Narrowing, ...]
    arrow: Span | None = field(eq=False)
    outcome: Name | None
    beside: Beside | None = None


@frozen(eq=False, repr=False)
class FileLine(Statement):
    """A line about a file as a whole: the words it begins with, and what they are about.

    `ruleset Differentiated Assistance 2018`, `vocabulary California Dashboard`, or `what if Orange counted too`, which
    begins changes that are in force nowhere, as `what if based on assistance/2023` does; `uses California Dashboard
    vocabulary`; `based on assistance/2025`, a year beside the file or a ruleset by folder and name; `levels from
    dashboard`, the folder of the rulesets that work out the levels these rules read; `earlier years from assistance`,
    that of the rulesets of years looked back to; `suspended`; `cannot tell counts as not met when published`; `extends
    California Dashboard vocabulary`, a shipped one, or `extends "../vocabulary.rules"`, `quoted` as the path of a file.
    """

    what: str
    text: Text | None = None
    quoted: bool = False

    @property
    def named(self) -> str:
        """Return what it is about; empty if it is about nothing."""
        return self.text.text if self.text is not None else ""

    @property
    def begins(self) -> bool:
        """Return whether it gives the title of the file, and comes before its other lines."""
        return self.what.startswith(("ruleset", "vocabulary", "what if"))


@frozen(eq=False, repr=False)
class Explanation(Clause):
    """`cites "EC 52071(b)"` or `because "…"`: the sources of the statement above it, or its reason."""

    cites: tuple[Text, ...] = ()
    because: Text | None = None


@frozen(eq=False, repr=False)
class PriorityLine(Statement):
    """`priority 4 "Pupil Achievement"`, a heading over the rules below it."""

    number: Number
    title: Text


@frozen(eq=False, repr=False)
class ForLine(Statement):
    """`for school districts and county offices`, `for ELA and Math`, a heading: what the statements below are about."""

    kinds: tuple[Name, ...] = ()
    indicators: tuple[Name, ...] = ()


@frozen(eq=False, repr=False)
class Change(Statement):
    """`add 4c: …`, `replace 4a: …`, `replace bands …`; `how` is the first word."""

    how: str
    rule: Rule | LevelStatement


@frozen(eq=False, repr=False)
class Remove(Statement):
    """`remove 1a, 2a, 3a`."""

    labels: tuple[Name, ...]


@frozen(eq=False, repr=False)
class RemoveExamples(Statement):
    """`remove examples "Red on Graduation Rate"`: they are not in force from this year on."""

    titles: tuple[Text, ...]


# ---- vocabularies ----


@frozen(eq=False, repr=False)
class YearsLine(Statement):
    """`Dashboard years 2017, 2018`; `called` is what they are called."""

    years: tuple[Number, ...]
    called: str = "years"


@frozen(eq=False, repr=False)
class SuspendedYearLine(Statement):
    """`suspended year 2020`."""

    year: Number


@frozen(eq=False, repr=False)
class Table(Statement):
    """A heading and the rows of a pipe table below it, the header row first."""

    heading: Text
    rows: tuple[tuple[Text, ...], ...]


# ---- examples ----


@frozen(eq=False, repr=False)
class ExampleLine(Statement):
    """`example "Red on ELA and Orange on Math"`; with `in 2025 only` later years do not take it over."""

    title: Text
    only_in: Number | None = None


@frozen(eq=False, repr=False)
class GivenLine(Statement):
    """`given a school district`; with a name, as in `given a school "Elm"`, the facts below it are of that entity."""

    kind: Name
    name: Text | None = None


@frozen(eq=False, repr=False)
class GivenYearLine(Statement):
    """`given in 2017 and 2018`, `given this year and 2 Dashboard years ago`: the facts below are of those years.

    `ago` says of years how many Dashboard years ago they are, and `each_of_last` how many of the last years are meant,
    as in `given in each of the last 3 Dashboard years`. Last year alone has none of the three. `called` is what they
    are called.
    """

    years: tuple[Number, ...]
    ago: tuple[int, ...] = ()
    each_of_last: int = 0
    called: str = "years"


@frozen(eq=False, repr=False)
class Fact(Node):
    """`Red on ELA`, `not rated on Math`, `unknown on state indicators`; `level` is None for not rated and unknown.

    `both` says that the word is before the indicators.
    """

    level: Name | None
    unknown: bool
    indicators: tuple[Name, ...]
    of_kind: Name | None = None
    both: bool = field(default=False, eq=False, repr=False)
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class FactLine(Statement):
    """`African American: Red on ELA, Orange on Math`; without a group, facts of the LEA.

    Facts may be of numbers too: `White: suspended students 4 on Suspension Rate`. Numbers alone may be `given` at the
    head of the line: `given four-year graduates 95, four-year cohort 100`.
    """

    groups: tuple[Name, ...]
    facts: tuple[Fact | NumberFact, ...]
    given: bool = False
    joints: tuple[Name, ...] = joints_field()


@frozen(eq=False, repr=False)
class ExpectLine(Statement):
    """`expect African American meets Priority 4 by 4b`; `answer` is yes, no, cannot tell or suspended."""

    group: Name | None
    outcome: Name | None
    answer: str
    by: tuple[Name, ...] = ()


@frozen(eq=False, repr=False)
class NumberFact(Node):
    """`suspended students 4` in a fact line or a `given` line; `unknown suspended students` has no value.

    `not rated suspended students` has none either: it is known that there is no such number. `indicator` is that of
    `suspended students 4 on Suspension Rate`, None if the fact names none. `type` is that of the value: `number`,
    `dollars`, `date`, `text`, `yes or no`.
    """

    number: NumberName
    value: Fraction | str | None
    indicator: Name | None = None
    not_rated: bool = False
    type: str = "number"


@frozen(eq=False, repr=False)
class ExpectValue(Statement):
    """`expect combined graduation rate 95.2`, `expect White: Suspension Rate Status Medium`, `expect cannot tell …`.

    `answer` is `number` or `level`, or with `value` None `cannot tell` or `not rated`; of a measure that is not a scale
    these are about the number. `decimals` is how many a number is written with.
    """

    subject: Subject
    value: Fraction | Name | None
    answer: str
    group: Name | None = None
    decimals: int = 0


# ---- marks of confidence in words: a clause, or a cell of a table ----


_YEAR: Final = r"\d{4}"
_ONE: Final = rf"([A-Z])(?: in ({_YEAR}(?:(?: and |, ?){_YEAR})*)| from ({_YEAR}) (?:on|to ({_YEAR})))?"
_MARK: Final = re.compile(_ONE, re.IGNORECASE)
_MARKS: Final = re.compile(rf"{_ONE}(?:\s*[,;]\s*{_ONE})*", re.IGNORECASE)


def read_marks(text: str) -> tuple[Mark, ...]:
    """Return the marks in some words, in the order written; none if the words are not marks of confidence."""
    words = re.sub(r"\s+([,;])", r"\1", " ".join(text.split()))
    return tuple(map(_mark, _MARK.finditer(words))) if _MARKS.fullmatch(words) else ()


def marks_text(marks: tuple[Mark, ...]) -> str:
    """Return marks in words: `C in 2017, A from 2018 on`."""
    return ", ".join(_mark_text(mark) for mark in marks)


def _mark(found: re.Match[str]) -> Mark:
    letter, listed, since, until = found.groups()
    years = tuple(int(year) for year in re.findall(_YEAR, listed or ""))
    return Mark(letter.upper(), years, int(since) if since else None, int(until) if until else None)


def _mark_text(mark: Mark) -> str:
    if mark.since is not None:
        return f"{mark.letter} from {mark.since} {'on' if mark.until is None else f'to {mark.until}'}"
    if not mark.years:
        return mark.letter
    return f"{mark.letter} in {in_sentence(mark.years)}"
