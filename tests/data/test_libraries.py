"""A library that is missing is named as it is installed; a fault of rulelang's own is not taken for one."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from rulelang.data.libraries import needed
from rulelang.data.report import DataError


@pytest.mark.parametrize("package, named", [("", "`there_is_none`"), ("There-is-None", "`There-is-None`")])
def test_a_missing_library_is_named_with_what_it_is_for(package: str, named: str) -> None:
    with pytest.raises(DataError) as caught, needed("write music", package):
        importlib.import_module("there_is_none.parts")
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.code == "extra-missing"
    assert diagnostic.message == f"to write music, the package {named} is needed, but it is not installed"


def test_what_a_library_needs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "writes_music.py").write_text("import there_is_none\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DataError, match="`there_is_none`"), needed("write music"):
        importlib.import_module("writes_music")


def test_a_missing_part_of_rulelang_is_a_fault() -> None:
    with pytest.raises(ImportError, match="rulelang"), needed("write music", "music"):
        importlib.import_module("rulelang.music")
