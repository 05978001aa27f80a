"""What commands print for programs: JSON that its schema describes, SARIF, annotations, JUnit, and rules from stdin."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from attrs import evolve

import rulelang
from rulelang.cli.check_formats import github_lines, sarif
from rulelang.cli.program import run
from rulelang.compiler.locations import rulesets_folder
from rulelang.data.schemas import schema, schema_names
from rulelang.diagnostics.as_data import diagnostic_data
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Label, Severity
from rulelang.diagnostics.source import DataPlace, Source, Span

HEAD = "ruleset Trial 2023\n  uses California Dashboard vocabulary\n\n"
FINE = f"{HEAD}4a: Red on ELA → Priority 4\n"
WRONG = f"{HEAD}4a: Rde on ELA → Priority 4\n5a: Red on Mth → Priority 5\n"
DETERMINED = """DA: any student group meets Priority 4 → Differentiated Assistance
  GA: otherwise → General Assistance
"""
FAILING = f"""{FINE}
example "a group that is not Red"
  given a school district
    White: Green on ELA
  expect White meets Priority 4
"""


def valid(name: str, text: str) -> Any:  # noqa: ANN401  # what JSON holds
    """Return what a text holds, after checking it against the schema of that name."""
    held = json.loads(text)
    jsonschema.Draft202012Validator(schema(name)).validate(held)
    return held


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("fine", FINE), ("wrong", WRONG), ("failing", FAILING)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "2023.rules").write_text(text, encoding="utf-8")
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run(list(words)) == code
    return capsys.readouterr().out


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="latin-1"))


# ---- schemas ----


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_one_and_whole_in_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "schema", name))
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:rulelang:schema:{name}"
    assert found["title"] == name
    named = {part.split('"')[0] for part in json.dumps(found).split("#/$defs/")[1:]}
    assert named == set(found.get("$defs", ()))


def keys_without_a_description(part: object, name: str) -> Iterator[str]:
    """Yield the keys of a schema, and of its shared definitions, that do not say what they hold."""
    if isinstance(part, list):
        for one in part:
            yield from keys_without_a_description(one, name)
    elif isinstance(part, dict):
        for key, one in part.get("properties", {}).items():
            if not one.get("description"):
                yield f"{name}.{key}"
            yield from keys_without_a_description(one, f"{name}.{key}")
        for key in part.keys() - {"properties"}:
            yield from keys_without_a_description(part[key], name)


@pytest.mark.parametrize("name", schema_names())
def test_every_key_that_is_written_is_described(name: str) -> None:
    assert list(keys_without_a_description(schema(name), name)) == []


def test_a_key_without_a_description_is_found_wherever_it_is() -> None:
    part = {"properties": {"one": {"type": "string"}}}
    said = {"properties": {"one": {"type": "string", "description": "One."}}}
    for nested in ({"items": part}, {"$defs": {"two": part}}, {"anyOf": [said, part]}, {"additionalProperties": part}):
        assert list(keys_without_a_description(nested, "x")) == ["x.one"]
    assert list(keys_without_a_description(said, "x")) == []


def test_an_object_has_what_is_described_and_nothing_else_unless_its_schema_says_so() -> None:
    closed, open_, optional = (schema(name) for name in ("verify", "determinations", "compare"))
    assert (closed["required"], closed["additionalProperties"]) == (list(closed["properties"]), False)
    rows = open_["items"]
    assert rows["required"] == list(rows["properties"])
    assert rows["additionalProperties"] == {"type": ["string", "integer", "null"]}
    assert list(optional["properties"])[: len(optional["required"])] == optional["required"]
    assert "moves" in optional["properties"].keys() - set(optional["required"])


def test_schemas_are_listed_and_what_is_none_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "schema").split() == schema_names()
    assert run(["schema", "chek"]) == 2
    assert "`chek` is not a schema; did you mean `check`?" in capsys.readouterr().err
    with pytest.raises(ValueError, match="`definitions` is not a schema; there are `analyze`, "):
        schema("definitions")


def test_a_schema_refuses_what_is_not_as_it_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = valid("check", said(capsys, "check", "wrong", "--format", "json", code=1))
    assert folder.is_dir()
    spoils: list[dict[str, object]] = [{"surprise": 1}, {"severity": "grave"}, {"place": {}}]
    for spoil in spoils:
        held["rulesets"][0]["diagnostics"][0].update(spoil)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(held, schema("check"))


# ---- check ----


def test_check_prints_what_is_wrong_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = valid("check", said(capsys, "check", "wrong", "fine", "--format", "json", code=1))
    assert folder.is_dir()
    wrong, fine = held["rulesets"]
    assert fine == {"ruleset": "fine/2023.rules", "errors": 0, "warnings": 0, "diagnostics": []}
    assert [one["code"] for one in wrong["diagnostics"]] == ["unknown-level", "unknown-indicator"]
    place = wrong["diagnostics"][0]["place"]
    assert WRONG[place["start"] : place["end"]] == place["text"] == "Rde"
    assert (place["line"], place["column"], place["end_column"]) == (4, 5, 8)


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_a_ruleset_that_is_not_there_is_wrong_usage(format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "unknown-ruleset" in said(capsys, "check", "nope", "--format", format_, code=2)


def test_one_fault_in_two_files_is_told_of_both(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "again").mkdir()
    (folder / "again" / "2023.rules").write_text(WRONG, encoding="utf-8")
    lines = said(capsys, "check", "wrong", "again", "--format", "github", code=1).splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "::error file=wrong/2023.rules",
        "::error file=wrong/2023.rules",
        "::error file=again/2023.rules",
        "::error file=again/2023.rules",
    ]


def of_two_places() -> Diagnostic:
    source = Source("my rules/2023.rules", "4a: Rde, on\n  Mäth → 100%\n")
    labels = (Label(Span(source, 4, 7), "here"), Label(Span(source, 14, 18), "and here"), Label(Span(source, 0, 14)))
    edits = (Edit(Span(source, 4, 7), "Red"), Edit(Span(source, 14, 18), "Math"))
    return Diagnostic("two-places", "100% wrong: `Rde`, and\nmore", labels, help="write Red", edits=edits)


def of_data() -> Diagnostic:
    return Diagnostic("of-data", "no", place=DataPlace("a,b:c.csv", 3, "x"), severity=Severity.WARNING)


def test_edits_are_data() -> None:
    held = diagnostic_data(of_two_places())
    shape = {**schema("check")["$defs"]["diagnostic"], "$defs": schema("check")["$defs"]}
    jsonschema.validate(held, shape)
    jsonschema.validate(diagnostic_data(of_data()), shape)
    assert [(one["place"]["text"], one["replacement"]) for one in held["edits"]] == [("Rde", "Red"), ("Mäth", "Math")]


def test_sarif_has_places_rules_and_fixes() -> None:
    held = sarif([of_two_places(), of_data()])
    [run_] = held["runs"]
    assert held["version"] == "2.1.0"
    assert [rule["id"] for rule in run_["tool"]["driver"]["rules"]] == ["of-data", "two-places"]
    first, second = run_["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("two-places", 1, "error")
    assert (second["ruleId"], second["ruleIndex"], second["level"]) == ("of-data", 0, "warning")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20rules/2023.rules"
    assert place["region"] == {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 8}
    assert [one["id"] for one in first["relatedLocations"]] == [0, 1]
    [change] = first["fixes"][0]["artifactChanges"]
    assert [one["insertedContent"]["text"] for one in change["replacements"]] == ["Red", "Math"]
    assert second["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert "fixes" not in second


def test_choices_are_data_and_each_a_fix_of_its_own() -> None:
    source = Source("rules/2023.rules", "4a: A and B or C")
    span = Span(source, 4, 16)
    asked = evolve(of_two_places(), edits=(), choices=(Edit(span, "(A and B) or C"), Edit(span, "A and (B or C)")))
    held = diagnostic_data(asked)
    jsonschema.validate(held, {**schema("check")["$defs"]["diagnostic"], "$defs": schema("check")["$defs"]})
    assert [one["replacement"] for one in held["choices"]] == ["(A and B) or C", "A and (B or C)"]
    fixes = sarif([asked])["runs"][0]["results"][0]["fixes"]
    changes = [one["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] for one in fixes]
    assert changes == ["(A and B) or C", "A and (B or C)"]


def test_annotations_stand_on_one_line_and_hide_what_ends_a_value() -> None:
    first, second = github_lines([of_two_places(), of_data()])
    assert first == (
        "::error file=my rules/2023.rules,line=1,endLine=1,col=5,endColumn=8,title=rulelang%3A two-places"
        "::100%25 wrong: `Rde`, and%0Amore%0Ahelp: write Red"
    )
    assert second == "::warning file=a%2Cb%3Ac.csv,line=3,title=rulelang%3A of-data::no"


def test_sarif_comes_from_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = json.loads(said(capsys, "check", "wrong", "--format", "sarif", code=1))
    assert folder.is_dir()
    assert [one["ruleId"] for one in held["runs"][0]["results"]] == ["unknown-level", "unknown-indicator"]
    assert json.loads(said(capsys, "check", "fine", "--format", "sarif"))["runs"][0]["results"] == []


# ---- rules that stand in no file ----


def test_rules_from_standard_input_are_checked(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, WRONG.encode())
    held = valid("check", said(capsys, "check", "-", "--format", "json", code=1))
    assert folder.is_dir()
    assert [one["place"]["file"] for one in held["rulesets"][0]["diagnostics"]] == ["<stdin>"] * 2
    typed(monkeypatch, FINE.encode())
    assert said(capsys, "check", "-") == "<stdin>: fine\n"
    typed(monkeypatch, b"\xff\xfe\x00")
    assert "not-utf8" in said(capsys, "check", "-", code=1)
    monkeypatch.setattr(sys, "stdin", None)
    assert "empty-file" in said(capsys, "check", "-", code=1)


def test_what_is_being_written_takes_the_place_of_its_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = HEAD.replace("2023", "2024").rstrip()
    based = f'{head}\n  based on 2023\n  because "a trial"\n\nreplace 4a: {{}} on ELA → Priority 4\n'
    place = folder / "fine" / "2024.rules"
    typed(monkeypatch, based.format("Rde").encode())
    assert f"fine/{place.name}:6:13" in said(capsys, "check", "-", "--stdin-filename", "fine/2024.rules", code=1)
    place.write_text(based.format("Rde"), encoding="utf-8")
    assert rulelang.check(place, text=based.format("Orange")) == []
    assert [one.code for one in rulelang.check(place)] == ["unknown-level"]
    typed(monkeypatch, FINE.encode())
    assert "other-year" in said(capsys, "check", "-", "--stdin-filename", "fine/2024.rules", code=1)


def test_a_vocabulary_is_checked_in_memory_too(folder: Path) -> None:
    (folder / "vocabulary.rules").write_text("nonsense", encoding="utf-8")
    shipped = rulelang.load("assistance/2023").rules.source
    text = (Path(shipped).parent.parent / "vocabulary.rules").read_text(encoding="utf-8")
    assert rulelang.check(folder / "vocabulary.rules", text=text) == []
    assert rulelang.check(folder / "vocabulary.rules", text="vocabulary Of Mine\n") != []


def test_a_closed_year_that_is_being_changed_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = folder / "fine" / "2023.rules"
    said(capsys, "lock", str(place))
    assert rulelang.check(place, text=FINE) == []
    found = rulelang.check(place, text=FINE.replace("Red on", "Orange on"))
    assert [one.code for one in found] == ["locked-year-moved"]


def test_rules_are_loaded_from_text(folder: Path) -> None:
    assert rulelang.load(text=FINE).title == "Trial"
    assert rulelang.load(folder / "wrong" / "2023.rules", text=FINE).year == 2023
    with pytest.raises(rulelang.RulesError, match="unknown-level"):
        rulelang.load(text=WRONG)
    with pytest.raises(TypeError, match="text="):
        rulelang.load()
    with pytest.raises(TypeError, match="text="):
        rulelang.check()


def test_the_name_of_what_is_typed_needs_something_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "assistance/2023", "--stdin-filename", "a.rules"]) == 2
    assert "give `-`" in capsys.readouterr().err


# ---- test ----


def test_examples_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = valid("test", said(capsys, "test", "failing", "fine", "--format", "json", code=1))
    assert folder.is_dir()
    failing, fine = held["rulesets"]
    assert (failing["passed"], failing["failed"], fine["examples"]) == (0, 1, [])
    [expectation] = failing["examples"][0]["expectations"]
    assert (expectation["expected"], expectation["found"]) == ("expect White meets Priority 4", "no")
    assert [one["what"] for one in fine["not_reached"]] == ["4a: Red on ELA → Priority 4"]


def test_cells_that_no_example_reaches_are_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    [held] = valid("test", said(capsys, "test", "dashboard/2018", "--format", "json"))["rulesets"]
    assert held["failed"] == 0
    assert all(one["cells"] is None or one["cells"] >= len(one["parts"]) > 0 for one in held["not_reached"])
    assert any(one["parts"] for one in held["not_reached"])


def test_examples_are_printed_for_build_servers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ET.fromstring(said(capsys, "test", "failing", "fine", "--format", "junit", code=1))  # noqa: S314 - our own
    assert folder.is_dir()
    assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "1", "1")
    assert [suite.attrib["name"] for suite in root] == ["failing/2023.rules", "fine/2023.rules"]
    [case] = root[0]
    assert (case.attrib["name"], case.attrib["line"]) == ("a group that is not Red", "6")
    assert case[0].text == "expected: expect White meets Priority 4\nfound: no"


# ---- show, list, words ----


@pytest.mark.parametrize("ruleset", ["assistance/2024", "assistance/2020", "dashboard/2023", "graduation/options"])
def test_what_is_in_force_is_printed_as_data(ruleset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = valid("show", said(capsys, "show", ruleset, "--format", "json"))
    assert held["suspended"] == (ruleset == "assistance/2020")
    rules = rulelang.load(ruleset).rules
    assert [one["label"] for one in held["rules"]] == [rule.label for rule in rules.rules]
    assert said(capsys, "show", ruleset).endswith(held["text"])
    assert tmp_path.is_dir()


def test_one_way_to_print_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "assistance/2024", "--changes", "--format", "json"]) == 2
    assert "leave out `--changes` and `--table`" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["list", "words"])
def test_lists_are_as_their_schema_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert valid(name, said(capsys, name, "--format", "json"))


# ---- explain ----


RECORDS = """\
lea_code,name,year,student_group,indicator,level
27659610000000,Alisal Union,2023,EL,ELA,Red
27659610000000,Alisal Union,2023,EL,Math,Red
27659610000000,Alisal Union,2023,EL,Suspension Rate,Red
27660350000000,Greenfield Union,2023,EL,ELA,Green
"""
ALISAL, GREENFIELD = "27659610000000", "27660350000000"


def test_explanations_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "r.csv").write_text(RECORDS, encoding="utf-8")
    asked = ["explain", "assistance/2023", "--records", "r.csv", "--format", "json"]
    first, second = valid("explain", said(capsys, *asked, "--lea", ALISAL, "--lea", GREENFIELD))["explanations"]
    assert (first["lea"]["cds"], second["lea"]["cds"]) == (ALISAL, GREENFIELD)
    assert (first["determination"], first["by"]) == ("Differentiated Assistance", ["Method 1"])
    groups = {group["code"]: group for group in first["student_groups"]}
    assert groups["EL"]["priorities"] == [4, 6]
    assert {"M1"} <= set(groups["EL"]["counts_in"])
    [held] = [rule for rule in groups["EL"]["rules"] if rule["label"] == "4a"]
    assert (held["answer"], held["source"]["year"]) == ("yes", 2017)
    assert [(part["words"], part["value"], part["name"], part["decides"]) for part in held["parts"]] == [
        ("ELA", "Red", "ELA", True),
        ("Math", "Red", "Math", True),
    ]
    [alone] = valid("explain", said(capsys, *asked, "--lea", ALISAL, "--group", "EL"))["explanations"]
    assert alone["student_groups"] == [groups["EL"]]
    assert alone["rules"] == first["rules"]


def test_explained_levels_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "lea_code,year,student_group,indicator,number,value\n" + "".join(
        f"{ALISAL},2023,EL,Suspension Rate,{name},{value}\n"
        for name, value in (("students", 120), ("suspended students", 6), ("students last year", 100))
    )
    (folder / "n.csv").write_text(rows, encoding="utf-8")
    asked = ["explain", "dashboard/2023", "--records", "n.csv", "--format", "json", "--lea", ALISAL]
    [held] = valid("explain", said(capsys, *asked))["explanations"]
    [result] = [one for one in held["levels"] if one["indicator"] == "Suspension Rate"]
    assert result["numbers"]["suspension rate"] == {"value": "5", "exact": "5"}
    assert result["levels"]["Status"] == {"level": "cannot tell", "reason": "not in the data: result, Status and type"}
    assert "6 ÷ 120 × 100 = 5" in result["explanation"]


def test_a_suspended_year_is_explained_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "r.csv").write_text(RECORDS.replace("2023", "2019"), encoding="utf-8")
    text = said(capsys, "explain", "assistance/2020", "--records", "r.csv", "--format", "json", "--lea", ALISAL)
    [held] = valid("explain", text)["explanations"]
    assert (held["determination"], held["rules"], held["student_groups"]) == ("suspended", [], [])


def test_nothing_is_printed_of_an_lea_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "r.csv").write_text(RECORDS, encoding="utf-8")
    asked = ["explain", "assistance/2023", "--records", "r.csv", "--format", "json", "--lea", "01100170000000"]
    assert valid("explain", said(capsys, *asked, code=1)) == {"explanations": []}


# ---- compare, way-out and analyze ----


def write_two_rulesets(folder: Path) -> None:
    """Write rulesets that differ in the level of one rule: `fine/2023.rules` and `narrow/2023.rules`."""
    (folder / "narrow").mkdir()
    for name, level in (("fine", "Red"), ("narrow", "Orange")):
        text = f"{HEAD}4a: {level} on ELA → Priority 4\nfor school districts\n  {DETERMINED}"
        (folder / name / "2023.rules").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("data", [True, False])
def test_a_comparison_is_printed_as_data(data: bool, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_two_rulesets(folder)
    said(capsys, "sample", "state", "--leas", "12")
    asked = [
        "compare",
        "fine/2023.rules",
        "narrow/2023.rules",
        "--format",
        "json",
        *(["--data", "state"] if data else []),
    ]
    held = valid("compare", said(capsys, *asked))
    assert (held["same"], [one["rule"] for one in held["changes"]]) == (False, ["4a"])
    assert held["differences"]
    assert bool(held.get("moves")) is data


def test_ways_out_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fine" / "2023.rules").write_text(f"{FINE}for school districts\n  {DETERMINED}", encoding="utf-8")
    said(capsys, "sample", "state", "--leas", "12")
    held = valid("way-out", said(capsys, "way-out", "fine/2023.rules", "--data", "state", "--format", "json"))
    assert held["ways"]
    assert held["changes"]


@pytest.mark.parametrize("data, code", [("12", 0), ("1", 1)])  # of one LEA, some files have no row and are refused
def test_what_results_depend_on_is_printed_as_data(
    data: str, code: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.is_dir()
    said(capsys, "sample", "state", "--year", "2023", "--leas", data)
    for options in ([], ["--lines", "--below", "40"]):
        asked = ["sensitivity", "assistance/2023", "--data", "state", "--format", "json", *options]
        held = valid("sensitivity", said(capsys, *asked, code=code))
        assert len(held["sensitivity"]) == int(data)


def test_simulations_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_two_rulesets(folder)
    said(capsys, "sample", "state", "--leas", "12")
    asked = [
        "simulate",
        "fine/2023.rules",
        "narrow/2023.rules",
        "--data",
        "state",
        "--by",
        "county",
        "--format",
        "json",
    ]
    assert valid("simulate", said(capsys, *asked))["units"]
    said(capsys, "sample", "counts", "--for", "dashboard/2023", "--leas", "3")
    measures = ["--measure", "Suspension Rate Status", "--measure", "Chronic Absenteeism Status"]
    asked = ["simulate", "dashboard/2023", "--data", "counts", *measures, "--step", "25", "--format", "json"]
    assert valid("simulate", said(capsys, *asked))["percentiles"]


def test_findings_are_printed_as_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    implied = f"{FINE}4b: Red on ELA and Red on Math → Priority 4\nfor school districts\n  {DETERMINED}"
    (folder / "fine" / "2023.rules").write_text(implied, encoding="utf-8")
    held = valid("analyze", said(capsys, "analyze", "fine/2023.rules", "--format", "json", code=1))
    [found] = held["rulesets"][0]["findings"]
    assert (found["rule"], found["severity"]) == ("4b", "warning")


LEVELS = """ruleset Practice 2019
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure rate = suspended students ÷ students, as a percent
  measure Status = rate, rounded to 1 decimal
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | 1.5 or less | {medium} | 6.0 or less | above 7.0 |
"""


@pytest.mark.parametrize(
    "medium, code, case",
    [
        pytest.param("3.0 or less", "gap-in-bands", "6.1", id="gap"),
        pytest.param("1.0 to 7.0", "overlapping-bands", "1", id="overlap"),
    ],
)
def test_gaps_and_overlaps_of_tables_are_findings_with_a_case_and_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], medium: str, code: str, case: str
) -> None:
    (folder / "levels").mkdir()
    shutil.copy(rulesets_folder() / "vocabulary.rules", folder)
    shutil.copy(rulesets_folder() / "dashboard" / "vocabulary.rules", folder / "levels")
    (folder / "levels" / "2019.rules").write_text(LEVELS.format(medium=medium), encoding="utf-8")
    asked = ("levels/2019.rules", "--format", "json")
    analyzed = valid("analyze", said(capsys, "analyze", *asked, code=1))["rulesets"][0]["findings"]
    checked = valid("check", said(capsys, "check", *asked, code=1))["rulesets"][0]["diagnostics"]
    for found in (analyzed, checked):
        shown = [(one["case"], one["place"]["line"]) for one in found if one["code"] == code]
        assert (case, 9) in shown


# ---- verify, and what evaluate and lock write ----


@pytest.mark.slow
def test_what_a_run_writes_is_as_its_schemas_say(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "sample", "state", "--leas", "8")
    out = folder / "out"
    said(capsys, "evaluate", "assistance/2023", "--data", "state", "--out", str(out), "--format", "json", "--wide")
    for name in ("determinations", "reasons", "student_groups"):
        assert valid(name, (out / f"{name}.json").read_text(encoding="utf-8"))
    assert valid("run", (out / "run.json").read_text(encoding="utf-8"))["results"]
    assert valid("verify", said(capsys, "verify", str(out), "--format", "json"))["as_recorded"]
    changed = next(iter((folder / "state").glob("*.txt")))
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    held = valid("verify", said(capsys, "verify", str(out), "--format", "json", code=1))
    assert (held["as_recorded"], len(held["differences"])) == (False, 1)


@pytest.mark.parametrize("ruleset, name", [("dashboard/2023", "levels"), ("graduation/options", "measures")])
def test_levels_and_measures_are_as_their_schemas_say(
    ruleset: str, name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = rulelang.load(ruleset).year
    said_of = "EL,Suspension Rate,students" if name == "levels" else ",,four-year cohort"
    rows = f"lea_code,year,student_group,indicator,number,value\n{ALISAL},{year},{said_of},50\n"
    (folder / "n.csv").write_text(rows, encoding="utf-8")
    said(capsys, "evaluate", ruleset, "--records", "n.csv", "--out", "o", "--format", "json", "--wide")
    for one in (name, "student_groups"):
        assert valid(one, (folder / "o" / f"{one}.json").read_text(encoding="utf-8"))


def test_a_lock_is_as_its_schema_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "lock", "fine/2023.rules")
    assert valid("closed-years", (folder / "fine" / "closed-years.json").read_text(encoding="utf-8"))["years"]
