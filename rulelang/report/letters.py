"""Fills a Word template, which holds an office's letterhead and its words, with the results of each LEA."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.data.write import unwritable
from rulelang.diagnostics.catalogue import run as say
from rulelang.report.lea_page import LeaPage

_UNDATED: Final = (1980, 1, 1, 0, 0, 0)
"""The date of all that is in a letter: equal results are equal files."""

_STARTER: Final = (
    "{{ lea.name }}",
    "{% if lea.county %}{{ lea.county }} County{% endif %}",
    "{{ ruleset.title }} {{ ruleset.year }}",
    "Dear Superintendent:",
    "{{ lea.sentence }}",
    "{%p if lea.groups_met %}",
    "Student groups that meet criteria:",
    "{%p for name, met in lea.groups_met %}",
    "• {{ name }}: {{ met }}",
    "{%p endfor %}",
    "{%p endif %}",
    "{%p if lea.why %}",
    "The criteria that are met:",
    "{%p for one in lea.why %}",
    "• {% if one.group %}{{ one.group.name }}: {% endif %}{{ one.rule.text }} ({{ one.evidence }})",
    "{%p endfor %}",
    "{%p endif %}",
    "{%p if lea.missing %}",
    "These values are missing from the data, and could change the result:",
    "{%p for one in lea.missing %}",
    "• {{ one }}",
    "{%p endfor %}",
    "{%p endif %}",
    "Sincerely,",
)
"""The paragraphs of the template to start from: what stands in braces is filled in for each LEA."""


def write_starter(path: Path) -> None:
    """Write a template to start from, over a file of that name. Raises DataError where it cannot be written."""
    document = _library("docx").Document()
    document.core_properties.author = "rulelang"
    for text in _STARTER:
        document.add_paragraph(text)
    try:
        path.write_bytes(_undated(document.save))
    except OSError as error:
        raise unwritable(path, error) from error


def letters_from(template: Path, ruleset: Ruleset, pages: Sequence[LeaPage]) -> Mapping[str, bytes]:
    """Return the letter of each LEA as a Word file, by its name; the same results give the same bytes.

    Raises DataError where the template is no Word file, or asks for something that there is not.
    """
    library = _library("docxtpl")
    environment = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    made: dict[str, bytes] = {}
    for page in pages:
        with _faults_of(template):
            document = library.DocxTemplate(template)
            document.render({"lea": page, "ruleset": ruleset}, environment)
            made[f"{page.code}.docx"] = _undated(document.save)
    return made


def _library(name: str) -> Any:  # noqa: ANN401 - a library without types
    try:
        return __import__(name)
    except ImportError:
        raise DataError(say.extra_missing("docxtpl", "fill Word templates")) from None


@contextmanager
def _faults_of(template: Path) -> Iterator[None]:
    """Say what is wrong with a template, whatever its library raises of it."""
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


def _undated(save: Callable[[io.BytesIO], object]) -> bytes:
    """Return a Word file without the time at which it was made."""
    saved, found = io.BytesIO(), io.BytesIO()
    save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _UNDATED), old.read(name), zipfile.ZIP_DEFLATED)
    return found.getvalue()
