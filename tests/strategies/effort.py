"""How property tests search: the same cases in every run, or more and others where that is asked for.

`RULELANG_EFFORT=50 pytest tests/language tests/compiler` looks at fifty times as many cases, and at others each time.
"""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

EFFORT = int(os.environ.get("RULELANG_EFFORT", "1"))
IS_SEARCH = "RULELANG_EFFORT" in os.environ
SEED = os.environ.get("RULELANG_SEED", str(random.SystemRandom().randrange(10**6)) if IS_SEARCH else "")
"""What chance is drawn from beside the number of a case: nothing in a usual run, and something new in each search."""


def chance_of(case: str) -> random.Random:
    """Return the chance of a case, the same wherever the case and the seed are; a test that fails shows the last."""
    print(f"RULELANG_SEED={SEED}: {case}")  # noqa: T201 - pytest shows it of a test that fails
    return random.Random(f"{SEED} {case}" if SEED else case)  # noqa: S311 - nothing is secret


def search_alike() -> None:
    """Make every property test draw the same cases in each run, unless a search is asked for. No case is timed."""
    untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("rulelang", untimed if IS_SEARCH else settings(untimed, derandomize=True, database=None))
    settings.load_profile("rulelang")
    if not IS_SEARCH and hasattr(providers, "_get_local_constants"):
        # Hypothesis also draws constants out of whatever modules earlier tests have imported.
        providers._get_local_constants = lambda: providers._local_constants


def effort(examples: int) -> settings:
    """Return settings for a number of cases, times the effort asked for."""
    return settings(max_examples=examples * EFFORT)
