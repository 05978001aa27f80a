"""`rulelang list` and `rulelang words`: the rulesets and the words there are, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rulelang.cli import terminal
from rulelang.cli.program import run
from rulelang.compiler.locations import known_rulesets
from tests.docs.pages import ROOT

RULES = """\
# A comment
ruleset Trial  of Mine 2023   # of this year
  uses California Dashboard vocabulary
"""
VOCABULARY = ROOT / "rulesets" / "vocabulary.rules"


@pytest.fixture(autouse=True)
def in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "width", lambda: 80)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(list(words)) == 0
    return capsys.readouterr().out


def read(capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401  # what JSON holds
    return json.loads(printed(capsys, *words, "--format", "json"))


# ---- list ----


def test_every_ruleset_that_is_shipped_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    found = read(capsys, "list")
    assert [one["ruleset"] for one in found] == known_rulesets()
    assert {"ruleset": "assistance/2023", "title": "Differentiated Assistance", "year": 2023} in found
    lines = printed(capsys, "list").splitlines()
    assert lines[0].strip() == f"{len(found)} rulesets"
    assert [line.split()[0] for line in lines[3:] if line[:1].strip()] == known_rulesets()


def test_rulesets_of_a_folder_are_listed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("2023", RULES), ("notes", "4a: Red on ELA → Priority 4\n"), ("vocabulary", "")):
        (tmp_path / f"{name}.rules").write_text(text, encoding="utf-8")
    own = read(capsys, "list", str(tmp_path))[len(known_rulesets()) :]
    assert own == [
        {"ruleset": f"{tmp_path.as_posix()}/2023.rules", "title": "Trial of Mine", "year": 2023},
        {"ruleset": f"{tmp_path.as_posix()}/notes.rules", "title": None, "year": None},
    ]


def test_a_folder_without_rulesets_adds_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(read(capsys, "list", str(tmp_path))) == len(known_rulesets())
    assert run(["list", str(tmp_path / "nothing")]) == 2


# ---- words ----


@pytest.mark.parametrize("name", [[], ["assistance/2023"], [str(VOCABULARY)]])
def test_the_words_are_those_of_the_vocabulary(name: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = read(capsys, "words", *name)
    assert found["vocabulary"] == "California Dashboard"
    assert {"scale": "color", "worst first": ["Red", "Orange", "Yellow", "Green", "Blue"]} in found["levels"]
    [math] = [one for one in found["state indicators"] if one["name"] == "Math"]
    assert (math["also called"], math["better"]) == (["Mathematics"], "higher")
    assert math["scales"] == {"color": ["2017 to 2019", "2023 on"], "Status": ["2017 on"]}
    assert {"code": "LTEL", "name": "Long-Term English Learners", "years": "2024 on"}.items() <= next(
        one for one in found["student groups"] if one["code"] == "LTEL"
    ).items()
    assert "TOM" in next(one for one in found["student groups"] if one["code"] == "MR")["also called"]
    [office] = [one for one in found["kinds of LEA"] if one["name"] == "county office"]
    assert office["of several"] == "county offices"
    assert "COE" in office["also called"]
    referral = {"name": "EC 52072 referral", "kind": "referral", "also called": ["Intensive Intervention"]}
    assert referral in found["outcomes"]


@pytest.mark.parametrize("name", ["assistance/2023", "dashboard/2023", "graduation/states"])
def test_words_fit_80_columns_and_none_is_left_out(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "words", name)
    assert [line for line in text.splitlines() if len(line) > 80] == []
    shown = set(text.split())
    for table in read(capsys, "words", name).values():
        for row in table if isinstance(table, list) else []:
            assert set(str(row.get("name", "")).split()) <= shown, row


def test_the_words_are_those_of_a_vocabulary_of_one_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = VOCABULARY.read_text(encoding="utf-8").replace("vocabulary California Dashboard", "vocabulary Mine", 1)
    (tmp_path / "vocabulary.rules").write_text(text, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(RULES, encoding="utf-8")
    assert read(capsys, "words", str(tmp_path / "2023.rules"))["vocabulary"] == "Mine"


def test_what_is_wrong_with_a_vocabulary_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vocabulary.rules"
    path.write_text("vocabulary Mine\n\nstudent groupes\n  | code |\n", encoding="utf-8")
    assert run(["words", str(path)]) == 1
    assert "vocabulary.rules:3" in capsys.readouterr().err
    assert run(["words", "assistance/2032"]) == 2
