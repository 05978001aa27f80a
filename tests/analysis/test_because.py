"""What a move is put down to: the rules, the data, or either where that is unknown."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.facade import compare
from tests.data.small import COLUMNS, GOOD

RULES = """ruleset Mini {year}
  uses California Dashboard vocabulary

priority 6 "School Climate"
  6a: {level} on Suspension Rate → Priority 6

for school districts
  {new}DA: any student group meets Priority 6 → Differentiated Assistance
  GA: otherwise → General Assistance
"""
NEW = "R: in 1 of the last 3 Dashboard years, any student group meets Priority 6 → EC 52072 referral\n  "


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules of three years, the last with a new referral over three years, and the data of a district."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for year in (2022, 2023, 2024):
        level = "Very High" if year == 2022 else "Red"
        text = RULES.format(year=year, level=level, new=NEW if year == 2024 else "")
        (tmp_path / f"{year}.rules").write_text(text, encoding="utf-8")
    return tmp_path


def district(place: Path, year: int, *, status: int, color: int) -> None:
    own = {"statuslevel": str(status), "color": str(color), "reportingyear": str(year)}
    lines = ["\t".join(COLUMNS), "\t".join({**GOOD, **own}[name] for name in COLUMNS)]
    (place / "data" / f"suspdownload{year}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def because(place: Path, old: int | str = 2023, new: int | str = 2024) -> list[tuple[str, str]]:
    asked = ["compare", f"{old}.rules", f"{new}.rules", "--data", "data", "--format", "csv", "--out", "out"]
    run(asked)
    with (place / "out" / "moves.csv").open(encoding="utf-8", newline="") as file:
        return [(row["what"], row["because_of"]) for row in csv.DictReader(file)]


def test_an_outcome_that_the_old_rules_do_not_decide_is_because_of_the_rules(place: Path) -> None:
    """By the new rules, the data of 2023 would give it as little as the old ones do."""
    district(place, 2022, status=1, color=0)
    district(place, 2023, status=5, color=5)
    district(place, 2024, status=5, color=5)
    assert because(place) == [("referrals", "rules")]


def test_data_of_years_that_only_the_new_rules_read_are_read_for_both(place: Path) -> None:
    """By the new rules the district gets assistance for its color of 2023, on the data of 2024 as on those of 2025."""
    for year in (2024, 2025):
        text = RULES.format(year=year, level="Red", new="")
        text = text.replace("DA: any", "DA: in 1 of the last 3 Dashboard years, any") if year == 2025 else text
        (place / f"{year}.rules").write_text(text, encoding="utf-8")
        district(place, year, status=5, color=5)
    district(place, 2023, status=1, color=1)
    assert because(place, 2024, 2025) == [("determination", "rules")]


def test_other_data_are_what_a_move_by_the_same_rules_is_because_of(place: Path) -> None:
    path = place / "2024.rules"
    path.write_text(path.read_text(encoding="utf-8").replace(NEW, ""), encoding="utf-8")
    district(place, 2023, status=5, color=5)
    district(place, 2024, status=1, color=1)
    assert because(place) == [("determination", "data")]


def test_what_cannot_be_told_of_a_method_or_referral_is_either(place: Path) -> None:
    """Both decide the referral; the one that looks back three years cannot tell it on the data of 2023 alone."""
    for year in (2023, 2024):
        back = "last 3 Dashboard years" if year == 2024 else "last 1 Dashboard years"
        text = RULES.format(year=year, level="Red", new=NEW.replace("last 3 Dashboard years", back))
        if year == 2023:
            text = text.replace("in 1 of the last 1 Dashboard years, ", "")
        (place / f"{year}.rules").write_text(text, encoding="utf-8")
    district(place, 2023, status=5, color=5)
    district(place, 2024, status=5, color=5)
    district(place, 2022, status=1, color=0)
    assert because(place) == [("referrals", "rules or data")]


@pytest.mark.usefixtures("place")
def test_only_years_that_one_of_the_two_reads_are_read() -> None:
    found = compare("2023.rules", "2024.rules").reading()
    years = [
        {year for one in rules.definitions.values() for year in [getattr(one.node, "year", None)]} for rules in found
    ]
    assert years[0] >= {2022, 2023}
    assert 2019 not in years[0]
    assert 2024 not in years[0]


DRAFT = 'what if "larger groups"\n  based on mini/2024\n  because "small groups vary"\n'
WORDS = """vocabulary Larger
  extends California Dashboard vocabulary

minimum sizes for color
  | students | student groups | kinds of LEA | years |
  | {size}   |                |              |       |
"""


def larger(place: Path, size: int, rule: str = "") -> None:
    """Write a what-if on the rules of 2024 with another minimum size, and data of a district with 120 students."""
    for folder in ("mini", "own"):
        (place / folder).mkdir()
    for year in (2022, 2023, 2024):
        text = (place / f"{year}.rules").read_text(encoding="utf-8").replace(NEW, "")
        (place / "mini" / f"{year}.rules").write_text(text, encoding="utf-8")
        district(place, year, status=1, color=1)
    (place / "own" / "vocabulary.rules").write_text(WORDS.format(size=size), encoding="utf-8")
    (place / "own" / "larger.rules").write_text(DRAFT + rule, encoding="utf-8")


@pytest.mark.parametrize(
    "rule", ["", '\npriority 6 "School Climate"\n  add 6z: Blue on Suspension Rate → Priority 6\n']
)
def test_a_move_by_the_same_rule_and_another_minimum_size_is_because_of_the_vocabulary(place: Path, rule: str) -> None:
    larger(place, 1000, f'\npriority 6 "School Climate"\n{rule}' if rule else "")
    assert because(place, "mini/2024", "own/larger") == [("determination", "vocabulary")]


def test_what_moves_by_the_vocabulary_names_its_words_and_the_rules_that_come_out_differently(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    larger(place, 1000)
    run(["compare", "mini/2024.rules", "own/larger.rules", "--data", "data"])
    said = " ".join(capsys.readouterr().out.split())
    assert "vocabulary (minimum sizes for General Assistance color): no longer DA, 6a (AA); now GA" in said  # two cells


def test_a_move_by_another_rule_is_because_of_the_rules_beside_another_vocabulary(place: Path) -> None:
    """A year that only the old rules read is read with the new vocabulary, too: else they could not tell by it."""
    larger(
        place,
        31,
        "\nfor school districts\n  replace DA: any student group meets Priority 6 → Differentiated Assistance\n",
    )
    path = place / "mini" / "2024.rules"
    text = path.read_text(encoding="utf-8").replace("DA: any", "DA: in 1 of the last 2 Dashboard years, any")
    path.write_text(text, encoding="utf-8")
    district(place, 2024, status=5, color=5)
    assert because(place, "mini/2024", "own/larger") == [("determination", "rules")]
