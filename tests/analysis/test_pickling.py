"""What the interface returns and raises comes back whole from another process."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import rulelang
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say
from rulelang.diagnostics.diagnostic import RulesError

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
