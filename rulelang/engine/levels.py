"""The levels of an LEA: for each student group and indicator its measures and levels, with reasons.

They are read off an evaluation of a ruleset with `Ruleset.levels`; nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

from attrs import evolve, field, frozen

from rulelang.core.record import YearFacts
from rulelang.core.ruleset import DefinitionKey, LevelRule, Ruleset, level_name, measure_name
from rulelang.core.tree import (
    NOT_RATED,
    Node,
    NotRated,
    Value,
    is_by_type,
    is_choice,
    is_constant,
    is_table,
    is_unknown,
    reference,
)
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.vocabulary import Scope, StudentGroup
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.level_reasons import Reason, reason_of, rule_at, taken
from rulelang.engine.steps import Prepared
from rulelang.engine.trace import Occurrence, Way, matched_on, occurrence_of, ways_of
from rulelang.engine.wording import answer_text, decimals_in, value_text


@frozen(eq=False, repr=False, slots=False)
class LevelResult(Displayed):
    """The results of one indicator for one student group; `group` is None for the LEA as a whole.

    `numbers` are its measures by name, each an exact number (or the text that a table of values gives), NOT_RATED, or
    None if it is unknown; `levels` its levels by scale, each a name, NOT_RATED, or None. If `indicator` is empty, the
    measures belong to no indicator.
    """

    evaluation: Evaluation = field(repr=False)
    indicator: str
    group: StudentGroup | None
    numbers: Mapping[str, Fraction | str | NotRated | None]
    levels: Mapping[str, str | NotRated | None]

    def __eq__(self, other: object) -> bool:
        """Return whether it is what rules of the same name and meaning make of the same facts."""
        return isinstance(other, LevelResult) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash((self.evaluation.record.code, self.indicator, self.group))

    def _compared(self) -> tuple[object, ...]:
        of = (self.evaluation.prepared.ruleset.key, self.evaluation.record)
        return (*of, self.indicator, self.group, self.numbers, self.levels)

    def _title(self) -> str:
        who = self.group.name if self.group is not None else "the LEA"
        levels = ", ".join(f"{scale} {answer_text(level)}" for scale, level in self.levels.items())
        return f"LevelResult of {self.evaluation.record.code}, {self.indicator or 'measures'}, {who}: {levels}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from ((name, self.number_text(name)) for name in self.numbers)
        yield from ((scale, answer_text(level)) for scale, level in self.levels.items())
        yield from ((f"why {name}", reason.text) for name, reason in self.reasons.items())

    @cached_property
    def reasons(self) -> Mapping[str, Reason]:
        """Return why levels are not rated or unknown, by scale; a known level has no reason here.

        If there are no levels, the reasons are those of the measures, by name.
        """
        if not self.levels:
            unknown = [name for name, number in self.numbers.items() if not isinstance(number, Fraction | str)]
            return {name: reason_of(self.measure(name)) for name in unknown}
        unknown = [scale for scale, level in self.levels.items() if not isinstance(level, str)]
        return {scale: reason_of(self.occurrence(scale)) for scale in unknown}

    def number_text(self, name: str) -> str:
        """Return a measure as people write it, with the decimals it is rounded to; KeyError if there is none.

        If it is unknown, it is *cannot tell*, whatever is known of it.
        """
        part = self.measure(name)
        return CANNOT_TELL if part.is_unknown else value_text(part)

    def decimals(self, name: str) -> int:
        """Return how many decimals a measure is rounded to, 0 if it is not rounded; KeyError if there is none."""
        return decimals_in(self.evaluation.prepared.ruleset, self.measure(name).node)

    def occurrence(self, scale: str) -> Occurrence:
        """Return the occurrence of the definition of the level on a scale; KeyError if there is none."""
        return self._of(level_name(self.indicator, scale))

    def measure(self, name: str) -> Occurrence:
        """Return the occurrence of the definition of a measure; KeyError if there is none."""
        return self._of(measure_name(name, self.indicator))

    def _of(self, definition: str) -> Occurrence:
        prepared = self.evaluation.prepared
        index = None if self.group is None else prepared.group_index[self.group.name]
        return occurrence_of(self.evaluation, (prepared.ruleset.year, definition), index)


@frozen
class Worked:
    """What a ruleset works out for one indicator: its measures and scales, each with the name of its definition."""

    indicator: str
    measures: Mapping[str, str]
    scales: Mapping[str, str]


def worked_out(ruleset: Ruleset) -> tuple[Worked, ...]:
    """Return what a ruleset works out for each indicator, in the vocabulary's order.

    A level comes after those it rests on: Status and Change before color. Measures of no indicator come last, those of
    the LEA apart from those of student groups.
    """
    names = [indicator.name for indicator in ruleset.vocabulary.indicators]
    measures = [rule for rule in ruleset.levels if rule.what == "measure"]
    apart = [[rule for rule in measures if _scope_of(ruleset, rule) is scope] for scope in (Scope.LEA, Scope.GROUP)]
    found = (_worked(ruleset, *of) for of in (*((name, measures) for name in names), *(("", some) for some in apart)))
    return tuple(one for one in found if one.measures or one.scales)


def _scope_of(ruleset: Ruleset, rule: LevelRule) -> Scope | None:
    definition = ruleset.definitions.get((ruleset.year, rule.definition))
    return definition.scope if definition is not None else None


def results_of(evaluation: Evaluation) -> Iterator[LevelResult]:
    """Yield a result for each indicator and each student group that the data of the year cover.

    Measures that belong to no indicator have a result for the LEA and for each student group of which the data have
    what they read, if they are about entities of its kind.
    """
    prepared = evaluation.prepared
    facts = evaluation.record.years.get(prepared.ruleset.year)
    said = groups_covered(prepared.ruleset, facts) if facts is not None else set()
    for worked in _worked_by(prepared):
        about = _about(prepared.ruleset, worked, evaluation.record.kind)
        if not about.measures and not about.scales:
            continue
        if not is_of_groups(prepared, worked):
            yield _result(evaluation, about, None)
            continue
        indicators = indicators_read(prepared, worked)
        for group in prepared.ruleset.vocabulary.groups_in(prepared.ruleset.year):
            if any((one, group.name) in said for one in indicators):
                yield _result(evaluation, about, group)


def groups_covered(ruleset: Ruleset, facts: YearFacts) -> set[tuple[str, str]]:
    """Return the indicators, each with a student group, of which the data have a row, or may have had one refused."""
    words, found = ruleset.vocabulary, {(key[0], name) for name, readings in facts.groups.items() for key in readings}
    for name, group in facts.doubtful:
        indicator = words.indicator(name)
        groups = [one.name for one in words.groups_in(ruleset.year)] if group is None else [group]
        if indicator.scope is Scope.GROUP:
            found.update((name, one) for one in groups if indicator.is_reported_for(one))
    return found


def _about(ruleset: Ruleset, worked: Worked, kind: str) -> Worked:
    """Return what is worked out for entities of a kind."""
    others = {rule.definition for rule in ruleset.levels if rule.kinds and kind not in rule.kinds}
    measures = {name: definition for name, definition in worked.measures.items() if definition not in others}
    return evolve(worked, measures=measures)


def result_for(evaluation: Evaluation, indicator: str, group: str | None) -> LevelResult:
    """Return the results of an indicator for a student group; KeyError if the ruleset or the vocabulary has none."""
    prepared = evaluation.prepared
    some = [one for one in _worked_by(prepared) if one.indicator == indicator]
    worked = next((one for one in some if indicator or is_of_groups(prepared, one) is (group is not None)), None)
    if worked is None:
        raise KeyError(indicator)
    return _result(evaluation, worked, None if group is None else prepared.ruleset.vocabulary.group(group))


@lru_cache(maxsize=16)
def _worked_by(prepared: Prepared) -> tuple[Worked, ...]:
    """Return `worked_out` of a ruleset, kept while LEA after LEA is evaluated."""
    return worked_out(prepared.ruleset)


def _worked(ruleset: Ruleset, indicator: str, rules: Sequence[LevelRule]) -> Worked:
    year, definitions = ruleset.year, ruleset.definitions
    scales: dict[str, str] = {}
    if ruleset.reports_levels:
        order = {name: place for place, (_, name) in enumerate(definitions)}
        scales = {scale.name: level_name(indicator, scale.name) for scale in ruleset.vocabulary.scales}
        scales = dict(sorted(scales.items(), key=lambda item: order.get(item[1], 0)))
    measures = {measure_of(rule): rule.definition for rule in rules if rule.indicator == indicator}
    return Worked(
        indicator,
        {name: definition for name, definition in measures.items() if (year, definition) in definitions},
        {name: definition for name, definition in scales.items() if indicator and (year, definition) in definitions},
    )


def measure_of(rule: LevelRule) -> str:
    """Return the name of a statement's measure, as its author wrote it."""
    return rule.definition.removeprefix(measure_name("", rule.indicator))


