"""The handbook of a year: everything in force stands in it, and every reader can use it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.cli.show import in_force
from rulelang.compiler.effective_text import effective_data
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
