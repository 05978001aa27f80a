"""Writes docs/reference/grammar.md anew from the grammar and its keywords: `python -m tests.docs.grammar_page`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.lalr import GRAMMAR
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "grammar.md"

HEAD = """# The grammar

This page is generated from the grammar that the parser reads.
[The rule language](language.md) describes the same language by example.

Write words in quotation marks as they are, in upper or lower case.
If a word can be written in several ways, the first is shown; [every keyword](language.md#every-keyword) lists them all.
Between slashes are names of the vocabulary or of the file, numbers, text, or rows of a table.
`a?` is optional, `a*` can occur any number of times, `a+` occurs at least once, and `a | b` is one or the other.
"""

SIGNS = {
    "ARROW": '"→"',
    "COMMA": '","',
    "COLON": '":"',
    "LPAR": '"("',
    "RPAR": '")"',
    "LIST_AND": '"and"',
    "LIST_OR": '"or"',
    "LIST_COMMA": '","',
    "LIST_OTHER": '"and"',
}
"""Signs, and the words that join lists, by their terminals."""

_RULE = re.compile(r"^[?_]?(?P<name>[a-z_]+): *(?P<body>(?:.*\n)(?:^ +[|].*\n)*)", re.MULTILINE)


def terminal(name: str) -> str:
    """Return how a terminal is shown: a keyword as it is written, anything else between slashes."""
    if name in SIGNS:
        return SIGNS[name]
    if name in KEYWORDS:
        return f'"{KEYWORDS[name][0]}"'
    return f"/{name.casefold().replace('_', ' ')}/"


def alternatives(body: str) -> Iterator[str]:
    """Yield the alternatives of a rule, without those for names that are unknown and without what builds them."""
    for line in re.sub(r" *-> *\w+", "", body).splitlines():
        text = re.sub(r" *\| UNKNOWN_\w+|^ *\| *", "", line).strip()
        shown = re.sub(r"\b_?([a-z_]+)\b|\b[A-Z][A-Z_]*\b", lambda one: one[1] or terminal(one[0]), text)
        yield from filter(None, [shown if shown != "/table row/+" else ""])


def page() -> str:
    """Return the text of the page."""
    grammar = GRAMMAR.read_text(encoding="utf-8")
    parts = [HEAD]
    for section in re.split(r"^// ---- (?=.* ----$)", grammar, flags=re.MULTILINE):
        title, _, body = section.partition(" ----\n")
        rules = [
            f"{found['name']} =\n" + "\n".join(f"  | {one}" for one in alternatives(found["body"])) + "\n"
            for found in _RULE.finditer(body or section)
        ]
        heading = f"## {title[0].upper()}{title[1:]}" if body else "## Statements"
        parts.append(f"{heading}\n\n```text\n" + "\n".join(rules) + "```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
