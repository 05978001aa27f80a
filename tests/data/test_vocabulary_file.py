"""What is built by hand for these tests says of the files what the vocabulary file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.load import load_vocabulary
from rulelang.core.vocabulary import Indicator, Vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from tests.data.small import VOCABULARY

FILE = Path(__file__).resolve().parents[2] / "rulesets" / "vocabulary.rules"


@pytest.fixture(scope="module")
def declared() -> Vocabulary:
    reporter = Reporter()
    vocabulary = load_vocabulary(FILE, reporter)
    assert vocabulary is not None, [diagnostic.message for diagnostic in reporter.diagnostics]
    return vocabulary


@pytest.mark.parametrize("of", ["state", "local", "published lists"])
def test_the_layouts_are_the_same(declared: Vocabulary, of: str) -> None:
    ours, theirs = VOCABULARY.format_of(of), declared.format_of(of)
    assert ours is not None
    assert theirs is not None
    assert ours.files == theirs.files
    assert [column for column in ours.columns if column not in theirs.columns] == []
    assert (ours.keep, ours.others) == (theirs.keep, theirs.others)
    assert set(ours.left_out) == set(theirs.left_out)
    assert ours.left_out_in == theirs.left_out_in
    assert set(map(repr, ours.level_codes)) == set(map(repr, theirs.level_codes))


def test_the_words_are_the_same(declared: Vocabulary) -> None:
    assert [scale for scale in VOCABULARY.scales if scale not in declared.scales] == []
    assert VOCABULARY.derived_levels == declared.derived_levels
    assert VOCABULARY.minimum_sizes == declared.minimum_sizes
    assert VOCABULARY.priority_codes == declared.priority_codes
    assert [kind.code_pattern for kind in VOCABULARY.kinds] == [kind.code_pattern for kind in declared.kinds]
    assert [(group.codes, group.years) for group in VOCABULARY.groups] == [
        (group.codes, group.years) for group in declared.groups
    ]


@pytest.mark.parametrize("ours", VOCABULARY.indicators, ids=lambda ours: str(ours.name))
def test_the_indicators_are_the_same(declared: Vocabulary, ours: Indicator) -> None:
    theirs = declared.indicator(ours.name)
    for year in VOCABULARY.years:
        assert [one for one in ours.scales if ours.reports(one, year)] == [
            one for one in theirs.scales if theirs.reports(one, year)
        ]
    assert (ours.only_groups, ours.kind) == (theirs.only_groups, theirs.kind)
    assert (ours.in_files, ours.lower_is_better) == (theirs.in_files, theirs.lower_is_better)
