"""`rulelang help`: shows the help of a command, or the page of a message."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from rulelang.cli.streams import wants_color, width
from rulelang.cli.wrapping import is_table_row, narrowed
from rulelang.diagnostics.suggest import nearest

REFERENCES = ("language", "vocabulary")
"""The pages of the reference that are shown too: each is beside the folder of the pages of messages."""

MOST_COLUMNS = 100
"""How wide a page is at most: longer lines are hard to read."""


@click.command("help")
@click.argument("topic", metavar="[COMMAND|CODE|language|vocabulary]", required=False)
@click.pass_context
def command(context: click.Context, *, topic: str | None) -> int:
    """Show the help of a command, the page of a message, or the reference of the rule language or of vocabularies.

    `rulelang help language` shows what can be said in rules, `rulelang help vocabulary` what names they can use. CODE
    is the part of a message in brackets: for error[unknown-level], type unknown-level. The page says what the message
    means, what to avoid, what to write instead, and why.
    """
    above = context.find_root()
    commands = above.command
    if topic is None or not isinstance(commands, click.Group):
        click.echo(above.get_help())
        return 0
    wanted = topic.strip("[]").casefold()
    asked = commands.get_command(above, wanted)
    if asked is not None:
        with click.Context(asked, info_name=wanted, parent=above) as below:
            click.echo(below.get_help())
        return 0
    messages = messages_folder()
    codes = sorted(one.stem for one in messages.glob("*.md") if one.stem != "index")
    if wanted not in (*codes, *REFERENCES):
        raise click.UsageError(_unknown(topic, [*commands.list_commands(above), *REFERENCES, *codes]))
    page = (messages if wanted in codes else messages.parent) / f"{wanted}.md"
    shown = page_lines(page.read_text(encoding="utf-8"), min(width(), MOST_COLUMNS), color=wants_color())
    click.echo("\n".join(shown))
    return 0


def messages_folder() -> Path:
    """Return the folder of the pages of messages: in the package, or with the documentation of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "messages"
    return installed if installed.is_dir() else package.parent / "docs" / "reference" / "messages"


def _unknown(topic: str, known: list[str]) -> str:
    near = nearest(topic, known)
    hint = f"Did you mean `{near}`?" if near else "`rulelang --help` lists the commands."
    return f"There is no command or message `{topic}`. {hint}"


# ---- Pages of the documentation, written in Markdown, as a terminal shows them ----


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
