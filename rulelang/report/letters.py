"""Fills a Word template, which holds an office's letterhead and its words, with the results of each LEA."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from rulelang.core.ruleset import Ruleset
from rulelang.data.libraries import needed
from rulelang.data.report import DataError
from rulelang.data.write import undated, unwritable
from rulelang.diagnostics.catalogue import run as say
from rulelang.report.language import ENGLISH, Language, not_in_force, rules_called
from rulelang.report.lea_page import LeaPage


def write_starter(path: Path, language: Language = ENGLISH) -> None:
    """Write a template to start from, over a file of that name. Raises DataError if it cannot be written."""
    document = _library("docx").Document()
    document.core_properties.author, document.core_properties.language = "rulelang", language.code
    _write_letter(document, language.say)
    try:
        path.write_bytes(undated(document.save))
    except OSError as error:
        raise unwritable(path, error) from error


def _write_letter(document: Any, say: Callable[..., str]) -> None:  # noqa: ANN401 - a library without types
    """Write the letter to start from: the fields in braces are filled in for each LEA."""
    document.add_paragraph("{{ lea.name }}{% if lea.county %}\n{{ county }}{% endif %}")
    subject = say("Determination for {year}: {outcome}", year="{{ ruleset.year }}", outcome="{{ lea.outcome }}")
    document.add_paragraph().add_run(subject).bold = True
    document.add_paragraph(say("Dear Superintendent:"))
    document.add_paragraph("{{ lea.sentence }}")
    _write_if(document, "lea.decided_by", say("These are the student groups that decide it:"))
    _write_table(document, [say(one) for one in ("Student group", "Meets", "Results")])
    document.add_paragraph("{%p endif %}")
    _write_if(
        document,
        "lea.is_otherwise and lea.groups_met",
        say("Even so, some student groups meet at least one criterion:"),
    )
    _write_list(document, "name, met in lea.groups_met", "{{ name }}: {{ met }}")
    document.add_paragraph("{%p endif %}")
    _write_if(document, "lea.since", "{{ lea.since }}")
    _write_list(document, "name, text in lea.group_changes", "{{ name }} {{ text }}")
    document.add_paragraph("{%p endif %}")
    _write_if(document, "lea.missing", say("These values are missing from the data, and would settle it:"))
    _write_list(document, "one in lea.missing", "{{ one }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if ruleset.cites %}")
    document.add_paragraph(f"{say('Sources:')} {{{{ ruleset.cites | join('; ') }}}}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph(say("Sincerely,"))


def _write_if(document: Any, condition: str, text: str) -> None:  # noqa: ANN401 - as above
    document.add_paragraph(f"{{%p if {condition} %}}")
    document.add_paragraph(text).paragraph_format.keep_with_next = True


def _write_list(document: Any, each: str, text: str) -> None:  # noqa: ANN401 - as above
    document.add_paragraph(f"{{%p for {each} %}}")
    document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("{%p endfor %}")


def _write_table(document: Any, header: Sequence[str]) -> None:  # noqa: ANN401 - as above
    """Write a table with a row for each student group that decides the determination."""
    rows = (header, ("{%tr for one in lea.decided_by %}",), ("{{ one.name }}", "{{ one.met }}", "{{ one.evidence }}"))
    table = document.add_table(0, len(header), style="Table Grid")
    for texts in (*rows, ("{%tr endfor %}",)):
        for cell, text in zip(table.add_row().cells, texts, strict=False):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    document.add_paragraph()


def letters_from(
    template: Path, ruleset: Ruleset, pages: Sequence[LeaPage], language: Language = ENGLISH
) -> Mapping[str, bytes]:
    """Return the letter of each LEA as a Word file, by its name; the same results give the same bytes.

    Raises DataError if the template is not a Word file, or asks for a field that does not exist.
    """
    library = _library("docxtpl")
    environment = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    rules, notice = rules_called(ruleset, language), not_in_force(ruleset, language)
    made: dict[str, bytes] = {}
    for page in pages:
        with _faults_of(template):
            document = library.DocxTemplate(template)
            county = language.say("{county} County", county=page.county)
            document.render({"lea": page, "ruleset": ruleset, "rules": rules, "county": county}, environment)
            if notice:  # whatever the template of the office says
                _write_first(document, f"{rules} {notice}")
            made[f"{page.code}.docx"] = undated(document.save)
    return made


def _write_first(document: Any, text: str) -> None:  # noqa: ANN401 - as above
    """Write a paragraph above all that is in a document."""
    paragraph = document.add_paragraph()
    paragraph.add_run(text).bold = True
    document.element.body.insert(0, paragraph._p)  # noqa: SLF001 - a library without a way to move a paragraph


def _library(name: str) -> Any:  # noqa: ANN401 - a library without types
    with needed("fill Word templates", "docxtpl"):
        return importlib.import_module(name)


@contextmanager
def _faults_of(template: Path) -> Iterator[None]:
    """Report what is wrong with a template, whatever its library raises."""
    try:
        yield
    except FileNotFoundError:
        raise DataError(say.letter_template(str(template), "there is no such file")) from None
    except jinja2.UndefinedError as error:
        raise DataError(say.letter_template(str(template), str(error).replace("'", "`"))) from None
    except jinja2.TemplateError as error:
        raise DataError(say.letter_template(str(template), str(error).rstrip("."))) from None
    except Exception as error:  # noqa: BLE001 - a damaged file makes the library raise whatever its parts do
        raise DataError(say.letter_template(str(template), f"it is no Word document ({error})")) from None
