"""`rulelang check --as-read`: each sentence beside the one way in which it is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import run

RULES = """\
ruleset Test 2024
  cites "a page"
Pupil Achievement (LCFF Priority 4)
· Red on both English Language Arts (ELA) and Math tests → Priority 4    # as printed
4b: Red on ELA or Math and Orange on the other → Priority 4
for districts
If any student group meets the criteria for one or more LCFF priorities,
  then DA
GA: otherwise → General Assistance
"""
READ = """\
my.rules, as read:
  4  · Red on both English Language Arts (ELA) and Math tests → Priority 4
     read as: Red on both English Language Arts and Math → Priority 4
  5  4b: Red on ELA or Math and Orange on the other → Priority 4
  6  for districts
  7  If any student group meets the criteria for one or more LCFF priorities,
     then DA
     read as: any student group meets 1 or more priorities → DA
  9  GA: otherwise → General Assistance

my.rules: fine
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.rules").write_text(RULES, encoding="utf-8")
    return tmp_path


def test_each_sentence_stands_beside_what_it_was_read_as(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--as-read", "my.rules"]) == 0
    output = capsys.readouterr().out
    assert output == READ
    assert max(map(len, output.split("\n"))) <= 80


def test_what_cannot_be_read_is_left_to_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "my.rules").write_text(RULES + "5a: Red on on Graduation Rate → Priority 5\n", encoding="utf-8")
    assert run(["check", "--as-read", "my.rules"]) == 1
    output = capsys.readouterr().out
    assert "  9  GA: otherwise → General Assistance\n\n" in output
    assert "error[unexpected-word]: `on` does not fit here" in output
    assert "write `5a: Red on Graduation Rate → Priority 5`" in output


def test_it_is_for_people_only() -> None:
    assert run(["check", "--as-read", "--format", "json", "my.rules"]) == 2
    assert run(["check", "--as-read", "-"]) == 2
