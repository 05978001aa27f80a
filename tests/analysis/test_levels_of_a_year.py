"""Levels that are to be worked out, and the ruleset for it: one of the year, or of the year of the rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rulelang.analysis.chaining import leas_with_levels
from rulelang.analysis.gather import Request, Sources
from rulelang.analysis.loading import asked_of, loaded
from rulelang.cli.program import run
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.facade import check
from tests.cli.test_levels import DISTRICT, GREEN, TOO_SMALL, write
from tests.engine.level_rules import ASSISTANCE, rules_in


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with levels of 2018 in `dashboard`, and with a file of 2018 in which no color is Red."""
    rules_in(tmp_path)
    write(tmp_path, GREEN, TOO_SMALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(place: Path, year: int, folder: str = "dashboard") -> Path:
    path = place / "rules" / f"{year}.rules"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ASSISTANCE.format(year=year, folder=folder), encoding="utf-8")
    return path


def all_red(place: Path, folder: str, year: int) -> None:
    """Write levels of a year by which every group with enough students is Red."""
    of_2018 = next(place.glob("dashboard/2018.rules")).read_text(encoding="utf-8")
    (place / folder).mkdir(exist_ok=True)
    before, grid, after = of_2018.partition("grid color")
    red = re.sub("Blue|Green|Yellow|Orange", "Red", after)
    (place / folder / f"{year}.rules").write_text(f"{before}{grid}{red}".replace("2018", str(year)), encoding="utf-8")


def request(place: Path) -> Request:
    return Request(Sources((place / "data",), (), ()), recompute=True)


def test_levels_of_the_year_that_nothing_works_out_are_an_error(place: Path) -> None:
    (place / "dashboard" / "2018.rules").rename(place / "dashboard" / "2019.rules")
    text = (place / "dashboard" / "2019.rules").read_text(encoding="utf-8")
    (place / "dashboard" / "2019.rules").write_text(text.replace("2018", "2019"), encoding="utf-8")
    path = rules(place, 2018)
    with pytest.raises(RulesError) as error:
        leas_with_levels(loaded(path), request(place))
    assert [one.code for one in error.value.diagnostics] == ["nothing-recomputed"]
    assert "`dashboard` has no ruleset of 2018" in " ".join(str(error.value).split())
    assert [one.code for one in check(path)] == ["no-levels-of-year"]
    assert run(["evaluate", str(path), "--data", "data", "--recompute"]) != 0
    assert run(["evaluate", str(path), "--data", "data"]) == 0


def test_rules_that_name_no_rulesets_of_levels_recompute_nothing(place: Path) -> None:
    path = rules(place, 2018)
    path.write_text(path.read_text(encoding="utf-8").replace("  levels from dashboard\n", ""), encoding="utf-8")
    with pytest.raises(RulesError) as error:
        leas_with_levels(loaded(path), request(place))
    assert "the rules do not say which rulesets work levels out" in " ".join(str(error.value).split())


def test_levels_of_the_year_are_worked_out(place: Path) -> None:
    path = rules(place, 2018)
    found = leas_with_levels(loaded(path), request(place))
    assert {year: one.name for year, one in found.years.items()} == {2018: "dashboard/2018"}
    assert check(path) == []


def test_levels_of_earlier_years_that_nothing_works_out_are_warned_of(place: Path) -> None:
    path = rules(place, 2018)
    rules(place, 2017)
    looks_back = "6a: Red on Suspension Rate in any of the last 2 Dashboard years → Priority 6"
    text = path.read_text(encoding="utf-8").replace("6a: Red on Suspension Rate → Priority 6", looks_back)
    path.write_text(text, encoding="utf-8")
    said = leas_with_levels(loaded(path), request(place)).data.diagnostics
    [warning] = [one for one in said if one.code == "no-levels-of-year"]
    assert "`dashboard` has no ruleset of 2017" in warning.message
    assert "no-levels-of-year" not in [
        one.code for one in leas_with_levels(loaded(path), Request(Sources((place / "data",), (), ()))).data.diagnostics
    ]


def test_rules_asked_of_another_year_take_the_levels_of_their_own(place: Path) -> None:
    all_red(place, "dashboard", 2019)
    path = rules(place, 2019)
    found = leas_with_levels(asked_of(path, 2018)[0], request(place))
    assert found.years[2018].name == "dashboard/2019"
    [record] = [one for one in found.records if one.code == DISTRICT]
    reading = record.years[2018].groups["White"]["Suspension Rate", "color"]
    assert (reading.level, reading.origin) == ("Red", "worked out by dashboard/2019")
    found = leas_with_levels(loaded(rules(place, 2018)), request(place))
    assert found.years[2018].name == "dashboard/2018"


def test_a_run_with_levels_of_another_year_can_be_verified(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    all_red(place, "dashboard", 2019)
    path = rules(place, 2019)
    assert run(["evaluate", str(path), "--data", "data", "--as-year", "2018", "--recompute", "--out", "out"]) == 0
    assert "Levels worked out by dashboard/2019" in capsys.readouterr().out
    [levels] = json.loads((place / "out" / "run.json").read_text(encoding="utf-8"))["levels"]
    assert levels.startswith("dashboard/2019 ")
    assert run(["verify", "out"]) == 0


def test_levels_that_do_not_work_in_the_year_give_way_with_a_warning() -> None:
    """The levels of 2025 have Science, which 2023 does not."""
    ruleset = asked_of("assistance/2025", 2023)[0]
    found = leas_with_levels(ruleset, Request(recompute=True))
    assert found.years == {}
    said = {one.code: one for one in found.data.diagnostics}
    assert said["other-levels-of-year"].message.startswith("levels are worked out by `dashboard/2023`")
    assert said["other-levels-of-year"].notes
