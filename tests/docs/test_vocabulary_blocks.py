"""Every `vocabulary` block in the documentation is true: it is right, or gives the code its page is about.

The blocks of the reference page are together one whole vocabulary. A block of another page that is not whole stands for
its part of that one: each paragraph takes the place of the paragraph with the same first line, or is added.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.vocabulary import _READERS
from rulelang.compiler.vocabulary_tables import FORMS, TableForm
from rulelang.diagnostics.diagnostic import Reporter
from tests.docs.pages import MESSAGES, ROOT, Block, blocks, pages

REFERENCE = ROOT / "docs" / "reference" / "vocabulary.md"


def vocabulary_blocks(page: Path) -> list[Block]:
    return [block for block in blocks(page.read_text(encoding="utf-8")) if block.language == "vocabulary"]


PAGES = [page for page in pages() if vocabulary_blocks(page) and page != REFERENCE]


def paragraphs(text: str) -> dict[str, str]:
    """Return the paragraphs of a vocabulary by their first line that is no comment."""
    found = {}
    for paragraph in re.split(r"\n\n+", text.strip("\n")):
        lines = [line for line in paragraph.split("\n") if not line.startswith("#")]
        if lines:
            found[lines[0].strip()] = paragraph
    return found


def whole(text: str) -> str:
    """Return a block as a whole vocabulary file."""
    if text.startswith("vocabulary "):
        return text
    reference = "\n\n".join(block.text for block in vocabulary_blocks(REFERENCE))
    merged = paragraphs(reference) | paragraphs(text)
    return "\n\n".join(merged.values()) + "\n"


def codes(text: str, folder: Path) -> set[str]:
    path = folder / "vocabulary.rules"
    path.write_text(whole(text), encoding="utf-8")
    reporter = Reporter()
    load_vocabulary(path, reporter)
    return {diagnostic.code for diagnostic in reporter.diagnostics}


def test_the_reference_is_a_whole_vocabulary(tmp_path: Path) -> None:
    assert whole("").startswith("vocabulary Practice Dashboard\n")
    assert codes("", tmp_path) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_vocabulary_blocks_are_true(page: Path, tmp_path: Path) -> None:
    for block in vocabulary_blocks(page):
        found = codes(block.text, tmp_path)
        if page.parent == MESSAGES and block.heading == "Avoid":
            assert page.stem in found, f"line {block.line}: {sorted(found)}"
        else:
            assert not found, f"line {block.line}: {sorted(found)}"


def test_a_block_takes_the_place_of_its_table(tmp_path: Path) -> None:
    assert codes("priorities\n  | number | name |\n  | one | Basics |", tmp_path) == {"unclear-cell"}


def test_every_table_is_read() -> None:
    assert [form.heading for form in FORMS] == list(_READERS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.heading)
def test_the_reference_has_every_table_and_says_what_editors_say_of_its_columns(form: TableForm) -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    assert f"`{form.heading}`" in page
    rows = [line.strip("|").partition(" | ") for line in page.splitlines() if line.startswith("| ")]
    said = [(name, re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text.strip())) for name, _, text in rows]
    for column in form.columns:
        name = "a scale" if column.name in ("*", "… in") else f"`{column.name}`"
        if column.says:
            assert any(name in cell and text.startswith(column.says.rstrip(".")) for cell, text in said), column
