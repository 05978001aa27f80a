"""Small changes to the rule files, each of which somebody should notice.

A mutant is one file with one thing changed: a rule removed, a level replaced by its neighbor, `and` by `or`, a number
by the next, a narrowing, an `unless` or a kind of LEA left out. It is noticed where the year of the file, or a later
one in which the sentence is still in force, does not compile any more or fails one of its examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from attrs import AttrsInstance, evolve, frozen, has

from rulelang.analysis.examples import run_examples
from rulelang.compiler.in_force import Effective, EffectiveRule
from rulelang.compiler.load import Loader
from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.syntax import tree as syn

SWAPPED = {"both": "either", "either": "both", "all of": "any of", "any of": "all of", "and": "or", "or": "and"}


Key = tuple[int, str]
"""The year whose file a rule stands in, and its label or its words."""


def key_of(item: EffectiveRule) -> Key:
    """Return what a rule is known by in every year in which it is in force."""
    return item.year, item.label or item.rule.span.text


@frozen
class Mutant:
    """One change of a file: what is changed, how, and what comes in the place of each rule (None: nothing)."""

    year: int
    subject: str
    change: str
    rules: dict[Key, EffectiveRule | None]

    @property
    def name(self) -> str:
        """Return what the list of survivors calls it."""
        return f"{self.year} {self.subject}: {self.change}"

    def touches(self, in_force: Effective) -> bool:
        """Return whether a sentence that is changed is in force in a year."""
        return any(key_of(item) in self.rules for item in in_force.rules)

    def applied(self, in_force: Effective) -> Effective:
        """Return what is in force in a year with the change."""
        rules = [self.rules.get(key_of(item), item) for item in in_force.rules]
        return evolve(in_force, rules=tuple(evolve(item, replaced=None) for item in rules if item is not None))


class Year:
    """The rules of a year as read once, from which each mutant is compiled without reading a file again."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.loader = Loader(Reporter())
        assert self.loader.ruleset(self.path) is not None
        found = self.loader.in_force(self.path)
        assert found is not None
        self.in_force, self.vocabulary = found

    def notices(self, mutant: Mutant) -> bool:
        """Return whether the year with the change does not compile, or fails an example."""
        if not mutant.touches(self.in_force):
            return False
        ruleset = self.compiled(mutant)
        return ruleset is None or not all(run.passes for run in run_examples(ruleset))

    def compiled(self, mutant: Mutant) -> Ruleset | None:
        """Return the year with the change as understood, or None where it does not compile."""
        done = {path: one for path, one in self.loader.done.items() if path != self.path}
        effectives = {**self.loader.effectives, self.path: mutant.applied(self.in_force)}
        loader = Loader(Reporter(), self.loader.vocabularies, self.loader.ground, effectives, done)
        ruleset = loader.ruleset(self.path)
        return None if loader.reporter.has_errors else ruleset

    def mutants(self) -> Iterator[Mutant]:
        """Yield every mutant of the year's own file."""
        year = self.in_force.year
        text = self.path.read_text(encoding="utf-8")  # A base of the same year, in another folder, has its own mutants.
        own = [item for item in self.in_force.rules if item.rule.span.source.text == text]
        for item in own:
            label = item.label or item.rule.span.text
            yield Mutant(year, label, "removed", {key_of(item): None})
            for change, rule in _changed_rules(item.rule, self.vocabulary):
                yield Mutant(year, label, change, {key_of(item): evolve(item, rule=rule)})
        for kinds in dict.fromkeys(item.kinds for item in own if item.kinds):
            heading = f"for {' and '.join(kind.text for kind in kinds)}"
            for change, other in _changed_kinds(kinds, self.vocabulary):
                under = {key_of(item): evolve(item, kinds=other) for item in own if item.kinds == kinds}
                yield Mutant(year, heading, change, dict(under))


def _changed_kinds(kinds: Sequence[syn.Name], vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[syn.Name, ...]]]:
    named = {kind.text for kind in kinds}
    for kind in vocabulary.kinds:
        if kind.name in named:
            rest = tuple(one for one in kinds if one.text != kind.name)
            if rest:
                yield f"without {kind.name}", rest
        else:
            yield f"and {kind.name}", (*kinds, evolve(kinds[0], text=kind.name))


def _changed_rules(rule: syn.Rule, vocabulary: Vocabulary) -> Iterator[tuple[str, syn.Rule]]:
    if isinstance(rule.condition, syn.Otherwise):
        return
    for change, condition in changed(rule.condition, vocabulary):
        yield change, evolve(rule, condition=condition)
    for index, narrowing in enumerate(rule.narrowings):
        rest = rule.narrowings[:index] + rule.narrowings[index + 1 :]
        yield f"without `{narrowing.span.text}`", evolve(rule, narrowings=rest)


