"""Last year's value of a measure: it works where the files give its numbers, and otherwise there is one message."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.facade import check

HEAD = "ruleset Levels 2019\n  uses California Dashboard Levels vocabulary\n\nfor Graduation Rate\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    words = "vocabulary Mine\n  extends California Dashboard Levels vocabulary\n"
    (tmp_path / "vocabulary.rules").write_text(words, encoding="utf-8")
    return tmp_path


def found_in(folder: Path, *measures: str) -> list[Diagnostic]:
    path = folder / "2019.rules"
    lines = "".join(f"  measure {one}\n" for one in measures)
    path.write_text(f"{HEAD}{lines}", encoding="utf-8")
    return [one for one in check(path) if one.severity.value == "error"]


def test_last_years_measure_that_the_files_do_not_give_is_one_message_at_its_words(folder: Path) -> None:
    [found] = found_in(
        folder, "slow = fifth-year graduates × fifth-year graduates ÷ students", "gain = slow − last year's slow"
    )
    assert found.code == "no-last-year"
    assert found.span is not None
    assert found.span.words == "last year's slow"
    assert "`fifth-year graduates`" in found.message
    assert found.help is not None
    assert "`sum of slow over the last 2 years − slow`" in found.help


def test_through_another_measure_it_is_one_message_too(folder: Path) -> None:
    slow = "slow = fifth-year graduates ÷ students"
    [found] = found_in(folder, slow, "slower = slow × 2", "gain = slower − last year's slower")
    assert found.span is not None
    assert found.span.words == "last year's slower"


def test_last_years_measure_of_numbers_that_the_files_give_is_fine(folder: Path) -> None:
    assert found_in(folder, "rate = graduates ÷ students, as a percent", "gain = rate − last year's rate") == []


def test_a_number_itself_is_still_named_where_it_stands(folder: Path) -> None:
    [found] = found_in(folder, "gain = graduates − last year's fifth-year graduates")
    assert found.message == "the files do not give last year's `fifth-year graduates`"
