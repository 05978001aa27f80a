"""The rules of `rules/eligibility` by rulelang's table engine: `python with_table_engine.py CELLS RESULT [REASONS]`."""

from __future__ import annotations

import sys
import time

import duckdb
from cells import RULESET

import rulelang

RECORDS = "CREATE VIEW records AS FROM read_parquet('{}')"


def result(ruleset: rulelang.LoadedRuleset, answers: list[str]) -> str:
    """Return the query that writes out what the engine keeps as numbers, as the other programs do."""
    groups = [group.codes[0] for group in ruleset.rules.vocabulary.groups]
    answer = "CASE answer_{} WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' ELSE 'cannot tell' END AS {}"
    asked = {"Method 1": "method_1", "EC 52072 referral": "ec52072"}
    shown = [answer.format(answers.index(name), column) for name, column in asked.items()]
    return f"""
        SELECT lea AS lea_code, coalesce(determination, 'cannot tell') AS determination, {", ".join(shown)},
            {_listed("groups_named", groups)} AS student_groups,
            {_listed("priorities_met", [str(number) for number in ruleset.rules.priorities])} AS priorities
        FROM lea_results ORDER BY lea
    """


def _listed(column: str, words: list[str]) -> str:
    parts = (f"CASE WHEN {column} & {1 << at} <> 0 THEN '{word}' END" for at, word in enumerate(words))
    return f"concat_ws('; ', {', '.join(parts)})"


def judge(ruleset: rulelang.LoadedRuleset, cells: str, to: str, reasons: str | None = None) -> None:
    """Write the result of each LEA, and if asked for the rules that hold for each student group as bits."""
    with duckdb.connect() as connection:
        connection.execute(RECORDS.format(cells))
        batch = ruleset.judge_records(connection, reasons=reasons is not None)
        query = result(ruleset, list(batch.plan.answers))
        connection.execute(f"COPY ({query}) TO '{to}' (FORMAT parquet)")
        if reasons:
            held = "SELECT lea AS lea_code, student_group, rules_0 AS rules FROM group_results"
            connection.execute(f"COPY ({held}) TO '{reasons}' (FORMAT parquet)")


def main() -> None:
    """Judge a file of cells, and print how long it took from the loaded rules to the written results."""
    ruleset = rulelang.load(RULESET)
    start = time.perf_counter()
    judge(ruleset, *sys.argv[1:])
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
