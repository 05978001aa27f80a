"""What messages and failed examples say: each thing once, of the right words, and with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.diagnostics.catalogue import data as say
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace

EXAMPLE = """ruleset Practice 2023
  uses California Dashboard vocabulary

6a: Red on Suspension Rate → Priority 6

example "red"
  given a school district
    White: Red on Suspension Rate
  expect White does not meet Priority 6
"""


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    run(list(words))
    output = capsys.readouterr()
    return output.out + output.err


def test_a_rule_behind_an_answer_is_named_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "practice.rules"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert "    found: yes, by 6a\n" in printed(capsys, "test", str(path))


METHODS = """\
ruleset Practice 2023
  uses California Dashboard vocabulary

4a: Red on ELA → Priority 4
M1: any student group meets Priority 4 → Method 1
M2: Not Met on Basics → Method 2
DA: Method 1 or Method 2 → Differentiated Assistance

example "Two methods"
  given a school district
    White: Red on ELA
    Not Met on Basics
  expect not Method 2
  expect not Differentiated Assistance
"""


@pytest.mark.parametrize("command", ["check", "test"])
def test_no_method_is_named_behind_another(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "practice.rules"
    path.write_text(METHODS, encoding="utf-8")
    said = printed(capsys, command, str(path))
    assert "found: yes, by M2\n" in said
    assert "found: yes, by DA, Method 1 and Method 2\n" in said


def test_of_an_unknown_year_the_year_is_underlined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "2031.rules"
    path.write_text("ruleset Practice 2031\n  uses California Dashboard vocabulary\n", encoding="utf-8")
    text = printed(capsys, "check", str(path))
    assert "\n 1 | ruleset Practice 2031\n   |                  ^^^^\n" in text
    assert "to add one, add it to the line of" in text


@pytest.mark.parametrize(
    "said",
    [
        say.lost_leading_zeros(DataPlace("a.txt", 2), "1100170000000", 14, None),
        say.rounded_lea_code(DataPlace("a.txt", 2), "2.76609E+13"),
    ],
)
def test_a_code_that_a_spreadsheet_changed_says_to_download_the_file_again(said: Diagnostic) -> None:
    assert said.help is not None
    assert said.help.startswith("download the file again and do not save it in Excel")
