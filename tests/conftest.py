"""What all tests share: golden files, which hold the input of a case and its output together, and an empty cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from rulelang.cache.folder import FOLDER_VARIABLE

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


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the user's own memory of checks out of every test, and of the fixtures that several tests share."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder))
        yield folder


_TESTS = count()


@pytest.fixture(autouse=True)
def cache(_cache_of_the_session: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which this test's checks remember what was fine: nothing of another test's."""
    folder = _cache_of_the_session / str(next(_TESTS))
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder
