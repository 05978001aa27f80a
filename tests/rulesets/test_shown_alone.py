"""What `rulelang show` prints of a year is a file that means the same by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.compiler.files import known_rulesets

IN_EARNEST = [name for name in known_rulesets() if rulelang.load(name).rules.what_if is None]


@pytest.mark.parametrize("name", IN_EARNEST)
def test_the_effective_text_means_the_same_when_it_is_saved_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["show", name]) == 0
    saved = tmp_path / "one" / "own" / f"{name.rpartition('/')[2]}.rules"
    saved.parent.mkdir(parents=True)
    saved.write_text(capsys.readouterr().out, encoding="utf-8")
    assert rulelang.check(saved) == []
    assert rulelang.load(saved).rules.fingerprint == rulelang.load(name).rules.fingerprint
