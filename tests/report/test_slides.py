"""Slides of a report: they have the counts, who moved and who decides, and go on where a table is long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve

from rulelang.engine.determination import Determination
from rulelang.report.glance import glance
from rulelang.report.language import ENGLISH
from rulelang.report.lea_page import lea_page
from rulelang.report.site import SLIDES, Wanted, write_site
from rulelang.report.slides import ROWS, slides
from tests.report.test_site import listed
from tests.report.test_workbook import determined

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed (pip install 'rulelang[slides]')")

__all__ = ["determined"]


def shown(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Return the title of each slide, with its table."""
    deck = pptx.Presentation(path)
    tables = [[shape.table for shape in slide.shapes if shape.has_table] for slide in deck.slides]
    return [
        (slide.shapes.title.text, [[cell.text for cell in row.cells] for table in some for row in table.rows])
        for slide, some in zip(deck.slides, tables, strict=True)
    ]


def test_slides_have_the_counts_and_who_decides(determined: Sequence[Determination], tmp_path: Path) -> None:
    write_site(tmp_path, determined[0].ruleset, determined, Wanted(slides=True), version="1")
    titles = dict(shown(tmp_path / SLIDES))
    assert next(iter(titles)) == "Differentiated Assistance 2023"
    assert titles["Determination"][1:] == [
        ["Differentiated Assistance", "1", "50%"],
        ["General Assistance", "1", "50%"],
    ]
    assert titles["Differentiated Assistance"][1:] == [["Some Unified", "White"]]


def test_who_moved_is_there_and_a_long_table_goes_on(determined: Sequence[Determination], tmp_path: Path) -> None:
    record = determined[0].record
    moved = evolve(record, years={**record.years, 2022: listed("General Assistance")})
    one = evolve(determined[0], record=moved)
    pages = [lea_page(evolve(one, record=evolve(moved, code=str(number)))) for number in range(ROWS + 1)]
    (tmp_path / SLIDES).write_bytes(slides(one.ruleset, glance(pages, one.ruleset.vocabulary), pages, ENGLISH))
    of_move = [table for title, table in shown(tmp_path / SLIDES) if title.startswith("From General Assistance to")]
    assert [len(table) for table in of_move] == [7, 6]
    assert "White newly meets Priorities 4 and 6" in of_move[0][1][1]


def test_shares_are_rounded_to_the_nearest_percent(determined: Sequence[Determination], tmp_path: Path) -> None:
    pages = [lea_page(one) for one in (determined[0], determined[1], determined[1])]
    ruleset = determined[0].ruleset
    (tmp_path / SLIDES).write_bytes(slides(ruleset, glance(pages, ruleset.vocabulary), pages, ENGLISH))
    [counts] = [table for title, table in shown(tmp_path / SLIDES) if title == "Determination"]
    assert [row[2] for row in counts[1:]] == ["33%", "67%"]


def test_the_same_results_are_the_same_slides(determined: Sequence[Determination]) -> None:
    pages = [lea_page(one) for one in determined]
    seen, rules = glance(pages, determined[0].ruleset.vocabulary), determined[0].ruleset
    assert slides(rules, seen, pages, ENGLISH) == slides(rules, seen, pages, ENGLISH)
