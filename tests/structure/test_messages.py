"""Every message has a code, and every code a page that says how to mend what it complains of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.structure.python_files import PACKAGE, ROOT, parse

PAGES = ROOT / "docs" / "reference" / "messages"
CATALOGUE = PACKAGE / "diagnostics" / "catalogue"
HEADINGS = ["What it means", "Avoid", "Prefer", "Why"]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def codes(tree: ast.Module) -> Iterator[str]:
    """Yield the codes in a catalogue module: the first argument of a call, or its `code`, in kebab case."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            for value in [*node.args[:1], *named]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                    yield value.value


def faults(page: str) -> list[str]:
    """Return the headings that a page lacks or has out of order."""
    found = [line.removeprefix("## ").strip() for line in page.splitlines() if line.startswith("## ")]
    return [] if [heading for heading in found if heading in HEADINGS] == HEADINGS else HEADINGS


MADE_FROM_A_SORT = {f"unknown-{sort}" for sort in ("level", "indicator", "student-group", "outcome", "kind")}
"""The codes of `names.unknown_name`, which is one message for every sort of name."""

CODES = sorted({code for path in CATALOGUE.glob("*.py") for code in codes(parse(path))} | MADE_FROM_A_SORT)


def test_there_are_messages() -> None:
    assert len(CODES) > 20


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code}\n")
    assert faults(page) == []


def test_every_page_is_of_a_code() -> None:
    assert sorted({page.stem for page in PAGES.glob("*.md")} - {"index"} - set(CODES)) == []


def test_a_code_belongs_to_one_area() -> None:
    areas = [code for path in CATALOGUE.glob("*.py") for code in set(codes(parse(path)))]
    assert [code for code in set(areas) if areas.count(code) > 1] == []


@pytest.mark.parametrize(
    "text, found",
    [
        ('Diagnostic("unknown-level-code", "x")', ["unknown-level-code"]),
        ('Diagnostic(code="empty-file", message="x")', ["empty-file"]),
        ('Diagnostic("not a code", "x-y")', []),
    ],
)
def test_a_code_is_read_from_its_message(text: str, found: list[str]) -> None:
    assert list(codes(ast.parse(text))) == found


def test_a_page_without_a_heading_is_found() -> None:
    whole = "\n".join(f"## {heading}\n\ntext\n" for heading in HEADINGS)
    assert faults(whole) == []
    assert faults(whole.replace("## Why", "## Because")) != []
