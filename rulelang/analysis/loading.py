"""Loads rulesets, and remembers the compiled ruleset of files that have not changed since.

What is remembered is the ruleset as understood, under a hash of all that it depends on (`clean_checks.state_of`), as
the plain data of `core` and where it is in the files (`cache.objects`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rulelang.analysis.clean_checks import state_of
from rulelang.cache.folder import keep, kept
from rulelang.cache.objects import as_bytes, from_bytes
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue.run import rules_not_of_year
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
    content = kept(KIND, state)
    known = from_bytes(content, Ruleset, _OF_DATA) if content is not None else None
    if known is not None:
        return known
    ruleset = _compiled(name)
    content = as_bytes(ruleset)  # None for a sentence that is too deep for this form: it is read each time
    if content is not None and state_of(name) == state:  # or a file has just been changed, before or after it was read
        keep(KIND, state, content, most=_MOST_KEPT)
    return ruleset


def asked_of(name: str | Path, year: int, content: bytes | None = None) -> tuple[Ruleset, list[Diagnostic]]:
    """Return the rules of a ruleset, asked of the data of another year, and what these do not have.

    With `content` that is read in the place of the file. Raises RulesError as `loaded` does, with one diagnostic if
    rules that are fine do not work in that year.
    """
    reporter = Reporter()
    try:
        return _compiled(name, content, reporter, year), reporter.diagnostics
    except RulesError as error:
        rules = loaded(name, content)
        if year not in rules.vocabulary.years:
            raise
        reasons = [one.message for one in error.diagnostics if one.stops]
        raise refused(rules_not_of_year(rules.name, year, reasons)) from None


def _compiled(
    name: str | Path, content: bytes | None = None, reporter: Reporter | None = None, as_year: int | None = None
) -> Ruleset:
    from rulelang.compiler.load import load_ruleset  # noqa: PLC0415  # a remembered ruleset needs no parser

    reporter = reporter if reporter is not None else Reporter()
    held = {} if content is None else {Path(name).resolve(): content}
    ruleset = load_ruleset(name, reporter, held, as_year)
    if ruleset is None or reporter.must_stop:
        raise refused(*reporter.diagnostics)
    return ruleset


def refused(*diagnostics: Diagnostic) -> RulesError:
    """Return the error of files that cannot be used, whose text is all that is wrong with them."""
    from rulelang.diagnostics.render import render_all  # noqa: PLC0415  # a ruleset without errors does not need this

    return RulesError(diagnostics, render_all(diagnostics))
