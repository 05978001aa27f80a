"""What the tests of readers share: each reads its files anew, whatever another test has read before."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _nothing_kept(cache: Path) -> None:
    assert cache.is_dir()
