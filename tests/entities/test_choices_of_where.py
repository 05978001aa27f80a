"""Conditions after `where`, with years: each reading that is offered is accepted, or leads to one that is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from rulelang.compiler.load import load_ruleset
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, Severity
from tests.entities.test_yes_or_no import VOCABULARY

BEFORE = """ruleset Schools {year}
  uses Schools vocabulary

for schools
  A: Title I is yes and students is 30 or more → CSI
  B: not (first time is no) → TSI
  otherwise → None

for districts
  D: """
AFTER = " → Aided\n"
MOST_QUESTIONS = 4

QUANTITIES = ("2 or more schools", "any school", "no school", "every school", "not any school")
JOINTS = ("and", "or", "but not")
OTHERS = ("students is 30 or more", "CSI", "any school is TSI")
YEARS = ("", " in 1 of the last 2 years", " in each of the last 2 years", " last year")
SENTENCES = [
    f"{quantity} where Title I is yes {joint} {other}{years}"
    for quantity, (joint, other), years in product(QUANTITIES, product(JOINTS, OTHERS), YEARS)
]
IN_YEARS_FIRST = "in each of the last 2 years, 2 or more schools where Title I is yes and CSI"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (folder / "2024.rules").write_text(f"{BEFORE.format(year=2024)}2 or more schools are CSI{AFTER}", encoding="utf-8")
    return folder


def errors(folder: Path, condition: str) -> list[Diagnostic]:
    """Return what refuses a condition of districts."""
    path, reporter = folder / "2025.rules", Reporter()
    path.write_text(BEFORE.format(year=2025) + condition + AFTER, encoding="utf-8")
    load_ruleset(path, reporter)
    return [one for one in reporter.diagnostics if one.severity is Severity.ERROR]


def chosen(condition: str, question: Diagnostic) -> Iterator[str]:
    """Yield a condition in each way that a question offers."""
    start = len(BEFORE.format(year=2025))
    for one in question.choices:
        yield condition[: one.span.start - start] + one.replacement + condition[one.span.end - start :]


def settled(folder: Path, condition: str, most: int = MOST_QUESTIONS) -> Iterator[str]:
    """Yield what a condition comes to by each row of choices; AssertionError if one leads nowhere."""
    found = errors(folder, condition)
    if not found:
        yield condition
        return
    question = next((one for one in found if one.choices), None)
    assert question is not None, (condition, [(one.code, one.message) for one in found])
    assert most > 0, condition
    for one in chosen(condition, question):
        yield from settled(folder, one, most - 1)


@pytest.mark.parametrize("sentence", [*SENTENCES, IN_YEARS_FIRST])
def test_every_choice_leads_to_a_sentence_that_is_accepted(sentence: str, folder: Path) -> None:
    assert [*settled(folder, sentence)]


WHERE = "2 or more schools where"


@pytest.mark.parametrize(
    "sentence, readings",
    [
        (f"{WHERE} Title I is yes and CSI", [f"{WHERE} (Title I is yes and CSI)"]),
        (
            f"{WHERE} Title I is yes and CSI and any school is TSI",
            [
                f"{WHERE} (Title I is yes and CSI) and any school is TSI",
            ],
        ),
        (
            f"{WHERE} Title I is yes and CSI last year",
            [f"{WHERE} (Title I is yes and (CSI last year))", f"{WHERE} (Title I is yes and CSI) last year"],
        ),
        (
            f"{WHERE} Title I is yes and any school is TSI last year",
            [
                f"{WHERE} Title I is yes and (any school is TSI last year)",
                f"({WHERE} Title I is yes and any school is TSI) last year",
            ],
        ),
        (IN_YEARS_FIRST, [f"in each of the last 2 years, {WHERE} (Title I is yes and CSI)"]),
    ],
)
def test_what_follows_where_is_offered_only_as_it_can_be_meant(
    sentence: str, readings: list[str], folder: Path
) -> None:
    [question] = errors(folder, sentence)
    assert [*chosen(sentence, question)] == readings


def test_mistakes_about_other_years_are_not_reported_of_a_reading_that_is_only_tried(folder: Path) -> None:
    assert [one.code for one in errors(folder, f"{WHERE} Title I is yes and CSI last year")] == ["loose-where"]


@pytest.mark.parametrize("condition", ["CSI", "CSI last year", "CSI in each of the last 2 years"])
def test_an_outcome_of_other_entities_alone_is_refused_in_whatever_years(condition: str, folder: Path) -> None:
    assert [one.code for one in errors(folder, condition)] == ["undecided-outcome"]
