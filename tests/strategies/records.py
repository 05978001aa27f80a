"""Records of LEAs with anything in them: also levels, groups and indicators that the vocabulary does not know."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from rulelang.core.record import LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.core.vocabulary import Vocabulary


def records(vocabulary: Vocabulary, years: Sequence[int]) -> st.SearchStrategy[LeaRecord]:
    """Return records with facts of some of the years."""
    levels = [level for scale in vocabulary.scales for level in scale.levels]
    names = [indicator.name for indicator in vocabulary.indicators]
    indicators = st.sampled_from([*names, "Attendance"])
    keys = st.tuples(indicators, st.sampled_from([*(scale.name for scale in vocabulary.scales), "number"]))
    readings = st.builds(Reading, st.sampled_from([*levels, None, "Purple", ""]))
    fields = st.dictionaries(keys, readings, max_size=8)
    groups = st.sampled_from([*(group.name for group in vocabulary.groups), "Athletes"])
    numbers = st.frozensets(st.integers(1, 12), max_size=4)
    outcomes = st.frozensets(st.sampled_from([outcome.name for outcome in vocabulary.outcomes]), max_size=3)
    published = st.builds(PublishedFacts, st.dictionaries(groups, numbers, max_size=3), outcomes, outcomes)
    facts = st.builds(
        YearFacts,
        groups=st.dictionaries(groups, fields, max_size=5),
        lea=fields,
        silent=st.frozensets(indicators),
        published=st.none() | published,
        group_count=st.none() | st.integers(0, 20),
    )
    kinds = st.sampled_from([*(kind.name for kind in vocabulary.kinds), "state agency"])
    by_year = st.dictionaries(st.sampled_from([*years, 1999]), facts, max_size=len(years))
    return st.builds(LeaRecord, code=st.just("1"), name=st.just(""), county=st.just(""), kind=kinds, years=by_year)


def counted_records(vocabulary: Vocabulary, years: Sequence[int]) -> st.SearchStrategy[LeaRecord]:
    """Return records of counts and points, with at most 3 decimals, of some years; a few of them with levels."""
    thousandths = st.integers(-30_000, 300_000).map(lambda number: Fraction(number, 1000))
    values = st.none() | st.integers(-20, 400).map(Fraction) | st.integers(0, 60).map(Fraction) | thousandths
    keys = [
        (indicator.name, name)
        for indicator in vocabulary.indicators
        for number in vocabulary.numbers_of(indicator.name)
        for name in number.names
    ]
    of_lea = [("", name) for number in vocabulary.numbers_of("") for name in number.names]
    groups = st.sampled_from([group.name for group in vocabulary.groups])
    numbers = st.builds(Reading, values)

    def some(named: Sequence[tuple[str, str]]) -> st.SearchStrategy[dict[tuple[str, str], Reading]]:
        return st.lists(numbers, min_size=len(named), max_size=len(named)).map(
            lambda found: {key: one for key, one in zip(named, found, strict=True) if one.level != 0}
        )

    facts = st.builds(
        YearFacts,
        groups=st.dictionaries(groups, some(keys), max_size=3),
        lea=some(of_lea),
        silent=st.frozensets(st.sampled_from([indicator.name for indicator in vocabulary.indicators])),
    )
    kinds = st.sampled_from([kind.name for kind in vocabulary.kinds])
    by_year = st.dictionaries(st.sampled_from(list(years)), facts, min_size=1, max_size=len(years))
    return st.builds(LeaRecord, code=st.just("1"), name=st.just(""), county=st.just(""), kind=kinds, years=by_year)
