"""What tests of tables share: Spark, which takes a processor ten seconds to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.table.databases import spark_session


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a session of Spark, the same for all tests of a process; skip where there is none."""
    session = spark_session(tmp_path_factory.mktemp("spark"))
    yield session
    session.stop()
