"""The table engine makes of the state's published files what the record engine makes of them, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.cli.program import run
from tests.docs.pages import ROOT

pytest.importorskip("duckdb", reason="DuckDB is not installed")
pytest.importorskip("sqlglot", reason="sqlglot is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")

SHARED = ROOT.parent / "shared" / "data"
FOLDERS = {2017: ["2017"], 2018: ["2018", "2017"], 2023: ["2023"]}
LISTS = {
    2017: [],
    2018: ["2017/assistancestatus2017.xls"],
    2023: ["2018/assistancestatus18.xlsx", "2019/assistancestatus19-rev.xlsx", "2022/assistancestatus22.xlsx"],
}


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not at ../shared/data")
@pytest.mark.parametrize("year", sorted(FOLDERS))
def test_both_engines_write_the_same_of_published_files(
    year: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [word for folder in FOLDERS[year] for word in ("--data", str(SHARED / folder))]
    lists = [word for name in LISTS[year] for word in ("--published", str(SHARED / name))]
    said = []
    for engine in ("record", "table"):
        out = tmp_path / engine
        assert run(["evaluate", f"assistance/{year}", *data, *lists, "--out", str(out), "--engine", engine]) == 0
        said.append([line for line in "".join(capsys.readouterr()).splitlines() if not line.startswith("Written:")])
    assert said[0] == said[1]
    written = sorted(path.name for path in (tmp_path / "record").iterdir())
    assert written == ["determinations.csv", "reasons.csv", "run.json"]
    assert written == sorted(path.name for path in (tmp_path / "table").iterdir())
    for name in written:
        assert (tmp_path / "record" / name).read_bytes() == (tmp_path / "table" / name).read_bytes()
