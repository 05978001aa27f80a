"""A proof about the rules of two rulesets is for the same facts and levels: what may make them others is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.compiler.locations import rulesets_folder
from rulelang.data.schemas import schema
from rulelang.facade import compare

RULES = """ruleset Practice 2023
  uses California Dashboard vocabulary
  levels from dashboard

priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4

priority 5 "Pupil Engagement"
  5a: Red on Graduation Rate → Priority 5

DA: any student group meets 2 or more priorities → Differentiated Assistance
GA: otherwise → General Assistance
"""

GROUP = "  | MR   | Two or More Races  "
SIZE = "  | 30       |                            |                                |         |"
COLORS = "Red, Orange, Yellow, Green, Blue "
KIND = "  | county office   | county offices   | ??10"

CUT = """ruleset Dashboard Performance Levels 2023
  based on dashboard/2023
  because "to see what another cut score does"

for Graduation Rate
  replace bands Status
    | Very High  | High         | Medium     | Low        | Very Low |
    | 97 or more | 96 or more   | 95 or more | 92 or more | below 92 |
"""

Edit = Callable[[str], str]


def words(edit: Edit = str) -> str:
    return edit((rulesets_folder() / "vocabulary.rules").read_text(encoding="utf-8"))


def written(folder: Path, rules: str = RULES, vocabulary: str | None = None) -> str:
    """Write a ruleset to a folder, with a vocabulary of its own if one is given, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "2023.rules").write_text(rules, encoding="utf-8")
    if vocabulary is not None:
        (folder / "vocabulary.rules").write_text(vocabulary, encoding="utf-8")
    return str(folder / "2023.rules")


def asked(*arguments: str) -> tuple[str, dict[str, Any]]:
    """Return what `compare` prints, on one line, and as data that fit their schema."""
    done = CliRunner().invoke(rulelang, ["compare", *arguments])
    assert done.stdout, done.output
    found = json.loads(CliRunner().invoke(rulelang, ["compare", *arguments, "--format", "json"]).stdout)
    jsonschema.validate(found, schema("compare"))
    return " ".join(done.stdout.split()), found


def test_a_cut_score_of_the_levels_is_not_proved_to_change_nothing(tmp_path: Path) -> None:
    old = written(tmp_path / "old" / "rules")
    written(tmp_path / "new" / "cut", CUT, words_of_levels())
    new = written(tmp_path / "new" / "rules", RULES.replace("from dashboard", "from cut"))
    said, found = asked(old, new)
    assert "replaced levels from" in said
    assert "before: levels from dashboard" in said
    assert "after: levels from cut" in said
    assert "whatever the data" not in said
    assert "this is proved: for the same facts and levels of the LEA, whatever they are" in said
    assert "not proved to be the same: Graduation Rate color. `rulelang compare dashboard/2023" in said
    assert (found["same"], found["proved"], found["differences"]) == (None, False, [])
    [one] = found["rests_on"]
    assert (one["what"], one["before"], one["differs"]) == ("levels of 2023", "dashboard/2023", "Graduation Rate color")
    assert one["after"].endswith("cut/2023.rules")


def test_a_folder_of_levels_of_the_same_name_is_looked_into(tmp_path: Path) -> None:
    """The text of both says `levels from cut`."""
    rules = RULES.replace("from dashboard", "from cut")
    for name, cut in (("old", CUT.replace("92", "91")), ("new", CUT)):
        written(tmp_path / name / "cut", cut, words_of_levels())
    old = written(tmp_path / "old" / "rules", rules)
    said, found = asked(old, written(tmp_path / "new" / "rules", rules))
    assert "No rule is worded differently." in said
    assert [one["what"] for one in found["rests_on"]] == ["levels of 2023"]
    assert found["same"] is None


def test_levels_that_are_worked_out_in_the_same_way_are_proved_to_be(tmp_path: Path) -> None:
    same = CUT[: CUT.index("for Graduation")] + "\n"
    old = written(tmp_path / "old" / "rules")
    written(tmp_path / "new" / "cut", same, words_of_levels())
    said, found = asked(old, written(tmp_path / "new" / "rules", RULES.replace("from dashboard", "from cut")))
    assert "this is proved: whatever the data of the LEA" in said
    assert (found["same"], found["proved"], "rests_on" in found) == (True, True, False)


def test_levels_that_one_ruleset_does_not_have_worked_out_are_named(tmp_path: Path) -> None:
    old = written(tmp_path / "old")
    said, found = asked(old, written(tmp_path / "new", RULES.replace("  levels from dashboard\n", "")))
    assert "removed levels from" in said
    assert "ELA color, Graduation Rate color, Math color. Only dashboard/2023 works them out." in said
    assert found["same"] is None


def words_of_levels() -> str:
    """Return a vocabulary of levels as `rulelang new` writes one: another name, and a year more."""
    return (
        "vocabulary California Dashboard Levels with 2026\n  extends California Dashboard Levels vocabulary\n\n"
        "Dashboard years 2017, 2018, 2019, 2022, 2023, 2024, 2025, 2026\n"
    )


