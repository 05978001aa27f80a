"""Makes the page of each LEA as a PDF that a screen reader can read (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Final

from attrs import asdict

from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.report.lea_page import LeaPage

TEMPLATE: Final = "lea.typ"
_BY_LIST: Final = " (by the published list)"


def pdf_pages(ruleset: Ruleset, pages: Sequence[LeaPage], version: str) -> Mapping[str, bytes]:
    """Return the page of each LEA as PDF, by its name; the same results give the same bytes.

    Raises DataError where the library that sets pages is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - an extra of 80 MB, which only this needs
    except ImportError:
        raise DataError(say.extra_missing("typst", "write PDF files")) from None
    made: dict[str, bytes] = {}
    with as_file(files("rulelang.report") / "templates" / TEMPLATE) as template:
        for page in pages:
            made[f"{page.code}.pdf"] = typst.compile(
                template,
                format="pdf",
                sys_inputs={"lea": json.dumps(_shown(ruleset, page, version))},
                pdf_standards=["ua-1"],
                ignore_system_fonts=True,
                timestamp=0,
            )
    return made


def _shown(ruleset: Ruleset, page: LeaPage, version: str) -> Mapping[str, Any]:
    """Return what the template shows, as JSON can hold it."""
    return {
        "name": page.name,
        "about": ", ".join(filter(None, (page.kind, page.county, page.code))),
        "outcome": page.outcome,
        "sentence": page.sentence,
        "groups_met": page.groups_met,
        "groups": asdict(page.groups),
        "facts": asdict(page.lea),
        "why": [
            {
                "whom": one.group.name if one.group is not None else page.name,
                "outcome": one.rule.outcome,
                "text": one.rule.text,
                "evidence": one.evidence,
                "cites": one.rule.cites,
            }
            for one in page.why
        ],
        "history": [(str(one.year), f"{one.text}{_BY_LIST if one.is_published else ''}") for one in page.history],
        "missing": page.missing,
        "rules": f"{ruleset.title} {ruleset.year}",
        "year": str(ruleset.year),
        "cites": ruleset.cites,
        "fingerprint": ruleset.fingerprint,
        "version": version,
    }
