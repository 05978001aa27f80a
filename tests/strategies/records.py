"""Records of LEAs with anything in them: also levels, groups and indicators that the vocabulary does not know."""

from __future__ import annotations

from collections.abc import Sequence

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
