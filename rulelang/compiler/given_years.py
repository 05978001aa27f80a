"""The years that the facts of an example are of."""

from __future__ import annotations

from rulelang.compiler.context import Context
from rulelang.syntax import tree as syn


def years_given(context: Context, line: syn.GivenYearLine) -> tuple[int, ...]:
    """Return the years that a line names, or says to be so many Dashboard years ago; of the latter those there are."""
    if line.years:
        return tuple(number.value for number in line.years)
    if line.each_of_last:
        return context.vocabulary.last_years(context.year, line.each_of_last)
    latest = _latest(context)
    return tuple(latest[ago] for ago in line.ago or (1,) if ago < len(latest))


def years_missing(context: Context, line: syn.GivenYearLine) -> bool:
    """Return whether a line goes back to years before the first Dashboard year."""
    furthest = line.each_of_last - 1 if line.each_of_last else max(line.ago or (1,))
    return not line.years and furthest >= len(_latest(context))


def _latest(context: Context) -> tuple[int, ...]:
    """Return the Dashboard years up to the year at hand, the latest first."""
    return tuple(year for year in reversed(context.vocabulary.years) if year <= context.year)
