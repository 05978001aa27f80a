"""How performance levels are worked out, as written: measures, bands, grids, small populations, minimum sizes."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from rulelang.syntax.tree.conditions import Condition, Expression, NumberName
from rulelang.syntax.tree.words import Clause, Name, Node, Number, Statement, Text


@frozen(eq=False, repr=False)
class IndicatorsLine(Statement):
    """`for ELA and Math`, a heading: the statements below it are about these indicators."""

    indicators: tuple[Name, ...]


@frozen(eq=False, repr=False)
class Subject(Node):
    """What a statement is about: `Graduation Rate color`, `Status` below a heading, `combined graduation rate`.

    `indicators` is empty if none is named; `text` is the rest: a scale's name or the name of a measure.
    """

    indicators: tuple[Name, ...]
    text: str


@frozen(eq=False, repr=False)
class Measure(Statement):
    """`measure combined graduation rate = …`."""

    subject: Subject
    value: Expression


@frozen(eq=False, repr=False)
class TableBelow(Node):
    """The rows of a table below a statement, the header row first."""

    rows: tuple[tuple[Text, ...], ...]


@frozen(eq=False, repr=False)
class LookUpTable(Statement):
    """`table rate of a district` and its rows: what the last column says where all others fit."""

    subject: Subject
    table: TableBelow


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


Tabled = LookUpTable | BandsTable | GridTable
LevelStatement = Measure | Tabled | SmallPopulations | Needs | Override


def table_rows(statement: Statement) -> tuple[tuple[Text, ...], ...]:
    """Return the rows of the table below a statement, the first its heads; nothing if it has none."""
    return statement.table.rows if isinstance(statement, Tabled) else ()


@frozen(eq=False, repr=False)
class RemoveLevels(Statement):
    """`remove bands ELPI Status`, `remove measure …`, `remove needs`, `remove override Orange`, `remove everything`.

    `what` is the first word or words, `types` those of `remove grid color for unified district`.
    """

    what: str
    subject: Subject | None
    types: tuple[Name, ...] = ()


# ---- lines of examples ----


@frozen(eq=False, repr=False)
class NumberFact(Node):
    """`suspended students 4` in a fact line or a `given` line; `unknown suspended students` has no value.

    `not rated suspended students` has none either: it is known that there is no such number. `indicator` is that of
    `suspended students 4 on Suspension Rate`, None if the fact names none.
    """

    number: NumberName
    value: Fraction | str | None
    indicator: Name | None = None
    not_rated: bool = False


@frozen(eq=False, repr=False)
class GivenNumbersLine(Statement):
    """`given four-year graduates 95, four-year cohort 100`."""

    facts: tuple[NumberFact, ...]


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
