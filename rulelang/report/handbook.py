"""Writes a handbook: the criteria of a year as a page to read and to print, with their sources, tables and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from attrs import frozen

from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.report import DataError
from rulelang.data.write import whole_file
from rulelang.diagnostics.catalogue import run as say
from rulelang.report.language import ENGLISH, Language
from rulelang.report.level_grid import rank_of
from rulelang.report.rendering import page_templates

Words = Mapping[str, Sequence[Mapping[str, Any]]]
"""The words of a vocabulary as tables, by title."""


@frozen
class Criterion:
    """A rule as a handbook shows it: its label, the condition, what follows, and its origin."""

    label: str
    condition: str
    outcome: str
    kinds: tuple[str, ...]
    origin: int
    cites: tuple[str, ...]
    because: str
    confidence: str = ""


@frozen
class Statement:
    """A statement of how a level is worked out, with its table, whose first row is its header.

    `ranks` are the ranks of the cells of a grid, row by row, from 1 the worst level; 0 for a cell without a color.
    """

    text: str
    table: tuple[tuple[str, ...], ...]
    ranks: tuple[tuple[int, ...], ...]
    origin: int
    cites: tuple[str, ...]
    because: str
    confidence: str


@frozen
class Handbook:
    """All that a handbook shows of a year."""

    priorities: tuple[tuple[int, str, tuple[Criterion, ...]], ...]
    outcomes: tuple[tuple[tuple[str, ...], tuple[Criterion, ...]], ...]
    levels: tuple[tuple[str, tuple[Statement, ...]], ...]
    examples: tuple[tuple[str, int], ...]
    changes: tuple[Mapping[str, Any], ...]
    because: str
    based_on: int | None
    text: str
    words: Words


def write_handbook(  # what is in force, in which words, and where it goes
    folder: Path,
    ruleset: Ruleset,
    data: Mapping[str, Any],
    words: Words,
    language: Language = ENGLISH,
    *,
    version: str,
    replace: bool = False,
) -> Path:
    """Write the handbook of a year into a folder and return its page; the same rules give the same bytes.

    `data` is what `rulelang show --format json` prints. Raises DataError if the page exists already and must not be
    replaced, or cannot be written.
    """
    path = folder / "handbook.html"
    if path.exists() and not replace:
        raise DataError(say.results_exist(str(path)))
    render = page_templates(ruleset, version, language)
    text = render("handbook.html", {"book": handbook(data, words, ruleset.vocabulary), "home": path.name, "record": ""})
    with whole_file(path) as aside:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
    return path


def handbook(data: Mapping[str, Any], words: Words, vocabulary: Vocabulary) -> Handbook:
    """Return what the handbook of a year shows."""
    rules = [(rule, _criterion(rule, vocabulary)) for rule in data["rules"]]
    names = {one.number: one.name for one in vocabulary.priorities}
    met = {number: tuple(one for rule, one in rules if rule["priority"] == number) for number in names}
    return Handbook(
        priorities=tuple((number, names[number], found) for number, found in met.items() if found),
        outcomes=tuple(_by_kind([one for rule, one in rules if rule["priority"] is None])),
        levels=tuple(_by_indicator(data["levels"], vocabulary)),
        examples=tuple((one["title"], one["source_year"]) for one in data["examples"]),
        changes=tuple(data["changes"]),
        because=data["because"] or "",
        based_on=data["based_on"],
        text=data["text"],
        words=words,
    )


def _criterion(rule: Mapping[str, Any], vocabulary: Vocabulary) -> Criterion:
    condition, _, outcome = rule["text"].removeprefix(f"{rule['label']}: ").rpartition(" → ")
    kinds = tuple(vocabulary.kind(name).plural for name in rule["kinds"])
    cites, because = tuple(rule["cites"]), rule["because"] or ""
    return Criterion(rule["label"] or "", condition, outcome, kinds, rule["source_year"], cites, because)


def _by_kind(rules: Sequence[Criterion]) -> Iterator[tuple[tuple[str, ...], tuple[Criterion, ...]]]:
    """Yield the rules that are about no priority, by kind of LEA; those of no kind come first."""
    in_order = sorted(rules, key=lambda one: one.kinds)
    yield from ((kinds, tuple(some)) for kinds, some in groupby(in_order, key=lambda one: one.kinds))


def _by_indicator(
    levels: Sequence[Mapping[str, Any]], vocabulary: Vocabulary
) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    order = {one.name: at for at, one in enumerate(vocabulary.indicators)}
    in_order = sorted(levels, key=lambda one: order.get(one["indicator"], -1))
    for indicator, some in groupby(in_order, key=lambda one: one["indicator"] or ""):
        ranks = _ranks(indicator, vocabulary)
        yield indicator, tuple(_statement(one, ranks) for one in some)


def _statement(level: Mapping[str, Any], ranks: Mapping[str, int]) -> Statement:
    rows = tuple(tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in level["table"])
    colors = ranks if level["what"] == "grid" else {}
    return Statement(
        level["text"],
        rows,
        tuple(tuple(colors.get(cell, 0) if at else 0 for at, cell in enumerate(row)) for row in rows),
        level["source_year"],
        tuple(level["cites"]),
        level["because"] or "",
        level["confidence"] or "",
    )


def _ranks(indicator: str, vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the rank of each level of an indicator, by name; none if it has no levels."""
    of = next((one for one in vocabulary.indicators if one.name == indicator), None)
    scales = [one.worst_first(of) for one in vocabulary.scales] if of is not None else []
    return {name: rank_of(name, levels) for levels in scales for name in levels}
