"""What those are called that rules decide about: schools and counties, not LEAs, where the rules are about these."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

import rulelang
from rulelang.cli.program import run
from rulelang.compiler.locations import rulesets_folder
from rulelang.core.how_many import called, how_many
from rulelang.core.record import LeaRecord
from rulelang.report.glance import among, called_on
from rulelang.report.lea_page import lea_page

CALLED = {
    "essa": ("school", "schools"),
    "essa/districts": ("district", "districts"),
    "funding": ("county", "counties"),
}
"""What the rules of a shipped folder are about; those of every other are about any LEA."""

SHIPPED = sorted(
    path.relative_to(rulesets_folder()).with_suffix("").as_posix()
    for path in rulesets_folder().rglob("*.rules")
    if path.name != "vocabulary.rules"
)

PROPOSAL = """what if "one indicator is enough"
  based on essa/2018

for schools
  replace G: combination and 1 or more state indicators are rated except for All Students → student group combination
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_rules_about_one_kind_are_called_by_it(name: str) -> None:
    rules = rulelang.load(rulesets_folder() / f"{name}.rules").rules
    assert (rules.entity, rules.entities) == CALLED.get(name.rpartition("/")[0], ("LEA", "LEAs"))


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with files of schools of 2018 and 2017, and a proposal beside them."""
    folder = tmp_path_factory.mktemp("schools")
    for year in ("2018", "2017"):
        run(["sample", str(folder / "data" / year), "--for", "essa/2018", "--year", year, "--leas", "12"])
    (folder / "proposal.rules").write_text(PROPOSAL, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        "evaluate essa/2018 --data DATA --out OUT",
        "compare essa/2018 PROPOSAL --data DATA",
        "simulate essa/2018 PROPOSAL --data DATA",
        "explain essa/2018 --data DATA --lea 01386303416924",
        "report essa/2018 --data DATA --out OUT",
        "sample OUT --for essa/2018 --leas 3",
    ],
)
def test_no_command_calls_a_school_an_lea(
    command: str, schools: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"DATA": schools / "data", "OUT": tmp_path / "out", "PROPOSAL": schools / "proposal.rules"}
    run([str(places.get(word, word)) for word in command.split()])
    shown = capsys.readouterr().out
    pages = [re.sub(r"<(style|script).*?</\1>", "", page.read_text("utf-8")) for page in tmp_path.rglob("*.html")]
    assert "school" in shown
    assert [text for text in (shown, *pages) if re.search(r"\b(LEA|unit)s?\b", text)] == []


COUNTY = """\
lea_code,kind,belongs_to,year,indicator,level,average_daily_attendance
C12,county,,2018,,,
C12,county,,2017,,,
12628100000000,school district,C12,2018,LCFF assistance status,Differentiated Assistance,900
12628100000000,school district,C12,2017,LCFF assistance status,General Assistance,900
"""


def test_a_summary_of_funding_counts_counties_and_their_districts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "districts.csv").write_text(COUNTY, encoding="utf-8")
    run(["evaluate", "funding/2018", "--records", str(tmp_path / "districts.csv"), "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out.startswith("County Office Funding 2018: 1 county and 1 school district\n")


def test_determinations_of_districts_and_their_schools_are_counted_by_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["lea_code,kind,belongs_to,year,student_group,indicator,level"]
    rows += [f"{code},{kind},{owner},2024,White,ELA,Red" for code, kind, owner in MEMBERS]
    (tmp_path / "schools.csv").write_text("\n".join(rows), encoding="utf-8")
    run(["evaluate", "essa/districts/2024", "--records", str(tmp_path / "schools.csv"), "--out", str(tmp_path / "out")])
    shown = capsys.readouterr().out
    assert shown.startswith("Districts through Schools 2024: 1 district and 2 schools\n")
    assert "\ndetermination   districts and schools\n" in shown


MEMBERS = [
    ("27660350000000", "district", ""),
    ("27660350000001", "school", "27660350000000"),
    ("27660350000002", "school", "27660350000000"),
]


CAMPUSES = """vocabulary Campuses
Dashboard years 2023

levels
  | scale | worst level first |
  | color | Red, Green        |

kinds of campus
  | kind   | plural   |
  | campus | campuses |

facts of the campus
  | fact  | is a   |
  | score | number |

student groups
  | code | name  |
  | WH   | White |

state indicators of student groups
  | indicator | color in |
  | Reading   | 2023 on  |

outcomes
  | outcome | is a          |
  | A       | determination |
  | F       | determination |
