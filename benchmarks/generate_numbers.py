"""Makes numbers to work levels out from: `python benchmarks/generate_numbers.py --leas 2400 --out cells.parquet`.

2,400 LEAs have about 0.9 million numbers of the Dashboard of 2018. The same LEAs and seed give the same numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from cells import GROUPS
from generate import lea_codes

YEAR = 2018
COUNTED = {
    "Chronic Absenteeism": "absent students",
    "College/Career": "prepared students",
    "Graduation Rate": "graduates",
    "Suspension Rate": "suspended students",
}
"""The indicators that are rates, each with the students that are counted."""

POINTS = ("ELA", "Math")
SHARE = {"Chronic Absenteeism": 0.11, "College/Career": 0.42, "Graduation Rate": 0.85, "Suspension Rate": 0.035}
COLUMNS = ("lea_code", "year", "student_group", "indicator", "number", "value")
LEAS_A_ROW_GROUP = 240

Row = tuple[str, int, str, str, str, str]


def numbers_of(random: Random, code: str) -> Iterator[Row]:
    """Yield the rows of an LEA."""
    size = random.lognormvariate(6, 1.6)
    for group in ("ALL", *GROUPS):
        share = 1 if group == "ALL" else random.betavariate(0.6, 2)
        students = int(size * share)
        for indicator in (*COUNTED, *POINTS) if students else ():
            for name, value in _numbers(random, indicator, students):
                yield code, YEAR, group, indicator, name, value


def _numbers(random: Random, indicator: str, students: int) -> Iterator[tuple[str, str]]:
    """Yield the numbers of a student group, each with what it is; a few are not there, and a few not rated."""
    before = max(0, students + random.randint(-students // 10 - 1, students // 10 + 1))
    found = {"students": str(students), "last year's students": str(before)}
    if indicator in COUNTED:
        name = COUNTED[indicator]
        found[name] = str(_some(random, students, SHARE[indicator]))
        found[f"last year's {name}"] = str(_some(random, before, SHARE[indicator]))
    else:
        found["distance from standard"] = f"{random.gauss(-15, 45):.1f}"
        found["published change"] = f"{random.gauss(2, 9):.1f}"
        found["participation rate"] = f"{min(100, random.gauss(97, 2)):.1f}"
    for name, value in found.items():
        kind = random.random()
        if kind > 0.01:
            yield name, "not rated" if kind < 0.02 else value


def _some(random: Random, students: int, share: float) -> int:
    spread = (students * share * (1 - share)) ** 0.5
    return min(students, max(0, round(random.gauss(students * share, 3 * spread))))


def write(path: Path, leas: int, seed: int) -> int:
    """Write the numbers of so many LEAs, and return how many there are."""
    schema = pa.schema([(name, pa.int16() if name == "year" else pa.string()) for name in COLUMNS])
    random, written, codes = Random(seed), 0, lea_codes(0, leas)  # noqa: S311 - no secret
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, leas, LEAS_A_ROW_GROUP):
            rows = [row for code in codes[first : first + LEAS_A_ROW_GROUP] for row in numbers_of(random, code)]
            columns = list(zip(*rows, strict=True))
            writer.write_table(pa.table(columns, schema=schema))
            written += len(rows)
    return written


def main() -> None:
    """Write the numbers asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leas", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    print(f"{write(asked.out, asked.leas, asked.seed):,} numbers in {asked.out}")


if __name__ == "__main__":
    main()
