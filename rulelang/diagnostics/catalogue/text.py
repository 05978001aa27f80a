"""Messages about files that are not rule text, and about sentences that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label
from rulelang.diagnostics.source import DataPlace, Span


def cannot_open(path: str, reason: str) -> Diagnostic:
    """Return the message for a rule file that cannot be opened."""
    return Diagnostic(
        "cannot-open", f"cannot open `{path}`: {reason}", place=DataPlace(path), help="check the name and the folder"
    )


def unknown_ruleset(name: str, suggestion: str | None) -> Diagnostic:
    """Return the message for a ruleset name that is neither a file nor a ruleset that comes with the program."""
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
    """Return the message for a folder given, by name or path, instead of one of its rulesets."""
    named = f"name one of its rulesets, such as `{rulesets[-1]}`" if rulesets else ""
    return Diagnostic(
        "unknown-ruleset",
        f"`{name}` is a folder, not a ruleset",
        help=named or "it has no rule file; the names of rule files end in `.rules`",
    )


def ruleset_in_several(name: str, files: Sequence[str]) -> Diagnostic:
    """Return the message for a name that rulesets of several installed packages have."""
    return Diagnostic(
        "unknown-ruleset",
        f"several installed packages have a ruleset `{name}`",
        help=f"name the file of the one that is meant: {' or '.join(f'`{one}`' for one in files)}",
    )


def _no_ruleset(name: str, help_text: str) -> Diagnostic:
    return Diagnostic("unknown-ruleset", f"there is no file or ruleset `{name}`", help=help_text)


def empty_file(path: str) -> Diagnostic:
    """Return the message for a file without a statement."""
    return Diagnostic(
        "empty-file",
        f"`{path}` has no rules",
        place=DataPlace(path),
        help="a rule file begins with a line such as `ruleset Differentiated Assistance 2023`",
    )


def not_text(path: str) -> Diagnostic:
    """Return the message for a binary file."""
    return Diagnostic(
        "not-text",
        f"`{path}` is not a text file",
        place=DataPlace(path),
        help="save the rules as plain text (UTF-8), not as a Word, Excel, or PDF document",
    )


def utf16(path: str) -> Diagnostic:
    """Return the message for text saved as UTF-16, which Windows programs call Unicode."""
    return Diagnostic(
        "not-utf8",
        f"`{path}` is saved as UTF-16, not as UTF-8",
        place=DataPlace(path),
        help="save the file again as UTF-8",
    )


def data_file(path: str) -> Diagnostic:
    """Return the message for a file of data where rules are expected."""
    return Diagnostic(
        "not-text",
        f"`{path}` is a data file, not a rule file",
        place=DataPlace(path),
        help="give the folder it is in with `--data`, as in `rulelang evaluate assistance/2023 --data FOLDER`",
    )


def rich_text(path: str) -> Diagnostic:
    """Return the message for rich text, which some editors save by themselves."""
    return Diagnostic(
        "not-text",
        f"`{path}` is rich text, with fonts and colors, not plain text",
        place=DataPlace(path),
        help="make it plain text in the editor (in TextEdit: Format, Make Plain Text) and save it again",
    )


def not_utf8(path: str, line: int) -> Diagnostic:
    """Return the message for text in another encoding than UTF-8."""
    return Diagnostic(
        "not-utf8",
        f"`{path}` is not saved as UTF-8: line {line} has a character that cannot be read",
        place=DataPlace(path, row=line),
        help="save the file again as plain text (UTF-8)",
    )


def file_too_large(path: str, size: int, limit: int) -> Diagnostic:
    """Return the message for a file that is too large to be a rule file; sizes in bytes."""
    return Diagnostic(
        "file-too-large",
        f"`{path}` has {size / 1e3:,.0f} kB; a rule file has at most {limit / 1e3:,.0f} kB",
        place=DataPlace(path),
        help="a year's criteria fit on two pages: is this a data file?",
    )


def nested_too_deep(span: Span, limit: int, what: str = "parentheses are") -> Diagnostic:
    """Return the message for too many parentheses, or `not`, inside one another."""
    return Diagnostic(
        "nested-too-deep",
        f"{what} nested more than {limit} deep",
        (Label(span, "the first that is too deep"),),
        help="move the inner conditions to rules with outcomes of their own",
    )


def sentence_too_long(span: Span, most: int) -> Diagnostic:
    """Return the message for a sentence that no one could read."""
    return Diagnostic(
        "sentence-too-long",
        f"this sentence has more than {most:,} words and symbols",
        (Label(span),),
        help="split it into several rules: rules with the same outcome are alternatives",
    )


def too_many_sentences(span: Span, most: int) -> Diagnostic:
    """Return the message for a file that no one could read; `span` is in the first sentence that is not read."""
    return Diagnostic(
        "sentence-too-long",
        f"this file has more than {most:,} sentences",
        (Label(span, "not read from here on"),),
        help="look for lines that are repeated or were pasted by accident",
    )


def unclosed_quote(span: Span) -> Diagnostic:
    """Return the message for a quotation mark without its closing one on the same line."""
    return Diagnostic(
        "unclosed-quote",
        "this text has no closing quotation mark",
        (Label(span, "begins here"),),
        help="close it on the same line",
    )


def unclosed_parenthesis(span: Span) -> Diagnostic:
    """Return the message for a parenthesis that is never closed."""
    return Diagnostic("unclosed-parenthesis", "this parenthesis is never closed", (Label(span, "opened here"),))


def unopened_parenthesis(span: Span) -> Diagnostic:
    """Return the message for a closing parenthesis without an opening one."""
    return Diagnostic(
        "unclosed-parenthesis", "this closing parenthesis has no opening one", (Label(span, "closes nothing"),)
    )


def misspelt_keyword(span: Span, suggestion: str) -> Diagnostic:
    """Return the message for a word that is nearly a word of the language."""
    return Diagnostic(
        "misspelt-keyword",
        f"`{span.text}` is not a word of the rule language",
        (Label(span),),
        help=f"did you mean `{suggestion}`?",
    )


def missing_colon(span: Span) -> Diagnostic:
    """Return the message for a label without its colon."""
    return Diagnostic(
        "unknown-word",
        f"`{span.text}` is not in the vocabulary and not a word of the rule language",
        (Label(span),),
        help=f"if it is a label, put a colon after it: `{span.text}:`",
    )


def unknown_word(span: Span, suggestion: str | None, way_out: str | None = None) -> Diagnostic:
    """Return the message for a word that is neither a name of the vocabulary nor a word of the language."""
    return Diagnostic(
        "unknown-word",
        f"`{span.text}` is not in the vocabulary and not a word of the rule language",
        (Label(span),),
        help=f"did you mean `{suggestion}`?" if suggestion else way_out or _NAMES,
    )


def unquoted(span: Span) -> Diagnostic:
    """Return the message for a reason or a source that is not in quotation marks."""
    return Diagnostic(
        "unexpected-word",
        "this text is not in quotation marks",
        (Label(span),),
        help=f'write `"{" ".join(span.text.split())}"`',
        edits=(Edit(span, f'"{span.text}"'),),
    )


def other_verb(span: Span, head: str, rest: str) -> Diagnostic:
    """Return the message for a change that begins with another verb than the language has; `rest` follows its label."""
    return Diagnostic(
        "unknown-word",
        f"`{span.text.split()[0]}` is not in the vocabulary and not a word of the rule language",
        (Label(span),),
        help=f"write `{head}{rest}`",
        edits=(Edit(span, head),),
    )


def not_a_rule(span: Span) -> Diagnostic:
    """Return the message for a sentence that has nothing of a rule."""
    return Diagnostic(
        "unexpected-word",
        "this is not a sentence of the rule language",
        (Label(span),),
        help='begin a note with `#`; a reason for the rule above it is `because "…"`',
        edits=(Edit(Span(span.source, span.start, span.start), "# "),),
    )


def line_from_habit(span: Span, head: str, help_text: str, written: str | None) -> Diagnostic:
    """Return the message for a line that other languages have, with the line to write instead if there is one."""
    return Diagnostic(
        "unexpected-word",
        f"no line of a rule file begins with `{head}`",
        (Label(span),),
        help=help_text,
        edits=(Edit(span, written),) if written else (),
    )


def missing_arrow(span: Span, outcome: str) -> Diagnostic:
    """Return the message for a rule without an arrow."""
    return Diagnostic(
        "missing-arrow",
        "this rule has no arrow between its condition and its outcome",
        (Label(span),),
        help=f"write `→ {outcome}` (or `-> {outcome}`) after the condition",
    )


def missing_outcome(span: Span, outcome: str) -> Diagnostic:
    """Return the message for a rule whose arrow points at nothing."""
    return Diagnostic(
        "missing-outcome",
        "this arrow has no outcome after it",
        (Label(span, "an outcome should follow"),),
        help=f"write what the rule decides, such as `→ {outcome}`",
    )


def unexpected(span: Span, expected: str | None, way_out: str | None = None) -> Diagnostic:
    """Return the message for a word in a place where it makes no sentence."""
    return Diagnostic(
        "unexpected-word",
        f"`{span.text}` does not fit here",
        (Label(span, f"expected {expected}" if expected else ""),),
        help=way_out or _SENTENCES,
    )


_SENTENCES: Final = "`rulelang help language` lists the sentences of the rule language"
_NAMES: Final = "`rulelang words` lists the names of the vocabulary, `rulelang help language` the other words of rules"


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


def unfinished(span: Span, expected: str | None) -> Diagnostic:
    """Return the message for a sentence that breaks off."""
    return Diagnostic(
        "unfinished-sentence",
        "this sentence is incomplete",
        (Label(span, f"expected {expected}" if expected else ""),),
        help=_SENTENCES,
    )
