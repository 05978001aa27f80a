"""Rules in a folder of one's own that stand on rulesets that come with rulelang, in every command."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run

YEAR = """\
ruleset Differentiated Assistance 2024
  based on assistance/2023
  because "an example"

priority 6 "School Climate"
  add 6c: Orange on Suspension Rate for Pacific Islander only → Priority 6

example "Orange is enough"
  given a school district
    Pacific Islander: Orange on Suspension Rate
  expect Pacific Islander meets Priority 6 by 6c
"""
VOCABULARY = """\
vocabulary Mine
  extends California Dashboard vocabulary

more student groups
  | code | name         | years   |
  | ALL  | All Students | 2024 on |
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to stand in, with nothing of rulelang beside or above it."""
    own = tmp_path / "one" / "own"
    own.mkdir(parents=True)
    monkeypatch.chdir(own)
    return own


@pytest.fixture
def year(folder: Path) -> str:
    (folder / "2024.rules").write_text(YEAR, encoding="utf-8")
    return "2024.rules"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = tmp_path_factory.mktemp("state")
    assert run(["sample", str(state), "--year", "2024", "--leas", "12"]) == 0
    return state


@pytest.mark.parametrize(
    "written",
    ["assistance/2023", "assistance/2023.rules", '"assistance/2023"', "assistance\\2023", "Assistance/2023  # a copy"],
)
def test_a_ruleset_that_is_shipped_is_a_base_from_any_folder(written: str, folder: Path) -> None:
    name = written.replace("Assistance", "assistance")
    (folder / "2024.rules").write_text(YEAR.replace("assistance/2023", name), encoding="utf-8")
    assert rulelang.check("2024.rules") == []
    assert rulelang.load("2024.rules").rules.rule("rule 4c").source_year == 2023


def commands(data: Path) -> list[list[str]]:
    of_data = ["--data", str(data)]
    return [
        ["check"],
        ["test"],
        ["show"],
        ["show", "--changes"],
        ["format", "--check"],
        ["words"],
        ["evaluate", *of_data, "--out", "results"],
        ["explain", *of_data, "--lea", "01109430000000"],
        ["export", "--to", "sql", "--dialect", "duckdb", "--out", "rules.sql"],
        ["lock"],
    ]


def test_every_command_takes_such_a_year(year: str, data: Path) -> None:
    for command in commands(data):
        name, *options = command
        assert run([name, year, *options]) == 0, command
    assert run(["verify", "results"]) == 0
    assert run(["check", year]) == 0


def test_years_are_looked_for_beside_the_file_before_those_of_its_base(year: str, folder: Path) -> None:
    before = rulelang.load(year).rules.fingerprint
    changed = "ruleset Mine 2022\n  uses California Dashboard vocabulary\n\n5a: Very Low on ELA → Priority 5\n"
    (folder / "2022.rules").write_text(changed, encoding="utf-8")
    assert rulelang.load(year).rules.fingerprint != before


@pytest.mark.usefixtures("cache")
def test_what_a_check_remembers_is_forgotten_when_a_base_elsewhere_changes(tmp_path: Path, folder: Path) -> None:
    base = tmp_path / "one" / "others" / "2023.rules"
    base.parent.mkdir()
    text = "ruleset Test 2023\n  uses California Dashboard vocabulary\n\n  4a: Red on ELA → Priority 4\n"
    base.write_text(text, encoding="utf-8")
    own = 'ruleset Test 2024\n  based on others/2023\n  because "an example"\n  add 5a: Red on ELPI → Priority 5\n'
    (folder / "2024.rules").write_text(own, encoding="utf-8")
    assert run(["check", "2024.rules"]) == 0
    assert run(["check", "2024.rules"]) == 0
    base.write_text(text.replace("Red on ELA", "Rde on ELA"), encoding="utf-8")
    assert run(["check", "2024.rules"]) == 1


def test_a_vocabulary_of_ones_own_extends_the_one_that_is_shipped(year: str, folder: Path) -> None:
    (folder / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    assert run(["check", "vocabulary.rules", year]) == 0
    words = rulelang.load(year).rules.vocabulary
    assert [group.name for group in words.groups_in(2024)][-1] == "All Students"
    assert "All Students" not in [group.name for group in words.groups_in(2023)]
    assert words.extends == ("California Dashboard",)


def test_rows_are_added_under_the_heads_that_they_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = VOCABULARY.replace("code | name         | years", "code | naem         | years")
    (folder / "vocabulary.rules").write_text(own, encoding="utf-8")
    assert run(["check", "vocabulary.rules"]) == 1
    assert "unknown-table-column" in capsys.readouterr().out


@pytest.mark.parametrize("based_on", ["based on", "Based on:", "based upon", "based on:  "])
def test_the_words_of_a_base_are_those_of_the_rules_on_it(based_on: str, folder: Path) -> None:
    text = f'ruleset: Levels 2025\n  {based_on} dashboard/2024\n  because "an example"\n'
    (folder / "2025.rules").write_text(text, encoding="utf-8")
    assert rulelang.load("2025.rules").rules.vocabulary.name == "California Dashboard Levels"


def test_earlier_years_of_a_base_are_found_however_it_is_named(folder: Path) -> None:
    text = "What-if: more\nBased on: assistance/2023\nreplace 6a: Orange or worse on Suspension Rate → Priority 6\n"
    (folder / "more.rules").write_text(text, encoding="utf-8")
    assert rulelang.check("more.rules") == []


def test_rules_on_nothing_have_the_vocabulary_of_the_name_they_use(folder: Path) -> None:
    text = "ruleset Levels 2024\n  uses California Dashboard Levels vocabulary\n\nmeasure half = students ÷ 2\n"
    (folder / "2024.rules").write_text(text, encoding="utf-8")
    assert "other-vocabulary" not in [one.code for one in rulelang.check("2024.rules")]


@pytest.mark.parametrize("title", ["The Works", "the works", "Vocabulary of Schools"])
def test_the_words_around_a_name_may_be_part_of_it(folder: Path, title: str) -> None:
    own = VOCABULARY.replace(VOCABULARY.split("\n", 1)[0], f"vocabulary {title}")
    (folder / "vocabulary.rules").write_text(own, encoding="utf-8")
    text = f"ruleset Rules 2024\n  uses {title} vocabulary\n\n4a: Red on ELA → Priority 4\n"
    (folder / "2024.rules").write_text(text, encoding="utf-8")
    assert rulelang.check("2024.rules") == []


def test_a_what_if_is_a_few_lines_and_says_everywhere_that_it_is_one(
    folder: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "what if based on assistance/2024\n  replace 6a: Red or Orange on Suspension Rate → Priority 6\n"
    (folder / "orange.rules").write_text(text, encoding="utf-8")
    assert run(["check", "orange.rules"]) == 0
    capsys.readouterr()
    assert run(["evaluate", "orange.rules", "--data", str(data), "--out", "results"]) == 0
    assert "What if? (Differentiated Assistance 2024, changed)" in capsys.readouterr().out
    assert '"What if? (Differentiated Assistance 2024, changed)"' in (folder / "results/run.json").read_text("utf-8")
    assert run(["explain", "orange.rules", "--data", str(data), "--lea", "01109430000000"]) == 0
    assert "What if? (Differentiated Assistance 2024, changed)" in capsys.readouterr().out
    assert run(["verify", "results"]) == 0
    assert run(["test", "orange.rules"]) == 1, "the examples of the base that come out otherwise are shown"


def test_a_what_if_may_have_a_title(folder: Path) -> None:
    text = "what if nobody asked about suspension\n  based on assistance/2024\n  remove 6a\n"
    (folder / "question.rules").write_text(text, encoding="utf-8")
    assert rulelang.check("question.rules") == []
    name = rulelang.load("question.rules").rules.name
    assert name == "What if nobody asked about suspension? (Differentiated Assistance 2024, changed)"
