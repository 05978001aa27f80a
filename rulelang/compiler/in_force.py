"""What is in force in a year, as written: rules, statements of levels and examples, each with its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar, assert_never

from attrs import field, frozen

from rulelang.core.ruleset import called
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

COLOR: Final = "color"
"""The scale of a grid or a minimum size that names none."""

MARKS: Final = ("A", "B", "C", "D")
"""The marks of confidence, from printed by the authority to recollection only."""

Key = tuple[str, ...]
"""How a later year refers to a statement: `rule` and its label, or its kind, indicator, scale and types."""


@frozen(kw_only=True)
class _InForce:
    """The fields of every statement in force: the year of its file, its sources and reason, and if a base has it."""

    year: int
    inherited: bool = field(default=False, eq=False)
    cites: tuple[str, ...] = ()
    because: str | None = None


@frozen
class EffectiveRule(_InForce):
    """A rule in force: the sentence, and the kinds of LEA of its section (empty: all).

    `beside` is the rule before or after which a change puts it.
    """

    rule: syn.Rule
    kinds: tuple[syn.Name, ...]
    heading: syn.PriorityLine | None = field(default=None, eq=False, repr=False)
    replaced: EffectiveRule | None = field(default=None, eq=False, repr=False)
    beside: EffectiveRule | None = field(default=None, eq=False, repr=False)

    @property
    def label(self) -> str | None:
        """Return the rule's label, if it has one."""
        return self.rule.label.text if self.rule.label else None

    @property
    def key(self) -> Key:
        """Return how later years refer to the rule: by its label or, where it has none, its place."""
        return ("rule", self.label) if self.label is not None else ("rule", *place_of(self.span))

    @property
    def is_placed_last(self) -> bool:
        """Return whether the year adds the rule without a place among those of its base."""
        return not self.inherited and self.replaced is None and self.beside is None

    @property
    def title(self) -> str:
        """Return what a change calls the rule: its label, empty if it has none."""
        return self.label or ""

    @property
    def span(self) -> Span:
        """Return the place of the rule."""
        return self.rule.span


@frozen
class EffectiveLevel(_InForce):
    """A statement of levels in force, of one indicator (None: a measure of none), about some kinds of LEA (empty: all).

    `name` is the scale or the measure it says something of, and of an override the level it gives. Its marks of
    confidence are those of the year `seen_from`, and no better than `at_best` where that is not empty.
    """

    statement: syn.LevelStatement
    what: str
    indicator: syn.Name | None
    name: str
    types: tuple[str, ...]
    kinds: tuple[syn.Name, ...] = ()
    confidence: syn.Confidence | None = None
    replaced: EffectiveLevel | None = field(default=None, eq=False, repr=False)
    seen_from: int = field(default=0, eq=False)
    at_best: str = field(default="", eq=False)

    @property
    def key(self) -> Key:
        """Return how later years refer to the statement: its kind, its indicator, its name and its types."""
        return (self.what, self.of, self.name.casefold(), *sorted(one.casefold() for one in self.types))

    @property
    def of(self) -> str:
        """Return the name of the indicator, empty if it belongs to none."""
        return self.indicator.text if self.indicator is not None else ""

    @property
    def title(self) -> str:
        """Return how a change names the statement: `bands Suspension Rate Status`."""
        types = f"for {', '.join(self.types)}" if self.types else ""
        return " ".join(part for part in (self.what, self.of, self.name, types) if part)

    @property
    def span(self) -> Span:
        """Return the place of the statement."""
        return self.statement.span

    @property
    def mark(self) -> str:
        """Return the mark of confidence that counts in the year at hand, empty if none does."""
        return self.mark_among(self.confidence.marks) if self.confidence is not None else ""

    def mark_among(self, marks: Sequence[syn.Mark]) -> str:
        """Return which of several marks counts in the year at hand: the last of that year; empty if none is."""
        letter = mark_of(marks, self.seen_from)
        return max(letter, self.at_best) if letter else ""


@frozen
class EffectiveFileLine(_InForce):
    """A line about the rules as a whole that is in force: what it is about, its words, and the place of the header."""

    title: str
    text: str
    span: Span = field(eq=False, repr=False)

    @property
    def key(self) -> Key:
        """Return how a line is found in another year: by what it is about."""
        return "line", self.title


@frozen
class EffectiveExample(_InForce):
    """An example in force: its title, its lines, and the only year it belongs to (None: later years inherit it)."""

    title: syn.Text
    lines: tuple[syn.Statement, ...]
    only_in: syn.Number | None = None


@frozen
class Removal:
    """A change that removes rules or examples: which, by label or title, its place, and its reason."""

    names: tuple[str, ...]
    span: Span
    cites: tuple[str, ...] = ()
    because: str | None = None


