"""The rules of `rules/eligibility` written by hand as a plain Python loop: `python hand_python.py CELLS RESULT`."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.parquet as pq
from cells import GROUPS, RESULT_COLUMNS, YEARS

Levels = Mapping[str, str]
"""The level of a student group on each indicator."""

Lea = Mapping[int, Mapping[str, Levels]]
"""The levels of an LEA by year and student group."""

Met = Callable[[Lea, str, int], Collection[int]]
"""Says which priorities a student group of an LEA meets in a year of which the LEA has rows."""

Result = tuple[str, str, str, str, str]

NO_LEVELS: Levels = {}
COLOR_OF_COLLEGE = (2018, 2019)


def met_by_color(levels: Levels, group: str, year: int) -> set[int]:
    """Return the priorities a student group meets in a year with colors."""
    get = levels.get
    met = set()
    ela, math = get("ELA"), get("Math")
    if (ela == "Red" and math in {"Red", "Orange"}) or (ela == "Orange" and math == "Red"):
        met.add(4)
    if group == "EL" and year != YEARS[0] and get("ELPI") == ("Very Low" if year == YEARS[1] else "Red"):
        met.add(4)
    if get("Graduation Rate") == "Red" or get("Chronic Absenteeism") == "Red":
        met.add(5)
    if get("Suspension Rate") == "Red":
        met.add(6)
    if get("College/Career") == ("Red" if year in COLOR_OF_COLLEGE else "Very Low"):
        met.add(8)
    return met


def met_by_status(levels: Levels, group: str) -> set[int]:
    """Return the priorities a student group meets in 2022."""
    get = levels.get
    met = set()
    if get("ELA") == "Very Low" and get("Math") == "Very Low":
        met.add(4)
    if group == "EL" and get("ELPI") == "Very Low":
        met.add(4)
    if get("Graduation Rate") == "Very Low" or get("Chronic Absenteeism") == "Very High":
        met.add(5)
    if get("Suspension Rate") == "Very High":
        met.add(6)
    return met


def priorities_met(lea: Lea, group: str, year: int) -> set[int]:
    """Return the priorities a student group meets in a year of which the LEA has rows."""
    levels = lea[year].get(group, NO_LEVELS)
    return met_by_status(levels, group) if year == YEARS[2] else met_by_color(levels, group, year)


def judge(lea: Lea, priorities_met: Met = priorities_met) -> Result:
    """Return the result of an LEA, in the order of the columns after its code; peers say what is met in their way."""
    latest = YEARS[-1]
    known = [year for year in YEARS if year in lea]
    surely = perhaps = 0
    named: list[str] = []
    priorities: set[int] = set()
    for group in GROUPS:
        years_met = 0
        for year in known:
            met = priorities_met(lea, group, year)
            if len(met) >= 2:
                years_met += 1
                if year == latest:
                    named.append(group)
            if year == latest:
                priorities.update(met)
        surely += years_met >= 3
        perhaps += years_met + len(YEARS) - len(known) >= 3
    method_1 = "yes" if named else "no" if latest in lea else "cannot tell"
    outcome = {"yes": "Differentiated Assistance", "no": "General Assistance"}.get(method_1, "cannot tell")
    referral = "yes" if surely >= 3 else "no" if perhaps < 3 else "cannot tell"
    return outcome, method_1, referral, "; ".join(named), "; ".join(map(str, sorted(priorities)))


def leas_in(path: str) -> Iterator[tuple[str, Lea]]:
    """Yield each LEA in a file of cells with its levels, reading a row group at a time."""
    file = pq.ParquetFile(path)
    for at in range(file.num_row_groups):
        leas: dict[str, dict[int, dict[str, dict[str, str]]]] = {}
        columns = file.read_row_group(at, ["lea_code", "year", "student_group", "indicator", "level"]).to_pydict()
        for code, year, group, indicator, level in zip(*columns.values(), strict=True):
            leas.setdefault(code, {}).setdefault(year, {}).setdefault(group, {})[indicator] = level
        yield from leas.items()


def write_results(path: str, rows: Iterable[tuple[str, Result]]) -> None:
    """Write the result of each LEA, given by its code."""
    columns = [pa.array(column, pa.string()) for column in zip(*((code, *row) for code, row in rows), strict=True)]
    pq.write_table(pa.table(columns, names=list(RESULT_COLUMNS)), path)


def main() -> None:
    """Judge a file of cells, and print how long the rules themselves took, without reading and writing."""
    path, result = sys.argv[1:]
    leas = list(leas_in(path))
    gc.freeze()
    start = time.process_time()
    rows = [(code, judge(lea)) for code, lea in leas]
    print(time.process_time() - start)
    write_results(result, rows)


if __name__ == "__main__":
    main()
