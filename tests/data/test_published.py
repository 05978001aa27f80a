"""The published list: what its cells mean, and every mistake told."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulelang
from rulelang.core.file_layouts import PUBLISHED_LISTS
from rulelang.core.vocabulary import Outcome, Vocabulary
from rulelang.data.published import PublishedList, read_published
from tests.data.small import COUNTY_OFFICE, DISTRICT, VOCABULARY, codes

HEADER = "CDS,LEAname,Countyname,ReportYear,AApriorities,TOMpriorities,MRpriorities,AssistanceStatus2018,MetMethod1"
GOOD = (DISTRICT, "Alameda Unified", "Alameda", "2018", "D", "*", "", "Differentiated Assistance", "Y")


def published(folder: Path, *rows: tuple[str, ...], header: str = HEADER) -> PublishedList:
    path = folder / "assistancestatus18.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return read_published(VOCABULARY, path, 2018)


def changed(at: int, value: str) -> tuple[str, ...]:
    return (*GOOD[:at], value, *GOOD[at + 1 :])


def test_a_row_is_read(tmp_path: Path) -> None:
    found = published(tmp_path, GOOD, (COUNTY_OFFICE, "B", "C", "2018f", "", "", "A", "*", ""))
    assert found.diagnostics == ()
    office, district = found.leas
    assert (district.name, district.county, district.determination) == (*GOOD[1:3], "Differentiated Assistance")
    assert district.priorities["African American"] == frozenset({4, 6})
    assert district.priorities["Two or More Races"] == district.priorities["White"] == frozenset()
    assert district.methods == {"Method 1": True, "Method 2": None, "Method 3": None}
    assert (office.determination, office.methods["Method 1"]) == (None, None)
    assert office.priorities["Two or More Races"] == frozenset({4, 5, 6})  # under the group's main code
    assert found.lea(DISTRICT) is district
    assert found.lea("0") is None
    assert {"African American", "Method 1"} <= found.columns
    assert not {"White", "Method 2"} & found.columns


def test_a_row_that_repeats_another_is_refused_and_with_it_one_that_it_contradicts(tmp_path: Path) -> None:
    for rows, code, left in (
        ([GOOD, GOOD], "duplicate-row", [DISTRICT]),
        ([GOOD, changed(4, "B")], "contradicting-row", []),
        ([changed(4, "B"), GOOD], "contradicting-row", []),
        ([GOOD, GOOD, changed(4, "B"), GOOD], "contradicting-row", []),
    ):
        found = published(tmp_path, *rows)
        assert code in {one.code for one in found.diagnostics}
        assert [lea.code for lea in found.leas] == left
        assert (found.report.read, found.report.used) == (len(rows), len(left))


@pytest.mark.parametrize(
    "at, value, code, column",
    [
        (0, DISTRICT[1:], "lost-leading-zeros", "CDS"),
        (0, "X", "unknown-lea-code", "CDS"),
        (3, "2017", "wrong-dashboard-year", "ReportYear"),
        (4, "Z", "unknown-priority-code", "AApriorities"),
        (7, "Some Support", "unknown-determination-code", "AssistanceStatus2018"),
        (8, "perhaps", "neither-yes-nor-no", "MetMethod1"),
    ],
)
def test_a_bad_cell_refuses_its_row_only(tmp_path: Path, at: int, value: str, code: str, column: str) -> None:
    found = published(tmp_path, (COUNTY_OFFICE, *GOOD[1:]), changed(at, value))
    [diagnostic] = found.diagnostics
    assert diagnostic.code == code
    assert diagnostic.place is not None
    assert (diagnostic.place.row, diagnostic.place.column) == (3, column)
    assert [lea.code for lea in found.leas] == [COUNTY_OFFICE]
    assert (found.report.read, found.report.used, found.report.refused) == (2, 1, 1)
    assert found.has_errors


@pytest.mark.parametrize("missing", ["AssistanceStatus2018", "priorities", "CDS"])
def test_a_list_without_a_column_is_refused(tmp_path: Path, missing: str) -> None:
    found = published(tmp_path, GOOD, header=HEADER.replace(missing, "other"))
    assert set(codes(found.diagnostics)) <= {"missing-data-column", "no-header-row"}
    assert found.has_errors
    assert found.leas == ()


WITH_EARLIER = HEADER.replace("AssistanceStatus2018", "AssistanceStatus2017,AssistanceStatus2018,Assistance_Status2019")


def earlier(folder: Path, said: str, header: str = WITH_EARLIER) -> PublishedList:
    return published(folder, (*GOOD[:7], said, GOOD[7], "General Assistance", GOOD[8]), header=header)


def test_what_an_lea_was_called_before_is_read(tmp_path: Path) -> None:
    found = earlier(tmp_path, "Differentiated Support")
    assert found.diagnostics == ()
    assert found.leas[0].earlier == {2017: "Differentiated Assistance"}
    assert found.leas[0].determination == "Differentiated Assistance"


@pytest.mark.parametrize("said", ["", "*"])
def test_a_list_that_does_not_say_what_an_lea_was_called_before_leaves_it_out(tmp_path: Path, said: str) -> None:
    found = earlier(tmp_path, said)
    assert found.diagnostics == ()
    assert found.leas[0].earlier == {}


def test_an_unknown_word_for_an_earlier_year_refuses_the_row(tmp_path: Path) -> None:
    [diagnostic] = earlier(tmp_path, "Some Support").diagnostics
    assert diagnostic.code == "unknown-determination-code"
    assert diagnostic.place is not None
    assert diagnostic.place.column == "AssistanceStatus2017"


def test_a_column_that_names_no_year_says_nothing_of_earlier_years(tmp_path: Path) -> None:
    found = earlier(tmp_path, "General Support", WITH_EARLIER.replace("AssistanceStatus2017", "Assistance_Status"))
    assert found.diagnostics == ()
    assert found.leas[0].earlier == {}


@pytest.mark.parametrize(
    "at, code, used", [(1, "read-as-windows-1252", 1), (2, "read-as-windows-1252", 1), (7, "unreadable-cell", 0)]
)
def test_only_names_are_read_as_windows_1252(tmp_path: Path, at: int, code: str, used: int) -> None:
    path = published(tmp_path, changed(at, "Niños")).path
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    found = read_published(VOCABULARY, path, 2018)
    assert codes(found.diagnostics) == {code: 1}
    assert (found.report.used, found.report.refused) == (used, 1 - used)
    assert all("Niños" in (lea.name, lea.county) for lea in found.leas)


def test_a_list_that_does_not_exist_is_told(tmp_path: Path) -> None:
    found = read_published(VOCABULARY, tmp_path / "none.xlsx", 2018)
    assert codes(found.diagnostics) == {"no-such-data-file": 1}


def test_a_list_with_nothing_but_a_header_is_told(tmp_path: Path) -> None:
    assert codes(published(tmp_path).diagnostics) == {"header-only": 1}


def test_an_outcome_that_no_list_has_a_column_for_is_not_asked_for(tmp_path: Path) -> None:
    vocabulary = evolve(VOCABULARY, outcomes=(*VOCABULARY.outcomes, Outcome("Some label", "label")))
    path = published(tmp_path, GOOD).path
    found = read_published(vocabulary, path, 2018)
    assert found.diagnostics == ()
    assert list(found.leas[0].methods) == ["Method 1", "Method 2", "Method 3"]


# What begins like a workbook is read by a process of its own, which takes its time to start.
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300), after_header=st.booleans(), ending=st.sampled_from(["csv", "txt", "xlsx", "xls"])
)
def test_no_bytes_make_it_raise(tmp_path: Path, content: bytes, ending: str, *, after_header: bool) -> None:
    path = tmp_path / f"list.{ending}"
    path.write_bytes(f"{HEADER}\n".encode() + content if after_header else content)
    found = read_published(VOCABULARY, path, 2018)
    assert found.leas == ()
    assert found.has_errors


NOTHING = ("N/A", "n/a", "NA", "--", "-")
COLUMNS_SAYING = {
    "priorities": (4, "unknown-priority-code"),
    "determination": (7, "unknown-determination-code"),
    "method": (8, "neither-yes-nor-no"),
}


def with_blanks(*words: str) -> Vocabulary:
    formats = (evolve(one, blanks=words) if one.of == PUBLISHED_LISTS else one for one in VOCABULARY.formats)
    return evolve(VOCABULARY, formats=tuple(formats))


@pytest.mark.parametrize("at, code", COLUMNS_SAYING.values(), ids=COLUMNS_SAYING)
@pytest.mark.parametrize("word", NOTHING)
def test_a_word_that_could_mean_none_or_not_known_is_refused_unless_the_vocabulary_has_it(
    tmp_path: Path, word: str, at: int, code: str
) -> None:
    found = published(tmp_path, changed(at, word))
    [diagnostic] = found.diagnostics
    assert diagnostic.code == code
    assert "`cannot tell`" in (diagnostic.help or "")
    assert "`blank cells of published lists`" in (diagnostic.help or "")
    declared = read_published(with_blanks("*", "N/A", "na", "--", "-"), found.path, 2018)
    assert declared.diagnostics == ()
    assert declared.leas == published(tmp_path, changed(at, "")).leas


def test_the_star_is_a_blank_because_the_vocabulary_says_so(tmp_path: Path) -> None:
    assert published(tmp_path, changed(4, "*")).leas == published(tmp_path, changed(4, "")).leas
    found = read_published(with_blanks(), published(tmp_path, changed(4, "*")).path, 2018)
    assert [one.code for one in found.diagnostics] == ["unknown-priority-code"]


WITHOUT_GROUPS = """vocabulary Plain
Dashboard years 2024, 2025
kinds of school
  | kind   | plural  |{code}
  | school | schools |{shape}
