"""What is asked of several entities is known exactly if it is the same however the unknown values turn out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rulelang.cli.program import run
from rulelang.core.aggregates import Aggregate, Range, Ranked, Values, number_of, share_of
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import Value
from rulelang.core.truth import Amount, Quantity
from rulelang.data.write import write_table
from rulelang.engine.determination import missing_facts
from tests.entities.small_state import Judged, entity, judged, rules_in
from tests.strategies.effort import EFFORT

Known = tuple[int | str, int | str]
"""The number of a school, and another that tells whether it is meant; blank where it is unknown."""

NUMBERS: Final = st.integers(1, 4).map(lambda one: 2 * one)
SCHOOL: Final = st.tuples(NUMBERS | st.sampled_from(["", "not rated"]), st.sampled_from([5, 20, 20, 20, ""]))
MOST_UNKNOWN: Final = 2 if EFFORT == 1 else 3
SCHOOLS: Final = st.lists(SCHOOL, min_size=1, max_size=5).filter(
    lambda schools: 0 < sum(one.count("") for one in schools) <= MOST_UNKNOWN
)

RANKED: Final = """\
for schools
  L: graduates is in the {} percent of schools of the county{} → CSI
  otherwise → None
"""
MEANT: Final = " where graduating class is above 10"
ASKED: Final = (
    "share of schools where graduates is above 4 is {} 1/2",
    "share of schools where graduating class is above 10 is {} 0.3",
    "number of schools where graduates is above 4 is {} 2",
    f"highest of graduates over schools{MEANT} is {{}} 5",
    f"lowest of graduates over schools{MEANT} is {{}} 5",
    f"30th percentile of graduates over schools{MEANT} is {{}} 5",
)
"""What a county can ask of the numbers of its schools, with a limit."""


def ways(schools: Sequence[Known]) -> Iterator[Sequence[Known]]:
    """Yield every way in which what is unknown of schools could turn out, as far as it can make a difference."""
    numbers = (*range(10), "not rated")
    every: list[list[Known]] = [
        [
            (one, more)
            for one in (numbers if number == "" else [number])
            for more in ((5, 20) if other == "" else [other])
        ]
        for number, other in schools
    ]
    yield from product(*every)


def rows_of(states: Sequence[Sequence[Known]]) -> list[dict[str, object]]:
    """Return a county for each of some states, with its schools."""
    rows = []
    for at, schools in enumerate(states):
        rows += [entity("county", f"C{at}"), entity("school district", f"D{at}", f"C{at}")]
        for school, (number, other) in enumerate(schools):
            rows.append(entity("school", f"S{at}.{school}", f"D{at}", graduates=number, graduating_class=other))
    return rows


def assert_exact(text: str, schools: Sequence[Known], *codes: str) -> None:
    """Assert that the determination of each of some entities is what all ways agree on.

    A code has a place for the number of its state.
    """
    states = [schools, *ways(schools)]
    with TemporaryDirectory() as folder:
        found = judged(Path(folder), text, rows_of(states))
    for code in codes:
        known, *after = [found.value(code.format(at), DETERMINATION) for at in range(len(states))]
        assert None not in after
        assert known == (after[0] if len({*after}) == 1 else None)


@settings(max_examples=40 * EFFORT, deadline=None)
@given(st.sampled_from(["lowest", "highest"]), st.sampled_from([5, 20, 50, 60, 99]), st.booleans(), SCHOOLS)
def test_a_rank_is_known_if_it_is_the_same_whatever_is_unknown(
    end: str, percent: int, meant: bool, schools: Sequence[Known]
) -> None:
    text = RANKED.format(f"{end} {percent}", MEANT if meant else "")
    assert_exact(text, schools, *(f"S{{}}.{school}" for school in range(len(schools))))


@settings(max_examples=40 * EFFORT, deadline=None)
@given(st.sampled_from(ASKED), st.sampled_from(["at least", "above", "at most", "below"]), SCHOOLS)
@example(ASKED[3], "at least", [(6, "")])
@example(ASKED[1], "above", [(6, "")])
def test_a_comparison_is_known_if_it_is_the_same_whatever_is_unknown(
    asked: str, operator: str, schools: Sequence[Known]
) -> None:
    text = f"for counties\n  K: {asked.format(operator)} → Assistance\n  otherwise → No Assistance\n"
    assert_exact(text, schools, "C{}")


def test_what_is_known_of_a_bound_is_known_of_a_measure_that_is_the_bound() -> None:
    text = (
        "for counties\n  measure bound = 40th percentile of graduates over schools\n"
        "for schools\n  L: graduates is at most bound of the county → CSI\n  otherwise → None\n"
    )
    schools = [(number, 20) for number in (2, 4, 6, 8, "")]
    assert_exact(text, schools, *(f"S{{}}.{school}" for school in range(len(schools))))


VALUES: Final = st.lists(st.integers(-3, 3).map(Fraction), max_size=4)
COMBINED: Final = st.sampled_from([Aggregate.HIGHEST, Aggregate.LOWEST]) | st.builds(
    Ranked, st.sampled_from([1, 20, 34, 50, 75, 99]).map(Fraction), st.booleans()
)


@settings(max_examples=100 * EFFORT, deadline=None)
@given(COMBINED, VALUES, VALUES, st.integers(0, 2))
def test_a_range_has_the_lowest_and_the_highest_of_all_numbers_that_may_be_made(
    how: Aggregate | Ranked, sure: list[Fraction], possible: list[Fraction], unknown: int
) -> None:
    beyond = Fraction(100)
    anything = [None, -beyond, beyond, *(Fraction(one, 2) for one in range(-8, 9))]
    found = set[Value]()
    for there in product([True, False], repeat=len(possible)):
        known = [*sure, *(one for one, is_in in zip(possible, there, strict=True) if is_in)]
        for more in combinations_with_replacement(anything, unknown):
            made = Values([*known, *(one for one in more if one is not None)]).made(how)
            assert not isinstance(made, Range)
            found.add(made)
    numbers = [one for one in found if isinstance(one, Fraction)]
    ends = [None if abs(one) == beyond else one for one in (min(numbers), max(numbers))] if numbers else [None, None]
    may_be = Range(ends[0], ends[1], may_be_absent=None in found).settled() if numbers else None
    assert Values(sure, possible, unknown).made(how) == may_be


@settings(max_examples=200 * EFFORT, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_a_number_and_a_share_have_the_ranges_of_all_counts_that_may_be(counts: list[int]) -> None:
    shares, numbers = set[Value](), set[Value]()
    ways: list[list[bool | None]] = [[True], [False], [True, False], [True, None], [False, None], [True, False, None]]
    things = [way for way, count in zip(ways, counts, strict=True) for _ in range(count)]
    for met in product(*things[:8]):
        there = [one for one in met if one is not None]
        numbers.add(Fraction(sum(there)))
        shares.add(Fraction(sum(there), len(there)) if there else None)
    few = [min(count, max(0, 8 - sum(counts[:at]))) for at, count in enumerate(counts)]
    for made, found in ((number_of(few), numbers), (share_of(few), shares)):
        known = [one for one in found if isinstance(one, Fraction)]
        whole = Range(min(known), max(known), may_be_absent=None in found).settled() if known else None
        assert made == whole


# ---- what is said of it ----


def state(*numbers: int | str) -> list[dict[str, object]]:
    return rows_of([[(number, 20) for number in numbers]])


def needed(found: Judged, code: str) -> list[str]:
    return [one.what for one in missing_facts(found.by_code[code], DETERMINATION)]


def test_those_whose_numbers_stand_in_the_way_are_named_and_many_are_counted(tmp_path: Path) -> None:
    rules = RANKED.format("lowest 40", "")
    one = judged(tmp_path, rules, state(1, 2, 3, 4, ""))
    of_rank = {code: needed(one, code) for code in ("S0.0", "S0.1", "S0.2", "S0.4")}
    assert of_rank == {"S0.0": [], "S0.1": ["graduates of S0.4"], "S0.2": [], "S0.4": ["graduates"]}
    many = judged(tmp_path, rules, state(1, 2, 3, "", "", "", ""))
    assert needed(many, "S0.1") == ["graduates of 4 schools"]
    assert needed(many, "S0.3") == ["graduates", "graduates of 4 schools"]


def test_an_explanation_says_between_which_numbers_the_bound_is_and_because_of_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*numbers: int | str) -> str:
        rows = [{"year": 2023, "graduates": "", **row} for row in state(*numbers)]
        head = ["lea_code", "kind", "belongs_to", "graduates", "year"]
        write_table(tmp_path / "rows.csv", head, [[str(row[one]) for one in head] for row in rows])
        assert run(["explain", "2023.rules", "--records", "rows.csv", "--lea", "S0.1"]) == 0
        return capsys.readouterr().out

    rules_in(tmp_path, RANKED.format("lowest 40", ""))
    monkeypatch.chdir(tmp_path)
    assert "1 to 2; unknown: S0.4" in said(1, 2, 3, 4, "")
    assert "graduates of S0.4 in 2023" in said(1, 2, 3, 4, "")
    assert "3 or less; unknown: S0.3, S0.4, S0.5 and 1 more" in said(1, 2, 3, "", "", "", "")


def test_a_quantity_and_a_share_of_the_same_things_are_known_alike() -> None:
    for counts in product(range(3), repeat=6):
        share = share_of(counts)
        low = share.lowest if isinstance(share, Range) else share
        is_half = not (isinstance(share, Range) and share.may_be_absent) and low is not None and low >= Fraction(1, 2)
        assert (Quantity(Amount.PERCENT, 50).verdict(counts) is True) is is_half
