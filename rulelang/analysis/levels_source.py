"""Which ruleset works out the levels of a year that another ruleset reads."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from rulelang.analysis.loading import asked_of, loaded
from rulelang.compiler.standing import rulesets_called
from rulelang.core.ruleset import Ruleset
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError


def levels_rules(ruleset: Ruleset, year: int, said: list[Diagnostic]) -> tuple[Ruleset | None, Path | None]:
    """Return the ruleset that works out the levels of a year, and its file; None if there is none.

    Rules that are asked of the data of another year go with the levels of their own year, if these work there.
    """
    file, own = levels_file(ruleset, year), levels_file(evolve(ruleset, rules_of=None), year)
    if file is None or file == own:
        return (loaded(file) if file is not None else None), file
    loaded(file)  # what is wrong with it in its own year is an error here too
    try:
        return asked_of(file, year)[0], file
    except RulesError as error:
        if own is None:
            raise
        [refused] = error.diagnostics
        said.append(say.other_levels_of_year(ruleset.levels_from, int(file.stem), year, refused.notes[0]))
        return loaded(own), own


def levels_file(ruleset: Ruleset, year: int) -> Path | None:
    """Return the file of the ruleset that works out a year's levels: beside the folder of the other, or shipped.

    Of rules that are asked of the data of another year, the year of the rules comes first.
    """
    files = {path.stem: path for path in rulesets_called(ruleset.levels_from, Path(ruleset.source))}
    of = ruleset.rules_of if year == ruleset.year and ruleset.rules_of is not None else year
    return files.get(str(of), files.get(str(year)))
