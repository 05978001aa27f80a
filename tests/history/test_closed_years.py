"""Closed years: an edit that moves one is noticed, wherever it is made, and named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rulelang.analysis.checking import check_ruleset
from rulelang.compiler.load import load_ruleset
from rulelang.compiler.locations import LOCK_FILE, rulesets_folder
from rulelang.compiler.lock import Lock, close_years, closed_year, read_lock, source_hashes, write_lock
from rulelang.diagnostics.diagnostic import Reporter


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the shipped assistance rulesets, closed as they are."""
    shutil.copytree(rulesets_folder(), tmp_path / "rulesets")
    return tmp_path / "rulesets" / "assistance"


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def messages(path: Path) -> list[str]:
    return [found.message for found in check_ruleset(path) if found.code == "locked-year-moved"]


def test_the_lock_of_the_shipped_years_knows_their_files_as_they_are() -> None:
    """Otherwise each check compares all closed years, which is right but slow: run `rulelang lock` of one of them."""
    shipped = rulesets_folder() / "assistance"
    assert read_lock(shipped, Reporter()).sources == source_hashes(shipped)


@pytest.mark.slow
def test_the_shipped_years_are_closed_and_unmoved(rules: Path) -> None:
    lock = read_lock(rules, Reporter())
    years = sorted(int(path.stem) for path in rules.glob("*.rules"))
    assert sorted(lock.years) == years
    for year in years:
        assert messages(rules / f"{year}.rules") == []


def test_an_edit_to_an_earlier_year_names_the_rule_and_every_later_year_it_moves(rules: Path) -> None:
    edit(rules / "2018.rules", "add 5b: Red on Chronic", "add 5b: Orange on Chronic")
    first, second = messages(rules / "2018.rules")
    assert first.startswith("rule `5b` no longer means in 2018, 2019, 2023, 2024 and 2025")
    assert second == "the closed year 2022 would give different results"


def test_a_check_of_the_later_year_alone_notices_it_too(rules: Path) -> None:
    edit(rules / "2018.rules", "add 5b: Red on Chronic", "add 5b: Orange on Chronic")
    assert messages(rules / "2024.rules")[0].startswith("rule `5b` no longer means in 2024 and 2025")


def test_an_edit_that_changes_only_the_layout_moves_nothing(rules: Path) -> None:
    edit(rules / "2017.rules", "4a: Red on both ELA and Math", "4a:   RED  on both\n  ela and Mathematics")
    edit(rules / "2019.rules", "# From 2019 on the files", "# As of 2019 the files")
    assert messages(rules / "2017.rules") == []


def test_a_rule_taken_out_and_a_rule_put_in_are_named(rules: Path) -> None:
    edit(rules / "2024.rules", "add M4:", "add M9:")
    gone, new = sorted(messages(rules / "2024.rules"))
    assert gone.startswith("rule `M4` is not in force in 2024 and 2025")
    assert new.startswith("rule `M9` is in force in 2024 and 2025")


def test_a_moved_minimum_size_is_noticed_for_the_years_it_is_about(rules: Path) -> None:
    vocabulary = rules.parent / "vocabulary.rules"
    edit(vocabulary, "| 15       | Long-Term English Learners |", "| 20       | Long-Term English Learners |")
    (found,) = messages(rules / "2017.rules")
    assert found.startswith("`minimum sizes for Status` is not the same for 2024 and 2025 as when")


def test_a_new_file_name_in_the_vocabulary_moves_nothing(rules: Path) -> None:
    edit(rules.parent / "vocabulary.rules", "suspdownload{year}f.txt", "suspensions{year}.txt")
    assert messages(rules / "2017.rules") == []


def test_closing_one_year_again_does_not_hide_that_another_has_moved(rules: Path) -> None:
    edit(rules / "2018.rules", "add 5b: Red on Chronic", "add 5b: Orange on Chronic")
    reporter = Reporter()
    ruleset = load_ruleset(rules / "2018.rules", reporter)
    assert ruleset is not None
    write_lock(rules, close_years([ruleset], rules, read_lock(rules, reporter)))
    assert messages(rules / "2019.rules")[0].startswith("rule `5b` no longer means in 2019, 2023, 2024 and 2025")


def test_a_closed_year_that_can_no_longer_be_understood_is_reported(rules: Path) -> None:
    edit(rules / "2022.rules", "replace 5a: Very Low on", "replace 5a: Very Lo on")
    assert any("2022 can no longer be understood" in message for message in messages(rules / "2019.rules"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"years": {"2017": {}}, "sources": {}}', '{"years": 3}'])
def test_a_lock_that_cannot_be_read_is_an_error_and_never_a_clean_check(rules: Path, text: str) -> None:
    (rules / LOCK_FILE).write_text(text, encoding="utf-8")
    assert [found.code for found in check_ruleset(rules / "2017.rules")] == ["lock-unreadable"]


def test_a_lock_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    ruleset = load_ruleset("assistance/2017", Reporter())
    assert ruleset is not None
    lock = Lock({2017: closed_year(ruleset)}, {"2017.rules": "a"})
    write_lock(tmp_path, lock)
    assert read_lock(tmp_path, Reporter()) == lock
    assert json.loads((tmp_path / LOCK_FILE).read_text(encoding="utf-8"))["about"]


def test_a_folder_without_a_lock_has_no_closed_years(tmp_path: Path) -> None:
    assert read_lock(tmp_path, Reporter()) == Lock()
