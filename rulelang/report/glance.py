"""What the first page of a report says of all its LEAs: counts, levels by student group, and what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from attrs import frozen

from rulelang.core.how_many import called
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.report.language import ENGLISH, Language
from rulelang.report.lea_page import LeaPage


@frozen
class LevelCount:
    """In how many LEAs a student group has a level of an indicator; `rank` is the level's, from 1 the worst."""

    level: str
    rank: int
    count: int


@frozen
class LevelCounts:
    """The levels that a student group has on an indicator, the worst first."""

    indicator: str
    levels: tuple[LevelCount, ...]

    @property
    def total(self) -> int:
        """Return in how many LEAs it has a level at all."""
        return sum(one.count for one in self.levels)


@frozen
class Move:
    """The LEAs that got one determination the year before and another now."""

    before: str
    now: str
    pages: tuple[LeaPage, ...]


@frozen
class Since:
    """What changed since the year before, for the LEAs for which it is known: who moved, and how many did not.

    `by_rules` is how many would get something else now by the rules of that year; None if it was not worked out.
    """

    year: int
    moves: tuple[Move, ...]
    unmoved: int
    by_rules: int | None

    @property
    def moved(self) -> int:
        """Return how many LEAs have another determination than the year before."""
        return sum(len(move.pages) for move in self.moves)


@frozen
class Glance:
    """The first page: how many LEAs get each determination, in all and in each county.

    `groups` are the student groups with the number of LEAs in which each meets something, most first; `levels` has
    their levels on each indicator, one student group after another; `since` is None if no earlier year is known.
    """

    counts: tuple[tuple[str, int], ...]
    counties: tuple[tuple[str, tuple[int, ...]], ...]
    groups: tuple[tuple[str, int], ...]
    levels: tuple[tuple[str, tuple[LevelCounts, ...]], ...]
    total: int
    since: Since | None = None

    @property
    def widest(self) -> int:
        """Return the most LEAs in which a student group has levels."""
        return max((counts.total for _, some in self.levels for counts in some), default=0)

    @property
    def legend(self) -> tuple[tuple[int, str], ...]:
        """Return the ranks that occur, the worst first, each with the levels that have it."""
        every = {(one.rank, one.level): None for _, some in self.levels for counts in some for one in counts.levels}
        ranks = sorted({rank for rank, _ in every})
        return tuple((at, " / ".join(dict.fromkeys(level for rank, level in every if rank == at))) for at in ranks)


def called_on(pages: Sequence[LeaPage], ruleset: Ruleset, language: Language = ENGLISH) -> tuple[str, str]:
    """Return what one of the entities on pages is called, and what several are."""
    kinds = {page.kind for page in pages}
    return called(ruleset, kinds, name=language.name, either=" / ".join, listed=language.listed)


def among(pages: Sequence[LeaPage], ruleset: Ruleset, outcome: str, language: Language = ENGLISH) -> tuple[int, str]:
    """Return of how many entities on pages some get an outcome, and that number in words.

    It is that of all or, if rules relate kinds of entity, that of the kinds that get it.
    """
    kinds = {page.kind for page in pages if page.outcome == outcome}
    some = [page for page in pages if page.kind in kinds or not ruleset.relates]
    number = f"{len(some):,}"
    if len(some) == len(pages):
        return len(some), number
    entity, entities = called_on(some, ruleset, language)
    return len(some), f"{number} {entity if len(some) == 1 else entities}"


def glance(pages: Sequence[LeaPage], vocabulary: Vocabulary, language: Language = ENGLISH) -> Glance:
    """Return what the first page says: determinations in the vocabulary's order, counties by name."""
    order = [language.name(one.name) for one in vocabulary.outcomes]
    found = Counter(page.outcome for page in pages)
    outcomes = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    by_county = Counter((page.county, page.outcome) for page in pages)
    counties = sorted({page.county for page in pages})
    groups = Counter(name for page in pages for name, _ in page.groups_met).most_common()
    return Glance(
        tuple((name, found[name]) for name in outcomes),
        tuple((county, tuple(by_county[county, name] for name in outcomes)) for county in counties),
        tuple(groups),
        tuple(_levels(pages, [language.name(one.name) for one in vocabulary.groups])),
        len(pages),
        _since(pages, order),
    )


def _levels(pages: Sequence[LeaPage], groups: Sequence[str]) -> Iterator[tuple[str, tuple[LevelCounts, ...]]]:
    """Yield the levels of each student group that has any, in the vocabulary's order."""
    found: dict[str, dict[str, Counter[tuple[int, str]]]] = defaultdict(lambda: defaultdict(Counter))
    for page in pages:
        for row in page.groups.rows:
            for name, cell in zip(page.groups.columns, row.cells, strict=True):
                found[row.name][name].update([(cell.rank, cell.text)] if cell.rank else [])
    for group in groups:
        rows = ((name, sorted(counted.items())) for name, counted in found[group].items() if counted)
        levels = tuple(
            LevelCounts(name, tuple(LevelCount(text, rank, count) for (rank, text), count in some))
            for name, some in rows
        )
        if levels:
            yield group, levels


def _since(pages: Sequence[LeaPage], order: Sequence[str]) -> Since | None:
    """Return what changed since the year before; None if it is not known for any LEA what it got then."""
    known = [(page, page.change) for page in pages if page.change is not None and not page.is_open]
    if not known:
        return None
    moves: dict[tuple[str, str], list[LeaPage]] = defaultdict(list)
    for page, change in known:
        if change.moved:
            moves[change.before, page.outcome].append(page)

    def place(move: tuple[str, str]) -> list[int]:
        return [order.index(name) if name in order else len(order) for name in reversed(move)]

    return Since(
        year=known[0][1].year,
        moves=tuple(Move(*move, tuple(moves[move])) for move in sorted(moves, key=place)),
        unmoved=sum(not change.moved for _, change in known),
        by_rules=sum(change.is_by_rules for _, change in known) if any(one.by_old_rules for _, one in known) else None,
    )
