"""`rulelang lock` where somebody sits: a draft is not closed by accident."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.compiler.locations import LOCK_FILE


class _Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed, options, closed", [("n\n", [], False), ("y\n", [], True), ("", ["--yes"], True)])
def test_a_year_is_closed_for_the_first_time_when_it_is_meant(
    typed: str, options: list[str], closed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "2023.rules"
    rules.write_text("ruleset Draft 2023\n4a: Red on ELA → Priority 4\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", _Terminal(typed))
    assert run(["lock", *options, str(rules)]) == (0 if closed else 1)
    assert (tmp_path / LOCK_FILE).exists() is closed


def test_a_closed_year_is_closed_again_without_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = tmp_path / "2023.rules"
    rules.write_text("ruleset Draft 2023\n4a: Red on ELA → Priority 4\n", encoding="utf-8")
    assert run(["lock", "--yes", str(rules)]) == 0
    monkeypatch.setattr("sys.stdin", _Terminal(""))
    assert run(["lock", str(rules)]) == 0
