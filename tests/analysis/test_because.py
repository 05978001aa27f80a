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


def because(place: Path, old: int = 2023, new: int = 2024) -> list[tuple[str, str]]:
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
