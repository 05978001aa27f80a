"""rulelang.toml gives what was not typed, says so, and is refused where it is wrong; shells complete what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from rulelang.cli.program import COMPLETING, rulelang, run
from rulelang.compiler.locations import known_rulesets

SETTINGS = """
ruleset = "assistance/2023"
data = "state"
format = "xlsx"

[check]
ruleset = ["fine.rules", "assistance/2018"]
format = "github"
"""
FINE = "ruleset Trial 2023\n  uses California Dashboard vocabulary\n\n4a: Red on ELA → Priority 4\n"
RECORDS = "lea_code,year,student_group,indicator,level\n27659610000000,2023,EL,ELA,Red\n"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "state"
    assert run(["sample", str(folder), "--leas", "6"]) == 0
    return folder


@pytest.fixture
def below(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder below one with settings."""
    (tmp_path / "state").symlink_to(state)
    (tmp_path / "fine.rules").write_text(FINE, encoding="utf-8")
    (tmp_path / "r.csv").write_text(RECORDS, encoding="utf-8")
    settings(tmp_path, SETTINGS)
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def settings(folder: Path, text: str) -> None:
    (folder / "rulelang.toml").write_text(text, encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert run(list(words)) == code
    found = capsys.readouterr()
    return found.out, found.err


def test_what_was_not_typed_comes_from_above_and_is_said(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(capsys, "evaluate")
    assert "Differentiated Assistance 2023: 6 LEAs" in out
    assert err.startswith("From rulelang.toml: ruleset, data\n")
    said(capsys, "evaluate", "--out", "o")
    assert (below / "o" / "determinations.xlsx").is_file()
    said(capsys, "evaluate", "--out", "o", "--format", "csv")
    assert (below / "o" / "determinations.csv").is_file()


def test_what_is_typed_goes_first(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert below.is_dir()
    _, err = said(capsys, "evaluate", "dashboard/2023", "--data", "../../state", code=1)
    assert "From rulelang.toml" not in err
    _, err = said(capsys, "evaluate", "assistance/2022", code=1)
    assert err.startswith("From rulelang.toml: data\n")
    assert "2022" in err


def test_plain_records_stand_in_the_place_of_the_files_in_the_settings(
    below: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert below.is_dir()
    for words in (["--records", "../../r.csv"], ["--records=../../r.csv"]):
        out, err = said(capsys, "evaluate", *words)
        assert "1 LEA\n" in out
        assert "data" not in err.partition("\n")[0]


def test_a_command_s_own_table_goes_before_what_stands_outside(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "check")[0] == ""
    (below.parent.parent / "fine.rules").write_text(FINE.replace("Red", "Rde"), encoding="utf-8")
    assert "fine.rules,line=4,endLine=4,col=5" in said(capsys, "check", code=1)[0]
    assert said(capsys, "check", "assistance/2023", "--format", "text")[0] == "assistance/2023: fine\n"
    assert said(capsys, "show", "--table")[0].lstrip().startswith("Differentiated Assistance 2023")


def test_the_nearest_settings_count_and_no_others(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(below, 'county = "Kern"\n')
    assert "Missing argument 'RULESET'" in said(capsys, "evaluate", code=2)[1]
    settings(below, "")
    assert "give the state's files" in said(capsys, "evaluate", "assistance/2023", code=2)[1]


def test_what_writes_rules_is_told_of_which(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(below, 'ruleset = "../../fine.rules"\n')
    for command in ("format", "lock"):
        assert "Missing argument 'RULESET...'" in said(capsys, command, code=2)[1]
    assert said(capsys, "check")[0] == "../../fine.rules: fine\n"


@pytest.mark.parametrize(
    "text, code, words",
    [
        ("data = state", "settings-unreadable", "line 1"),
        ("data", "settings-unreadable", "after a key"),
        ("dta = 'state'", "unknown-setting", "did you mean `data`?"),
        ("[chek]\nformat = 'json'", "unknown-setting", "did you mean `[check]`?"),
        ("[check]\ndta = 'state'", "unknown-setting", "did you mean `data`?"),
        ("data = 2023", "wrong-setting", "quotation marks, or a list"),
        ("data = [1]", "wrong-setting", "`data`"),
        ("data = ''", "wrong-setting", "`data`"),
        ("format = ['csv', 'json']", "wrong-setting", "text in quotation marks"),
        ("data = '../../stte'", "setting-leads-nowhere", "did you mean `../../state`?"),
        ("published = '..'", "setting-leads-nowhere", "`published`"),
        ("data = 'a\\u0000b'", "settings-unreadable", "`"),
        ('data = "a\\u0000b"', "setting-leads-nowhere", "`data`"),
        ("published = '../../state'", "setting-leads-nowhere", "`published`"),
        ("official = '../../nothing'", "setting-leads-nowhere", "`official`"),
        ("x = " + "[" * 3000, "settings-unreadable", "rulelang.toml"),
    ],
)
def test_settings_that_are_wrong_are_refused(
    text: str, code: str, words: str, below: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings(below, text)
    out, err = said(capsys, "evaluate", "assistance/2023", "--data", "../../state", code=2)
    if code == "settings-unreadable" and "u0000" in text:  # a literal text has no escapes
        code = "setting-leads-nowhere"
    assert out == ""
    assert f"error[{code}]" in err
    assert words in " ".join(err.split())
    assert "rulelang.toml" in err


def test_settings_that_are_no_text_are_refused(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (below / "rulelang.toml").write_bytes(b"data = '\xff'")
    assert "not saved as UTF-8" in said(capsys, "check", "assistance/2023", code=2)[1]


def test_wrong_settings_do_not_stand_in_the_way_of_help(below: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings(below, "dta = 1")
    assert "unknown-setting" in said(capsys, "help", "unknown-setting")[0]
    assert "6 LEAs" not in said(capsys, "evaluate", "--help")[0]
    said(capsys, "--version")


# ---- completion ----


def offered(*words: str) -> list[str]:
    complete = BashComplete(rulelang, {}, "rulelang", COMPLETING)
    return [one.value for one in complete.get_completions(list(words[:-1]), words[-1])]


def test_commands_options_and_rulesets_are_completed() -> None:
    assert offered("rec") == ["reconcile"]
    assert "--county" in offered("evaluate", "--c")
    names = [name for name in known_rulesets() if name.startswith("assistance/")]
    assert offered("check", "assistance/") == [*names, "assistance/"]
    assert offered("explain", "da")[:2] == ["dashboard", "dashboard/2017"]


def test_years_are_completed_latest_first() -> None:
    found = offered("sample", "x", "--year", "202")
    assert found == sorted(found, reverse=True)
    assert {"2023", "2025"} <= set(found)


def test_leas_and_counties_are_those_of_the_data(below: Path, state: Path) -> None:
    assert below.is_dir()
    every = offered("explain", "--lea", "")
    assert len(every) == 6
    assert offered("explain", "assistance/2023", "--data", str(state), "--lea", every[0][:5])[0] == every[0]
    county = offered("evaluate", "--county", "")[0]
    assert offered("evaluate", "--county", county[:4].lower())[0] == county
    settings(below, "")
    assert offered("explain", "--lea", "") == []


def test_a_shell_that_completes_is_told_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(COMPLETING, "bash_source")
    assert run([]) == 0
    assert "complete" in capsys.readouterr().out
