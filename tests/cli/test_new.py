"""`rulelang new` and `rulelang sample --for`: a year or a what-if of one's own, with data to try."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("base", ["assistance/2025", "assistance/2024", "assistance/2018", "dashboard/2025"])
def test_what_is_written_checks_clean_at_once(base: str) -> None:
    year = int(base[-4:]) + 1
    if year in (2020, 2021):
        year = 2022
    assert run(["new", "mine", "--based-on", base]) == 0
    assert run(["new", "question", "--based-on", base, "--what-if"]) == 0
    assert run(["check", "mine", "question"]) == 0
    assert run(["format", "--check", "mine", "question"]) == 0
    [written] = Path("mine").glob("2*.rules")
    assert str(rulelang.load(written).year) == written.stem > base[-4:]
    assert rulelang.load("question/what-if.rules").rules.what_if == ""


def test_a_new_year_has_data_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 0
    assert run(["sample", "state", "--for", "mine/2026.rules", "--leas", "10"]) == 0
    assert Path("state/eladownload2026.txt").is_file()
    assert run(["evaluate", "mine/2026.rules", "--data", "state", "--out", "results"]) == 0
    assert "Differentiated Assistance 2026: 10 LEAs" in capsys.readouterr().out


def test_a_vocabulary_has_data_for_the_year_that_is_asked_for() -> None:
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 0
    call = ["sample", "state", "--for", "mine/vocabulary.rules", "--year", "2026", "--leas", "5"]
    assert run(call) == 0
    assert Path("state/eladownload2026.txt").is_file()


def test_nothing_is_replaced() -> None:
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 0
    Path("mine/2026.rules").unlink()
    before = Path("mine/vocabulary.rules").read_bytes()
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 2
    assert Path("mine/vocabulary.rules").read_bytes() == before
    assert not Path("mine/2026.rules").exists()


def test_a_year_of_ones_own_is_the_base_of_the_next() -> None:
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 0
    assert run(["new", "later", "--based-on", "mine/2026.rules"]) == 0
    assert run(["check", "later"]) == 0
    assert rulelang.load("later/2027.rules").year == 2027


def test_a_base_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "mine", "--based-on", "assistance/2031"]) != 0
    assert "assistance/2025" in capsys.readouterr().err
    assert not Path("mine").exists()


def begun_again(call: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what is said of a call that would replace files, after the call it offers was followed."""
    before = {path: path.read_bytes() for path in Path().rglob("*.rules")}
    assert run(call) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert {path: path.read_bytes() for path in Path().rglob("*.rules")} == before
    offered = said.split("in another folder: `rulelang ")[1].split("`")[0]
    assert run(offered.split()) == 0
    assert run(["check", offered.split()[1]]) == 0
    return said


def test_rules_that_were_begun_are_named_with_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    for call in (["--based-on", "assistance/2025"], ["--based-on", "assistance/2025", "--what-if"]):
        assert run(["new", "mine", *call]) == 0
        said = begun_again(["new", "mine", *call], capsys)
        assert "rules-exist" in said
        assert "--force" not in said


def test_the_year_after_ones_own_is_begun_in_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "mine", "--based-on", "assistance/2025"]) == 0
    begun_again(["new", "mine", "--based-on", "mine/2026.rules"], capsys)
    assert rulelang.load("mine/2027/2027.rules").year == 2027


@pytest.mark.parametrize("what_if", [[], ["--what-if"]])
@pytest.mark.parametrize("base", ["assistance/2025", "assistance/2024", "assistance/2023"])
def test_the_sample_is_a_change_of_the_base(base: str, what_if: list[str]) -> None:
    assert run(["new", "mine", "--based-on", base, *what_if]) == 0
    written = next(path for path in Path("mine").glob("*.rules") if path.stem != "vocabulary")
    before = rulelang.load(written).rules
    head, sample = written.read_text(encoding="utf-8").split("another label:\n")
    change, _ = sample.split("# `replace")
    written.write_text(head + "\n" + change.replace("#", ""), encoding="utf-8")
    assert run(["check", str(written)]) == 0
    after = rulelang.load(written).rules
    said = [sorted(rule.text.split(": ")[-1] for rule in rules.rules) for rules in (before, after)]
    assert said[0] == said[1]
    assert any("the page that says so" in rule.cites for rule in after.rules)


@pytest.mark.parametrize(
    "base, near",
    [
        ("assistance/2026", "there is `assistance/2026-draft/2026`"),
        ("assistance/2031", "`rulelang new FOLDER --based-on assistance/2025`"),
        ("2025", "did you mean `assistance/2025`?"),
    ],
)
def test_a_base_that_is_not_there_has_one_near(base: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "mine", "--based-on", base]) != 0
    assert near in " ".join(capsys.readouterr().err.split())
