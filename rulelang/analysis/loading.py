"""Loads rulesets, and remembers what the compiler made of files that have not changed since.

What is remembered is the ruleset as understood, under a hash of all that it depends on (`clean_checks.state_of`). It is
kept in Python's own form for objects, read by a reader that makes nothing but the plain data of `core` and where it
is in the files: whatever else a damaged or foreign file names is refused, and means a fresh start.
"""

from __future__ import annotations

import io
import pickle
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from attrs import has

from rulelang.analysis.clean_checks import state_of
from rulelang.cache.folder import keep, kept
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, RulesError

KIND: Final = "rulesets"
"""The part of the user's folder in which they are remembered."""

_MOST_KEPT: Final = 100
_OF_DATA: Final = ("rulelang.core.", "rulelang.diagnostics.source")


def loaded(name: str | Path, content: bytes | None = None) -> Ruleset:
    """Return a ruleset by name (`assistance/2023`) or path; with `content`, what is to be read in the file's place.

    Raises RulesError, with every diagnostic, where its files have errors.
    """
    state = state_of(name) if content is None else None
    if state is None:
        return _compiled(name, content)
    known = _remembered(state)
    if known is not None:
        return known
    ruleset = _compiled(name)
    if state_of(name) == state:  # or a file was changed just now, and nobody knows whether before it was read or after
        _remember(state, ruleset)
    return ruleset


def asked_of(name: str | Path, year: int) -> tuple[Ruleset, list[Diagnostic]]:
    """Return the rules of a ruleset, asked of the data of another year, and what these do not have.

    Raises RulesError as `loaded` does.
    """
    reporter = Reporter()
    return _compiled(name, reporter=reporter, as_year=year), reporter.diagnostics


def _compiled(
    name: str | Path, content: bytes | None = None, reporter: Reporter | None = None, as_year: int | None = None
) -> Ruleset:
    from rulelang.compiler.load import load_ruleset  # noqa: PLC0415  # a remembered ruleset needs no parser
    from rulelang.diagnostics.render import render_all  # noqa: PLC0415  # nor does one without errors need this

    reporter = reporter if reporter is not None else Reporter()
    held = {} if content is None else {Path(name).resolve(): content}
    ruleset = load_ruleset(name, reporter, held, as_year)
    if ruleset is None or reporter.must_stop:
        raise RulesError(reporter.diagnostics, render_all(reporter.diagnostics))
    return ruleset


def _remember(state: str, ruleset: Ruleset) -> None:
    try:
        content = pickle.dumps(ruleset, protocol=5)
    except RecursionError:  # A sentence can be too deep for this form; then it is read each time.
        return
    keep(KIND, state, content, most=_MOST_KEPT)


def _remembered(state: str) -> Ruleset | None:
    content = kept(KIND, state)
    if content is None:
        return None
    try:
        found = _Reader(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001  # damaged bytes can raise anything, and only mean a fresh start
        return None
    return found if isinstance(found, Ruleset) else None


class _Reader(pickle.Unpickler):
    """Reads objects of plain data, and refuses whatever else is named."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  # as in the class above
        """Return a class of plain data, or what makes a fraction; UnpicklingError for anything else."""
        if (module, name) == ("fractions", "Fraction"):
            return _fraction
        found = super().find_class(module, name) if module.startswith(_OF_DATA) else None
        if found is NOT_RATED or (isinstance(found, type) and (has(found) or issubclass(found, Enum))):
            return found
        message = f"{module}.{name} is no plain data"
        raise pickle.UnpicklingError(message)


def _fraction(numerator: object, denominator: object) -> Fraction:
    """Return the fraction of two whole numbers, as it is kept: a short text may say one that is too large to make."""
    if not isinstance(numerator, int) or not isinstance(denominator, int):
        message = "a fraction is kept as two whole numbers"
        raise pickle.UnpicklingError(message)
    return Fraction(numerator, denominator)
