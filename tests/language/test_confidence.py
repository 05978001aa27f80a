"""Marks of confidence by years: how they are read, written, and which of them counts in a year."""

from __future__ import annotations

import pytest

from rulelang.syntax.tree.statements import Mark, marks_text, read_marks


@pytest.mark.parametrize(
    "text, marks, tidy",
    [
        ("A", (Mark("A"),), "A"),
        ("c in 2017; a From 2018 on", (Mark("C", (2017,)), Mark("A", since=2018)), "C in 2017, A from 2018 on"),
        ("A , B in 2019 and 2025", (Mark("A"), Mark("B", (2019, 2025))), "A, B in 2019 and 2025"),
        ("B in 2017,2018 and 2019", (Mark("B", (2017, 2018, 2019)),), "B in 2017, 2018 and 2019"),
        ("B from 2018 to 2020", (Mark("B", since=2018, until=2020),), "B from 2018 to 2020"),
    ],
)
def test_marks_are_read_and_written_one_way(text: str, marks: tuple[Mark, ...], tidy: str) -> None:
    assert read_marks(text) == marks
    assert marks_text(marks) == tidy
    assert read_marks(tidy) == marks


@pytest.mark.parametrize(
    "text", ["", "AB", "A B", "A in", "A in 18", "A from 2018", "A,", "in 2017", "A, in 2018", "A 2018"]
)
def test_other_words_are_no_marks(text: str) -> None:
    assert read_marks(text) == ()


@pytest.mark.parametrize(
    "mark, years",
    [
        (Mark("A"), {2017, 2018, 2019, 2020}),
        (Mark("A", (2017, 2019)), {2017, 2019}),
        (Mark("A", since=2018), {2018, 2019, 2020}),
        (Mark("A", since=2018, until=2019), {2018, 2019}),
    ],
)
def test_a_mark_counts_in_its_years(mark: Mark, years: set[int]) -> None:
    assert {year for year in range(2017, 2021) if mark.counts_in(year)} == years
