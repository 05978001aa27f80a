"""The driver: from the name of a ruleset to the ruleset as understood, or to everything that is wrong with it.

find the file → its vocabulary → read → parse → the base years, the same way → what is in force → (barrier) → elaborate
→ lint → the ruleset

Each step reports all it can. The one barrier is before elaboration: rules whose files or bases cannot be read are not
checked further, because every message would be a consequence of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from attrs import define, evolve, field

from rulelang.compiler import files, lint
from rulelang.compiler.ambiguity import ask_what_is_meant
from rulelang.compiler.amend import effective
from rulelang.compiler.context import Context, Decided
from rulelang.compiler.examples import elaborate_examples
from rulelang.compiler.extend import read_vocabulary
from rulelang.compiler.fingerprint import fingerprint
from rulelang.compiler.header import read_header
from rulelang.compiler.in_force import Effective
from rulelang.compiler.level_rules.definitions import LevelDefinitions, elaborate_levels, level_definitions
from rulelang.compiler.locations import NOTHING_HELD, SUFFIX, Held
from rulelang.compiler.names import measures_of_bases, words_of
from rulelang.compiler.near_paths import near_ruleset
from rulelang.compiler.outcomes import WRONG_IN_A_YEAR, decided_by, definitions, elaborate_rules
from rulelang.compiler.standing import Ground, base_file, bases_of, ground_of
from rulelang.compiler.vocabulary import vocabulary_of
from rulelang.core.ruleset import Definition, DefinitionKey, Rule, Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.core.walk import references_in
from rulelang.diagnostics.catalogue import names, text, years
from rulelang.diagnostics.catalogue import vocabulary as vocabulary_messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, Severity
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parse, parse_vocabulary


def load_vocabulary(path: Path, reporter: Reporter, held: Held = NOTHING_HELD) -> Vocabulary | None:
    """Return the vocabulary of a file; None, after reports, if it has errors."""
    found = read_vocabulary(path, reporter, held=held)
    if found is None:
        return None
    heard = Reporter()
    vocabulary = vocabulary_of(found.file, heard, files.fingerprint_of("\0".join(found.texts)))
    for one in heard.diagnostics:
        is_own = one.span is None or one.span.source.name == files.shown_name(path)
        reporter.report(one if is_own else vocabulary_messages.of_replaced_tables(one, found.replaced))
    return None if reporter.has_errors else vocabulary


def vocabulary_as_read(path: Path, held: Held) -> tuple[Vocabulary | None, bool]:
    """Return as much of a vocabulary as can be understood, and whether that is all; None without a text to read."""
    reporter = Reporter()
    found = read_vocabulary(path, reporter, held=held)
    if found is not None:
        return vocabulary_of(found.file, reporter), not reporter.has_errors
    source = files.read_source(path, reporter, held)
    return (vocabulary_of(parse_vocabulary(source, reporter), reporter) if source is not None else None), False


def load_ruleset(
    name: str | Path, reporter: Reporter, held: Held = NOTHING_HELD, as_year: int | None = None
) -> Ruleset | None:
    """Return a ruleset given by name (`assistance/2023`) or path; None, after reports, if it has errors.

    With `as_year` its rules are applied to the data of that year: they look back from there to years by their own
    rulesets, and what the year does not have is warned about, and counts as no. It then has no examples.
    """
    path = Path(name) if held else files.find_ruleset(name, reporter)
    if path is None:
        return None
    return Loader(reporter, held=held).ruleset(path, as_year)


def load_years(paths: Iterable[Path]) -> Iterator[tuple[Ruleset | None, Sequence[Diagnostic]]]:
    """Yield each ruleset of some files, or None, with its reports; what they share is read once.

    After a report everything is read again, so that each ruleset has all of its own reports.
    """
    loader = Loader(Reporter())
    for path in paths:
        if loader.reporter.diagnostics:
            loader = Loader(Reporter())
        found = files.find_ruleset(path, loader.reporter)
        ruleset = loader.ruleset(found) if found is not None else None
        yield ruleset, loader.reporter.diagnostics


def load_effective(name: str | Path, reporter: Reporter) -> tuple[Effective, Vocabulary] | None:
    """Return what is in force in a year, as written, with its vocabulary; None, after reports, if it has errors."""
    path = files.find_ruleset(name, reporter)
    return Loader(reporter).in_force(path) if path is not None else None


class _Compiled(NamedTuple):
    """A ruleset, and what it decides and works out for the rules of later years that look back to it."""

    ruleset: Ruleset
    decided: Decided
    sources: LevelDefinitions


@define
class Loader:
    """What one load has read so far: each file is read once, for every year that asks for it.

    All files of a load are read under the ground of the file that was asked for: with its vocabulary, and with the
    years beside it before others. A loader never reads anything twice; `without` returns one that does.
    """

    reporter: Reporter
    vocabularies: dict[Path, tuple[Vocabulary, Lexicon] | None] = field(factory=dict)
    ground: Ground | None = None
    effectives: dict[Path, Effective | None] = field(factory=dict)
    done: dict[Path, _Compiled | None] = field(factory=dict)
    held: Held = NOTHING_HELD

    def ruleset(self, path: Path, as_year: int | None = None) -> Ruleset | None:
        """Return the ruleset of a file, for its own year or another; None, after reports, if it has errors."""
        self._use_ground(ground_of(path, self.held))
        place = path.resolve()
        found = self._compiled(place, is_asked=True) if as_year is None else self._compile(place, as_year)
        if found is None:
            return None
        one = found.ruleset  # years that are only looked back to need no fingerprint
        return evolve(one, fingerprint=fingerprint(one.definitions, one.year, one.vocabulary))

    def in_force(self, path: Path) -> tuple[Effective, Vocabulary] | None:
        """Return what is in force after a file, and its vocabulary; None, after reports, if it has errors."""
        self._use_ground(ground_of(path, self.held))
        in_force, found = self._effective(path.resolve()), self._vocabulary()
        if in_force is None or found is None or self.reporter.has_errors:
            return None
        return in_force, found[0]

    def base(self, path: Path) -> Effective | None:
        """Return what is in force in the base of a file, as far as it can be read; None without one."""
        base = next(bases_of(path, self.held), None)
        self._use_ground(ground_of(path, self.held))
        return self._effective(base) if base is not None else None

    def without(self, path: Path, held: Held) -> Loader:
        """Return a loader with its own reporter that has read what this one has, except for one file.

        Only years that cannot build on that file or look back to it are kept, and nothing if they have reports.
        """
        name = files.shown_name(path)
        words = {one: known for one, known in self.vocabularies.items() if known is not None}
        if any(one.span is None or one.span.source.name != name for one in self.reporter.diagnostics):
            return Loader(Reporter(), {**words}, held=held)
        first = int(path.stem) if path.stem.isdecimal() else None
        read = {one: it for one, it in self.effectives.items() if it is not None and not it.stands_in(name)}
        done = {one: it for one, it in self.done.items() if it is not None and one in read}
        if first is not None:
            done = {one: it for one, it in done.items() if it.ruleset.year < first}
        return Loader(Reporter(), {**words}, self.ground, {**read}, {**done}, held)

    def _use_ground(self, ground: Ground) -> None:
        """Forget what was read under another ground."""
        if ground != self.ground:
            self.ground = ground
            self.effectives.clear()
            self.done.clear()

    def _vocabulary(self) -> tuple[Vocabulary, Lexicon] | None:
        assert self.ground is not None  # noqa: S101  # every load begins by standing on one
        place = self.ground.vocabulary
        if place not in self.vocabularies:
            vocabulary = load_vocabulary(place, self.reporter, self.held)
            self.vocabularies[place] = (vocabulary, words_of(vocabulary)) if vocabulary is not None else None
        return self.vocabularies[place]

    def _year_file(self, path: Path, year: int) -> Path | None:
        """Return the file of another year's ruleset: of the ground, or beside the file that asks for it."""
        assert self.ground is not None  # noqa: S101  # as above
        return self.ground.year(year) or self.ground._replace(folders=(path.parent,)).year(year)

    # ---- what is in force ----

    def _effective(self, path: Path) -> Effective | None:
        if path not in self.effectives:
            self.effectives[path] = None
            self.effectives[path] = self._read(path)
        return self.effectives[path]

    def parsed(self, path: Path) -> syn.File | None:
        """Return what of a file can be read; None, after reports, if it cannot be opened or has no vocabulary."""
        self._use_ground(self.ground or ground_of(path, self.held))
        found = self._vocabulary()
        source = files.read_source(path, self.reporter, self.held)
        if found is None or source is None:
            return None
        _, words = found
        return parse(source, words, self.reporter, measures_of_bases(bases_of(path, self.held), words, self.held))

    def _read(self, path: Path) -> Effective | None:
        file, found = self.parsed(path), self._vocabulary()
        if file is None or found is None:
            return None
        if not file.statements:
            self.reporter.report(text.empty_file(file.source.name))
            return None
        said = read_header(path, file, found[0], lambda named: self._base_of(path, named), self.reporter)
        return effective(file, *said, self.reporter) if said is not None else None

    def _base_of(self, path: Path, named: syn.Text) -> Effective | None:
        """Return what is in force in the base that a file names; None, after a report, if there is no such base."""
        place = base_file(named.text, path)
        if place is None:
            beside = files.shown_name(path.parent.joinpath(f"{named.text}{SUFFIX}"))
            self.reporter.report(years.missing_base(named.span, named.text, beside, near_ruleset(named.text)))
            return None
        if place in self.effectives and self.effectives[place] is None:  # its reading has begun
            self.reporter.report(years.base_not_earlier(named.span, named.text))
            return None
        base = self._effective(place)
        if base is not None and base.what_if is not None:
            self.reporter.report(years.based_on_what_if(named.span, named.text))
            return None
        return base

    # ---- what it means ----

    def _compiled(self, path: Path, *, is_asked: bool = False) -> _Compiled | None:
        """Return a ruleset; only one that is asked for has its examples, and not the years that are looked back to."""
        if is_asked or path not in self.done:
            self.done[path] = None
            self.done[path] = self._compile(path, with_examples=is_asked)
        return self.done[path]

    def _compile(self, path: Path, as_year: int | None = None, *, with_examples: bool = False) -> _Compiled | None:
        found = self._vocabulary()
        in_force = self._asked(path, found[0], as_year) if found is not None else None
        if in_force is None or found is None:
            return None
        vocabulary, _ = found
        lint.lint_all(in_force, vocabulary, self.reporter)
        others: dict[int, Ruleset] = {}
        sources = self._sources(path, in_force, vocabulary, others)
        context = sources.context
        ask_what_is_meant(in_force, context)
        elaborated = elaborate_rules(in_force, context)
        if not context.bears:  # otherwise rules are equal only because the year lacks what they ask for
            lint.lint_elaborated(elaborated, in_force, vocabulary, self.reporter)
        level_rules = elaborate_levels(sources)
        own = definitions(elaborated, sources.nodes, in_force, context)
        rules = tuple(item.rule for item in elaborated)
        examples = elaborate_examples(in_force, context, own) if with_examples else ()
        if self.reporter.must_stop:
            return None
        ruleset = Ruleset(
            title=in_force.title,
            year=in_force.year,
            vocabulary=vocabulary,
            definitions=_with_other_years(own, others),
            rules=rules,
            priorities=context.decided.priorities,
            methods=_decided_of_kind("method", rules, vocabulary),
            referrals=_decided_of_kind("referral", rules, vocabulary),
            examples=examples,
            examples_left_out=len(in_force.examples) - len(examples) if with_examples else 0,
            levels=level_rules,
            levels_from=in_force.levels_from,
            what_if=in_force.what_if,
            rules_of=in_force.rules_of,
            suspended=_suspended(in_force, vocabulary),
            cites=in_force.cites,
            source=files.shown_name(path),
        )
        return _Compiled(ruleset, context.decided, sources)

    def _asked(self, path: Path, vocabulary: Vocabulary, as_year: int | None) -> Effective | None:
        """Return what is in force in a year, or what another is asked for; None, after reports, if it is neither."""
        in_force = self._effective(path)
        if in_force is None or as_year in (None, in_force.year):
            return in_force
        if as_year not in vocabulary.years:
            self.reporter.report(names.unknown_year_asked(as_year, vocabulary.years))
            return None
        return evolve(in_force, year=as_year, rules_of=in_force.year, examples=())

    def _sources(
        self, path: Path, in_force: Effective, vocabulary: Vocabulary, others: dict[int, Ruleset]
    ) -> LevelDefinitions:
        """Return a year's measures and levels in its context; `others` collects the rulesets looked back to."""

        def in_year(year: int, span: Span) -> Context | None:
            if year in contexts:
                return contexts[year]
            place = self._year_file(path, year)
            if place is None:
                beside = files.shown_name(path.with_name(f"{year}{SUFFIX}"))
                self.reporter.report(years.missing_year(span, year, beside))
                return None
            there = self._compiled(place.resolve())
            if there is None:
                return None
            others[year] = there.ruleset
            contexts[year] = Context(
                year, vocabulary, self.reporter, there.decided, in_year, is_past=True, sources=there.sources
            )
            return contexts[year]

        contexts: dict[int, Context] = {}
        decided = decided_by(in_force, vocabulary)
        bears = dict.fromkeys(WRONG_IN_A_YEAR, Severity.WARNING) if in_force.rules_of is not None else {}
        context = Context(in_force.year, vocabulary, self.reporter, decided, in_year, bears=bears)
        sources = level_definitions(in_force.levels, context)
        contexts[in_force.year] = sources.context
        return sources


def _decided_of_kind(kind: str, rules: Sequence[Rule], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the outcomes of a kind that some rule decides, in the vocabulary's order."""
    decided = {rule.outcome for rule in rules}
    return tuple(one.name for one in vocabulary.outcomes if one.kind == kind and one.name in decided)


def _with_other_years(own: Mapping[str, Definition], others: Mapping[int, Ruleset]) -> dict[DefinitionKey, Definition]:
    """Return a year's own definitions after those of other years that they refer to, oldest year first."""
    known: dict[DefinitionKey, Definition] = {}
    for year in sorted(others):
        known.update(others[year].definitions)
    known.update({(definition.year, name): definition for name, definition in own.items()})
    own_nodes = [definition.node for definition in own.values()]
    nodes = {key: one.node for key, one in known.items()}
    found = references_in(*own_nodes, through=lambda one: nodes.get((one.year, one.name)))
    named = {(one.year, one.name) for one in found}
    return {key: one for key, one in known.items() if key in named or own.get(one.name) is one}


def _suspended(in_force: Effective, vocabulary: Vocabulary) -> str | None:
    if in_force.year in vocabulary.suspended:
        return in_force.because or vocabulary.suspended[in_force.year]
    return (in_force.because or "") if in_force.suspended else None
