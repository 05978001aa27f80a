"""Texts of rulesets that work levels out, under a small vocabulary, and what comes of loading them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler.load import load_ruleset
from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Value
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare

VOCABULARY: Final = """\
vocabulary Test Levels
Dashboard years 2017, 2018, 2019
levels
  | scale  | worst level first         | where a lower number is better |
  | color  | Red, Yellow, Green        |                                |
  | Status | Low, Medium, High         | best level first               |
  | Change | Declined, Kept, Increased | best level first               |
  | type   | small school, big school  |                                |
  | flag   | Uncertified, Certified    |                                |
state indicators of student groups
  | indicator | better | color in | Status in | Change in | type in | flag in |
  | Rate      | higher | 2017 on  | 2017 on   | 2017 on   | 2017 on | 2018 on |
  | Absence   | lower  | 2017 on  | 2017 on   | 2017 on   | 2017 on | 2018 on |
numbers of state indicators
  | number   | also called | indicators | last year | below zero |
  | part     | numerator   |            | yes       |            |
  | students |             |            | yes       |            |
  | points   |             | Rate       |           | yes        |
numbers of the LEA
  | number   |
  | seniors  |
  | finished |
student groups
  | code | name         |
  | ALL  | All Students |
  | FOS  | Foster Youth |
kinds of LEA
  | kind     | plural    | code           |
  | district | districts | ???????0000000 |
  | school   | schools   | ?????????????? |
priorities
  | number | name  |
  | 4      | Pupil |
outcomes
  | outcome | is a          |
  | Help    | determination |
"""

MEASURES: Final = """\
  measure rate = part ÷ students, as a percent
  measure Status = rate, rounded to 1 decimal
  measure Change = rate − last year's rate, rounded to 1 decimal
"""

BANDS: Final = """\
  bands Status
    | Low       | Medium        | High         |
    | below 5.0 | 9.9 or less   | 10.0 or more |
  bands Change
    | Declined   | Kept      | Increased   |
    | below -1.0 | below 1.0 | 1.0 or more |
"""

GRID: Final = """\
  grid color
    | Status \\ Change | Declined     | Kept   | Increased |
    | Low             | Red          | Red    | Red       |
    | Medium          | Red          | Yellow | Green     |
    | High            | not possible | Green  | Green     |
"""


def rate(body: str, year: int = 2018) -> str:
    """Return the text of a ruleset of one year with some lines about Rate."""
    return f"ruleset Levels {year}\nuses Test Levels vocabulary\n\nfor Rate\n{body}"


WHOLE: Final = rate(MEASURES + BANDS + GRID)


@frozen
class Loaded:
    """What came of loading a text: the ruleset, None where it has errors, and what was reported."""

    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def codes(self) -> list[str]:
        """Return the code of each message."""
        return [one.code for one in self.diagnostics]

    def only(self, code: str) -> Diagnostic:
        """Return the only message, which must have a code."""
        assert self.codes == [code], [(one.code, one.message) for one in self.diagnostics]
        return self.diagnostics[0]

    def value(self, definition: str, numbers: Mapping[str, object], group: str = "All Students") -> Value:
        """Return what a definition comes to for numbers and levels of Rate, by name."""
        assert self.ruleset is not None, [one.message for one in self.diagnostics]
        readings = {("Rate", name): Reading(_exact(value)) for name, value in numbers.items()}
        return value_of(self.ruleset, definition, readings, group)


def value_of(
    ruleset: Ruleset, definition: str, readings: Mapping[FieldKey, Reading], group: str = "All Students"
) -> Value:
    """Return what a definition comes to for the readings of a student group."""
    facts = YearFacts({group: readings}, {key: one for key, one in readings.items() if not key[0]})
    record = LeaRecord("", "", "", "school", {ruleset.year: facts})
    return evaluate(prepare(ruleset), record).value((ruleset.year, definition), group)


def _exact(value: object) -> str | Fraction | None:
    if value is None or (isinstance(value, str) and not NUMBER.fullmatch(value)):
        return value
    return value if isinstance(value, Fraction) else Fraction(str(value))


NUMBER: Final = re.compile(r"-?[0-9./]+")


def loaded(folder: Path, *texts: str) -> Loaded:
    """Return what comes of the last of some texts, each a ruleset written to the file of its year."""
    (folder / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    path = folder
    for text in texts:
        path = folder / f"{text.split('Levels ', 1)[1][:4]}.rules"
        path.write_text(text, encoding="utf-8")
    reporter = Reporter()
    ruleset = load_ruleset(path, reporter)
    return Loaded(ruleset, tuple(reporter.diagnostics))
