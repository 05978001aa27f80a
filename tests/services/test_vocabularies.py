"""What editors show of a vocabulary: the shipped one, one that extends it, and broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.compiler.locations import rulesets_folder
from rulelang.compiler.vocabulary_tables import FORMS
from rulelang.services.coloring import coloring
from rulelang.services.completion import completions
from rulelang.services.formatting import formatting
from rulelang.services.hover import hover
from rulelang.services.navigation import definitions, references
from rulelang.services.places import Position, TextEdit
from rulelang.services.problems import problems
from rulelang.services.rename import RenameRefusedError, renamable, renamed
from rulelang.services.symbols import symbols
from rulelang.services.workspace import Workspace
from tests.services.texts import opened, shipped

VOCABULARY, WORDS = shipped("vocabulary")
DASHBOARD, DASHBOARD_WORDS = shipped("dashboard/vocabulary")
CODES = "determination codes of published lists\n  | code | determination |\n  | DA | General Assi¦stance |\n"
ESSA, ESSA_WORDS = shipped("essa/vocabulary")
YEAR, RULES = shipped("assistance/2025")

BREAKS = [
    ("  | kind            | plural ", "  | kind            | plurl ", "missing-table-column", "kinds of LEA"),
    ("state indicators of student groups\n", "state indicatrs of student groups\n", "unknown-table", "state indicatrs"),
    ("  | ELA                 | English", "  | ELA                   English", "table-shape", "| ELA  "),
    ("levels\n  | scale ", "levls\n  | scale ", "unknown-table", "levls"),
    ("outcomes\n  | outcome ", "outcomes\n  | outcme ", "missing-table-column", "outcomes"),
    ("student groups\n  | code", "student groups\n\n  Red on\n  | code", "unfinished-sentence", "student groups"),
]
"""Edits that break a vocabulary, with the code of the message, and how the line begins that it is about."""


def broken(before: str, after: str) -> str:
    assert before in WORDS
    return WORDS.replace(before, after, 1)


def at(text: str, words: str, inside: int = 1) -> str:
    """Return a text with a bar inside the first place where it has some words."""
    place = text.index(words) + inside
    return f"{text[:place]}¦{text[place:]}"


def places(found: list[object]) -> set[str]:
    return {one.path.relative_to(rulesets_folder()).as_posix() for one in found}  # type: ignore[attr-defined]


def offered(text: str, path: Path = VOCABULARY) -> list[str]:
    workspace, position = opened(text, path)
    return [one.label for one in completions(workspace, path, position)]


# ---- what is wrong ----


@pytest.mark.parametrize("before, after, code, line", BREAKS)
def test_a_mistake_is_shown_at_its_line_and_what_follows_from_it_is_not(
    before: str, after: str, code: str, line: str
) -> None:
    workspace, _ = opened(broken(before, after), VOCABULARY)
    found = problems(workspace, VOCABULARY)
    assert 1 <= len(found) <= 3
    told = next(one for one in found if one.code == code)
    assert workspace.texts[VOCABULARY].line(told.range.start.line).strip().startswith(line)


@pytest.mark.parametrize("before, after", [one[:2] for one in BREAKS])
def test_rules_in_broken_words_have_one_problem_and_keep_the_words_that_can_be_read(before: str, after: str) -> None:
    workspace, position = opened(at(RULES, "expect Differentiated Assistance", 9), YEAR)
    workspace.open(VOCABULARY, broken(before, after))
    [one] = problems(workspace, YEAR)
    assert one.message.startswith("rulesets/vocabulary.rules:")
    assert one.range.start.line == 1
    assert len(coloring(workspace, YEAR)) > 500
    assert "outcome" in before or hover(workspace, YEAR, position) is not None
    assert formatting(workspace, YEAR) is None


def test_an_unknown_name_is_shown_once_every_table_can_be_read() -> None:
    unknown = WORDS.replace("  | ELA                 | 2017    |", "  | EEE                 | 2017    |", 1)
    workspace, _ = opened(unknown, VOCABULARY)
    assert [one.code for one in problems(workspace, VOCABULARY)] == ["unknown-name"]


def test_a_mistake_in_extended_words_stands_at_the_line_that_extends_them() -> None:
    workspace, _ = opened(ESSA_WORDS, ESSA)
    workspace.open(VOCABULARY, broken("counties\n  | code ", "counties\n  | cde "))
    [one] = problems(workspace, ESSA)
    assert workspace.texts[ESSA].line(one.range.start.line).strip() == 'extends "../vocabulary.rules"'
    assert one.message.startswith("rulesets/vocabulary.rules:76: this table needs a column `code begins with`")
    assert one.notes[-1] == "1 more in rulesets/vocabulary.rules"


# ---- at a word ----


@pytest.mark.parametrize(
    "words, expected",
    [
        ("Chronic Absenteeism |", "**Chronic Absenteeism**: state indicator of student groups"),
        ("CCI, College", "**College/Career**: state indicator"),
        ("Orange, Yellow", "**Orange**: level of color"),
        ("color in ", "**color**: scale"),
        ("student groups\n  | code", "**student groups**: table with the columns code, name, also called"),
        ("rows kept of", "**rows kept of …**: table with any columns"),
        ("level codes of", "**level codes of …**: table with the columns code and any others"),
        ("plural           |", "**plural**: Its names."),
        ("better | color", "**better**: `higher` or `lower`: which number is better."),
        ("Pupil Achievement  ", "**Priority 4**: priority"),
        ("state indicators\n  | indicator           | years", "**state**: state indicators"),
        ("Status\n  | students", "**Status**: scale"),
        ("Not Met in 2017", "**Not Met**: level of rating"),
    ],
)
def test_a_word_of_a_vocabulary_says_what_it_means(words: str, expected: str) -> None:
    workspace, position = opened(at(WORDS, words), VOCABULARY)
    found = hover(workspace, VOCABULARY, position)
    assert found is not None
    assert found.text.startswith(expected) or expected in found.text


@pytest.mark.parametrize(
    "words", ["LEA code       | cds", "eladownload", "00000000000000", "by test type", "rtype | charter_flag"]
)
def test_what_files_have_is_no_name(words: str) -> None:
    workspace, position = opened(at(WORDS, words), VOCABULARY)
    assert hover(workspace, VOCABULARY, position) is None
    assert references(workspace, VOCABULARY, position) == []


def test_a_broken_vocabulary_still_says_what_its_words_mean() -> None:
    text = broken("  | kind            | plural ", "  | kind            | plurl ")
    workspace, position = opened(at(text, "Chronic Absenteeism |"), VOCABULARY)
    found = hover(workspace, VOCABULARY, position)
    assert found is not None
    assert found.text.startswith("**Chronic Absenteeism**")


def test_a_name_leads_from_where_a_vocabulary_uses_it_to_its_row() -> None:
    workspace, position = opened(at(WORDS, "English Learners, Long-Term"), VOCABULARY)
    [place] = definitions(workspace, VOCABULARY, position)
    assert workspace.texts[VOCABULARY].line(place.range.start.line).startswith("  | EL   | English Learners")


def test_a_name_that_is_taken_over_leads_to_the_extended_vocabulary() -> None:
    workspace, position = opened(at(ESSA_WORDS, "English Learners, All"), ESSA)
    assert places(list(definitions(workspace, ESSA, position))) == {"essa/vocabulary.rules"}
    workspace, position = opened(f"{DASHBOARD_WORDS}\n{CODES}", DASHBOARD)
    assert places(list(definitions(workspace, DASHBOARD, position))) == {"vocabulary.rules"}


def test_the_uses_of_a_name_are_found_from_its_row_and_from_a_rule_alike() -> None:
    workspace, position = opened(at(WORDS, "Differentiated Assistance          | determination"), VOCABULARY)
    found = references(workspace, VOCABULARY, position)
    assert {"vocabulary.rules", "assistance/2025.rules", "assistance/2017.rules"} <= places(list(found))
    workspace, position = opened(at(RULES, "expect Differentiated Assistance", 9), YEAR)
    assert references(workspace, YEAR, position) == found


def test_a_name_of_another_vocabulary_is_another_name() -> None:
    workspace, position = opened(at(ESSA_WORDS, "Graduation Rate     | Graduation"), ESSA)
    found = places(list(references(workspace, ESSA, position)))
    assert "essa/2022.rules" in found
    assert all(one.startswith("essa/") for one in found)
    workspace, position = opened(at(WORDS, "Graduation Rate     | Graduation"), VOCABULARY)
    found = places(list(references(workspace, VOCABULARY, position)))
    assert "assistance/2025.rules" in found
    assert not any(one.startswith("essa/") for one in found)


@pytest.mark.parametrize(
    "path, text, row, written, also",
    [
        (VOCABULARY, WORDS, "Long-Term English Learners  ", ", Long-Term English Learners |", ", L.T.E.L. |"),
        (DASHBOARD, DASHBOARD_WORDS, "fifth-year graduates  ", "fifth-year graduates  ", "Fifth–Year  GRADUATES  "),
    ],
)
def test_a_name_is_found_in_a_table_however_it_is_written_there(
    path: Path, text: str, row: str, written: str, also: str
) -> None:
    as_it_is, found = at(text, row), []
    otherwise = also.join(as_it_is.rsplit(written, 1))
    for words in (as_it_is, otherwise):
        workspace, position = opened(words, path)
        found.append([one.range.start for one in references(workspace, path, position)])
    assert otherwise != as_it_is
    assert found[0] == found[1]


OWN_RULES = """\
ruleset Ours 2025

