"""Signing: the sums of all files of a report, signed by a key, prove who handed it out."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from rulelang.cli.program import run

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    assert run(["sample", str(folder), "--year", "2023", "--leas", "4"]) == 0
    return folder


def report(state: Path, folder: Path, *words: str) -> int:
    return run(["report", "assistance/2023", "--data", str(state), "--out", str(folder), *words])


def keygen(*words: str, given: bytes = b"") -> int:
    return subprocess.run(["ssh-keygen", *words], input=given, capture_output=True, check=False).returncode


def signed_by(folder: Path, key: Path, whom: str = "office") -> bool:
    allowed = key.with_name("allowed")
    allowed.write_text(f"{whom} {key.with_suffix('.pub').read_text()}")
    sums = (folder / "SHA256SUMS").read_bytes()
    asked = ("-f", str(allowed), "-I", whom, "-n", "file", "-s", str(folder / "SHA256SUMS.sig"))
    return keygen("-Y", "verify", *asked, given=sums) == 0


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert keygen("-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")) == 0
    return tmp_path / "key"


def test_all_files_are_in_the_sums_and_the_sums_are_signed(state: Path, key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    assert report(state, folder, "--sign", str(key)) in (0, 1)
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(sums) == set(files) - {"SHA256SUMS", "SHA256SUMS.sig"}
    assert all(sums[name] == hashlib.sha256(files[name].read_bytes()).hexdigest() for name in sums)
    assert signed_by(folder, key)
    (folder / "SHA256SUMS").write_text("other")
    assert not signed_by(folder, key)


@pytest.mark.parametrize("content", ["no key"])
def test_what_is_no_key_signs_nothing(
    content: str, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad").write_text(content)
    assert report(state, tmp_path / "pages", "--sign", str(tmp_path / "bad")) != 0
    assert "written, but not signed" in capsys.readouterr().err
    assert not (tmp_path / "pages" / "SHA256SUMS.sig").exists()