@frozen
class Effective:
    """What is in force in a year, as written.

    `what_if` is the title of a what-if, empty if it has none; None if the rules are the enacted ones. `rules_of` is the
    year of rules that are applied to the data of another, and `earlier_years_from` the folder that the file itself
    names.
    """

    title: str
    year: int
    span: Span
    rules: tuple[EffectiveRule, ...] = ()
    levels: tuple[EffectiveLevel, ...] = ()
    examples: tuple[EffectiveExample, ...] = ()
    cites: tuple[str, ...] = ()
    because: str | None = None
    published_unknown: bool = False
    suspended: bool = False
    what_if: str | None = None
    rules_of: int | None = None
    levels_from: str = ""
    earlier_years_from: str = ""
    headings: tuple[syn.PriorityLine, ...] = ()
    removals: tuple[Removal, ...] = ()
    base: Effective | None = field(default=None, eq=False, repr=False)

    @property
    def name(self) -> str:
        """Return what people call the ruleset: its title and year, and that it is a what-if if it is one."""
        return called(self.title, self.year, self.what_if)

    @property
    def file_lines(self) -> tuple[EffectiveFileLine, ...]:
        """Return the lines about the rules as a whole that can change what comes out, as far as they are in force."""
        levels, earlier = f"levels from {self.levels_from}", f"earlier years from {self.earlier_years_from}"
        lines = (
            ("levels from", levels, bool(self.levels_from)),
            ("earlier years from", earlier, bool(self.earlier_years_from)),
            ("suspended", "suspended", self.suspended),
            ("cannot tell", "cannot tell counts as not met when published", self.published_unknown),
        )
        return tuple(
            EffectiveFileLine(year=self.year, title=title, text=text, span=self.span)
            for title, text, is_there in lines
            if is_there
        )

    def with_bases(self) -> Iterator[Effective]:
        """Yield what is in force in the year, in its base, in the base of that, and so on."""
        one: Effective | None = self
        while one is not None:
            yield one
            one = one.base

    def stands_in(self, name: str) -> bool:
        """Return whether the file of a name is the year's own or that of one of its bases."""
        return any(one.span.source.name == name for one in self.with_bases())

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the rules in force, in order."""
        return tuple(rule.label for rule in self.rules if rule.label is not None)


def place_of(span: Span) -> tuple[str, str]:
    """Return the file and the offset of a place."""
    return span.source.name, str(span.start)


def mark_of(marks: Sequence[syn.Mark], year: int) -> str:
    """Return which of several marks counts in a year: the last of that year; empty if none is."""
    return next((mark.letter for mark in reversed(marks) if mark.counts_in(year)), "")


def are_marks(marks: Sequence[syn.Mark]) -> bool:
    """Return whether words were read as marks of confidence, and each is an existing one."""
    return bool(marks) and all(mark.letter in MARKS for mark in marks)


def described(statement: syn.LevelStatement) -> tuple[str, str, tuple[str, ...]]:
    """Return the kind of a statement, the scale, measure or level it is about, and the types it is for."""
    match statement:
        case syn.Measure(subject):
            return "measure", subject.text, ()
        case syn.BandsTable(subject):
            return "bands", subject.text, ()
        case syn.GridTable(subject, types):
            return "grid", subject.text or COLOR, tuple(one.text for one in types)
        case syn.SmallPopulations():
            return "small populations", "", ()
        case syn.Needs(scale):
            return "needs", scale.text if scale is not None else COLOR, ()
        case syn.Override(level):
            return "override", level.text, ()
    assert_never(statement)


InForce = TypeVar("InForce", EffectiveRule, EffectiveLevel, EffectiveFileLine)


def changed(
    before: Iterable[InForce], after: Iterable[InForce], is_another: Callable[[InForce, InForce], bool]
) -> Iterator[tuple[str, InForce | None, InForce | None]]:
    """Yield what has changed: how (removed, replaced, added), and the statement before and after.

    `is_another` says of two statements with the same key whether the second has replaced the first.
    """
    old = {one.key: one for one in before}
    new = {one.key: one for one in after}
    added = {key: one for key, one in new.items() if key not in old}
    for key, one in old.items():
        if key not in new:
            # A rule without a label is known by its place, and is the same in another place if it says the same.
            nameless = (at for at, other in added.items() if _has_no_label(one, other) and not is_another(one, other))
            if (same := next(nameless, None)) is None:
                yield "removed", one, None
            else:
                del added[same]
        elif is_another(one, new[key]):
            yield "replaced", one, new[key]
    yield from (("added", None, one) for one in added.values())


def _has_no_label(*rules: object) -> bool:
    return all(isinstance(one, EffectiveRule) and one.label is None for one in rules)
