"""The rules of `rules/eligibility` in rule-engine's language: `python peers/of_rule_engine.py CELLS RESULT`.

A rule for each priority of each year, made once, is matched against the levels of one student group after another.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import rule_engine

sys.path.insert(0, str(Path(__file__).parents[1]))

from cells import YEARS  # the folder above is not on the path before
from hand_python import Lea, judge, leas_in, write_results

CONTEXT = rule_engine.Context(default_value=None)
NAMES = {"ELA": "ela", "Math": "math", "ELPI": "elpi", "Graduation Rate": "grad", "Chronic Absenteeism": "chronic"}
NAMES |= {"Suspension Rate": "susp", "College/Career": "cci"}

BOTH = "ela == 'Red' and math == 'Red' or ela == 'Red' and math == 'Orange' or ela == 'Orange' and math == 'Red'"
ENGLISH = " or code == 'EL' and elpi == '{}'"
BY_COLOR = {5: "grad == 'Red' or chronic == 'Red'", 6: "susp == 'Red'"}
TEXTS = {
    2018: {4: BOTH, **BY_COLOR, 8: "cci == 'Red'"},
    2019: {4: BOTH + ENGLISH.format("Very Low"), **BY_COLOR, 8: "cci == 'Red'"},
    2022: {
        4: "ela == 'Very Low' and math == 'Very Low'" + ENGLISH.format("Very Low"),
        5: "grad == 'Very Low' or chronic == 'Very High'",
        6: "susp == 'Very High'",
    },
    2023: {4: BOTH + ENGLISH.format("Red"), **BY_COLOR, 8: "cci == 'Very Low'"},
}
RULES = {
    year: [(number, rule_engine.Rule(text, context=CONTEXT)) for number, text in TEXTS[year].items()] for year in YEARS
}


def met(lea: Lea, group: str, year: int) -> set[int]:
    """Return the priorities a student group meets in a year."""
    levels = lea[year].get(group)
    return {number for number, rule in RULES[year] if rule.matches(levels)} if levels else set()


def as_things(lea: Lea) -> Lea:
    """Return the levels of an LEA under the names the rules use."""
    return {
        year: {
            code: {"code": code, **{NAMES[one]: level for one, level in levels.items()}}
            for code, levels in of_year.items()
        }
        for year, of_year in lea.items()
    }


def main() -> None:
    path, result = sys.argv[1:]
    leas = [(code, as_things(lea)) for code, lea in leas_in(path)]
    gc.freeze()
    start = time.process_time()
    rows = [(code, judge(lea, met)) for code, lea in leas]
    print(time.process_time() - start)
    write_results(result, rows)


if __name__ == "__main__":
    main()
