"""What the interface returns and raises comes back whole from another process."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TypeVar

import pytest

import rulelang
from rulelang.data.records import records_from_rows
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.engine.determination import determine_all
from rulelang.engine.explain import explain
from rulelang.engine.steps import prepare
from tests.entities.small_state import STATE, entity, rules_in

T = TypeVar("T")

ROW = {"lea_code": "27659040000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}


def test_a_ruleset_and_a_determination_are_the_same_again() -> None:
    ruleset = rulelang.load("assistance/2023")
    again = pickle.loads(pickle.dumps(ruleset))  # noqa: S301 - made here
    (found,) = again.evaluate(again.records([ROW]).records)
    back = pickle.loads(pickle.dumps(found))  # noqa: S301 - made here
    assert ruleset.explain(back) == again.explain(found)


def test_errors_are_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "2023.rules"
    path.write_text("ruleset Odd 2023\n  uses California Dashboard vocabulary\n\n4a: Rde on ELA → Priority 4\n")
    with pytest.raises(RulesError) as raised:
        rulelang.load(path)
    again = pickle.loads(pickle.dumps(raised.value))  # noqa: S301 - made here
    assert (again.diagnostics, str(again)) == (raised.value.diagnostics, str(raised.value))
    error = DataError(say.no_record_files("nowhere"))
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert (back.diagnostics, str(back)) == (error.diagnostics, str(error))


def again(one: T) -> T:
    """Return what comes back of something that went to another process."""
    back: T = pickle.loads(pickle.dumps(one))  # noqa: S301 - made here
    return back


def test_a_result_does_not_carry_the_others() -> None:
    ruleset, levels = rulelang.load("assistance/2023"), rulelang.load("dashboard/2023")
    number = {"indicator": "Suspension Rate", "number": "students", "value": "5"}
    rows = [{**ROW, "lea_code": f"276590{at:02}000000", "name": f"Neighbor {at}."} for at in range(40)]
    counts = [{**{name: row[name] for name in ("lea_code", "name", "year", "student_group")}, **number} for row in rows]
    found, worked = ruleset.evaluate(rows), list(levels.levels(counts))
    for one in (found[7], ruleset.explanation(found[7]), worked[7]):
        sent = pickle.dumps(one)
        assert b"Neighbor 7." in sent
        assert b"Neighbor 8." not in sent
    assert again(found) == found
    assert len({*found, *again(found)}) == len(found)
    assert again(again(found[7])) == found[7] != found[8]
    assert ruleset.explain(again(found[7]), "EL") == ruleset.explain(found[7], "EL")
    assert again(worked) == worked
    assert levels.explain_levels(again(worked[7])) == levels.explain_levels(worked[7])
    other = rulelang.load(text='what if "x"\n  based on assistance/2023\n\nreplace 6a: Orange on Math → Priority 6\n')
    assert other.evaluate(rows)[7].outcome == found[7].outcome
    assert other.evaluate(rows)[7] != found[7]


def test_a_result_carries_what_its_rules_relate_it_to(tmp_path: Path) -> None:
    text = """for schools
  G: graduates are below 67 → CSI
  otherwise → None

for school districts
  D1: any school of the district is CSI → Assistance
  otherwise → No Assistance
"""
    rules, codes = rules_in(tmp_path, text)
    assert (codes, rules is not None) == ([], True)
    assert rules is not None
    rows = [{"year": 2023, **row} for row in (*STATE, entity("county", "C2"), entity("school district", "D3", "C2"))]
    records = records_from_rows(rules.vocabulary, rows).records
    found = {one.record.code: one for one in determine_all(prepare(rules), records)}
    sent = pickle.dumps(found["D1"])
    assert (b"S1" in sent, b"D3" in sent) == (True, False)
    back = again(again(found["D1"]))
    assert (back.outcome, back) == ("Assistance", found["D1"])
    assert explain(back) == explain(found["D1"])
