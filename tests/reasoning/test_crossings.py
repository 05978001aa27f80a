"""Numbers that cross limits: those of an interval are alike, and the smallest changes are those that trying finds.

The judge tries every number of a fine grid, and every combination of the intervals' numbers and of levels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import assume, example, given
from hypothesis import strategies as st

from rulelang.analysis.move_words import change_text
from rulelang.core.operators import OPERATORS
from rulelang.core.record import LeaRecord, Reading, YearFacts
from rulelang.engine.evaluate import evaluate, evaluate_all, evaluate_records
from rulelang.engine.steps import Prepared, prepare
from rulelang.facade import load
from rulelang.reasoning.answers import Asked
from rulelang.reasoning.calculations import calculations
from rulelang.reasoning.crossings import crossings
from rulelang.reasoning.formulas import INVERSES
from rulelang.reasoning.trials import Cell, Change, Level, NumberChange, flips, single_changes
from rulelang.reasoning.ways import FIXED, MISSING_DATA, WayOut, _search, ways_out
from tests.entities.small_state import rules_in
from tests.reasoning.test_compared_numbers import TEXT, ruleset
from tests.strategies.effort import effort

WORDS: Final = """\
vocabulary Scholarships
years 2023, 2024

levels
  | scale  | worst level first   |
  | record | poor, fair, good    |

kinds of household
  | kind      | plural     |
  | household | households |

local indicators of the LEA
  | indicator | record in |
  | conduct   | 2023 on   |

facts of the household
  | fact           | is a    |
  | income         | dollars |
  | savings        | dollars |
  | people at home | number  |
  | hours          | number  |
  | extra hours    | number  |
  | term hours     | number  |
  | born           | date    |

outcomes
  | outcome     | is a          |
  | Scholarship | determination |
  | Loan        | determination |
  | Refused     | determination |
"""

MEASURES: Final = """\
measure income a head = income ÷ people at home
measure all hours = hours + extra hours
measure lead = hours − extra hours
measure share = hours ÷ term hours, as a percent, rounded to 1 decimal
measure mean = average of hours and extra hours
measure least = lowest of hours and extra hours
measure most = highest of hours and 2 × extra hours
measure missing = smallest whole number that brings hours to 40 percent of term hours, rounded to 0 decimals
table grant
  | income a head                       | grant  |
  | below $10,000                       | $5,000 |
  | $10,000 or more and $20,000 or less | $2,500 |
  | above $20,000                       | $0     |
