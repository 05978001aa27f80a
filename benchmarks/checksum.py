"""A checksum of a table of results that does not depend on the order of its rows: `python checksum.py FILE...`."""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from cells import RESULT_COLUMNS

BYTES = 8


def checksum(path: Path | str) -> str:
    """Return the sum of a hash of each row's cells, as text, by the columns of `RESULT_COLUMNS`; blank is null."""
    table = pq.read_table(path, columns=list(RESULT_COLUMNS))
    columns = [pc.fill_null(table[name].cast("string"), "") for name in RESULT_COLUMNS]
    rows = pc.binary_join_element_wise(*columns, "\x1f").to_pylist()
    total = sum(int.from_bytes(blake2b(row.encode(), digest_size=BYTES).digest(), "little") for row in rows)
    return f"{len(rows)}:{total % (1 << 8 * BYTES):016x}"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(checksum(name), name)
