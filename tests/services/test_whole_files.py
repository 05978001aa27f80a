"""The outline, the colors, the formatter, origins of rules and what came of examples, on texts in memory."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rulelang.compiler.locations import known_rulesets, rulesets_folder
from rulelang.services.coloring import KINDS, coloring
from rulelang.services.formatting import formatting
from rulelang.services.lenses import Counts, example_results, lenses, origins
from rulelang.services.navigation import definitions, references
from rulelang.services.places import Position
from rulelang.services.rename import RenameRefusedError, renamable, renamed
from rulelang.services.symbols import Symbol, symbols
from rulelang.services.words import own_rules, words_of_text
from rulelang.services.workspace import Workspace
from tests.services.texts import HEADER, YEAR, opened, shipped


def names(found: list[Symbol] | tuple[Symbol, ...]) -> list[object]:
    return [(one.name, names(one.children)) if one.children else one.name for one in found]


def test_what_stands_under_a_heading_is_below_it_in_the_outline() -> None:
    text = (
        f'{HEADER}priority 4 "Pupil Achievement"\n  add 4e: Red on ELA\n      → Priority 4\n    because "x"\n'
        'for charter schools\n  remove C1\n\nexample "One"\n  given a school district\n  expect Method 1\n'
    )
    workspace, _ = opened(text)
    found = symbols(workspace, YEAR)
    assert names(found) == [
        "Differentiated Assistance 2099",
        ('priority 4 "Pupil Achievement"', ["4e"]),
        ("for charter schools", ["remove C1"]),
        "One",
    ]
    assert (found[1].range.start.line, found[1].range.end.line, found[1].selection.end.line) == (2, 5, 2)
    assert found[1].children[0].range.end.line == 5
    assert found[3].range.end.line == 11


@pytest.mark.parametrize("name", ["dashboard/2018", "essa/2022", "assistance/2026-draft/2026"])
def test_parts_of_an_outline_lie_inside_one_another(name: str) -> None:
    path, text = shipped(name)
    workspace, _ = opened(text, path)
    for one in symbols(workspace, path):
        assert one.range.start <= one.selection.start <= one.selection.end <= one.range.end
        for child in one.children:
            assert one.range.start <= child.range.start <= child.range.end <= one.range.end


def test_the_outline_of_a_vocabulary_has_its_tables() -> None:
    path = rulesets_folder() / "vocabulary.rules"
    assert {"student groups", "kinds of LEA", "levels"} <= {one.name for one in symbols(Workspace(), path)}


@pytest.mark.parametrize("name", ["dashboard/2019", "assistance/2025", "vocabulary"])
def test_colors_are_in_order_and_do_not_overlap(name: str) -> None:
    path, _ = shipped(name)
    found = coloring(Workspace(), path)
    assert all(one.range.end <= other.range.start for one, other in pairwise(found))
    assert {one.kind for one in found} <= set(KINDS)
    assert all(one.range.start.line == one.range.end.line for one in found)


def test_a_name_in_the_cell_of_a_table_has_its_color() -> None:
    workspace, _ = opened(f"{HEADER}for ELA\n  add grid color\n    | Status | Declined |\n    | Very High | Green |\n")
    assert [one.kind for one in coloring(workspace, YEAR) if one.range.start.line == 5] == ["level", "level"]


@pytest.mark.parametrize("name", known_rulesets())
def test_a_file_that_is_shipped_needs_no_formatting(name: str) -> None:
    path, _ = shipped(name)
    assert formatting(Workspace(), path) == []


def test_the_formatter_changes_no_more_than_it_must() -> None:
    workspace, _ = opened(f"{HEADER}\n  add 4e:   red on ELA → Priority 4\n  add 4f: Red on Math → Priority 4\n")
    [edit] = formatting(workspace, YEAR) or []
    assert (edit.place.range.start, edit.place.range.end) == (Position(3, 10), Position(3, 13))
    assert edit.text == "R"


def test_a_text_with_windows_line_ends_is_formatted_as_it_is_written() -> None:
    text = f"{HEADER}\nadd 4e:   red on ELA → Priority 4\n"
    workspace, _ = opened(text)
    formatted = workspace.texts[YEAR].edited(formatting(workspace, YEAR) or [])
    workspace.open(YEAR, text.replace("\n", "\r\n"))
    assert workspace.texts[YEAR].edited(formatting(workspace, YEAR) or []).replace("\r", "") == formatted != text


def test_the_formatter_leaves_alone_what_it_cannot_read() -> None:
    workspace, _ = opened(f"{HEADER}add 4e:   red onn ELA → → Priority 4\n")
    assert formatting(workspace, YEAR) is None


def test_a_label_says_which_year_its_rule_is_from() -> None:
    workspace, _ = opened(f"{HEADER}replace 4a: Red on ELA → Priority 4\nremove F1\nadd 4x: Red on ELA → Priority 4\n")
    assert [(one.text, one.position) for one in origins(workspace, YEAR)] == [
        ("replaces 2025", Position(2, 10)),
        ("2025", Position(3, 9)),
    ]


def test_above_rules_stands_how_many_meet_them_and_above_examples_what_came_of_them() -> None:
    path, text = shipped("assistance/2025")
    workspace, _ = opened(text, path)
    reading = workspace.reading(path)
    assert reading is not None
    results = example_results(workspace.finding(path).checked.runs)
    first, second, *_ = own_rules(reading)
    counts = Counts(1200, "LEAs", {first.text: 1034, second.text: 0})
    found = lenses(workspace, path, results, counts)
    told = [one.text for one in found if not one.example]
    assert told == ["1,034 of 1,200 LEAs meet this rule", "0 of 1,200 LEAs meet this rule"]
    assert {one.text for one in found if one.example} == {"as expected · run this example"}


def test_a_name_leads_to_its_row_in_the_vocabulary() -> None:
    workspace, position = opened(f"{HEADER}add 4e: Red on Chronic Abs¦enteeism → Priority 4\n")
    [place] = definitions(workspace, YEAR, position)
    assert place.path == rulesets_folder() / "vocabulary.rules"
    reading = workspace.reading(place.path)
    assert reading is not None
    assert "| Chronic Absenteeism |" in reading.text.line(place.range.start.line)


@pytest.mark.parametrize(
    "text, file",
    [("based on 20¦25", "2025.rules"), ("uses California Dash¦board vocabulary", "vocabulary.rules")],
)
def test_a_line_that_names_a_file_leads_there(text: str, file: str) -> None:
    workspace, position = opened(f"ruleset Mine 2099\n  {text}\n")
    assert [one.path.name for one in definitions(workspace, YEAR, position)] == [file]


def test_levels_from_lead_to_the_rulesets_of_the_folder() -> None:
    workspace, position = opened("ruleset Mine 2099\n  levels from dash¦board\n")
    assert {one.path.parent.name for one in definitions(workspace, YEAR, position)} == {"dashboard"}


def test_a_label_of_another_ruleset_is_another_rule() -> None:
    workspace, position = opened(f"{HEADER}replace 1¦a: Red on ELA → Priority 4\n")
    assert {one.path.parent.name for one in references(workspace, YEAR, position)} == {"assistance"}


def test_a_rule_of_the_own_file_is_renamed_where_it_stands_and_where_it_is_named() -> None:
    text = f'{HEADER}add 4e: Red on ELA → Priority 4\nexample "x"\n  expect White meets Priority 4 by 4¦e\n'
    workspace, position = opened(text)
    assert renamable(workspace, YEAR, position).name == "4e"
    edits = renamed(workspace, YEAR, position, "4f")
    assert workspace.texts[YEAR].edited(edits) == text.replace("¦", "").replace("4e", "4f")


def test_a_rule_is_renamed_where_another_says_its_place_too() -> None:
    text = f"{HEADER}add D¦X before DA: Method 1 → General Assistance\nadd DY after DX: Method 2 → General Assistance\n"
    workspace, position = opened(text)
    edits = renamed(workspace, YEAR, position, "DZ")
    assert workspace.texts[YEAR].edited(edits) == text.replace("¦", "").replace("DX", "DZ")
    assert [one.name for one in symbols(workspace, YEAR)[1:]] == ["DX", "DY"]
    reading = workspace.reading(YEAR)
    assert reading is not None
    labels = [one.name for one in words_of_text(reading) if one.terminal == "LABEL"]
    assert labels == ["DX", "DA", "DY", "DX"]  # although an outcome is called DA too


@pytest.mark.parametrize(
    "name, reason",
    [("4a", "is the label of something else"), ("two words", "cannot be the label"), ("White", "cannot be the label")],
)
def test_a_label_that_is_taken_or_none_is_refused(name: str, reason: str) -> None:
    workspace, position = opened(f"{HEADER}add 4¦e: Red on ELA → Priority 4\nremove 4a\n")
    with pytest.raises(RenameRefusedError, match=reason):
        renamed(workspace, YEAR, position, name)


def test_where_nothing_stands_nothing_is_found() -> None:
    workspace, position = opened(f"{HEADER}¦\n")
    assert definitions(workspace, YEAR, position) == references(workspace, YEAR, position) == []
    with pytest.raises(RenameRefusedError, match="there is no name here"):
        renamable(workspace, YEAR, position)


def test_what_was_read_is_kept_unless_a_base_of_it_has_changed() -> None:
    path, text = shipped("dashboard/2019")
    workspace, later, other = Workspace(), path.with_name("2022.rules"), path.with_name("2018.rules")
    before = {one: workspace.reading(one) for one in (later, other)}
    workspace.open(path, text.replace("add measure four-year rate", "add measure four-year share"))
    assert workspace.reading(other) is before[other]
    again = workspace.reading(later)
    assert again is not None
    assert "four-year share" in again.measures
