"""Pages as PDF: each has the LEA's results, tagged for screen readers, and the same results are the same file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rulelang.engine.determination import Determination
from rulelang.report.lea_page import lea_page
from rulelang.report.pdf import pdf_pages
from rulelang.report.site import Wanted, write_site
from tests.report.test_site import read
from tests.report.test_workbook import determined

pytest.importorskip("typst", reason="typst is not installed (pip install 'rulelang[pdf]')")

__all__ = ["determined"]


def test_each_lea_has_a_tagged_file_and_its_page_leads_to_it(
    determined: Sequence[Determination], tmp_path: Path
) -> None:
    write_site(tmp_path, determined[0].ruleset, determined, Wanted(pdf=True), version="1.2.3")
    for one in determined:
        made = (tmp_path / "lea" / f"{one.record.code}.pdf").read_bytes()
        assert made.startswith(b"%PDF-")
        assert b"/MarkInfo" in made or b"/StructTreeRoot" in made
        links = [attrs.get("href") for tag, attrs in read(tmp_path / "lea" / f"{one.record.code}.html").elements]
        assert f"{one.record.code}.pdf" in links


def test_without_being_asked_for_there_are_none(determined: Sequence[Determination], tmp_path: Path) -> None:
    write_site(tmp_path, determined[0].ruleset, determined, version="1.2.3")
    assert not list(tmp_path.rglob("*.pdf"))


def test_the_same_results_are_the_same_file(determined: Sequence[Determination]) -> None:
    pages = [lea_page(one) for one in determined]
    assert pdf_pages(determined[0].ruleset, pages, "1") == pdf_pages(determined[0].ruleset, pages, "1")
