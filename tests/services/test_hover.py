from __future__ import annotations

import pytest

from rulelang.services.hover import hover
from rulelang.services.places import Position, Range
from rulelang.syntax.keywords import KEYWORDS, MEANINGS
from tests.docs.test_language_reference import TABLE
from tests.services.texts import HEADER, YEAR, opened, shipped


def said(text: str) -> str:
    workspace, position = opened(HEADER + text)
    found = hover(workspace, YEAR, position)
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "R¦ed on ELA → Priority 4",
            "**Red**: level of color\n\nFrom worst to best: Red, Orange, Yellow, Green, Blue.",
        ),
        ("Red on E¦LA → Priority 4", "state indicator of student groups"),
        ("Red on ELA → Pri¦ority 4", "Pupil Achievement."),
        ("for charter sch¦ools", "**charter school**: kind of LEA"),
        ("expect L¦TEL meets Priority 4", "There is such a group 2024 on."),
        ("Red o¦n ELA → Priority 4", "`on`: between a level and its indicators"),
        ("Very H¦igh on Suspension Rate → Priority 6", "The other way round on Chronic Absenteeism, Suspension Rate"),
        (
            'for ELA\n  bands Status\n    because "as printed"\n    | High | Very L¦ow |\n    | 5 or more | below 5 |',
            "**Very Low**: level of Status",
        ),
        ("replace 4¦d: Red on ELPI → Priority 4", "**4d** from 2025 on (rulesets/assistance/2025.rules:10): Red or"),
        ("remove D¦A", "**Differentiated Assistance**"),
        ('remove examples "County offices h¦ave no EC 52071(f)"', "An example of 2025"),
    ],
)
def test_a_word_says_what_it_means(text: str, expected: str) -> None:
    assert expected in said(text)


def test_a_rule_tells_what_it_was_in_each_year() -> None:
    path, text = shipped("assistance/2025")
    workspace, position = opened(text.replace("replace 4c:", "replace 4¦c:"), path)
    found = hover(workspace, path, position)
    assert found is not None
    told = [line for line in found.text.split("\n\n") if line.startswith("**4c**")]
    assert [line.partition(":")[0] for line in told] == [
        "**4c** in this file",
        "**4c** from 2024 on (rulesets/assistance/2024.rules",
        "**4c** from 2023 on (rulesets/assistance/2023.rules",
        "**4c** from 2019 on (rulesets/assistance/2019.rules",
    ]
    assert told[-1].endswith(":6): Very Low on ELPI for English Learners only → Priority 4")
    assert found.range == Range(Position(8, 10), Position(8, 12))


def test_a_measure_tells_how_it_is_worked_out() -> None:
    path, text = shipped("dashboard/2019")
    workspace, position = opened(text.replace("add measure four-year rate", "add measure four-y¦ear rate"), path)
    found = hover(workspace, path, position)
    assert found is not None
    assert "(graduates − fifth-year graduates) ÷ (students − fifth-year graduates), as a percent" in found.text


@pytest.mark.parametrize("text", ["Red on ELA ¦→ Priority 4", "# R¦ed", "¦", "blorf¦le"])
def test_where_nothing_stands_nothing_is_said(text: str) -> None:
    assert said(text) == ""


def test_a_broken_sentence_still_says_what_its_words_mean() -> None:
    assert "level of color" in said("oops R¦ed Red onn ELA →→")


@pytest.mark.parametrize("terminal", KEYWORDS)
def test_a_keyword_means_what_the_reference_says(terminal: str) -> None:
    spellings = ", ".join(f"`{one}`" for one in KEYWORDS[terminal])
    assert f"| {spellings} | {MEANINGS[terminal]} |" in TABLE
