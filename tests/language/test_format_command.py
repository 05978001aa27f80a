"""`rulelang format`: writes what changes, leaves alone what it cannot read, and with --check writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import FINE, WRONG_RULES_OR_DATA, WRONG_USAGE, run
from tests.language.snippets import VOCABULARY

UNTIDY = "ruleset Test 2018\n4a: Red on ELA -> Priority 4\n"
TIDY = "ruleset Test 2018\n  4a: Red on ELA → Priority 4\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    return tmp_path


def test_a_file_is_formatted_once(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("2018.rules")
    path.write_text(UNTIDY, encoding="utf-8")
    assert run(["format", "2018.rules"]) == FINE
    assert path.read_text(encoding="utf-8") == TIDY
    assert run(["format", "2018.rules"]) == FINE
    assert capsys.readouterr().out == "2018.rules: formatted\n2018.rules: fine\n"


def test_check_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path("2018.rules")
    path.write_text(UNTIDY, encoding="utf-8")
    assert run(["format", "--check", "2018.rules"]) == WRONG_RULES_OR_DATA
    assert path.read_text(encoding="utf-8") == UNTIDY
    path.write_text(TIDY, encoding="utf-8")
    assert run(["format", "--check", "2018.rules"]) == FINE
    assert capsys.readouterr().out == "2018.rules: would change\n2018.rules: fine\n"


def test_a_file_that_cannot_be_read_is_left_alone_and_the_others_are_formatted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("2017.rules").write_text("ruleset Test 2017\n4a: Red on on ELA -> Priority 4\n", encoding="utf-8")
    Path("2018.rules").write_text(UNTIDY, encoding="utf-8")
    assert run(["format", "2017.rules", "2018.rules", "nowhere"]) == WRONG_USAGE
    assert "->" in Path("2017.rules").read_text(encoding="utf-8")
    assert Path("2018.rules").read_text(encoding="utf-8") == TIDY
    printed = capsys.readouterr().out
    assert "error[unexpected-word]" in printed
    assert "error[unknown-ruleset]" in printed
    assert "2017.rules: not changed\n2018.rules: formatted\n" in printed
    assert "nowhere: not changed\n" in printed


def test_a_vocabulary_is_formatted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["format", "vocabulary.rules"]) == FINE
    assert run(["format", "--check", "vocabulary.rules"]) == FINE
    assert capsys.readouterr().out.endswith("vocabulary.rules: fine\n")


def test_without_a_file_the_usage_is_wrong() -> None:
    assert run(["format"]) == WRONG_USAGE
