"""Rules that relate entities have no form in SQL, and are refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import run
from tests.entities.small_state import rules_in


@pytest.mark.parametrize("condition", ["any school of the district is CSI", "base grant of the county is above $5"])
def test_rules_about_other_entities_are_refused_in_one_sentence(
    condition: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "for schools\n  S: graduates is below 100 → CSI\n  otherwise → None\n"
    rules_in(tmp_path, f"{text}for school districts\n  D: {condition} → Assistance\n  otherwise → No Assistance\n")
    assert run(["export", str(tmp_path / "2023.rules"), "--to", "sql", "--dialect", "duckdb"]) == 1
    said = " ".join(capfd.readouterr().err.split())
    assert "cannot be written as SQL, because they have conditions or numbers of other entities: what one" in said
    assert said.count("cannot be written") == 1
