"""What came of the examples of a ruleset as plain data, for programs: what `rulelang schema test` describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rulelang.analysis.examples import ExampleRun, Finding
from rulelang.analysis.level_coverage import NotReached
from rulelang.core.ruleset import Rule, Ruleset
from rulelang.diagnostics.as_data import Data, place_data


def examples_data(
    name: str, rules: Ruleset, runs: Sequence[ExampleRun], not_reached: Iterable[Rule], levels: Iterable[NotReached]
) -> Data:
    """Return what came of the examples of a ruleset, and what none of them reaches, as data that JSON can hold."""
    passed = sum(run.passes for run in runs)
    return {
        "ruleset": name,
        "title": rules.title,
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
