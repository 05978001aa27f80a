"""Runs the worked examples in rule files, and says which rules none of them reaches."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from attrs import evolve

from rulelang.analysis.level_coverage import NotReached
from rulelang.core.operators import rounded
from rulelang.core.ruleset import Example, Expectation, Rule, Ruleset, rule_name
from rulelang.core.tree import Get
from rulelang.core.truth import CANNOT_TELL
from rulelang.diagnostics.as_data import Data, place_data
from rulelang.diagnostics.sentences import in_sentence
from rulelang.engine.determination import Determination, determine_all
from rulelang.engine.evaluate import Evaluation
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.trace import occurrence_of
from rulelang.engine.wording import answer_text, number_text, value_text


class Finding(NamedTuple):
    """The result of one `expect` line: the answer found, and the rules or methods behind it."""

    expectation: Expectation
    as_expected: bool
    answer: str
    by: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """Return the line in the author's words."""
        place = self.expectation.span
        return " ".join(place.text.split()) if place is not None else str(self.expectation.outcome)

    @property
    def found(self) -> str:
        """Return the answer found, with the rules and methods behind it: a rule by its label if it has one."""
        by = [name for name in sorted(set(self.by)) if name not in map(rule_name, self.by)]
        return f"{self.answer}, by {in_sentence(by)}" if by else self.answer


class ExampleRun(NamedTuple):
    """The results of one example: of the entity it is about, and of its relatives, as far as it makes any up."""

    example: Example
    determination: Determination
    findings: tuple[Finding, ...]
    relatives: tuple[Determination, ...] = ()

    @property
    def passes(self) -> bool:
        """Return whether every line is as expected."""
        return all(finding.as_expected for finding in self.findings)

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """Return how the entities of the example were evaluated, the one it is about first."""
        return tuple(one.evaluation for one in (self.determination, *self.relatives))

    @property
    def rules(self) -> frozenset[str]:
        """Return the names of the rules that hold in the example."""
        every = (self.determination, *self.relatives)
        groups = (name for one in every for group in one.groups for name in group.rules)
        return frozenset((*(name for one in every for name in one.lea_rules), *groups))


def run_examples(ruleset: Ruleset) -> tuple[ExampleRun, ...]:
    """Return the results of each example of a ruleset, in the order of the text.

    Those with the same rules are evaluated as one batch: an example that states a measure has rules of its own. Where
    an example could be taken for the relative of another, each is evaluated alone, with its own relatives.
    """
    prepared = prepare(ruleset)
    batches: dict[Hashable, list[int]] = {}
    for at, example in enumerate(ruleset.examples):
        alone = at if prepared.relates else None
        batches.setdefault((alone, *sorted(example.stated_measures.items())), []).append(at)
    found: dict[int, ExampleRun] = {}
    for places in batches.values():
        examples = [ruleset.examples[at] for at in places]
        relatives = examples[0].relatives if prepared.relates else ()
        records = [*(example.record for example in examples), *relatives]
        results = list(determine_all(_with_stated(prepared, examples[0]), records))
        for place, example, result in zip(places, examples, results, strict=False):
            findings = tuple(_finding(result, expectation) for expectation in example.expectations)
            found[place] = ExampleRun(example, result, findings, tuple(results[len(examples) :]))
    return tuple(found[at] for at in range(len(ruleset.examples)))


def rules_not_reached(ruleset: Ruleset, runs: Iterable[ExampleRun]) -> tuple[Rule, ...]:
    """Return the rules that hold in no example, in the order of the text."""
    reached = {name for run in runs for name in run.rules}
    return tuple(rule for rule in ruleset.rules if rule.name not in reached)


def _with_stated(prepared: Prepared, example: Example) -> Prepared:
    """Return the rules with the measures that an example states instead of the definitions that work them out."""
    ruleset = prepared.ruleset
    if not example.stated_measures:
        return prepared
    stated = dict(ruleset.definitions)
    for name, key in example.stated_measures.items():
        definition = stated[ruleset.year, name]
        stated[ruleset.year, name] = evolve(definition, node=Get(ruleset.year, key, definition.scope))
    return prepare(evolve(ruleset, definitions=stated))


