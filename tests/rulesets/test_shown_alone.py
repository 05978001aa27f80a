"""What `rulelang show` prints of a year is a file that means the same by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.checking import checked_by
from rulelang.cli.program import run
from rulelang.compiler.load import Loader
from rulelang.compiler.locations import known_rulesets, rulesets_folder
from rulelang.diagnostics.diagnostic import Reporter


def is_in_earnest(name: str) -> bool:
    """Return whether a ruleset is no what-if, by the word that its file begins with."""
    text = (rulesets_folder() / f"{name}.rules").read_text(encoding="utf-8")
    return any(line.startswith("ruleset ") for line in text.splitlines())


IN_EARNEST = [name for name in known_rulesets() if is_in_earnest(name)]


@pytest.mark.parametrize("name", IN_EARNEST)
def test_the_effective_text_means_the_same_when_it_is_saved_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["show", name]) == 0
    saved = tmp_path / "one" / "own" / f"{name.rpartition('/')[2]}.rules"
    saved.parent.mkdir(parents=True)
    saved.write_text(capsys.readouterr().out, encoding="utf-8")
    loader = Loader(Reporter())
    ruleset = checked_by(loader, saved).ruleset
    # A draft of a year says where levels are from, and nobody works those of its year out yet.
    assert {one.code for one in loader.reporter.diagnostics} <= {"no-levels-of-year"}
    assert ruleset is not None
    assert ruleset.fingerprint == rulelang.load(name).rules.fingerprint