"""


def test_several_are_called_as_the_vocabulary_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "vocabulary.rules").write_text(CAMPUSES, encoding="utf-8")
    path = tmp_path / "2023.rules"
    path.write_text("ruleset Campuses 2023\nA: score is 90 or more → A\nF: otherwise → F\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text("campus_code,year,score\nC1,2023,95\nC2,2023,80\n", encoding="utf-8")
    assert run(["evaluate", str(path), "--records", str(tmp_path / "r.csv")]) == 0
    assert "2 campuses" in capsys.readouterr().out
    assert run(["words", str(path)]) == 0
    assert "\nkinds of campus\n" in capsys.readouterr().out
    path.write_text("ruleset Campuses 2023\nA: Red on Reading → A\nF: otherwise → F\n", encoding="utf-8")
    run(["check", str(path)])
    assert "the rule is about the campus" in capsys.readouterr().out


def of_kinds(**by_kind: int) -> str:
    """Return how many there are, as rules about districts and their schools say it."""
    return how_many(rulelang.load("essa/districts/2024").rules, by_kind)


def test_several_kinds_are_counted_each_by_itself() -> None:
    assert of_kinds(school=2, district=1) == "1 district and 2 schools"
    assert of_kinds(school=1) == "1 school"
    unknown = rulelang.load("essa/districts/2024").rules.vocabulary
    assert of_kinds(school=1, other=2) == f"1 school and 2 {unknown.entities}"
    assert how_many(rulelang.load("assistance/2023").rules, {"school": 1, "district": 2}) == "3 LEAs"


def test_data_are_counted_by_kind_where_kinds_belong_to_one_another() -> None:
    rows = [{"lea_code": code, "kind": kind, "belongs_to": owner, "year": 2024} for code, kind, owner in MEMBERS]
    rows = [{**row, "student_group": "White", "indicator": "ELA", "level": "Red"} for row in rows]
    assert repr(rulelang.load("essa/districts/2024").records(rows)).startswith("<DataSet of 1 district and 2 schools,")
    of_leas = [{**row, "kind": "", "belongs_to": "", "year": 2023} for row in rows]
    assert repr(rulelang.load("assistance/2023").records(of_leas)).startswith("<DataSet of 3 LEAs,")


@pytest.mark.parametrize("leas, words", [(1, "1 LEA"), (2, "2 LEAs")])
def test_a_page_about_one_has_it_in_the_singular(leas: int, words: str, tmp_path: Path) -> None:
    run(["sample", str(tmp_path / "data"), "--year", "2023", "--leas", str(leas)])
    run(["report", "assistance/2023", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "pages")])
    index = (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    about = re.findall(r'<p class="about">(.*?)</p>', index)[0]
    assert about.endswith(words)


@pytest.mark.parametrize("kinds", [1, 2])
def test_pages_call_what_they_are_about_by_its_kinds(kinds: int) -> None:
    rules = rulelang.load("essa/districts/2024")
    records = [LeaRecord(code, "", "", kind) for code, kind, _ in MEMBERS[-kinds:]]
    if kinds > 1:
        records[0] = evolve(records[0], kind="district")
    pages = [lea_page(one) for one in rules.evaluate(records)]
    both = ("district / school", "districts and schools")
    assert called_on(pages, rules.rules) == (both if kinds > 1 else ("school", "schools"))
    assert called_on(pages, rulelang.load("assistance/2023").rules) == ("LEA", "LEAs")


def test_an_outcome_is_counted_among_the_kinds_that_get_it() -> None:
    """Only schools were identified: they are so many of the schools, and not of the districts beside them."""
    rules, kinds = rulelang.load("essa/districts/2024").rules, ("district", "school", "school")
    leas = rulelang.load("assistance/2023")
    page = lea_page(leas.evaluate([LeaRecord("1", "", "", "school district")])[0])
    pages = [evolve(page, kind=kind, outcome="CSI" if at == 1 else "none") for at, kind in enumerate(kinds)]
    assert among(pages, rules, "CSI") == (2, "2 schools")
    assert among(pages, rules, "none") == (3, "3")
    assert among(pages, leas.rules, "CSI") == (3, "3")


@pytest.mark.parametrize("kinds", [None, ("school",), ("district", "school"), ("other",)])
def test_several_entities_are_called_the_same_everywhere(kinds: tuple[str, ...] | None) -> None:
    """Any of them are called by the vocabulary's word, unless that is the word for one kind."""
    rules = rulelang.load("essa/districts/2024").rules
    words = rules.vocabulary
    both = ("district or school", "districts and schools")
    general = both if words.entity in ("district", "school") else (words.entity, words.entities)
    expected: dict[tuple[str, ...] | None, tuple[str, str]]
    expected = {None: general, ("school",): ("school", "schools"), ("district", "school"): both}
    assert called(rules, kinds) == expected.get(kinds, (words.entity, words.entities))
    assert called(rulelang.load("assistance/2023").rules, kinds) == ("LEA", "LEAs")


@pytest.mark.parametrize("command", ["sensitivity", "way-out"])
def test_rules_without_a_determination_need_another_outcome(
    command: str, schools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "essa/2017", "--data", str(schools / "data")]) == 2
    assert "give no determination; name another outcome with --outcome" in " ".join(capsys.readouterr().err.split())


