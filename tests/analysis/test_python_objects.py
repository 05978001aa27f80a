"""What Python is given and gives: rows and frames in, frames and data out, short names; and all of it travels."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from html.parser import HTMLParser
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rulelang
from rulelang.cli.program import run as rulelang_cli
from tests.entities.small_state import STATE, rules_in

ALISAL, GREENFIELD = "27659610000000", "27660350000000"
ROWS: list[dict[str, object]] = [
    {"lea_code": code, "name": name, "year": 2023, "student_group": "EL", "indicator": indicator, "level": level}
    for code, name, indicator, level in (
        (ALISAL, "Alisal <b>Union</b>", "ELA", "Red"),
        (ALISAL, "Alisal <b>Union</b>", "Math", "Red"),
        (ALISAL, "Alisal <b>Union</b>", "Suspension Rate", "Red"),
        (GREENFIELD, "Greenfield", "ELA", "Green"),
        (GREENFIELD, "Greenfield", "Math", "not rated"),
    )
]
OUTCOMES = ["Differentiated Assistance", "cannot tell"]


@pytest.fixture(scope="module")
def ruleset() -> rulelang.LoadedRuleset:
    return rulelang.load("assistance/2023")


@pytest.fixture(scope="module")
def alisal(ruleset: rulelang.LoadedRuleset) -> rulelang.Determination:
    return ruleset.evaluate(ROWS)[0]


# ---- in ----


@pytest.mark.parametrize(
    "given",
    [
        list,
        iter,
        tuple,
        pd.DataFrame,
        pl.DataFrame,
        pa.Table.from_pylist,
        lambda rows: pa.Table.from_pylist(rows).to_reader(),
        lambda rows: rulelang.load("assistance/2023").records(rows),
        lambda rows: rulelang.load("assistance/2023").records(pd.DataFrame(rows)),
        lambda rows: rulelang.load("assistance/2023").records(rows).records,
        lambda rows: iter(rulelang.load("assistance/2023").records(rows).records),
    ],
    ids=["rows", "iterator", "tuple", "pandas", "polars", "arrow", "stream", "data", "data-pandas", "records", "each"],
)
def test_leas_are_evaluated_whatever_holds_them(given: Any, ruleset: rulelang.LoadedRuleset) -> None:  # noqa: ANN401
    assert [one.outcome for one in ruleset.evaluate(given(ROWS))] == OUTCOMES


def test_levels_are_worked_out_of_rows_and_frames_alike() -> None:
    dashboard = rulelang.load("dashboard/2023")
    names = {"students": 120, "suspended students": 6}
    row = {"lea_code": ALISAL, "year": 2023, "student_group": "EL", "indicator": "Suspension Rate"}
    rows: list[dict[str, object]] = [{**row, "number": name, "value": str(value)} for name, value in names.items()]
    found = [[(one.indicator, one.numbers) for one in dashboard.levels(given)] for given in (rows, pd.DataFrame(rows))]
    assert found[0] == found[1] != []


@pytest.mark.parametrize("given", [ROWS[0], "27659610000000", 5, None])
def test_what_has_no_leas_is_answered_with_what_to_give(given: object, ruleset: rulelang.LoadedRuleset) -> None:
    with pytest.raises(rulelang.DataError, match="even of only one"):
        ruleset.evaluate(given)
    record = ruleset.records(ROWS).records[0]
    with pytest.raises(rulelang.DataError, match="even of only one"):
        ruleset.evaluate(record)


def test_a_row_that_cannot_be_used_is_told_with_what_to_do(ruleset: rulelang.LoadedRuleset) -> None:
    with pytest.raises(rulelang.DataError, match="Rde") as caught:
        ruleset.evaluate([{**ROWS[0], "level": "Rde"}])
    [diagnostic] = caught.value.diagnostics
    assert diagnostic.help is not None
    assert diagnostic.help in str(caught.value)


# ---- out ----


def test_a_wide_table_has_a_column_for_each_indicator_and_priority(ruleset: rulelang.LoadedRuleset) -> None:
    frame = pd.DataFrame(ruleset.wide(ruleset.evaluate(ROWS))).set_index(["cds", "student_group"])
    learners = frame.loc[(ALISAL, "EL")]
    assert (learners["ELA color"], learners["Suspension Rate color"]) == ("Red", "Red")
    assert (learners["Priority 4"], learners["Priority 6"], learners["Priority 8"]) == ("yes", "yes", "cannot tell")
    assert frame.loc[(GREENFIELD, "EL"), "Math color"] == "not rated"
    assert pd.isna(frame.loc[(ALISAL, "WH"), "Chronic Absenteeism color"])
    groups = len(ruleset.rules.vocabulary.groups_in(2023))
    assert len(frame) == 2 * groups


@pytest.mark.parametrize("frame", ["pandas", "Polars", "arrow"])
def test_a_wide_table_is_a_frame_where_one_is_asked_for(frame: str, ruleset: rulelang.LoadedRuleset) -> None:
    rows = ruleset.wide(ruleset.evaluate(ROWS))
    unknown = [{**one, "lea_code": f"19{at:05}0000000"} for at in range(150) for one in ROWS[3:4]]  # nothing but ELA
    table = ruleset.wide([*unknown, *ROWS], frame=frame)
    assert list(table.columns if frame != "arrow" else table.column_names) == list(rows[0])
    assert len(table) == len(rows) // 2 * 152
    with pytest.raises(ValueError, match="`spark` is no kind of frame; there are arrow, pandas, polars"):
        ruleset.wide(ROWS, frame="spark")
    assert len(ruleset.wide([], frame=frame)) == 0


def test_a_wide_table_is_made_of_whatever_has_leas(ruleset: rulelang.LoadedRuleset) -> None:
    rows = ruleset.wide(ruleset.evaluate(ROWS))
    data = ruleset.records(ROWS)
    for given in (ROWS, iter(ROWS), data, data.records, pd.DataFrame(ROWS), iter(ruleset.evaluate(ROWS))):
        assert ruleset.wide(given) == rows
    dashboard = rulelang.load("dashboard/2023")
    count = {**ROWS[0], "indicator": "Suspension Rate", "number": "students", "value": "5"}
    del count["level"]
    [row] = dashboard.wide([count])
    assert (row["Suspension Rate students"], row["Suspension Rate Status"]) == (5, "cannot tell")
    assert dashboard.wide(dashboard.levels([count])) == [row]


def test_a_student_group_is_called_by_its_name_or_code(
    ruleset: rulelang.LoadedRuleset, alisal: rulelang.Determination
) -> None:
    assert alisal.group("EL") == alisal.group("English Learners") == alisal.group("english learner")
    with pytest.raises(KeyError, match="`XX` is not a student group of 2023; there are `AA`, `AI`"):
        alisal.group("XX")
    with pytest.raises(ValueError, match="`XX` is not a student group of 2023; there are `AA`, `AI`"):
        ruleset.explain(alisal, "XX")


def test_one_folder_is_read_as_a_list_of_one_is(ruleset: rulelang.LoadedRuleset, tmp_path: Path) -> None:
    rulelang_cli(["sample", str(tmp_path), "--year", "2023", "--leas", "3", "--force"])
    assert ruleset.read(str(tmp_path)).records == ruleset.read(tmp_path).records == ruleset.read([tmp_path]).records
    assert len(ruleset.read(tmp_path).records) == 3


def test_a_comparison_is_shown_short() -> None:
    shown = repr(rulelang.compare("assistance/2022", "assistance/2023"))
    assert shown == "<Comparison of Differentiated Assistance 2022 and Differentiated Assistance 2023>"


def test_an_explanation_can_be_walked_and_written(
    ruleset: rulelang.LoadedRuleset, alisal: rulelang.Determination
) -> None:
    why = ruleset.explanation(alisal, "EL")
    [group] = why.student_groups
    assert [rule.label for rule in group.rules if rule.answer == "yes"] == ["4a", "6a"]
    assert str(why) == ruleset.explain(alisal, "English Learners")
    held = json.loads(why.to_json())
    jsonschema.validate({"explanations": [held]}, rulelang.schema("explain"))
    assert held == why.as_dict()
    assert ruleset.explanation(alisal).missing == alisal.settle
    with pytest.raises(ValueError, match="`XX` is not a student group"):
        ruleset.explanation(alisal, "XX")


def test_rulesets_are_listed() -> None:
    assert {"ruleset": "assistance/2023", "title": "Differentiated Assistance", "year": 2023} in [
        {"ruleset": one.ruleset, "title": one.title, "year": one.year} for one in rulelang.rulesets()
    ]
    assert all(rulelang.load(one.ruleset).title == one.title for one in rulelang.rulesets()[:2])


# ---- as they are shown ----


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert attrs is not None
        self.names.add(tag)


def objects(ruleset: rulelang.LoadedRuleset) -> dict[str, object]:
    data = ruleset.records(ROWS)
    every = ruleset.evaluate(data)
    determination = every[0]
    dashboard = rulelang.load("dashboard/2023")
    count = {name: value for name, value in ROWS[2].items() if name != "level"}
    return {
        "determinations": every,
        "group": determination.group("EL"),
        "missing": every[1].settle[0],
        "report": data.report,
        "diagnostic": ruleset.records([{**ROWS[0], "level": "Rde <b>"}]).diagnostics[0],
        "way": ruleset.ways_out(data, "DA")[0],
        "counted": ruleset.ways_in_students((), "DA", data)[0],
        "sensitivity": ruleset.sensitivity((), "DA", data)[0],
        "comparison": rulelang.compare(ruleset, ruleset),
        "explained": ruleset.explanation(determination).student_groups[0],
        "ruleset": ruleset,
        "levels": dashboard,
        "data": data,
        "record": data.records[0],
        "determination": determination,
        "explanation": ruleset.explanation(determination),
        "result": dashboard.levels([{**count, "number": "students", "value": "5"}])[0],
    }


def test_what_is_shown_is_short_and_never_html_of_the_data(ruleset: rulelang.LoadedRuleset) -> None:
    for name, one in objects(ruleset).items():
        assert len(repr(one)) < 140 or name == "diagnostic", name
        shown = getattr(one, "_repr_html_")()  # noqa: B009 - of objects of every kind
        assert _Tags(shown).names <= {"table", "caption", "tr", "th", "td", "pre"}
        assert 100 < len(shown) < 60_000, name
    state = ruleset.evaluate([{**ROWS[0], "lea_code": f"276590{at:02}000000"} for at in range(50)])
    assert repr(state) == "<Determinations of 50 LEAs: 50 cannot tell>"
    assert repr(ruleset.evaluate(ROWS[:1])).startswith("<Determinations of 1 LEA: ")
    assert repr(ruleset.records(ROWS[:1])).startswith("<DataSet of 1 LEA, 1 row, ")
    assert "and 20 more" in state._repr_html_()
    assert "Alisal" in repr(objects(ruleset)["determination"])


# ---- in other processes ----


def outcomes_of(work: tuple[rulelang.LoadedRuleset, list[dict[str, object]]]) -> list[rulelang.Determination]:
    loaded, rows = work
    return list(loaded.evaluate(rows))


def fails(_: int) -> None:
    rulelang.load(text="ruleset Trial 2023\n")


def test_everything_travels(ruleset: rulelang.LoadedRuleset) -> None:
    for name, one in objects(ruleset).items():
        again = pickle.loads(pickle.dumps(one))  # noqa: S301  # made here
        assert repr(again) == repr(one), name
    again = pickle.loads(pickle.dumps(ruleset.evaluate(ROWS)))  # noqa: S301  # made here
    assert ruleset.explain(again[0], "EL") == ruleset.explain(ruleset.evaluate(ROWS)[0], "EL")
    assert again[0].groups == ruleset.evaluate(ROWS)[0].groups


@pytest.mark.slow
def test_work_is_shared_among_processes(ruleset: rulelang.LoadedRuleset) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(outcomes_of, [(ruleset, ROWS[:3]), (ruleset, ROWS[3:])]))
        with pytest.raises(rulelang.RulesError):
            list(pool.map(fails, [1]))
    assert [one.outcome for some in found for one in some] == OUTCOMES
    assert ruleset.explain(found[0][0], "EL").startswith("Alisal")


def test_objects_can_be_keys_and_equal_ones_are_the_same_key(ruleset: rulelang.LoadedRuleset) -> None:
    for name, one in objects(ruleset).items():
        assert hash(one) == hash(pickle.loads(pickle.dumps(one))), name  # noqa: S301 - made here
        assert {one: name}[one] == name


def test_an_lea_is_found_by_its_code_its_name_and_a_part_of_it() -> None:
    rules = rulelang.load("assistance/2023")
    names = {"27659610000000": "Alisal Union", "27661590000000": "Salinas Union High", "27660920000000": "Monterey"}
    row = {"year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    data = rules.records([{**row, "lea_code": code, "name": name} for code, name in names.items()])
    assert all(lea in data for lea in ("27659610000000", "Alisal Union", "alisal", data["Alisal"]))
    for other in ("27659610000001", "Union", "", "Alisal High", 27659610000000, None):
        assert other not in data
    assert data["alisal"].code == "27659610000000"
    with pytest.raises(rulelang.UnknownNameError, match="there are `Alisal Union` and `Salinas Union High`"):
        data["Union"]
    with pytest.raises(rulelang.UnknownNameError, match="did you mean `Monterey`"):
        data["Montery"]


def test_of_many_leas_an_error_names_the_few_that_are_most_like_the_one_asked_for() -> None:
    rules = rulelang.load("assistance/2023")
    row = {"year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    rows = [{**row, "lea_code": f"{2765961 + at}0000000", "name": f"District {at} of Kern"} for at in range(40)]
    with pytest.raises(rulelang.UnknownNameError, match="the nearest of 40 are `District") as caught:
        rules.records(rows)["Sacramento City"]
    assert len(str(caught.value)) < 300


def test_results_of_another_ruleset_are_not_explained_by_this_one() -> None:
    other = rulelang.load(text="what if based on assistance/2023\n\nremove 6a\n")
    row = {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    [determination] = rulelang.load("assistance/2023").evaluate([row])
    for explain in (other.explain, other.explanation):
        with pytest.raises(ValueError, match="ask the other one"):
            explain(determination)


@pytest.mark.parametrize("method", ["evaluate", "tables", "wide"])
def test_rows_with_a_column_that_nothing_reads_are_warned_of_where_they_are_passed(method: str) -> None:
    row = {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    ruleset = rulelang.load("assistance/2023")
    with pytest.warns(UserWarning, match="nothing reads the column `stduents`; did you mean `students`") as warned:
        getattr(ruleset, method)([{**row, "stduents": 30}])
    assert [Path(one.filename).name for one in warned] == [Path(__file__).name]
    data = ruleset.records([{**row, "stduents": 30}])
    assert [one.code for one in data.diagnostics] == ["unread-record-column"]


def test_a_script_whose_path_begins_as_that_of_the_package_is_warned_at_its_own_line() -> None:
    script = Path(rulelang.__file__).parent.with_name("rulelang_by_night.py")
    row = {"lea_code": ALISAL, "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red", "stduents": 30}
    call = compile("ruleset.evaluate([row])", str(script), "eval")
    with pytest.warns(UserWarning, match="nothing reads the column") as warned:
        eval(call, {"ruleset": rulelang.load("assistance/2023"), "row": row})  # noqa: S307 - a line of another file
    assert [one.filename for one in warned] == [str(script)]


def test_who_asks_the_wrong_kind_of_ruleset_is_told_what_to_call() -> None:
    row = {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    with pytest.warns(UserWarning, match="works out no levels or measures; `evaluate`"):
        assert rulelang.load("assistance/2023").levels([row]) == ()
    with pytest.warns(UserWarning, match="determines nothing; `levels`"):
        rulelang.load("dashboard/2023").evaluate([row])


def test_results_can_be_looked_at_twice_and_a_spent_iterator_says_so() -> None:
    row = {"lea_code": "27659610000000", "year": 2023, "student_group": "EL", "indicator": "ELA", "level": "Red"}
    rules = rulelang.load("assistance/2023")
    ways = rules.ways_out([row], "DA")
    assert rules.tables(ways) == rules.tables(ways) == rules.tables(iter(ways))
    spent = iter(ways)
    rules.tables(spent)
    with pytest.raises(ValueError, match="an iterator is read once"):
        rules.tables(spent)


RANKED = """for schools
  L: graduates is in the lowest 50 percent of schools of the county → CSI
  otherwise → None
