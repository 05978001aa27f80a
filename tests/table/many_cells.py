"""A file of the cells of so many LEAs that judging them takes memory worth speaking of."""

from __future__ import annotations

import importlib
from pathlib import Path

LITTLE_MEMORY = "12MB"
"""Too little for the cells of all LEAs at once, and enough for a part of them."""


def write_many_cells(path: Path) -> Path:
    """Write the cells of 40,000 LEAs in no order, so that all of them must be kept until the end."""
    made = importlib.import_module("duckdb").sql(
        "SELECT lpad(CAST(lea * 7919 % 40000 AS VARCHAR), 7, '0') || '0000000' AS lea_code, 2023 AS year,"
        " student_group, indicator, ['Red', 'Orange', 'Blue'][1 + lea % 3] AS level"
        " FROM range(40000) AS leas(lea), (VALUES ('EL'), ('SWD'), ('WH')) AS groups(student_group),"
        " (VALUES ('ELA'), ('Math'), ('Suspension Rate'), ('Chronic Absenteeism')) AS indicators(indicator)"
    )
    made.write_parquet(str(path))
    return path
