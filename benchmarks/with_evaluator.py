"""The rules of `rules/eligibility` by rulelang's evaluator, in memory: `python with_evaluator.py CELLS RESULT`."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator

import pyarrow.parquet as pq
from cells import RULESET
from hand_python import Result, write_results

import rulelang
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.evaluate import evaluate, evaluate_facts
from rulelang.engine.facts import facts_of
from rulelang.engine.listed_priorities import named_groups
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
    """Evaluate a file of cells and print how long each took, in processor seconds.

    That is the whole state from its columns, every node kept; making the columns from records; one LEA at a time; and
    the determinations of the whole state from records.
    """
    path, result = sys.argv[1:]
    ruleset = rulelang.load(RULESET)
    records = ruleset.records(rows_in(path)).records
    prepared = prepare(ruleset.rules)
    gc.freeze()
    facts = facts_of(prepared, records)
    evaluate_facts(prepared, facts)  # what each step does is worked out the first time
    works = (
        lambda: evaluate_facts(prepared, facts),
        lambda: facts_of(prepared, records),
        lambda: [evaluate(prepared, record) for record in records],
        lambda: list(determine_all(prepared, records)),
    )
    print(*map(processor_seconds, works))
    write_results(result, ((one.record.code, result_of(one)) for one in determine_all(prepared, records)))


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
