"""Writes docs/reference/messages/index.md anew from the pages beside it: `python -m tests.docs.message_index`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.pages import MESSAGES
from tests.structure.python_files import parse
from tests.structure.test_messages import CATALOGUE, MADE_FROM_A_SORT, codes

AREAS = {
    "text": "Files and sentences",
    "names": "Names",
    "meaning": "What a sentence means",
    "ambiguity": "Sentences that could mean two things",
    "findings": "What `rulelang analyze` proves",
    "years": "Rulesets, later years and examples",
    "levels": "Performance levels",
    "relations": "Entities that belong to one another",
    "look_up_tables": "Tables, dollars, dates and words",
    "locks": "Closed years",
    "vocabulary": "Vocabulary files",
    "data": "Data files and published lists",
    "records": "Plain records, and files that are written",
    "run": "A run",
}
"""The headings of the index, by the module of the catalogue whose messages stand under it."""

MODULES = {path.stem: sorted(set(codes(parse(path)))) for path in sorted(CATALOGUE.glob("*.py"))}
CODES_BY_AREA = {
    area: sorted({*found, *MADE_FROM_A_SORT}) if area == "names" else found for area, found in MODULES.items() if found
}

HEAD = """# Messages

Every message of rulelang has a code, shown in brackets: `error[unknown-level]`.
Each code has a page that says what it means, what to avoid, what to write instead, and why.
An *error* means that the file or row it is about is refused; a *warning* does not.
"""


def meaning(page: Path) -> str:
    """Return the first sentence of what a message means."""
    said = page.read_text(encoding="utf-8").partition("## What it means\n\n")[2].split("\n\n")[0]
    return re.split(r"(?<=\.)\s", said)[0]


def index(codes_by_area: dict[str, list[str]]) -> str:
    """Return the text of the index for the codes of each module of the catalogue."""
    parts = [HEAD]
    for area, heading in AREAS.items():
        rows = [f"| [{code}]({code}.md) | {meaning(MESSAGES / f'{code}.md')} |" for code in codes_by_area[area]]
        parts.append("\n".join([f"## {heading}\n", "| code | what it means |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Write the index."""
    (MESSAGES / "index.md").write_text(index(CODES_BY_AREA), encoding="utf-8")


if __name__ == "__main__":
    main()
