"""Accountability policy as readable rule files: check them, determine every LEA, and read why.

    import rulelang

    ruleset = rulelang.load("assistance/2023")
    data = ruleset.read(["data/2023"])
    for determination in ruleset.evaluate(data.records):
        print(determination.record.name, determination.outcome)

Nothing here prints, keeps state between calls or depends on the working folder, except that a ruleset may be given as a
path. A loaded ruleset is immutable and may be used by several threads at once.
"""

from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError
from rulelang.facade import LoadedRuleset, check, load
from rulelang.version import VERSION as __version__

__all__ = [
    "Diagnostic",
    "LeaRecord",
    "LoadedRuleset",
    "Reading",
    "RulesError",
    "YearFacts",
    "check",
    "load",
    "__version__",
]