def test_schools_are_called_schools_where_their_districts_are_decided_about_too(
    schools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for year in ("2022", "2023", "2024"):
        run(["sample", str(schools / "later" / year), "--for", "essa/districts/2024", "--year", year, "--leas", "20"])
    listed = str(schools / "later" / "2024" / "essaassistance24.xlsx")
    capsys.readouterr()
    run(["evaluate", "essa/districts/2024", "--data", str(schools / "later"), "--published", listed])
    shown = capsys.readouterr().out
    assert "\nTSI: 2 schools" in shown
    assert re.search(r"^ +code   school +student groups", shown, re.MULTILINE)
    assert "have no row for" not in shown


def test_a_school_is_explained_with_the_student_groups_that_count(
    schools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["explain", "essa/2018", "--data", str(schools / "data"), "--lea", "01772717829012"])
    shown = capsys.readouterr().out
    lines = [line.strip(" |") for line in shown.splitlines()]
    after = lines.index(
        "17 | CL: All Students meet combination and Title I-Funded on Title I → CSI Low Performing criteria"
    )
    assert lines[after + 2].split() == ["no", "Title", "I-Funded"]
    assert "\nPacific Islander (PI)\n" in shown
    assert "\nyes  T, targeted student group\n" in shown
    assert "no priority" not in shown
    marks = lines[lines.index("12 | C3: all indicators are Red or Orange with at least one Red → combination") + 1]
    assert [len(mark) for mark in marks.split()] == [len("all indicators are Red or Orange"), len("one Red")]


RATED: Final = """\
vocabulary Ratings
Dashboard years 2023

kinds of LEA
  | kind     | plural    | belongs to |
  | state    | states    |            |
  | district | districts | state      |
  | school   | schools   | district   |

facts of the LEA
  | fact  | is a   | of     |
  | score | number | school |

outcomes
  | outcome  | is a          |
  | Targeted | determination |
  | Review   | determination |
  | None     | determination |

files of published lists
  | years   | file           |
  | 2023 on | status{yy}.csv |

columns of published lists
  | holds         | column | where there is none |
  | LEA code      | code   |                     |
  | LEA name      | name   | (blank)             |
  | county        | county | (blank)             |
  | determination | status |                     |

determination codes of published lists
  | code     | determination |
  | Targeted | Targeted      |
  | Review   | Review        |
  | None     | None          |
"""
OF_SCHOOLS: Final = "\nfor schools\n  T: score is below 50 → Targeted\n  N: otherwise → None\n"
OF_BOTH: Final = f"{OF_SCHOOLS}\nfor districts\n  R: any school is Targeted → Review\n  otherwise → None\n"
ROWS: Final = "lea_code,kind,belongs_to,year,score\nD1,district,,2023,\nS1,school,D1,2023,40\nS2,school,D1,2023,60\n"


@pytest.mark.parametrize(
    "listed, compared, apart",
    [
        ("S1,Targeted\nS2,None\n", "in 2 schools", "districts and schools"),
        ("S1,Targeted\nS2,None\nD1,Review\n", "in 1 district and 2 schools", None),
        ("S2,None\nD1,Review\n", "in 1 district and 1 school", "districts and schools"),
    ],
)
def test_a_comparison_with_a_list_counts_what_was_compared(
    listed: str, compared: str, apart: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"vocabulary.rules": RATED, "2023.rules": f"ruleset Ratings 2023\n{OF_BOTH}", "rows.csv": ROWS}
    for name, text in {**files, "status23.csv": f"code,status\n{listed}"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rules, rows, official = (str(tmp_path / name) for name in ("2023.rules", "rows.csv", "status23.csv"))
    run(["reconcile", rules, "--records", rows, "--official", official])
    shown = capsys.readouterr()
    assert shown.out.endswith(f" compared agree, {compared}\n"), shown
    assert ("Not compared" in shown.out) is (apart is not None)
    assert apart is None or f" {apart} " in shown.out
    ruleset = rulelang.load(tmp_path / "2023.rules")
    found = ruleset.reconcile(plain(ROWS), official=tmp_path / "status23.csv")
    assert repr(found).startswith(f"<Reconciliation of {compared.removeprefix('in ')}: ")


def plain(text: str) -> list[dict[str, str]]:
    """Return the rows of a text."""
    head, *rows = (line.split(",") for line in text.splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_determinations_of_several_kinds_are_shown_as_these(tmp_path: Path) -> None:
    rows = plain(ROWS)
    (tmp_path / "vocabulary.rules").write_text(RATED, encoding="utf-8")
    (tmp_path / "2023.rules").write_text(f"ruleset Ratings 2023\n{OF_BOTH}", encoding="utf-8")
    found = rulelang.load(tmp_path / "2023.rules").evaluate(rows)
    assert repr(found).startswith("<Determinations of 1 district and 2 schools: ")
    (tmp_path / "2023.rules").write_text(f"ruleset Ratings 2023\n{OF_SCHOOLS}", encoding="utf-8")
    found = rulelang.load(tmp_path / "2023.rules").evaluate(rows[1:])
    assert repr(found).startswith("<Determinations of 2 schools: ")
