"""Every reading that a question offers is a sentence that checks, and is not asked about again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rulelang
from rulelang.diagnostics.diagnostic import Diagnostic, Edit
from tests.language.snippets import Snippet, check
from tests.language.test_bad import GIVEN
from tests.language.test_phrasings import AROUND, REFUSED, WITHOUT_A_BASE, FoundIn, found_in
from tests.strategies.effort import effort

__all__ = ["found_in"]


def with_choice(choice: Edit) -> str:
    """Return the text of a file with a choice made."""
    text = choice.span.source.text
    return text[: choice.span.start] + choice.replacement + text[choice.span.end :]


def wrong_with(question: Diagnostic, before: list[Diagnostic], after: list[Diagnostic]) -> set[str]:
    """Return the codes that a choice brings: those that nothing else had, the question's own among them."""
    others = Counter(one.code for one in before if one is not question)
    return {*(Counter(one.code for one in after) - others)} - WITHOUT_A_BASE - ALREADY


OF_THE_LEA = (
    "any student group meets Priority 4",
    "no student group meets Priority 4",
    "every student group meets Priority 4",
    "White or Asian meets Priority 4",
    "Met on Basics",
    "Not Met on Basics or School Climate",
    "not Met on Parent Engagement",
    "1 or more priorities are met on local indicators",
    "Method 1",
    "(Method 1 or Method 2)",
)
JOINTS = ("{0} and {1}", "{0} or {1}", "{0} but not {1}", "{0}, unless {1}")
YEARS = (
    "{} in each of the last 2 years",
    "{} in 1 of the last 2 years",
    "in 1 of the last 2 years, {}",
    "{} last year",
    "{}",
)
ALREADY = frozenset({"duplicate-rule", "levels-at-once", "holds-without-level", "level-not-in-year"})
"""What may be said of a reading: that what it asks cannot be, or includes what is not rated."""


def _joined() -> Iterator[str]:
    """Yield conditions of an LEA, with years and joined in every way."""
    for years in YEARS:
        yield from (years.format(part) for part in OF_THE_LEA)
        yield from (f"not {years.format(part)}" for part in OF_THE_LEA)
        for joint in JOINTS:
            yield from (years.format(joint.format(*pair)) for pair in permutations(OF_THE_LEA, 2))


def _faults(written: str, found_in: FoundIn) -> list[str]:
    """Return each reading of a sentence that does not check."""
    found = found_in(written)
    return [
        f"{one.code}: {written}: {choice.replacement}: {wrong}"
        for one in found
        for choice in one.choices
        if (wrong := wrong_with(one, found, found_in(with_choice(choice).removeprefix(AROUND))))
    ]


@pytest.mark.parametrize("written", [written for written, _ in REFUSED])
def test_a_reading_of_a_sentence_checks(written: str, found_in: FoundIn) -> None:
    assert _faults(written, found_in) == []


@effort(100)
@given(written=st.sampled_from([*_joined()]))
@example(written="Method 1 but not Met on Basics in each of the last 2 years")
@example(written="White or Asian meets Priority 4 in each of the last 2 years")
@example(written="Method 1 and Not Met on Basics or School Climate in each of the last 2 years")
@example(written="in 1 of the last 2 years, Method 1 but not Met on Basics")
def test_a_reading_of_joined_conditions_checks(written: str, found_in: FoundIn) -> None:
    assert _faults(f"{written} → Method 3", found_in) == []


@pytest.mark.parametrize("snippet", [one for _, one in GIVEN], ids=[f"{path.stem}: {one.title}" for path, one in GIVEN])
def test_a_reading_of_a_mistake_checks(snippet: Snippet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = check(snippet)
    for one in found:
        for choice in one.choices:
            Path(choice.span.source.name).write_text(with_choice(choice), encoding="utf-8")
            assert wrong_with(one, found, rulelang.check(snippet.checked)) == set(), (one.code, choice.replacement)
            Path(choice.span.source.name).write_text(choice.span.source.text, encoding="utf-8")