facts of the school
  | fact  | is a   |
  | index | number |
outcomes
  | outcome | is a          |
  | Watch   | determination |
  | None    | determination |
files of published lists
  | years   | file           |
  | 2024 on | status{{yy}}.csv |
columns of published lists
  | holds         | column |
  | LEA code      | code   |
  | determination | status |
determination codes of published lists
  | code  | determination |
  | Watch | Watch         |
  | None  | None          |
"""


@pytest.mark.parametrize("code, shape", [(" code |", " S? |"), ("", "")], ids=["codes of a shape", "any codes"])
def test_the_list_of_a_vocabulary_without_student_groups_is_compared(code: str, shape: str, tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(WITHOUT_GROUPS.format(code=code, shape=shape), encoding="utf-8")
    rules = "ruleset Plain 2025\n  uses Plain vocabulary\nA: index is below 50 → Watch\notherwise → None\n"
    (tmp_path / "2025.rules").write_text(rules, encoding="utf-8")
    (tmp_path / "status25.csv").write_text("code,status\nS1,Watch\nS2,Watch\n", encoding="utf-8")
    ruleset = rulelang.load(tmp_path / "2025.rules")
    rows = [{"school_code": f"S{at}", "kind": "school", "year": 2025, "index": 39 + at} for at in (1, 12)]
    rows[1]["school_code"] = "S2"
    found = ruleset.reconcile(ruleset.records(rows), tmp_path / "status25.csv")
    assert [(one.code, one.verdict.value) for one in found.cells] == [("S1", "agrees"), ("S2", "differs")]
