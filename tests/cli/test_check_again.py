"""A check of files that were fine and have not changed is not run again, and any change at all is noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path

import pytest

from rulelang import plugins
from rulelang.analysis import checking, clean_checks
from rulelang.analysis.clean_checks import remember_clean, state_of, was_clean
from rulelang.cache.folder import folder_of
from rulelang.cache.program import MOST_BYTES, code_of, program_hash
from rulelang.cli.program import run
from rulelang.compiler.locations import LOCK_FILE, rulesets_folder
from rulelang.diagnostics.diagnostic import Diagnostic, Severity
from tests.docs.pages import ROOT

pytestmark = pytest.mark.usefixtures("cache")

COMMAND = [sys.executable, "-m", "rulelang", "check"]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the shipped rulesets of assistance."""
    shutil.copytree(rulesets_folder(), tmp_path / "rulesets")
    return tmp_path / "rulesets" / "assistance"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a rule file that is fine."""
    path = tmp_path / "trial.rules"
    path.write_text("ruleset Trial 2023\n\n4a: Red on ELA → Priority 4\n", encoding="utf-8")
    return path


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names that are really checked from here on, as they come."""
    names: list[str] = []

    def check(name: str) -> list[Diagnostic]:
        names.append(name)
        return []

    monkeypatch.setattr(checking, "check_ruleset", check)
    return names


def entries(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.glob("clean-checks/*"))


# ---- what is left out, and what is printed then ----


