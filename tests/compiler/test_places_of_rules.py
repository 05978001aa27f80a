"""Where a determination is tried that a later year adds: before or after another, or, after a question, last."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.checking import check_ruleset
from rulelang.compiler.effective_text import changes_between
from rulelang.compiler.load import load_effective, load_ruleset
from rulelang.data.records import records_from_rows
from rulelang.diagnostics.diagnostic import Reporter, Severity

VOCABULARY = """vocabulary Help
Dashboard years 2023, 2024, 2025
kinds of LEA
  | kind            | plural           | also called |
  | school district | school districts | district    |
  | school          | schools          |             |
facts of the LEA
  | fact   | is a   |
  | rate   | number |
  | opened | date   |
outcomes
  | outcome | is a          | also called |
  | Help    | determination | DA          |
  | Watch   | determination |             |
  | Paused  | determination |             |
  | None    | determination |             |
  | Small   | method        |             |
"""
BASE = """ruleset Help 2023
for school districts
  M: rate is below 5 → Small
  DA: rate is above 30 → Help
  DW: rate is above 20 → Watch
  DN: otherwise → None
for schools
  SA: rate is above 30 → Help
  SN: otherwise → None
"""
HEAD = 'ruleset Help 2024\n  based on 2023\n  because "a test"\n'
SECTION = "for school districts\n  "
PAUSE = "rate is above 10 → Paused"
REPLACED = "replace DA: rate is above 35 → Help\n  replace DW: rate is above 25 → Watch"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(BASE, encoding="utf-8")
    return tmp_path


def written(folder: Path, change: str, year: int = 2024) -> Path:
    path = folder / f"{year}.rules"
    head = HEAD.replace("2024", str(year)).replace("2023", str(year - 1))
    path.write_text(head + change + "\n", encoding="utf-8")
    return path


def codes(folder: Path, change: str) -> list[str]:
    return [one.code for one in check_ruleset(written(folder, change))]


def order(path: Path) -> list[str | None]:
    """Return the labels of the rules about districts in the order in which they are tried."""
    found = load_effective(path, Reporter())
    assert found is not None
    return [one.label for one in found[0].rules if "district" in one.kinds[0].text]


def determined(path: Path, kind: str, rate: int) -> str:
    rules = rulelang.load(path)
    data = records_from_rows(
        rules.rules.vocabulary, [{"year": int(path.stem), "lea_code": "1", "kind": kind, "rate": rate}]
    )
    return str(rules.evaluate(data)[0].outcome)


@pytest.mark.parametrize(
    "change, labels, outcomes",
    [
        (f"add PZ before DA: {PAUSE}", ["M", "PZ", "DA", "DW", "DN"], ["Paused", "Paused", "Paused", "None"]),
        (f"add PZ after DA: {PAUSE}", ["M", "DA", "PZ", "DW", "DN"], ["Help", "Paused", "Paused", "None"]),
        (f"add PZ before DW: {PAUSE}", ["M", "DA", "PZ", "DW", "DN"], ["Help", "Paused", "Paused", "None"]),
        (f"add PZ after DW: {PAUSE}", ["M", "DA", "DW", "PZ", "DN"], ["Help", "Watch", "Paused", "None"]),
        (f"add PZ before DN: {PAUSE}", ["M", "DA", "DW", "PZ", "DN"], ["Help", "Watch", "Paused", "None"]),
        (f"{SECTION}add PZ before DA: {PAUSE}", ["M", "PZ", "DA", "DW", "DN"], ["Paused", "Paused", "Paused", "None"]),
        (f"add before DA: {PAUSE}", ["M", None, "DA", "DW", "DN"], ["Paused", "Paused", "Paused", "None"]),
        (
            f"add PZ before DA: {PAUSE}\nadd PY after PZ: rate is 4 or less → Watch",
            ["M", "PZ", "PY", "DA", "DW", "DN"],
            ["Paused", "Paused", "Paused", "Watch"],
        ),
        ("replace DW before DA: rate is above 20 → Watch", ["M", "DW", "DA", "DN"], ["Watch", "Watch", "None", "None"]),
        ("replace DA: rate is above 35 → Help", ["M", "DA", "DW", "DN"], ["Help", "Watch", "None", "None"]),
    ],
)
def test_a_rule_is_tried_where_its_change_says(
    change: str, labels: list[str | None], outcomes: list[str], folder: Path
) -> None:
    path = written(folder, change)
    assert [one.code for one in check_ruleset(path)] == []
    assert order(path) == labels
    assert [determined(path, "school district", rate) for rate in (40, 25, 15, 1)] == outcomes
    assert determined(path, "school", 40) == "Help"


def test_a_later_year_inherits_the_place(folder: Path) -> None:
    written(folder, f"add PZ before DA: {PAUSE}")
    path = written(folder, "replace PZ: rate is above 50 → Paused", year=2025)
    assert order(path) == ["M", "PZ", "DA", "DW", "DN"]
    assert [determined(path, "school district", rate) for rate in (60, 40)] == ["Paused", "Help"]


@pytest.mark.parametrize(
    "change, code",
    [
        ("add 4z before M: rate is below 3 → Small", "no-place-beside"),
        (f"add PZ after M: {PAUSE}", "no-place-beside"),
        ("add MZ before DA: rate is below 3 → Small", "no-place-beside"),
        (f"for schools\n  add PZ before DA: {PAUSE}", "no-place-beside"),
        (f"add PZ after DN: {PAUSE}", "no-place-beside"),
        ("remove DN\nadd PN before DA: otherwise → Paused", "no-place-beside"),
        ("replace DA before DA: rate is above 50 → Help", "no-place-beside"),
        (f"add PZ before DX: {PAUSE}", "no-such-rule"),
        (f"add PZ before PZ: {PAUSE}", "no-such-rule"),
        (f"remove DA\nadd PZ before DA: {PAUSE}", "no-such-rule"),
        (f"{SECTION}add PZ: {PAUSE}", "tried-last"),
        (f"{SECTION}add {PAUSE}", "tried-last"),
        (f"{SECTION}add PZ: {PAUSE}\n  {REPLACED}", "tried-last"),
        (f"{SECTION}add PZ: rate is above 30 and rate is above 40 → Paused", "never-decides"),
        (f"{SECTION}add PZ after DW: rate is above 30 and rate is above 40 → Paused", "never-decides"),
        (f"{SECTION}add PZ: rate is above 10 → None", "never-decides"),
        ("add PZ after DW: rate is above 10 → None", "never-decides"),
    ],
)
def test_a_place_that_cannot_be_meant_is_said(change: str, code: str, folder: Path) -> None:
    assert codes(folder, change) == [code]


@pytest.mark.parametrize(
    "change",
    [
        "for schools\n  add SW: rate is above 10 → Help",
        f"{SECTION}remove DA, DW\n  add PZ: {PAUSE}",
        f"{SECTION}remove DA, DW\n  add PZ: {PAUSE}\n  add PY: rate is above 5 → Watch",
        f"{SECTION}{REPLACED}\n  add PZ: {PAUSE}",
        "add MZ: rate is below 3 → Small",
        "add PZ before DA: opened is before July 1, 2005 → Paused",
        "add PZ before DA: rate is above 10\n  → Paused",
        f"add PZ Before DA : {PAUSE}",
    ],
)
def test_nothing_is_asked_where_no_order_is_open(change: str, folder: Path) -> None:
    assert codes(folder, change) == []


def test_the_question_offers_both_places(folder: Path) -> None:
    path = written(folder, f"{SECTION}add PZ: {PAUSE}")
    [found] = check_ruleset(path)
    assert found.severity is Severity.WARNING
    assert [note.partition("write ")[2] for note in found.notes] == ["`add PZ before DA: …`", "`add PZ after DW: …`"]
    for choice in found.choices:
        text = path.read_text(encoding="utf-8")
        chosen = path.with_name("chosen.rules")
        chosen.write_text(text[: choice.span.start] + choice.replacement + text[choice.span.end :], encoding="utf-8")
        assert [one.code for one in check_ruleset(chosen) if one.code == "tried-last"] == []
        assert f"add {choice.replacement}: {PAUSE}" in chosen.read_text(encoding="utf-8")


def test_a_rule_is_quoted_without_its_place(folder: Path) -> None:
    reporter = Reporter()
    for change in (f"add PZ before DA: {PAUSE}", f"add before DA: {PAUSE}"):
        ruleset = load_ruleset(written(folder, change), reporter)
        assert ruleset is not None
        [text] = [one.text for one in ruleset.rules if one.outcome == "Paused"]
        assert text in (f"PZ: {PAUSE}", PAUSE)


def changes(folder: Path, first: str, second: str) -> list[tuple[str, str | None, str | None]]:
    found = []
    for change, name in ((first, "a"), (second, "b")):
        path = written(folder, change)
        moved = path.rename(folder / f"{name}.rules")
        effective = load_effective(moved, Reporter())
        assert effective is not None
        found.append(effective[0])
    return [(one.how, *one.texts) for one in changes_between(*found)]


def test_a_comparison_says_that_a_rule_has_moved(folder: Path) -> None:
    before, after = (f"add PZ {how} DA: {PAUSE}" for how in ("before", "after"))
    assert changes(folder, before, after) == [("replaced", f"PZ before DA: {PAUSE}", f"PZ after DA: {PAUSE}")]
    assert changes(folder, after, f"add PZ before DW: {PAUSE}") == []
    assert changes(folder, 'because "nothing"', before) == [("added", None, f"PZ before DA: {PAUSE}")]
    replaced = before.replace("10", "15")
    assert changes(folder, before, replaced) == [("replaced", f"PZ: {PAUSE}", "PZ: rate is above 15 → Paused")]
