"""Makes slides of the first page of a report: counts, what changed, student groups, and who has the determination."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rulelang.core.ruleset import Ruleset
from rulelang.data.libraries import needed
from rulelang.data.write import undated
from rulelang.report.glance import Glance, among, called_on
from rulelang.report.language import Language, not_in_force, rules_called
from rulelang.report.lea_page import LeaPage

ROWS: Final = 10
"""The most rows of a table on a slide; a longer table continues on the next."""

INCH: Final = 914_400
POINT: Final = 12_700
"""The units of slides in an inch, and in a point."""

LONG: Final = 90
"""The fewest characters of a text that is set smaller."""

Table = Sequence[Sequence[str]]


def slides(ruleset: Ruleset, seen: Glance, pages: Sequence[LeaPage], language: Language) -> bytes:
    """Return the slides as a PowerPoint file; the same results give the same bytes.

    Raises DataError if the library that writes it is not installed.
    """
    with needed("write slides", "python-pptx"):
        from pptx import Presentation  # noqa: PLC0415 - an extra, which only this needs
    deck: Any = Presentation()
    title, notice = rules_called(ruleset, language), not_in_force(ruleset, language)
    deck.core_properties.title, deck.core_properties.author = title, "rulelang"
    deck.core_properties.language = language.code
    names = called_on(pages, ruleset, language)
    _add_title(deck, title, "\n".join(filter(None, (_about(names[1], seen, language), notice))))
    totals = {outcome: among(pages, ruleset, outcome, language)[0] for outcome, _ in seen.counts}
    for heading, table in _tables(names, seen, totals, pages, language):
        header, rows = table[0], table[1:]
        parts = -(-len(rows) // ROWS)
        each = -(-len(rows) // parts) if parts else ROWS  # about as many on each slide, not one row on the last
        for start in range(0, len(rows), each):
            _add_table(deck, heading, [header, *rows[start : start + each]])
    for slide in [*deck.slides][1:] if notice else ():
        _add_foot(slide, f"{title} {notice}")
    return undated(deck.save)


def _about(entities: str, seen: Glance, language: Language) -> str:
    counties = [county for county, _ in seen.counties if county]
    where = [language.say("{county} County", county=counties[0])] if len(counties) == 1 else []
    return " · ".join([*where, f"{seen.total:,} {entities}"])


def _tables(
    names: tuple[str, str], seen: Glance, totals: Mapping[str, int], pages: Sequence[LeaPage], language: Language
) -> Iterator[tuple[str, Table]]:
    """Yield what each slide or run of slides shows: its title, and a table whose first row is the header."""
    said, (entity, entities) = language.say, (name[:1].upper() + name[1:] for name in names)
    counts = [(name, f"{number:,}", f"{(200 * number // totals[name] + 1) // 2}%") for name, number in seen.counts]
    yield said("Determination"), [(said("Determination"), entities, said("Share")), *counts]
    for move in seen.since.moves if seen.since is not None else ():
        heading = said("From {before} to {now}", before=language.name(move.before), now=move.now)
        yield heading, [(entity, said("What changed")), *((page.name, page.why_moved) for page in move.pages)]
    if seen.groups:
        groups = [(name, f"{number:,}") for name, number in seen.groups]
        yield said("By student group"), [(said("Student group"), entities), *groups]
    for outcome, _ in seen.counts:
        some = [page for page in pages if page.outcome == outcome and page.decided_by]
        if some:
            rows = [(page.name, ", ".join(one.name for one in page.decided_by)) for page in some]
            yield outcome, [(entity, said("The student groups that decide it")), *rows]


def _add_title(deck: Any, title: str, about: str) -> None:  # noqa: ANN401 - a library without types
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = title
    if len(title) > LONG // 2:
        slide.shapes.title.text_frame.paragraphs[0].font.size = 32 * POINT
    slide.placeholders[1].text = about


def _add_foot(slide: Any, text: str) -> None:  # noqa: ANN401 - as above
    box = slide.shapes.add_textbox(INCH // 2, 69 * INCH // 10, 9 * INCH, INCH // 2)
    box.name, box.text_frame.text, box.text_frame.word_wrap = text, text, True
    box.text_frame.paragraphs[0].font.size = 12 * POINT


def _add_table(deck: Any, heading: str, rows: Table) -> None:  # noqa: ANN401 - as above
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = heading
    slide.shapes.title.text_frame.paragraphs[0].font.size = 32 * POINT
    height = 4 * INCH // 10 * len(rows)
    frame = slide.shapes.add_table(len(rows), len(rows[0]), INCH // 2, 3 * INCH // 2, 9 * INCH, height)
    frame.name = heading
    for row, cells in zip(frame.table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = (14 if len(text) < LONG else 11) * POINT
