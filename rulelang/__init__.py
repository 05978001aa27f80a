"""Accountability policy as readable rule files: check them, determine every LEA, and read why.

    import rulelang

    ruleset = rulelang.load("assistance/2023")
    data = ruleset.read(["data/2023"])
    for determination in ruleset.evaluate(data.records):
        print(determination.record.name, determination.outcome)

Nothing here prints, keeps state between calls or depends on the working folder, except that a ruleset may be given as a
path. A loaded ruleset is immutable and may be used by several threads at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from rulelang.version import VERSION as __version__  # noqa: N811  # the name by which Python packages tell it

if TYPE_CHECKING:
    from rulelang.compiler.listing import Listed
    from rulelang.core.record import LeaRecord, Reading, YearFacts
    from rulelang.core.tree import NOT_RATED
    from rulelang.data.report import DataError, DataSet, ReadReport
    from rulelang.diagnostics.arguments import UnknownNameError
    from rulelang.diagnostics.diagnostic import Diagnostic, Edit, RulesError
    from rulelang.engine.determination import Determination, GroupResult
    from rulelang.engine.explanation import Explanation
    from rulelang.engine.levels import LevelResult
    from rulelang.engine.missing import MissingFact
    from rulelang.facade import LoadedRuleset, check, compare, load, rulesets, schema, simulate

__all__ = [
    "NOT_RATED",
    "DataError",
    "DataSet",
    "Determination",
    "Diagnostic",
    "Edit",
    "Explanation",
    "GroupResult",
    "LeaRecord",
    "LevelResult",
    "Listed",
    "LoadedRuleset",
    "MissingFact",
    "ReadReport",
    "Reading",
    "RulesError",
    "UnknownNameError",
    "YearFacts",
    "__version__",
    "check",
    "compare",
    "load",
    "rulesets",
    "schema",
    "simulate",
]

# Where each name is, so that the command line waits only for what the command at hand needs.
_HOMES = {
    "NOT_RATED": "rulelang.core.tree",
    "DataError": "rulelang.data.report",
    "DataSet": "rulelang.data.report",
    "Determination": "rulelang.engine.determination",
    "Diagnostic": "rulelang.diagnostics.diagnostic",
    "Edit": "rulelang.diagnostics.diagnostic",
    "Explanation": "rulelang.engine.explanation",
    "GroupResult": "rulelang.engine.determination",
    "LeaRecord": "rulelang.core.record",
    "LevelResult": "rulelang.engine.levels",
    "Listed": "rulelang.compiler.listing",
    "LoadedRuleset": "rulelang.facade",
    "MissingFact": "rulelang.engine.missing",
    "ReadReport": "rulelang.data.report",
    "Reading": "rulelang.core.record",
    "RulesError": "rulelang.diagnostics.diagnostic",
    "UnknownNameError": "rulelang.diagnostics.arguments",
    "YearFacts": "rulelang.core.record",
    "check": "rulelang.facade",
    "compare": "rulelang.facade",
    "load": "rulelang.facade",
    "rulesets": "rulelang.facade",
    "schema": "rulelang.facade",
    "simulate": "rulelang.facade",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
