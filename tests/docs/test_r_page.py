"""The blocks of R in the how-to are run, as far as R and the packages that they load are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.cli.program import run
from tests.docs.pages import ROOT, Block, blocks

PAGE = ROOT / "docs" / "how-to" / "r.md"
RSCRIPT = shutil.which("Rscript")
BLOCKS = [block for block in blocks(PAGE.read_text(encoding="utf-8")) if block.language == "r"]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(RSCRIPT is None, reason="R is not installed (Debian: r-base-core)")]


def r(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    assert RSCRIPT is not None
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RETICULATE_PYTHON": sys.executable}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [RSCRIPT, "-"]
    return subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True, encoding="utf-8", check=False
    )


def packages_of(block: Block) -> list[str]:
    return sorted({one or other for one, other in re.findall(r"library\((\w+)\)|(\w+)::", block.text)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the commands of the page have been run."""
    made = tmp_path_factory.mktemp("r")
    data = ["evaluate", "assistance/2023", "--data", str(made / "state")]
    assert run(["sample", str(made / "state"), "--year", "2023", "--leas", "40"]) == 0
    assert run([*data, "--out", str(made / "results"), "--format", "parquet", "--wide"]) == 0
    assert run([*data, "--out", str(made / "database"), "--format", "duckdb"]) == 0
    return made


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_runs_after_those_before_it(number: int, folder: Path) -> None:
    needed = packages_of(BLOCKS[number])
    lacking = [one for one in needed if r(f'stopifnot(requireNamespace("{one}"))', folder).returncode]
    if lacking:
        pytest.skip(f"R has no package {', '.join(lacking)}")
    known = {one for one in range(number) if packages_of(BLOCKS[one]) in ([], ["reticulate"])}
    done = r("\n".join(BLOCKS[one].text for one in (*sorted(known), number)), folder)
    assert done.returncode == 0, done.stderr
