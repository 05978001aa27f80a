"""Rulesets that are remembered: the same as fresh ones, and never believed where anything has changed."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from pathlib import Path

import pytest

import rulelang
from rulelang.analysis.loading import loaded
from rulelang.cache.folder import keep, kept
from rulelang.compiler import load as compiler
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import NOT_RATED
from rulelang.diagnostics.diagnostic import RulesError
from rulelang.syntax.errors import DEEPEST

pytestmark = pytest.mark.usefixtures("cache")

SMALL = """\
ruleset Trial 2018
  6a: Red on Suspension Rate → Priority 6
  M1: any student group meets 1 or more priorities on state indicators → Method 1
  DA: Method 1 → Differentiated Assistance
  otherwise → General Assistance
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    shutil.copy(rulesets_folder() / "vocabulary.rules", tmp_path / "vocabulary.rules")
    path = tmp_path / "2018.rules"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the rulesets that the compiler is asked for."""
    asked: list[str] = []
    real = compiler.load_ruleset

    def noted(name: str | Path, *rest: object) -> Ruleset | None:
        asked.append(str(name))
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(compiler, "load_ruleset", noted)
    return asked


def entry(cache: Path) -> Path:
    [found] = (cache / "rulesets").iterdir()
    return found


@pytest.mark.parametrize("name", ["assistance/2018", "assistance/2023", "dashboard/2018", "graduation/options"])
def test_a_remembered_ruleset_is_the_same(name: str, compiled: list[str]) -> None:
    first, again = loaded(name), loaded(name)
    assert compiled == [name]
    assert again == first
    assert list(again.definitions) == list(first.definitions)
    assert [rule.span for rule in again.rules] == [rule.span for rule in first.rules]


@pytest.mark.parametrize("file", ["2018.rules", "vocabulary.rules"])
def test_a_changed_file_is_read_again(file: str, rules: Path, compiled: list[str]) -> None:
    loaded(rules)
    path = rules.with_name(file)
    path.write_text(path.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    loaded(rules)
    assert len(compiled) == 2


@pytest.mark.parametrize("changed", ["2017.rules", "2018.rules", "vocabulary.rules"])
def test_a_change_where_a_link_leads_is_noticed(changed: str, rules: Path, compiled: list[str]) -> None:
    rules.with_name("2017.rules").write_text(SMALL.replace("2018", "2017"), encoding="utf-8")
    rules.write_text('ruleset Trial 2018\n  based on 2017\n  because "a trial"\nremove 6a\n', encoding="utf-8")
    year = rules.parent / "mine" / "2019.rules"
    year.parent.mkdir()
    year.write_text(SMALL.replace("2018", "2019") + "  P1: Method 1 last year → EC 52072 referral\n", encoding="utf-8")
    try:
        year.with_name("2018.rules").symlink_to(rules)
    except OSError:
        pytest.skip("this system lets nobody make links")
    shutil.copy(rules.with_name("vocabulary.rules"), year.with_name("vocabulary.rules"))
    loaded(year)
    with rules.with_name(changed).open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")
    loaded(year)
    assert len(compiled) == 2


@pytest.mark.parametrize(
    "line",
    ['\n  extends "../vocabulary.rules"', "\x0bextends“../vocabulary.rules”", "\n ex\u00adtends «../vocabulary.rules»"],
)
def test_a_change_of_an_extended_vocabulary_is_noticed(line: str, rules: Path, compiled: list[str]) -> None:
    year = rules.parent / "mine" / "2018.rules"
    year.parent.mkdir()
    year.write_text(SMALL, encoding="utf-8")
    year.with_name("vocabulary.rules").write_text(f"vocabulary Mine{line}\n", encoding="utf-8")
    for comment in ("\n# a comment\n", ""):
        assert loaded(year).vocabulary.name == "Mine"
        with rules.with_name("vocabulary.rules").open("a", encoding="utf-8") as file:
            file.write(comment)
    assert len(compiled) == 2


def test_errors_are_reported_every_time(rules: Path, cache: Path) -> None:
    rules.write_text(SMALL.replace("Red", "Rde"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RulesError, match="Rde"):
            loaded(rules)
    assert not (cache / "rulesets").exists()


def test_a_file_that_changes_while_it_is_read_is_not_remembered(
    rules: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compiler.load_ruleset

    def overtaken(*asked: object) -> Ruleset | None:
        found = real(*asked)  # type: ignore[arg-type]
        rules.write_text(SMALL.replace("Red", "Orange"), encoding="utf-8")
        return found

    monkeypatch.setattr(compiler, "load_ruleset", overtaken)
    loaded(rules)
    assert not (cache / "rulesets").exists()


class Hostile:
    """What would make a folder if it were read as any object is."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.place),)


