"""The grammar by which editors color rule files before the language server answers: `python -m tests.lsp.textmate`.

It is made of the lexicon's keywords; names are left to the server, which knows the vocabulary.
"""

from __future__ import annotations

import json
import re
from typing import Final

from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS
from tests.docs.pages import ROOT

PAGE: Final = ROOT / "editors" / "vscode" / "syntaxes" / "rulelang.tmLanguage.json"


def keyword_pattern() -> str:
    """Return the pattern of every keyword that is made of words, the longest first."""
    spellings = {text for words in (KEYWORDS, ALSO_SAID) for some in words.values() for text in some}
    spoken = sorted((text for text in spellings if text[0].isalpha()), key=lambda text: (-len(text), text))
    phrases = (r"\s+".join(map(re.escape, text.split())) for text in spoken)
    return rf"(?i)(?<![\w/-])(?:{'|'.join(phrases)})(?![\w/-])"


def grammar() -> str:
    """Return the grammar as the text of its file."""
    patterns = [
        {"name": "comment.line.number-sign.rulelang", "match": "#.*$"},
        {"name": "string.quoted.double.rulelang", "match": '["“”„‟«»][^"“”„‟«»\\n]*["“”„‟«»]?'},
        {
            "match": r"^\s*(?:(?:add|replace)\s+)?(\w{1,8})(?:\s+(before|after)\s+(\w{1,8}))?(:)(?=.*(?:→|->|=>))",
            "captures": {
                **{at: {"name": "entity.name.tag.rulelang"} for at in ("1", "3")},
                "2": {"name": "keyword.control.rulelang"},
                "4": {"name": "punctuation.separator.rulelang"},
            },
        },
        {"name": "keyword.operator.rulelang", "match": "→|->|=>|[+×÷=−]"},
        {"name": "keyword.control.rulelang", "match": keyword_pattern()},
        {"name": "constant.numeric.rulelang", "match": r"\$?(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])"},
        {"name": "punctuation.separator.table.rulelang", "match": r"\|"},
    ]
    made = {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "rulelang",
        "scopeName": "source.rulelang",
        "patterns": patterns,
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(grammar(), encoding="utf-8")
