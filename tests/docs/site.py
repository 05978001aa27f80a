"""Writes the documentation as a site to `build/site`: `python -m tests.docs.site`. A broken link ends it with an error.

The pages are those of the project, where GitHub shows them, in the order of docs/index.md. What only the tests read
goes: the words behind the language of a block. Names of headings are written as the site's own program makes them.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import FENCE, ROOT

BUILD = ROOT / "build"
PAGES = BUILD / "pages"
BESIDE = ("README.md", "SECURITY.md", "benchmarks/README.md")
"""The pages outside of docs that others link to."""

INDEX = "docs/index.md"
SECTION = re.compile(r"^## (?P<title>[^:\n]+).*?\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
TARGET = re.compile(r"\]\((?P<page>[\w./-]+\.md)\)")
ANCHOR = re.compile(r"(\]\([^)#\s]*#)([^)]+)\)")


def page(text: str) -> str:
    """Return a page as the site's program reads it."""
    found = ANCHOR.sub(lambda link: f"{link[1]}{re.sub('-+', '-', link[2]).strip('-')})", text)
    return FENCE.sub(
        lambda block: f"```{block['words'].split()[0] if block['words'] else ''}\n{block['body']}```", found
    )


def navigation(index: str) -> Iterator[dict[str, object]]:
    """Yield the sections of the index, each with the pages that it links to."""
    yield {"Home": "README.md"}
    yield {"All pages": INDEX}
    for section in SECTION.finditer(index):
        pages = dict.fromkeys(f"docs/{link['page']}" for link in TARGET.finditer(section["body"]))
        yield {section["title"]: list(pages)}


def write_pages() -> Path:
    """Write the pages and the settings anew, and return the file of the settings."""
    shutil.rmtree(BUILD / "pages", ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES / "docs")
    for name in BESIDE:
        (PAGES / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, PAGES / name)
    for path in PAGES.rglob("*.md"):
        path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")
    sections = navigation((ROOT / INDEX).read_text(encoding="utf-8"))
    listed = ",\n".join("  " + json.dumps(one, ensure_ascii=False).replace('": ', '" = ') for one in sections)
    settings = (ROOT / "zensical.toml").read_text(encoding="utf-8").replace("nav = []", f"nav = [\n{listed},\n]")
    (BUILD / "zensical.toml").write_text(settings, encoding="utf-8")
    return BUILD / "zensical.toml"


def main() -> int:
    """Write the site and return the exit code of the program that does."""
    settings = write_pages()
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", settings], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
