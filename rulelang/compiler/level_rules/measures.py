"""The measures among the statements in force, each made a definition when it is first asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeVar

from attrs import asdict, define, evolve, field

from rulelang.compiler.context import Context, Sources, StatementContext, is_one_of
from rulelang.compiler.elaborate import expression
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.compiler.look_up_tables import look_up
from rulelang.core import tree as core
from rulelang.core.record_words import folded
from rulelang.core.ruleset import measure_name
from rulelang.core.vocabulary import Scope
from rulelang.core.walk import children_first
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

_T = TypeVar("_T")

WRONG_IN_A_YEAR: Final = frozenset(
    {
        "level-not-in-year",
        "group-not-in-year",
        "scale-not-in-year",
        "nothing-gives-level",
        "level-without-measure",
        "unknown-number",
    }
)
"""Mistakes that a statement may have in one year and not in another."""


MOST_DEEP: Final = 100
"""How deep operations may be nested, including those of the measures they name."""


MOST_OPEN: Final = 30
"""How long a chain of measures and levels may be that are all declared after the one that names them."""


MOST_WRITTEN_OUT: Final = 100
"""The most measures from which a measure of an earlier year may be written out."""

_NO_LAST_YEAR: Final = "no-last-year"


@define
class MeasureDefinitions(Sources):
    """The definitions made so far. A definition is made when it is first asked for, after those it refers to."""

    context: Context
    items: Sequence[EffectiveLevel]
    nodes: dict[str, core.Node] = field(factory=dict)
    _failed: set[str] = field(factory=set)
    _open: list[str] = field(factory=list)
    _depths: dict[str, int] = field(factory=dict)
    _written_out: int = 0

    @cached_property
    def _named(self) -> Mapping[str, list[EffectiveLevel]]:
        """Return the measures by their names, without regard to case and spacing."""
        found = defaultdict[str, list[EffectiveLevel]](list)
        for item in self.items:
            if item.what == "measure":
                found[folded(item.name)].append(item)
        return found

    def _reported(self, item: EffectiveLevel, work: Callable[[StatementContext], _T]) -> _T | None:
        """Return the result of work on a statement, and report its mistakes; those of an earlier year's file say so."""
        reporter = Reporter()
        about = self._about(item, reporter)
        found = work(about) if about is not None else None
        for first in reporter.diagnostics:
            of_year = item.inherited and first.code in WRONG_IN_A_YEAR
            shown = messages.inherited_statement(first, item.title, item.year, self.context.year) if of_year else first
            self.context.report(shown)
        return found

    def _report(self, item: EffectiveLevel, diagnostic: Diagnostic) -> None:
        """Report a mistake of a statement whose indicator exists."""
        self._reported(item, lambda about: about.report(diagnostic))

    def _about(self, item: EffectiveLevel, reporter: Reporter) -> StatementContext | None:
        """Return the context of a statement; None, after a report, if its indicator is none."""
        context = evolve(self.context, reporter=reporter)
        indicator = context.indicator(item.indicator) if item.indicator is not None else None
        if indicator is None and item.indicator is not None:
            return None
        of_group = None if indicator is None else indicator.scope is Scope.GROUP
        kinds = tuple(kind for name in item.kinds if (kind := context.kind(name)) is not None)
        own = {"of_group": of_group, "of_indicator": indicator, "only_own": indicator is not None, "about": kinds}
        return StatementContext(**{**asdict(context, recurse=False), **own, "because": item.because}, item=item)

    # ---- what `Sources` asks for ----

    def is_measure(self, about: Context, written: syn.NumberName) -> bool:
        """Return whether a name is a measure of the indicator, of none or, if none is at hand, of any."""
        return bool(self._meant(about, written))

    def measures(self, about: Context) -> list[str]:
        """Return the names of the measures that an expression may have."""
        return [
            item.name for item in self.items if item.what == "measure" and (item.of in ("", about.of) or not about.of)
        ]

    def measure(self, about: Context, written: syn.NumberName) -> core.Node | None:
        """Return the value of a measure that is named: a reference or, for another year, its expression again."""
        found = self._meant(about, written)
        if len(found) > 1:
            about.report(messages.of_which_number(written.span, written.name.text, [one.of for one in found]))
        item = found[0] if len(found) == 1 else None
        if item is None or not isinstance(item.statement, syn.Measure):
            return None
        if len(self._open) > MOST_OPEN:
            about.report(messages.too_much(written.span, "nested measures", MOST_OPEN))
            return None
        name = measure_name(item.name, item.of)
        if about.asks_past:
            return self._past_measure(about, item, item.statement, name, written.span)
        if name in self._open:
            about.report(messages.circular_levels(written.span, [*self._open[self._open.index(name) :], name]))
            return None
        node = self._measure_of(item)
        return None if node is None else core.Ref(about.year, name, core.scope_of(node), span=written.span)

    def _past_measure(
        self, about: Context, item: EffectiveLevel, statement: syn.Measure, name: str, span: Span
    ) -> core.Node | None:
        past = f"{name} in the past"
        self._written_out = self._written_out + 1 if any(one.endswith(" in the past") for one in self._open) else 0
        if self._written_out > MOST_WRITTEN_OUT:
            about.report(messages.too_much(span, "measures of an earlier year", MOST_WRITTEN_OUT))
            return None
        if past in self._open:
            about.report(messages.circular_levels(span, [item.name, item.name]))
            return None
        self._open.append(past)
        heard = Reporter()
        there = self._about(item, heard)
        node = (
            value_of(evolve(there, last_year=about.last_year, years_before=about.years_before), statement)
            if there is not None
            else None
        )
        self._open.pop()
        lacking = [one.span.words for one in heard.diagnostics if one.code == _NO_LAST_YEAR and one.span is not None]
        for one in heard.diagnostics:
            if one.code != _NO_LAST_YEAR:
                about.report(one)
        if lacking:  # the words asked for are wrong, and not those of the measure
            about.report(messages.measure_not_given_for_last_year(span, item.name, list(dict.fromkeys(lacking))))
        return None if node is None else evolve(node, span=span)

    def _measure_of(self, item: EffectiveLevel) -> core.Node | None:
        statement = item.statement
        if not isinstance(statement, syn.Measure):
            return None
        return self._made(
            measure_name(item.name, item.of),
            lambda: self._reported(item, lambda about: _of_kinds(about, value_of(about, statement))),
        )

    def _meant(self, about: Context, written: syn.NumberName) -> list[EffectiveLevel]:
        """Return the measures that a name may mean: the indicator's, otherwise those of none, otherwise any."""
        found = self._measures(written.name.text)
        for holder in (about.of,) if written.of is not None else (about.of, ""):
            mine = [item for item in found if item.of == holder]
            if mine:
                return mine[:1]
        return [] if about.only_own else found

    def _measures(self, text: str) -> list[EffectiveLevel]:
        return self._named.get(folded(text), [])

    def _measure_item(self, of: str, text: str) -> EffectiveLevel | None:
        return next((item for holder in (of, "") for item in self._measures(text) if item.of == holder), None)

    def _made(self, name: str, work: Callable[[], core.Node | None]) -> core.Node | None:
        """Return the node of a definition, made once; None if it cannot be made, which has been reported."""
        if name not in self.nodes and name not in self._failed:
            self._open.append(name)
            node = work()
            self._open.pop()
            if node is None or self._is_too_deep(name, node):
                self._failed.add(name)
            else:
                self.nodes[name] = node
        return self.nodes.get(name)

    def _is_too_deep(self, name: str, node: core.Node) -> bool:
        """Return whether a definition is deeper than code that walks down it can follow, after a report if it is."""
        depths: dict[int, int] = {}
        for one in children_first(node):
            key = core.reference(one)
            own = 0 if key is None else self._depths.get(key[1], 0)
            depths[id(one)] = 1 + max((depths[id(child)] for child in core.children(one)), default=own)
        deepest = self._depths[name] = depths[id(node)]
        if deepest > MOST_DEEP and node.span is not None:
            self.context.report(messages.too_much(node.span, "nested operations", MOST_DEEP))
        return deepest > MOST_DEEP


def value_of(about: Context, measure: syn.Measure) -> core.Node | None:
    """Return the value that a measure gives; None, after a report, if it makes no sense."""
    value = measure.value
    return look_up(about, value, expression) if isinstance(value, syn.LookUp) else expression(about, value)


def _of_kinds(about: Context, node: core.Node | None) -> core.Node | None:
    """Return a measure that only entities of its kinds have."""
    if node is None or not about.about:
        return node
    is_kind = is_one_of(core.Self(Scope.LEA), about.about)
    return core.choice((core.Arm(is_kind, node),), core.Const(core.NOT_RATED), span=node.span)
