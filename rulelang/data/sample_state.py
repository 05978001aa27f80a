"""A made-up state: its counties and LEAs, and all facts about each.

Levels are correlated the way real ones are. An LEA has a quality, a student group within it another, and an indicator
adds chance, so that a group that does badly on one indicator more often does on the next. Every number is drawn from a
generator seeded by what the number is about, so that no fact depends on the order in which facts are asked for.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from functools import lru_cache
from math import floor

from attrs import define, field, frozen

from rulelang.core.record_words import parts_of
from rulelang.core.vocabulary import Indicator, LeaKind, Scope, Vocabulary
from rulelang.data.layout import STUDENTS, closest, shapes_of
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as say

MOST_LEAS = 5000
LEAS_PER_COUNTY = 15
LAST_KIND_SHARE = 0.25
"""The part of LEAs that are of the last kind, such as charter schools."""
HAS_INDICATOR = 0.88
"""The part of LEAs that have students for an indicator; an elementary district has no graduates."""

SMALLEST_PUBLISHED = 11
"""Smaller groups have no level in the files at all."""
SMALLEST_COLORED = 30
"""Smaller groups have no level on scales that are published only where there are enough students."""
GROUP_SHARES = (0.02, 0.03, 0.05, 0.08, 0.15, 0.3, 0.5, 0.7)

LEA_WEIGHT, GROUP_WEIGHT, CHANCE_WEIGHT, SCALE_WEIGHT = 0.55, 0.45, 0.7, 0.1
CUTS = (-1.25, -0.45, 0.25, 0.95)
"""Where a result passes from one level to the next better one, for five levels."""

ONE_IN_NEGLECTFUL = 16
"""One LEA in so many neglects its own ratings, on most of them at once."""
NEGLECTED = 0.8
"""The part of its ratings that such an LEA neglects."""
RATED_BEST = 0.97
"""The part of ratings that are the best there are."""
CALLED_LAST = 0.6
"""The part of LEAs that lists call by the last of their codes, such as No Status."""


@frozen
class MadeUpLea:
    """An LEA of the made-up state. `reports` names the indicators it has; `size` is its number of students."""

    code: str
    name: str
    county: str
    kind: LeaKind
    size: int
    quality: float
    is_neglectful: bool
    reports: frozenset[str]


@frozen
class Asked:
    """What is asked about: an indicator of an LEA, for a student group or for all students (None)."""

    lea: MadeUpLea
    indicator: Indicator
    group: str | None

    @property
    def words(self) -> tuple[str, str, str]:
        """Return what seeds the numbers about it."""
        return self.lea.code, self.group or "", self.indicator.name


@define
class State:
    """The made-up state. The same question always has the same answer."""

    vocabulary: Vocabulary
    leas: tuple[MadeUpLea, ...]
    seed: int
    shares: dict[str, float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        draw = self._draw("shares")
        self.shares = {group.name: draw.choice(GROUP_SHARES) for group in self.vocabulary.groups}

    def students(self, asked: Asked) -> int:
        """Return the number of students an indicator counts."""
        code, group, indicator = asked.words
        spread = _between(0.3, 1.7, self.seed, "spread", code, group)
        share = self.shares[asked.group] * spread if asked.group else 1.0
        return int(asked.lea.size * min(share, 1.0) * _between(0.35, 0.95, self.seed, "counted", code, indicator))

    def number(self, asked: Asked, name: str, in_row: Sequence[Indicator]) -> int:
        """Return a number: of a group one that may count its students or be of a hundred, of an LEA a count.

        What counts a part of others is at most as much as each of them, by any of the indicators in the same row, and
        nothing is above the highest value that it can have.
        """
        names = [name]
        pairs = [pair for one in in_row for pair in parts_of(self.vocabulary, one.name)]
        for one in names:
            names.extend(whole for part, whole in pairs if part == one and whole not in names)
        return min(self.students(asked) if one == STUDENTS else self._number(asked, one, in_row) for one in names)

    def _number(self, asked: Asked, name: str, in_row: Sequence[Indicator]) -> int:
        students, draw = self.students(asked), self._draw("number", name, *asked.words)
        lowest, highest = (students // 2, students) if asked.indicator.scope is Scope.LEA else (0, min(students, 100))
        numbers = (one for indicator in in_row for one in self.vocabulary.numbers_of(indicator.name))
        for limit in (one.at_most for one in numbers if name in one.names):
            if limit is not None and limit < highest:
                lowest, highest = min(0, floor(limit)), floor(limit)
        return draw.randint(lowest, highest)

    def level(self, asked: Asked, scale: str, worst_first: Sequence[str]) -> str | None:
        """Return the level of a group on a scale, None for not rated.

        On a scale with minimum sizes, groups that are too small have a level in the files all the same, and the reader
        must leave it out.
        """
        has_sizes = bool(self.vocabulary.minimum_sizes.get(scale))
        if self.students(asked) < (SMALLEST_PUBLISHED if has_sizes else SMALLEST_COLORED):
            return None
        result = (
            LEA_WEIGHT * asked.lea.quality
            + GROUP_WEIGHT * _normal(self.seed, "group", *asked.words[:2])
            + CHANCE_WEIGHT * _normal(self.seed, "chance", *asked.words)
            + SCALE_WEIGHT * self._draw("scale", scale, *asked.words).gauss(0.0, 1.0)
        )
        passed = sum(result > cut for cut in CUTS)
        return worst_first[passed * len(worst_first) // (len(CUTS) + 1)]

    def rating(self, asked: Asked, scale: str, year: int) -> str:
        """Return how an LEA rates itself: nearly always best, and a few on most indicators not for years."""
        levels = self.vocabulary.scale(scale).levels
        chance = self._draw("rating", *asked.words).random()
        if asked.lea.is_neglectful and chance < NEGLECTED:
            return self._worst(levels[0], year)
        stated = [level for level in levels if self._is_stated(level, year)]
        return stated[-1] if chance < RATED_BEST else stated[-2:][0]

    def called(self, lea: MadeUpLea, year: int) -> str:
        """Return how lists write what an LEA was called in a year: by the last of their codes, for most."""
        codes, draw = list(self.vocabulary.determination_codes), self._draw("called", lea.code, str(year))
        return codes[-1] if draw.random() < CALLED_LAST else draw.choice(codes)

    def _worst(self, level: str, year: int) -> str:
        """Return how the files of a year state a level: outright, or in the words it is derived from."""
        means = (meant for one in self.vocabulary.derived_levels if one.level == level for meant in one.means)
        return next((word for word, in_year in means if in_year == year), level)

    def _is_stated(self, level: str, year: int) -> bool:
        """Return whether files state a level outright: only after the last year in which it is derived."""
        last = [one.years.last for one in self.vocabulary.derived_levels if one.level == level]
        return all(derived is not None and derived < year for derived in last)

    def _draw(self, *about: str) -> random.Random:
        return _generator(self.seed, *about)


def made_up_state(vocabulary: Vocabulary, leas: int, seed: int) -> State:
    """Return a state with some number of LEAs, sorted by code: one of the first kind in each county, then others.

    The files of a state without LEAs have their headers alone.

    Raises DataError if the number of LEAs is out of bounds.
    """
    if not 0 <= leas <= MOST_LEAS:
        raise DataError(say.no_sample_of_size(leas, MOST_LEAS))
    draw = _generator(seed, "state")
    counties = max(1, min(len(PLACES) - 1, round(leas / LEAS_PER_COUNTY)))
    places = draw.sample(PLACES, len(PLACES))
    made: dict[str, MadeUpLea] = {}
    names: set[str] = set()
    for number in range(leas):
        county = number % counties
        kind = _kind(vocabulary, draw, is_first=number < counties)
        code = _code(vocabulary, kind, f"{county + 1:02}", made, draw)
        name = _name(_wanted_name(vocabulary, kind, places[county], draw), names)
        names.add(name)
        size = max(20, int(draw.lognormvariate(7.6, 1.1)))
        has = frozenset(
            one.name for one in vocabulary.indicators if one.scope is Scope.LEA or draw.random() < HAS_INDICATOR
        )
        is_neglectful = number % ONE_IN_NEGLECTFUL == ONE_IN_NEGLECTFUL // 2
        made[code] = MadeUpLea(code, name, places[county], kind, size, draw.gauss(0.0, 1.0), is_neglectful, has)
    return State(vocabulary, tuple(made[code] for code in sorted(made)), seed)


def _kind(vocabulary: Vocabulary, draw: random.Random, *, is_first: bool) -> LeaKind:
    """Return a kind of which there may be several, and of which files have rows: those others belong to have none."""
    owners = vocabulary.owners
    several = [kind for kind in vocabulary.kinds if "?" in kind.code_pattern and kind.name not in owners]
    kinds = [kind for kind in several if _has_rows(vocabulary, kind)] or several or vocabulary.kinds
    if is_first or len(kinds) == 1:
        return kinds[0]
    return kinds[-1] if draw.random() < LAST_KIND_SHARE else draw.choice(kinds[1:-1] or kinds[1:])


def _has_rows(vocabulary: Vocabulary, kind: LeaKind) -> bool:
    """Return whether files have rows of a kind of LEA that are used, as far as the codes of rows show."""
    code = kind.code_pattern.replace("?", "1")
    by_codes = [layout for layout in vocabulary.formats if any(row.codes for row in layout.keep)]
    return all(
        any(closest(code, shapes_of(layout.row_kinds)) in row.codes for row in layout.keep) for layout in by_codes
    )


def _code(vocabulary: Vocabulary, kind: LeaKind, county: str, taken: Collection[str], draw: random.Random) -> str:
    """Return a code of a kind's shape that no LEA has; it begins with the county's number where shapes leave room.

    A kind without a shape has any code that is not taken.
    """
    if not kind.code_pattern:
        return f"{county}-{len(taken) + 1}"
    has_room = all(one.code_pattern.startswith("?" * len(county)) for one in vocabulary.kinds)
    while True:
        code = "".join(str(draw.randrange(10)) if shape == "?" else shape for shape in kind.code_pattern)
        code = county + code[len(county) :] if has_room else code
        if code not in taken and vocabulary.kind_of_code(code) == kind:
            return code


def _wanted_name(vocabulary: Vocabulary, kind: LeaKind, county: str, draw: random.Random) -> str:
    if kind == vocabulary.kinds[0]:
        return f"{county} {OFFICE_ENDING}"
    endings = SCHOOL_ENDINGS if kind == vocabulary.kinds[-1] else DISTRICT_ENDINGS
    return f"{draw.choice(PLACES)} {draw.choice(endings)}"


def _name(wanted: str, taken: Collection[str]) -> str:
    """Return a name no LEA has: the one wanted, numbered where it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name


