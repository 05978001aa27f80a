"""The rules of `rules/eligibility` in zen-engine's expressions: `python peers/zen_engine.py CELLS RESULT`.

One expression a year says for every student group of an LEA which of the four priorities it meets; it is compiled once.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import zen

sys.path.insert(0, str(Path(__file__).parents[1]))

from cells import GROUPS, YEARS  # the folder above is not on the path before
from hand_python import NO_LEVELS, Lea, judge, leas_in, write_results

PRIORITIES = (4, 5, 6, 8)
NAMES = {"ELA": "ela", "Math": "math", "ELPI": "elpi", "Graduation Rate": "grad", "Chronic Absenteeism": "chronic"}
NAMES |= {"Suspension Rate": "susp", "College/Career": "cci"}

BY_COLOR = """map(groups, [
    (#.ela == 'Red' and #.math == 'Red') or (#.ela == 'Red' and #.math == 'Orange')
        or (#.ela == 'Orange' and #.math == 'Red'){english},
    #.grad == 'Red' or #.chronic == 'Red',
    #.susp == 'Red',
    #.cci == '{college}'
])"""
ENGLISH = " or (#.code == 'EL' and #.elpi == '{}')"
BY_STATUS = f"""map(groups, [
    (#.ela == 'Very Low' and #.math == 'Very Low'){ENGLISH.format("Very Low")},
    #.grad == 'Very Low' or #.chronic == 'Very High',
    #.susp == 'Very High',
    false
])"""
EXPRESSIONS = {
    2018: BY_COLOR.format(english="", college="Red"),
    2019: BY_COLOR.format(english=ENGLISH.format("Very Low"), college="Red"),
    2022: BY_STATUS,
    2023: BY_COLOR.format(english=ENGLISH.format("Red"), college="Very Low"),
}
COMPILED = {year: zen.compile_expression(EXPRESSIONS[year]) for year in YEARS}


def judge_with_zen(lea: dict[int, list[dict[str, str]]]) -> tuple[str, str, str, str, str]:
    """Return the result of an LEA, given the levels of all its student groups in each year."""
    found = {year: COMPILED[year].evaluate({"groups": groups}) for year, groups in lea.items()}
    met = {
        (year, code): {number for number, holds in zip(PRIORITIES, answers, strict=True) if holds}
        for year, of_groups in found.items()
        for code, answers in zip(GROUPS, of_groups, strict=True)
    }
    return judge(lea, lambda _, group, year: met[year, group])  # only its years are read


def as_context(lea: Lea) -> dict[int, list[dict[str, str]]]:
    """Return the levels of an LEA as the expressions read them."""
    return {year: [_group(of_year.get(code, NO_LEVELS), code) for code in GROUPS] for year, of_year in lea.items()}


def _group(levels: Mapping[str, str], code: str) -> dict[str, str]:
    return {"code": code, **{NAMES[one]: level for one, level in levels.items()}}


def main() -> None:
    path, result = sys.argv[1:]
    leas = [(code, as_context(lea)) for code, lea in leas_in(path)]
    gc.freeze()
    start = time.process_time()
    rows = [(code, judge_with_zen(lea)) for code, lea in leas]
    print(time.process_time() - start)
    write_results(result, rows)


if __name__ == "__main__":
    main()
