"""Every planted fault is found, with a made-up LEA that shows it, and nothing is found of rules that are right."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import rulelang
from rulelang.analysis.analyzing import Analyzed
from rulelang.compiler.listing import installed_rulesets
from rulelang.core.tree import Call, Const
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import prepare
from rulelang.reasoning.answers import outcomes_of, value_of
from rulelang.reasoning.differences import UnconfirmedError
from rulelang.reasoning.findings import Fault
from rulelang.reasoning.possible import MadeUp, PossibleData, columns_of
from rulelang.reasoning.switched import Switched
from tests.reasoning.planted import HEAD, PLANTED, REFUSED, RULES, Planted
from tests.reasoning.test_circuit import drawn, seeded

FIRST = {one.code: one for one in reversed(PLANTED)}.values()
"""One fault of each kind, which is tried in every run."""


def found(tmp_path: Path, text: str) -> list[Analyzed]:
    path = tmp_path / "it.rules"
    path.write_text(text, encoding="utf-8")
    return rulelang.load(path).findings()


def test_the_list_of_planted_faults_is_long_enough() -> None:
    assert len({one.text for one in PLANTED}) >= 60


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(one, id=f"{one.code}-{one.rule}-{number}", marks=() if one in FIRST else pytest.mark.slow)
        for number, one in enumerate(PLANTED)
    ],
)
def test_a_planted_fault_is_found_and_shown(tmp_path: Path, one: Planted) -> None:
    every = found(tmp_path, one.text)
    assert (one.code, one.rule) in [(some.diagnostic.code, some.finding.rule.label) for some in every]
    assert all(some.lea[0].startswith("given a") for some in every)
    assert all(some.diagnostic.span is not None and some.diagnostic.help for some in every)


@pytest.mark.parametrize("one", [pytest.param(one, id=one.code) for one in REFUSED])
def test_other_faults_are_found_by_the_check(tmp_path: Path, one: Planted) -> None:
    path = tmp_path / "it.rules"
    path.write_text(one.text, encoding="utf-8")
    assert one.code in [some.code for some in rulelang.check(path)]


def test_nothing_is_found_of_the_page_without_a_fault(tmp_path: Path) -> None:
    assert found(tmp_path, HEAD + RULES) == []


QUICK = ("assistance/2017", "assistance/2022", "essa/2018", "dashboard/2018", "funding/2023")


@pytest.mark.parametrize(
    "name",
    [pytest.param(one.ruleset, marks=() if one.ruleset in QUICK else pytest.mark.slow) for one in installed_rulesets()],
)
def test_nothing_is_found_of_installed_rulesets(name: str) -> None:
    assert rulelang.load(name).findings() == []


def test_numbers_that_contradict_each_other_are_found_without_a_made_up_lea(tmp_path: Path) -> None:
    one, *_ = found(tmp_path, NUMBERS.replace("rate is below 67", "rate is below 67 and rate is at least 68"))
    assert (one.finding.fault, one.finding.rule.label, one.lea) == (Fault.NEVER, "R", ())


def test_numbers_that_may_be_are_left_alone(tmp_path: Path) -> None:
    assert found(tmp_path, NUMBERS) == []
    assert found(tmp_path, NUMBERS.replace("rate is below 67", "rate is below 67 and rate is at least 66")) == []


NUMBERS = """ruleset Practice 2018
  uses ESSA Assistance vocabulary

  measure Graduation Rate rate = graduates ÷ students, as a percent, rounded to 1 decimal

for schools
  R: rate is below 67 for All Students only → low graduation rate
  CG: any student group meets low graduation rate → CSI Graduation criteria
  DG: CSI Graduation criteria → CSI Graduation
  DN: otherwise → General Assistance
"""


def test_a_year_that_there_is_not_yet_is_no_fault() -> None:
    """The charter schools' rule of 2017 asks for three years, and there was one."""
    assert "C1" in [rule.label for rule in rulelang.load("assistance/2017").rules.rules]
    assert rulelang.load("assistance/2017").findings() == []


def test_what_the_evaluator_does_not_confirm_is_not_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = MadeUp("school district", {})
    monkeypatch.setattr(Switched, "made_up", lambda *_: nothing)
    with pytest.raises(UnconfirmedError):
        found(tmp_path, next(one.text for one in PLANTED if one.code == "implied-rule"))


@pytest.mark.parametrize("code", ["never-holds", "implied-rule", "masked-rule", "changes-no-outcome"])
def test_no_lea_that_is_drawn_contradicts_a_proof(tmp_path: Path, code: str) -> None:
    planted = next(one for one in PLANTED if one.code == code)
    path = tmp_path / "it.rules"
    path.write_text(planted.text, encoding="utf-8")
    rules = rulelang.load(path).rules
    key = (rules.year, next(rule.name for rule in rules.rules if rule.label == planted.rule))
    definitions = dict(rules.definitions)
    definitions[key] = evolve(definitions[key], node=Call("and", (Const(False), definitions[key].node)))
    with_it, without = prepare(rules), prepare(evolve(rules, definitions=definitions))
    data = PossibleData()
    columns_of(with_it, data)
    random = seeded(7)
    for _ in range(150):
        lea, _ = drawn(data, random)
        one, other = (evaluate(side, lea.record(side, data.cells)) for side in (with_it, without))
        if code == "never-holds":  # though it may be that it cannot be told
            assert True not in one.column(with_it.positions[key])
            continue
        told = [
            [value_of(side, found, name) for name in outcomes_of(with_it)]
            for side, found in ((with_it, one), (without, other))
        ]
        assert told[0] == told[1]
