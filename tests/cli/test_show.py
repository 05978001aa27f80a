"""`rulelang show`: the text in force, what a year changes, and the table of priorities."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import rulelang
from rulelang.cli import streams
from rulelang.cli.program import run
from rulelang.compiler.load import load_ruleset
from rulelang.compiler.locations import known_rulesets, rulesets_folder
from rulelang.diagnostics.diagnostic import Reporter


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run(["show", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("name", known_rulesets())
def test_what_is_printed_means_the_same(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(rulesets_folder(), tmp_path / "rulesets", ignore=shutil.ignore_patterns("*.json"))
    path = (tmp_path / "rulesets" / name).with_suffix(".rules")
    path.write_text(shown(capsys, name), encoding="utf-8")
    reporter = Reporter()
    printed, original = load_ruleset(path, reporter), rulelang.load(name).rules
    # A draft of a year says where levels are from, and nobody works those of its year out yet.
    assert {one.code for one in reporter.diagnostics} <= {"no-levels-of-year"}
    assert printed is not None
    assert printed.definitions == original.definitions
    assert printed.fingerprint == original.fingerprint
    assert printed.suspended == original.suspended
    assert [example.title for example in printed.examples] == [example.title for example in original.examples]


def test_the_sources_of_every_year_in_the_chain_stand_at_the_top(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "assistance/2022")
    top = text.partition("\nruleset ")[0]
    files = [line for line in top.splitlines() if ".rules" in line]
    assert [line.split(".rules")[0][-4:] for line in files] == ["2022", "2019", "2018", "2017"]
    assert "#   because AB 130 (2021)" in top
    assert all(line.startswith("#") or not line for line in top.splitlines())


def test_every_rule_has_its_file_and_line_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    rules = [line for line in shown(capsys, "assistance/2024").splitlines() if "→" in line]
    assert rules
    assert all(line.rpartition("  # ")[2].partition(".rules:")[2].isdigit() for line in rules)


def test_beside_a_line_is_a_short_path_and_the_whole_one_stands_at_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = shown(capsys, "assistance/2025")
    assert "  # assistance/2025.rules:" in text
    assert text.count(f"{rulesets_folder().resolve()}/assistance/2025.rules") == 1


def test_changes_show_before_and_after_place_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--changes", "assistance/2022")
    assert "replaced 5a  # " in text
    assert "  before: 5a: Red on Graduation Rate → Priority 5  # " in text
    assert "  after:  5a: Very Low on Graduation Rate → Priority 5\n" in text
    removed = text.partition("removed 8a  # ")[2].partition("\n\n")[0]
    assert "2022.rules:" in removed
    assert "  because College/Career was not reported in 2022" in removed
    assert 'removed: example "College/Career"' in text
    assert "6b: Not Met" in text.partition("removed 6b")[2]
    assert "added" not in text.partition("example")[0]


def test_changes_leave_out_what_is_inherited_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--changes", "assistance/2023")
    assert "8a" in text
    assert "4a: Red on both ELA and Math" not in text


def test_the_changes_of_a_year_based_on_nothing_are_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--changes", "assistance/2017")
    assert "based on nothing: everything is new" in text
    assert "replaced" not in text
    assert "removed" not in text


def test_the_table_joins_the_criteria_of_a_priority_with_or(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(shown(capsys, "--table", "assistance/2018").split())
    assert "Differentiated Assistance 2018" in text
    assert "5 Pupil Engagement Red on Graduation Rate or Red on Chronic Absenteeism" in text
    assert "(for county offices)" in text
    assert "Method 1" not in text


def test_the_table_has_what_narrows_a_criterion(capsys: pytest.CaptureFixture[str]) -> None:
    assert "English Learners only" in " ".join(shown(capsys, "--table", "assistance/2023").split())


def test_a_suspended_year_has_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "--table", "assistance/2020").startswith("Differentiated Assistance 2020: suspended (")


def test_on_a_terminal_lines_fit_and_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shown(capsys, "assistance/2024")
    monkeypatch.setattr("rulelang.cli.show.is_terminal", lambda: True)
    monkeypatch.setattr("rulelang.cli.show.width", lambda: 60)
    narrow = shown(capsys, "assistance/2024")
    assert max(map(len, whole.splitlines())) > 60
    assert max(map(len, narrow.splitlines())) <= 60
    words = [word for word in narrow.split() if word != "#"]
    assert sorted(words) == sorted(word for word in whole.split() if word != "#")


def test_cut_scores_that_stay_are_said_to_stay_with_their_mark(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--changes", "dashboard/2022")
    replaced = text.partition("replaced bands Status")[2].partition("\n  added")[0]
    assert re.search(r"\n +same cut scores; confidence . → .\n", replaced)


def test_levels_are_listed_by_indicator_and_what_is_removed_has_its_reason_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = shown(capsys, "--changes", "dashboard/2022")
    block = text.partition("for ELA, Math, Suspension Rate, Graduation Rate and Chronic Absenteeism\n")[2]
    assert block.startswith("  removed bands Change  # ")
    assert block.splitlines()[1] == "    because 2022 reports one year of data"
    assert text.count("  because 2022 has neither Change nor color") == 1
    last = text.partition('removed: example "The cut scores of DASS schools in 2019 were not found"')[2]
    assert last.splitlines()[1] == "  because 2022 has neither Change nor color"


def test_tables_that_are_added_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--changes", "dashboard/2019")
    assert "  | 65 or more | 55 or more | 45 or more | 35 or more | below 35 |\n" in text


def test_the_changes_of_a_suspended_year_are_that_it_is_suspended_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("dashboard/2020", "assistance/2020"):
        text = shown(capsys, "--changes", name)
        assert "2020 is suspended" in text
        assert "federal waiver" in text
        assert "nothing of 2019 is in force" in text
        assert "removed" not in text


def test_a_table_has_its_place_above_it_and_fits_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [line for line in shown(capsys, "dashboard/2019").splitlines() if line.lstrip().startswith("|")]
    assert rows
    assert all(line.endswith("|") for line in rows)
    monkeypatch.setattr("rulelang.cli.show.is_terminal", lambda: True)
    monkeypatch.setattr("rulelang.cli.show.width", lambda: 80)
    for words in (["dashboard/2019"], ["--changes", "dashboard/2023"]):
        lines = shown(capsys, *words).splitlines()
        assert max(map(len, lines)) <= 80
        assert all(line.endswith("|") for line in lines if line.lstrip().startswith("|"))
        assert any("| Declined" in line and "| Maintained" in line for line in lines)


def test_an_output_that_is_no_terminal_is_none() -> None:
    assert not streams.is_terminal()


def test_changes_and_table_together_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "--changes", "--table", "assistance/2018"]) == 2
    assert "not both" in capsys.readouterr().err


def test_an_unknown_ruleset_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "assistance/2032"]) == 2
    assert "unknown-ruleset" in capsys.readouterr().err
