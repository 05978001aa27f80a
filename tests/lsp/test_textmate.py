from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from tests.docs.pages import ROOT
from tests.lsp.textmate import PAGE, grammar, keyword_pattern


def test_the_grammar_of_the_extension_has_every_keyword() -> None:
    assert PAGE.read_text(encoding="utf-8") == grammar()


@pytest.mark.parametrize("text", ["replace", "on the other", "or  worse", "3 or more", "Dashboard years ago"])
def test_a_keyword_is_colored_whole(text: str) -> None:
    found = re.search(keyword_pattern(), text)
    assert found is not None
    assert found.group() == text.removeprefix("3 ")


@pytest.mark.parametrize("text", ["Format", "mentioned", "College/Career", "Year-on-year"])
def test_a_part_of_a_word_is_not_colored(text: str) -> None:
    assert re.search(keyword_pattern(), text) is None


@pytest.mark.slow
def test_the_extension_has_the_types_of_the_editor_s_interface() -> None:
    folder = ROOT / "editors" / "vscode"
    npm = shutil.which("npm")
    if npm is None or not (folder / "node_modules").is_dir():
        pytest.skip("npm or what `npm ci` installs into editors/vscode is not there")
    done = subprocess.run([npm, "run", "check"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_extension_has_the_version_and_the_license_of_rulelang() -> None:
    from rulelang.version import VERSION  # noqa: PLC0415

    folder = ROOT / "editors" / "vscode"
    assert json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"] == VERSION
    assert (folder / "LICENSE").read_text(encoding="utf-8") == (ROOT / "LICENSE").read_text(encoding="utf-8")
