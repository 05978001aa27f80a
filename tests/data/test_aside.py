"""Folders in which runs make their files ready: removed by the run, or by the next one where the run was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rulelang.data.aside import LOCK, aside, nearest_folder, remove_leftovers
from rulelang.data.report import DataError
from rulelang.data.scan import room_beside
from tests.docs.pages import ROOT

pytest.importorskip("fcntl", reason="files cannot be locked here")

HOLDS = """
import sys, time
from pathlib import Path
from rulelang.data.aside import aside
with aside(Path(sys.argv[1])) as made:
    (made / "reasons.csv").write_text("half")
    print(made, flush=True)
    time.sleep(60)
"""


def holder(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """Return a process that has a folder in a place, and the folder."""
    words = [sys.executable, "-c", HOLDS, str(place)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_there_and_then_is_not(tmp_path: Path) -> None:
    with aside(tmp_path) as made:
        assert made.parent == tmp_path
        assert made.is_dir()
        assert made.name.startswith(".")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_goes_when_something_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(KeyError), aside(tmp_path):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    (dead, left), (alive, kept) = holder(tmp_path), holder(tmp_path)
    try:
        dead.send_signal(signal.SIGKILL)
        dead.wait(timeout=60)
        assert (left / "reasons.csv").exists()
        with aside(tmp_path) as own:
            assert {one.name for one in tmp_path.iterdir()} == {kept.name, own.name}
            remove_leftovers(tmp_path)
            assert (kept / "reasons.csv").exists()
            assert own.exists()
    finally:
        for process in (dead, alive):
            process.kill()
            process.communicate(timeout=60)
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [".results.abc.part", ".results.abc.new", "results", ".results.part.csv"])
def test_what_no_run_locked_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "reasons.csv").touch()
    if not name.endswith(".part"):
        (tmp_path / name / LOCK).touch()
    with aside(tmp_path):
        pass
    assert (tmp_path / name / "reasons.csv").exists()


def test_the_nearest_folder_that_stands_is_found(tmp_path: Path) -> None:
    assert nearest_folder(tmp_path) == tmp_path
    assert nearest_folder(tmp_path / "a" / "b") == tmp_path


def test_room_beside_results_makes_no_folder_of_results(tmp_path: Path) -> None:
    out = tmp_path / "a" / "out"
    with room_beside(out, "1GB") as room:
        assert room.folder is not None
        assert room.folder.is_relative_to(tmp_path)
        assert room.settings() == {"memory_limit": "1GB", "temp_directory": str(room.folder)}
        assert not out.parent.exists()
    assert list(tmp_path.iterdir()) == []


def test_results_of_a_killed_run_beside_and_in_the_folder_are_cleared_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for place in (tmp_path, out):
        process, left = holder(place)
        process.kill()
        process.communicate(timeout=60)
        assert left.exists()
    with room_beside(out, None):
        pass
    assert [one.name for one in tmp_path.rglob("*")] == ["out"]


def test_a_place_that_cannot_be_written_to_has_a_message() -> None:
    with pytest.raises(DataError) as refused, room_beside(Path("/proc/self/out"), None):
        pass
    assert [one.code for one in refused.value.diagnostics] == ["unwritable-file"]