"""

LIMITS: Final = (
    ("income", "$30,000"),
    ("income a head", "$12,000.50"),
    ("income a head", "$9,000"),
    ("savings", "$500.25"),
    ("people at home", "4"),
    ("hours", "12"),
    ("hours", "12.5"),
    ("all hours", "20"),
    ("lead", "3"),
    ("share", "33.3"),
    ("share", "50"),
    ("mean", "9"),
    ("least", "8"),
    ("most", "14"),
    ("missing", "2"),
    ("grant", "$2,500"),
    ("grant", "$0"),
)
SIDES: Final = ("below {}", "above {}", "{} or more", "{} or less")
conditions = st.one_of(
    st.tuples(st.sampled_from(LIMITS), st.sampled_from(SIDES)).map(
        lambda one: f"{one[0][0]} is {one[1].format(one[0][1])}"
    ),
    st.sampled_from(["poor on conduct", "good on conduct", "fair or good on conduct"]),
)
rules = st.lists(st.lists(conditions, min_size=1, max_size=3, unique=True).map(" and ".join), min_size=1, max_size=3)
"""The rules, each some conditions that must all hold, for the first and for the second outcome in turn."""

NUMBERS: Final[Mapping[str, Sequence[Fraction]]] = {
    "income": [Fraction(number) for number in (0, 29_999, 30_000, 41_000)],
    "savings": [Fraction(0), Fraction("500.25"), Fraction(600)],
    "people at home": [Fraction(number) for number in (1, 3, 4, 6)],
    "hours": [Fraction(0), Fraction(8), Fraction(12), Fraction("12.5"), Fraction(17)],
    "extra hours": [Fraction(0), Fraction(7), Fraction(9)],
    "term hours": [Fraction(20), Fraction(36)],
}
values = st.fixed_dictionaries({name: st.sampled_from([*some, None]) for name, some in NUMBERS.items()})
levels = st.sampled_from(["poor", "fair", "good", None])


@lru_cache(maxsize=64)
def prepared_of(some: tuple[str, ...]) -> Prepared | None:
    """Return rules about scholarships: the first of them that holds decides, by turns a scholarship and a loan."""
    outcomes = ("Scholarship", "Loan")
    lines = [f"R{at}: {text} → {outcomes[at % 2]}" for at, text in enumerate(some)]
    with TemporaryDirectory() as folder:
        found, _ = rules_in(Path(folder), "\n".join([MEASURES, *lines, "otherwise → Refused"]), words=WORDS)
    return None if found is None else prepare(found)


def drawn(some: Sequence[str]) -> Prepared:
    """Return the same of rules that were drawn, unless the check refuses them: one may be masked by those above."""
    prepared = prepared_of(tuple(some))
    assume(prepared is not None)
    assert prepared is not None
    return prepared


def rules_of(*some: str) -> Prepared:
    prepared = prepared_of(some)
    assert prepared is not None
    return prepared


def household(numbers: Mapping[str, Fraction | None], level: str | None = None) -> LeaRecord:
    readings = {("", name): Reading(number) for name, number in numbers.items() if number is not None}
    if level is not None:
        readings["conduct", "record"] = Reading(level)
    return LeaRecord("1", "a household", "", "household", {2023: YearFacts(lea=readings)})


def with_level(record: LeaRecord, cell: Cell, level: Level) -> LeaRecord:
    lea = {**record.years[2023].lea, cell[1]: Reading(level)}
    return LeaRecord(record.code, record.name, record.county, record.kind, {2023: YearFacts(lea=lea)})


def results(prepared: Prepared, records: Iterable[LeaRecord]) -> Iterator[list[object]]:
    """Yield what every band and comparison makes of each household."""
    for evaluation in evaluate_all(prepared, records):
        yield [evaluation.at(at, None) for at in calculations(prepared).edges]


def grid(name: str, now: Fraction) -> Iterator[Fraction]:
    """Yield many numbers, close together around the limits of the rules: whole ones, and others where there are."""
    if name in ("income", "savings"):
        yield from (Fraction(cents, 100) for cents in (*range(0, 90_000_00, 99_991), 50_024, 50_025, 50_026))
        yield from (Fraction(cents, 100) + one * 1000 for one in range(9, 85, 3) for cents in (-1, 0, 1, 150))
        return
    divided = name in ("people at home", "term hours", "hours")
    step = 1 if divided and now.denominator == 1 else 4
    yield from (Fraction(number, step) for number in range(0 if now >= 0 else -40, 60 * step))


@effort(60)
@given(rules, values, levels)
@example(["income a head is below $9,000"], {name: some[-1] for name, some in NUMBERS.items()}, None)
@example(["share is 33.3 or more and share is 33.3 or less"], {name: some[-1] for name, some in NUMBERS.items()}, None)
@example(
    ["all hours is below 20 and lead is below 3"],
    {name: some[-1] for name, some in NUMBERS.items()} | {"hours": Fraction(12), "term hours": Fraction(20)},
    "poor",
)
def test_all_numbers_of_an_interval_are_alike(
    some: list[str], numbers: dict[str, Fraction | None], level: str | None
) -> None:
    prepared, record = drawn(some), household(numbers, level)
    [crossed] = crossings(evaluate(prepared, record).batch)
    for at in calculations(prepared).moving:
        cell = (None, prepared.fields[at].key)
        now = numbers[cell[1][1]]
        if now is None:
            continue
        name, choices = cell[1][1], crossed.numbers.get(cell, ())
        highest = numbers["term hours"] if name == "hours" else None
        lowest = numbers["hours"] if name == "term hours" else None
        tried = [
            number
            for number in grid(name, now)
            if not (highest is not None and now <= highest < number)
            and not (lowest is not None and number < lowest <= now)
        ]
        made = [*(one.number for one in choices), now, *tried]
        by_number = dict(zip(made, results(prepared, [with_level(record, cell, one) for one in made]), strict=True))
        for number in tried:
            same = [one for one in choices if one.interval.holds(number)]
            assert len(same) == bool(choices)
            assert by_number[number] == by_number[same[0].number if same else now]
            if same and number % Fraction(1, same[0].number.denominator) == 0:
                assert abs(same[0].number - now) <= abs(number - now)


def farther(way: Sequence[Change], other: Sequence[Change]) -> bool:
    """Return whether a way changes the same cells as another in the same directions, and no number by less."""
    if [one.cell for one in way] != [one.cell for one in other] or way == other:
        return False
    pairs = [(one, two) for one, two in zip(way, other, strict=True) if one != two]
    numbers = [(one, two) for one, two in pairs if isinstance(one, NumberChange) and isinstance(two, NumberChange)]
    return len(numbers) == len(pairs) and all(
        two.before < two.after < one.after or two.before > two.after > one.after for one, two in numbers
    )


def best(prepared: Prepared, record: LeaRecord, outcome: str) -> tuple[tuple[int, int], set[frozenset[Change]]] | None:
    """Return how many cells and steps the smallest combinations of choices take that flip an outcome, and which do.

    The choices are those of the rules that the outcome rests on.
    """
    known = calculations(prepared, Asked(prepared, outcome).definition)
    [crossed] = crossings(evaluate(prepared, record).batch, known)
    by_cell: dict[Cell, list[Change | None]] = {}
    for change in single_changes(prepared, record):
        by_cell.setdefault(change.cell, [None]).append(change)
    for cell, choices in crossed.numbers.items():
        now = record.years[2023].lea[cell[1]].level
        by_cell[cell] = [None, *(crossed.change(cell, now, one.number) for one in choices if one.away)]
    some = [[one for one in way if one is not None] for way in product(*by_cell.values())]
    trials = [{one.cell: one.after for one in way} for way in some]
    [flipped] = flips(Asked(prepared, outcome), evaluate_records(prepared, [record]), [trials])
    doing = [way for at, way in enumerate(some) if flipped >> at & 1]
    sizes = [(len(way), sum(one.steps(prepared) for one in way)) for way in doing]
    if not sizes:
        return None
    smallest = [way for way, size in zip(doing, sizes, strict=True) if size == min(sizes)]
    nearest = [way for way in smallest if not any(farther(way, other) for other in smallest)]
    return min(sizes), set(map(frozenset, nearest))


def assert_smallest(prepared: Prepared, record: LeaRecord, outcome: str) -> WayOut:
    [found] = ways_out(prepared, [record], outcome, 500)
    expected = best(prepared, record, outcome)
    if found.value == "cannot tell":
        assert found.obstacle == MISSING_DATA
    elif expected is None:
        assert found.obstacle
    elif not found.is_partial:
        (cells, steps), ways = expected
        assert (found.distance, found.count) == (cells, len(ways))
        assert {frozenset(way) for way in found.ways} == ways
        assert sum(one.steps(prepared) for one in found.ways[0]) == steps
    else:
        assert found.distance is not None
        assert found.distance <= expected[0][0]
    return found


@effort(80)
@given(rules, values, levels, st.sampled_from(["Scholarship", "Loan", "Refused"]))
def test_the_smallest_changes_are_those_that_trying_all_choices_finds(
    some: list[str], numbers: dict[str, Fraction | None], level: str | None, outcome: str
) -> None:
    prepared = drawn(some)
    if outcome != "Loan" or len(some) > 1:
        assert_smallest(prepared, household(numbers, level), outcome)


def told(some: Sequence[str], outcome: str = "Scholarship", level: str = "good", **numbers: object) -> list[list[str]]:
    """Return the smallest changes for a household, in words."""
    known = {name.replace("_", " "): Fraction(str(number)) for name, number in numbers.items()}
    [found] = ways_out(rules_of(*some), [household(known, level)], outcome)
    return [list(map(change_text, way)) for way in found.ways]


def test_the_nearest_number_on_the_other_side_is_named() -> None:
    assert told(["income is below $30,000"], income=39_000) == [["income from $39,000 to below $30,000"]]
    assert told(["income is $30,000 or less"], income=39_000) == [["income from $39,000 to $30,000 or less"]]
    assert told(["income is below $30,000"], income=12) == [["income from $12 to $30,000 or more"]]
    assert told(["hours is above 12"], hours="11.5") == [["hours from 11.5 to above 12"]]


def test_an_interval_between_two_limits_has_both_ends() -> None:
    between = ["savings is above $500.25 and savings is below $900"]
    assert told(between, savings=20) == [["savings from $20 to above $500.25 and $899.99 or less"]]
    assert told(["hours is 12 or more and hours is 12 or less"], hours=3) == [["hours from 3 to 12"]]


def test_several_numbers_or_a_number_and_a_level_can_be_needed() -> None:
    both = ["income is below $30,000 and hours is 12 or more"]
    assert told(both, income=31_000, hours=2) == [
        ["income from $31,000 to below $30,000", "hours from 2 to 12 or more"]
    ]
    mixed = ["good on conduct and hours is 12 or more"]
    assert told(mixed, hours=2, level="poor") == [["conduct from poor to good", "hours from 2 to 12 or more"]]


def test_all_ways_that_are_as_small_are_returned() -> None:
    assert told(["income is below $30,000 and hours is 12 or more"], income=29_000, hours=12) == [
        ["income from $29,000 to $30,000 or more"],
        ["hours from 12 to below 12"],
    ]


def test_bands_of_a_calculated_number_are_limits_too() -> None:
    assert told(["grant is $2,500 or more"], income=81_000, people_at_home=4) == [
        ["income from $81,000 to $80,000 or less"]
    ]


def test_of_several_numbers_that_do_the_nearest_are_named() -> None:
    [[hours, extra]] = told(["least is 8 or more", "least is 5 or more"], "Refused", hours=0, extra_hours=0)
    assert (hours, extra) == ("hours from 0 to 5 or more", "extra hours from 0 to 5 or more")


def test_what_is_only_divided_by_stays_as_it_is() -> None:
    assert told(["income a head is below $9,000"], income=40_000, people_at_home=4) == [
        ["income from $40,000 to below $36,000"]
    ]


def test_a_part_is_no_more_than_the_whole() -> None:
    [found] = ways_out(
        rules_of("share is above 100"),
        [household({"hours": Fraction(3), "term hours": Fraction(20)})],
        "Scholarship",
    )
    assert (found.ways, found.obstacle) == ((), FIXED)


def test_dates_stay_as_they_are() -> None:
    prepared = rules_of("born is after July 1, 2005")
    record = household({})
    record.years[2023].lea["", "born"] = Reading(Fraction(1))  # type: ignore[index]
    [found] = ways_out(prepared, [record], "Scholarship")
    assert (found.ways, found.obstacle) == ((), FIXED)


def test_a_missing_number_that_could_decide_is_said() -> None:
    some = ("income is below $30,000 and hours is 12 or more",)
    [found] = ways_out(rules_of(*some), [household({"income": Fraction(5)})], "Scholarship")
    assert found.obstacle == MISSING_DATA
    [found] = ways_out(rules_of(*some), [household({"income": Fraction(31_000)})], "Scholarship")
    assert (found.value, found.obstacle) == ("Refused", MISSING_DATA)


def test_a_number_that_is_taken_twice_is_named() -> None:
    text = "measure odd = hours × hours\nS: odd is above 9 → Scholarship\notherwise → Refused\n"
    with TemporaryDirectory() as folder:
        found, codes = rules_in(Path(folder), text, words=WORDS)
    assert found is not None, codes
    known = calculations(prepare(found))
    assert (known.moving, [*known.left_out.values()]) == (frozenset(), ["hours"])


def test_where_several_numbers_are_calculated_with_it_is_said_that_not_all_was_tried() -> None:
    both = ("all hours is above 10 and lead is above 3 and income is below $30,000",)
    record = household({"hours": Fraction(1), "extra hours": Fraction(1), "income": Fraction(40_000)})
    [found] = ways_out(rules_of(*both), [record], "Scholarship")
    assert found.is_partial
    alone = household({"hours": Fraction(1), "income": Fraction(40_000)})
    [found] = ways_out(rules_of("hours is above 10 and income is below $30,000"), [alone], "Scholarship")
    assert not found.is_partial


def test_every_operator_on_numbers_has_an_inverse() -> None:
    assert set(INVERSES) == {name for name, one in OPERATORS.items() if one.of_numbers}


@effort(100)
@given(
    st.sampled_from(sorted(INVERSES)),
    st.lists(st.fractions(-9, 9, max_denominator=4), min_size=2, max_size=2),
    st.integers(0, 1),
    st.fractions(-9, 9, max_denominator=20),
)
def test_a_result_is_on_one_side_of_its_limit_between_two_numbers_of_the_inverse(
    name: str, numbers: list[Fraction], place: int, limit: Fraction
) -> None:
    beside = [Fraction(40), Fraction(0)] if name == "smallest addition" else []
    if name == "rounded":
        numbers, place = [numbers[0], Fraction(1)], 0
    ends = sorted(INVERSES[name](place, [*numbers, *beside], limit))
    sides: dict[int, set[object]] = {}
    for number in (Fraction(tried, 12) for tried in range(-240, 240)):
        if number not in ends:
            result = OPERATORS[name](*(number if at == place else one for at, one in enumerate(numbers)), *beside)
            side = (result > limit) - (result < limit) if isinstance(result, Fraction) else result
            sides.setdefault(sum(end < number for end in ends), set()).add(side)
    assert all(len(found) == 1 for found in sides.values())


def test_only_numbers_are_followed_that_the_outcome_rests_on(tmp_path: Path) -> None:
    head, rules = TEXT.format(of_group="below 30", of_lea="100 or more").split("  C: ")
    only_all = rules.replace("any student group meets combination", "All Students meet combination")
    followed = {}
    for name, text in (("any", rules), ("all", only_all)):
        prepared = prepare(ruleset(tmp_path, name, f"{head}  C: {text}"))
        known = _search(prepared, "ATSI", 1).calculations
        followed[name] = {known.group(lane) for _, lane in known.edges_in_rows}
        assert set(known.edges_in_rows) <= set(known.carrying_rows)
    assert followed["all"] == {None, "All Students"}
    assert {None, "All Students", "White"} < followed["any"]


def test_numbers_of_a_student_group_are_named_with_it(tmp_path: Path) -> None:
    limits = TEXT.format(of_group="below 30", of_lea="100 or more")
    prepared = prepare(ruleset(tmp_path, "numbers", limits))
    groups = {
        "White": {("ELA", "color"): Reading("Red"), ("Graduation Rate", "graduates"): Reading(Fraction(33))},
        "Asian": {("ELA", "color"): Reading("Orange"), ("Graduation Rate", "graduates"): Reading(Fraction(12))},
    }
    lea = {("Alternative School Status", "enrollment"): Reading(Fraction(140))}
    silent = frozenset(one.name for one in prepared.ruleset.vocabulary.indicators)
    school = LeaRecord("1", "a school", "", "school", {2024: YearFacts(groups, lea, silent)})
    [found] = ways_out(prepared, [school], "ATSI")
    assert [list(map(change_text, way)) for way in found.ways] == [
        ["ELA of Asian from Orange to Red"],
        ["graduates on Graduation Rate of White from 33 to below 30"],
    ]


def test_cut_scores_are_limits_and_every_count_between_two_has_the_same_levels() -> None:
    prepared = prepare(load("dashboard/2018").rules)
    names = {node.key for node in prepared.fields.values() if node.key[0] == "Suspension Rate"}
    students = {key: Reading(Fraction(3 if "suspended" in key[1] else 61)) for key in names}

    def school_district(suspended: int) -> LeaRecord:
        readings = {**students, ("Suspension Rate", "suspended students"): Reading(Fraction(suspended))}
        facts = YearFacts({"Foster Youth": readings}, silent=frozenset(("ELA", "Math")))
        return LeaRecord("1", "a district", "", "school district", {2018: facts})

    [crossed] = crossings(evaluate(prepared, school_district(5)).batch)
    choices = crossed.numbers["Foster Youth", ("Suspension Rate", "suspended students")]
    assert len(choices) > 3
    index = prepared.group_index["Foster Youth"]
    edges = [at for at, lane in calculations(prepared).edges_in_rows if lane == index]
    evaluations = evaluate_all(prepared, map(school_district, range(62)))
    told = [[one.at(at, index) for at in edges] for one in evaluations]
    for count in range(62):
        [choice] = [one for one in choices if one.interval.holds(Fraction(count))]
        assert told[count] == told[int(choice.number)]
        assert choice.away <= abs(count - 5)


def test_each_of_many_numbers_that_are_calculated_with_changes_by_itself() -> None:
    """Their choices are too many to be tried together, and each alone would do."""
    names = [f"{letter} hours" for letter in "abcdefghij"]
    facts = "".join(f"  | {name} | number |\n" for name in names)
    words = WORDS.replace("  | born           | date    |\n", f"  | born           | date    |\n{facts}")
    text = f"measure sum = {' + '.join(names)}\nS: sum is above 100 → Scholarship\notherwise → Refused\n"
    with TemporaryDirectory() as folder:
        rules_, codes = rules_in(Path(folder), text, words=words)
    assert rules_ is not None, codes
    readings = {("", name): Reading(Fraction(9)) for name in names}
    record = LeaRecord("1", "it", "", "household", {2023: YearFacts(lea=readings)})
    [found] = ways_out(prepare(rules_), [record], "Scholarship")
    assert (found.distance, found.count, found.is_partial) == (1, len(names), False)
    assert [(one.scale, one.after) for (one,) in found.ways] == [(name, Fraction(20)) for name in names]