def test_a_student_group_of_one_vocabulary_shows_a_difference(tmp_path: Path) -> None:
    more = words(lambda text: text.replace(GROUP, f"  | ZZ | Zeta | | | |\n{GROUP}"))
    old, new = written(tmp_path / "old"), written(tmp_path / "new", vocabulary=more)
    for first, second, gone in ((old, new, "only by"), (new, old, "only by")):
        said, found = asked(first, second)
        assert "Zeta: Red on ELA, Red on Math, Red on Graduation Rate" in said
        assert gone in said
        assert found["same"] is False
        assert [(one["what"], one["differs"]) for one in found["rests_on"]] == [("vocabulary", "student group Zeta")]


DIFFERENT_WORDS = {
    "minimum sizes for Status": lambda text: text.replace(SIZE, SIZE.replace("30", "11")),
    "levels of color": lambda text: text.replace(COLORS, f"Red, Vermilion, {COLORS.removeprefix('Red, ')}"),
    "kind of LEA special office": lambda text: text.replace(
        KIND, f"  | special office | special offices | 99?????0000000 | |\n{KIND}"
    ),
    "files and their columns": lambda text: text.replace(
        "assistancestatus{year}.xls, assistancestatus{year}.xlsx", "assistancestatus{year}.xlsx"
    ),
}


@pytest.mark.parametrize("word", DIFFERENT_WORDS)
def test_a_vocabulary_by_which_files_are_read_differently_leaves_it_open(word: str, tmp_path: Path) -> None:
    edited = words(DIFFERENT_WORDS[word])
    assert edited != words()
    said, found = asked(written(tmp_path / "old"), written(tmp_path / "new", vocabulary=edited))
    assert "for the same facts and levels" in said
    assert "The vocabularies are not the same, so that the same files may be read differently:" in said
    assert found["same"] is None
    assert word in found["rests_on"][0]["differs"].split("; ")


def test_a_vocabulary_with_the_same_words_does_not(tmp_path: Path) -> None:
    renamed = words(lambda text: f"# A comment.\n{text}".replace("Multiple Races  ", "Many Races      "))
    said, found = asked(written(tmp_path / "old"), written(tmp_path / "new", vocabulary=renamed))
    assert "this is proved: whatever the data of the LEA" in said
    assert (found["same"], "rests_on" in found) == (True, False)


def test_rules_of_an_earlier_year_that_differ_are_named(tmp_path: Path) -> None:
    """They are part of what is compared, though no rule of the year is worded differently."""
    looks_back = RULES.replace(
        "DA: any", "DA: (Differentiated Assistance criteria last year) → Differentiated Assistance"
    )
    looks_back = RULES.replace("5a: Red on Graduation Rate", "5a: Red on Graduation Rate").replace(
        "DA: any student group meets 2 or more priorities",
        "DA: 1 or more student groups each meet 2 or more priorities in each of the last 2 Dashboard years",
    )
    earlier = RULES.replace("2023", "2022").replace("Red on", "Very Low on")
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder, text in zip(folders, (earlier, earlier.replace("both ELA and Math", "ELA")), strict=True):
        written(folder, looks_back)
        (folder / "2022.rules").write_text(text, encoding="utf-8")
    said, found = asked(*(str(folder / "2023.rules") for folder in folders))
    assert "The rules of 2022, to which both look back, are not the same: rule 4a" in said
    assert (found["same"], found["rests_on"][0]["what"]) == (False, "rules of 2022")


def test_changes_of_levels_are_changes_in_the_text(tmp_path: Path) -> None:
    new = written(tmp_path / "cut", CUT, words_of_levels())
    said, found = asked("dashboard/2023", new)
    assert "for Graduation Rate replaced bands Status" in said
    assert "Low: 68 or more → 92 or more" in said
    [change] = found["changes"]
    assert change["rule"] == "bands Status (Graduation Rate)"
    assert "Low: 68 or more" in change["before"].splitlines()
    assert "Low: 92 or more" in change["after"].splitlines()


def test_lines_about_all_rules_are_changes_in_the_text(tmp_path: Path) -> None:
    other = RULES + "\ncannot tell counts as not met when published\n"
    said, found = asked(written(tmp_path / "old"), written(tmp_path / "new", other))
    assert "added cannot tell" in said
    assert [one["after"] for one in found["changes"]] == ["cannot tell counts as not met when published"]


def test_changes_of_a_year_include_its_lines_about_all_rules(tmp_path: Path) -> None:
    path = tmp_path / "proposal.rules"
    path.write_text("what if other levels\n  based on assistance/2023\n  levels from graduation\n", encoding="utf-8")
    said = CliRunner().invoke(rulelang, ["show", "--changes", str(path)]).stdout
    assert "replaced levels from" in said
    assert "before: levels from dashboard" in said
    assert "levels from" not in CliRunner().invoke(rulelang, ["show", "--changes", "assistance/2023"]).stdout


def test_from_python_it_is_a_tuple(tmp_path: Path) -> None:
    old = written(tmp_path / "old")
    assert compare(old, old).rests_on() == ()
    [one] = compare(old, written(tmp_path / "new", RULES.replace("  levels from dashboard\n", ""))).rests_on()
    assert (one.what, one.before, one.after, one.is_proved) == ("levels of 2023", "dashboard/2023", "", False)
