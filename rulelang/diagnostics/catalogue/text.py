"""Messages about files that are not rule text, and about sentences that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, at
from rulelang.diagnostics.source import DataPlace, Span


def cannot_open(path: str, reason: str) -> Diagnostic:
    return at("cannot-open", DataPlace(path), f"cannot open `{path}`: {reason}", "check the name and the folder")


def unknown_ruleset(name: str, suggestion: str | None) -> Diagnostic:
    help_text = f"did you mean `{suggestion}`?" if suggestion else "`rulelang list` lists the rulesets"
    if suggestion and suggestion.endswith(".rules.txt"):
        help_text = f"there is `{suggestion}`; rename it so that its name ends in `.rules`"
    return _no_ruleset(name, help_text)


def year_not_shipped(name: str, years: Sequence[str], others: Sequence[str] = ()) -> Diagnostic:
    """Return the message for a year of a ruleset that is not among the years that come with the program, in order.

    `others` are the rulesets of that year in the folders below.
    """
    is_later = name > years[-1]
    later = f"the newest year is `{years[-1]}`; `rulelang new FOLDER --based-on {years[-1]}` writes a year based on it"
    also = f"there is `{others[0]}`; " if others else ""
    return _no_ruleset(name, f"{also}{later if is_later else f'the years are `{years[0]}` to `{years[-1]}`'}")


def folder_for_ruleset(name: str, rulesets: Sequence[str]) -> Diagnostic:
    named = f"name one of its rulesets, such as `{rulesets[-1]}`" if rulesets else ""
    message = f"`{name}` is a folder, not a ruleset"
    help_text = named or "it has no rule file; the names of rule files end in `.rules`"
    return Diagnostic("unknown-ruleset", message, help=help_text)


def ruleset_in_several(name: str, files: Sequence[str]) -> Diagnostic:
    message = f"several installed packages have a ruleset `{name}`"
    help_text = f"name the file of the one that is meant: {' or '.join(f'`{one}`' for one in files)}"
    return Diagnostic("unknown-ruleset", message, help=help_text)


def _no_ruleset(name: str, help_text: str) -> Diagnostic:
    return Diagnostic("unknown-ruleset", f"there is no file or ruleset `{name}`", help=help_text)


def empty_file(path: str) -> Diagnostic:
    message = f"`{path}` has no rules"
    help_text = "a rule file begins with a line such as `ruleset Differentiated Assistance 2023`"
    return at("empty-file", DataPlace(path), message, help_text)


def not_text(path: str) -> Diagnostic:
    message = f"`{path}` is not a text file"
    help_text = "save the rules as plain text (UTF-8), not as a Word, Excel, or PDF document"
    return at("not-text", DataPlace(path), message, help_text)


def utf16(path: str) -> Diagnostic:
    return at("not-utf8", DataPlace(path), f"`{path}` is saved as UTF-16, not as UTF-8", "save the file again as UTF-8")


def data_file(path: str) -> Diagnostic:
    message = f"`{path}` is a data file, not a rule file"
    help_text = "give the folder it is in with `--data`, as in `rulelang evaluate assistance/2023 --data FOLDER`"
    return at("not-text", DataPlace(path), message, help_text)


def rich_text(path: str) -> Diagnostic:
    message = f"`{path}` is rich text, with fonts and colors, not plain text"
    help_text = "make it plain text in the editor (in TextEdit: Format, Make Plain Text) and save it again"
    return at("not-text", DataPlace(path), message, help_text)


def not_utf8(path: str, line: int) -> Diagnostic:
    message = f"`{path}` is not saved as UTF-8: line {line} has a character that cannot be read"
    return at("not-utf8", DataPlace(path, row=line), message, "save the file again as plain text (UTF-8)")


def file_too_large(path: str, size: int, limit: int) -> Diagnostic:
    message = f"`{path}` has {size / 1e3:,.0f} kB; a rule file has at most {limit / 1e3:,.0f} kB"
    return at("file-too-large", DataPlace(path), message, "a year's criteria fit on two pages: is this a data file?")


def nested_too_deep(span: Span, limit: int, what: str = "parentheses are") -> Diagnostic:
    message = f"{what} nested more than {limit} deep"
    help_text = "move the inner conditions to rules with outcomes of their own"
    return at("nested-too-deep", Label(span, "the first that is too deep"), message, help_text)


def sentence_too_long(span: Span, most: int) -> Diagnostic:
    message = f"this sentence has more than {most:,} words and symbols"
    help_text = "split it into several rules: rules with the same outcome are alternatives"
    return at("sentence-too-long", span, message, help_text)


def too_many_sentences(span: Span, most: int) -> Diagnostic:
    """Return the message for a file that no one could read; `span` is in the first sentence that is not read."""
    message = f"this file has more than {most:,} sentences"
    help_text = "look for lines that are repeated or were pasted by accident"
    return at("sentence-too-long", Label(span, "not read from here on"), message, help_text)


def unclosed_quote(span: Span) -> Diagnostic:
    message = "this text has no closing quotation mark"
    return at("unclosed-quote", Label(span, "begins here"), message, "close it on the same line")


def unclosed_parenthesis(span: Span) -> Diagnostic:
    return at("unclosed-parenthesis", Label(span, "opened here"), "this parenthesis is never closed")


def unopened_parenthesis(span: Span) -> Diagnostic:
    return at("unclosed-parenthesis", Label(span, "closes nothing"), "this closing parenthesis has no opening one")


def misspelt_keyword(span: Span, suggestion: str) -> Diagnostic:
    message = f"`{span.text}` is not a word of the rule language"
    return at("misspelt-keyword", span, message, f"did you mean `{suggestion}`?")


def missing_colon(span: Span) -> Diagnostic:
    message = f"`{span.text}` is not in the vocabulary and not a word of the rule language"
    return at("unknown-word", span, message, f"if it is a label, put a colon after it: `{span.text}:`")


def unknown_word(span: Span, suggestion: str | None, way_out: str | None = None) -> Diagnostic:
    message = f"`{span.text}` is not in the vocabulary and not a word of the rule language"
    return at("unknown-word", span, message, f"did you mean `{suggestion}`?" if suggestion else way_out or _NAMES)


def unquoted(span: Span) -> Diagnostic:
    message = "this text is not in quotation marks"
    help_text = f'write `"{span.words}"`'
    return at("unexpected-word", span, message, help_text, edits=(Edit(span, f'"{span.text}"'),))


def other_verb(span: Span, head: str, rest: str) -> Diagnostic:
    """Return the message for a change that begins with another verb than the language has; `rest` follows its label."""
    message = f"`{span.text.split()[0]}` is not in the vocabulary and not a word of the rule language"
    return at("unknown-word", span, message, f"write `{head}{rest}`", edits=(Edit(span, head),))


def not_a_rule(span: Span) -> Diagnostic:
    message = "this is not a sentence of the rule language"
    help_text = 'begin a note with `#`; a reason for the rule above it is `because "…"`'
    lines = [span.start, *(span.start + line.end() for line in re.finditer(r"\n\s*", span.text))]
    edits = tuple(Edit(Span(span.source, start, start), "# ") for start in lines)
    return at("unexpected-word", span, message, help_text, edits=edits)


def line_from_habit(span: Span, head: str, help_text: str, written: str | None) -> Diagnostic:
    message = f"no line of a rule file begins with `{head}`"
    return at("unknown-line", span, message, help_text, edits=(Edit(span, written),) if written else ())


def missing_arrow(span: Span, outcome: str) -> Diagnostic:
    message = "this rule has no arrow between its condition and its outcome"
    return at("missing-arrow", span, message, f"write `→ {outcome}` (or `-> {outcome}`) after the condition")


def missing_outcome(span: Span, outcome: str) -> Diagnostic:
    message = "this arrow has no outcome after it"
    help_text = f"write what the rule decides, such as `→ {outcome}`"
    return at("missing-outcome", Label(span, "an outcome should follow"), message, help_text)


def unexpected(span: Span, expected: str | None, way_out: str | None = None) -> Diagnostic:
    message = f"`{span.text}` does not fit here"
    help_text = way_out or _SENTENCES
    return at("unexpected-word", Label(span, f"expected {expected}" if expected else ""), message, help_text)


_SENTENCES: Final = "`rulelang help language` lists the sentences of the rule language"
_NAMES: Final = "`rulelang words` lists the names of the vocabulary, `rulelang help language` the other words of rules"


def with_sample(fault: Diagnostic, sentence: str | None) -> Diagnostic:
    """Return a message that could name no way out with a sentence of the rule language that has the author's names."""
    if sentence is None or fault.help != _SENTENCES:
        return fault
    return evolve(fault, help=f"write a sentence such as `{sentence}`; `rulelang help language` lists them")


