"""A row that cannot be read makes answers less definite, and never different, whatever kind of file it is in.

`RULELANG_EFFORT=50 pytest tests/data/test_refused_rows.py` damages fifty times as many rows. The files are those of a
state, of a vocabulary in which silence is a level, of one that has numbers alone, and of plain records. Whatever is
known without the damage is the same with it or *cannot tell*, nobody disappears, and nobody is called what no row
calls them.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from attrs import frozen

import rulelang
from rulelang.cli.program import run
from rulelang.core.ruleset import PUBLISHED
from rulelang.core.truth import CANNOT_TELL
from rulelang.data.records import read_records
from rulelang.data.report import DataSet
from rulelang.data.workbooks import sheets_of
from rulelang.facade import LoadedRuleset
from tests.strategies.effort import try_cases

WORDS = """vocabulary Attendance
Dashboard years 2024, 2025
kinds of LEA
  | kind            | plural           | code           | belongs to      |
  | school district | school districts | ???????0000000 |                 |
  | school          | schools          | ?????????????? | school district |
attendance indicators of the LEA
  | indicator  | better |
  | Attendance | lower  |
numbers of attendance indicators
  | number   | part of  |
  | enrolled |          |
  | absent   | enrolled |
facts of the LEA
  | fact   | is a   | of              |
  | budget | number | school district |
outcomes
  | outcome  | is a          |
  | Plan     | determination |
  | Watch    | determination |
  | None     | determination |
  | Visit    | determination |
  | No Visit | determination |
files of attendance indicators
  | indicator  | years   | file             |
  | Attendance | 2024 on | absent{year}.csv |
columns of attendance indicators
  | holds    | column   |
  | LEA code | code     |
  | LEA name | name     |
  | enrolled | enrolled |
  | absent   | absent   |
"""
RULES = """ruleset Attendance 2025
  uses Attendance vocabulary
measure rate = absent ÷ enrolled, as a percent, rounded to 1 decimal
for schools
  S1: rate is 30 or more → Plan
  S2: rate is 20 or more → Watch
  otherwise → None
for school districts
  D1: any school is Plan → Visit
  D2: sum of absent over schools ÷ sum of enrolled over schools is 0.25 or more → Visit
  otherwise → No Visit
"""
ABSENT = """code,name,enrolled,absent
01611190000000,Alder Unified,,
01611190111111,Elm,400,120
01611190122222,Oak,300,45
01611190133333,Ash,20,4
01611270000000,Birch Unified,,
01611270144444,Fir,1250,310
01611270155555,Yew,100,21
01611350000000,Cedar Unified,,
01611350166666,Rowan,100,67
"""

Answers = Mapping[tuple[str, ...], str]


@frozen
class State:
    """A ruleset, its data, and what is read from them."""

    rules: LoadedRuleset
    folder: Path
    read: Callable[[], DataSet]

    def answers(self, data: DataSet) -> Answers:
        """Return what rules say of each LEA, or of each of its student groups."""
        if self.rules.rules.reports_levels:
            results = self.rules.levels(data.records)
            return {
                (one.evaluation.record.code, one.group.name if one.group else "", one.indicator, scale): str(
                    level or CANNOT_TELL
                )
                for one in results
                for scale, level in one.levels.items()
            }
        return dict(self._decided(data))

    def _decided(self, data: DataSet) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the determination of each LEA, and the answer of each rule; one about groups has one for each."""
        for one in self.rules.evaluate(data.records):
            yield (one.record.code,), one.outcome
            published = (self.rules.rules.year, PUBLISHED)  # says of what cannot be told that it is not met
            for (year, name), position in one.evaluation.prepared.positions.items():
                for at, answer in enumerate(one.evaluation.column(position) if (year, name) != published else ()):
                    yield (one.record.code, str(year), name, str(at)), CANNOT_TELL if answer is None else str(answer)