class Immense:
    """A few letters that say a number which takes minutes to make."""

    def __reduce__(self) -> tuple[type[Fraction], tuple[str]]:
        return Fraction, ("1e99999999",)


def packed(value: object) -> bytes:
    return zlib.compress(pickle.dumps(value))


def changed(content: bytes, before: bytes, after: bytes) -> bytes:
    """Return what was packed with a change in it."""
    plain = zlib.decompress(content)
    assert before in plain
    return zlib.compress(plain.replace(before, after))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda _: b"",
        lambda _: b"\x80\x05rubbish",
        lambda _: packed("no ruleset"),
        lambda content: changed(content, b"rulelang.core.tree", b"rulelang.core.trea"),
        lambda _: packed(Immense()),
    ],
    ids=["half", "cut", "empty", "rubbish", "another object", "another class", "a number without an end"],
)
def test_damage_means_a_fresh_start(
    damage: Callable[[bytes], bytes], rules: Path, cache: Path, compiled: list[str]
) -> None:
    first = loaded(rules)
    key = entry(cache).name
    content = kept("rulesets", key)
    assert content
    keep("rulesets", key, damage(content))
    assert loaded(rules) == first
    assert len(compiled) == 2
    assert loaded(rules) == first
    assert len(compiled) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_has_no_end_is_not_read(kind: str, rules: Path, cache: Path, compiled: list[str]) -> None:
    first, path = loaded(rules), entry(cache)
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    assert loaded(rules) == first
    assert len(compiled) == 2


SEAL = 32
"""How many bytes stand before what is kept."""


def test_a_changed_letter_is_noticed_though_it_could_be_read(rules: Path, cache: Path) -> None:
    first, path = loaded(rules), entry(cache)
    content = path.read_bytes()
    path.write_bytes(content[:SEAL] + changed(content[SEAL:], b"General Assistance", b"General Assistants"))
    assert loaded(rules) == first
    assert path.read_bytes() == content


def test_what_was_kept_of_other_rules_is_noticed_in_their_place(rules: Path, cache: Path) -> None:
    first, path = loaded(rules), entry(cache)
    rules.write_text(SMALL.replace("Red", "Orange"), encoding="utf-8")
    second = loaded(rules)
    [other] = [one for one in (cache / "rulesets").iterdir() if one != path]
    other.write_bytes(path.read_bytes())
    assert loaded(rules) == second != first


def test_rules_are_called_by_their_path_from_where_one_is(
    rules: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for place in (rules.parent, rules.parent.parent, rules.parent):
        monkeypatch.chdir(place)
        ruleset = loaded(rules)
        spans = [rule.span.source.name for rule in ruleset.rules if rule.span]
        found.append({ruleset.source, *spans})
    assert found == [{"2018.rules"}, {f"{rules.parent.name}/2018.rules"}, {"2018.rules"}]
    assert len(compiled) == 2


def test_nothing_but_plain_data_is_made_of_what_is_remembered(rules: Path, cache: Path, tmp_path: Path) -> None:
    first = loaded(rules)
    keep("rulesets", entry(cache).name, packed(Hostile(tmp_path / "made")))
    assert loaded(rules) == first
    assert not (tmp_path / "made").exists()
    pickle.loads(pickle.dumps(Hostile(tmp_path / "made")))  # noqa: S301  # read as any object is, it would have done something
    assert (tmp_path / "made").exists()


def test_nothing_is_kept_where_that_is_not_wanted(
    rules: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RULELANG_CACHE_DIR", "")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert loaded(rules) == loaded(rules)
    assert len(compiled) == 2
    assert sorted(tmp_path.iterdir()) == before


def test_the_deepest_sentence_is_kept(rules: Path, compiled: list[str]) -> None:
    deep = "(" * DEEPEST + "Red on Suspension Rate" + " or Orange on Suspension Rate)" * DEEPEST
    rules.write_text(SMALL.replace("Red on Suspension Rate", deep), encoding="utf-8")
    assert loaded(rules) == loaded(rules)
    assert len(compiled) == 1


def test_not_rated_is_one_object_wherever_it_comes_from() -> None:
    assert pickle.loads(pickle.dumps(NOT_RATED)) is NOT_RATED  # noqa: S301
    assert deepcopy(NOT_RATED) is NOT_RATED


def test_whoever_loads_a_remembered_ruleset_does_not_wait_for_the_parser(rules: Path) -> None:
    rulelang.load(rules)
    call = (
        f"import sys, rulelang; rulelang.load({str(rules)!r}); "
        "print(sorted({'rulelang.syntax.parse', 'sqlglot'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", call], check=True, capture_output=True, text=True).stdout
    assert said == "[]\n"
