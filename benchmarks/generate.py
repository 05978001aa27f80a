"""Makes records to time with: `python benchmarks/generate.py --scale 10 --out FOLDER`.

Scale 1 is a state: 2,400 LEAs with about 0.6 million cells in four years. The same scale and seed give the same cells.
The cells of an LEA stand together, in the order of its code, in row groups of 480 LEAs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from cells import (
    CELLS_FILE,
    GROUPS,
    INDICATORS,
    LEVELS,
    NOT_RATED,
    NOT_REPORTED,
    ONLY_ENGLISH_LEARNERS,
    YEARS,
    worst_first,
)

LEAS_OF_SCALE_1 = 2400
COUNTY_OFFICES = 60
LEAS_A_ROW_GROUP = 480
ROWS_THERE = 0.85
"""How many of the cells that could be reported have a row."""

OPENED_LATER = (0.94, 0.02, 0.02, 0.02)
"""How many LEAs have their first rows in each of the years."""

CUTS = (-1.5, -0.6, 0.2, 1.0)
"""How bad a result must be for each level, in standard deviations: one in fifteen of those rated is at the worst."""


def lea_codes(first: int, count: int) -> list[str]:
    """Return the codes of LEAs by their number, in ascending order."""
    return [_lea_code(number) for number in range(first, first + count)]


def _lea_code(number: int) -> str:
    """Return a code: of every 2,400 LEAs 60 are county offices, then come two school districts to three charters."""
    county, rest = divmod(number, LEAS_OF_SCALE_1)
    if rest < COUNTY_OFFICES:
        return f"{county:02}10{rest:03}0000000"
    district = f"{county:02}{60_000 + rest:05}"
    return f"{district}0000000" if rest % 5 < 2 else f"{district}{rest + 100_000:07}"


def reported() -> np.ndarray:
    """Return which cells a Dashboard reports, by year, student group and indicator."""
    found = np.ones((len(YEARS), len(GROUPS), len(INDICATORS)), dtype=bool)
    for year, indicator in NOT_REPORTED:
        found[YEARS.index(year), :, INDICATORS.index(indicator)] = False
    others = [at for at, group in enumerate(GROUPS) if group != "EL"]
    found[:, others, INDICATORS.index(ONLY_ENGLISH_LEARNERS)] = False
    return found


def level_codes() -> np.ndarray:
    """Return the position in `LEVELS` of every rank, the worst first, by year and indicator."""
    return np.array(
        [[[LEVELS.index(level) for level in worst_first(year, one)] for one in INDICATORS] for year in YEARS],
        dtype=np.int8,
    )


def cells_of(first: int, count: int, seed: int) -> pa.Table:
    """Return the cells of `count` LEAs from the `first` on."""
    random = np.random.default_rng((seed, first))
    shape = (count, len(YEARS), len(GROUPS), len(INDICATORS))
    there = (random.random(shape, dtype=np.float32) < ROWS_THERE) & reported()
    opened = random.choice(len(YEARS), count, p=OPENED_LATER)
    there &= np.arange(len(YEARS))[None, :, None, None] >= opened[:, None, None, None]
    result = random.standard_normal(shape, dtype=np.float32)
    result = 0.6 * result + 0.4 * random.standard_normal((count, 1, 1, 1), dtype=np.float32)
    result += 0.7 * random.standard_normal((count, 1, len(GROUPS), 1), dtype=np.float32)
    rank = np.searchsorted(np.array(CUTS, dtype=np.float32), result)
    size = random.random((count, 1, len(GROUPS), 1), dtype=np.float32)
    unrated = random.random(shape, dtype=np.float32) > np.minimum(0.97, 2.2 * size)
    lea, year, group, indicator = np.nonzero(there)
    level = level_codes()[year, indicator, rank[there]]
    level[unrated[there]] = LEVELS.index(NOT_RATED)
    students = random.integers(1, 20_000, len(lea), dtype=np.int32)
    return pa.table(
        {
            "lea_code": _words(lea, lea_codes(first, count)),
            "year": pa.array(np.array(YEARS, dtype=np.int16)[year]),
            "student_group": _words(group, GROUPS),
            "indicator": _words(indicator, INDICATORS),
            "level": _words(level, LEVELS),
            "students": pa.array(students),
        }
    )


def _words(codes: np.ndarray, words: list[str] | tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words))


def row_groups(scale: int, seed: int) -> Iterator[pa.Table]:
    """Yield the cells of a scale, a row group at a time."""
    for first in range(0, scale * LEAS_OF_SCALE_1, LEAS_A_ROW_GROUP):
        yield cells_of(first, LEAS_A_ROW_GROUP, seed)


def write_cells(scale: int, folder: Path, seed: int = 0) -> Path:
    """Write the cells of a scale to a folder, unless they stand there, and return the file."""
    path = folder / CELLS_FILE
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    tables = row_groups(scale, seed)
    first = next(tables)
    with pq.ParquetWriter(aside, first.schema, compression="snappy") as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)
    return aside.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, choices=(1, 10, 100), default=1)
    parser.add_argument("--out", type=Path, required=True, help="folder to write cells.parquet to")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    path = write_cells(asked.scale, asked.out, asked.seed)
    print(f"{path}: {pq.read_metadata(path).num_rows:,} cells")


if __name__ == "__main__":
    main()
