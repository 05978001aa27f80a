"""The lines of examples that hold numbers and levels: given facts, and expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from attrs import field, frozen

from rulelang.compiler.context import Context, level_in
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.compiler.numbers import numbers_called
from rulelang.core.fact_types import FactType
from rulelang.core.record import FieldKey, YearFacts
from rulelang.core.record_words import counts_in, folded
from rulelang.core.ruleset import Definition, Expectation, level_name, measure_name
from rulelang.core.tree import NOT_RATED, Node, Ref, Value
from rulelang.core.types import decimals_of
from rulelang.core.vocabulary import Indicator, Number, Scale, Scope, of_last_year
from rulelang.core.walk import fields_in
from rulelang.diagnostics.catalogue import data as of_data
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.catalogue.look_up_tables import types_differ
from rulelang.diagnostics.decimals import exact_text
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


class GivenNumber(NamedTuple):
    """A number that an example gives: its indicator and name, its scope, and its value (None: unknown).

    `measure` is the definition it stands in for, where it is a measure's. `kinds` of entity have it, all if there are
    none.
    """

    key: FieldKey
    scope: Scope
    value: Fraction | str | None
    measure: str | None = None
    kinds: tuple[str, ...] = ()


@frozen
class LevelExamples:
    """What a ruleset works out, as far as its examples need it; `definitions` are those of the year by name.

    `types` are the scales by which rows and grids are chosen, and `silent_years` the earlier years as they are if an
    example does not mention them.
    """

    items: Sequence[EffectiveLevel]
    definitions: Mapping[str, Definition]
    context: Context
    types: frozenset[str] = frozenset()
    silent_years: Mapping[int, YearFacts] = field(factory=dict)

    @property
    def are_all(self) -> bool:
        """Return whether the ruleset only works levels out; its examples then name no kind of LEA."""
        return bool(self.items) and not self.context.decided.scopes

    @property
    def usual_group(self) -> str | None:
        """Return the student group of an example that names none: the vocabulary's first."""
        groups = self.context.vocabulary.groups_in(self.context.year)
        return groups[0].name if groups else None

    def is_idle(self, key: FieldKey) -> bool:
        """Return whether a level that an example gives is one that the ruleset works out and never reads."""
        return level_name(*key) in self.definitions and key not in self._read

    @cached_property
    def _read(self) -> frozenset[FieldKey]:
        nodes = (definition.node for definition in self.definitions.values())
        return frozenset(asked.key for asked in fields_in(*nodes))

    def types_in_force(self) -> frozenset[str]:
        """Return the scales by which rows and grids are chosen: those that an example does not give are unknown."""
        found: list[Scale | None] = []
        for item in self.items:
            if isinstance(item.statement, syn.BandsTable):
                found.append(self.context.scale_named(item.statement.table.rows[0][0].text))
            elif isinstance(item.statement, syn.GridTable):
                found.extend(self.context.scale_of_level(one.text) for one in item.statement.types)
        return frozenset(scale.name for scale in found if scale is not None)

    # ---- facts ----

    def given(self, fact: syn.NumberFact, mentioned: Sequence[str]) -> GivenNumber | None:
        """Return the number of a fact; None, after a report, if it is not one or could belong to several indicators.

        `mentioned` are the indicators that other lines of the example name.
        """
        text = fact.number.name.text
        numbers = numbers_called(self.context.vocabulary, text)
        measures = self._measures(text)
        holders = [one for number in numbers for one in number.indicators or ("",)] or [item.of for item in measures]
        if not holders:
            of = fact.indicator.text if fact.indicator is not None else ""
            self._unknown(fact.number.span, text, numbers_too=True, indicator=of)
            return None
        holder = self._one_of(fact, holders, mentioned)
        if holder is None:
            return None
        if not numbers:
            return self._of_measure(fact, next(item for item in measures if item.of == holder))
        return self._of_number(fact, next(one for one in numbers if holder in (one.indicators or ("",))), holder)

    def _measures(self, text: str) -> list[EffectiveLevel]:
        return [item for item in self.items if item.what == "measure" and folded(item.name) == folded(text)]

    def _of_number(self, fact: syn.NumberFact, number: Number, holder: str) -> GivenNumber | None:
        if fact.number.last_year and not number.last_year:
            self.context.report(messages.not_given_for_last_year(fact.number.span, number.name))
            return None
        if fact.value is not None and not self._fits(fact, number):
            return None
        value = folded(fact.value) if isinstance(fact.value, str) else fact.value
        if isinstance(value, Fraction):
            self._must_be_possible(fact.span, number, holder, value)
        name = of_last_year(number.name) if fact.number.last_year else number.name
        return GivenNumber((holder, name), self._scope(holder), value, kinds=number.kinds)

    def _fits(self, fact: syn.NumberFact, number: Number) -> bool:
        """Return whether the value of a fact has its type, after a report if not; an amount needs no sign."""
        given = FactType(fact.type)
        fits = given is number.type or (given, number.type) == (FactType.NUMBER, FactType.DOLLARS)
        if not fits:
            self.context.report(
                types_differ(fact.span, number.type.phrase, given.phrase, number.type.in_rules(str(fact.value)))
            )
        return fits

    def _must_be_possible(self, span: Span, number: Number, holder: str, value: Fraction) -> None:
        """Refuse a value that data could not have either, by what the vocabulary says of a number."""
        if value < 0 and not number.below_zero:
            self.context.report(messages.count_below_zero(span, number.name))
        elif number.at_most is not None and value > number.at_most:
            highest = exact_text(number.at_most)
            self.context.report(of_data.number_above_highest(span, number.name, exact_text(value), highest))
        elif value.denominator > 1 and number.name in counts_in(self.context.vocabulary, holder):
            self.context.report(of_data.not_a_number(span, number.name, exact_text(value)))

    def _of_measure(self, fact: syn.NumberFact, item: EffectiveLevel) -> GivenNumber | None:
        if fact.number.last_year:
            self.context.report(messages.not_given_for_last_year(fact.number.span, item.name))
            return None
        name = measure_name(item.name, item.of)
        scope = self.definitions[name].scope if name in self.definitions else self._scope(item.of)
        # A measure may have the name of a scale, so that the data's own level of that name is kept separate.
        value = fact.value if isinstance(fact.value, Fraction) else None
        return GivenNumber((item.of, name), scope, value, name)

    def _scope(self, indicator: str) -> Scope:
        return self.context.vocabulary.indicator(indicator).scope if indicator else Scope.LEA

    def _one_of(self, fact: syn.NumberFact, holders: Sequence[str], mentioned: Sequence[str]) -> str | None:
        """Return the indicator of a fact: the one it names, or the only one possible."""
        if fact.indicator is not None:
            named = self.context.indicator(fact.indicator)
            if named is not None and named.name not in holders:
                self.context.report(messages.unknown_number(fact.number.span, fact.number.name.text, named.name, None))
            return named.name if named is not None and named.name in holders else None
        if "" in holders:
            return ""
        worked_out = {item.of for item in self.items}
        for narrower in (holders, [one for one in holders if one in mentioned], [*worked_out & {*holders}]):
            if len({*narrower}) == 1:
                return narrower[0]
        self.context.report(messages.of_which_indicator(fact.span, fact.number.name.text))
        return None

    def _unknown(self, span: Span, text: str, *, numbers_too: bool, indicator: str = "") -> None:
        known = [item.name for item in self.items if item.what == "measure"]
        known += [item.name for item in self.items if item.what in ("bands", "grid")]
        known += [one.name for one in self.context.vocabulary.numbers] if numbers_too else []
        self.context.report(messages.unknown_number(span, text, indicator, list(dict.fromkeys(known))))

    # ---- expectations ----

    def expected(self, line: syn.ExpectValue) -> Expectation | None:
        """Return the expectation of a line; None, after a report, if nothing works it out."""
        group = self.context.group(line.group) if line.group is not None else None
        indicator = self._indicator(line.subject)
        if indicator is None or (group is None and line.group is not None):
            return None
        found = self._definition(line, indicator)
        if found is None:
            self._unknown(line.subject.span, line.subject.text, numbers_too=False, indicator=indicator)
            return None
        definition, scale = found
        value: Value
        if isinstance(line.value, syn.Name):
            value = self._level(line.value, scale)
            if value is None:
                return None
        else:
            value = NOT_RATED if line.answer == "not rated" else line.value
        if group is None and definition.scope is Scope.GROUP:
            group = self.usual_group
        decimals = self._decimals(line, definition.node)
        return Expectation(
            None, line.answer, group, definition=definition.name, value=value, decimals=decimals, span=line.span
        )

    def _indicator(self, subject: syn.Subject) -> str | None:
        """Return the indicator a line is about: the one it names, or the only one with such a measure or level."""
        if subject.indicators:
            found = self.context.indicator(subject.indicators[0])
            return found.name if found is not None else None
        having = {
            item.of for item in self.items if item.what in _WORKED_OUT and folded(item.name) == folded(subject.text)
        }
        if len(having) > 1:
            self.context.report(messages.of_which_indicator(subject.span, subject.text))
            return None
        return having.pop() if having else ""

    def _definition(self, line: syn.ExpectValue, indicator: str) -> tuple[Definition, Scale | None] | None:
        """Return the definition that a line asks about, and the scale of its levels if it is a level."""
        text = folded(line.subject.text)
        scale = self.context.scale_named(text)
        measure = next((item.name for item in self._measures(text) if item.of == indicator), None)
        if line.answer != "number" and scale is not None:
            level = self.definitions.get(level_name(indicator, scale.name)) if indicator else None
            if level is not None:
                return level, scale
        if measure is None or isinstance(line.value, syn.Name):
            return None
        found = self.definitions.get(measure_name(measure, indicator))
        return (found, None) if found is not None else None

    def _level(self, name: syn.Name, scale: Scale | None) -> str | None:
        if scale is None:
            return None
        level = level_in(scale, name.text)
        if level is None:
            self.context.report(messages.level_not_of_scale(name.span, name.text, scale.name, scale.levels))
        return level

    def _decimals(self, line: syn.ExpectValue, node: Node) -> int | None:
        """Return how many decimals a measure is rounded to before it is compared: as written, if it is not rounded."""
        if line.answer != "number":
            return None
        is_rounded = decimals_of(node, self._node_of) is not None
        return None if is_rounded else line.decimals

    def _node_of(self, reference: Ref) -> Node | None:
        found = self.definitions.get(reference.name)
        return None if found is None else found.node


_WORKED_OUT = ("measure", "bands", "grid")


def mentioned_indicators(lines: Sequence[syn.Statement]) -> list[str]:
    """Return the indicators that the lines of an example name, each once."""
    found: list[str] = []
    for line in lines:
        match line:
            case syn.ExpectValue():
                found.extend(name.text for name in line.subject.indicators)
            case syn.FactLine():
                for fact in line.facts:
                    if isinstance(fact, syn.NumberFact):
                        found.extend([fact.indicator.text] if fact.indicator is not None else [])
                    else:
                        found.extend(name.text for name in fact.indicators)
            case _:
                pass
    return list(dict.fromkeys(found))


def keys_of(indicator: Indicator, year: int) -> list[FieldKey]:
    """Return the keys of an indicator's levels in a year."""
    return [(indicator.name, scale) for scale in indicator.scales if indicator.reports(scale, year)]
