"""Where a file that names exceptions is not there, everybody has the level of silence, and a warning says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from rulelang.facade import LoadedRuleset

FILE = "calpads2024.txt"
CODE = "silent-without-file"


@pytest.fixture(scope="module")
def rules() -> LoadedRuleset:
    return rulelang.load("assistance/2024")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    assert run(["sample", str(tmp_path / "state"), "--for", "assistance/2024", "--leas", "6"]) == 0
    return tmp_path / "state"


def answers(rules: LoadedRuleset, folder: Path) -> Counter[str]:
    """Return how many LEAs Method 4 is true of, untrue of, and how many nobody can tell of."""
    found = (one.evaluation for one in rules.evaluate(rules.read([folder])))
    return Counter(str(one.column(one.prepared.positions[2024, "Method 4"])[0]) for one in found)


def said(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [one for one in diagnostics if one.code == CODE]


def test_a_file_of_exceptions_that_is_not_there_is_named_once_with_what_reads_it(
    rules: LoadedRuleset, state: Path
) -> None:
    (state / FILE).unlink()
    data = rules.read([state])
    [found] = said(data.diagnostics)
    assert found.severity is Severity.WARNING
    for word in (f"`{FILE}`", "`CALPADS End-of-Year Certification`", "`Certified on Time`"):
        assert word in found.message
    assert found.notes == ("read by rule M4",)
    assert not any(FILE in str(one.notes) for one in data.diagnostics if one.code == "files-not-found")
    assert [(file.names, file.silent) for file in data.report.missing if file.year == 2024] == [
        ((FILE,), "Certified on Time")
    ]
    assert answers(rules, state) == {"False": 6}


@pytest.mark.parametrize("content", ["", "cds\tcertification\n"])
def test_one_that_is_there_and_says_nothing_leaves_the_level_unknown(
    rules: LoadedRuleset, state: Path, content: str
) -> None:
    header = (state / FILE).read_text(encoding="utf-8").split("\n")[0]
    (state / FILE).write_text(content and f"{header}\n", encoding="utf-8")
    data = rules.read([state])
    assert said(data.diagnostics) == []
    assert data.has_errors
    assert answers(rules, state) == {"None": 6}


def test_one_that_is_there_is_not_warned_of(rules: LoadedRuleset, state: Path) -> None:
    assert said(rules.read([state]).diagnostics) == []


def test_one_of_nearly_its_name_may_be_meant(rules: LoadedRuleset, state: Path) -> None:
    (state / FILE).rename(state / "calpads_2024_final.txt")
    [found] = said(rules.read([state]).diagnostics)
    assert found.help is not None
    assert "`calpads_2024_final.txt`" in found.help


def test_one_that_no_rule_reads_is_not_warned_of(state: Path) -> None:
    (state / FILE).unlink()
    (state.parent / "2024.rules").write_text(
        "ruleset Few 2024\n  uses California Dashboard vocabulary\n\nR: Red on ELA → Priority 4\n", encoding="utf-8"
    )
    few = rulelang.load(state.parent / "2024.rules")
    assert said(few.read([state]).diagnostics) == []


def test_without_any_file_of_the_year_that_is_what_is_said(rules: LoadedRuleset, tmp_path: Path) -> None:
    assert said(rules.read([tmp_path]).diagnostics) == []
