"""From examples as written to LEAs made up of the facts given, and the results expected of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from attrs import define, evolve, field

from rulelang.compiler.context import Context
from rulelang.compiler.in_force import Effective, EffectiveExample
from rulelang.compiler.level_examples import LevelExamples, keys_of, mentioned_indicators
from rulelang.core.record import NO_ROW, FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import Definition, Example, Expectation, rule_name
from rulelang.core.vocabulary import Indicator, Scope
from rulelang.diagnostics.catalogue import ambiguity, meaning, names, years
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue.relations import stray_fact
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

NOTE = "stated in the example"


def elaborate_examples(
    in_force: Effective, context: Context, definitions: Mapping[str, Definition]
) -> tuple[Example, ...]:
    """Return the examples in force, given the year's definitions; those that make no sense are reported and left out.

    An inherited example has one message, and none if a what-if has removed what it is about. If levels cannot be worked
    out because of other mistakes, there are no examples, because every message would be a consequence of those.
    """
    wrong_rules = context.reporter.must_stop
    if not in_force.examples or (wrong_rules and in_force.levels):
        return ()
    levels = _with_silent_years(LevelExamples(in_force.levels, {} if wrong_rules else definitions, context))
    found = []
    labels = in_force.labels
    told = [one.span for one in context.reporter.diagnostics if one.span is not None]
    for written, end in zip(in_force.examples, _ends(in_force.examples), strict=True):
        reporter = Reporter()
        found.append(_example(written, evolve(levels, context=evolve(context, reporter=reporter)), labels))
        title = written.title.span
        is_read = not any(one.source is title.source and title.end <= one.start < end for one in told)
        for diagnostic in _said_of(written, reporter.diagnostics, in_force):
            if is_read or diagnostic.code not in _OF_MISSING_LINES:
                context.report(evolve(diagnostic, stops=False))
    return tuple(example for example in found if example is not None)


def _ends(examples: Sequence[EffectiveExample]) -> list[int]:
    """Return, for each example, the offset in its file at which the next one begins, or the file ends."""
    titles = [example.title.span for example in examples]
    starts = [[one.start for one in titles if one.source is title.source] for title in titles]
    return [
        min((start for start in others if start > title.start), default=len(title.source.text))
        for title, others in zip(titles, starts, strict=True)
    ]


_OF_MISSING_LINES = ("example-without-kind", "example-without-expectation")
"""The messages about an example that lacks a line, which may be one that could not be read."""


def _said_of(written: EffectiveExample, found: Sequence[Diagnostic], in_force: Effective) -> Sequence[Diagnostic]:
    """Return the messages about an example, given all that was found wrong with it."""
    if not found or not written.inherited:
        return found
    message = years.inherited_example(found[0], written.title.text, written.year, in_force.year)
    return [message] if in_force.what_if is None else []


def _example(written: EffectiveExample, levels: LevelExamples, labels: Sequence[str]) -> Example | None:
    context = levels.context
    before = len(context.reporter.diagnostics)
    usual = context.vocabulary.kinds[0].name if levels.are_all and context.vocabulary.kinds else None
    subject = entity = Entity(kind=usual)
    entities = [subject]
    stated_measures: dict[str, FieldKey] = {}
    expectations: list[Expectation | None] = []
    mentioned = mentioned_indicators(written.lines)
    given: tuple[int, ...] = (context.year,)
    for line in written.lines:
        match line:
            case syn.GivenLine():
                entity, given = introduced(context, line, entities), (context.year,)
            case syn.GivenYearLine():
                given = _years(context, line)
            case syn.FactLine():
                for year in given:
                    _levels(levels, line, year, entity)
                stated_measures |= _numbers(levels, line, mentioned, given, entity)
            case syn.ExpectLine():
                expectations.append(_expectation(context, line, labels))
            case syn.ExpectValue():
                expectations.append(levels.expected(line))
            case _:
                context.report(years.stray_example_line(line.span))
    if subject.kind is None and subject.line is None:
        context.report(years.example_without_kind(written.title.span))
    if not expectations:
        context.report(years.example_without_expectation(written.title.span))
    if len(context.reporter.diagnostics) > before or subject.kind is None:
        return None
    record, *relatives = (_record(levels, one) for one in entities)
    return Example(
        title=written.title.text,
        record=record,
        relatives=tuple(relatives),
        expectations=tuple(one for one in expectations if one is not None),
        stated_measures=stated_measures,
        cites=written.cites,
        source_year=written.year,
        inherited=written.inherited,
        span=written.title.span,
    )


def _years(context: Context, line: syn.GivenYearLine) -> tuple[int, ...]:
    """Return the years that facts are of; years that do not exist are reported."""
    if not line.years and years_missing(context, line):
        context.report(names.no_last_year(line.span, min(context.vocabulary.years)))
    for number in line.years:
        if number.value not in context.vocabulary.years:
            context.report(names.unknown_year(number.span, number.value, context.vocabulary.years))
        elif number.value > context.year:
            context.report(ambiguity.fact_of_later_year(number.span, context.year))
    return years_given(context, line)


# ---- facts ----


def _levels(levels: LevelExamples, line: syn.FactLine, year: int, entity: Entity) -> None:
    """Take in the levels of a line; if levels are worked out, a level without a group is that of every group."""
    context = levels.context
    every = [group.name for group in context.vocabulary.groups_in(year)] if levels.items else []
    for fact in (one for one in line.facts if isinstance(one, syn.Fact)):
        for indicator in _indicators(context, fact, year):
            groups = _groups(context, line)
            if groups == [None] and indicator.scope is Scope.GROUP and not fact.unknown:
                groups = [*every]
                if not every:
                    context.report(meaning.needs_student_group(fact.span, context.vocabulary.entity))
            _must_count(levels, fact, indicator, year)
            for group in groups:
                _fact(context, fact, group, indicator, year, entity)


def _must_count(levels: LevelExamples, fact: syn.Fact, indicator: Indicator, year: int) -> None:
    """Report a level that an example gives although the ruleset works it out, whatever is given."""
    context = levels.context
    level = fact.level.text if fact.level is not None and fact.level.known else None
    scales = [scale.name for scale in context.vocabulary.scales if level in scale.levels]
    if year == context.year and any(levels.is_idle((indicator.name, scale)) for scale in scales):
        context.report(messages.without_effect(fact.span, "the ruleset works this level out"))


def _groups(context: Context, line: syn.FactLine) -> list[str | None]:
    """Return the student groups that a line is about; None alone if it names none."""
    if not line.groups:
        return [None]
    return [group for group in map(context.group, line.groups) if group is not None]


def _numbers(
    levels: LevelExamples,
    line: syn.FactLine,
    mentioned: Sequence[str],
    years_of: Sequence[int],
    entity: Entity,
) -> dict[str, FieldKey]:
    """Take in the numbers of a line, and return the measures among them by their definitions.

    An unknown number has no reading, like one that the example does not mention.
    """
    measures: dict[str, FieldKey] = {}
    for fact in (one for one in line.facts if isinstance(one, syn.NumberFact)):
        number = levels.given(fact, mentioned)
        if number is None:
            continue
        if number.kinds and entity.kind is not None and entity.kind not in number.kinds:
            name = number.key[1]
            levels.context.report(stray_fact(fact.number.span, name, number.kinds, entity.kind))
        if number.measure is not None:
            measures[number.measure] = number.key
        reading = Reading(number.value, NOTE if fact.not_rated else "", NOTE)
        for stated, group in product(map(entity.stated, years_of), _groups(levels.context, line)):
            of_group = group or levels.usual_group or ""
            said = stated.numbers.setdefault((of_group, number.key), reading)
            if number.value is not None or fact.not_rated:
                stated.readings(of_group, number.scope).setdefault(number.key, reading)
            if said != reading:
                levels.context.report(years.contradicting_facts(fact.span))
    return measures


def _indicators(context: Context, fact: syn.Fact, year: int) -> list[Indicator]:
    if fact.of_kind is not None:
        kind = fact.of_kind.text
        return [one for one in context.vocabulary.indicators_of(kind) if one.reported_in(year)]
    return [indicator for indicator in map(context.indicator, fact.indicators) if indicator is not None]


def _fact(context: Context, fact: syn.Fact, group: str | None, indicator: Indicator, year: int, entity: Entity) -> None:
    """Take in a fact about one indicator in one year; a derived level is a fact about the years it is made of."""
    if fact.unknown:
        entity.stated(year).unknown.add((group, indicator.name))
        return
    level = context.level(fact.level) if fact.level is not None else None
    if fact.level is not None and level is None:
        return
    derived = [one for one in context.vocabulary.derived_levels if one.level == level and one.fits(indicator, year)]
    for part, of_year in derived[0].means if derived else ((level, year),):
        reading = Reading(part, NOTE if part is None else "", NOTE)
        for scale in _scales(context, fact, part, indicator, of_year):
            readings = entity.stated(of_year).readings(group or "", indicator.scope)
            if readings.setdefault((indicator.name, scale), reading) != reading:
                context.report(years.contradicting_facts(fact.span))


def _scales(context: Context, fact: syn.Fact, level: str | None, indicator: Indicator, year: int) -> list[str]:
    """Return the scales a fact is about: the level's, or all of the indicator's for not rated."""
    reported = [scale for scale in indicator.scales if indicator.reports(scale, year)]
    if level is None:
        return reported
    by_scale = {scale.name: scale.levels for scale in context.vocabulary.scales}
    fitting = [scale for scale in reported if level in by_scale[scale]]
    if not fitting:
        has = [name for scale in reported for name in by_scale[scale]]
        context.report(names.level_not_in_year(fact.span, level, indicator.name, year, has))
    return fitting


def _with_silent_years(levels: LevelExamples) -> LevelExamples:
    """Return what examples need of a ruleset, with the earlier years as they are if no example mentions them."""
    context = levels.context
    levels = evolve(levels, types=levels.types_in_force())
    past = [year for year in context.vocabulary.years if year < context.year and not levels.are_all]
    return evolve(levels, silent_years={year: _facts_of(levels, year, StatedFacts()) for year in past})


def _record(levels: LevelExamples, entity: Entity) -> LeaRecord:
    """Return an entity of an example. Of years it does not mention nothing is rated, so that history is known too."""
    facts = {levels.context.year: StatedFacts(), **entity.facts}
    stated_in = {year: _facts_of(levels, year, stated) for year, stated in facts.items()}
    return LeaRecord(
        code=entity.code,
        name=entity.name or f"the {levels.context.vocabulary.entity} of the example",
        county="",
        kind=entity.kind or "",
        years={**levels.silent_years, **stated_in},
        belongs_to=entity.owner.code if entity.owner is not None else "",
    )


def _facts_of(levels: LevelExamples, year: int, stated: StatedFacts) -> YearFacts:
    """Return the facts of a year; a level that an example does not mention is not rated, unless it says it is unknown.

    A number that it does not mention is unknown, and so is a type, if levels are worked out. Any other level is not
    rated, so that a flag is not set: of the indicators that are worked out or, if rules decide, of all.
    """
    vocabulary, of_levels = levels.context.vocabulary, bool(levels.items)
    groups = {group.name: dict(stated.groups.get(group.name, {})) for group in vocabulary.groups_in(year)}
    lea, apart = dict(stated.lea), {name for _, name in stated.unknown}
    apart |= {one.name for one in vocabulary.indicators if vocabulary.numbers_of(one.name)}
    every = {one.name for one in vocabulary.indicators}
    read = {item.of for item in levels.items} if levels.are_all else every if of_levels else apart
    for indicator in (one for one in vocabulary.indicators if one.name in read):
        keys = [key for key in keys_of(indicator, year) if key[1] not in levels.types]
        for group, readings in groups.items() if indicator.scope is Scope.GROUP else [(None, lea)]:
            if not stated.leaves_open(group, indicator.name):
                readings.update({key: NO_ROW for key in keys if key not in readings})
    if of_levels:
        return YearFacts(groups, lea)
    silent = frozenset(one.name for one in vocabulary.indicators if one.reported_in(year) and one.name not in apart)
    return YearFacts({name: readings for name, readings in groups.items() if readings}, lea, silent)


# ---- expectations ----


def _expectation(context: Context, line: syn.ExpectLine, labels: Sequence[str]) -> Expectation:
    group = context.group(line.group) if line.group is not None else None
    outcome = context.outcome(line.outcome) if line.outcome is not None else None
    if outcome is not None and line.outcome is not None:
        _must_fit(context, outcome, line.outcome.span, of_group=line.group is not None)
    by = tuple(_by(context, name, labels) for name in line.by)
    return Expectation(outcome, line.answer, group, tuple(name for name in by if name), span=line.span)


def _must_fit(context: Context, outcome: str, span: Span, *, of_group: bool) -> None:
    is_of_group = context.is_of_group(outcome)
    if is_of_group and not of_group:
        help_text = f"say which student group: `expect White meets {outcome}`"
        context.report(meaning.wrong_outcome_place(span, outcome, help_text))
    if of_group and not is_of_group:
        help_text = f"`{outcome}` is an outcome of the LEA: write `expect {outcome}`"
        context.report(meaning.wrong_outcome_place(span, outcome, help_text))


def _by(context: Context, name: syn.Name, labels: Sequence[str]) -> str | None:
    """Return the definition that `by` names: a rule by its label, or an outcome."""
    for label in labels:
        if label.casefold() == name.text.casefold():
            return rule_name(label)
    for outcome in context.vocabulary.outcomes:
        if name.text.casefold() in [spelling.casefold() for spelling in (outcome.name, *outcome.aliases)]:
            return outcome.name
    context.report(names.unknown_label(name.span, name.text, labels))
    return None


# ---- The years that facts are of ----


def years_given(context: Context, line: syn.GivenYearLine) -> tuple[int, ...]:
    """Return the years that a line names, or those that exist of the Dashboard years it counts back to."""
    if line.years:
        return tuple(number.value for number in line.years)
    if line.each_of_last:
        return context.vocabulary.last_years(context.year, line.each_of_last)
    latest = _latest(context)
    return tuple(latest[ago] for ago in line.ago or (1,) if ago < len(latest))


def years_missing(context: Context, line: syn.GivenYearLine) -> bool:
    """Return whether a line goes back to years before the first Dashboard year."""
    furthest = line.each_of_last - 1 if line.each_of_last else max(line.ago or (1,))
    return not line.years and furthest >= len(_latest(context))


def _latest(context: Context) -> tuple[int, ...]:
    """Return the Dashboard years up to the year at hand, the latest first."""
    return tuple(year for year in reversed(context.vocabulary.years) if year <= context.year)


# ---- the entities that an example makes up: the one it expects something of, and those around it ----


@define
class StatedFacts:
    """The facts of one year as an example states them; `unknown` holds (student group, indicator) by name.

    `numbers` holds what has been said of each number, by student group, that it is unknown too.
    """

    groups: dict[str, dict[FieldKey, Reading]] = field(factory=dict)
    lea: dict[FieldKey, Reading] = field(factory=dict)
    unknown: set[tuple[str | None, str]] = field(factory=set)
    numbers: dict[tuple[str, FieldKey], Reading] = field(factory=dict)

    def readings(self, group: str, scope: Scope) -> dict[FieldKey, Reading]:
        """Return where the readings are kept of a student group or, of what is a fact of the LEA, those of the LEA."""
        return self.lea if scope is Scope.LEA else self.groups.setdefault(group, {})

    def leaves_open(self, group: str | None, indicator: str) -> bool:
        """Return whether the example says that an indicator is unknown of a student group, or without naming one."""
        return not self.unknown.isdisjoint({(group, indicator), (None, indicator)})


@define
class Entity:
    """An entity that an example is about: the line that introduces it, its facts, and what it belongs to.

    The first is the one the example expects something of; its line is None as long as there was none.
    """

    facts: dict[int, StatedFacts] = field(factory=dict)
    line: syn.GivenLine | None = None
    kind: str | None = None
    owner: Entity | None = None

    def stated(self, year: int) -> StatedFacts:
        """Return the facts of a year, none so far if the example has not mentioned it."""
        return self.facts.setdefault(year, StatedFacts())

    @property
    def name(self) -> str:
        """Return the name that its line gives it; empty if there is none."""
        return self.line.name.text if self.line is not None and self.line.name is not None else ""

    @property
    def code(self) -> str:
        """Return a made-up code, by which other entities of the example belong to it."""
        return f"example {self.name}"


def introduced(context: Context, line: syn.GivenLine, entities: list[Entity]) -> Entity:
    """Return the entity that the facts below a line are of, a new one where the line has a new name.

    It belongs to the last one before it that is of a kind above its own. Where there is none, the last one that can
    belong to it does.
    """
    [subject, *_] = entities
    if subject.line is None:
        subject.line, subject.kind = line, context.kind(line.kind)
        return subject
    entity = Entity(line=line, kind=context.kind(line.kind))
    known = next((one for one in entities if one.name == entity.name), None)
    if line.name is None or known is not None:
        if known is None or known.kind != entity.kind:
            context.report(years.contradicting_facts(line.span))
        return known or subject
    above = {one.name: context.vocabulary.above(one.name) for one in context.vocabulary.kinds}
    entity.owner = next((one for one in reversed(entities) if one.kind in above.get(entity.kind or "", ())), None)
    if entity.owner is None:
        orphans = [one for one in entities if one.owner is None and entity.kind in above.get(one.kind or "", ())]
        if orphans:
            orphans[-1].owner = entity
        elif entity.kind is not None and subject.kind is not None:
            context.report(years.unrelated_in_example(line.span, entity.kind, subject.kind))
    entities.append(entity)
    return entity
