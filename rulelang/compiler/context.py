"""The context in which conditions and expressions are elaborated: a year, its words and what its rules decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, Protocol, TypeVar

from attrs import evolve, field, frozen

from rulelang.compiler.in_force import EffectiveLevel
from rulelang.core import tree as core
from rulelang.core.record import FieldKey
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Indicator, Scale, Scope, Vocabulary
from rulelang.core.walk import walk
from rulelang.diagnostics.catalogue import levels
from rulelang.diagnostics.catalogue import names as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter, Severity
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

_T = TypeVar("_T")


def all_known(items: Iterable[_T | None]) -> tuple[_T, ...] | None:
    """Return some things, each of which is None if it has been reported; None if any is, after all have been made."""
    made = tuple(items)
    known = tuple(one for one in made if one is not None)
    return known if len(known) == len(made) else None


class Decided(NamedTuple):
    """What a year's rules decide, for conditions to refer to: definition names with the scope of each.

    `kinds` are the kinds of LEA that the year's rules determine, `labels` the rules' labels with what each decides.
    `of_kinds` are the kinds for which some rule decides each outcome.
    """

    scopes: Mapping[str, Scope]
    of_kinds: Mapping[str, frozenset[str]]
    priorities: tuple[int, ...]
    kinds: tuple[str, ...]
    labels: Mapping[str, str]


class Sources(Protocol):
    """Where an expression finds the measures and levels of a year that it refers to."""

    @property
    def nodes(self) -> Mapping[str, core.Node]:
        """Return the definitions made so far, by name."""

    def measure(self, context: Context, written: syn.NumberName) -> core.Node | None:
        """Return the value of a measure as named in an expression; None, after a report, if it has none."""

    def is_measure(self, context: Context, written: syn.NumberName) -> bool:
        """Return whether a name is a measure of the indicator, of none or, if none is at hand, of any."""

    def measures(self, context: Context) -> list[str]:
        """Return the names of the measures that an expression may have."""

    def level(self, context: Context, scale: str, span: Span) -> core.Node | None:
        """Return the level of the indicator on a scale that the ruleset works out; None if it works out none."""


@frozen
class Context:
    """The year, words and definitions in which conditions and expressions are elaborated.

    `in_year` gives the context of another Dashboard year, under that year's own ruleset; None, and a report at the
    span, if that year has none. `of_group` says whether it is about one student group (None: not known yet), `is_past`
    whether the year is looked back to, `in_window` whether it is one of the years of a window. `bears` are the codes of
    mistakes that do not stop it, with their severity: what the year does not have is no. `of_indicator` is the
    indicator whose numbers are meant if none is named, `only_own` says that no other is. `because` is the reason that
    the statement gives. `about` are the kinds of entity that the statement is about, empty for all. The numbers
    that are meant are those of `last_year`, or of several `years_before`, if not of the year itself.
    """

    year: int
    vocabulary: Vocabulary
    reporter: Reporter
    decided: Decided
    in_year: Callable[[int, Span], Context | None]
    of_group: bool | None = False
    is_past: bool = False
    in_window: bool = False
    sources: Sources | None = None
    of_indicator: Indicator | None = None
    only_own: bool = False
    last_year: bool = False
    years_before: int = 0
    because: str | None = None
    about: tuple[str, ...] = ()
    bears: Mapping[str, Severity] = field(factory=dict)

    @property
    def asks_past(self) -> bool:
        """Return whether the numbers that are meant are not those of the year at hand."""
        return self.last_year or self.years_before > 0

    @property
    def of(self) -> str:
        """Return the name of the indicator, empty if there is none."""
        return self.of_indicator.name if self.of_indicator is not None else ""

    @property
    def nodes(self) -> Mapping[str, core.Node]:
        """Return the definitions of measures and levels made so far, by name."""
        return self.sources.nodes if self.sources is not None else {}

    def definition(self, reference: core.Ref) -> core.Node | None:
        """Return the definition made so far that a reference names; None if it has not been made."""
        return self.nodes.get(reference.name)

    def report(self, diagnostic: Diagnostic) -> None:
        """Report a mistake."""
        self.reporter.report(diagnostic)

    def goes_on(self, diagnostic: Diagnostic) -> bool:
        """Report a mistake, and return whether the rule goes on with the test taken as no."""
        severity = self.bears.get(diagnostic.code)
        self.report(diagnostic if severity is None else evolve(diagnostic, severity=severity, stops=False))
        return severity is not None

    def decides(self, outcome: str) -> bool:
        """Return whether a rule decides an outcome for some kind of entity that the statement is about."""
        kinds = self.decided.of_kinds.get(outcome, frozenset())
        return bool(kinds) and (not self.about or not kinds.isdisjoint(self.about))

    def of_related(self, outcome: str) -> tuple[str, ...]:
        """Return the kinds that alone have an outcome, if they belong to what the statement is about, or it to them."""
        kinds, above = self.decided.of_kinds.get(outcome, frozenset()), self.vocabulary.above
        if self.decides(outcome):
            return ()
        return tuple(sorted({kind for kind in kinds for one in self.about if kind in above(one) or one in above(kind)}))

    def of_others(self, kind: str | None) -> Context:
        """Return the context for conditions on other entities of a kind or, if that is None, on student groups."""
        return evolve(self, of_group=True) if kind is None else evolve(self, about=(kind,), of_group=False)

    def on_trial(self, reporter: Reporter) -> Context:
        """Return the context with another reporter, to which mistakes in the context of other years go as well."""

        def in_year(year: int, span: Span) -> Context | None:
            there = self.in_year(year, span)
            return None if there is None else there.on_trial(reporter)

        return evolve(self, reporter=reporter, in_year=in_year)

    def field(self, key: FieldKey, span: Span) -> core.Get:
        """Return the field of a number or a level of the indicator, or of the LEA if the key names none."""
        scope = self.vocabulary.indicator(str(key[0])).scope if key[0] else Scope.LEA
        return core.Get(self.year, key, scope, span=span)

    def scale_named(self, text: str) -> Scale | None:
        """Return the scale of a name, without regard to case; None if there is none."""
        return next((one for one in self.vocabulary.scales if folded(one.name) == folded(text)), None)

    def scale_of_level(self, level: str) -> Scale | None:
        """Return the scale that a level belongs to; None if it belongs to none."""
        scales = self.vocabulary.scales
        return next((one for one in scales if any(folded(level) == folded(name) for name in one.levels)), None)

    def years_of(self, window: syn.Window) -> tuple[int, ...]:
        """Return the years of a window that there are: without a number of years, the one before."""
        if window.years is None:
            return self.vocabulary.last_years(self.year, 2)[:-1]
        return self.vocabulary.last_years(self.year, window.years)

    def in_window_of(self, year: int, span: Span) -> Context | None:
        """Return the context of a year of a window around what is at hand; None, after a report, if it has no rules."""
        there = self.in_year(year, span)
        if there is None:
            return None
        return evolve(there, of_group=self.of_group, of_indicator=self.of_indicator, in_window=True, about=self.about)

    def not_established(self, span: Span) -> core.Const:
        """Return a value that no source establishes, with the statement's reason."""
        if self.because is None:
            self.report(levels.not_established_without_reason(span))
        return core.Const(None, f"{NOT_ESTABLISHED}: {self.because}" if self.because else NOT_ESTABLISHED, span=span)

    # ---- names: each returns None, after a report, for words that are no name ----

    def indicator(self, name: syn.Name) -> Indicator | None:
        """Return the indicator of a name."""
        if name.known:
            return self.vocabulary.indicator(name.text)
        spellings = [spelling for one in self.vocabulary.indicators for spelling in (one.name, *one.aliases)]
        names = [one.name for one in self.vocabulary.indicators]
        self.reporter.report(messages.unknown_name(name.span, "indicator", spellings, names))
        return None

    def level(self, name: syn.Name) -> str | None:
        """Return the level of a name."""
        if name.known:
            return name.text
        levels = self.vocabulary.levels
        self.reporter.report(messages.unknown_name(name.span, "level", levels, levels))
        return None

    def group(self, name: syn.Name) -> str | None:
        """Return the student group of a name, if it exists in the year."""
        if not name.known:
            spellings = [spelling for one in self.vocabulary.groups for spelling in (one.name, *one.aliases)]
            names = [one.name for one in self.vocabulary.groups if self.year in one.years]
            self.reporter.report(messages.unknown_name(name.span, "student group", spellings, names))
            return None
        if self.year not in self.vocabulary.group(name.text).years:
            return name.text if self.goes_on(messages.group_not_in_year(name.span, name.text, self.year)) else None
        return name.text

    def groups(self, names: Iterable[syn.Name]) -> tuple[str, ...] | None:
        """Return the student groups of some names; None if one is none."""
        return all_known(map(self.group, names))

    def is_of_group(self, outcome: str) -> bool:
        """Return whether an outcome is decided for student groups: a priority, or criteria that a group meets."""
        return priority_number(outcome) is not None or outcome in self.vocabulary.group_outcomes

    def kind(self, name: syn.Name) -> str | None:
        """Return the kind of LEA of a name."""
        if name.known:
            return name.text
        spellings = [word for one in self.vocabulary.kinds for word in (one.name, one.plural, *one.aliases)]
        names = [one.plural for one in self.vocabulary.kinds]
        self.reporter.report(messages.unknown_name(name.span, f"kind of {self.vocabulary.entity}", spellings, names))
        return None

    def kinds(self, names: Iterable[syn.Name]) -> tuple[str, ...] | None:
        """Return the kinds of LEA of some names; None if one is none."""
        return all_known(map(self.kind, names))

    def outcome(self, name: syn.Name) -> str | None:
        """Return the outcome of a name: a priority or one of the vocabulary's outcomes."""
        numbers = [priority.number for priority in self.vocabulary.priorities]
        if not name.known:
            spellings = [word for one in self.vocabulary.outcomes for word in (one.name, *one.aliases)]
            names = [one.name for one in self.vocabulary.outcomes]
            meant = self.decided.labels.get(name.text.casefold())
            unknown = messages.unknown_outcome(name.span, spellings, names, numbers)
            self.reporter.report(messages.label_for_outcome(name.span, meant) if meant else unknown)
            return None
        number = priority_number(name.text)
        if number is not None and number not in numbers:
            self.reporter.report(messages.unknown_priority(name.span, numbers))
            return None
        return name.text