priority 4 "Pupil Achievement"
  4a: Red on Chronic Absenteeism or Orange on Chronic Absence → Priority 4
  4b: Red on Chronic
    Absenteeism → Priority 4

example "Chronic Absenteeism alone"
  given a school district
    White: Red on Chronic Absenteeism
  expect White meets Priority 4 by 4a
"""


def own(folder: Path, words: str, inside: int) -> tuple[Workspace, Path, Position]:
    """Return a vocabulary of one's own with rules below it, and the position inside some words of the vocabulary."""
    (folder / "2025.rules").write_text(OWN_RULES, encoding="utf-8")
    path = folder / "vocabulary.rules"
    path.write_text(WORDS, encoding="utf-8")
    workspace, position = opened(at(WORDS, words, inside), path)
    return workspace, path, position


def changed(workspace: Workspace, edits: list[TextEdit], path: Path) -> str:
    reading = workspace.reading(path)
    assert reading is not None
    return reading.text.edited(edits)


def test_a_name_of_a_vocabulary_is_renamed_wherever_it_is_spelled_so(tmp_path: Path) -> None:
    workspace, path, position = own(tmp_path, "| Chronic Absenteeism |", 4)
    assert renamable(workspace, path, position).name == "Chronic Absenteeism"
    edits = renamed(workspace, path, position, "School  Absences")
    rules = changed(workspace, edits, tmp_path / "2025.rules")
    assert "4a: Red on School Absences or Orange on Chronic Absence → Priority 4" in rules
    assert "4b: Red on School Absences → Priority 4" in rules
    assert "White: Red on School Absences\n" in rules
    assert 'example "Chronic Absenteeism alone"' in rules  # a title names nothing
    words = changed(workspace, edits, path)
    assert "| School Absences | Chronic Absenteeism Rate, Chronic Absence, Chronic Absence Indicator, " in words
    trial = workspace.edited(edits)
    assert problems(trial, path) == problems(trial, tmp_path / "2025.rules") == []


