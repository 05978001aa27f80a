"""The rule files that are being edited, as they are in memory, and what was understood of them so far."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from attrs import define, field, frozen

from rulelang.analysis.checking import Checked, checked_by
from rulelang.compiler import files
from rulelang.compiler.in_force import Effective
from rulelang.compiler.load import Loader, load_vocabulary, vocabulary_as_read
from rulelang.compiler.locations import VOCABULARY_FILE, Held
from rulelang.compiler.names import measures_of_bases, words_of
from rulelang.compiler.standing import bases_of, find_vocabulary
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, in_order
from rulelang.diagnostics.source import Source, Span
from rulelang.services.places import Place, Text, TextEdit
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import Lexicon, measure_names
from rulelang.syntax.parse import parse_gathered, parse_vocabulary
from rulelang.syntax.plain_text import decode
from rulelang.syntax.statements import Gathered, vocabulary_statements
from rulelang.syntax.tokens import RawStatement

NO_WORDS: Final = Lexicon.of(())


@define(eq=False, slots=False)
class Reading:
    """What can be parsed of one text, whatever is wrong with it, computed when it is first asked for.

    `vocabulary` and `words` are those that can be understood; `has_all_words` says that nothing is wrong with them.
    `bases` are the files that it builds on, whose measures it knows.
    """

    text: Text
    vocabulary: Vocabulary | None
    words: Lexicon
    measures: tuple[str, ...] = ()
    has_all_words: bool = True
    bases: frozenset[Path] = frozenset()

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the words of the vocabulary and the measures, those of the bases and those that the text declares."""
        own = measure_names(self.source, self.words)
        return self.words.with_measures(list(dict.fromkeys([*self.measures, *own])))

    @property
    def source(self) -> Source:
        """Return the text as the compiler reads it."""
        return self.text.source

    @property
    def is_vocabulary(self) -> bool:
        """Return whether it is a file of words, and not of rules."""
        return self.text.path.name == VOCABULARY_FILE

    @cached_property
    def file(self) -> syn.File:
        """Return the statements that could be read."""
        return self._parsed[0]

    @property
    def is_read(self) -> bool:
        """Return whether every sentence could be read, with all words of the vocabulary."""
        return (self.has_all_words or self.is_vocabulary) and not self._parsed[1].diagnostics

    @cached_property
    def _parsed(self) -> tuple[syn.File, Reporter]:
        reporter = Reporter()
        if self.is_vocabulary:
            return parse_vocabulary(self.source, reporter), reporter
        return parse_gathered(self._gathered, reporter), reporter

    @property
    def statements(self) -> list[RawStatement]:
        """Return the words of each statement, of those that cannot be read too."""
        return self._words[0]

    @property
    def comments(self) -> list[syn.Comment]:
        """Return the comments."""
        return self._words[1]

    @cached_property
    def _words(self) -> tuple[list[RawStatement], list[syn.Comment]]:
        if self.is_vocabulary:
            return vocabulary_statements(self.source)
        return self._gathered.statements, self._gathered.comments

    @cached_property
    def _gathered(self) -> Gathered:
        return Gathered.of(self.source, self.lexicon)


@frozen
class Finding:
    """What a check found: all that is wrong, and what is in force and the ruleset where they can be understood."""

    diagnostics: tuple[Diagnostic, ...] = ()
    in_force: Effective | None = None
    checked: Checked = field(factory=Checked)


@define
class Checker:
    """Checks one text after another, and reads again only what has changed in between."""

    loader: Loader = field(factory=lambda: Loader(Reporter()))
    last: Path | None = None

    def check(self, path: Path, held: Held) -> Finding:
        """Return what is found wrong with a file, given the texts that replace files."""
        if path.name == VOCABULARY_FILE:
            reporter = Reporter()
            load_vocabulary(path, reporter, held)
            return Finding(tuple(in_order(reporter.diagnostics)))
        others = {one: it for one, it in held.items() if one != path}
        is_same = path == self.last and others == {one: it for one, it in self.loader.held.items() if one != path}
        self.loader = self.loader.without(path, held) if is_same else Loader(Reporter(), held=held)
        self.last = path
        checked = checked_by(self.loader, path)
        found = tuple(in_order(self.loader.reporter.diagnostics))
        return Finding(found, self.loader.effectives.get(path), checked)

    def forget(self) -> None:
        """Forget what was read of files, because one of them has changed."""
        self.last = None


@define
class Workspace:
    """The texts that are being edited, by path; every other file is read from disk.

    Whatever is asked about a path is asked about its text here, or else about the file. Paths are made absolute first.
    """

    texts: dict[Path, Text] = field(factory=dict)
    checker: Checker = field(factory=Checker)
    readings: dict[Path, Reading] = field(factory=dict)
    words: dict[Path, tuple[Vocabulary | None, Lexicon, bool]] = field(factory=dict)
    findings: dict[Path, Finding] = field(factory=dict)
    bases: dict[Path, Effective] = field(factory=dict)

    def open(self, path: Path, text: str) -> None:
        """Use a text for a file from now on, whether or not the file exists."""
        whole = path.resolve()
        name = files.shown_name(whole)
        self.bases = {one: it for one, it in self.bases.items() if not it.stands_in(name)}
        if whole.name == VOCABULARY_FILE:
            self._forget_words()
        self.findings.clear()
        self.readings = {one: it for one, it in self.readings.items() if one != whole and whole not in it.bases}
        self.texts[whole] = Text(whole, text, name)

    def close(self, path: Path) -> None:
        """Use the file itself from now on."""
        self.texts.pop(path.resolve(), None)
        self.forget()

    def edited(self, edits: Sequence[TextEdit]) -> Workspace:
        """Return another workspace, with the texts as they are after some edits; this one stays as it is."""
        found = Workspace(dict(self.texts))
        for path in {edit.place.path for edit in edits}:
            reading = self.reading(path)
            if reading is not None:
                found.open(path, reading.text.edited(edits))
        return found

    def forget(self) -> None:
        """Forget what was read of files, because some of them may have changed."""
        self._forget_words()
        self.findings.clear()
        self.checker.forget()

    def _forget_words(self) -> None:
        self.readings.clear()
        self.words.clear()
        self.bases.clear()

    @property
    def held(self) -> dict[Path, bytes]:
        """Return the texts that replace files, as the bytes that a file would have."""
        return {path: _bytes(text.written) for path, text in self.texts.items()}

    def reading(self, path: Path) -> Reading | None:
        """Return what can be read of a file; None if there is no file or its bytes are no rule text."""
        whole = path.resolve()
        if whole not in self.readings:
            text = self.texts.get(whole) or _text_of_file(whole)
            if text is None or not _is_rule_text(text):
                return None
            self.readings[whole] = self._read(text)
        return self.readings[whole]

    def finding(self, path: Path) -> Finding:
        """Return what a check of a file finds, as the file is now."""
        whole = path.resolve()
        if whole not in self.findings:
            self.findings[whole] = self.checker.check(whole, self.held)
        return self.findings[whole]

    def base(self, path: Path) -> Effective | None:
        """Return what is in force in the base of a file, as far as it can be read; None without one."""
        whole = path.resolve()
        held = self.held
        base = next(bases_of(whole, held), None)
        if base is None:
            return None
        if base not in self.bases:
            found = Loader(Reporter(), held=held).base(whole)
            if found is None:
                return None
            self.bases[base] = found
        return self.bases[base]

    def place(self, span: Span) -> Place | None:
        """Return the place of a span of any source, in the text held for it; None if it is not in a file."""
        path = Path(span.source.name)
        reading = self.reading(path)
        return reading.text.place(span) if reading is not None else None

    def _read(self, text: Text) -> Reading:
        held = self.held
        is_vocabulary = text.path.name == VOCABULARY_FILE
        place = text.path if is_vocabulary else find_vocabulary(text.path, held)
        if place not in self.words:
            vocabulary, is_whole = vocabulary_as_read(place, held)
            self.words[place] = (vocabulary, words_of(vocabulary) if vocabulary is not None else NO_WORDS, is_whole)
        vocabulary, words, is_whole = self.words[place]
        if is_vocabulary:
            return Reading(text, vocabulary, words, has_all_words=is_whole)
        bases = tuple(bases_of(text.path, held))
        return Reading(text, vocabulary, words, measures_of_bases(bases, words, held), is_whole, frozenset(bases))


def _text_of_file(path: Path) -> Text | None:
    content = files.read_content(path, Reporter())
    return Text(path, content.decode("utf-8-sig", "replace"), files.shown_name(path)) if content is not None else None


def _is_rule_text(text: Text) -> bool:
    return not text.written.strip() or decode(text.name, _bytes(text.written), Reporter()) is not None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
