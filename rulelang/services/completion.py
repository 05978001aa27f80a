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
from rulelang.compiler.vocabulary_tables import FORMS, LISTS, Column, TableForm
from rulelang.core.fact_types import FactType
from rulelang.core.vocabulary import Number, Vocabulary
from rulelang.services.cells import Cell, rows_below, table_of
from rulelang.services.meaning import Candidate, Meaning, candidates_of
from rulelang.services.places import Position, Range
from rulelang.services.words import own_rules
from rulelang.services.workspace import Reading, Workspace
from rulelang.syntax.keywords import KEYWORDS, MEANINGS, terminals
from rulelang.syntax.lexicon import ATOM
from rulelang.syntax.next_words import Next, last_statement, next_terminals
from rulelang.syntax.statements import BEGINS_VOCABULARY_LINE

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
    return Completion(one.label, one.kind, place, one.meaning.what, "\n".join(one.meaning.says), typed)


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
    may_come = (what.go_on | what.begin) - _not_of_type(reading.vocabulary, what)
    yield from _of_other_files(workspace, reading, what)
    for terminal in _NAMES:
        if terminal in may_come:
            yield from _names(reading, terminal, what)
    if "ARROW" in may_come:
        yield Candidate(_ARROW, "keyword", Meaning("what follows from the condition"), ("->", "=>", "then"))
    said = {_JOINTS.get(one, one) for one in may_come}
    for terminal in KEYWORDS:
        spelling = "is" if terminal == "ARE" and _fact_before(reading.vocabulary, what) else KEYWORDS[terminal][0]
        if terminal in said and spelling[0].isalpha():
            yield Candidate(spelling, "keyword", Meaning(MEANINGS[terminal]), tuple(KEYWORDS[terminal][1:]))


_COMPARES_DAYS: Final = terminals("BEFORE AFTER ON_OR_BEFORE ON_OR_AFTER")
_COMPARES_NUMBERS: Final = terminals("AT_LEAST AT_MOST ABOVE BELOW FEWER_THAN IN_THE_LOWEST IN_THE_HIGHEST")
_ASKS: Final = {
    FactType.NUMBER: _COMPARES_NUMBERS,
    FactType.DOLLARS: _COMPARES_NUMBERS,
    FactType.DATE: _COMPARES_DAYS,
    FactType.TEXT: frozenset(),
    FactType.YES_NO: frozenset({"YES", "NO"}),
}
"""The words by which a fact of each type is asked about, beside those for all of them."""


def _not_of_type(vocabulary: Vocabulary | None, what: Next) -> frozenset[str]:
    """Return the terminals that do not go with the fact right before, or before `is`."""
    fact = _fact_before(vocabulary, what)
    if fact is None:
        return frozenset()
    others = frozenset().union(*_ASKS.values()) - _ASKS[fact.type]
    is_asked = what.written[-1].may_be("ARE")
    return others | ((what.go_on - _ASKS[fact.type]) if is_asked and fact.type.is_named else frozenset())


def _fact_before(vocabulary: Vocabulary | None, what: Next) -> Number | None:
    """Return the fact whose name is the last that is written, or is before a last `is`; None if there is none."""
    behind = 2 if what.written[-1:] and what.written[-1].may_be("ARE") else 1
    named = what.written[-behind] if len(what.written) >= behind else None
    if vocabulary is None or named is None or not named.may_be("NUMBER_NAME"):
        return None
    return next((one for one in vocabulary.numbers if one.name == named.value), None)


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


# ---- In a vocabulary: a line, the heading of a table, a column, or what its cells hold ----


_EXTENDS: Final = re.compile(r"\s*extends\s+(?=[^\s\"]|$)", re.IGNORECASE)
_OPEN: Final = re.compile(r"[^|,]*$")


def candidates_of_vocabulary(reading: Reading, line: int, offset: int) -> tuple[int, list[Candidate]]:
    """Return what may be written at an offset of a vocabulary, whose line begins at `line`, and where it begins."""
    text = reading.source.text[line:offset]
    if "|" in text:
        begun = _OPEN.search(text)
        start = line + begun.start() if begun is not None else offset
        start += len(reading.source.text[start:offset]) - len(reading.source.text[start:offset].lstrip())
        return start, list(_in_row(reading, line, text.count("|") - 1))
    extends = _EXTENDS.match(text)
    if extends is not None:
        named = (f"{one} vocabulary" for one in installed_vocabularies())
        return line + extends.end(), [Candidate(one, "ruleset", Meaning("is installed")) for one in named]
    return line + len(text) - len(text.lstrip()), list(_lines(reading))


def _lines(reading: Reading) -> Iterator[Candidate]:
    """Yield what may begin a line: the keywords, and the headings of tables that are not there yet."""
    for terminal in BEGINS_VOCABULARY_LINE:
        yield Candidate(KEYWORDS[terminal][0], "keyword", Meaning(MEANINGS[terminal]))
    there = {one.tokens[0].value.casefold() for one in reading.statements}
    extends = any(one.tokens[0].terminal == "EXTENDS" for one in reading.statements)
    for form in FORMS:
        for heading in _headings(form, reading.vocabulary):
            for one in (heading, f"more {heading}") if extends else (heading,):
                if one.casefold() not in there:
                    yield Candidate(one, "keyword", Meaning("table", (f"It has {form.said}.",)))


def _headings(form: TableForm, vocabulary: Vocabulary | None) -> list[str]:
    """Return the headings of a table, with the names that stand for `…` as far as the vocabulary has them."""
    if vocabulary is None or not form.of:
        return [form.heading]
    kinds = [one.name for one in vocabulary.indicator_kinds]
    names = {
        "entity": [vocabulary.entity],
        "scale": [one.name for one in vocabulary.scales],
        "kind": kinds,
        "files": [*(f"{one} indicators" for one in kinds), LISTS],
    }
    return [form.heading.replace("…", one) for one in names[form.of]]


def _in_row(reading: Reading, line: int, number: int) -> Iterator[Candidate]:
    """Yield what a cell of the row on a line may hold: in the header a column, below it what its column asks for."""
    table = next((one for one in reversed(reading.statements) if one.tokens[0].start < line), None)
    form = table_of(table) if table is not None else None
    if table is None or form is None:
        return
    head = next(rows_below(table), [])
    if not head or head[0].token.start >= line:
        yield from _columns(reading, form, head)
    elif number < len(head) and head[number].column is not None:
        yield from _held(reading, head[number])


def _columns(reading: Reading, form: TableForm, head: list[Cell]) -> Iterator[Candidate]:
    there = {one.token.value.casefold() for one in head}
    scales = [one.name for one in reading.vocabulary.scales] if reading.vocabulary is not None else []
    for column in form.columns:
        for name in scales if column.name == "*" else column.spelled(scales):
            if name.casefold() not in there:
                yield Candidate(name, "keyword", Meaning("column", (column.says,)))


def _held(reading: Reading, head: Cell) -> Iterator[Candidate]:
    column, vocabulary = head.column or Column(""), reading.vocabulary
    yield from (Candidate(one, "keyword", Meaning(f"in the column {column.name}")) for one in column.words)
    if vocabulary is None or column.declares:
        return
    of_scale = [level for one in vocabulary.scales if head.token.value.startswith(one.name) for level in one.levels]
    for terminal in column.kinds:
        for one in candidates_of(terminal, vocabulary):
            if column.name != "*" or one.label in of_scale:
                is_number = terminal == "PRIORITY"
                yield evolve(one, label=one.label.removeprefix("Priority ")) if is_number else one
