"""Which files of a folder are rule files."""

from __future__ import annotations

from pathlib import Path

from rulelang.cli.rule_files import expanded


def test_what_other_programs_leave_beside_rule_files_is_passed_over(tmp_path: Path) -> None:
    for name in ("2023.rules", "._2023.rules", ".2022.rules", "~$2023.rules", "vocabulary.rules"):
        (tmp_path / name).touch()
    assert [Path(one).name for one in expanded([str(tmp_path)], vocabularies=False)] == ["2023.rules"]