def with_nearest(fault: Diagnostic, edit: Edit, sentence: str) -> Diagnostic:
    """Return a message with the nearest sentence that can be read, and the change that makes it.

    Where the message could name no way out, the words of the change are those at fault.
    """
    words = " ".join(sentence.split())
    nearest = f"write `{words}`" if "`" not in words else None
    meets = fault.span is not None and edit.span.start <= fault.span.end and fault.span.start <= edit.span.end
    is_other = (fault.help or "").startswith("did you mean") and f"`{edit.replacement}`" not in (fault.help or "")
    is_open = is_other or fault.help in (_SENTENCES, _NAMES)
    if not meets and edit.span.text.strip() and (is_open or not edit.replacement):
        place = Span(edit.span.source, edit.span.start, edit.span.start + len(edit.span.text.rstrip()))
        fault, is_open = unexpected(place, None), True
    if is_open:
        return evolve(fault, help=nearest, edits=(edit,))
    return evolve(fault, notes=(*fault.notes, *([nearest] if nearest else [])), edits=(edit,)) if meets else fault


def unfinished(span: Span, expected: str | None, way_out: str | None = None) -> Diagnostic:
    """Return the message for a sentence that breaks off; `span` is its last word before what is missing."""
    message = "this sentence is incomplete"
    label = Label(span, f"expected {expected}" if expected else "")
    return at("unfinished-sentence", label, message, way_out or _SENTENCES)
