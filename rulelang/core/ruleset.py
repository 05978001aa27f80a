"""A ruleset as understood: one year's definitions, ready for an engine, with what is needed to explain them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import field, frozen

from rulelang.core.record import FieldKey, LeaRecord
from rulelang.core.tree import Node, Ref, Value, relates
from rulelang.core.vocabulary import LeaKind, Scope, Vocabulary
from rulelang.core.walk import references_in, walk
from rulelang.diagnostics.source import Span

DefinitionKey = tuple[int, str]
"""The year of the ruleset a definition belongs to, and its name."""

DETERMINATION = "determination"
"""The definition whose value is the name of the determination an LEA gets."""

PUBLISHED = "determination as published"
"""The same with cannot tell replaced as the ruleset says it is published."""

NOT_COVERED = "not covered"
"""The determination of an LEA of a kind that the rules do not cover."""

LABEL = "label"
"""The definition whose value is the text a published list gives an LEA: a label, or else its determination."""


@frozen
class Definition:
    """A named value of a ruleset: a rule, or an outcome that is any of its rules."""

    year: int
    name: str
    node: Node
    scope: Scope


@frozen
class Rule:
    """One sentence of a ruleset, with where it comes from.

    `name` is that of its definition; `text` is the sentence in the author's words on one line; `reads` the kinds of
    indicator its condition reads. `source_year` is the year whose file it is in. `priority` is the number where
    the outcome is a priority. `otherwise` says that it holds where no other rule of its kind does.
    """

    name: str
    label: str | None
    outcome: str
    text: str
    reads: frozenset[str]
    source_year: int
    priority: int | None = None
    kinds: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    because: str | None = None
    otherwise: bool = False
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class LevelRule:
    """One statement of how levels are worked out, with where it comes from.

    `what` is `measure`, `bands`, `grid`, `small populations`, `needs` or `override`; `definition` the name of the
    definition it has a part in: a measure's or a level's (`measure_name`, `level_name`). `indicator` and `scale` are
    those of the level, empty if a measure belongs to none. `confidence` is the mark of the ruleset's year, `note`
    the words beside it, and `row_marks` are those of rows of its table that have a mark of their own, by place.
    `kinds` are the kinds of entity it is about, empty for all.
    """

    what: str
    definition: str
    text: str
    source_year: int
    indicator: str = ""
    scale: str = ""
    confidence: str = ""
    cites: tuple[str, ...] = ()
    because: str | None = None
    span: Span | None = field(default=None, eq=False, repr=False)
    note: str = ""
    row_marks: tuple[tuple[Span, str], ...] = field(default=(), eq=False, repr=False)
    kinds: tuple[str, ...] = ()

    def mark_at(self, place: Span | None) -> str:
        """Return the mark of the row at a place, or that of the statement where the row has none."""
        rows = self.row_marks if place is not None else ()
        own = (mark for row, mark in rows if place is not None and row.start <= place.start and place.end <= row.end)
        return next(own, self.confidence)


@frozen
class Expectation:
    """One `expect` line of an example.

    `outcome` is the outcome asked about and `group` the student group, None for the LEA. `answer` is the answer
    expected: "yes", "no", "cannot tell" or "suspended". `by` names the rules or methods that must hold. Where
    `definition` is the name of a measure or a level, `value` is what it must be: an exact number, a level's name,
    NOT_RATED, or None if it must not be possible to tell. A number is compared with the measure rounded to
    `decimals`, or as it is where they are None.
    """

    outcome: str | None
    answer: str
    group: str | None = None
    by: tuple[str, ...] = ()
    definition: str | None = None
    value: Value = None
    decimals: int | None = None
    span: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Example:
    """A worked example in a rule file: an LEA made up of the facts given, and what must come out.

    `relatives` are made up too: what belongs to it and what it belongs to, as far as the example says.
    `stated_measures` names the definitions of measures whose value the example states itself, where a source gives no
    counts; the record has it under the measure's indicator and name. An `inherited` one is in the file of a base.
    """

    title: str
    record: LeaRecord
    expectations: tuple[Expectation, ...]
    stated_measures: Mapping[str, FieldKey] = field(factory=dict)
    cites: tuple[str, ...] = ()
    source_year: int = 0
    span: Span | None = field(default=None, eq=False, repr=False)
    inherited: bool = False
    relatives: tuple[LeaRecord, ...] = ()


@frozen
class Ruleset:
    """One year's rules in force.

    `definitions` come in an order in which each refers only to earlier ones; those of other years are there too
    where history asks for them. `levels` are the statements of a ruleset that works out performance levels; a ruleset
    that reads levels says in `levels_from` which rulesets work them out where the data do not give them: the name of
    their folder, empty if none do. `suspended` is the reason why the year has no determinations, if it has none.
    `what_if` is the title of a what-if, empty if it has none; None if the rules are the enacted ones.
    `rules_of` is the year of the rules where they are asked of the data of another year, which `year` is then.
    `examples_left_out` is how many examples make no sense.
    `methods` and `referrals` are the outcomes of the LEA that the rules decide, apart from the determination;
    `priorities` the numbers a student group can meet.
    """

    title: str
    year: int
    vocabulary: Vocabulary = field(repr=False)
    definitions: Mapping[DefinitionKey, Definition] = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)
    priorities: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    referrals: tuple[str, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)
    examples_left_out: int = 0
    levels: tuple[LevelRule, ...] = ()
    levels_from: str = ""
    suspended: str | None = None
    what_if: str | None = None
    rules_of: int | None = None
    cites: tuple[str, ...] = ()
    source: str = ""
    fingerprint: str = ""

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def reports_levels(self) -> bool:
        """Return whether its results are levels and measures, because it works them out and determines nothing."""
        return bool(self.levels) and (self.year, DETERMINATION) not in self.definitions

    @property
    def name(self) -> str:
        """Return what results call the ruleset: its title and year, and that it is a what-if where it is one."""
        return called(self.title, self.year, self.what_if, self.rules_of)

    @property
    def key(self) -> tuple[str, str]:
        """Return what is the same of rulesets that are called the same and mean the same."""
        return self.name, self.fingerprint

    @property
    def is_enacted(self) -> bool:
        """Return whether the rules are those of their own year, and no what-if."""
        return self.what_if is None and self.rules_of is None

    @property
    def entity(self) -> str:
        """Return what one of those is called that the rules decide about: a school, or any LEA."""
        return self._only_kind.name if self._only_kind is not None else self.vocabulary.entity

    @property
    def entities(self) -> str:
        """Return what several of those are called that the rules decide about."""
        return self._only_kind.plural if self._only_kind is not None else self.vocabulary.entities

    @property
    def _only_kind(self) -> LeaKind | None:
        """Return the kind that all rules are about, or to which all others belong that they are about."""
        if not all(rule.kinds for rule in self.rules):
            return None
        about = {kind for rule in self.rules for kind in rule.kinds} | {
            kind for one in self.levels for kind in one.kinds
        }
        above = {kind: (kind, *self.vocabulary.above(kind)) for kind in about}
        found = (kind for kind in self.vocabulary.kinds if kind.name in about)
        return next((one for one in found if all(one.name in names for names in above.values())), None)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Return the node of every definition, of its own year and of those that it looks back at."""
        return tuple(definition.node for definition in self.definitions.values())

    @property
    def relates(self) -> bool:
        """Return whether the rules ask an entity what it belongs to, or what belongs to it."""
        return any(map(relates, walk(*self.nodes)))

    def referred(self, ref: Ref) -> Node:
        """Return the definition that a reference names."""
        return self.definitions[ref.year, ref.name].node

    def named_in(self, *nodes: Node) -> Mapping[DefinitionKey, Node]:
        """Return the definitions that some nodes refer to, and those that these refer to in turn, each once."""
        return {(one.year, one.name): self.referred(one) for one in references_in(*nodes, through=self.referred)}

    def rule(self, name: str) -> Rule:
        """Return the rule whose definition has that name; KeyError if there is none."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)


def called(
    title: str, year: int, what_if: str | None, rules_of: int | None = None, say: Callable[..., str] = str.format
) -> str:
    """Return what people call a ruleset of a title and year; the title of a what-if may be empty.

    `rules_of` is the year of the rules where they are asked of the data of another year. `say` returns a phrase in a
    language, with its places filled in.
    """
    of = rules_of or year
    rules = title if str(of) in title else f"{title} {of}"
    what = f" {what_if}" if what_if else ""
    name = rules if what_if is None else say("What if{what}? ({rules}, changed)", what=what, rules=rules)
    return name if rules_of is None else say("{rules}, asked of the data of {year}", rules=name, year=year)


def rule_name(label: str) -> str:
    """Return the name of the definition that holds a labelled rule."""
    return f"rule {label}"


def priority_outcome(number: int, kind: str | None = None) -> str:
    """Return the name of the definition that holds a priority, whole or by one kind of indicator only."""
    return f"Priority {number}" if kind is None else f"Priority {number} on {kind} indicators"


def measure_name(name: str, indicator: str = "") -> str:
    """Return the name of the definition of a measure, of an indicator or of none."""
    return f"measure {indicator} {name}" if indicator else f"measure {name}"


def level_name(indicator: str, scale: str) -> str:
    """Return the name of the definition of an indicator's level on a scale."""
    return f"{indicator} {scale}"
