"""The package of the page on packages, built and installed: its rulesets are used as rulelang's own are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.cli.check import STDIN
from tests.docs.pages import ROOT, blocks, save

PAGE = ROOT / "docs" / "how-to" / "ship-rulesets-as-a-package.md"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the page's files are saved."""
    folder = tmp_path_factory.mktemp("source")
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.file:
            save(block, folder)
    return folder


def install(source: Path, to: Path) -> None:
    """Build a package and install it into a folder, without the network."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", str(to)]
    subprocess.run([*pip, str(source)], check=True, capture_output=True)


@pytest.fixture(scope="module")
def installed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the package is installed."""
    folder = tmp_path_factory.mktemp("installed")
    install(source / "jefferson", folder)
    return folder


def run(installed: Path, folder: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in an environment that has the package."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(installed)]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "rulelang", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, input=text, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_its_rulesets_are_listed_and_checked(installed: Path, tmp_path: Path) -> None:
    listed = json.loads(run(installed, tmp_path, "list", "--format", "json").stdout)
    assert {"ruleset": "jefferson/2025", "title": "Jefferson Support", "year": 2025} in listed
    assert listed[0]["ruleset"] == "assistance/2017"
    for name in ("jefferson/2025", "jefferson"):
        done = run(installed, tmp_path, "check", name)
        assert (done.returncode, done.stdout, done.stderr) == (0, "jefferson/2025: fine\n", "")
    assert "Jefferson Report Card vocabulary" in run(installed, tmp_path, "words", "jefferson/2025").stdout


def test_its_reader_and_writer_are_used_and_the_run_is_verified(installed: Path, source: Path, tmp_path: Path) -> None:
    words = ["evaluate", "jefferson/2025", "--records", str(source / "records.psv"), "--out", "results"]
    done = run(installed, tmp_path, *words, "--format", "psv")
    assert (done.returncode, done.stderr) == (0, "")
    shown = next(block for block in blocks(PAGE.read_text(encoding="utf-8")) if "pip install" in block.text)
    assert done.stdout.splitlines()[-1] == shown.text.splitlines()[-1]
    header, *rows = (tmp_path / "results" / "determinations.psv").read_text(encoding="utf-8").splitlines()
    at = header.split("|").index("determination")
    assert [row.split("|")[at] for row in rows] == ["On Watch", "No Action"]
    verified = run(installed, tmp_path, "verify", "results")
    assert (verified.returncode, verified.stderr) == (0, "")


def test_other_rules_are_based_on_it_and_use_its_words(installed: Path, tmp_path: Path) -> None:
    text = "what if based on jefferson/2025\n\nreplace L: One Star on Reading → Priority 1\n"
    done = run(installed, tmp_path, "check", STDIN, text=text)
    assert (done.returncode, done.stdout) == (0, "<stdin>: fine\n")
    alone = 'ruleset Own 2025\n  uses Jefferson Report Card vocabulary\n  cites "x"\n\nOne Star on Math → Priority 1\n'
    done = run(installed, tmp_path, "check", STDIN, text=alone)
    assert (done.returncode, done.stdout) == (0, "<stdin>: fine\n")


def test_a_name_of_ours_stays_ours_and_one_of_two_packages_is_asked_about(source: Path, tmp_path: Path) -> None:
    other, mine = tmp_path / "other", source / "jefferson"
    rules = (mine / "rulelang_jefferson" / "jefferson" / "2025.rules").read_text(encoding="utf-8")
    for name, text in (("jefferson/2025", rules), ("assistance/2023", "ruleset Other 2023\n")):
        file = other / "rulelang_other" / f"{name}.rules"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    project = (mine / "pyproject.toml").read_text(encoding="utf-8")
    project = project.replace("rulelang_jefferson", "rulelang_other").replace("rulelang-jefferson", "rulelang-other")
    (other / "pyproject.toml").write_text(project, encoding="utf-8")
    both = tmp_path / "both"
    install(source / "jefferson", both)
    install(other, both)
    ours = run(both, tmp_path, "check", "assistance/2023")
    assert (ours.returncode, ours.stdout) == (0, "assistance/2023: fine\n")
    asked = run(both, tmp_path, "check", "jefferson/2025")
    assert asked.returncode == 2
    said = " ".join((asked.stdout + asked.stderr).split())
    assert "several installed packages have a ruleset `jefferson/2025`" in said
    assert "rulelang_other" in said
    assert "rulelang_jefferson" in said
    listed = [row["ruleset"] for row in json.loads(run(both, tmp_path, "list", "--format", "json").stdout)]
    assert "jefferson/2025" not in listed
    assert sum(name.endswith("/jefferson/2025.rules") for name in listed) == 2
    path = next(name for name in listed if "rulelang_jefferson" in name)
    read = run(both, tmp_path, "evaluate", path, "--records", str(source / "records.psv"))
    assert read.returncode == 1
    said = " ".join(read.stderr.split())
    assert "several installed packages have a reader of `psv`: `rulelang-jefferson` and `rulelang-other`" in said


def test_a_reader_that_fails_is_named_with_its_package(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "records.psv").write_text("lea_code|year\nJ001\n", encoding="utf-8")
    done = run(installed, tmp_path, "evaluate", "jefferson/2025", "--records", "records.psv")
    assert done.returncode == 1
    assert "the reader of `psv` that the package `rulelang-jefferson` adds has failed: ValueError" in " ".join(
        done.stderr.split()
    )


def test_without_the_package_its_names_and_formats_are_unknown(source: Path, tmp_path: Path) -> None:
    done = run(tmp_path, tmp_path, "check", "jefferson/2025")
    assert (done.returncode, "there is no file or ruleset" in done.stdout + done.stderr) == (2, True)
    records = str(source / "records.psv")
    done = run(tmp_path, tmp_path, "evaluate", "assistance/2023", "--records", records)
    assert "`records.psv` does not have the extension of a file of records" in " ".join(done.stderr.split())
    done = run(tmp_path, tmp_path, "evaluate", "assistance/2023", "--records", records, "--out", "x", "--format", "psv")
    assert done.returncode == 2
    assert "'psv' is not one of" in done.stderr