def test_a_second_check_says_the_same(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for options in ([], [], ["--no-cache"]):
        assert run(["check", str(small), *options]) == 0
        said.append(capsys.readouterr())
    assert said[0] == said[1] == said[2]
    assert said[0].out == f"{small}: fine\n"


def test_a_second_check_is_not_run(small: Path, checked: list[str]) -> None:
    for _ in range(3):
        assert run(["check", str(small)]) == 0
    assert checked == [str(small)]


def test_a_check_without_the_cache_is_run_and_leaves_nothing(small: Path, cache: Path, checked: list[str]) -> None:
    for _ in range(2):
        assert run(["check", "--no-cache", str(small)]) == 0
    assert len(checked) == 2
    assert entries(cache) == []


def test_what_is_wrong_is_found_again_each_time(small: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text("ruleset Trial 2023\n\n4a: Rde on ELA → Priority 4\n", encoding="utf-8")
    said = []
    for _ in range(2):
        assert run(["check", str(small)]) == 1
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert "`Rde`" in said[0]
    assert entries(cache) == []


def test_a_warning_is_shown_again_each_time(small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = Diagnostic("trial", "this is a trial", severity=Severity.WARNING)
    monkeypatch.setattr(checking, "check_ruleset", lambda _: [warning])
    assert run(["check", str(small)]) == 0
    assert entries(cache) == []


def test_a_file_that_changes_while_it_is_checked_is_not_remembered(
    small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_: str) -> list[Diagnostic]:
        small.write_text("ruleset", encoding="utf-8")
        return []

    monkeypatch.setattr(checking, "check_ruleset", check)
    assert run(["check", str(small)]) == 0
    assert entries(cache) == []


WITH_PARSER = """
import sys
from rulelang.cli.program import run
code = run(sys.argv[1:])
print('rulelang.syntax.parse' in sys.modules, code)
"""


def test_a_second_check_loads_no_parser(small: Path) -> None:
    call = [sys.executable, "-c", WITH_PARSER, "check", str(small)]
    said = [subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    assert [text.splitlines()[-1] for text in said] == ["True 0", "False 0"]


def test_a_check_of_a_shipped_year_asks_no_other_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "entry_points", lambda **_: pytest.fail("other packages are asked"))
    plugins.ruleset_folders.cache_clear()
    plugins._entry_points.cache_clear()
    assert run(["check", "--no-cache", "assistance/2018"]) == 0


# ---- what is noticed ----


def append(path: Path, text: str = "#") -> None:
    path.write_bytes(path.read_bytes() + text.encode())


def same_size_and_time(path: Path) -> None:
    """Change one letter and nothing that a listing of the folder shows."""
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Red", b"Rde", 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "the file": lambda rules: append(rules / "2023.rules"),
    "one letter": lambda rules: same_size_and_time(rules / "2023.rules"),
    "the year it is based on": lambda rules: append(rules / "2022.rules"),
    "the oldest year": lambda rules: append(rules / "2017.rules"),
    "a later year": lambda rules: append(rules / "2025.rules"),
    "a year that goes": lambda rules: (rules / "2024.rules").unlink(),
    "a year that comes": lambda rules: (rules / "2026.rules").write_bytes(b""),
    "a year under another name": lambda rules: (rules / "2024.rules").rename(rules / "2026.rules"),
    "the vocabulary": lambda rules: append(rules.parent / "vocabulary.rules"),
    "a nearer vocabulary": lambda rules: shutil.copy(rules.parent / "vocabulary.rules", rules / "vocabulary.rules"),
    "the vocabulary that goes": lambda rules: (rules.parent / "vocabulary.rules").unlink(),
    "the lock file": lambda rules: append(rules / LOCK_FILE, " "),
    "the lock file that goes": lambda rules: (rules / LOCK_FILE).unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(change: str, rules: Path, checked: list[str]) -> None:
    path = str(rules / "2023.rules")
    assert run(["check", path]) == run(["check", path]) == 0
    assert checked == [path]
    CHANGES[change](rules)
    assert run(["check", path]) == 0
    assert checked == [path, path]


def test_a_change_to_a_rule_file_with_another_ending_is_noticed(small: Path, checked: list[str]) -> None:
    path = small.rename(small.with_suffix(".txt"))
    for text in ("", "#"):
        append(path, text)
        assert run(["check", str(path)]) == 0
    assert len(checked) == 2


def test_a_change_that_is_taken_back_is_known_again(rules: Path, checked: list[str]) -> None:
    path, content = rules / "2023.rules", (rules / "2023.rules").read_bytes()
    for text in (content, content + b"#", content, content + b"#"):
        path.write_bytes(text)
        assert run(["check", str(path)]) == 0
    assert len(checked) == 2


def test_files_that_no_check_reads_change_nothing(rules: Path) -> None:
    before = state_of(rules / "2023.rules")
    (rules / "notes.txt").write_text("notes", encoding="utf-8")
    (rules.parent / "closed.json").write_text("{}", encoding="utf-8")
    assert before is not None
    assert state_of(rules / "2023.rules") == before


def test_each_file_has_a_state_of_its_own(rules: Path) -> None:
    assert len({state_of(path) for path in rules.glob("*.rules")}) == len(list(rules.glob("*.rules")))


YEAR = """\
ruleset Trial 2023
  based on 2022
  because "a trial"

add 4b: Red on Math → Priority 4
"""


def test_one_file_by_two_names_has_two_states() -> None:
    """A vocabulary by its path is checked as a vocabulary, and by its name as a ruleset."""
    path = rulesets_folder() / "vocabulary.rules"
    assert [run(["check", name]) for name in (str(path), "vocabulary", str(path), "vocabulary")] == [0, 1, 0, 1]


def test_a_link_under_another_name_has_a_state_of_its_own(small: Path) -> None:
    link = small.with_name("vocabulary.rules")  # which is checked as a vocabulary
    try:
        link.symlink_to(small)
    except OSError:
        pytest.skip("this system lets nobody make links")
    states = {state_of(small), state_of(link)}
    assert None not in states
    assert len(states) == 2


def test_an_error_in_a_base_year_is_found_after_a_clean_check(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, year = small.rename(small.with_name("2022.rules")), small.with_name("2023.rules")
    base.write_text(base.read_text(encoding="utf-8").replace("2023", "2022"), encoding="utf-8")
    year.write_text(YEAR, encoding="utf-8")
    assert run(["check", str(year)]) == 0
    same_size_and_time(base)
    assert run(["check", str(year)]) == 1
    assert "Rde" in capsys.readouterr().out


def test_rulesets_from_which_levels_come_are_noticed(rules: Path) -> None:
    before = state_of(rules / "2018.rules")
    (rules.parent / "dashboard" / "2018.rules").unlink()
    after = state_of(rules / "2018.rules")
    assert before is not None
    assert before != after
    shutil.rmtree(rules.parent / "dashboard")
    assert state_of(rules / "2018.rules") not in (before, after)


OPENED = """
import json, sys
from rulelang.analysis.checking import check_ruleset
from rulelang.syntax.parse import grammar_words
grammar_words()
opened = []
events = ("open", "os.listdir", "os.scandir")
sys.addaudithook(lambda event, facts: opened.append(str(facts[0])) if event in events else None)
found = check_ruleset(sys.argv[1])
print(json.dumps([len(found), opened]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("year", [2018, 2023, 2025])
@pytest.mark.parametrize("is_edited", [False, True])
def test_a_check_reads_nothing_else(year: int, is_edited: bool, rules: Path) -> None:
    if is_edited:  # so that the closed years are looked into
        append(rules / "2017.rules", "\n# a comment\n")
    path = rules / f"{year}.rules"
    call = [sys.executable, "-c", OPENED, str(path)]
    said = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    opened = {Path(one).resolve() for one in json.loads(said)[1]}
    known = {one.resolve() for one in clean_checks._rule_files(path)}
    assert path in opened
    assert {one for one in opened if one.suffix not in (".py", ".pyc")} <= known | {one.parent for one in known}


# ---- the program itself ----


LOADED = """
import json, sys
from rulelang.cli.program import run
codes = [run(["check", "--no-cache", name]) for name in sys.argv[1:]]
print(json.dumps([one.__file__ for name, one in sys.modules.items() if name.split(".")[0] == "rulelang"]))
"""


def test_all_code_that_a_check_runs_is_part_of_the_program(small: Path) -> None:
    wrong = small.with_name("wrong.rules")
    wrong.write_text("ruleset Trial 2023\n\n4a: Rde on ELA → Priority 4\n", encoding="utf-8")
    names = [str(wrong), "assistance/2018", "dashboard/2018", "essa/2018", str(rulesets_folder() / "vocabulary.rules")]
    call = [sys.executable, "-c", LOADED, *names]
    said = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    loaded = set(map(Path, json.loads(said.splitlines()[-1])))
    assert len(loaded) > 100
    assert loaded <= set(code_of(clean_checks._PROGRAM, clean_checks._PARTS_UNUSED))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a small program that takes the place of this one."""
    folder = tmp_path / "path" / "trial_program"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "grammar.lark"):
        (folder / name).write_text("1", encoding="utf-8")
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setattr(clean_checks, "_PROGRAM", (folder.name,))
    yield folder
    program_hash.cache_clear()


def state_of_a_start(path: Path) -> str | None:
    """Return the state of a file as a program that has just been started finds it."""
    program_hash.cache_clear()
    return state_of(path)


def test_the_program_is_the_same_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for folder in (Path(clean_checks.__file__).parents[2], tmp_path):
        monkeypatch.chdir(folder)
        program_hash.cache_clear()
        found.add(program_hash(clean_checks._PROGRAM, clean_checks._PARTS_UNUSED))
    assert len(found) == 1


def test_another_program_knows_nothing_of_what_this_one_found(small: Path, program: Path) -> None:
    states = [state_of_a_start(small)]
    for name, text in (("__init__.py", "2"), ("grammar.lark", "2"), ("new.py", "")):
        (program / name).write_text(text, encoding="utf-8")
        states.append(state_of_a_start(small))
    assert len({*states, None}) == 5


def test_what_python_compiles_changes_nothing(small: Path, program: Path) -> None:
    before = state_of_a_start(small)
    (program / "__pycache__").mkdir()
    (program / "__pycache__" / "new.pyc").write_bytes(b"1")
    assert state_of_a_start(small) == before


def test_a_program_that_cannot_be_listed_remembers_nothing(
    small: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> Iterator[object]:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)
    assert program.is_dir()
    assert state_of_a_start(small) is None


# ---- what cannot be remembered ----


def test_nothing_is_remembered_of_a_ruleset_that_is_not_there(checked: list[str], cache: Path) -> None:
    assert state_of("assistance/1850") is None
    run(["check", "assistance/1850"])
    assert checked == ["assistance/1850"]
    assert entries(cache) == []


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have_is_no_fault(name: str) -> None:
    assert state_of(name) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_used_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "piped.rules")
    assert state_of(tmp_path / "piped.rules") is None


def test_a_huge_folder_is_not_read(small: Path) -> None:
    assert state_of(small) is not None
    with small.with_name("huge.rules").open("wb") as file:
        file.truncate(MOST_BYTES)
    assert state_of(small) is None


# ---- the folder ----


def test_the_folder_is_the_user_s_own(small: Path, cache: Path) -> None:
    assert run(["check", str(small)]) == 0
    assert (cache / "clean-checks").stat().st_mode & 0o077 == 0
    [entry] = (cache / "clean-checks").iterdir()
    assert entry.read_bytes() == b""


def test_a_folder_that_others_can_write_to_is_not_believed(cache: Path) -> None:
    remember_clean("state")
    assert was_clean("state")
    (cache / "clean-checks").chmod(0o777)
    assert not was_clean("state")
    remember_clean("other")
    assert entries(cache) == ["state"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_not_believed(cache: Path) -> None:
    remember_clean("state")
    os.chown(cache / "clean-checks", 12345, 12345)
    assert not was_clean("state")
    remember_clean("other")
    assert entries(cache) == ["state"]


def test_damage_makes_nothing_fine(small: Path, cache: Path, checked: list[str]) -> None:
    assert run(["check", str(small)]) == 0
    [entry] = (cache / "clean-checks").iterdir()
    entry.rename(entry.with_name(entry.name[:40]))  # a name cut off
    entry.mkdir()  # and a folder where a file should be
    entry.with_name("rubbish").write_bytes(b"\0\xff" * 1000)
    for _ in range(2):
        assert run(["check", str(small)]) == 0
    assert len(checked) == 3


@pytest.mark.parametrize("stands_in_the_way", ["", "clean-checks"])
def test_a_file_where_the_folder_should_be_does_no_harm(
    stands_in_the_way: str, small: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = cache / stands_in_the_way
    if place.is_dir():
        place.rmdir()
    place.write_text("mine", encoding="utf-8")
    for _ in range(2):
        assert run(["check", str(small)]) == 0
    assert capsys.readouterr().err == ""
    assert place.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("refused", ["mkdir", "write_bytes", "iterdir", "stat"])
def test_a_folder_that_cannot_be_used_does_no_harm(
    refused: str, small: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = state_of(small)
    assert state is not None

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, refused, refuse)
    remember_clean(state)
    assert not was_clean(state)
    monkeypatch.undo()
    assert entries(cache) == []


@pytest.mark.slow
def test_many_checks_at_once_agree(small: Path) -> None:
    call = [*COMMAND, str(small)]
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
            for _ in range(6)
        ]
        said = [one.communicate() for one in running]
    assert {text for text, _ in said} == {f"{small}: fine\n".encode()}
    assert {one.returncode for one in running} == {0}


def test_the_folder_does_not_grow_for_ever(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_checks, "_MOST_ENTRIES", 3)
    for number in range(10):
        remember_clean(str(number))
        assert was_clean(str(number))
        assert len(entries(cache)) <= 3


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems have places of their own")
def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder_of("clean-checks") == Path(os.environ["RULELANG_CACHE_DIR"], "clean-checks")
    monkeypatch.delenv("RULELANG_CACHE_DIR")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert folder_of("clean-checks") == Path("/caches/rulelang/clean-checks")
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert folder_of("clean-checks") == Path("/home/somebody/.cache/rulelang/clean-checks")


def test_a_user_without_a_home_has_no_folder(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise RuntimeError

    monkeypatch.delenv("RULELANG_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", refuse)
    remember_clean("state")
    assert not was_clean("state")
    assert run(["check", str(small)]) == 0


def test_what_the_studio_is_built_from_and_into_is_no_part_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("code.py", "inner/code.py", "inner/built/page.js", "inner/web/node_modules/one/index.js"):
        (tmp_path / "trial_package" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "trial_package" / name).touch()
    monkeypatch.syspath_prepend(tmp_path)
    found = [path.relative_to(tmp_path / "trial_package").as_posix() for path in code_of(["trial_package"])]
    assert found == ["code.py", "inner/code.py"]
