"""Every method takes LEAs in every form, and what it returns becomes the tables that the command writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rulelang
from rulelang.cli.program import run

LEAS = 12
WHAT_IF = "what if based on assistance/2023\n\nreplace 6a: Red or Orange on Suspension Rate → Priority 6\n"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--year", "2023", "--leas", str(LEAS), "--force"]) == 0
    (folder / "orange.rules").write_text(WHAT_IF, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rules() -> rulelang.LoadedRuleset:
    return rulelang.load("assistance/2023")


@pytest.fixture(scope="module")
def data(state: Path, rules: rulelang.LoadedRuleset) -> rulelang.DataSet:
    return rules.read(state)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[dict[str, Any]]]:
    """Return the tables that a command prints as JSON."""
    capsys.readouterr()
    assert run([*arguments, "--format", "json"]) == 0
    held: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {name: rows for name, rows in held.items() if isinstance(rows, list)}


@pytest.mark.parametrize("ruleset", ["assistance/2023", "dashboard/2023", "orange.rules"])
def test_a_run_has_the_tables_that_the_command_writes(ruleset: str, state: Path, tmp_path: Path) -> None:
    path = state / ruleset if ruleset.endswith(".rules") else ruleset
    loaded = rulelang.load(path)
    run(["evaluate", str(path), "--data", str(state), "--out", str(tmp_path), "--format", "json", "--keep-going"])
    read = loaded.read(state)
    results = list(loaded.levels(read)) if loaded.rules.reports_levels else loaded.evaluate(read)
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*.json")}
    del written["run"]
    assert loaded.tables(read) == loaded.tables(results) == loaded.tables(iter(results)) == written
    frames = loaded.tables(read, frame="pandas")
    assert {name: list(frame.columns) for name, frame in frames.items()} == {
        name: list(rows[0]) for name, rows in written.items()
    }
    assert frames.keys() == loaded.tables((), frame="pandas").keys()


def test_ways_and_what_decides_have_the_tables_of_their_commands(
    state: Path, rules: rulelang.LoadedRuleset, data: rulelang.DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed(capsys, "way-out", "assistance/2023", "--data", str(state))
    found = rules.tables(rules.ways_in_students(state, "DA", data))
    by_code = {name: sorted(rows, key=str) for name, rows in found.items()}
    assert by_code == {name: sorted(rows, key=str) for name, rows in shown.items()}
    assert [row["first_way"] for row in rules.tables(rules.ways_out(data, "DA"))["ways"]] != []
    shown = printed(capsys, "sensitivity", "assistance/2023", "--data", str(state), "--below", "40", "--lines")
    assert rules.tables(rules.sensitivity([state], "DA", data, sizes=[40], lines=True)) == shown
    assert rules.tables(rules.sensitivity((), "DA", data), frame="polars")["lines"]["not_in_numbers"].null_count() == 0


def test_moves_have_the_tables_of_the_comparison(
    state: Path, rules: rulelang.LoadedRuleset, data: rulelang.DataSet, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = printed(capsys, "compare", "assistance/2023", str(state / "orange.rules"), "--data", str(state))
    moves = rulelang.compare(rules, state / "orange.rules").moves(data, data)
    found = rules.tables(moves)
    assert found == {name: shown[name] for name in ("moves", "moves_by_county", "moves_by_kind")}
    assert len(found["moves"]) == len(moves.moves) > 0


def test_results_of_other_rules_are_not_taken_for_these(
    state: Path, rules: rulelang.LoadedRuleset, data: rulelang.DataSet
) -> None:
    other = rulelang.load(state / "orange.rules").evaluate(data)
    for make in (rules.tables, rules.wide):
        with pytest.raises(ValueError, match=r"the results are by What if.*and this ruleset is Differentiated"):
            make(other)
    ours = [one.outcome for one in rules.evaluate(data)]
    assert [one.outcome for one in rules.evaluate(other)] == ours  # the LEAs of results are LEAs
    assert [one.outcome for one in other] != ours


def test_every_method_takes_leas_in_every_form(rules: rulelang.LoadedRuleset) -> None:
    rows = [
        {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": name, "level": "Red"}
        for name in ("ELA", "Math", "Suspension Rate")
    ]
    data = rules.records(rows)
    for given in (rows, pd.DataFrame(rows), data, data.records, rules.evaluate(rows)):
        assert [one.value for one in rules.ways_out(given, "DA")] == ["Differentiated Assistance"]
        assert [one.value for one in rules.sensitivity((), "DA", given)] == ["Differentiated Assistance"]
        assert [one.way.ends for one in rules.ways_in_students((), "DA", given)] == [True]
        assert len(rules.simulated(given).results) == 1
        assert rules.with_group_counts(given, {"27659610000000": 3})[0].years[2023].group_count == 3
        assert rulelang.compare(rules, rules).moves(given, given).both == 1


def test_a_data_set_is_gone_through_and_asked_for_an_lea(data: rulelang.DataSet) -> None:
    assert len(data) == len(data.records) == len(list(data)) == LEAS
    first = data.records[0]
    assert data[first.code] is data[first.name.upper()] is first
    with pytest.raises(rulelang.UnknownNameError, match="did you mean"):
        data[f"{first.name[:-1]}x"]
    with pytest.raises(TypeError, match="expected the code or name of an LEA, not 0"):
        data[0]  # type: ignore[index]


@pytest.mark.parametrize("ruleset", ["assistance/2023", "dashboard/2023"])
def test_a_wide_table_has_its_columns_without_rows_too(ruleset: str, state: Path) -> None:
    loaded = rulelang.load(ruleset)
    whole = loaded.wide(loaded.read(state), frame="pandas")
    assert len(whole) > 0
    assert list(loaded.wide([], frame="pandas").columns) == list(whole.columns)


def test_some_leas_are_read_as_the_options_of_the_commands_choose(
    state: Path, rules: rulelang.LoadedRuleset, data: rulelang.DataSet
) -> None:
    first = data.records[0]
    assert rules.read(state, leas=first.name).records == rules.read([state], leas=[first.code]).records == (first,)
    near = rules.read(state, leas=first.name, counties=f"{first.county.upper()} County")
    assert {one.county for one in near} == {first.county}
    assert len(rules.read(state, counties=first.code[:2])) == len([one for one in data if one.county == first.county])
    lacking = rules.read(state, leas=["Nowhere Union"], counties="Atlantis")
    assert (len(lacking), lacking.has_errors) == (0, True)
    assert {one.code for one in lacking.diagnostics} >= {"lea-not-in-data", "county-not-in-data"}
    nothing: tuple[str, ...] | list[str]
    for nothing in ((), []):
        with pytest.raises(TypeError, match="say which folders have the state's files"):
            rules.read(nothing)
    with pytest.raises(TypeError, match="expected the name or number of a county, not 27"):
        rules.read(state, counties=[27])  # type: ignore[list-item]


def test_levels_are_compared_with_those_in_the_files(tmp_path: Path) -> None:
    dashboard, out = rulelang.load("dashboard/2023"), tmp_path / "cells.json"
    assert run(["sample", str(tmp_path / "counts"), "--for", "dashboard/2023", "--leas", "3"]) == 0
    run(["reconcile", "dashboard/2023", "--data", str(tmp_path / "counts"), "--drawn", "0", "--out", str(out)])
    found = dashboard.reconcile([tmp_path / "counts"])
    assert dashboard.tables(found)["cells"] == json.loads(out.read_text(encoding="utf-8")) != []
    assert dashboard.reconcile(dashboard.read(tmp_path / "counts")).agrees is found.agrees


def test_a_comparison_needs_a_list_or_none(state: Path, rules: rulelang.LoadedRuleset, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="give the list that the state published as `official`"):
        rules.reconcile(state)
    with pytest.raises(TypeError, match="leave out `official`"):
        rulelang.load("dashboard/2023").reconcile(state, state)
    with pytest.raises(TypeError, match="expected the path of a file, not 5"):
        rules.reconcile(state, 5)  # type: ignore[arg-type]
    empty = tmp_path / "list.txt"
    empty.write_text("nothing", encoding="utf-8")
    with pytest.raises(rulelang.DataError):
        rules.reconcile(state, empty)


def test_a_rule_is_at_the_same_place_wherever_one_stands(
    state: Path, rules: rulelang.LoadedRuleset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for folder in (Path(rulelang.__file__).parent.parent, tmp_path):
        monkeypatch.chdir(folder)
        loaded = rulelang.load("assistance/2023", text=None)
        why = loaded.explanation(loaded.evaluate(rules.read(state))[0])
        found = {rule.source.file for one in why.student_groups for rule in one.rules if rule.source is not None}
        files.append(found | {rule.source.file for rule in why.rules if rule.source is not None})
    assert files[0] == files[1]
    assert "assistance/2023.rules" in files[0]