def sample(folder: Path, name: str, leas: int) -> State:
    """Return a made-up state, every file as text."""
    assert run(["sample", str(folder), "--for", name, "--leas", str(leas), "--force"]) == 0
    for path in folder.glob("Pr*.xlsx"):
        [sheet] = sheets_of(str(path), path.read_bytes())
        lines = ["\t".join(str(cell) for cell in cells) for _, cells in sheet.rows]
        path.with_suffix(".txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
        path.unlink()
    rules = rulelang.load(name)
    return State(rules, folder, lambda: rules.read([folder]))


def alone(folder: Path) -> State:
    """Return a state whose files have numbers alone, of schools and their districts."""
    (folder / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    (folder / "2025.rules").write_text(RULES, encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "absent2025.csv").write_text(ABSENT, encoding="utf-8")
    rules = rulelang.load(folder / "2025.rules")
    return State(rules, folder / "data", lambda: rules.read([folder / "data"]))


def records(folder: Path) -> State:
    """Return plain records of a state in which silence on an indicator is a level."""
    rules = rulelang.load("assistance/2024")
    groups, colors = ("EL", "SWD", "HI"), ("Red", "Orange", "Blue", "not rated")
    rows = [("lea_code", "name", "year", "student_group", "indicator", "scale", "level")]
    for lea in range(5):
        code, name = f"01{61000 + lea:05d}0000000", f"District {lea}"
        of_groups = [(group, colors[(lea + at) % len(colors)]) for at, group in enumerate(groups)]
        for indicator in ("ELA", "Math", "Suspension Rate"):
            rows.extend((code, name, "2024", group, indicator, "color", color) for group, color in of_groups)
        late = "Not Certified on Time" if lea % 2 else "Certified on Time"
        rows.append((code, name, "2024", "", "CALPADS", "certification", late))
    (folder / "records.csv").write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return State(rules, folder, lambda: read_records(rules.rules.vocabulary, folder / "records.csv"))


STATES: Mapping[str, Callable[[Path], State]] = {
    "state": lambda folder: sample(folder, "assistance/2024", 12),
    "schools": lambda folder: sample(folder, "essa/2022", 6),
    "levels": lambda folder: sample(folder, "dashboard/2018", 3),
    "numbers alone": alone,
    "plain records": records,
}

NAMES = ("name", "county", "lea", "district")
CODES = ("cds", "code", "lea_code", "CDS")


def is_name(column: str) -> bool:
    return column not in CODES and any(word in column.casefold() for word in NAMES)


def damaged(rows: list[list[str]], chance: random.Random, *, is_only: bool) -> None:
    """Damage a row, so that what it says is not what it said, if it says anything.

    Where it is the only one, it may be said twice, and differently: otherwise the right one could be damaged too.
    """
    header, *others = rows
    whole = [row for row in others if len(row) == len(header)]
    row = chance.choice(whole)
    where = chance.choice([at for at, column in enumerate(header) if not is_name(column)])
    match chance.randrange(4 if is_only else 3):
        case 0:
            row[where] = f"{row[where]}?" if header[where] in CODES else "?!"
        case 1:
            del row[chance.randrange(1, len(row)) :]
        case 2:
            row.insert(chance.randrange(1, len(row)), chance.choice(("?!", " East")))
        case _:
            other = list(row)
            other[where] = chance.choice(whole)[where]
            rows.insert(chance.randrange(1, len(rows) + 1), other)


def separator_of(text: str) -> str:
    return next((sign for sign in "\t|" if sign in text), ",")


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines(), delimiter=separator_of(text)))


@pytest.mark.parametrize("name", STATES)
def test_a_refused_row_makes_answers_less_definite_and_never_different(name: str, tmp_path: Path) -> None:
    state = STATES[name](tmp_path)
    before = state.read()
    right = state.answers(before)
    assert before.report.refused == 0
    assert len({*right.values()} - {CANNOT_TELL}) > 1
    paths = sorted(path for path in state.folder.iterdir() if path.suffix in (".txt", ".csv"))
    changed: list[int] = []
    named = {(one.name, one.county) for one in before.records} | {("", one.county) for one in before.records}
    names = named | {(name, "") for name, _ in named}

    def attempt(chance: random.Random) -> None:
        path = chance.choice(paths)
        text = path.read_text(encoding="utf-8")
        rows = rows_of(text)
        many = chance.choice((1, 1, 3))
        for _ in range(many):
            damaged(rows, chance, is_only=many == 1)
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, delimiter=separator_of(text), lineterminator="\n").writerows(rows)
        try:
            data = state.read()
            found = state.answers(data)
        finally:
            path.write_text(text, encoding="utf-8")
        if data.report.used > before.report.used or not data.has_errors:
            return  # a row says something else, and a reader cannot know
        changed.append(sum(found.get(key) != answer for key, answer in right.items()))
        both = {key: (answer, found.get(key, "gone")) for key, answer in right.items()}
        wrong = {key: (was, now) for key, (was, now) in both.items() if now not in (was, CANNOT_TELL)}
        assert not wrong, (path.name, [one for one in rows if one not in rows_of(text)], wrong)
        made_up = {(one.name, one.county) for one in data.records} - names
        assert not made_up, (path.name, [one for one in rows if one not in rows_of(text)], made_up)
        new = {key: now for key, now in found.items() if key not in right and now != CANNOT_TELL}
        assert not new, (path.name, new)

    try_cases(name, 40, attempt)
    assert any(changed)


@pytest.mark.parametrize("blank", [("cds",), ("cds", "rtype"), ("cds", "countyname")])
def test_a_row_that_says_nothing_of_whose_it_is_may_be_about_any(blank: tuple[str, ...], tmp_path: Path) -> None:
    state = STATES["state"](tmp_path)
    right = state.answers(state.read())
    path = state.folder / "eladownload2024.txt"
    header, *rows = rows_of(path.read_text(encoding="utf-8"))
    red = next(row for row in rows if row[header.index("color")] == "1")
    for column in (*blank, "schoolname"):
        red[header.index(column)] = ""
    path.write_text("\n".join(map("\t".join, [header, *rows])) + "\n", encoding="utf-8")
    found = state.answers(state.read())
    assert {key: now for key, now in found.items() if now not in (right[key], CANNOT_TELL)} == {}
    assert found != right


@pytest.mark.parametrize("code, name", [("Total", ""), ("", "All districts"), ("Note: preliminary", "")])
def test_a_row_of_totals_is_about_none(code: str, name: str, tmp_path: Path) -> None:
    state = STATES["state"](tmp_path)
    right = state.answers(state.read())
    path = state.folder / "eladownload2024.txt"
    header, *rows = rows_of(path.read_text(encoding="utf-8"))
    total = list(rows[0])
    for column, text in {"cds": code, "schoolname": name, "countyname": ""}.items():
        total[header.index(column)] = text
    path.write_text("\n".join(map("\t".join, [header, *rows, total])) + "\n", encoding="utf-8")
    data = state.read()
    assert data.has_errors
    assert state.answers(data) == right
