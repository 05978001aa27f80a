"""What is missing from the data and could change an answer, and how that is said wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from attrs import frozen

from rulelang.diagnostics.notebook import Displayed

Say = Callable[..., str]
"""Returns a phrase with its places filled in, in a language."""


@frozen(repr=False)
class MissingFact(Displayed):
    """A value that is missing from the data and could change the result. `group` is None for a fact of the LEA.

    `of` says of what else it is a fact, where it is not one of the LEA itself: `the state`, a school by its name, or
    `12 schools`.
    """

    year: int
    group: str | None
    indicator: str
    scale: str
    of: str = ""

    @property
    def what(self) -> str:
        """Return the scale or the number, and whose it is if that is another entity: `enrollment of the district`."""
        return f"{self.scale} of {self.of}" if self.of else self.scale

    def _title(self) -> str:
        return f"MissingFact: {missing_text(self.indicator, self.what, self.group or '', self.year)}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from (("year", str(self.year)), ("student group", self.group or ""))
        yield from (("indicator", self.indicator), ("scale", self.scale))


def in_english(phrase: str, **values: object) -> str:
    """Return an English phrase with its places filled in."""
    return phrase.format(**values)


def missing_text(indicator: str, scale: str, whom: str, year: int, say: Say = in_english) -> str:
    """Return which value is missing: `ELA color of White in 2023`; `whom` is empty for the LEA itself."""
    if whom:
        return say("{indicator} {scale} of {whom} in {year}", indicator=indicator, scale=scale, whom=whom, year=year)
    if indicator:
        return say("{indicator} {scale} in {year}", indicator=indicator, scale=scale, year=year)
    return say("{scale} in {year}", scale=scale, year=year)


def listed(names: Sequence[str], say: Say = in_english) -> str:
    """Return names as a list in a sentence: `Math and ELA`, `Math, ELA and Suspension Rate`."""
    several, last = names[:-1], names[-1:]
    return say("{several} and {last}", several=", ".join(several), last=last[0]) if several else "".join(last)


def nothing_of(years: Collection[int], say: Say = in_english) -> str:
    """Return that the data of an LEA have nothing at all for some years."""
    return say("the data have nothing for {year}", year=listed([str(year) for year in sorted(years)], say))


def missing_texts(
    facts: Iterable[MissingFact], years: Collection[int], say: Say = in_english, name: Callable[[str], str] = str
) -> Iterator[str]:
    """Yield what is missing, one by one, but once for all years that are not among those that the data have.

    `name` gives the names of indicators, scales and student groups in the language.
    """
    every = list(facts)
    absent = {one.year for one in every if one.year not in years}
    if absent:
        yield nothing_of(absent, say)
    for one in every:
        if one.year in years:
            whom = name(one.group) if one.group else ""
            yield missing_text(name(one.indicator), name(one.what), whom, one.year, say)