def test_another_name_of_it_is_renamed_alone(tmp_path: Path) -> None:
    workspace, path, position = own(tmp_path, ", Chronic Absence,", 4)
    edits = renamed(workspace, path, position, "Missing School")
    assert "Red on Chronic Absenteeism or Orange on Missing School" in changed(
        workspace, edits, tmp_path / "2025.rules"
    )
    assert "| Chronic Absenteeism Rate, Missing School, Chronic Absence Indicator, " in changed(workspace, edits, path)
    assert problems(workspace.edited(edits), tmp_path / "2025.rules") == []


@pytest.mark.parametrize(
    "words, inside, name, reason",
    [
        ("| Chronic Absenteeism |", 4, "Math", "already means something"),
        ("| Chronic Absenteeism |", 4, "except for", "already means something"),
        ("| Chronic Absenteeism |", 4, "Days | Missed", "cannot be the name in the vocabulary"),
        ("| Chronic Absenteeism |", 4, "", "cannot be the name in the vocabulary"),
        ("  | HI   |", 4, "HS", "is how the data files code Hispanic"),
        ("| worst level first", 4, "levels", "is not a name that anybody chose"),
        ("state indicators of", 4, "federal", "is not a name that anybody chose"),
    ],
)
def test_what_would_not_be_read_as_the_name_is_refused(
    tmp_path: Path, words: str, inside: int, name: str, reason: str
) -> None:
    workspace, path, position = own(tmp_path, words, inside)
    with pytest.raises(RenameRefusedError, match=reason):
        renamed(workspace, path, position, name)


def test_a_name_that_a_closed_year_uses_stays_but_its_other_names_may_change() -> None:
    workspace, position = opened(at(WORDS, "| Chronic Absenteeism |", 4), VOCABULARY)
    with pytest.raises(RenameRefusedError, match="once it is under `also called`"):
        renamed(workspace, VOCABULARY, position, "Absences")
    workspace, position = opened(at(WORDS, ", Chronic Absence,", 4), VOCABULARY)
    assert places([edit.place for edit in renamed(workspace, VOCABULARY, position, "Absences")]) == {"vocabulary.rules"}


