"""Pages carry how they came about: from the same data they come out the same, and whatever differs is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rulelang.cli.program import run
from rulelang.report.page_record import recorded_page

RULES = "assistance/2023"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--year", "2023", "--leas", "8"]) == 0
    return folder


@pytest.fixture
def pages(state: Path, tmp_path: Path) -> Path:
    run(["report", RULES, "--data", str(state), "--out", str(tmp_path / "pages"), "--language", "es"])
    return tmp_path / "pages"


def verified(page: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = run(["verify", str(page), *words, "--format", "json"])
    printed = capsys.readouterr().out
    return code, [one["code"] for one in json.loads(printed)["differences"]] if printed else []


def test_every_page_comes_out_the_same_again(pages: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for page in (pages / "index.html", *sorted((pages / "lea").glob("*.html"))[:2]):
        assert verified(page, "--data", str(state), capsys=capsys) == (0, [])


def test_a_number_that_was_edited_is_found(pages: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = pages / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("<strong>", "<strong>1", 1), encoding="utf-8")
    assert verified(page, "--data", str(state), capsys=capsys) == (1, ["page-differs"])


def test_other_data_are_named(pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other"
    run(["sample", str(other), "--year", "2023", "--leas", "8"])
    (other / "eladownload2023.txt").unlink()
    changed = other / "mathdownload2023.txt"
    changed.write_bytes(changed.read_bytes() + b"\n")
    code, found = verified(pages / "index.html", "--data", str(other), capsys=capsys)
    assert code == 1
    assert {"run-file-missing", "run-file-changed"} <= set(found)


def test_a_page_says_nothing_of_the_folders_of_the_office(pages: Path, state: Path) -> None:
    text = (pages / "index.html").read_text(encoding="utf-8")
    assert str(state) not in text
    found = recorded_page(text)
    assert found is not None
    assert (found.name, found.record.language, found.record.ruleset) == ("index.html", "es", RULES)
    assert {one.file for one in found.record.data} == {path.name for path in state.iterdir()}


@pytest.mark.parametrize(
    "text", ["", "<main>1</main>", '<script type="application/json" id="run" data-page="x">{}</script>']
)
def test_what_is_no_page_of_a_report_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text)
    assert recorded_page(text) is None
    assert run(["verify", str(tmp_path / "page.html"), "--data", str(tmp_path)]) == 2


def test_a_run_says_itself_where_its_data_are(tmp_path: Path, state: Path) -> None:
    assert run(["evaluate", RULES, "--data", str(state), "--out", str(tmp_path / "results")]) in (0, 1)
    assert run(["verify", str(tmp_path / "results"), "--data", str(state)]) == 2
