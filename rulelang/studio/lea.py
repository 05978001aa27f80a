"""One LEA in the studio: its page, every rule with its answer, and its ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import asdict

from rulelang.analysis.move_words import change_parts
from rulelang.analysis.way_out import OBSTACLES, outcome_asked
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.explanation import explanation
from rulelang.engine.steps import Prepared
from rulelang.reasoning.trials import Change
from rulelang.reasoning.ways import ways_out
from rulelang.report.lea_page import lea_page

Data = dict[str, Any]

OF_THE_PAGE: Final = (
    *("code", "name", "county", "kind", "outcome", "is_open", "sentence", "groups_met", "answers", "missing"),
    "explanation",
)
"""What is shown like on the page of a report."""


def determined_among(prepared: Prepared, record: LeaRecord, records: Sequence[LeaRecord]) -> Determination:
    """Return the determination of one of some LEAs, at the others of which the rules may look."""
    among = records if prepared.relates else (record,)
    return next(one for one in determine_all(prepared, among) if one.record is record)


def lea_data(prepared: Prepared, record: LeaRecord, records: Sequence[LeaRecord]) -> Data:
    """Return the results for one of some LEAs: its page, and every rule with its answer and what decides it."""
    determination = determined_among(prepared, record, records)
    explained = explanation(determination)
    held = explained.as_dict()
    page = asdict(lea_page(determination), recurse=False)
    return {
        **{name: page[name] for name in OF_THE_PAGE},
        **{name: asdict(page[name]) for name in ("groups", "lea")},
        "rules": held["rules"],
        "student_groups": held["student_groups"],
    }


def ways_data(prepared: Prepared, record: LeaRecord) -> Data:
    """Return the smallest changes of levels that would end the determination of an LEA, or bring it about."""
    if (prepared.ruleset.year, DETERMINATION) not in prepared.positions:
        return _without_ways("These rules decide nothing by themselves.")
    if prepared.relates:
        entities = prepared.ruleset.entities
        return _without_ways(
            f"The rules look at several {entities} at once: `rulelang way-out` shows what would do it."
        )
    outcome = outcome_asked(prepared.ruleset)
    [way] = ways_out(prepared, [record], outcome)
    return {
        "outcome": way.outcome,
        "ends": way.ends,
        "obstacle": OBSTACLES[way.obstacle] if way.obstacle else "",
        "ways": [[_change(change) for change in one] for one in way.ways],
        "count": way.count,
    }


def _change(change: Change) -> dict[str, str]:
    what, before, after = change_parts(change)
    return {"of": change.group or "", "what": what, "before": before, "after": after}


def _without_ways(why: str) -> Data:
    return {"outcome": "", "ends": False, "obstacle": why, "ways": [], "count": 0}
