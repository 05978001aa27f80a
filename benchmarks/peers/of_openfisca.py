"""The rules of `rules/eligibility` in openfisca-core: `python peers/of_openfisca.py CELLS RESULT`.

Student groups are its persons and LEAs its group entity; a formula works on all of them at once, as numpy arrays.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

sys.path.insert(0, str(Path(__file__).parents[1]))

from cells import GROUPS, INDICATORS, LEVELS, YEARS  # the folder above is not on the path before
from hand_python import Lea, Result, leas_in, write_results

PERSON = Entity("student_group", "student_groups", "A student group of an LEA", "")
LEA = GroupEntity("lea", "leas", "An LEA", "", roles=[{"key": "member", "plural": "members"}])

RED, ORANGE, VERY_LOW, VERY_HIGH = (LEVELS.index(one) + 1 for one in ("Red", "Orange", "Very Low", "Very High"))
PRIORITIES = (4, 5, 6, 8)
NAMES = ("ela", "math", "elpi", "grad", "chronic", "susp", "cci")


def _variable(name: str, entity: object, of: type, formula: object = None) -> type[Variable]:
    held = {"value_type": of, "entity": entity, "definition_period": periods.YEAR, "label": name}
    return type(name, (Variable,), {**held, **({"formula": formula} if formula else {})})


def _priority_4(groups, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # openfisca's own form
    ela, math, elpi = (groups(name, period) for name in ("ela", "math", "elpi"))
    english = groups("english", period)
    if period.start.year == YEARS[2]:
        return (ela == VERY_LOW) & (math == VERY_LOW) | english & (elpi == VERY_LOW)
    both = (ela == RED) & ((math == RED) | (math == ORANGE)) | (ela == ORANGE) & (math == RED)
    if period.start.year == YEARS[0]:
        return both
    return both | english & (elpi == (VERY_LOW if period.start.year == YEARS[1] else RED))


def _priority_5(groups, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    by_status = period.start.year == YEARS[2]
    grad, chronic = groups("grad", period), groups("chronic", period)
    return (grad == (VERY_LOW if by_status else RED)) | (chronic == (VERY_HIGH if by_status else RED))


def _priority_6(groups, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    return groups("susp", period) == (VERY_HIGH if period.start.year == YEARS[2] else RED)


def _priority_8(groups, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    cci = groups("cci", period)
    if period.start.year == YEARS[2]:
        return cci < 0
    return cci == (VERY_LOW if period.start.year == YEARS[3] else RED)


def _enough(groups, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    return sum(groups(f"priority_{number}", period).astype(np.int8) for number in PRIORITIES) >= 2


def _years_met(groups, _period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    return sum(groups("enough", periods.period(str(year))).astype(np.int32) for year in YEARS)


def _method_1(leas, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    return leas.any(leas.members("enough", period))


def _surely(leas, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    return leas.sum(leas.members("years_met", period) >= 3)


def _perhaps(leas, period, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # as above
    absent = leas.project(leas("absent", period))
    return leas.sum(leas.members("years_met", period) + absent >= 3)


def system() -> TaxBenefitSystem:
    """Return the rules as openfisca holds them."""
    made = TaxBenefitSystem([PERSON, LEA])
    for name in NAMES:
        made.add_variable(_variable(name, PERSON, int))
    made.add_variable(_variable("english", PERSON, bool))
    for number, formula in zip(PRIORITIES, (_priority_4, _priority_5, _priority_6, _priority_8), strict=True):
        made.add_variable(_variable(f"priority_{number}", PERSON, bool, formula))
    made.add_variable(_variable("enough", PERSON, bool, _enough))
    made.add_variable(_variable("years_met", PERSON, int, _years_met))
    made.add_variable(_variable("absent", LEA, int))
    for name, of, formula in (("method_1", bool, _method_1), ("surely", int, _surely), ("perhaps", int, _perhaps)):
        made.add_variable(_variable(name, LEA, of, formula))
    return made


def coded(leas: list[Lea]) -> np.ndarray:
    """Return the levels by year, indicator, LEA and student group; 0 where there is no row."""
    level_of = {level: at + 1 for at, level in enumerate(LEVELS)}
    cells = np.zeros((len(YEARS), len(INDICATORS), len(leas), len(GROUPS)), dtype=np.int32)
    year_at, group_at = ({one: at for at, one in enumerate(words)} for words in (YEARS, GROUPS))
    indicator_at = {one: at for at, one in enumerate(INDICATORS)}
    for at, lea in enumerate(leas):
        for year, groups in lea.items():
            for group, levels in groups.items():
                for indicator, level in levels.items():
                    cells[year_at[year], indicator_at[indicator], at, group_at[group]] = level_of[level]
    return cells


def judge(rules: TaxBenefitSystem, cells: np.ndarray, known: np.ndarray) -> list[Result]:
    """Return the result of each LEA, given its cells and which years it has rows in."""
    count = cells.shape[2]
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("student_group", range(count * len(GROUPS)))
    instance = builder.declare_entity("lea", range(count))
    builder.join_with_persons(instance, np.repeat(np.arange(count), len(GROUPS)), ["member"] * count * len(GROUPS))
    simulation = builder.build(rules)
    english = np.tile(np.array([code == "EL" for code in GROUPS]), count)
    for at, year in enumerate(YEARS):
        simulation.set_input("english", str(year), english)
        for name, values in zip(NAMES, cells[at], strict=True):
            simulation.set_input(name, str(year), values.ravel())
    simulation.set_input("absent", str(YEARS[-1]), (~known).sum(axis=0))
    found = {name: simulation.calculate(name, str(YEARS[-1])) for name in ("method_1", "surely", "perhaps", "enough")}
    met = [simulation.calculate(f"priority_{number}", str(YEARS[-1])).reshape(count, -1) for number in PRIORITIES]
    enough = found["enough"].reshape(count, -1)
    any_met = np.array([of_priority.any(axis=1) for of_priority in met])
    return [
        _result(known[-1, at], found["surely"][at], found["perhaps"][at], enough[at], any_met[:, at])
        for at in range(count)
    ]


def _result(known: bool, surely: int, perhaps: int, enough: np.ndarray, met: np.ndarray) -> Result:  # noqa: FBT001
    named = [code for code, holds in zip(GROUPS, enough, strict=True) if holds]
    method_1 = "yes" if named else "no" if known else "cannot tell"
    outcome = {"yes": "Differentiated Assistance", "no": "General Assistance"}.get(method_1, "cannot tell")
    referral = "yes" if surely >= 3 else "no" if perhaps < 3 else "cannot tell"
    priorities = [str(number) for number, holds in zip(PRIORITIES, met, strict=True) if holds]
    return outcome, method_1, referral, "; ".join(named), "; ".join(priorities)


def main() -> None:
    path, result = sys.argv[1:]
    codes, leas = zip(*leas_in(path), strict=True)
    rules, cells = system(), coded(list(leas))
    known = np.array([[year in lea for lea in leas] for year in YEARS])
    gc.freeze()
    start = time.process_time()
    results = judge(rules, cells, known)
    print(time.process_time() - start)
    write_results(result, zip(codes, results, strict=True))


if __name__ == "__main__":
    main()
