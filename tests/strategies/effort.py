"""How property tests search: the same cases in every run, or more and others where that is asked for.

`RULELANG_EFFORT=50 pytest tests/language tests/compiler` looks at fifty times as many cases, and at others each time.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from collections.abc import Callable
from typing import Final, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

T = TypeVar("T")

EFFORT = int(os.environ.get("RULELANG_EFFORT", "1"))
IS_SEARCH = "RULELANG_EFFORT" in os.environ
SEED = os.environ.get("RULELANG_SEED", str(random.SystemRandom().randrange(10**6)) if IS_SEARCH else "")
"""What chance is drawn from beside the number of a case: nothing in a usual run, and something new in each search."""


def chance_of(case: str) -> random.Random:
    """Return the chance of a case, the same wherever the case and the seed are; a test that fails shows the last."""
    print(f"RULELANG_SEED={SEED}: {case}")  # noqa: T201 - pytest shows it of a test that fails
    return _drawn(case)


def _drawn(case: str) -> random.Random:
    return random.Random(f"{SEED} {case}" if SEED else case)  # noqa: S311 - nothing is secret


SHOWN_EVERY: Final = 1_000
"""After so many cases a search shows on the terminal how far it is."""


def try_cases(what: str, count: int, attempt: Callable[[random.Random], None]) -> None:
    """Try a number of cases, times the effort asked for, and fail with all that went wrong, each with its number."""
    failed: list[str] = []
    for number in range(count * EFFORT):
        case = f"{what} {number}"
        try:
            attempt(_drawn(case))
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever a case raises is a finding
            failed.append(f"seed {SEED!r}, {case}: {traceback.format_exc(limit=-3)}")
            _show(failed[-1])
        if (number + 1) % SHOWN_EVERY == 0:
            _show(f"{what}: {number + 1:,} tried, {len(failed):,} failed")
    assert not failed, "\n".join(failed)


def _show(line: str) -> None:
    """Show a line on the terminal while a search goes on."""
    if IS_SEARCH and sys.__stderr__ is not None:
        print(line, file=sys.__stderr__, flush=True)


def search_alike() -> None:
    """Make every property test draw the same cases in each run, unless a search is asked for. No case is timed."""
    untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("rulelang", untimed if IS_SEARCH else settings(untimed, derandomize=True, database=None))
    settings.load_profile("rulelang")
    if not IS_SEARCH and hasattr(providers, "_get_local_constants"):
        # Hypothesis also draws constants out of whatever modules earlier tests have imported.
        providers._get_local_constants = lambda: providers._local_constants


def drawn(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Return a number of values, the first of them the simplest: for a test that takes them together.

    A list of them would be one case: the first is a list of the simplest alone, and others are often too large.
    """
    found: list[T] = []

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draws(one: T) -> None:
        found.append(one)

    draws()
    return found[:count]


def effort(examples: int) -> settings:
    """Return settings for a number of cases, times the effort asked for."""
    return settings(max_examples=examples * EFFORT)