def is_of_groups(prepared: Prepared, worked: Worked) -> bool:
    """Return whether a definition has a value for each student group, and not one for the LEA."""
    return any(prepared.steps[at].scope is Scope.GROUP for at in _positions(prepared, worked))


def indicators_read(prepared: Prepared, worked: Worked) -> frozenset[str]:
    """Return the indicators of which the data must say something for a result: its own or, of none, those it reads."""
    if worked.indicator:
        return frozenset((worked.indicator,))
    year = prepared.ruleset.year
    fields = (prepared.fields.get(at) for at in prepared.beneath(_positions(prepared, worked)))
    return frozenset(asked.key[0] for asked in fields if asked is not None and asked.year == year)


def _positions(prepared: Prepared, worked: Worked) -> list[int]:
    """Return the positions of the definitions of what is worked out."""
    names = (*worked.measures.values(), *worked.scales.values())
    return [prepared.positions[prepared.ruleset.year, name] for name in names]


def _result(evaluation: Evaluation, worked: Worked, group: StudentGroup | None) -> LevelResult:
    prepared = evaluation.prepared
    year = prepared.ruleset.year
    index = None if group is None else prepared.group_index[group.name]

    def values(definitions: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
        return ((name, evaluation.at(prepared.positions[year, one], index)) for name, one in definitions.items())

    numbers = {
        name: value if isinstance(value, Fraction | str | NotRated) else None for name, value in values(worked.measures)
    }
    levels = {name: value if isinstance(value, str | NotRated) else None for name, value in values(worked.scales)}
    return LevelResult(evaluation, worked.indicator, group, numbers, levels)


# ---- how certain a level is: the weakest mark of confidence of what decided it ----


def weakest_mark(evaluation: Evaluation, definition: str, index: int | None) -> str:
    """Return the weakest mark behind a level or a measure; empty if nothing is marked.

    `definition` is the name of its definition, `index` the student group or None for the LEA. KeyError if the ruleset
    has none of that name.
    """
    ruleset = evaluation.prepared.ruleset
    marks, keys = [""], [(ruleset.year, definition)]
    for key in keys:  # those that a definition refers to come after it
        statements = [rule for rule in ruleset.levels if rule.definition == key[1]]
        marks.extend(rule.confidence for rule in statements if rule.what == "measure")
        indicator = statements[0].indicator if statements else ""
        for node, mark in _marked(occurrence_of(evaluation, key, index), indicator):
            marks.append(mark)
            _add(keys, reference(node))
    return max(marks)


def _add(keys: list[DefinitionKey], key: DefinitionKey | None) -> None:
    if key is not None and key not in keys:
        keys.append(key)


def _marked(root: Occurrence, indicator: str) -> Iterator[tuple[Node, str]]:
    """Yield the nodes of a definition that decide, each with its mark, which may be empty."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if not is_choice(part.node):
            rule = _statement(part, indicator) if _is_marked(part.node) else None
            yield part.node, rule.mark_at(part.node.span) if rule is not None else ""
            waiting.extend(_below(part))
            continue
        for way in _taken(part):
            rule = _statement(way.guard, indicator) if way.asked else None
            if way.asked:
                waiting.append(way.guard)
            if not way.asked or way.guard.value is not NOT_RATED:  # else only what is not rated counts
                waiting.append(way.value)
                yield part.node, rule.confidence if rule is not None and rule.what != "measure" else ""


def _is_marked(node: Node) -> bool:
    """Return whether a node has the mark of its statement or its row; a table of tables has those of the tables."""
    return is_unknown(node) or (is_table(node) and not is_by_type(node))


def _statement(part: Occurrence, indicator: str) -> LevelRule | None:
    return rule_at(part.evaluation.prepared.ruleset, part.node.span, indicator)


def _taken(choice: Occurrence) -> Iterator[Way]:
    """Yield the way that is taken, or all that might still be if a guard is unknown."""
    for way in ways_of(choice):
        answer = way.guard.value if way.asked else True
        if answer is not False:
            yield way
        if answer is True:
            return


def _below(part: Occurrence) -> tuple[Occurrence, ...]:
    """Return the parts below a node but for the values that are written in the cells of a table."""
    if reference(part.node) is not None:
        return ()
    if is_by_type(part.node):
        return (*matched_on(part), *taken(part))
    below = part.inputs()
    if not is_table(part.node):
        return below
    on = len(part.node.on)
    return (*below[:on], *(value for value in below[on:] if not is_constant(value.node)))
