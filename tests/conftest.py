"""What all tests share: golden files, which hold the input of a case and its output together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

OUTPUT = "---- output ----\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what comes out into the golden files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, Callable[[str], str]], None]:
    """Check a golden file: what `made` makes of the input above the line is what stands below it."""

    def check(path: Path, made: Callable[[str], str]) -> None:
        given, _, expected = path.read_text(encoding="utf-8").partition(OUTPUT)
        found = made(given).rstrip("\n") + "\n"
        if request.config.getoption("--update-golden"):
            path.write_text(given + OUTPUT + found, encoding="utf-8")
        else:
            assert found == expected

    return check
