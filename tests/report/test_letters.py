"""Letters: each says what was determined, on the office's own page, and a template that cannot be filled is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.data.report import DataError
from rulelang.engine.determination import Determination
from rulelang.report.site import Wanted, write_site
from tests.report.test_workbook import determined

docx = pytest.importorskip("docx", reason="docxtpl is not installed (pip install 'rulelang[letters]')")

__all__ = ["determined"]


def template(path: Path, *paragraphs: str) -> Path:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(path)
    return path


def texts(path: Path) -> list[str]:
    return [one.text for one in docx.Document(path).paragraphs if one.text]


def written(folder: Path, letters: Path, of: Sequence[Determination]) -> dict[str, list[str]]:
    write_site(folder, of[0].ruleset, of, Wanted(letters=letters), version="1.2.3")
    return {path.stem: texts(path) for path in (folder / "letters").iterdir()}


def test_the_template_to_start_from_can_be_filled(determined: Sequence[Determination], tmp_path: Path) -> None:
    starter = tmp_path / "letter.docx"
    assert run(["report", "--letter-template", str(starter)]) == 0
    found = written(tmp_path / "pages", starter, determined)
    letter = "\n".join(found["27660350000000"])
    assert letter.startswith("Some Unified\nMonterey County\nDetermination for 2023: Differentiated Assistance")
    assert (
        "Some Unified is eligible for Differentiated Assistance in 2023 by Method 1 because one student group" in letter
    )
    [table] = docx.Document(tmp_path / "pages" / "letters" / "27660350000000.docx").tables
    assert [[cell.text for cell in row.cells] for row in table.rows][1:] == [
        [
            "White",
            "Priority 4, Pupil Achievement; Priority 6, School Climate",
            "ELA: Red; Math: Red; Suspension Rate: Red",
        ]
    ]
    assert "{" not in "".join(line for lines in found.values() for line in lines)
    assert not docx.Document(tmp_path / "pages" / "letters" / "27660350000001.docx").tables


def test_a_template_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.docx").write_text("mine", encoding="utf-8")
    assert run(["report", "--letter-template", str(tmp_path / "mine.docx")]) == 2
    assert (tmp_path / "mine.docx").read_text(encoding="utf-8") == "mine"


def test_a_letter_differs_by_determination(determined: Sequence[Determination], tmp_path: Path) -> None:
    outcome = "{% if lea.outcome == 'Differentiated Assistance' %}We will call you.{% else %}All is well.{% endif %}"
    found = written(tmp_path / "pages", template(tmp_path / "own.docx", "{{ lea.name }}", outcome), determined)
    assert found["27660350000000"] == ["Some Unified", "We will call you."]
    assert found["27660350000001"] == ["=Other Unified", "All is well."]


def test_the_same_results_are_the_same_letters(determined: Sequence[Determination], tmp_path: Path) -> None:
    own = template(tmp_path / "own.docx", "{{ lea.name }} & {{ lea.county }}")
    for name in ("one", "two"):
        written(tmp_path / name, own, determined)
    one, two = (sorted((tmp_path / name / "letters").iterdir()) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize(
    "paragraph, said",
    [
        ("{{ district }}", "`district` is undefined"),
        ("{{ lea.nonsense }}", "has no attribute `nonsense`"),
        ("{% if lea.name %}", "Unexpected end of template"),
        ("{{ ''.__class__ }}", "unsafe"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(
    paragraph: str, said: str, determined: Sequence[Determination], tmp_path: Path
) -> None:
    with pytest.raises(DataError) as refused:
        written(tmp_path / "pages", template(tmp_path / "own.docx", paragraph), determined)
    [found] = refused.value.diagnostics
    assert found.code == "letter-template"
    assert said in found.message
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("content", [b"", b"no Word file", b"PK\x03\x04 damaged"])
def test_what_is_no_word_document_is_refused(
    content: bytes, determined: Sequence[Determination], tmp_path: Path
) -> None:
    path = tmp_path / "own.docx"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no Word document"):
        written(tmp_path / "pages", path, determined)
