"""Writes a report: one page for the state or county at a glance, and a page for each LEA, as a folder of HTML files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import records as records_say
from rulelang.diagnostics.catalogue import run as say
from rulelang.engine.determination import Determination
from rulelang.report.lea_page import LeaPage, lea_page
from rulelang.report.letters import letters_from
from rulelang.report.list_columns import list_columns
from rulelang.report.pdf import pdf_pages
from rulelang.report.rendering import page_templates
from rulelang.report.workbook import write_workbook

INDEX = "index.html"
WORKBOOK = "list.xlsx"
LETTERS = "letters"
LEAS = "lea"


@frozen
class Glance:
    """What the first page says: how many LEAs get each determination, of all and in each county.

    `groups` are the student groups with the number of LEAs in which each meets something, most first.
    """

    counts: tuple[tuple[str, int], ...]
    counties: tuple[tuple[str, tuple[int, ...]], ...]
    groups: tuple[tuple[str, int], ...]
    total: int


def write_site(  # what to write, where, and how
    folder: Path,
    ruleset: Ruleset,
    determinations: Sequence[Determination],
    *,
    version: str,
    letters: Path | None = None,
    pdf: bool = False,
    replace: bool = False,
) -> Path:
    """Write the pages into a folder and return the first; the same results give the same bytes.

    Where the vocabulary says how published lists are laid out, a workbook in that layout lies beside them, with a Word
    template a letter for each LEA, and with `pdf` the page of each LEA as PDF.
    Raises DataError where the first page is there already and is not to be replaced, the folder cannot be written, or
    the template is none; of a template that is none, before anything is written.
    """
    first = folder / INDEX
    if first.exists() and not replace:
        raise DataError(say.results_exist(str(first)))
    pages = [lea_page(determination) for determination in determinations]
    made = _pages(ruleset, pages, version, workbook=WORKBOOK if list_columns(ruleset) else None, pdf=pdf)
    if letters is not None:
        made |= {f"{LETTERS}/{name}": content for name, content in letters_from(letters, ruleset, pages).items()}
    if pdf:
        made |= {f"{LEAS}/{name}": content for name, content in pdf_pages(ruleset, pages, version).items()}
    try:
        for name, content in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError:
        raise DataError(records_say.unwritable_file(str(folder))) from None
    if list_columns(ruleset):
        write_workbook(folder / WORKBOOK, ruleset, determinations)
    return first


def _pages(
    ruleset: Ruleset, pages: Sequence[LeaPage], version: str, *, workbook: str | None, pdf: bool
) -> dict[str, bytes]:
    """Return the pages by their names in the folder; they lead to the workbook, and to PDF files, where these are."""
    render = page_templates(ruleset, version)
    shared = {"glance": glance(pages), "pages": pages, "workbook": workbook, "place": _place}
    made = {INDEX: render("index.html", {**shared, "home": INDEX})}
    made |= {_place(page): render("lea.html", {"page": page, "home": f"../{INDEX}", "pdf": pdf}) for page in pages}
    return {name: text.encode() for name, text in made.items()}


def glance(pages: Sequence[LeaPage]) -> Glance:
    """Return the counts of the first page: determinations by how many LEAs get them, counties by name."""
    counts = Counter(page.outcome for page in pages).most_common()
    by_county = Counter((page.county, page.outcome) for page in pages)
    counties = sorted({page.county for page in pages})
    rows = tuple((county, tuple(by_county[county, outcome] for outcome, _ in counts)) for county in counties)
    groups = Counter(name for page in pages for name, _ in page.groups_met).most_common()
    return Glance(tuple(counts), rows, tuple(groups), len(pages))


def _place(page: LeaPage) -> str:
    return f"{LEAS}/{page.code}.html"
