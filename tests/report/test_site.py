"""The pages of a report: what they say is what the determinations say, and every reader can use them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from attrs import define, evolve, field

import rulelang
from rulelang.cli.program import run
from rulelang.core.record import FieldKey, LeaRecord, PublishedFacts, Reading, YearFacts
from rulelang.data.report import DataError
from rulelang.engine.determination import Determination
from rulelang.engine.explain import explain
from rulelang.engine.explanation import explanation
from rulelang.report.county_map import CountyMap, county_map
from rulelang.report.glance import glance
from rulelang.report.lea_page import Change, SmallestWay, lea_page
from rulelang.report.level_grid import RANKS
from rulelang.report.site import Wanted, write_site
from tests.report.county_outlines import OUTLINES

STYLE = Path(rulelang.__file__).parent / "report" / "templates" / "style.css"
INDICATORS = ("ELA", "Math", "ELPI", "Graduation Rate", "Chronic Absenteeism", "Suspension Rate", "College/Career")


def lea(name: str, code: str = "27660350000000", **levels: dict[FieldKey, Reading]) -> LeaRecord:
    groups = {group.replace("_", " "): readings for group, readings in levels.items()}
    facts = YearFacts(groups, silent=frozenset(INDICATORS))
    return LeaRecord(code, name, "Monterey", "school district", {2023: facts})


def color(**levels: str) -> dict[FieldKey, Reading]:
    return {(name.replace("_", " "), "color"): Reading(level) for name, level in levels.items()}


@pytest.fixture(scope="module")
def determined() -> Sequence[Determination]:
    red = color(ELA="Red", Math="Red") | color(Suspension_Rate="Red")
    records = [
        lea("Some <b>Unified</b> & Co", White=red, Asian=color(ELA="Orange", Math="Blue")),
        lea("Other Unified", "27660350000001", White=color(ELA="Yellow")),
    ]
    return list(rulelang.load("assistance/2023").evaluate(records))


@pytest.fixture(scope="module")
def site(determined: Sequence[Determination], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_site(folder, determined[0].ruleset, determined, version="1.2.3")
    return folder


@define
class Page(HTMLParser):
    """The elements of a page, and what is wrong with how they are nested."""

    elements: list[tuple[str, dict[str, str | None]]] = field(factory=list)
    open: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)
    text: list[str] = field(factory=list)

    def __attrs_pre_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "wbr", "input", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


# ---- What it says ----


def test_a_page_says_what_the_lea_gets_and_which_group_meets_what(determined: Sequence[Determination]) -> None:
    page = lea_page(determined[0])
    assert page.outcome == determined[0].outcome == "Differentiated Assistance"
    assert page.sentence.endswith(
        "& Co is eligible for Differentiated Assistance in 2023 by Method 1"
        " because one student group meets the criteria for it."
    )
    assert page.groups_met == (("White", "Priorities 4 and 6"),)
    [white] = page.decided_by
    assert (white.name, white.met) == ("White", "Priority 4, Pupil Achievement; Priority 6, School Climate")
    assert white.evidence == "ELA: Red; Math: Red; Suspension Rate: Red"


def test_a_page_says_which_criteria_an_lea_does_not_meet() -> None:
    silent = frozenset(one.name for one in rulelang.load("assistance/2023").rules.vocabulary.indicators)
    record = evolve(lea("Other Unified"), years={2023: YearFacts(silent=silent)})
    [determination] = rulelang.load("assistance/2023").evaluate([record])
    page = lea_page(determination)
    assert page.is_otherwise
    assert page.sentence == (
        "Other Unified is not eligible for Differentiated Assistance in 2023. Its determination is General Assistance."
    )
    assert not page.decided_by


def test_an_lea_that_meets_the_criteria_but_is_exempt_is_not_said_not_to_meet_them(tmp_path: Path) -> None:
    path = tmp_path / "exempt.rules"
    path.write_text(
        "what if the fifth priority exempted\n  based on assistance/2023\n\nfor school districts and county offices\n"
        "  replace DA: (Method 1 or Differentiated Assistance criteria are met),"
        " unless any student group meets Priority 5 → Differentiated Assistance\n",
        encoding="utf-8",
    )
    silent = frozenset(one.name for one in rulelang.load("assistance/2023").rules.vocabulary.indicators)
    red = color(ELA="Red", Math="Red") | color(Suspension_Rate="Red")
    records = [lea("Some", White=red | color(Chronic_Absenteeism="Red")), lea("Other", "27660350000001", Asian=red)]
    records = [evolve(one, years={2023: evolve(one.years[2023], silent=silent)}) for one in records]
    exempt, other = rulelang.load(path).evaluate(records)
    assert exempt.methods["Method 1"] is other.methods["Method 1"] is True
    assert lea_page(exempt).sentence == (
        "Some is not eligible for Differentiated Assistance in 2023. Its determination is General Assistance."
    )
    assert "by Method 1" in lea_page(other).sentence
    assert ["by Method 1" in explain(one) for one in (exempt, other)] == [False, True]
    assert [explanation(one).by for one in (exempt, other)] == [(), ("Method 1",)]


def test_what_an_lea_meets_as_a_whole_is_not_put_down_to_its_student_groups() -> None:
    unmet = {(name, "rating"): Reading("Not Met for Two or More Years") for name in ("Basics", "School Climate")}
    silent = frozenset(one.name for one in rulelang.load("assistance/2023").rules.vocabulary.indicators)
    whole = LeaRecord("27660350000000", "Some", "Monterey", "school district", {2023: YearFacts({}, unmet, silent)})
    red = color(ELA="Red", Suspension_Rate="Red")
    several = evolve(whole, years={2023: YearFacts({"White": red}, unmet, silent)})
    pages = [lea_page(one) for one in rulelang.load("assistance/2023").evaluate([whole, several])]
    for page in pages:
        assert page.sentence.endswith("in 2023 by Method 2 because it meets Priorities 1 and 6 as a whole.")
    assert [[one.name for one in page.decided_by] for page in pages] == [[], ["White"]]


def test_the_grid_has_each_level_that_the_data_give_and_ranks_it(determined: Sequence[Determination]) -> None:
    page = lea_page(determined[0])
    white = next(row for row in page.groups.rows if row.name == "White")
    levels = dict(zip(page.groups.columns, white.cells, strict=True))
    assert {name: (cell.text, cell.rank) for name, cell in levels.items() if cell.rank} == {
        "ELA": ("Red", 1),
        "Math": ("Red", 1),
        "Suspension Rate": ("Red", 1),
    }
    asian = next(row for row in page.groups.rows if row.name == "Asian")
    assert [cell.rank for cell in asian.cells if cell.rank] == [2, RANKS]
    assert "Filipino" in page.groups.without


def test_a_rule_that_holds_stands_there_with_its_values_and_its_source(determined: Sequence[Determination]) -> None:
    held = {rule.label: rule for rule in lea_page(determined[0]).criteria}
    assert held["4a"].text == "Red on both ELA and Math → Priority 4"
    assert [one.text for one in held["4a"].whom] == ["White: ELA: Red; Math: Red"]
    assert any(rule.cites for rule in held.values())


def test_what_cannot_be_told_is_said_with_what_is_missing() -> None:
    unknown = LeaRecord("27660350000000", "Unknown Unified", "Monterey", "school district", {})
    [determination] = rulelang.load("assistance/2023").evaluate([unknown])
    page = lea_page(determination)
    assert page.is_open
    assert page.sentence.startswith("The data at hand do not decide what Unknown Unified")
    assert "the data have nothing for 2023" in page.missing
    assert {cell.text for row in page.groups.rows for cell in row.cells} <= {"unknown", "not rated"}


def test_a_value_missing_from_a_year_that_the_data_have_is_named() -> None:
    record = evolve(lea("Unknown Unified"), years={2023: YearFacts()})
    [determination] = rulelang.load("assistance/2023").evaluate([record])
    page = lea_page(determination)
    assert any(missing.startswith("ELA color of ") for missing in page.missing)
    assert "the data have nothing for 2023" not in page.missing


def test_a_referral_that_cannot_be_told_is_said_with_what_is_missing(determined: Sequence[Determination]) -> None:
    page = lea_page(determined[0])
    assert page.outcome == "Differentiated Assistance"
    assert dict(page.answers)["EC 52072 referral"] == "cannot tell"
    referral = [one for one in page.missing if one.startswith("EC 52072 referral: ")]
    assert "EC 52072 referral: the data have nothing for 2018, 2019 and 2022" in referral
    assert all(one.startswith(("Method 2: ", "Method 3: ", "EC 52072 referral: ")) for one in page.missing)


def test_what_is_for_other_kinds_of_lea_does_not_apply(determined: Sequence[Determination]) -> None:
    [charter] = rulelang.load("assistance/2023").evaluate([evolve(determined[0].record, kind="charter school")])
    assert set(dict(lea_page(charter).answers).values()) == {"does not apply"}
    assert "Method 1: does not apply" in lea_page(charter).explanation
    assert dict(lea_page(determined[0]).answers)["Method 2"] != "does not apply"


def test_a_page_names_rulesets_and_not_the_folders_they_are_in(
    determined: Sequence[Determination], tmp_path: Path
) -> None:
    own = tmp_path / "proposal.rules"
    own.write_text('what if "Orange"\n  based on assistance/2023\n  because "asked"\n', encoding="utf-8")
    [proposed] = rulelang.load(str(own)).evaluate([determined[0].record])
    for one in (determined[0], proposed):
        drawn = lea_page(one).explanation
        assert "--> assistance/2018:" in drawn
        assert ".rules:" not in drawn
        assert str(tmp_path) not in drawn
    assert "assistance/2018.rules:" in explain(determined[0], width=200)


def test_the_first_page_counts_what_the_determinations_say(site: Path, determined: Sequence[Determination]) -> None:
    text = " ".join("".join(read(site / "index.html").text).split())
    for determination in determined:
        assert determination.outcome in text
        assert determination.record.name in text
    assert "Monterey County · 2 LEAs" in text


# ---- How it is written ----


def test_names_from_data_are_text_and_never_markup(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert "<b>" not in path.read_text(encoding="utf-8")
    assert "Some <b>Unified</b> & Co" in "".join(read(site / "lea" / "27660350000000.html").text)


def test_the_same_results_give_the_same_bytes(determined: Sequence[Determination], site: Path, tmp_path: Path) -> None:
    write_site(tmp_path, determined[0].ruleset, determined, version="1.2.3")
    for path in site.rglob("*.html"):
        assert (tmp_path / path.relative_to(site)).read_bytes() == path.read_bytes()


def test_pages_are_not_written_over_unless_asked(determined: Sequence[Determination], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(DataError):
        write_site(tmp_path, determined[0].ruleset, determined, version="1.2.3")
    assert (tmp_path / "index.html").read_text() == "mine"
    write_site(tmp_path, determined[0].ruleset, determined, version="1.2.3", replace=True)
    assert (tmp_path / "index.html").read_text() != "mine"


# ---- Who can read it ----


def test_pages_are_well_nested_and_tell_what_they_are(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = read(path)
        tags = [tag for tag, _ in page.elements]
        assert (page.wrong, page.open) == ([], [])
        assert dict(page.elements)["html"] == {"lang": "en"}
        assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 1)
        assert tags.count("table") == tags.count("caption") > 0
        assert all("scope" in attributes for tag, attributes in page.elements if tag == "th")
        named = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
        assert {attributes["for"] for tag, attributes in page.elements if tag == "label"} <= named


def test_links_lead_to_pages_that_are_there_and_nowhere_else(site: Path) -> None:
    for path in site.rglob("*.html"):
        for _, attributes in read(path).elements:
            link = attributes.get("href") or ""
            assert not attributes.get("src")
            if not link.startswith("#") and link:
                assert (path.parent / link).is_file(), link


def luminance(hexadecimal: str) -> Fraction:
    """Return the relative luminance of a color, as WCAG 2.1 defines it."""
    digits = hexadecimal.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return Fraction(0.2126 * red + 0.7152 * green + 0.0722 * blue)


@pytest.mark.parametrize("rank", range(RANKS + 1))
def test_text_stands_out_from_the_color_of_a_level(rank: int) -> None:
    found = re.search(rf"\.rank{rank} {{ background: ([^;]+); color: ([^;]+); }}", STYLE.read_text(encoding="utf-8"))
    assert found is not None
    colors = [{"var(--soft)": "#f2f3f5"}.get(one, one) for one in found.groups()]
    dark, light = sorted(map(luminance, colors))
    assert (light + Fraction(1, 20)) / (dark + Fraction(1, 20)) >= Fraction(9, 2)


# ---- The command ----


@pytest.mark.slow
def test_the_command_writes_a_page_for_each_lea(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sample", str(tmp_path / "state"), "--year", "2023", "--leas", "60"]) == 0
    out = str(tmp_path / "pages")
    command = ["report", "assistance/2023", "--data", str(tmp_path / "state"), "--out", out]
    assert run(command) == 0
    assert "60 pages of LEAs" in capsys.readouterr().out
    assert len(list((tmp_path / "pages" / "lea").glob("*.html"))) == 60
    assert run(command) == 2
    assert run([*command, "--force"]) == 0


def test_a_ruleset_that_determines_nothing_has_no_report(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    command = ["report", "dashboard/2018", "--data", str(tmp_path / "state"), "--out", str(tmp_path / "pages")]
    assert run(command) == 2
    assert not (tmp_path / "pages").exists()


def test_the_first_page_counts_the_leas_in_which_each_group_meets_something(site: Path) -> None:
    text = " ".join(" ".join(read(site / "index.html").text).split())
    counted = text.partition("By student group")[2].partition("Levels of each student group")[0]
    assert counted.split("Share")[1].split() == ["White", "1"]


# ---- What changed, and why ----


def listed(before: str, **groups: set[int]) -> YearFacts:
    met = {name.replace("_", " "): frozenset(numbers) for name, numbers in groups.items()}
    return YearFacts(published=PublishedFacts(met, held=frozenset({before})))


@pytest.fixture(scope="module")
def moved(determined: Sequence[Determination]) -> Sequence[Determination]:
    """Return an LEA that gets in 2023 what it did not get in 2022, and one with the same determination."""
    record = determined[0].record
    came = evolve(record, years={**record.years, 2022: listed("General Assistance", Asian={4, 5})})
    same = evolve(record, code="27660350000002", years={**record.years, 2022: listed("Differentiated Assistance")})
    return list(rulelang.load("assistance/2023").evaluate([came, same]))


def test_a_page_says_what_changed_since_the_year_before(moved: Sequence[Determination]) -> None:
    came, same = map(lea_page, moved)
    assert came.since == "General Assistance in 2022, Differentiated Assistance in 2023."
    assert came.group_changes == (
        ("Asian", "no longer meets enough to count (in 2022: Priorities 4 and 5)"),
        ("White", "newly meets Priorities 4 and 6"),
    )
    assert same.since == "Differentiated Assistance in 2023, as in 2022."
    assert (same.why_moved, came.why_moved) == ("", "; ".join(map(" ".join, came.group_changes)))


def by(outcome: str, like: Determination) -> Determination:
    return evolve(like, outcome=outcome)


def test_it_says_whether_the_rules_or_the_results_made_the_difference(moved: Sequence[Determination]) -> None:
    came, same = moved
    by_rules = lea_page(came, by_old_rules=by("General Assistance", came))
    assert by_rules.since.endswith(
        "The rules made the difference: by the rules of 2022, the data of 2023 would give General Assistance."
    )
    assert by_rules.why_moved == "the rules of 2022 would still give General Assistance"
    by_results = lea_page(came, by_old_rules=by("Differentiated Assistance", came))
    assert "The results alone would have made the difference" in by_results.since
    assert "made the difference" not in lea_page(same, by_old_rules=by("General Assistance", same)).since
    assert lea_page(came, by_old_rules=by("cannot tell", came)).since == lea_page(came).since


def test_a_page_has_the_history_of_student_groups(moved: Sequence[Determination]) -> None:
    came, same = map(lea_page, moved)
    assert came.group_history == (
        ("Student group", "2022", "2023"),
        ("Asian", "Priorities 4 and 5", "–"),
        ("White", "–", "Priorities 4 and 6"),
    )
    assert same.group_history[1:] == (("White", "–", "Priorities 4 and 6"),)


def test_the_first_page_names_who_moved_and_counts_the_others(moved: Sequence[Determination], tmp_path: Path) -> None:
    old = {one.record.code: by("General Assistance", one) for one in moved}
    write_site(tmp_path, moved[0].ruleset, moved, Wanted(by_old_rules=old), version="1.2.3")
    text = " ".join(" ".join(read(tmp_path / "index.html").text).split())
    said = text.partition("What changed since 2022")[2].partition("By student group")[0]
    assert "Of 2 LEAs with a known determination in 2022, 1 now have another, and 1 have the same." in said
    assert "From the same data, the rules of 2022 would give 2 of the LEAs another determination." in said
    assert "From General Assistance to Differentiated Assistance (1)" in said


def test_without_the_year_before_nothing_is_said_of_it(determined: Sequence[Determination], site: Path) -> None:
    assert lea_page(determined[0]).since == ""
    assert lea_page(determined[0]).group_history == ()
    assert "What changed" not in "".join(read(site / "index.html").text)


def test_the_levels_of_each_group_are_counted(determined: Sequence[Determination]) -> None:
    seen = glance([lea_page(one) for one in determined], determined[0].ruleset.vocabulary)
    counted = {
        (group, row.indicator): {one.level: one.count for one in row.levels}
        for group, rows in seen.levels
        for row in rows
    }
    assert counted["White", "ELA"] == {"Red": 1, "Yellow": 1}
    assert counted["Asian", "Math"] == {"Blue": 1}
    assert seen.widest == 2
    assert [rank for rank, _ in seen.legend] == [1, 2, 3, 5]


@pytest.mark.parametrize(
    "ways, students, said",
    [
        (1, None, "No other way is as small."),
        (2, 1, "One other way is as small. This one takes one student."),
        (3, 5, "2 other ways are as small. This one takes up to 5 students."),
    ],
)
def test_a_page_says_what_would_change_it(
    ways: int, students: int | None, said: str, determined: Sequence[Determination]
) -> None:
    way = SmallestWay((Change("Math", "White", "Red", "Orange"),), ways, students)
    first, change = lea_page(determined[0], way=way).way
    assert first == f"At least one level would have to change to end Differentiated Assistance. {said}"
    assert change == "White: Math from Red to Orange"
    assert lea_page(determined[0]).way == ()


# ---- The map ----


def in_counties(determined: Sequence[Determination], *names: str) -> Sequence[Determination]:
    return [evolve(determined[0], record=evolve(determined[0].record, county=name)) for name in names]


def mapped(determinations: Sequence[Determination]) -> CountyMap | None:
    pages = [lea_page(one) for one in determinations]
    return county_map(OUTLINES, glance(pages, determinations[0].ruleset.vocabulary))


def test_a_map_shades_counties_by_their_share(determined: Sequence[Determination]) -> None:
    drawn = mapped(
        [*in_counties(determined, "Monterey", "Kern"), by("General Assistance", in_counties(determined, "Kern")[0])]
    )
    assert drawn is not None
    assert drawn.outcome == "Differentiated Assistance"
    shown = {shape.county: (shape.counted, shape.total, shape.shade) for shape in drawn.shapes}
    assert (shown["Monterey"], shown["Kern"], shown["Inyo"]) == ((1, 1, 5), (1, 2, 3), (0, 0, 0))
    assert all(shape.path.startswith("M") and shape.path.endswith("Z") for shape in drawn.shapes)
    assert 1 < drawn.height / drawn.width < 1.4


@pytest.mark.parametrize("counties", [("Monterey",), ("Monterey", "Rushwater")])
def test_there_is_no_map_of_one_county_or_of_counties_without_outlines(
    counties: tuple[str, ...], determined: Sequence[Determination]
) -> None:
    assert mapped(in_counties(determined, *counties)) is None


@pytest.mark.parametrize("text", ["", "[]", '{"features": [{"properties": {}}]}', '{"features": [{"geometry": null}]}'])
def test_outlines_that_are_none_are_refused(text: str, determined: Sequence[Determination], tmp_path: Path) -> None:
    path = tmp_path / "counties.geojson"
    path.write_text(text)
    pages = [lea_page(one) for one in in_counties(determined, "Monterey", "Kern")]
    with pytest.raises(DataError, match="no GeoJSON"):
        county_map(path, glance(pages, determined[0].ruleset.vocabulary))
