from __future__ import annotations

import random
from pathlib import Path

import pytest

from rulelang.analysis.checking import check_ruleset
from rulelang.compiler.locations import rulesets_folder
from rulelang.services.places import Position
from rulelang.services.problems import problems
from rulelang.services.workspace import Checker, Workspace
from tests.services.texts import YEAR, opened, shipped
from tests.strategies.effort import EFFORT


def found(workspace: Workspace, path: Path) -> list[tuple[str, Position]]:
    return [(one.code, one.range.start) for one in problems(workspace, path)]


def test_an_error_has_its_place_and_the_edit_that_mends_it() -> None:
    path, text = shipped("assistance/2025")
    workspace, _ = opened(text.replace("Red on both ELA", "Rad on both ELA"), path)
    one, *_ = problems(workspace, path)
    assert (one.code, one.severity, one.range.start) == ("unknown-level", "error", Position(6, 14))
    assert [(edit.place.range, edit.text) for edit in one.edits] == [(one.range, "Red")]
    assert one.edits[0].place.path == path


def test_a_sentence_with_two_meanings_can_be_written_as_either() -> None:
    path, text = shipped("assistance/2025")
    before = "  add 4d: Red on ELA and Orange on Math or Red on ELPI → Priority 4\n"
    workspace, _ = opened(f"{text}\n{before}", path)
    [asked] = [one for one in problems(workspace, path) if one.code == "mixed-and-or"]
    assert asked.edits == ()
    for choice in asked.choices:
        chosen, _ = opened(workspace.texts[path].edited([choice]), path)
        assert "mixed-and-or" not in {one.code for one in problems(chosen, path)}
    assert [one.text for one in asked.choices] == [
        "(Red on ELA and Orange on Math) or Red on ELPI",
        "Red on ELA and (Orange on Math or Red on ELPI)",
    ]


@pytest.mark.parametrize(
    "edit", ["x", '\nexample "One"\n  given a school district\n  expect Method 1\n', "\n4z: Rad on ELA → Priority 4"]
)
def test_a_text_checked_after_another_has_the_problems_that_it_has_alone(edit: str) -> None:
    path, text = shipped("assistance/2024")
    workspace, _ = opened(text, path)
    assert problems(workspace, path) == []
    workspace.open(path, text + edit)
    alone, _ = opened(text + edit, path)
    assert problems(workspace, path) == problems(alone, path) != []
    workspace.open(path, text)
    assert problems(workspace, path) == []


def test_what_is_kept_between_checks_changes_nothing_of_what_they_find() -> None:
    path, text = shipped("assistance/2024")
    draw = random.Random(15)  # noqa: S311  # the same edits in every run
    checker = Checker()
    for _ in range(8 * EFFORT):
        start = draw.randrange(len(text))
        put = draw.choice(("", "→", "\n", "replace ", "based on 2019\n", "in each of the last 3 Dashboard years "))
        held = {path: (text[:start] + put + text[start + draw.choice((0, 1, 30)) :]).encode()}
        again, alone = checker.check(path, held), Checker().check(path, held)
        assert again.diagnostics == alone.diagnostics
        rulesets = [one.checked.ruleset for one in (again, alone)]
        assert len({None if one is None else one.fingerprint for one in rulesets}) == 1


def test_what_a_base_in_memory_has_changed_counts_at_once() -> None:
    path, text = shipped("assistance/2025")
    base, base_text = shipped("assistance/2024")
    workspace, _ = opened(text, path)
    workspace.open(base, base_text.replace("add Y2:", "add Y3:"))
    assert "no-such-rule" in [one.code for one in problems(workspace, path)]
    workspace.close(base)
    assert problems(workspace, path) == []


def test_a_problem_of_another_file_stands_at_the_line_that_leads_there() -> None:
    path, text = shipped("assistance/2025")
    base, base_text = shipped("assistance/2024")
    workspace, _ = opened(text, path)
    workspace.open(base, base_text.replace("Red on College/Career", "Rad on College/Career"))
    first = problems(workspace, path)[0]
    assert first.range.start == Position(1, 2)
    assert "assistance/2024.rules:11: " in first.message
    assert first.edits[0].place.path == base


@pytest.mark.parametrize("line, severity", [("", "warning"), ("5a: Rad on CCI → Priority 5\n", "error")])
def test_an_error_of_another_file_comes_before_its_warnings(line: str, severity: str, tmp_path: Path) -> None:
    counted = "any student group meets 3 or more priorities → Differentiated Assistance\n"
    base = f"ruleset Draft 2023\n4a: Red on ELA → Priority 4\n{counted}{line}otherwise → General Assistance\n"
    (tmp_path / "2023.rules").write_text(base, encoding="utf-8")
    workspace, _ = opened('what if "Nothing changes"\n  based on 2023\n  because "a test"\n', tmp_path / "mine.rules")
    assert [one.severity for one in problems(workspace, tmp_path / "mine.rules")] == [severity]


def test_the_check_of_a_text_finds_what_the_check_of_a_file_finds(tmp_path: Path) -> None:
    path = tmp_path / "2018.rules"
    path.write_text("ruleset R 2018\n4a: Rad on ELA → Priority 4\nRed on Math Priority 4\n", encoding="utf-8")
    workspace = Workspace()
    assert [(one.code, one.message) for one in problems(workspace, path)] == [
        (one.code, one.message) for one in check_ruleset(path)
    ]


def test_what_is_no_text_has_its_problem_at_the_beginning() -> None:
    workspace, _ = Workspace(), None
    workspace.open(YEAR, "ruleset R 2018\n\0")
    assert found(workspace, YEAR) == [("not-text", Position(0, 0))]


def test_a_vocabulary_is_checked_as_words() -> None:
    path = rulesets_folder() / "vocabulary.rules"
    text = path.read_text(encoding="utf-8").replace("| kind            | plural ", "| kind            | plurl ", 1)
    workspace = Workspace()
    workspace.open(path, text)
    assert [one.severity for one in problems(workspace, path)] == ["error"] * len(problems(workspace, path))
    assert problems(workspace, path) != []