"""


@pytest.fixture
def ranked(tmp_path: Path) -> rulelang.LoadedRuleset:
    assert rules_in(tmp_path, RANKED)[1] == []
    return rulelang.load(tmp_path / "2023.rules")


def test_results_passed_back_bring_along_those_they_were_evaluated_with(ranked: rulelang.LoadedRuleset) -> None:
    every = ranked.evaluate([{"year": 2023, **row} for row in STATE])
    [lowest] = [one for one in every if one.record.code == "S1"]
    for passed in (lowest, pickle.loads(pickle.dumps(lowest))):  # noqa: S301 - our own
        assert [(one.record.code, one.outcome) for one in ranked.evaluate([passed])] == [("S1", "CSI")]
        assert [one.value for one in ranked.ways_out([passed], "CSI")] == ["CSI"]
        assert [row["determination"] for row in ranked.tables([passed])["determinations"]] == ["CSI"]


def test_codes_choose_and_one_that_nothing_has_is_told(ranked: rulelang.LoadedRuleset) -> None:
    rows = [{"year": 2023, **row} for row in STATE]
    for asked in (
        lambda codes: ranked.evaluate(rows, codes=codes),
        lambda codes: ranked.ways_out(rows, "CSI", codes=codes),
        lambda codes: ranked.ways_in_students((), "CSI", rows, codes=codes),
        lambda codes: ranked.sensitivity((), "CSI", rows, codes=codes),
    ):
        assert len(asked(["S2"])) == 1
        assert len(asked("S2")) == 1
        with pytest.raises(TypeError, match="expected the code or name of an LEA"):
            asked([2])
        with pytest.raises(rulelang.UnknownNameError, match="`S9` is not the code of an LEA in the data"):
            asked(["S9"])


def test_a_table_of_facts_is_evaluated_as_its_rows_are(ranked: rulelang.LoadedRuleset) -> None:
    rows = [{"year": 2023, **row} for row in STATE]
    table = ranked.evaluate_table(pd.DataFrame(rows).astype(object))
    assert list(table["determination"]) == [one.outcome for one in ranked.evaluate(rows)]


@pytest.mark.parametrize("name", ["evaluate", "levels", "wide", "records"])
def test_nothing_is_made_of_a_spent_iterator(name: str, ranked: rulelang.LoadedRuleset) -> None:
    spent = iter(STATE)
    tuple(spent)
    with (
        pytest.warns(UserWarning, match="works out no levels") if name == "levels" else nullcontext(),
        pytest.raises(ValueError, match="is read once"),
    ):
        getattr(ranked, name)(spent)
