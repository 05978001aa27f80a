"""Themes: an office's name, logo and style are on every page, and a folder that is none is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rulelang.data.report import DataError
from rulelang.engine.determination import Determination
from rulelang.report.lea_page import lea_page
from rulelang.report.pdf import pdf_pages
from rulelang.report.site import Wanted, write_site
from rulelang.report.theme import LARGEST, OFFICE, read_theme
from tests.report.test_site import read
from tests.report.test_workbook import determined

__all__ = ["determined"]

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "theme"
    made.mkdir()
    (made / OFFICE).write_text("Monterey County <Office>\n", encoding="utf-8")
    (made / "logo.svg").write_text(LOGO, encoding="utf-8")
    (made / "style.css").write_text(":root { --link: #123456; } /* </style> */", encoding="utf-8")
    return made


def test_every_page_has_the_logo_in_words_and_the_style(
    folder: Path, determined: Sequence[Determination], tmp_path: Path
) -> None:
    write_site(tmp_path / "pages", determined[0].ruleset, determined, Wanted(theme=read_theme(folder)), version="1")
    paths = list((tmp_path / "pages").rglob("*.html"))
    assert len(paths) == 1 + len(determined)
    for path in paths:
        page = read(path)
        [logo] = [attrs for tag, attrs in page.elements if tag == "img"]
        assert logo["alt"] == "Monterey County <Office>"
        assert (logo["src"] or "").startswith("data:image/svg+xml;base64,")
        text = path.read_text(encoding="utf-8")
        assert text.index("--link: #123456") > text.index("--link: #0b4f9e")
        assert text.count("</style>") == 1


def test_without_a_logo_the_name_of_the_office_is_there(
    folder: Path, determined: Sequence[Determination], tmp_path: Path
) -> None:
    (folder / "logo.svg").unlink()
    write_site(tmp_path / "pages", determined[0].ruleset, determined, Wanted(theme=read_theme(folder)), version="1")
    page = read(tmp_path / "pages" / "index.html")
    assert "Monterey County <Office>" in page.text
    assert "img" not in {tag for tag, _ in page.elements}


def test_the_logo_is_in_pdf_files_too(folder: Path, determined: Sequence[Determination]) -> None:
    pytest.importorskip("typst", reason="typst is not installed (pip install 'rulelang[pdf]')")
    pages, rules = [lea_page(determined[0])], determined[0].ruleset
    [with_logo] = pdf_pages(rules, pages, "1", theme=read_theme(folder)).values()
    [plain] = pdf_pages(rules, pages, "1").values()
    assert b"/Figure" in with_logo or len(with_logo) > len(plain)
    assert with_logo != plain


@pytest.mark.parametrize(
    "keep, said", [((), "has none of the files"), (("logo.svg",), "no words for people who cannot see it")]
)
def test_a_folder_that_is_no_theme_is_refused(keep: tuple[str, ...], said: str, folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in keep:
            path.unlink()
    with pytest.raises(DataError, match=said):
        read_theme(folder)


def test_what_is_no_text_or_too_large_is_refused(folder: Path) -> None:
    (folder / "style.css").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="no text in UTF-8"):
        read_theme(folder)
    (folder / "style.css").write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(DataError, match="larger than 2 MB"):
        read_theme(folder)
