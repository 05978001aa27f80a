"""The rules of `rules/eligibility` written by hand in DuckDB SQL: `python hand_duckdb.py CELLS RESULT [REASONS]`.

What made it fast, in the order of what it gained: to let the text columns stay the dictionaries that Parquet holds
(group by the text of the LEA's code, not by a number made of it; look each column up by itself in a MAP, which is done
once a word where a CASE is done once a row), to fold all cells of a student group into one integer in one aggregation,
and to judge the rules on that integer.

It knows of the files that every indicator is on one scale in a year, which the rules state and rulelang looks at.
"""

from __future__ import annotations

import sys
import time

import duckdb
from cells import GROUPS, YEARS

# The bits of a student group in a year. Worst is Red, and where the rules go by Status its worst level.
ELA_WORST, ELA_ORANGE, MATH_WORST, MATH_ORANGE, ELPI, GRADUATION, ABSENTEEISM, SUSPENSION, COLLEGE, ROWS = (
    1 << bit for bit in range(10)
)
LOWER_IS_BETTER = ABSENTEEISM | SUSPENSION
HIGHER_IS_BETTER = ELA_WORST | MATH_WORST | ELPI | GRADUATION | COLLEGE
ORANGE = ELA_ORANGE | MATH_ORANGE
YEAR_BITS = 10

FOLD = f"""
SELECT lea_code, student_group, bit_or((
    coalesce(MAP {{
        'Red': {HIGHER_IS_BETTER | LOWER_IS_BETTER | ROWS},
        'Orange': {ORANGE | ROWS},
        'Very Low': {HIGHER_IS_BETTER | ROWS},
        'Very High': {LOWER_IS_BETTER | ROWS}
    }}[level], {ROWS}) & coalesce(MAP {{
        'ELA': {ELA_WORST | ELA_ORANGE | ROWS},
        'Math': {MATH_WORST | MATH_ORANGE | ROWS},
        'ELPI': {ELPI | ROWS},
        'Graduation Rate': {GRADUATION | ROWS},
        'Chronic Absenteeism': {ABSENTEEISM | ROWS},
        'Suspension Rate': {SUSPENSION | ROWS},
        'College/Career': {COLLEGE | ROWS}
    }}[indicator], {ROWS}))::BIGINT << MAP {{
        {YEARS[0]}: 0, {YEARS[1]}: {YEAR_BITS}, {YEARS[2]}: {2 * YEAR_BITS}, {YEARS[3]}: {3 * YEAR_BITS}
    }}[year]) AS flags
FROM read_parquet(?)
GROUP BY lea_code, student_group
"""


def _flags(year: int) -> str:
    return f"(flags >> {year * YEAR_BITS} & {(1 << YEAR_BITS) - 1})"


def _priority_4(year: int) -> str:
    """Return whether Priority 4 is met; there is no Orange where the rules go by Status."""
    flags = _flags(year)
    both = [ELA_WORST | MATH_WORST, ELA_WORST | MATH_ORANGE, ELA_ORANGE | MATH_WORST]
    progress = f"student_group = 'EL' AND {flags} & {ELPI} <> 0"
    return " OR ".join([*(f"{flags} & {one} = {one}" for one in both), progress])


