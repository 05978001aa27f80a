"""Lines that people write from habit, since other languages have them: what a rule file has in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Span
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.tokens import Token

_NOTE: Final = re.compile(r"\s*(//+|/\*+|<!--|-{2,}(?![->])|={3,}|\*{3,}|_{3,}|rem\b(?!:))\s*", re.IGNORECASE)
_BELOW_HEADER: Final = re.compile(r"[\s:-]*\|[\s|:-]*")
"""The line that Markdown draws below the header of a table, which may begin without `|`."""

_ENDS_NOTE: Final = re.compile(r"\s*(\*/|-->)\s*$")


def begins_note(line: str) -> bool:
    """Return whether a line begins with what marks a note, or divides a page, in other languages."""
    return _NOTE.match(line) is not None and _BELOW_HEADER.fullmatch(line) is None


def note_from_habit(whole: Span) -> Diagnostic | None:
    """Return the message for a line that begins as notes do in other languages; None for any other."""
    note = _NOTE.match(whole.text)
    if note is None:
        return None
    rest = _ENDS_NOTE.sub("", whole.text[note.end() :])
    return messages.line_from_habit(whole, note[1], _NOTES, f"# {rest or note[1]}")


def line_from_habit(tokens: Sequence[Token], lexicon: Lexicon) -> Diagnostic | None:
    """Return the message for a line that rule files have something else for; None for any other."""
    text = tokens[0].source.text
    start = text.rfind("\n", 0, tokens[0].start) + 1  # what looks like a list item's sign is in no token
    start += len(text[start:]) - len(text[start:].lstrip())
    whole = Span(tokens[0].source, start, tokens[-1].end)
    note = note_from_habit(whole)
    begins_with_name = tokens[0].terminal in {*lexicon.spellings} - {"INDICATOR_KIND"}  # which heads tables too
    if note is not None or begins_with_name or any(token.terminal == "ARROW" for token in tokens):
        return note
    if has_a_level(tokens):
        return None
    text = whole.words
    found = ((line, re.match(line.pattern, text, re.IGNORECASE)) for line in _LINES)
    return next((_message(whole, line, match, lexicon) for line, match in found if match is not None), None)


def has_a_level(tokens: Sequence[Token]) -> bool:
    """Return whether a level and an indicator are named, as in `use Red on ELA`, which is no line of a vocabulary."""
    return all(any(token.may_be(terminal) for token in tokens) for terminal in ("LEVEL", "INDICATOR"))


def _message(whole: Span, line: _Line, match: re.Match[str], lexicon: Lexicon) -> Diagnostic:
    names = {**match.groupdict(), "line": match.string, "vocabulary": lexicon.vocabulary or "…"}
    written = line.written.format(**names) if line.written else None
    return messages.line_from_habit(whole, match["head"], line.help.format(written=written, **names), written)


class _Line(NamedTuple):
    """A line that people write, what its message says, and what to write instead if that is one line too."""

    pattern: str
    help: str
    written: str | None = None


_NOTES: Final = "begin a note with `#`"

_LINES: Final = (
    _Line(
        r"(?P<head>bas\w+ ?(?:on|of|up ?on|from|off)?|inherits?(?: from)?|(?:builds?|built) (?:on|upon|from)|extends"
        r"|derived from|imports?|includes?|copy of|same as|starts? (?:from|with))\W+"
        r"(?P<base>\d{4}|[\w.-]+/\d{4})(?:\.rules)?\W*$",
        "for the rules that this file changes, write `{written}`",
        "based on {base}",
    ),
    _Line(
        r"(?P<head>vocabulary|words?|using|use)\b",
        "a file names the vocabulary whose words it uses: `{written}`",
        "uses {vocabulary} vocabulary",
    ),
    _Line(
        r"(?P<head>imports?|includes?|from|extends|inherits?|loads?|requires?)\b",
        "a file names the vocabulary whose words it uses, `uses {vocabulary} vocabulary`, and the year whose rules it"
        " changes, `based on assistance/2025`",
    ),
    _Line(
        r"(?P<head>title|name|year|rules|file)\b\W",
        "the first line of a file gives its name and its year: `ruleset Differentiated Assistance 2023`",
    ),
    _Line(
        r"(?P<head>levels|scales|student groups|(?:\w+ )?indicators|kinds of \w+|priorities|outcomes|counties|numbers"
        r"|minimum sizes|suspended years?|(?:\w+ )?years)\b(?!.*\b(?:from|are|is|meets?|of|on)\b)",
        "the words of rules are declared in the vocabulary file, vocabulary.rules, with tables that `rulelang help"
        " vocabulary` shows",
    ),
    _Line(
        r"(?P<head>data|files?|folder)\b\W",
        "the data are named where a command is given: `--data FOLDER`",
    ),
    _Line(r"(?P<head>[;%])\s+(?P<note>.+)", _NOTES, "# {note}"),
    _Line(
        r"(?P<head>(?:notes?|comments?|description|author|todo|nb|p\.?s)\b(?=[:.]? )"
        r"|(?:version|date|updated|status)\b(?=: ))",  # without a colon, these can be names of numbers and scales
        _NOTES,
        "# {line}",
    ),
)
