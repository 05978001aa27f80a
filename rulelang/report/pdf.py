"""Makes the page of each LEA as a PDF that a screen reader can read (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Final

from attrs import asdict, evolve

from rulelang.core.ruleset import Ruleset
from rulelang.data.libraries import needed
from rulelang.report.language import ENGLISH, Language, not_in_force, rules_called
from rulelang.report.lea_page import LeaPage
from rulelang.report.theme import PLAIN, Theme

TEMPLATE: Final = "lea.typ"
FORMATS: Final = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
"""The names typst has for the kinds of files of a logo."""


def pdf_pages(
    ruleset: Ruleset, pages: Sequence[LeaPage], version: str, language: Language = ENGLISH, theme: Theme = PLAIN
) -> Mapping[str, bytes]:
    """Return the page of each LEA as PDF, by its name; the same results give the same bytes.

    Raises DataError if the typesetting library is not installed.
    """
    with needed("write PDF files"):
        import typst  # noqa: PLC0415 - an extra of 80 MB, which only this needs
    made: dict[str, bytes] = {}
    logo = {"office": theme.office, "logo": list(theme.logo), "logo_format": FORMATS.get(theme.logo_type, "")}
    with as_file(files("rulelang.report") / "templates" / TEMPLATE) as template:
        for page in pages:
            made[f"{page.code}.pdf"] = typst.compile(
                template,
                format="pdf",
                sys_inputs={"lea": json.dumps({**_shown(ruleset, page, version, language), **logo})},
                pdf_standards=["ua-1"],
                ignore_system_fonts=True,
                timestamp=0,
            )
    return made


def _shown(ruleset: Ruleset, page: LeaPage, version: str, language: Language) -> Mapping[str, Any]:
    """Return the template's input as JSON can hold it, with the phrases of the language."""
    say, year = language.say, ruleset.year
    county = say("{county} County", county=page.county) if page.county else ""
    rules, notice = rules_called(ruleset, language), not_in_force(ruleset, language)
    by_list = f" {say('(by the published list)')}"
    return {
        **asdict(evolve(page, explanation="")),
        "about": " · ".join(filter(None, (page.kind, county, page.code))),
        "history": [(str(one.year), language.terms(one.text) + by_list * one.is_published) for one in page.history],
        "title": f"{f'{rules}: ' if notice else ''}{page.name}: {page.outcome} {year}",
        "notice": [rules, notice] if notice else [],
        "language": language.code,
        "cites": ruleset.cites,
        "made": " ".join(
            (
                say("Determined by {rules}.", rules=rules),
                say("Made with rulelang {version}.", version=version),
                say("Fingerprint of the rules:"),
            )
        ),
        "fingerprint": ruleset.fingerprint,
        "year": year,
        "phrases": dict(language.phrases),
    }
