"""Evaluates `assistance/2025` with its history in memory: `python with_history.py FOLDER` of state files."""

from __future__ import annotations

import gc
import sys

from with_evaluator import processor_seconds

import rulelang
from rulelang.engine.evaluate import evaluate_facts
from rulelang.engine.facts import facts_of
from rulelang.engine.steps import prepare


def main() -> None:
    """Evaluate the LEAs of a folder, and print how long it took, in processor seconds."""
    ruleset = rulelang.load("assistance/2025")
    records = ruleset.read(sys.argv[1]).records
    prepared = prepare(ruleset.rules)
    gc.freeze()
    facts = facts_of(prepared, records)
    evaluate_facts(prepared, facts)  # what each step does is worked out the first time
    print(processor_seconds(lambda: evaluate_facts(prepared, facts)))


if __name__ == "__main__":
    main()