def changed(node: AttrsInstance, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    """Yield each small change of a condition, or of a part of one, with what it is in words."""
    yield from _own_changes(node, vocabulary)
    for name in _parts(node):
        if isinstance(node, syn.GroupTest) and node.named and name == "quantity":
            continue  # any of one student group that is named
        part = getattr(node, name)
        if isinstance(part, tuple):
            for index, one in enumerate(part):
                for change, other in changed(one, vocabulary):
                    yield change, evolve(cast("Any", node), **{name: (*part[:index], other, *part[index + 1 :])})
        else:
            for change, other in changed(part, vocabulary):
                yield change, evolve(cast("Any", node), **{name: other})


def _parts(node: AttrsInstance) -> Iterator[str]:
    """Yield the names of the attributes of a node that hold nodes."""
    for attribute in getattr(type(node), "__attrs_attrs__", ()):
        value = getattr(node, attribute.name)
        first = value[0] if isinstance(value, tuple) and value else value
        if attribute.name != "span" and has(type(first)):
            yield attribute.name


def _own_changes(node: AttrsInstance, vocabulary: Vocabulary) -> Iterator[tuple[str, Any]]:
    match node:
        case syn.Levels():
            yield from _neighbors(node, vocabulary)
        case syn.Targets(_, str() as how) if how in SWAPPED:
            yield f"`{SWAPPED[how]}` for `{how}`", evolve(node, how=SWAPPED[how])
        case syn.LevelTest(other=syn.Levels()):
            yield "without `on the other`", evolve(node, other=None)
        case syn.Chain(_, joints):
            other = SWAPPED[joints[0].text]
            turned = tuple(evolve(joint, text=other) for joint in joints)
            yield f"`{other}` for `{joints[0].text}`", evolve(node, joints=turned)
        case syn.Unless(condition):
            yield "without `unless`", condition
        case syn.Not(condition):
            yield "without `not`", condition
        case syn.GroupTest(named=(name,)):
            other = next(group.name for group in vocabulary.groups if group.name != name.text)
            yield f"`{other}` for `{name.text}`", evolve(node, named=(evolve(name, text=other),))
        case syn.PrioritiesMet(_, syn.Name() as kind):
            yield f"without `on {kind.text} indicators`", evolve(node, kind=None)
        case _:
            yield from _other_numbers(node)


def _other_numbers(node: AttrsInstance) -> Iterator[tuple[str, Any]]:
    match node:
        case syn.Quantity(kind, number):
            yield from ((f"{_said(other)} for {_said(node)}", other) for other in _other_quantities(node, kind, number))
        case syn.Window(count, years):
            yield from _other_windows(node, count, years)
        case syn.GroupTest(or_all=syn.Number()):
            yield from _other_or_all(node)
        case _:
            return


def _neighbors(levels: syn.Levels, vocabulary: Vocabulary) -> Iterator[tuple[str, syn.Levels]]:
    for index, name in enumerate(levels.names):
        scale = next(scale.levels for scale in vocabulary.scales if name.text in scale.levels)
        at = scale.index(name.text)
        for other in (scale[at - 1] if at else None, scale[at + 1] if at + 1 < len(scale) else None):
            if other is not None and other not in [one.text for one in levels.names]:
                names = (*levels.names[:index], evolve(name, text=other), *levels.names[index + 1 :])
                yield f"`{other}` for `{name.text}`", evolve(levels, names=names)


def _other_quantities(quantity: syn.Quantity, kind: str, number: int) -> Iterator[syn.Quantity]:
    if kind == "any":
        yield evolve(quantity, kind="or more", number=2)
    for other in (number - 1, number + 1):
        if number and other:
            yield evolve(quantity, number=other)


def _said(quantity: syn.Quantity) -> str:
    return f"`{quantity.number} {quantity.kind}`" if quantity.number else f"`{quantity.kind}`"


def _other_windows(window: syn.Window, count: int | None, years: int | None) -> Iterator[tuple[str, syn.Window]]:
    if years is None:
        return
    for other in (years - 1, years + 1):
        if other:
            yield f"{other} for {years} years", evolve(window, years=other)
    if count is not None:
        for other in (count - 1, count + 1):
            yield f"{other} for {count} of the years", evolve(window, count=other)


def _other_or_all(test: syn.GroupTest) -> Iterator[tuple[str, syn.GroupTest]]:
    """Yield `3 or more (or all, if fewer than 3)` without what is in parentheses, and with both numbers changed."""
    yield "without `or all`", evolve(test, or_all=None)
    for other in (test.quantity.number - 1, test.quantity.number + 1):
        quantity, or_all = evolve(test.quantity, number=other), syn.Number(other, span=test.span)
        yield f"{_said(quantity)} and all for {_said(test.quantity)}", evolve(test, quantity=quantity, or_all=or_all)