def _priorities(year: int) -> str:
    """Return the priorities a student group meets, 4, 5, 6 and 8 a bit each."""
    tests = (
        _priority_4(year),
        f"{_flags(year)} & {GRADUATION | ABSENTEEISM} <> 0",
        f"{_flags(year)} & {SUSPENSION} <> 0",
        f"{_flags(year)} & {COLLEGE} <> 0",
    )
    return " + ".join(f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END" for bit, test in enumerate(tests))


JUDGED = f"""
WITH judged AS (
    SELECT lea_code, student_group, flags, {", ".join(f"{_priorities(at)} AS met_{at}" for at in range(len(YEARS)))}
    FROM folded
), numbered AS (
    SELECT *, {" + ".join(f"(bit_count(met_{at}) >= 2)::INTEGER" for at in range(len(YEARS)))} AS years_met,
        CASE student_group {" ".join(f"WHEN '{code}' THEN {1 << at}" for at, code in enumerate(GROUPS))} END AS bit
    FROM judged
)
"""
# Years without rows may each still be one in which a group, with rows elsewhere or not, meets two priorities.
RESULT = f"""
{JUDGED}, leas AS (
    SELECT lea_code, bit_or(flags) AS flags, bit_or(met_3) AS priorities,
        bit_or(CASE WHEN bit_count(met_3) >= 2 THEN bit ELSE 0 END) AS named,
        {", ".join(f"sum((years_met >= {count})::INTEGER) AS met_{count}" for count in range(4))}
    FROM numbered GROUP BY lea_code
), known AS (
    SELECT *, {" + ".join(f"({_flags(at)} = 0)::INTEGER" for at in range(len(YEARS)))} AS absent FROM leas
)
SELECT lea_code,
    CASE WHEN named <> 0 THEN 'Differentiated Assistance' WHEN {_flags(3)} <> 0 THEN 'General Assistance'
        ELSE 'cannot tell' END AS determination,
    CASE WHEN named <> 0 THEN 'yes' WHEN {_flags(3)} <> 0 THEN 'no' ELSE 'cannot tell' END AS method_1,
    CASE WHEN met_3 >= 3 THEN 'yes'
        WHEN absent = 0 OR absent = 1 AND met_2 < 3 OR absent = 2 AND met_1 < 3 THEN 'no'
        ELSE 'cannot tell' END AS ec52072,
    concat_ws('; ', {", ".join(f"CASE WHEN named & {1 << at} <> 0 THEN '{one}' END" for at, one in enumerate(GROUPS))})
        AS student_groups,
    concat_ws('; ', {
    ", ".join(f"CASE WHEN priorities & {1 << at} <> 0 THEN '{one}' END" for at, one in enumerate((4, 5, 6, 8)))
}) AS priorities
FROM known ORDER BY lea_code
"""


def _rules() -> str:
    """Return the rules that a student group meets in the latest year as bits: 4a, 4b, 4c, 5a, 5b, 6a, 8a."""
    flags = _flags(3)
    either = f"({flags} & {ELA_WORST | MATH_ORANGE} = {ELA_WORST | MATH_ORANGE} OR {flags} &"
    tests = (
        f"{flags} & {ELA_WORST | MATH_WORST} = {ELA_WORST | MATH_WORST}",
        f"{either} {ELA_ORANGE | MATH_WORST} = {ELA_ORANGE | MATH_WORST})",
        f"student_group = 'EL' AND {flags} & {ELPI} <> 0",
        *(f"{flags} & {one} <> 0" for one in (GRADUATION, ABSENTEEISM, SUSPENSION, COLLEGE)),
    )
    return " + ".join(f"CASE WHEN {test} THEN {1 << bit} ELSE 0 END" for bit, test in enumerate(tests))


REASONS = f"""
SELECT * FROM (SELECT lea_code, student_group, {_rules()} AS rules FROM folded) WHERE rules <> 0
"""


def judge(cells: str, result: str, reasons: str | None = None) -> None:
    """Write the result of each LEA, and if asked for the rules that each student group meets in the latest year."""
    with duckdb.connect() as connection:
        if reasons is None:
            query = RESULT.replace("FROM folded", f"FROM ({FOLD})")
            connection.execute(f"COPY ({query}) TO '{result}' (FORMAT parquet)", [cells])
            return
        connection.execute(f"CREATE TEMP TABLE folded AS {FOLD}", [cells])
        connection.execute(f"COPY ({RESULT}) TO '{result}' (FORMAT parquet)")
        connection.execute(f"COPY ({REASONS}) TO '{reasons}' (FORMAT parquet)")


if __name__ == "__main__":
    start = time.perf_counter()
    judge(*sys.argv[1:])
    print(time.perf_counter() - start)
