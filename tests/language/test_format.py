"""The formatter: what it writes is read as the same tree, is not changed by formatting again, and keeps comments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from rulelang.compiler.formatting import formatted
from rulelang.compiler.locations import known_rulesets, rulesets_folder
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.format import WIDTH, format_file
from rulelang.syntax.parse import parse, parse_vocabulary
from rulelang.whole_files import write_whole
from tests.language.snippets import HERE
from tests.language.words import WORDS
from tests.strategies.effort import effort
from tests.strategies.rule_files import MEASURE_NAMES, files, vocabulary_files

IDENTITY = (HERE / "identity.rules").read_text(encoding="utf-8")


def read(text: str) -> syn.File:
    reporter = Reporter()
    file = parse(Source("test.rules", text), WORDS, reporter, MEASURE_NAMES)
    assert reporter.diagnostics == [], render_all(reporter.diagnostics)
    return file


def read_vocabulary(text: str) -> syn.File:
    reporter = Reporter()
    file = parse_vocabulary(Source("vocabulary.rules", text), reporter)
    assert reporter.diagnostics == [], render_all(reporter.diagnostics)
    return file


@pytest.mark.slow
@effort(100)
@given(files())
def test_what_is_formatted_is_read_as_the_same_tree(file: syn.File) -> None:
    text = format_file(file)
    assert read(text) == file
    assert format_file(read(text)) == text


@pytest.mark.slow
@effort(100)
@given(vocabulary_files())
def test_a_formatted_vocabulary_is_read_as_the_same_tree(file: syn.File) -> None:
    text = format_file(file)
    assert read_vocabulary(text) == file
    assert format_file(read_vocabulary(text)) == text


def test_sentences_that_are_written_well_are_left_alone() -> None:
    assert format_file(read(IDENTITY)) == IDENTITY


@pytest.mark.parametrize("name", [*known_rulesets(), "vocabulary"])
def test_the_rulesets_that_come_with_rulelang_are_formatted(name: str) -> None:
    found = formatted(name, Reporter())
    assert found is not None
    assert found.path.is_relative_to(rulesets_folder())
    assert found.text == found.path.read_text(encoding="utf-8")


UNTIDY = """\
# The head.
ruleset   Test 2018
cites “EC 52071(b)”   # beside
PRIORITY 4 "Pupil Achievement"
      # above the rule
4a:red on both ELA and Math->priority 4#close by


      5a: Red on Graduation   # first line
         or Red on Suspension -> Priority 5   # second line
  # right above the heading
for school districts
DA: any student groups meets at least two priorities → Differentiated Assistance
example "E"
given a school district
white: Red on English Language Arts, unknown on Math
expect cannot tell
# The end.
"""

TIDY = """\
# The head.
ruleset Test 2018
  cites "EC 52071(b)"  # beside

priority 4 "Pupil Achievement"
  # above the rule
  4a: Red on both ELA and Math → Priority 4  #close by

  # first line
  5a: Red on Graduation or Red on Suspension → Priority 5  # second line

# right above the heading
for school districts
  DA: any student group meets 2 or more priorities → Differentiated Assistance

example "E"
  given a school district
    White: Red on English Language Arts, unknown on Math
  expect cannot tell
# The end.
"""


def test_an_untidy_file_becomes_tidy() -> None:
    assert format_file(read(UNTIDY)) == TIDY
    assert format_file(read(TIDY)) == TIDY


def test_long_sentences_go_on_in_the_next_line() -> None:
    groups = " or ".join(["any student group meets 2 or more priorities"] * 5)
    text = format_file(read(f"ruleset Test 2018\n  M1: {groups} → Method 1\n"))
    first, *later = text.splitlines()[1:]
    assert all(len(line) <= WIDTH for line in (first, *later))
    assert [line[:6] for line in later] == ["      "] * len(later)
    assert len(later) == 2
    assert read(text) == read(f"ruleset Test 2018\n  M1: {groups} → Method 1\n")


def test_tables_are_aligned_and_their_comments_stay() -> None:
    text = "levels\n| scale | worst level first |\n# why\n|color|Red, Orange|\n# after\n"
    tidy = "levels\n  | scale | worst level first |\n  # why\n  | color | Red, Orange       |\n# after\n"
    assert format_file(read_vocabulary(text)) == tidy
    assert format_file(read_vocabulary(tidy)) == tidy


# ---- files ----


@pytest.fixture
def ruleset(tmp_path: Path) -> Path:
    (tmp_path / "vocabulary.rules").write_bytes((HERE / "vocabulary.rules").read_bytes())
    return tmp_path / "2018.rules"


def test_a_file_is_written_only_when_asked(ruleset: Path) -> None:
    ruleset.write_bytes(b"\xef\xbb\xbfruleset Test 2018\r\n4a: Red on ELA -> Priority 4\r\n")
    ruleset.chmod(0o640)
    found = formatted(ruleset, Reporter())
    assert found is not None
    assert found.changes
    assert ruleset.read_bytes().startswith(b"\xef\xbb\xbf")
    write_whole(found.path, found.text)
    assert ruleset.read_bytes() == "ruleset Test 2018\n  4a: Red on ELA → Priority 4\n".encode()
    assert ruleset.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in ruleset.parent.iterdir()) == ["2018.rules", "vocabulary.rules"]
    again = formatted(ruleset, Reporter())
    assert again is not None
    assert not again.changes


@pytest.mark.parametrize("wrong", ["4a: Red on on ELA → Priority 4", "4a: (Red on ELA → Priority 4", ""])
def test_a_file_that_cannot_be_read_is_left_alone(ruleset: Path, wrong: str) -> None:
    ruleset.write_text(wrong, encoding="utf-8")
    reporter = Reporter()
    assert formatted(ruleset, reporter) is None
    assert reporter.has_errors


def test_names_that_are_unknown_are_kept(ruleset: Path) -> None:
    text = "ruleset Test 2018\n  4a: Purple on both ELA and Mahts for Athletes only → Method 99\n"
    ruleset.write_text(text, encoding="utf-8")
    found = formatted(ruleset, Reporter())
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    "written",
    [
        "4a: Red in ELLA -> Priority 4",
        "if Red on Mahts then Priority 4",
        "• Redd on the ELA indicator → Priority 4",
        "4a: Red on ELA\n      and Orange in Sience → Priority 4",
    ],
)
def test_a_sentence_with_an_unknown_name_is_left_as_it_is_written(written: str) -> None:
    kept = format_file(read(f"ruleset Test 2018\n  {written}\n5a: Red in ELA -> Priority 5\n"))
    assert kept == f"ruleset Test 2018\n  {written}\n  5a: Red on ELA → Priority 5\n"
