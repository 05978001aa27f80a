"""The command that editors start, where what it needs is missing."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang


def test_without_its_library_the_command_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("rulelang.lsp", "pygls"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    done = CliRunner().invoke(rulelang, ["lsp"])
    assert done.exit_code == 2
    assert "install rulelang with it, as `rulelang[lsp]`" in " ".join(done.output.split())
