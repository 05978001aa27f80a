"""The rules of `rules/eligibility` by rulelang's record engine: `python with_record_engine.py CELLS RESULT`."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator

import pyarrow.parquet as pq
from cells import RULESET
from hand_python import Result, write_results

import rulelang
from rulelang.analysis.state_priorities import named_groups
from rulelang.engine.determination import Determination, determine
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare
from rulelang.engine.wording import answer_text


def rows_in(path: str) -> Iterator[dict[str, object]]:
    """Yield the cells of a file as plain records."""
    for batch in pq.ParquetFile(path).iter_batches(columns=["lea_code", "year", "student_group", "indicator", "level"]):
        yield from batch.to_pylist()


def result_of(determination: Determination) -> Result:
    """Return the result of an LEA, in the order of the columns after its code."""
    priorities = sorted({number for group in determination.groups for number in group.priorities})
    return (
        determination.outcome,
        answer_text(determination.methods["Method 1"]),
        answer_text(determination.referrals["EC 52072 referral"]),
        "; ".join(group.group.code for group in named_groups(determination)),
        "; ".join(map(str, priorities)),
    )


def main() -> None:
    """Judge a file of cells; print how long evaluating took, always traced, and how long determining."""
    path, result = sys.argv[1:]
    ruleset = rulelang.load(RULESET)
    records = ruleset.records(rows_in(path)).records
    prepared = prepare(ruleset.rules)
    gc.freeze()
    start = time.process_time()
    for record in records:
        evaluate(prepared, record)
    evaluated = time.process_time()
    for record in records:
        determine(prepared, record)
    print(evaluated - start, time.process_time() - evaluated)
    write_results(result, ((record.code, result_of(determine(prepared, record))) for record in records))


if __name__ == "__main__":
    main()
