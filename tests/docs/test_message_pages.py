"""Every message has a page that shows how to get it and how to be rid of it, and the index lists every page."""

from __future__ import annotations

import pytest

from tests.docs.message_index import AREAS, CODES_BY_AREA, index
from tests.docs.pages import MESSAGES, Block, blocks
from tests.structure.test_messages import CODES

ABOUT_RULES = [
    code
    for area in ("text", "names", "meaning", "ambiguity", "findings", "years", "vocabulary")
    for code in CODES_BY_AREA[area]
]
NOT_SHOWN = {
    "other-year",  # is about the name of a file, and blocks have none
    "reserved-name",  # needs a whole vocabulary around one word
    "cannot-open",  # needs a file that its owner may not read
    "never-for-group",  # no pass reports it
    "loose-where",  # needs a vocabulary whose entities belong to one another
    "sentence-too-long",  # would fill four pages
}


def under(code: str, heading: str) -> list[Block]:
    """Return the fenced blocks under a heading of a message's page."""
    page = (MESSAGES / f"{code}.md").read_text(encoding="utf-8")
    return [block for block in blocks(page) if block.heading == heading]


@pytest.mark.parametrize("code", CODES)
def test_every_page_shows_what_to_avoid_and_what_to_prefer(code: str) -> None:
    assert under(code, "Avoid")
    assert under(code, "Prefer")


@pytest.mark.parametrize("code", [code for code in ABOUT_RULES if code not in NOT_SHOWN])
def test_what_to_avoid_about_rules_is_run(code: str) -> None:
    assert {block.language for block in under(code, "Avoid")} <= {"rules", "vocabulary", "console"}
    assert {block.language for block in under(code, "Prefer")} <= {"rules", "vocabulary", "console"}
    shown = [block for block in under(code, "Avoid") if block.language == "console"]
    assert not shown or any(f"[{code}]" in block.text for block in shown)


def test_every_area_has_a_heading() -> None:
    assert sorted(AREAS) == sorted(CODES_BY_AREA)


def test_the_index_is_up_to_date() -> None:
    written = (MESSAGES / "index.md").read_text(encoding="utf-8")
    assert written == index(CODES_BY_AREA), "run python -m tests.docs.message_index"
