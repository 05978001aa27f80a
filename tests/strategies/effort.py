"""How long property tests search: briefly in every run, longer where somebody asks for it.

`RULELANG_EFFORT=50 pytest tests/language tests/compiler` looks at fifty times as many cases.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EFFORT = int(os.environ.get("RULELANG_EFFORT", "1"))


def effort(examples: int) -> settings:
    """Return settings for a number of cases, times the effort asked for. A slow machine does not fail a test."""
    return settings(max_examples=examples * EFFORT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