NOT_ESTABLISHED: Final = "not established"
AS_PUBLISHED: Final = "as published"
"""What rules write where no source says which level or which numbers it is."""


@frozen
class StatementContext(Context):
    """The context of one statement of levels in force, which has its reason."""

    item: EffectiveLevel = field(kw_only=True)


Conditions = Callable[[Context, syn.Condition], core.Node | None]
"""Elaborates a condition in a context."""

Expressions = Callable[[Context, syn.Expression], core.Node | None]
"""Elaborates an expression in a context."""


def priority_number(outcome: str) -> int | None:
    """Return the number of an outcome that is a priority, otherwise None."""
    word, _, number = outcome.partition(" ")
    return int(number) if word == "Priority" and number.isdecimal() else None


def reference(context: Context, name: str, span: Span) -> core.Ref | None:
    """Return a reference to what the context's year decides, or None if no rule decides it."""
    scope = context.decided.scopes.get(name)
    return None if scope is None else core.Ref(context.year, name, scope, span=span)


def is_one_of(node: core.Node, names: Iterable[str], span: Span | None = None) -> core.Call:
    """Return whether the value of a node is one of some names."""
    return core.Call("is one of", (node, core.Const(tuple(names))), span=span)


def is_text(context: Context, value: core.Node, texts: Iterable[str], span: Span | None = None) -> core.Call:
    """Return whether the value of a node is one of some texts, which are folded as those in data are.

    A table of the rules may give one of them in other letters: it is meant too.
    """
    asked = dict.fromkeys(texts)
    given = map(core.constant, walk(value, through=context.definition))
    spelled = dict.fromkeys(one for one in given if isinstance(one, str) and folded(one) in asked)
    return is_one_of(value, asked | spelled, span)


def level_in(scale: Scale, text: str) -> str | None:
    """Return the level of a scale that a text names, as the vocabulary writes it; None if it names none."""
    return next((level for level in scale.levels if folded(level) == folded(text)), None)


def known_level(context: Context, name: syn.Name) -> str | None:
    """Return the level of a name as the vocabulary writes it; None, after a report, if it is not a level."""
    scale = context.scale_of_level(name.text) if not name.known else None
    return level_in(scale, name.text) if scale is not None else context.level(name)
