"""Writes a report as a folder of HTML files, one for the state or county at a glance and one for each LEA; signs it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import field, frozen

from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.data.scan import sha256_of_file
from rulelang.diagnostics.catalogue import records as records_say
from rulelang.diagnostics.catalogue import run as say
from rulelang.engine.determination import Determination
from rulelang.report.county_map import county_map
from rulelang.report.glance import Glance, among, called_on, glance
from rulelang.report.language import ENGLISH, Language
from rulelang.report.lea_page import LeaPage, SmallestWay, lea_page
from rulelang.report.letters import letters_from
from rulelang.report.page_record import PageRecord
from rulelang.report.pdf import pdf_pages
from rulelang.report.rendering import page_templates
from rulelang.report.slides import slides
from rulelang.report.theme import PLAIN, Theme
from rulelang.report.workbook import list_columns, write_workbook

INDEX = "index.html"
WORKBOOK = "list.xlsx"
LETTERS = "letters"
SLIDES = "slides.pptx"
LEAS = "lea"
SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.sig"


@frozen
class Wanted:
    """The parts of a report besides its pages, and what the pages are made with.

    `letters` is a Word template, `pdf` asks for the page of each LEA as PDF too, `slides` for slides of the first.
    `outlines` are those of counties, for the map; `theme` is the office's name and logo. `by_old_rules` has the results
    of the previous year's rules on the same data, by the code of the LEA, `ways` the smallest way out of its
    determination, for those that have one. `record` says how the pages were made; each of them carries it.
    """

    language: Language = ENGLISH
    letters: Path | None = None
    pdf: bool = False
    slides: bool = False
    outlines: Path | None = None
    theme: Theme = PLAIN
    record: PageRecord | None = None
    by_old_rules: Mapping[str, Determination] = field(factory=dict, repr=False)
    ways: Mapping[str, SmallestWay] = field(factory=dict, repr=False)


PAGES_ALONE: Final = Wanted()


def write_site(  # what to write, where, and how
    folder: Path,
    ruleset: Ruleset,
    determinations: Sequence[Determination],
    wanted: Wanted = PAGES_ALONE,
    *,
    version: str,
    replace: bool = False,
) -> Path:
    """Write the pages into a folder and return the first; the same results give the same bytes.

    Where the vocabulary describes the layout of published lists, a workbook in that layout is beside them.
    Raises DataError if the first page is there already and is not to be replaced, the folder cannot be written, or
    the template is none; of a template that is none, before anything is written.
    """
    first = folder / INDEX
    if first.exists() and not replace:
        raise DataError(say.file_exists(str(first)))
    made = report_files(ruleset, determinations, wanted, version)
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


def report_files(
    ruleset: Ruleset, determinations: Sequence[Determination], wanted: Wanted, version: str
) -> dict[str, bytes]:
    """Return the files of a report by their names in its folder, all but the workbook; DataError as `write_site`."""
    language, theme = wanted.language, wanted.theme
    asked = [(one, one.record.code) for one in determinations]
    pages = [lea_page(one, language, wanted.by_old_rules.get(code), wanted.ways.get(code)) for one, code in asked]
    seen = glance(pages, ruleset.vocabulary, language)
    made = _pages(ruleset, pages, seen, version, wanted)
    if wanted.letters is not None:
        letters = letters_from(wanted.letters, ruleset, pages, language)
        made |= {f"{LETTERS}/{name}": content for name, content in letters.items()}
    if wanted.slides:
        made[SLIDES] = slides(ruleset, seen, pages, language)
    if wanted.pdf:
        files = pdf_pages(ruleset, pages, version, language, theme)
        made |= {f"{LEAS}/{name}": content for name, content in files.items()}
    return made


def _pages(ruleset: Ruleset, pages: Sequence[LeaPage], seen: Glance, version: str, wanted: Wanted) -> dict[str, bytes]:
    """Return the pages by their names in the folder; they lead to the workbook, and to PDF files, where these are."""
    render = page_templates(ruleset, version, wanted.language, wanted.theme)
    record = wanted.record.as_text() if wanted.record is not None else ""
    entity, entities = called_on(pages, ruleset, wanted.language)
    first = {
        "file": INDEX,
        "record": record,
        "glance": seen,
        "entity": entity,
        "entities": entities,
        "among": lambda outcome: among(pages, ruleset, outcome, wanted.language),
        "map": county_map(wanted.outlines, seen),
        "pages": sorted(pages, key=lambda page: (page.is_otherwise, page.name.casefold())),
        "workbook": WORKBOOK if list_columns(ruleset) else None,
        "place": _place,
        "home": INDEX,
    }
    made = {INDEX: render("index.html", first)}
    for page in pages:
        values = {"page": page, "home": f"../{INDEX}", "pdf": wanted.pdf, "file": _place(page), "record": record}
        made[_place(page)] = render("lea.html", values)
    return {name: text.encode() for name, text in made.items()}


def _place(page: LeaPage) -> str:
    return f"{LEAS}/{page.code}.html"


# ---- signing ----


def sign_folder(folder: Path, key: Path) -> Path:
    """Write the checksums of all files of a folder and sign them with an SSH key; return the signature.

    The checksums are in the format of `sha256sum`. Raises DataError, and leaves no signature, if the signing program is
    missing or refuses the key.
    """
    (folder / SIGNATURE).unlink(missing_ok=True)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = (f"{sha256_of_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    program = shutil.which("ssh-keygen")
    if program is None:
        raise DataError(say.cannot_sign(str(key), "the program ssh-keygen is not installed"))
    asked = [program, "-q", "-Y", "sign", "-n", "file", "-f", str(key), str(folder / SUMS)]
    done = subprocess.run(asked, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - a list
    if done.returncode or not (folder / SIGNATURE).is_file():
        reason = " ".join(done.stderr.split()) or "ssh-keygen says nothing more"
        raise DataError(say.cannot_sign(str(key), reason))
    return folder / SIGNATURE
