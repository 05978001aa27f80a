from __future__ import annotations

import csv
import gc
import io
import json
import re
from base64 import b64decode
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from rulelang.analysis.comparison import ANSWERS, REASONS
from rulelang.cli.program import rulelang
from rulelang.compiler.listing import installed_rulesets
from rulelang.studio.session import Session
from tests.studio.studio_session import LEAS, Asking, opened

RULE = "Red on ELA or Math and Orange on the other except"
WIDER = "Red on ELA or Math except"
FEW = 3
"""LEAs of a state that only has to show something."""


@pytest.fixture(autouse=True)
def _what_earlier_tests_made_is_left_alone() -> None:
    """Let a session that takes other data look for cycles in what it made itself, and not in a whole run of tests."""
    gc.freeze()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def studio(home: Path) -> tuple[Asking, str]:
    asking, text = opened(home, "assistance/2025")
    asking.ask("sample", text=text, leas=LEAS)
    return asking, text


def printed(*words: str) -> str:
    run = CliRunner().invoke(rulelang, words, catch_exceptions=False)
    assert run.exit_code in (0, 1), run.output
    return run.output


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_studio_begins_with_the_latest_year() -> None:
    asking, _ = opened(Path("unused"), "assistance/2025")
    found = asking.ask("rulesets")
    assert found["first"] == "assistance/2025"
    assert {"name": "assistance/2023", "title": "Differentiated Assistance", "year": 2023} in found["rulesets"]