def _finding(determination: Determination, expectation: Expectation) -> Finding:
    if expectation.definition is not None:
        return _level_finding(determination, expectation, expectation.definition)
    answer = _answer(determination, expectation)
    by = tuple(_behind(determination, expectation)) if answer == "yes" else ()
    as_expected = answer == expectation.answer and set(expectation.by) <= set(by)
    return Finding(expectation, as_expected, answer, by)


def _level_finding(determination: Determination, expectation: Expectation, definition: str) -> Finding:
    """Return the value of a measure or a level; a number is rounded as the expectation says."""
    evaluation, group = determination.evaluation, expectation.group
    index = None if group is None else evaluation.prepared.group_index[group]
    part = occurrence_of(evaluation, (determination.year, definition), index)
    value, shown = part.value, value_text(part)
    if expectation.decimals is not None and isinstance(value, Fraction):
        value = rounded(value, Fraction(expectation.decimals))
        shown = number_text(value, expectation.decimals)
    return Finding(expectation, value == expectation.value, shown)


def _answer(determination: Determination, expectation: Expectation) -> str:
    """Return the answer in the words of an `expect` line: yes, no, cannot tell or suspended."""
    ruleset, outcome = determination.ruleset, expectation.outcome
    if ruleset.suspended is not None:
        return determination.outcome
    if outcome is None:
        return CANNOT_TELL if determination.outcome == CANNOT_TELL else "no"
    if outcome in ruleset.vocabulary.determinations:
        return CANNOT_TELL if determination.outcome == CANNOT_TELL else answer_text(determination.outcome == outcome)
    if (ruleset.year, outcome) not in ruleset.definitions:
        return "no"
    value = determination.evaluation.value((ruleset.year, outcome), expectation.group)
    return answer_text(value if isinstance(value, bool) else None)


def _behind(determination: Determination, expectation: Expectation) -> Iterator[str]:
    """Yield the labels of the rules with the outcome that hold, and the methods met, which are behind no method."""
    ruleset = determination.ruleset
    held = set(determination.lea_rules)
    if expectation.group is not None:
        held |= set(determination.group(expectation.group).rules)
    elif expectation.outcome not in determination.methods:
        yield from (name for name, answer in determination.methods.items() if answer is True)
    for rule in ruleset.rules:
        if rule.name in held and rule.outcome == expectation.outcome:
            yield from {rule.name, rule.label or rule.name}


# ---- Examples as data, which `rulelang schema test` describes ----


def examples_data(
    name: str, rules: Ruleset, runs: Sequence[ExampleRun], not_reached: Iterable[Rule], levels: Iterable[NotReached]
) -> Data:
    """Return the results of the examples of a ruleset, and what no example reaches, as data that JSON can hold."""
    passed = sum(run.passes for run in runs)
    return {
        "ruleset": name,
        "title": rules.title,
        "what_if": rules.what_if,
        "year": rules.year,
        "passed": passed,
        "failed": len(runs) - passed,
        "examples": [_example(run) for run in runs],
        "not_reached": [
            *({"what": rule.text, "place": place_data(rule.span), "cells": None, "parts": []} for rule in not_reached),
            *(_level(one) for one in levels),
        ],
    }


def _example(run: ExampleRun) -> Data:
    example = run.example
    return {
        "title": example.title,
        "passes": run.passes,
        "place": place_data(example.span),
        "source_year": example.source_year,
        "expectations": [_expectation(finding) for finding in run.findings],
    }


def _expectation(finding: Finding) -> Data:
    return {
        "as_expected": finding.as_expected,
        "expected": finding.expected,
        "found": finding.answer,
        "by": sorted(set(finding.by)),
        "place": place_data(finding.expectation.span),
    }


def _level(one: NotReached) -> Data:
    return {
        "what": one.subject,
        "place": place_data(one.rule.span),
        "cells": one.cells if one.parts else None,
        "parts": list(one.parts),
    }
