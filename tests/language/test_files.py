"""What is asked for may not be there, may be no file, or may not be open to us."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulelang
from rulelang.compiler.files import read_source
from rulelang.diagnostics.diagnostic import Reporter


@pytest.mark.parametrize(
    "name, help_text",
    [
        (
            "assistance/2032",
            "the newest year is `assistance/2025`; `rulelang new FOLDER --based-on assistance/2025` writes a year",
        ),
        ("assistance/2020s", "did you mean `assistance/20"),
        ("wonderland", "`rulelang list` lists the rulesets"),
        ("", "`rulelang list` lists the rulesets"),
        ("/", "it has no rule file; "),
        ("assistance", "name one of its rulesets, such as `assistance/2025`"),
    ],
)
def test_a_ruleset_that_is_not_there(name: str, help_text: str) -> None:
    [found] = rulelang.check(name)
    assert found.code == "unknown-ruleset"
    assert (found.help or "").startswith(help_text)


@pytest.mark.parametrize("made", ["nothing", "a folder"])
def test_a_file_that_cannot_be_opened(made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "2018.rules"
    if made == "a folder":
        path.mkdir()
    reporter = Reporter()
    assert read_source(path, reporter) is None
    [found] = reporter.diagnostics
    assert found.code == "cannot-open"
    assert found.message.startswith("cannot open `2018.rules`: ")
    assert "Errno" not in found.message


def test_each_file_is_named_as_people_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "2018.rules").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    [found] = rulelang.check("rules/2018.rules")
    assert found.message == "`rules/2018.rules` has no rules"


@pytest.mark.parametrize("mark", ["\t", "^"])
@pytest.mark.parametrize("cells, is_data", [(7, True), (3, False)])
def test_a_data_file_is_one_message(mark: str, cells: int, is_data: bool, tmp_path: Path) -> None:
    path = tmp_path / "download.txt"
    row = mark.join(str(cell) for cell in range(cells))
    path.write_text(f"{row}\n" * 50, encoding="utf-8")
    found = rulelang.check(path)
    assert ([one.code for one in found] == ["not-text"]) is is_data
    assert any("--data" in (one.help or "") for one in found) is is_data
