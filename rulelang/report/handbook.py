"""Writes a handbook: the criteria of a year as a page to read and to print, with their sources, tables and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rulelang.core.ruleset import Ruleset
from rulelang.core.vocabulary import Vocabulary
from rulelang.data.report import DataError
from rulelang.data.write import whole_file
from rulelang.diagnostics.catalogue import run as say
from rulelang.report.language import ENGLISH, Language
from rulelang.report.level_grid import rank_of
from rulelang.report.rendering import page_templates

Data = Mapping[str, Any]
"""What `rulelang show --format json` prints, or a part of it."""

Words = Mapping[str, Sequence[Mapping[str, Any]]]
"""The words of a vocabulary as tables, by title."""


def write_handbook(  # what is in force, in which words, and where it goes
    folder: Path,
    ruleset: Ruleset,
    data: Data,
    words: Words,
    language: Language = ENGLISH,
    *,
    version: str,
    replace: bool = False,
) -> Path:
    """Write the handbook of a year into a folder and return its page; the same rules give the same bytes.

    Raises DataError if the page exists already and must not be replaced, or cannot be written.
    """
    path = folder / "handbook.html"
    if path.exists() and not replace:
        raise DataError(say.file_exists(str(path)))
    render = page_templates(ruleset, version, language)
    text = render("handbook.html", {"book": handbook(data, words, ruleset.vocabulary), "home": path.name, "record": ""})
    with whole_file(path) as aside:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
    return path


def handbook(data: Data, words: Words, vocabulary: Vocabulary) -> Data:
    """Return what the handbook of a year shows: the data of the year, arranged by priority, kind and indicator."""
    rules = [_criterion(rule, vocabulary) for rule in data["rules"]]
    met = {one: [rule for rule in rules if rule["priority"] == one.number] for one in vocabulary.priorities}
    return {
        **data,
        "priorities": [(one.number, one.name, found) for one, found in met.items() if found],
        "outcomes": list(_by_kind([rule for rule in rules if rule["priority"] is None])),
        "levels": list(_by_indicator(data["levels"], vocabulary)),
        "words": words,
    }


def _criterion(rule: Data, vocabulary: Vocabulary) -> Data:
    """Return a rule with its condition and what follows from it apart, and whom it is about in the plural."""
    condition, _, outcome = rule["text"].removeprefix(f"{rule['label']}: ").rpartition(" → ")
    kinds, label = _plurals(rule["kinds"], vocabulary), rule["label"] or ""
    return {**rule, "label": label, "condition": condition, "outcome": outcome, "kinds": kinds, "confidence": ""}


def _plurals(kinds: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(vocabulary.kind(name).plural for name in kinds)


def _by_kind(rules: Iterable[Data]) -> Iterator[tuple[tuple[str, ...], list[Data]]]:
    """Yield the rules that are about no priority, by kind of LEA; those of no kind come first."""
    in_order = sorted(rules, key=lambda one: one["kinds"])
    yield from ((kinds, list(some)) for kinds, some in groupby(in_order, key=lambda one: one["kinds"]))


def _by_indicator(levels: Iterable[Data], vocabulary: Vocabulary) -> Iterator[tuple[str, tuple[str, ...], list[Data]]]:
    """Yield the statements of each indicator, empty for measures of none, apart for the kinds that they are about."""
    order = {one.name: at for at, one in enumerate(vocabulary.indicators)}
    in_order = sorted(levels, key=lambda one: (order.get(one["indicator"], -1), one["kinds"]))
    for (indicator, kinds), some in groupby(in_order, key=lambda one: (one["indicator"] or "", one["kinds"])):
        ranks = _ranks(indicator, vocabulary)
        yield indicator, _plurals(kinds, vocabulary), [_statement(one, ranks) for one in some]


def _statement(level: Data, ranks: Mapping[str, int]) -> Data:
    """Return a statement of levels with the cells of its table, whose first row is its header, and their ranks.

    The ranks are those of the cells of a grid, from 1 the worst level; 0 for a cell without a color.
    """
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in level["table"]]
    colors = ranks if level["what"] == "grid" else {}
    colored = [[colors.get(cell, 0) if at else 0 for at, cell in enumerate(row)] for row in rows]
    return {**level, "table": rows, "ranks": colored}


def _ranks(indicator: str, vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the rank of each level of an indicator, by name; none if it has no levels."""
    of = next((one for one in vocabulary.indicators if one.name == indicator), None)
    scales = [one.worst_first(of) for one in vocabulary.scales] if of is not None else []
    return {name: rank_of(name, levels) for levels in scales for name in levels}
