"""Completions at a place of a text: the words that the grammar accepts there, and the names that fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from rulelang.compiler.effective_text import statement_text
from rulelang.compiler.locations import SUFFIX, VOCABULARY_FILE, known_rulesets
from rulelang.compiler.standing import installed_vocabularies
from rulelang.core.vocabulary import Vocabulary
from rulelang.services.completion_in_vocabularies import candidates_of_vocabulary
from rulelang.services.meaning import Candidate, Meaning, candidates_of
from rulelang.services.places import Position, Range
from rulelang.services.words import own_rules
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.keywords import KEYWORDS, MEANINGS
from rulelang.syntax.lexicon import ATOM
from rulelang.syntax.next_words import Next, last_statement, next_terminals

MOST_WORDS: Final = 7
"""The most words of a name before the place; the longest name of a level has seven."""

_WINDOW: Final = 20_000
"""How many characters before the place are looked at; a statement has a hundredth of them."""

_JOINTS: Final = {"LIST_AND": "AND", "LIST_OR": "OR", "LIST_OTHER": "AND"}
_ARROW: Final = "→"
_NAMES: Final = (
    *("LEVEL", "INDICATOR", "GROUP", "KIND", "OUTCOME", "PRIORITY", "SCALE", "INDICATOR_KIND"),
    *("NUMBER_NAME", "MEASURE_NAME"),
)


@frozen
class Completion:
    """Something that may be written at a place.

    `kind` is `keyword`, `level`, `indicator`, `group`, `kind`, `outcome`, `scale`, `number`, `measure`, `rule`,
    `example` or `ruleset`; `detail` says in a word or two what it is, `says` what it means. It replaces the text of
    `range`, which is its beginning as typed so far; `filter` is what was typed for it.
    """

    label: str
    kind: str
    text: str
    range: Range
    detail: str = ""
    says: str = ""
    filter: str = ""


def completions(workspace: Workspace, path: Path, position: Position) -> list[Completion]:
    """Return what may be written at a position of a file, names before keywords; empty if nothing fits.

    What was typed of a word or a name so far is taken for its beginning, also if the name has several words.
    """
    reading = workspace.reading(path)
    if reading is None:
        return []
    offset = reading.text.offset(position)
    text = reading.source.text
    line = text.rfind("\n", 0, offset) + 1
    if _is_in_comment(text[line:offset]):
        return []
    if reading.is_vocabulary:
        start, fitting = candidates_of_vocabulary(reading, line, offset)
        place = reading.text.range(start, offset)
        known = [(one, _typed(text[start:offset], one)) for one in fitting]
        return [_completion(one, place, typed) for one, typed in known if typed is not None]
    window = _window_start(text, line)
    statement, in_example = last_statement(text[window:line], reading.lexicon)
    found: dict[str, Completion] = {}
    for start in _starts(text, line, offset):
        before = text[window + statement : start]
        what = next_terminals(before, reading.lexicon, in_example=in_example)
        for one in _candidates(workspace, reading, what):
            typed = _typed(text[start:offset], one)
            if typed is not None and one.label not in found:
                found[one.label] = _completion(one, reading.text.range(start, offset), typed)
    return sorted(found.values(), key=_rank)


_FIRST_WORDS: Final = {KEYWORDS[one][0] for one in ("ADD", "REPLACE", "REMOVE", "EXAMPLE", "GIVEN", "EXPECT", "FOR")}


def _rank(one: Completion) -> int:
    """Return the sort position of a completion: what begins statements, then names, then the other keywords."""
    return 0 if one.label in _FIRST_WORDS else 1 if one.kind != "keyword" else 2


def _completion(one: Candidate, place: Range, typed: str) -> Completion:
    return Completion(one.label, one.kind, one.label, place, one.meaning.what, "\n".join(one.meaning.says), typed)


def _is_in_comment(line: str) -> bool:
    return any(found.lastgroup == "COMMENT" for found in ATOM.finditer(line))


def _window_start(text: str, line: int) -> int:
    """Return where the text begins that is looked at: of a long file, at an empty line well above."""
    return text.rfind("\n\n", 0, line - _WINDOW) + 1 if line > _WINDOW else 0


def _starts(text: str, line: int, offset: int) -> list[int]:
    """Return where what is typed may begin: at each of the last words, the first of them first, or at the place."""
    atoms = [line + found.start() for found in ATOM.finditer(text[line:offset])]
    is_apart = offset == line or text[offset - 1].isspace() or not re.match(r"[\w\"]", text[offset - 1])
    return [*atoms[-MOST_WORDS:], *([offset] if is_apart else [])]


def _typed(text: str, one: Candidate) -> str | None:
    """Return the name of a candidate that begins as typed; None if none of its names does."""
    begin = re.sub(r"\s+", " ", text).casefold()
    return next((name for name in (one.label, *one.aliases) if name.casefold().startswith(begin)), None)


# ---- candidates ----


def _candidates(workspace: Workspace, reading: Reading, what: Next) -> Iterator[Candidate]:
    may_come = what.go_on | what.begin
    yield from _of_other_files(workspace, reading, what)
    for terminal in _NAMES:
        if terminal in may_come:
            yield from _names(reading, terminal, what)
    if "ARROW" in may_come:
        yield Candidate(_ARROW, "keyword", Meaning("what follows from the condition"), ("->", "=>", "then"))
    said = {_JOINTS.get(one, one) for one in may_come}
    for terminal in KEYWORDS:
        spelling = KEYWORDS[terminal][0]
        if terminal in said and spelling[0].isalpha():
            yield Candidate(spelling, "keyword", Meaning(MEANINGS[terminal]), tuple(KEYWORDS[terminal][1:]))


def _names(reading: Reading, terminal: str, what: Next) -> Iterator[Candidate]:
    vocabulary = reading.vocabulary
    if terminal == "MEASURE_NAME":
        yield from (
            Candidate(one, "measure", Meaning("measure")) for one in reading.lexicon.spellings.get(terminal, ())
        )
    if vocabulary is None:
        return
    if terminal == "PRIORITY" and what.begin:
        headings = ((f'priority {one.number} "{one.name}"', one.name) for one in vocabulary.priorities)
        yield from (Candidate(label, "outcome", Meaning("heading", (name,))) for label, name in headings)
        return
    for one in candidates_of(terminal, vocabulary):
        yield evolve(one, label=_spelled(vocabulary, terminal, one.label, what), aliases=(one.label, *one.aliases))


def _spelled(vocabulary: Vocabulary, terminal: str, name: str, what: Next) -> str:
    """Return a name as it is written at a place: kinds of LEA in the plural in a heading."""
    if terminal == "INDICATOR_KIND":
        return f"{name} indicators"
    if terminal == "KIND" and what.written[:1] and what.written[0].may_be("FOR"):
        return vocabulary.kind(name).plural
    return name


def _of_other_files(workspace: Workspace, reading: Reading, what: Next) -> Iterator[Candidate]:
    """Yield what may be named from the base or other files: rules, examples, rulesets, vocabularies."""
    head = [token.terminal for token in what.written[:2]]
    if "LABEL" in what.go_on and head == ["REPLACE"]:
        base = workspace.base(reading.text.path)
        for rule in base.rules if base is not None else ():
            if rule.label is not None:
                yield Candidate(statement_text(rule), "rule", Meaning(f"of {rule.year}", (rule.because or "",)))
    if "LABEL_NAME" in what.go_on:
        base = workspace.base(reading.text.path)
        rules = base.rules if base is not None else ()
        known = {one.label: statement_text(one) for one in rules if one.label is not None}
        own = {} if head[:1] == ["REMOVE"] else {one.label.name: one.text for one in own_rules(reading)}
        yield from (Candidate(one, "rule", Meaning("rule", (text,))) for one, text in {**known, **own}.items())
    if "STRING" in what.go_on and head == ["REMOVE", "EXAMPLE"]:
        base = workspace.base(reading.text.path)
        titles = [(one.title.text, one.year) for one in base.examples] if base is not None else []
        yield from (Candidate(f'"{one}"', "example", Meaning(f"of {year}")) for one, year in titles)
    if head and "TITLE" in what.go_on:
        named = _named_files(reading.text.path, head[-1])
        yield from (Candidate(one, "ruleset", Meaning(detail)) for one, detail in named)


def _named_files(path: Path, line: str) -> Iterator[tuple[str, str]]:
    """Yield what the line of a file that begins with a keyword may name, by the keyword's terminal, and what it is."""
    known = known_rulesets()
    match line:
        case "BASED_ON":
            beside = sorted(one.stem for one in path.parent.glob(f"*{SUFFIX}") if one != path)
            yield from ((one, "beside this file") for one in beside if one != Path(VOCABULARY_FILE).stem)
            yield from ((one, "is installed") for one in known)
        case "LEVELS_FROM" | "EARLIER_YEARS_FROM":
            folders = sorted({one.rpartition("/")[0] for one in known} - {""})
            yield from ((one, "folder of rulesets that are installed") for one in folders)
        case "USES" | "EXTENDS":
            yield from ((f"{one} vocabulary", "is installed") for one in installed_vocabularies())
        case _:
            pass
