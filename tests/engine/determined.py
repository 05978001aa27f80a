"""What rules make of one LEA by itself, whose data are all that they look at."""

from __future__ import annotations

from rulelang.core.record import LeaRecord
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.steps import Prepared


def determine(prepared: Prepared, record: LeaRecord) -> Determination:
    """Return the determination of one LEA."""
    return next(determine_all(prepared, (record,)))
