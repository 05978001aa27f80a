"""What all tests share: golden files, which hold a case's input and output together, and a cache of their own."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rulelang.cache.folder import FOLDER_VARIABLE
from tests.shipped_files import read_once
from tests.strategies.effort import search_alike

search_alike()

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets the commands that it starts in the background ignore Ctrl-C, and so would those that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Where Python is told to keep no bytecode, every command that a test starts would compile the whole package again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

OUTPUT = "---- output ----\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what comes out into the golden files")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes run the tests: two for folders of them, none for a file or a test, which is quicker."""
    is_many = all(Path(one).is_dir() for one in config.args)
    return 2 if is_many and (os.cpu_count() or 1) > 1 else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of Spark first: one process begins with all of them, and the others are shared when it is done."""
    items.sort(key=lambda item: item.get_closest_marker("spark") is None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Collect no garbage while the tests are collected: nearly all that is made then is kept."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave the tests themselves, which live as long as the run, out of garbage collections, and collect less often."""
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


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
def _cache_of_the_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's own cache out of every test, and compile a ruleset once for all tests that only apply it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder))
        read_once(patch)
        yield


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in which this test's runs keep what they find: nothing of another test's."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder
