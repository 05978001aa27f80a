"""The driver: from the name of a ruleset to the ruleset as understood, or to everything that is wrong with it.

    find the file → its vocabulary → read → parse → the base years, the same way → what is in force
      → (barrier) → elaborate → lint → the ruleset

Each step reports all it can. The one barrier stands before elaboration: rules whose files or bases cannot be read are
not looked into further, because every message would be an echo of the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from attrs import define, field

from rulelang.compiler import files, lint
from rulelang.compiler.context import Context, Decided
from rulelang.compiler.examples import elaborate_example
from rulelang.compiler.inherit import Effective, effective
from rulelang.compiler.names import words_of
from rulelang.compiler.outcomes import decided_by, definitions, elaborate_rules
from rulelang.compiler.vocabulary import vocabulary_of
from rulelang.core.ruleset import Definition, DefinitionKey, Ruleset, priority_outcome
from rulelang.core.vocabulary import Scope, Vocabulary
from rulelang.diagnostics.catalogue import names, text, years
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.parse import parse, parse_vocabulary
from rulelang.syntax.words import Words


def load_vocabulary(path: Path, reporter: Reporter) -> Vocabulary | None:
    """Return the vocabulary of a file; None, after reports, where it has errors."""
    source = files.read_source(path, reporter)
    if source is None:
        return None
    file = parse_vocabulary(source, reporter)
    vocabulary = vocabulary_of(file, reporter, files.fingerprint_of(source.text))
    return None if reporter.has_errors else vocabulary


def load_ruleset(name: str | Path, reporter: Reporter) -> Ruleset | None:
    """Return a ruleset given by name (`assistance/2023`) or path; None, after reports, where it has errors."""
    path = files.find_ruleset(name, reporter)
    if path is None:
        return None
    return _Loader(reporter).ruleset(path)


@define
class _Loader:
    """What one load has read so far: each file is read once, whichever year asks for it."""

    reporter: Reporter
    vocabularies: dict[Path, tuple[Vocabulary, Words] | None] = field(factory=dict)
    effectives: dict[Path, Effective | None] = field(factory=dict)
    rulesets: dict[Path, Ruleset | None] = field(factory=dict)

    def ruleset(self, path: Path) -> Ruleset | None:
        """Return the ruleset of a file; None, after reports, where it has errors."""
        path = path.resolve()
        if path not in self.rulesets:
            self.rulesets[path] = None
            self.rulesets[path] = self._compile(path)
        return self.rulesets[path]

    def _vocabulary(self, path: Path) -> tuple[Vocabulary, Words] | None:
        place = files.find_vocabulary(path)
        if place not in self.vocabularies:
            vocabulary = load_vocabulary(place, self.reporter)
            self.vocabularies[place] = (vocabulary, words_of(vocabulary)) if vocabulary is not None else None
        return self.vocabularies[place]

    # ---- what is in force ----

    def _effective(self, path: Path) -> Effective | None:
        if path not in self.effectives:
            self.effectives[path] = None
            self.effectives[path] = self._read(path)
        return self.effectives[path]

    def _read(self, path: Path) -> Effective | None:
        found = self._vocabulary(path)
        source = files.read_source(path, self.reporter)
        if found is None or source is None:
            return None
        vocabulary, words = found
        file = parse(source, words, self.reporter)
        if not file.statements:
            self.reporter.report(text.empty_file(source.name))
            return None
        header = self._header(file, vocabulary)
        if header is None or header.year is None:
            return None
        base_line = next((one for one in file.statements if isinstance(one, syn.BasedOnLine)), None)
        base = self._base(path, header.year, base_line.year) if base_line is not None else None
        if base_line is not None and base is None:
            return None
        return effective(file, header, header.year, base, self.reporter)

    def _header(self, file: syn.File, vocabulary: Vocabulary) -> syn.RulesetLine | None:
        """Return the line that says which ruleset a file is, after checking the lines of the header."""
        for kind in (syn.RulesetLine, syn.UsesLine, syn.BasedOnLine):
            for second in [one for one in file.statements if isinstance(one, kind)][1:]:
                self.reporter.report(years.stray_statement(second.span))
        for uses in (one for one in file.statements if isinstance(one, syn.UsesLine)):
            if uses.title.casefold() != vocabulary.name.casefold():
                self.reporter.report(names.other_vocabulary(uses.span, vocabulary.name))
        header = next((one for one in file.statements if isinstance(one, syn.RulesetLine)), None)
        if header is None:
            self.reporter.report(years.missing_ruleset_line(file.statements[0].span))
        elif header.year is None:
            self.reporter.report(years.missing_ruleset_year(header.span))
        elif header.year not in (*vocabulary.years, *vocabulary.suspended):
            self.reporter.report(names.unknown_year(header.span, header.year, vocabulary.years))
        return header

    def _base(self, path: Path, year: int, base: syn.Number) -> Effective | None:
        place = path.with_name(f"{base.value}{files.SUFFIX}")
        if base.value >= year:
            self.reporter.report(years.base_not_earlier(base.span, base.value, year))
            return None
        if not place.is_file():
            self.reporter.report(years.missing_base(base.span, base.value, files.shown_name(place)))
            return None
        return self._effective(place)

    # ---- what it means ----

    def _compile(self, path: Path) -> Ruleset | None:
        in_force = self._effective(path)
        found = self._vocabulary(path)
        if in_force is None or found is None:
            return None
        vocabulary, _ = found
        lint.lint_sentences(in_force, self.reporter)
        lint.lint_headings(in_force, vocabulary, self.reporter)
        others: dict[int, Ruleset] = {}
        context = self._context(path, in_force, vocabulary, others)
        elaborated = elaborate_rules(in_force, context)
        lint.lint_duplicates(elaborated, self.reporter)
        own = definitions(elaborated, in_force, context)
        rules = tuple(item.rule for item in elaborated)
        examples = [elaborate_example(example, context, rules) for example in in_force.examples]
        if self.reporter.has_errors:
            return None
        kinds = {outcome.name: outcome.kind for outcome in vocabulary.outcomes}
        decided = list(dict.fromkeys(rule.outcome for rule in rules))
        ordered = _with_other_years(own, others)
        return Ruleset(
            title=in_force.title,
            year=in_force.year,
            vocabulary=vocabulary,
            definitions=ordered,
            rules=rules,
            priorities=context.decided.priorities,
            methods=tuple(name for name in decided if kinds.get(name) == "method"),
            referrals=tuple(name for name in decided if kinds.get(name) == "referral"),
            examples=tuple(example for example in examples if example is not None),
            suspended=_suspended(in_force, vocabulary),
            cites=in_force.cites,
            source=files.shown_name(path),
            fingerprint=_fingerprint(ordered, vocabulary),
        )

    def _context(
        self, path: Path, in_force: Effective, vocabulary: Vocabulary, others: dict[int, Ruleset]
    ) -> Context:
        """Return the context of a year; `others` gathers the rulesets of the years its rules look back to."""

        def in_year(year: int, span: Span) -> Context | None:
            if year == in_force.year:
                return context
            place = path.with_name(f"{year}{files.SUFFIX}")
            if not place.is_file():
                self.reporter.report(years.missing_year(span, year, files.shown_name(place)))
                return None
            there = self.ruleset(place)
            if there is None:
                return None
            others[year] = there
            return Context(year, vocabulary, self.reporter, _decided(there), in_year)

        context = Context(in_force.year, vocabulary, self.reporter, decided_by(in_force, vocabulary), in_year)
        return context


def _decided(ruleset: Ruleset) -> Decided:
    """Return what another year's ruleset decides, for rules that look back to it."""
    scopes = {name: one.scope for (year, name), one in ruleset.definitions.items() if year == ruleset.year}
    for number in ruleset.priorities:
        scopes.setdefault(priority_outcome(number), Scope.GROUP)
    return Decided(ruleset.year, scopes, ruleset.priorities)


def _with_other_years(
    own: Mapping[str, Definition], others: Mapping[int, Ruleset]
) -> dict[DefinitionKey, Definition]:
    """Return the definitions of the years looked back to, oldest first, and then the year's own."""
    ordered: dict[DefinitionKey, Definition] = {}
    for year in sorted(others):
        ordered.update(others[year].definitions)
    ordered.update({(definition.year, name): definition for name, definition in own.items()})
    return ordered


def _suspended(in_force: Effective, vocabulary: Vocabulary) -> str | None:
    if in_force.year in vocabulary.suspended:
        return in_force.because or vocabulary.suspended[in_force.year]
    return (in_force.because or "") if in_force.suspended else None


def _fingerprint(ordered: Mapping[DefinitionKey, Definition], vocabulary: Vocabulary) -> str:
    """Return a hash of what the rules mean; layout, comments, citations and labels of examples have no part in it."""
    digest = hashlib.sha256(vocabulary.fingerprint.encode())
    for key, definition in ordered.items():
        digest.update(repr((key, definition.scope.value, definition.node)).encode())
    return digest.hexdigest()
