"""Pages of the documentation, written in Markdown, as a terminal shows them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from rulelang.cli.wrapping import is_table_row, narrowed

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
RULE_OF_TABLE = re.compile(r"\|[\s:|-]+\|")
HEADING = re.compile(r"#+ ")
ITEM = re.compile(r"- |\d+\. ")
FENCE = "```"
INDENT = "    "


def page_lines(text: str, width: int, *, color: bool) -> Iterator[str]:
    """Yield the lines of a page: paragraphs and tables fit the width, and what is fenced is indented and left alone."""
    for number, part in enumerate(text.split(FENCE)):
        if number:
            yield ""
        if number % 2:
            yield from (f"{INDENT}{line}".rstrip() for line in part.rstrip("\n").split("\n")[1:])
        else:
            yield from _prose(LINK.sub(r"\1", part).strip("\n").split("\n"), width, color=color)


def _prose(lines: Sequence[str], width: int, *, color: bool) -> Iterator[str]:
    for kind, group in groupby(lines, key=_kind):
        some = list(group)
        if kind == "table":
            yield from narrowed([row for row in some if not RULE_OF_TABLE.fullmatch(row.strip())], width)
        elif kind == "heading":
            titles = (HEADING.sub("", line) for line in some)
            yield from (click.style(title, bold=True) if color else title for title in titles)
        elif kind == "text":
            yield from textwrap.wrap(" ".join(some), width, break_long_words=False, break_on_hyphens=False)
        elif kind == "item":
            for line in some:
                yield from textwrap.wrap(line, width, subsequent_indent="  ", break_on_hyphens=False)
        else:
            yield from some


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if is_table_row(line):
        return "table"
    if HEADING.match(line):
        return "heading"
    return "item" if ITEM.match(line) else "text"
