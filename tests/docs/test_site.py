"""The documentation as a site has every page where a reader finds it, and reads blocks and links as GitHub does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs import site
from tests.docs.pages import ROOT, pages


def test_a_block_keeps_its_language_and_loses_what_only_tests_read() -> None:
    text = "```rules alone file=a.rules\nx\n```\n\n```\ny\n```\n\n```console exit=1\n$ z\n```\n"
    assert site.page(text) == "```rules\nx\n```\n\n```\ny\n```\n\n```console\n$ z\n```\n"


def test_the_name_of_a_heading_is_written_as_the_site_makes_it() -> None:
    text = "[a](#kinds-of-) and [b](vocabulary.md#numbers-of--indicators), see [c](language.md)"
    assert site.page(text) == "[a](#kinds-of) and [b](vocabulary.md#numbers-of-indicators), see [c](language.md)"


def test_every_page_is_in_the_navigation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "BUILD", tmp_path)
    monkeypatch.setattr(site, "PAGES", tmp_path / "pages")
    settings = tomllib.loads(site.write_pages().read_text(encoding="utf-8"))
    listed = {page for one in settings["project"]["nav"] for found in one.values() for page in _listed(found)}
    every = {page.relative_to(ROOT).as_posix() for page in pages()}
    messages = {page for page in every if re.search("/messages/(?!index)", page)}  # their index lists them
    assert every - messages == listed
    assert all((tmp_path / "pages" / page).is_file() for page in every)


def _listed(found: object) -> list[str]:
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
