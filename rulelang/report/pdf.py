"""Makes the page of each LEA as a PDF that a screen reader can read (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any, Final

from attrs import asdict, evolve

from rulelang.core.ruleset import Ruleset
from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
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
    try:
        import typst  # noqa: PLC0415 - an extra of 80 MB, which only this needs
    except ImportError:
        raise DataError(say.extra_missing("typst", "write PDF files")) from None
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
    """Return the template's input as JSON can hold it; its own phrases are in `words`."""
    say, year = language.say, ruleset.year
    county = say("{county} County", county=page.county) if page.county else ""
    rules, notice = rules_called(ruleset, language), not_in_force(ruleset, language)
    by_list = f" {say('(by the published list)')}"
    return {
        **asdict(evolve(page, explanation="")),
        "measures": {
            "title": say("Measures"),
            "columns": (say("Measure"), say("Value")),
            "rows": page.measures,
        },
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
        "words": {name: say(phrase, **values) for name, (phrase, values) in _words(page, year).items()},
    }


def _words(page: LeaPage, year: int) -> Mapping[str, tuple[str, Mapping[str, object]]]:
    """Return the phrases of the template by the names it has for them, each with what is filled in."""
    then = page.change.year if page.change is not None else ""
    return {
        "because": ("The student groups that decide it", {}),
        "group": ("Student group", {}),
        "meets": ("Meets", {}),
        "results": ("Results", {}),
        "since": ("What changed since {year}", {"year": then}),
        "missing": ("What is missing, and would settle it", {}),
        "levels": ("Levels of {year}", {"year": year}),
        "students": ("(with the number of students)", {}),
        "without": ("Not rated on any of these: {groups}.", {"groups": ", ".join(page.groups.without)}),
        "whole": ("Levels as a whole", {}),
        "indicator": ("Indicator", {}),
        "level": ("Level", {}),
        "answers": ("Methods and referrals", {}),
        "answer": ("Method or referral", {}),
        "yes_or_no": ("Answer", {}),
        "earlier": ("Earlier years", {}),
        "year": ("Year", {}),
        "determination": ("Determination", {}),
        "groups_then": ("Student groups over the years", {}),
        "way": ("What would change it", {}),
        "rules": ("The rules that hold", {}),
        "source": ("Source:", {}),
        "sources": ("Sources:", {}),
    }
