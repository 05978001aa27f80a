"""The page of an entity has the measures that the rules work out for it, and how they were worked out."""

from __future__ import annotations

import pytest

from rulelang.cli.program import run
from tests.entities.test_scholarship import RULES, WORDS_BELONGING
from tests.report.test_site import Page, read

ROWS = """\
household_code,kind,belongs_to,year,income,people at home,born,program
H1,household,,2023,"$39,000",4,,
H2,household,,2023,unknown,4,,
A1,applicant,H1,2023,,,2005-07-01,Nursing
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    folder = tmp_path_factory.mktemp("report")
    rules = RULES.replace("for households\n  measure paid", "for households\n  otherwise → Refused\n  measure paid")
    (folder / "vocabulary.rules").write_text(WORDS_BELONGING, encoding="utf-8")
    (folder / "2023.rules").write_text(f"ruleset Test 2023\n{rules}", encoding="utf-8")
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    line = ["report", str(folder / "2023.rules"), "--records", str(folder / "rows.csv"), "--out", str(folder / "out")]
    assert run(line) == 0
    return {code: read(folder / "out" / "lea" / f"{code}.html") for code in ("H1", "H2", "A1")}


def shown(page: Page) -> str:
    return " ".join(" ".join(page.text).split())


def test_the_measures_of_an_entity_stand_on_its_page(pages: dict[str, Page]) -> None:
    assert "Measure Value income a head $9,750 award $5,000 paid $5,000 " in shown(pages["H1"])
    assert "Measure Value income a head cannot tell award cannot tell paid $0 " in shown(pages["H2"])
    assert not any(page.wrong for page in pages.values())


def test_a_page_says_how_measures_were_worked_out(pages: dict[str, Page]) -> None:
    text = shown(pages["H1"])
    assert "income a head $9,750 → $5,000" in text
    assert "not in the data: income" in shown(pages["H2"])
    assert ".rules:" not in text
    assert not any(tag == "li" for tag, _ in pages["H1"].elements), "otherwise has nothing under it"


def test_an_entity_of_which_the_rules_measure_nothing_has_no_measures(pages: dict[str, Page]) -> None:
    assert "Measure" not in shown(pages["A1"])
    assert "Born: July 1, 2005" in shown(pages["A1"]) or "born: July 1, 2005" in shown(pages["A1"])