@lru_cache(maxsize=1 << 12)
def _between(low: float, high: float, seed: int, *about: str) -> float:
    """Return a number between two others; it is kept, as one row of a file asks for what others ask for too."""
    return _generator(seed, *about).uniform(low, high)


@lru_cache(maxsize=1 << 12)
def _normal(seed: int, *about: str) -> float:
    """Return a number of the standard normal distribution, which is kept like those of `_between`."""
    return _generator(seed, *about).gauss(0.0, 1.0)


def _generator(seed: int, *about: str) -> random.Random:
    return random.Random("|".join((str(seed), *about)))  # noqa: S311 - nothing made up is a secret


# ---- Words that made-up LEAs are called by: clearly invented, no county or district has such a name ----

PLACES = (
    "Amberwick", "Bluefern", "Cinderhollow", "Dandelion Reach", "Eldermoss", "Foxglove", "Gullwater", "Hazelmere Bend",
    "Inkwell", "Juniper Sound", "Kestrelgate", "Lanternbrook", "Marrowfield", "Nettlecombe", "Otterstone",
    "Pebbleshore", "Quillhaven", "Rookery Flats", "Saltmarrow", "Thistledown", "Umberlake", "Velvet Pines",
    "Wrenfold", "Yarrowdale", "Zephyr Hills", "Applecroft", "Brambleway", "Cloverstead", "Driftmoor", "Emberglen",
    "Fernhollow", "Goldenrush", "Heronsgate", "Ivorybank", "Jackdaw Ridge", "Kingfisher Cove", "Larkmeadow",
    "Mistlebury", "Nightjar", "Oatfield", "Plumhaven", "Quartzford", "Rushwater", "Sorrelton", "Tansyvale",
    "Underwillow", "Violet Crossing", "Whistlewood", "Yewbarrow", "Zinnia Park", "Acorn Landing", "Buttercup",
    "Copperleaf", "Dovetail", "Elmshadow", "Flintridge Hollow", "Gorsebank", "Honeywell Creek", "Icicle Bluff",
    "Jasmine Point",
)  # fmt: skip
"""Names of counties and, with a word after them, of districts."""

DISTRICT_ENDINGS = ("Unified", "Elementary", "Union Elementary", "Joint Unified", "Union High", "City Elementary")
SCHOOL_ENDINGS = ("Charter Academy", "Learning Collaborative", "School of the Arts", "Science Charter", "Preparatory")
OFFICE_ENDING = "County Office of Education"