def test_nobody_moves_by_rules_that_were_not_changed(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    found = asking.ask("impact", text=text)
    assert found["moves"] == []
    assert found["counts"][0] == found["counts"][1]
    assert sum(found["counts"][0].values()) == LEAS
    assert len(found["outcomes"][0]) == LEAS


def test_the_results_are_those_of_the_command_line_cell_by_cell(
    studio: tuple[Asking, str], home: Path, tmp_path: Path
) -> None:
    asking, text = studio
    [data] = (home / "made-up").iterdir()
    changed = tmp_path / "changed.rules"
    changed.write_text(text.replace(RULE, WIDER).replace("based on 2024", "based on assistance/2024"), encoding="utf-8")
    printed("evaluate", str(changed), "--data", str(data), "--out", str(tmp_path / "out"))
    found = asking.results(text.replace(RULE, WIDER))
    assert set(found) == {"determinations.csv", "reasons.csv"}
    for name, content in found.items():
        assert rows(content) == rows((tmp_path / "out" / name).read_text(encoding="utf-8"))


def test_the_workbook_has_a_sheet_for_each_table_with_the_same_cells(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    [(name, content)] = asking.ask("results", text=text, format="xlsx").items()
    book = CalamineWorkbook.from_filelike(io.BytesIO(b64decode(content)))
    assert (name, book.sheet_names) == ("results.xlsx", ["determinations", "reasons"])
    for sheet in book.sheet_names:
        cells = [
            [str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row]
            for row in book.get_sheet_by_name(sheet).to_python()
        ]
        assert cells == list(csv.reader(io.StringIO(asking.results(text)[f"{sheet}.csv"])))


def test_several_versions_are_determined_each_by_its_own_rules(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    wider = text.replace(RULE, WIDER)
    moved = asking.ask("impact", text=wider)
    found = asking.ask("scenarios", texts=[text, wider, text.replace("add 4d:", "add 4d: :")])
    assert [one.get("counts") for one in found] == [*moved["counts"], None]
    assert [one.get("outcomes") for one in found] == [*moved["outcomes"], None]
    assert moved["counts"][0] != moved["counts"][1]
    assert found[2] == {"wrong": []}


def test_the_rules_in_full_say_what_was_edited_what_the_year_changes_and_where_each_sentence_is_from(
    studio: tuple[Asking, str],
) -> None:
    asking, text = studio
    found = asking.ask("in_full", text=text.replace(RULE, WIDER))
    [edit] = found["edits"]
    assert (edit["how"], edit["label"]) == ("replaced", "4b")
    assert RULE in edit["before"]
    assert WIDER in edit["after"]
    shown = printed("show", "assistance/2025", "--changes")
    assert [f"{one['how']} {one['label']}" in shown for one in found["changes"]] == [True] * 8
    removed = {one["label"]: one["because"] for one in found["changes"] if one["how"] == "removed"}
    assert removed["Y1"] == "the 2025 list has one label for both years (not confirmed: no year seen in it)"
    rules = {one["text"]: one for section in found["sections"] for one in section["rules"]}
    assert {one["text"] for one in json.loads(printed("show", "assistance/2025", "--format", "json"))["rules"]} ^ set(
        rules
    ) == {edit["before"], edit["after"]}
    assert rules[edit["after"]]["edited"]
    inherited = rules["5a: Red on Graduation Rate → Priority 5"]
    assert (inherited["since"], inherited["edited"]) == ("since 2017", False)
    assert rules[edit["after"]]["since"] == "changed in 2025"
    assert {one["since"].split()[0] for one in rules.values()} == {"since", "changed", "new"}
    assert asking.ask("in_full", text=text)["edits"] == []


def test_an_edit_of_a_cut_score_is_shown_with_its_table(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "dashboard/2018")
    found = asking.ask("in_full", text=text.replace("| 45 or more | 10 or more |", "| 44 or more | 10 or more |"))
    [edit] = found["edits"]
    assert (edit["how"], edit["label"]) == ("replaced", "bands ELA Status")
    assert "45 or more" in edit["before"]
    assert "44 or more" in edit["after"]
    [edited] = [one for one in found["levels"] if one["edited"]]
    assert [row for row in edited["table"] if "44 or more" in row]


def test_of_rules_of_levels_the_cells_that_change_are_those_of_the_tables_of_results(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "dashboard/2018")
    asking.ask("sample", text=text, leas=LEAS)
    edited = text.replace("| 45 or more | 10 or more |", "| 60 or more | 10 or more |")
    assert edited != text
    tables = [rows(asking.results(one)["levels.csv"]) for one in (text, edited)]
    told = {
        (f"{old['cds']}/{old['student_group']}", old["status"], new["status"])
        for old, new in zip(*tables, strict=True)
        if old["indicator"] == "ELA" and old["status"] != new["status"]
    }
    found = asking.ask("impact", text=edited, what="ELA Status")
    assert told
    assert {(one["code"], one["before"], one["after"]) for one in found["moves"]} == told
    assert dict(found["choices"])["ELA Status"] == len(told)
    assert [sum(side.values()) for side in found["counts"]] == [len(found["units"])] * 2
    assert found["of_groups"]
    assert asking.ask("impact", text=edited)["what"] == max(found["choices"], key=lambda one: one[1])[0]
    nothing = asking.ask("impact", text=text)
    assert (nothing["moves"], {changed for _, changed in nothing["choices"]}) == ([], {0})
    kept, now = asking.ask("scenarios", texts=[text, edited], what="ELA Status")
    assert [kept["outcomes"], now["outcomes"]] == found["outcomes"]


def test_an_lea_by_rules_of_levels_has_its_colors_and_how_each_is_worked_out(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "dashboard/2018")
    leas = asking.ask("sample", text=text, leas=LEAS)["leas"]
    edited = text.replace("| 45 or more | 10 or more |", "| 60 or more | 10 or more |")
    moved = asking.ask("impact", text=edited, what="ELA color")["moves"]
    code, group = moved[0]["code"].split("/") if moved else (leas[0][0], "ALL")
    page = asking.ask("lea", text=edited, code=code)
    assert "ELA color" in page["groups"]["columns"]
    table = {
        one["student_group"]: one["color"]
        for one in rows(asking.results(edited)["levels.csv"])
        if one["cds"] == code and one["indicator"] == "ELA"
    }
    at = page["groups"]["columns"].index("ELA color")
    assert [
        row["cells"][at]["text"] for row in page["groups"]["rows"] if row["cells"][at]["text"] != "not worked out"
    ] == [*table.values()]
    assert table[group] in page["explanation"] or group != "ALL"
    assert asking.ask("ways", text=text, code=code)["obstacle"].startswith("These rules decide nothing by themselves.")


def test_of_amounts_it_is_told_how_much_more_each_county_gets_and_all_together(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "funding/2017")
    asking.ask("sample", text=text, leas=100)
    edited = text.replace("| $100,000     |", "| $150,000     |")
    assert edited != text
    found = asking.ask("impact", text=edited, what="districts' part")
    assert found["moves"]
    assert {(one["way"], one["text"][-4:]) for one in found["moves"]} == {("Higher", "more")}
    sums = [sum(int(one.strip("$").replace(",", "")) for one in side) for side in found["outcomes"]]
    assert [int(one.strip("$").replace(",", "")) for one in found["totals"]] == sums
    assert not found["of_groups"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.ruleset for one in installed_rulesets()])
def test_every_view_of_every_ruleset_that_is_shipped_has_something_to_show(name: str, tmp_path: Path) -> None:
    asking, text = opened(tmp_path, name)
    assert asking.ask("check", text=text) == {"problems": []}
    data = asking.ask("sample", text=text, leas=FEW)
    if name.endswith(("2020", "2021")) and not name.startswith(("essa", "funding")):
        assert "the year 202" in data["wrong"][0]["message"]
        return
    assert data["leas"]
    assert data["said"] == []
    assert [one["name"] for one in data["files"] if one["note"] == "could not be read"] == []
    found = asking.ask("impact", text=text)
    assert found["moves"] == []
    assert found["outcomes"][1]
    code = data["leas"][0][0]
    assert "explanation" in asking.ask("lea", text=text, code=code).get("after", {"explanation": ""})
    ways = asking.ask("ways", text=text, code=code)
    assert bool(ways["ways"]) != bool(ways["obstacle"])
    full = asking.ask("in_full", text=text)
    assert full["sections"] or full["levels"]
    assert all(one["passes"] for one in asking.ask("examples", text=text))
    [version] = asking.ask("scenarios", texts=[text], what=found.get("what"))
    assert version["outcomes"] == found["outcomes"][1]
    assert any(content.count("\n") > 1 for content in asking.results(text).values())


def test_who_moves_is_what_compare_says(studio: tuple[Asking, str], home: Path, tmp_path: Path) -> None:
    asking, text = studio
    [data] = (home / "made-up").iterdir()
    changed = tmp_path / "changed.rules"
    changed.write_text(text.replace(RULE, WIDER).replace("based on 2024", "based on assistance/2024"), encoding="utf-8")
    out = tmp_path / "out"
    printed("compare", "assistance/2025", str(changed), "--data", str(data), "--format", "csv", "--out", str(out))
    said = {row["cds"]: row for row in rows((out / "moves.csv").read_text(encoding="utf-8"))}
    found = asking.ask("impact", text=text.replace(RULE, WIDER))["moves"]
    assert said
    moves = {one["code"]: one for one in found if one["what"] in ANSWERS}
    assert moves.keys() == said.keys()
    for code, one in moves.items():
        assert (one["before"], one["after"], one["text"]) == (
            said[code]["before"],
            said[code]["after"],
            said[code]["clauses"],
        )
    counts = asking.ask("impact", text=text.replace(RULE, WIDER))["counts"]
    entered = [one for one in moves.values() if one["after"] == "Differentiated Assistance"]
    assert counts[1]["Differentiated Assistance"] - counts[0]["Differentiated Assistance"] == len(entered)


def test_an_lea_that_gets_the_same_for_another_reason_is_among_those_who_move(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    moves = asking.ask("impact", text=text.replace(RULE, WIDER))["moves"]
    reasons = [one for one in moves if one["what"] in REASONS]
    assert reasons
    assert all(one["before"] != one["after"] and "4b" in one["text"] for one in reasons)


def test_the_codes_of_student_groups_in_moves_are_told_with_their_names_and_no_others(
    studio: tuple[Asking, str],
) -> None:
    asking, text = studio
    found = asking.ask("impact", text=text.replace(RULE, WIDER))
    said = set(re.findall("[A-Z]+", str(found["moves"])))
    assert found["groups"]["AS"] == "Asian"
    assert "HI" not in said
    assert found["groups"].keys() <= said
    assert asking.ask("impact", text=text)["groups"] == {}


def test_a_text_with_errors_is_not_applied_and_says_what_mends_it(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    broken = text.replace("add 4d:", "add 4d: :")
    assert asking.ask("impact", text=broken) == {"wrong": []}
    problem = asking.ask("check", text=broken)["problems"][0]
    assert (problem["severity"], problem["range"]["start"]["line"]) == ("error", 9)
    assert problem["edits"]
    assert asking.ask("check", text=text) == {"problems": []}


def test_what_is_written_for_each_of_two_meanings_goes_with_the_question(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    unclear = text.replace("Red on both ELA and Math except", "Red on ELA and Orange on Math or Red on CCI except", 1)
    [asked] = [one for one in asking.ask("check", text=unclear)["problems"] if one["choices"]]
    assert (asked["code"], asked["edits"]) == ("mixed-and-or", [])
    for choice, note in zip(asked["choices"], asked["notes"][1:], strict=True):
        assert f"`{choice['text']}`" in note
        line = unclear.split("\n")[choice["range"]["start"]["line"]]
        changed = line[: choice["range"]["start"]["column"]] + choice["text"] + line[choice["range"]["end"]["column"] :]
        found = asking.ask("check", text=unclear.replace(line, changed))["problems"]
        assert "mixed-and-or" not in {one["code"] for one in found}


def test_a_failing_example_is_told_with_what_was_found(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    wrong = text.replace("expect Hispanic meets Priority 4 by 4b", "expect Hispanic does not meet Priority 4")
    failed = [one for one in asking.ask("examples", text=wrong) if not one["passes"]]
    assert [one["title"] for one in failed] == [
        "Long-Term English Learners: Red on one and Orange on the other do not count"
    ]
    [finding] = [one for one in failed[0]["findings"] if not one["passes"]]
    assert finding["found"].startswith("yes")
    assert all(one["passes"] for one in asking.ask("examples", text=text))


def test_one_lea_has_its_levels_its_rules_and_its_ways_out(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    found = asking.ask("impact", text=text)
    [row, *_] = rows(asking.results(text)["determinations.csv"])
    assert found["outcomes"][1][0] == row["determination"]
    page = asking.ask("lea", code=row["cds"], text=text)
    assert page["before"] == page["after"]
    assert page["after"]["outcome"] == row["determination"]
    assert page["after"]["groups"]["rows"]
    assert {rule["answer"] for group in page["after"]["student_groups"] for rule in group["rules"]} >= {"yes", "no"}
    ways = asking.ask("ways", code=row["cds"], text=text)
    assert ways["outcome"] == "Differentiated Assistance"
    assert bool(ways["ways"]) != bool(ways["obstacle"])
    of = {group["name"] for group in page["after"]["student_groups"]} | {""}
    assert {change["of"] for way in ways["ways"] for change in way} <= of


def test_completion_and_hover_know_the_text(studio: tuple[Asking, str]) -> None:
    asking, text = studio
    line = text.split("\n").index("  replace 4c: Red on ELPI for English Learners only → Priority 4")
    assert "ELPI" in asking.ask("hover", text=text, line=line, column=22)["text"]
    labels = [one["label"] for one in asking.ask("complete", text=f"{text}\n  re", line=text.count("\n") + 1, column=4)]
    assert "replace" in labels


def test_files_that_are_given_are_read_and_a_wrong_one_says_so_as_on_the_command_line(
    home: Path, tmp_path: Path
) -> None:
    asking, text = opened(tmp_path, "assistance/2025")
    given = tmp_path / "given"
    given.mkdir()
    (given / "notes.txt").write_text("nothing of use", encoding="utf-8")
    wrong = asking.ask("files", text=text)["wrong"]
    said = " ".join(printed("evaluate", "assistance/2025", "--data", str(given)).split())
    assert wrong
    assert [one["message"] for one in wrong if " ".join(one["message"].split()) not in said] == []
    [made_up] = (home / "made-up").iterdir()
    for file in made_up.iterdir():
        (given / file.name).write_bytes(file.read_bytes())
    found = asking.ask("files", text=text)
    assert (len(found["leas"]), found["made_up"]) == (LEAS, False)
    assert {one["year"] for one in found["files"]} == {2022, 2023, 2024, 2025}
    assert asking.progress


def test_files_of_other_years_are_refused_with_the_rules_that_would_take_them(home: Path, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    [made_up] = (home / "made-up").iterdir()
    for file in made_up.iterdir():
        if "2025" not in file.name:
            (given / file.name).write_bytes(file.read_bytes())
    asking, text = opened(tmp_path, "assistance/2025")
    [wrong] = asking.ask("files", text=text)["wrong"]
    assert wrong["severity"] == "error"
    assert wrong["message"] == (
        "your files are of 2022, 2023 and 2024, and these rules need those of 2025, so you see the made-up state"
    )
    assert wrong["help"].startswith("choose the rules of 2022, 2023 or 2024 in the list above the rules")
    asking, text = opened(tmp_path, "assistance/2024")
    assert len(asking.ask("files", text=text)["leas"]) == LEAS
    assert any(what.startswith("reading ") for what, _, _ in asking.progress)


def test_a_file_of_ones_own_is_based_on_a_ruleset_that_is_shipped(tmp_path: Path) -> None:
    text = "what if Red on ELA alone counted\n  based on assistance/2025\n\nreplace 4a: Red on ELA → Priority 4\n"
    asking, _ = opened(tmp_path, "mine.rules", text)
    assert asking.ask("check", text=text) == {"problems": []}
    asking.ask("sample", text=text, leas=LEAS)
    assert asking.ask("impact", text=text)["moves"] == []


def test_where_what_was_opened_has_errors_the_first_text_without_is_in_force(tmp_path: Path) -> None:
    broken = "what if x\n  based on assistance/2025\n\nreplace 4a: Red on ELB → Priority 4\n"
    asking, text = opened(tmp_path, "mine.rules", broken)
    assert text == broken
    assert asking.ask("sample", text=broken) == {"wrong": []}
    mended = broken.replace("ELB", "ELA")
    asking.ask("sample", text=mended, leas=LEAS)
    assert asking.ask("impact", text=mended)["moves"] == []


def test_rules_that_are_put_under_another_vocabulary_are_worked_out_in_its_words(tmp_path: Path) -> None:
    rules = "any student group is Red on ELA → Differentiated Assistance\notherwise → General Assistance\n"
    text = f"ruleset Mine 2023\n  uses California Dashboard\n\n{rules}"
    asking, _ = opened(tmp_path, "mine.rules", text)
    asking.ask("sample", text=text, leas=LEAS)
    other = text.replace("California Dashboard", "ESSA Assistance").replace("Differentiated Assistance", "ATSI")
    before, after = asking.ask("impact", text=other)["counts"]
    assert before["Differentiated Assistance"] == after["ATSI"] > 0


# ---- files of rules that are opened ----


def given(home: Path, **files: str) -> Asking:
    """Return a session to which files of rules were given, by the names of their years or of what they are."""
    folder = home / "given"
    folder.mkdir(parents=True)
    for name, text in files.items():
        folder.joinpath(f"{name.removeprefix('of_')}.rules").write_text(text, encoding="utf-8")
    return Asking(Session(home, lambda *_: None))


@pytest.mark.parametrize("ruleset", [one.ruleset for one in installed_rulesets()])
def test_what_was_saved_can_be_opened_again(ruleset: str, tmp_path: Path) -> None:
    _, text = opened(tmp_path / "first", ruleset)
    found = given(tmp_path / "again", saved=text).ask("open_given")
    assert (found["name"], found.get("wrong"), found.get("refused")) == ("saved.rules", None, None)


def test_own_words_and_years_lie_side_by_side(tmp_path: Path) -> None:
    words = (
        "vocabulary Works\n\nyears 2024, 2025\n\nkinds of place\n  | kind | plural |\n  | clinic | clinics |\n\n"
        "facts of the place\n  | fact | is a |\n  | rural | yes or no |\n\n"
        "outcomes\n  | outcome | is a |\n  | Watch | determination |\n  | None | determination |\n"
    )
    first = "ruleset Works 2024\n\nfor clinics\n  A: rural is yes → Watch\n  otherwise → None\n"
    second = "ruleset Works 2025\n  based on 2024\n"
    asking = given(tmp_path, vocabulary=words, of_2024=first, of_2025=second)
    found = asking.ask("open_given")
    assert (found["name"], found["title"], found["year"]) == ("2025.rules", "Works", 2025)
    assert asking.ask("check", text=second)["problems"] == []


def test_a_file_that_is_no_text_is_refused_with_the_message_of_the_command_line(tmp_path: Path) -> None:
    asking = given(tmp_path, of_2025="")
    tmp_path.joinpath("given", "2025.rules").write_bytes("because “Educación”".encode("cp1252"))
    [said] = asking.ask("open_given")["refused"]
    assert said["code"] == "not-utf8"


def test_one_entity_is_judged_among_those_that_its_rules_look_at(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "funding/2024")
    asking.ask("sample", text=text, leas=60)
    of_all = asking.ask("impact", text=text, what="add-on")
    by_code = dict(zip([one[0] for one in of_all["units"]], of_all["outcomes"][1], strict=True))
    assert len(set(by_code.values())) > 1
    for code, amount in by_code.items():
        page = asking.ask("lea", text=text, code=code.split("/")[0])
        cells = dict(zip(page["lea"]["columns"], page["lea"]["rows"][0]["cells"], strict=True))
        assert cells["add-on"]["text"] == amount
        if amount != "no number":
            assert amount in page["explanation"]


def test_the_made_up_state_has_rows_of_every_year_in_files_without_one(tmp_path: Path) -> None:
    asking, text = opened(tmp_path, "funding/2024")
    asking.ask("sample", text=text, leas=60)
    found = asking.ask("impact", text=text, what="add-on")
    assert "no number" not in found["outcomes"][1]
