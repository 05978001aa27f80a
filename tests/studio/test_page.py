from __future__ import annotations

import gzip
import importlib
import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from rulelang.cli.program import rulelang
from rulelang.studio import page
from tests.structure.python_files import ROOT


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a page written from small parts, which stand in for those that Node.js builds."""
    folder = tmp_path / "built"
    folder.mkdir()
    for name in ("page.js", "page.css", "worker.js", "pyodide.asm.wasm"):
        (folder / name).write_text("/* a part </script> */" if name.endswith(".js") else "a part", encoding="utf-8")
    (folder / page.OF_SOURCES).write_text(page.hash_of_sources(), encoding="ascii")
    monkeypatch.setattr(page, "BUILT", folder)
    return folder


def names() -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(page.python_files())).namelist())


def test_a_page_holds_the_package_its_rulesets_and_its_libraries() -> None:
    found = names()
    rulesets = {f"rulelang/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "rulesets").rglob("*.rules")}
    assert rulesets <= found
    assert {"rulelang/studio/session.py", "rulelang/syntax/grammar.json", "attr/__init__.py"} <= found
    assert not [name for name in found if "node_modules" in name or "__pycache__" in name or "/cli/" in name]


def test_a_library_of_one_file_stays_one_when_it_has_been_imported() -> None:
    before = names()
    importlib.import_module("six")
    assert names() == before
    assert "six.py" in before


def test_equal_files_give_equal_bytes() -> None:
    assert page.python_files() == page.python_files()


@pytest.mark.usefixtures("built")
def test_a_page_can_reach_no_address_and_no_part_ends_a_script() -> None:
    text = page.studio_page()
    assert "connect-src 'none'" in text
    assert "default-src 'none'" in text
    assert text.count("</script") == text.count("<script")
    assert 'data-part="rulelang.zip"' in text
    assert 'data-part="worker.js"' in text


@pytest.mark.usefixtures("built")
def test_a_page_that_stands_there_is_not_written_over(tmp_path: Path) -> None:
    out = tmp_path / "studio.html"
    words = ["studio", "--out", str(out), "--no-open"]
    first = CliRunner().invoke(rulelang, words, standalone_mode=False)
    assert (first.return_value, out.exists()) == (0, True)
    again = CliRunner().invoke(rulelang, words, standalone_mode=False)
    assert again.return_value == 2
    assert "file-exists" in again.output
    assert CliRunner().invoke(rulelang, [*words, "--force"], standalone_mode=False).return_value == 0


@pytest.mark.usefixtures("built")
def test_for_a_web_server_the_parts_lie_beside_the_page(tmp_path: Path) -> None:
    out = tmp_path / "studio"
    assert CliRunner().invoke(rulelang, ["studio", "--out", str(out)], standalone_mode=False).return_value == 0
    text = (out / "index.html").read_text(encoding="utf-8")
    assert "connect-src 'self'" in text
    assert sorted(path.name for path in (out / "parts").iterdir()) == [
        "pyodide.asm.wasm.part",
        "rulelang.zip.part",
        "worker.js.part",
    ]
    assert gzip.decompress((out / "parts" / "rulelang.zip.part").read_bytes()) == page.python_files()
    assert text.count('data-src="parts/') == 3
    again = CliRunner().invoke(rulelang, ["studio", "--out", str(out)], standalone_mode=False)
    assert (again.return_value, "file-exists" in again.output) == (2, True)


def test_where_the_parts_are_not_built_the_command_says_how_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "BUILT", tmp_path / "nothing")
    run = CliRunner().invoke(rulelang, ["studio", "--out", str(tmp_path / "studio.html")])
    assert run.exit_code == 1
    assert "npm run build --prefix rulelang/studio/web" in run.output
    assert not (tmp_path / "studio.html").exists()


def test_a_page_of_other_sources_is_not_written(built: Path) -> None:
    assert page.is_built()
    (built / page.OF_SOURCES).write_text("of other sources", encoding="ascii")
    assert not page.is_built()
    (built / page.OF_SOURCES).unlink()
    assert not page.is_built()
