"""The handbook of a year: everything in force stands in it, and every reader can use it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.cli.show import in_force
from rulelang.compiler.effective_text import effective_data
from tests.entities.test_scholarship import RULES, WORDS_BELONGING
from tests.report.test_site import Page, read

NAMES = [one.ruleset for one in rulelang.rulesets() if one.year in (None, 2021, 2023, 2026)]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    folder = tmp_path_factory.mktemp("books")
    for name in NAMES:
        assert run(["docs", name, "--out", str(folder / name)]) == 0
    return {name: read(folder / name / "handbook.html") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_and_source_stands_in_the_handbook(name: str, books: dict[str, Page]) -> None:
    page, rules = books[name], rulelang.load(name).rules
    text = " ".join(" ".join(page.text).split())
    assert not page.wrong
    for rule in rules.rules:
        condition = rule.text.removeprefix(f"{rule.label}: ").rpartition(" → ")[0]
        assert condition in text
        assert all(source in text for source in rule.cites)
    levels = effective_data(*in_force(name))["levels"]
    assert isinstance(levels, list)
    for level in levels:
        assert " ".join(level["text"].split()) in text
        assert all(cell.strip() in text for line in level["table"] for cell in line.strip("| ").split("|"))
    assert rules.fingerprint in text


def test_the_grid_of_colors_is_colored(books: dict[str, Page]) -> None:
    classes = [attrs.get("class") for tag, attrs in books["dashboard/2023"].elements if tag == "td"]
    assert {f"level rank{rank}" for rank in range(1, 6)} <= set(classes)
    assert not any(
        "rank" in (name or "") for tag, attrs in books["assistance/2023"].elements if (name := attrs.get("class"))
    )


def test_every_table_has_a_caption_and_headers(books: dict[str, Page]) -> None:
    for page in books.values():
        tags = [tag for tag, _ in page.elements]
        assert tags.count("table") == tags.count("caption")
        assert all(attrs.get("scope") for tag, attrs in page.elements if tag == "th")
        headings = [int(tag[1]) for tag in tags if tag in ("h1", "h2", "h3")]
        assert headings[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(headings))


def test_a_handbook_is_not_written_over_and_is_the_same_each_time(tmp_path: Path) -> None:
    line = ["docs", "assistance/2023", "--out", str(tmp_path)]
    assert run(line) == 0
    first = (tmp_path / "handbook.html").read_bytes()
    assert run(line) == 2
    assert run([*line, "--force"]) == 0
    assert (tmp_path / "handbook.html").read_bytes() == first


def test_only_rules_that_are_based_on_others_change_something(tmp_path: Path, books: dict[str, Page]) -> None:
    assert run(["docs", "assistance/2017", "--out", str(tmp_path)]) == 0
    first = " ".join((tmp_path / "handbook.html").read_text(encoding="utf-8").split())
    assert "What changes from" not in first
    assert "None" not in first
    assert "What changes from 2019" in " ".join(books["assistance/2023"].text)


def test_measures_say_whose_they_are(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(WORDS_BELONGING, encoding="utf-8")
    of_applicants = "for applicants\n  measure age of letter = 2026-01-01 − born\n"
    (tmp_path / "2023.rules").write_text(f"ruleset Test 2023\n{RULES}\n{of_applicants}", encoding="utf-8")
    assert run(["docs", str(tmp_path / "2023.rules"), "--out", str(tmp_path)]) == 0
    page = read(tmp_path / "handbook.html")
    text = " ".join(" ".join(page.text).split())
    assert not page.wrong
    of_kind = text.index("Measures (for applicants)"), text.index("Measures (for households)")
    assert of_kind[0] < text.index("measure age of letter") < of_kind[1] < text.index("measure income a head")
    assert "For every indicator" not in text
    assert run(["docs", "graduation/options", "--out", str(tmp_path / "options")]) == 0
    options = " ".join(" ".join(read(tmp_path / "options" / "handbook.html").text).split())
    assert "Measures measure four-year graduation rate" in options