def test_a_level_in_a_table_of_rules_is_a_use_of_it() -> None:
    workspace, position = opened(at(DASHBOARD_WORDS, "Declined Significantly, Declined", 3), DASHBOARD)
    reading = workspace.reading(DASHBOARD.with_name("2018.rules"))
    assert reading is not None
    found = [one for one in references(workspace, DASHBOARD, position) if one.path == reading.text.path]
    assert any(reading.text.line(one.range.start.line).lstrip().startswith("|") for one in found)


# ---- what may be written ----


def test_lines_and_tables_that_are_not_there_are_offered() -> None:
    found = offered("¦")
    assert {"vocabulary", "Dashboard years", "levels", "kinds of …"} <= set(found)
    assert "minimum sizes for color" in offered(f"{WORDS}\nmini¦")
    assert "minimum sizes for Status" not in offered(f"{WORDS}\nmini¦")


def test_a_vocabulary_that_extends_another_is_offered_more_rows() -> None:
    assert "more student groups" in offered(f"{ESSA_WORDS}\nmore ¦", ESSA)
    assert "more student groups" not in offered(f"{WORDS}\nmore ¦")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("minimum sizes for color\n  | students | ¦", ["student groups", "kinds of LEA", "years"]),
        ("local indicators of the LEA\n  | indicator | col¦", ["color in"]),
        ("outcomes\n  | outcome | is a |\n  | x | cri¦", ["criteria"]),
        ("minimum sizes for color\n  | students | student groups |\n  | 15 | Foster Youth, Ho¦", ["Homeless"]),
        ("derived levels\n  | level | in | means |\n  | Re¦", ["Red"]),
        ("level codes of state indicators\n  | code | color |\n  | 7 | not¦", ["not rated"]),
        ("priority codes of published lists\n  | code | priorities |\n  | Z | 4, 1¦", ["1", "10"]),
        ("columns of state indicators\n  | holds | column |\n  | LEA c¦", ["LEA code"]),
        ("extends California Dash¦", ["California Dashboard vocabulary", "California Dashboard Levels vocabulary"]),
    ],
)
def test_what_a_column_asks_for_is_offered(text: str, expected: list[str]) -> None:
    assert offered(f"{WORDS}\n{text}") == expected


@pytest.mark.parametrize(
    "text", ["outcomes\n  | outcome | is a |\n  | Meth¦", "xyz\n  | a |\n  | ¦", "# lev¦", "levels\n  | ¦"]
)
def test_where_a_name_is_declared_or_nothing_is_known_none_is_offered(text: str) -> None:
    assert offered(f"{WORDS}\n{text}") in ([], ["scale", "worst level first", "where a lower number is better"])


def test_every_column_says_what_it_is_for() -> None:
    assert [column.name for form in FORMS for column in form.columns if not column.says and column.name != "*"] == []


# ---- of a whole file ----


@pytest.mark.parametrize("text", [WORDS, broken(*BREAKS[0][:2]), broken(*BREAKS[5][:2])], ids=["shipped", "a", "b"])
def test_the_outline_has_the_rows_of_each_table(text: str) -> None:
    workspace, _ = opened(text, VOCABULARY)
    found = {one.name: [row.name for row in one.children] for one in symbols(workspace, VOCABULARY)}
    assert found["levels"] == ["color", "Status", "rating", "certification"]
    assert found["priorities"][:2] == ["1", "2"]
    assert found["priority codes of published lists"][0] == "A"


def test_names_in_cells_have_their_colors() -> None:
    workspace, _ = opened(WORDS, VOCABULARY)
    line = WORDS[: WORDS.index("  | ELPI                | English")].count("\n")
    found = [one.kind for one in coloring(workspace, VOCABULARY) if one.range.start.line == line]
    assert found == ["indicator", "indicator", "indicator", "group", "group"]


def test_a_table_is_laid_out_anew() -> None:
    workspace, _ = opened(WORDS.replace("| ELA                 | 2017    |", "| ELA | 2017 |", 1), VOCABULARY)
    edits = formatting(workspace, VOCABULARY)
    assert edits
    assert workspace.texts[VOCABULARY].edited(edits) == WORDS


def test_a_vocabulary_that_cannot_be_read_is_not_laid_out_anew() -> None:
    workspace, _ = opened(broken(*BREAKS[5][:2]), VOCABULARY)
    assert formatting(workspace, VOCABULARY) is None


def test_a_vocabulary_that_extends_nothing_that_is_there_keeps_its_own_words() -> None:
    workspace, position = opened(at(ESSA_WORDS, "Title I-Funded  "), ESSA)
    workspace.open(ESSA, ESSA_WORDS.replace("../vocabulary", "../nowhere"))
    assert [one.code for one in problems(workspace, ESSA)] == ["cannot-extend"]
    found = hover(workspace, ESSA, position)
    assert found is not None
    assert found.text.startswith("**Title I-Funded**: level of funding")
