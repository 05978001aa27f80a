"""What newcomers write at the top of a file: each line is understood, or its message says what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.load import load_vocabulary
from rulelang.compiler.locations import VOCABULARY_FILE, rulesets_folder
from rulelang.compiler.names import words_of
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source
from rulelang.syntax.parse import parse
from rulelang.syntax.plain_text import vocabulary_title
from tests.language.snippets import Snippet, check

FILE = "ruleset My Rules 2019\n{}\n4a: Red on ELA → Priority 4\n"
BASE = "ruleset My Rules 2018\n  4b: Red on Math → Priority 4\n"
USES = "uses California Dashboard vocabulary"
SAME_AS_WRITTEN = {
    "uses the California Dashboard vocabulary": USES,
    "uses vocabulary California Dashboard": USES,
    'uses "California Dashboard" vocabulary': USES,
    "uses: California Dashboard vocabulary": USES,
    "based on: 2018": "based on 2018",
    "based upon 2018": "based on 2018",
}
HEADS = ("ruleset: My Rules 2019", "rule set My Rules 2019", "Rule set: My Rules 2019")
WRITTEN_INSTEAD = {
    "vocabulary dashboard": USES,
    "vocabulary: California Dashboard": USES,
    "use California Dashboard vocabulary": USES,
    "using California Dashboard": USES,
    "based of 2018": "based on 2018",
    "base on 2018": "based on 2018",
    "basedon 2018": "based on 2018",
    "inherits from 2018": "based on 2018",
    "builds on 2018": "based on 2018",
    "same as 2018": "based on 2018",
    "extends 2018": "based on 2018",
    "import 2018.rules": "based on 2018",
    "// my rules": "# my rules",
    "//4b: Red on Math → Priority 4": "# 4b: Red on Math → Priority 4",
    "/* my rules */": "# my rules",
    "-- my rules": "# my rules",
    "<!-- my rules -->": "# my rules",
    "REM my rules": "# my rules",
    "; my rules": "# my rules",
    "% my rules": "# my rules",
    "---": "# ---",
    "=====": "# =====",
    "note: these are my rules": "# note: these are my rules",
    "version 1.0": "# version 1.0",
    "date: 2024-11-01": "# date: 2024-11-01",
    "author: Jane Doe": "# author: Jane Doe",
    "state California": "# state California",
    "contact: Jane Doe": "# contact: Jane Doe",
}
SAID = {
    "extends California Dashboard vocabulary": "`uses California Dashboard vocabulary`",
    'include "vocabulary.rules"': "`uses California Dashboard vocabulary`",
    "import vocabulary": "`uses California Dashboard vocabulary`",
    "from dashboard import levels": "`based on assistance/2025`",
    'title "My Rules"': "`ruleset Differentiated Assistance 2023`",
    "name: My Rules": "`ruleset Differentiated Assistance 2023`",
    "year 2019": "`ruleset Differentiated Assistance 2023`",
    "Year = 2019": "`ruleset Differentiated Assistance 2023`",
    "levels": "`rulelang help vocabulary`",
    "levels: Red, Orange, Yellow": "`rulelang help vocabulary`",
    "state indicators": "`rulelang help vocabulary`",
    "student groups": "`rulelang help vocabulary`",
    "kinds of LEA": "`rulelang help vocabulary`",
    "outcomes": "`rulelang help vocabulary`",
    "Dashboard years 2018, 2019": "`rulelang help vocabulary`",
    "suspended year 2020": "`rulelang help vocabulary`",
    'data "data/2019"': "`--data FOLDER`",
}
UTF8 = dict.fromkeys(("2018.rules", "2019.rules"), "utf-8")
OF_A_BASE = {"unmarked-change", "duplicate-label"}


def found_in(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    monkeypatch.chdir(folder)
    return check(Snippet("", {"2018.rules": BASE, "2019.rules": text}, UTF8, ()))


@pytest.mark.parametrize("line", [*SAME_AS_WRITTEN])
def test_a_line_that_means_one_thing_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_in(FILE.format(line), tmp_path, monkeypatch)
    assert {one.code for one in found} <= OF_A_BASE, render_all(found)


@pytest.mark.parametrize("line", HEADS)
def test_a_first_line_is_understood(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_in(f"{line}\n4a: Red on ELA → Priority 4\n", tmp_path, monkeypatch) == []


def test_a_ruleset_is_not_based_on_the_base_of_a_what_if_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "ruleset My Rules 2019\nwhat if based on 2018\nremove 4b\n"
    assert "nothing-to-change" in {one.code for one in found_in(text, tmp_path, monkeypatch)}


@pytest.mark.parametrize("line", [*WRITTEN_INSTEAD])
def test_where_another_line_is_meant_it_is_offered(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [found] = found_in(FILE.format(line), tmp_path, monkeypatch)
    [edit] = found.edits
    text = edit.span.source.text
    changed = f"{text[: edit.span.start]}{edit.replacement}{text[edit.span.end :]}"
    assert changed == FILE.format(WRITTEN_INSTEAD[line])
    left = found_in(changed, tmp_path, monkeypatch)
    assert {one.code for one in left} <= OF_A_BASE, render_all(left)


@pytest.mark.parametrize("line", [*SAID])
def test_any_other_line_says_what_stands_in_its_place(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = found_in(FILE.format(line), tmp_path, monkeypatch)
    assert SAID[line] in (found.help or "")


@pytest.mark.parametrize(
    "line", ["/* all of", "---", "// Red on Math", "=== Part 1 ==="], ids=["opened", "rule", "slashes", "heading"]
)
def test_a_note_of_another_language_is_no_part_of_the_sentence_above_it(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"ruleset My Rules 2019\n4a: Red on ELA or\n{line}\n5a: Red on Graduation Rate → Priority 5\n"
    found = found_in(text, tmp_path, monkeypatch)
    assert [one.span.text for one in found if one.edits and one.span is not None] == [line]


@pytest.mark.parametrize("arrow", ["->", "-->", "--->", "=>"])
def test_an_arrow_at_the_beginning_of_a_line_is_no_note(
    arrow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found_in(f"ruleset My Rules 2019\n4a: Red on ELA\n  {arrow} Priority 4\n", tmp_path, monkeypatch) == []


def test_a_line_about_a_sentence_is_not_taken_for_one_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = FILE.format("student groups meet 2 or more priorities → Method 1\nstate indicators are Red")
    found = found_in(text, tmp_path, monkeypatch)
    assert [one for one in found if "no line of a rule file" in one.message] == []
    assert any("any student group meets" in (one.help or "") for one in found)


@pytest.mark.parametrize("line", ["Status = ELA", "date is before May 1, 2020", "years in a row Red on ELA"])
def test_words_of_sentences_are_no_notes_or_tables(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = found_in(FILE.format(line), tmp_path, monkeypatch)
    assert found != []
    assert [one for one in found if "no line of a rule file" in one.message] == []


def test_a_sentence_that_begins_with_a_name_is_no_line_from_habit() -> None:
    reporter = Reporter()
    vocabulary = load_vocabulary(rulesets_folder() / "essa" / VOCABULARY_FILE, reporter)
    assert vocabulary is not None
    parse(Source("2023.rules", "Title I-Funded on Title I\n"), words_of(vocabulary), reporter)
    assert reporter.diagnostics == []  # that it lacks an arrow is for the compiler to say


@pytest.mark.parametrize(
    "written, title",
    [
        ("California Dashboard vocabulary", "California Dashboard"),
        ("the California Dashboard vocabulary", "California Dashboard"),
        ("vocabulary “California  Dashboard”", "California Dashboard"),
        ("Vocabulary", "Vocabulary"),
        ("The Works vocabulary", "The Works"),
        ("Vocabulary of Schools Vocabulary", "Vocabulary of Schools"),
        ("the vocabulary", "vocabulary"),
        ("", ""),
    ],
)
def test_the_words_around_the_name_of_a_vocabulary_are_no_part_of_it(written: str, title: str) -> None:
    assert vocabulary_title(written) == title
