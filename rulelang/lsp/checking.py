"""The checks of the language server, in a process of their own, so that no request waits for one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from attrs import field

from rulelang.analysis.chaining import leas_with_levels
from rulelang.analysis.gather import Request, Sources
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import DETERMINATION, Ruleset
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.plain_data import define, frozen
from rulelang.engine.determination import determine_all
from rulelang.engine.steps import prepare
from rulelang.services.lenses import Counts, ExampleResult, counted, example_results
from rulelang.services.workspace import Checker, Finding


@frozen
class Report:
    """The result of a check of one text: what is wrong, and the results of its examples, by title."""

    diagnostics: tuple[Diagnostic, ...] = ()
    examples: Mapping[str, ExampleResult] = field(factory=dict)


def started_pool() -> ProcessPoolExecutor:
    """Return the process for checks; it ends with the one that started it, however that ends."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_watch_parent)


def _watch_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def check(path: Path, held: Mapping[Path, bytes], epoch: int) -> Report:
    """Return the result of checking a file, given the texts held in place of files; another epoch reads files again."""
    found = _checks().finding(path, held, epoch)
    return Report(found.diagnostics, example_results(found.checked.runs))


def count(path: Path, held: Mapping[Path, bytes], epoch: int, sources: Sources) -> Counts | None:
    """Return how many LEAs of the data meet each rule of a file; None if its rules decide nothing about LEAs."""
    checks = _checks()
    ruleset = checks.finding(path, held, epoch).checked.ruleset
    if ruleset is None or (ruleset.year, DETERMINATION) not in ruleset.definitions or ruleset.suspended is not None:
        return None
    return counted(ruleset, determine_all(prepare(ruleset), checks.records(ruleset, sources)))


@define
class _Checks:
    """What one process remembers between checks: the last check of each text, and the LEAs of the last data."""

    checker: Checker = field(factory=Checker)
    epoch: int = 0
    last: tuple[Path, Mapping[Path, bytes], Finding] | None = None
    data: tuple[object, tuple[LeaRecord, ...]] | None = None

    def finding(self, path: Path, held: Mapping[Path, bytes], epoch: int) -> Finding:
        if epoch != self.epoch:
            self.checker.forget()
            self.last, self.data, self.epoch = None, None, epoch
        if self.last is None or self.last[:2] != (path, held):
            self.last = (path, held, self.checker.check(path, held))
        return self.last[2]

    def records(self, ruleset: Ruleset, sources: Sources) -> tuple[LeaRecord, ...]:
        key = (ruleset.vocabulary.fingerprint, ruleset.year, ruleset.levels_from, sources)
        if self.data is None or self.data[0] != key:
            self.data = (key, leas_with_levels(ruleset, Request(sources)).records)
        return self.data[1]


@cache
def _checks() -> _Checks:
    return _Checks()
