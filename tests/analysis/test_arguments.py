"""What Python programs pass wrongly is answered at once, in a sentence that says what would do."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from html import escape
from pathlib import Path

import pandas as pd
import pytest

import rulelang
from rulelang.cli.program import run

ALISAL = "27659610000000"
ROWS: list[dict[str, object]] = [
    {"lea_code": ALISAL, "year": 2023, "student_group": "EL", "indicator": name, "level": "Red"}
    for name in ("ELA", "Math", "Suspension Rate")
]
WHAT_IF = 'what if "Orange counts"\n  based on assistance/2023\n\nreplace 6a: Orange on Suspension Rate → Priority 6\n'
COUNTS = """ruleset Practice 2023
  uses California Dashboard Levels vocabulary

for Suspension Rate
  measure Status = suspended students ÷ students, as a percent, rounded to 1 decimal
"""


@pytest.fixture(scope="module")
def rules() -> rulelang.LoadedRuleset:
    return rulelang.load("assistance/2023")


Call = Callable[[rulelang.LoadedRuleset], object]


# ---- names ----

UNKNOWN: dict[str, tuple[Call, str]] = {
    "outcome": (
        lambda rules: rules.ways_out(ROWS, "Foo"),
        "`Foo` is not an outcome that the rules decide; there are `D",
    ),
    "sensitivity": (lambda rules: rules.sensitivity((), "Methd 1", ROWS), "did you mean `Method 1`"),
    "students": (lambda rules: rules.ways_in_students((), "Foo", ROWS), "not an outcome"),
    "group": (lambda rules: rules.evaluate(ROWS)[0].group("Martians"), "student group of 2023; there are `AA`, `AI`"),
    "explain": (lambda rules: rules.explain(rules.evaluate(ROWS)[0], "English Lerners"), "mean `English Learners`"),
    "explanation": (lambda rules: rules.explanation(rules.evaluate(ROWS)[0], ""), "`` is not a student group"),
    "measure": (lambda rules: rulelang.simulate([rules.simulated(ROWS)], ["x"]), "`x` is not a measure that a ruleset"),
    "only": (lambda rules: rules.simulated(ROWS, only={"knd": ["x"]}), "did you mean `kind`"),
    "kind": (lambda rules: rules.simulated(ROWS, only={"kind": ["school distrct"]}), "mean `school district`"),
    "one kind": (lambda rules: rules.simulated(ROWS, only={"kind": "school distrct"}), "mean `school district`"),
    "only group": (lambda rules: rules.simulated(ROWS, only={"student group": ["XX"]}), "`XX` is not a student group"),
    "county": (lambda rules: rules.simulated(ROWS, only={"county": ["Montery"]}), "did you mean `Monterey`"),
    "level": (lambda rules: rules.simulated(ROWS, only={"color": ["Rde"]}), "not a level of color; did you mean `Red`"),
    "size": (lambda rules: rules.simulated(ROWS, size="studnets", at_least=5), "`studnets` is not a number or measure"),
    "by": (lambda rules: rulelang.simulate([rules.simulated(ROWS)] * 2, by=["countie"]), "did you mean `county`"),
    "schema": (lambda _: rulelang.schema("explian"), "`explian` is not a schema; did you mean `explain`"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_that_does_not_exist_is_answered_with_those_that_do(name: str, rules: rulelang.LoadedRuleset) -> None:
    call, said = UNKNOWN[name]
    with pytest.raises(rulelang.UnknownNameError) as caught:
        call(rules)
    assert said in str(caught.value)
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, ValueError)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
    assert (str(again), again.known) == (str(caught.value), caught.value.known)


def test_names_are_found_in_any_case_and_by_other_names(rules: rulelang.LoadedRuleset) -> None:
    found = [rules.ways_out(ROWS, name)[0] for name in ("DA", "differentiated assistance")]
    assert {one.outcome for one in found} == {"Differentiated Assistance"}
    for only in (
        {"Kind": "School districts"},
        {"county": ["27"]},
        {"county": "monterey county"},
        {"kind": ("county office", "school district")},
    ):
        assert len(rules.simulated(ROWS, only=only).results) == 1, only
    assert not rules.simulated(ROWS, only={"county": "Kern"}).results


def test_sizes_need_limits_between_them(rules: rulelang.LoadedRuleset) -> None:
    with pytest.raises(ValueError, match="limits between sizes"):
        rulelang.simulate([rules.simulated(ROWS)] * 2, by=["size"])


@pytest.mark.parametrize(
    "options, said",
    [
        (["--only", "knd=x"], "did you mean `kind`?"),
        (["--only", "student group=XX"], "`XX` is not a student group"),
        (["--by", "countie"], "did you mean `county`?"),
        (["--size-of", "studnets"], "did you mean `students`?"),
    ],
)
def test_the_command_says_the_same(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, records = tmp_path / "practice.rules", tmp_path / "records.csv"
    path.write_text(COUNTS, encoding="utf-8")
    numbers = [(ALISAL, 2023, "EL", "Suspension Rate", name, 100) for name in ("students", "suspended students")]
    pd.DataFrame(numbers, columns=["lea_code", "year", "student_group", "indicator", "number", "value"]).to_csv(records)
    measure = "Suspension Rate Status"
    assert run(["simulate", str(path), "--records", str(records), "--measure", measure, *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


# ---- types ----

WRONG: dict[str, tuple[Call, str]] = {
    "load": (lambda _: rulelang.load(2023), "expected the name of a ruleset, such as `assistance/2023`, or the path"),  # type: ignore[arg-type]
    "year": (lambda _: rulelang.load("assistance/2025", as_year="2023"), "expected a year, such as 2025, not '2023'"),  # type: ignore[arg-type]
    "check": (lambda _: rulelang.check(2023), "not 2023 of type `int`"),  # type: ignore[arg-type]
    "text": (lambda _: rulelang.load(text=5), "expected the text of a ruleset, not 5 of type `int`"),  # type: ignore[arg-type]
    "compare": (lambda _: rulelang.compare("assistance/2023", 5), "expected the name of a ruleset"),  # type: ignore[arg-type]
    "read": (lambda rules: rules.read(None), "expected a folder or file, or a list of them, not None"),  # type: ignore[arg-type]
    "read list": (lambda rules: rules.read([3]), "expected a folder or file, or a list of them, not 3"),  # type: ignore[list-item]
    "explain": (lambda rules: rules.explain("x"), "expected a determination that `evaluate` returned, not 'x'"),  # type: ignore[arg-type]
    "explanation": (lambda rules: rules.explanation("x"), "expected a determination"),  # type: ignore[arg-type]
    "levels": (lambda rules: rules.explain_levels(rules.evaluate(ROWS)[0]), "expected a result that `levels` returned"),  # type: ignore[arg-type]
    "width": (lambda rules: rules.explain(rules.evaluate(ROWS)[0], width="x"), "expected a number of columns"),  # type: ignore[arg-type]
    "group": (lambda rules: rules.explain(rules.evaluate(ROWS)[0], 5), "expected the name, code or alias"),  # type: ignore[arg-type]
    "frame": (lambda rules: rules.wide(ROWS, frame=pd), "expected the name of a kind of frame"),
    "simulate": (lambda rules: rulelang.simulate([rules, rules]), "expected what `simulated` of each ruleset returned"),  # type: ignore[list-item]
    "outcome": (lambda rules: rules.ways_out(ROWS, None), "expected the name of an outcome"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_type_is_answered_with_what_was_expected(name: str, rules: rulelang.LoadedRuleset) -> None:
    call, said = WRONG[name]
    with pytest.raises(TypeError, match=r"^expected ") as caught:
        call(rules)
    assert said in str(caught.value)


# ---- what-ifs ----


def test_results_of_a_what_if_say_that_they_are(rules: rulelang.LoadedRuleset) -> None:
    new = rulelang.load(text=WHAT_IF)
    called = 'What if "Orange counts"? (Differentiated Assistance 2023, changed)'
    assert (new.name, rules.name) == (called, "Differentiated Assistance 2023")
    assert repr(new) == f"<LoadedRuleset {called}: {len(new.rules.rules)} rules>"
    assert escape(called) in new._repr_html_()
    [determination] = new.evaluate(ROWS)
    assert called in repr(determination)
    assert escape(called) in determination._repr_html_()
    assert new.explanation(determination).as_dict()["what_if"] == '"Orange counts"'
    assert rules.explanation(rules.evaluate(ROWS)[0]).as_dict()["what_if"] is None
    for table in (*new.evaluate_table(pd.DataFrame(ROWS), reasons=True), new.wide(ROWS, frame="pandas")):
        assert set(table["rules"]) == {called}
    assert "rules" not in rules.evaluate_table(pd.DataFrame(ROWS)).columns


def test_differences_can_be_counted() -> None:
    same = rulelang.compare("assistance/2023", "assistance/2023")
    assert not same.differences()
    other = rulelang.compare("assistance/2023", text=WHAT_IF)
    assert len(other.differences()) == len(list(other.differences())) > 0


def test_loaded_rulesets_are_compared(rules: rulelang.LoadedRuleset) -> None:
    new = rulelang.load(text=WHAT_IF)
    assert repr(rulelang.compare(rules, new)) == repr(rulelang.compare("assistance/2023", text=WHAT_IF))
    moves = rulelang.compare(new, rules).moves(rules.records(ROWS).records, rules.records(ROWS).records)
    assert moves.both == 1


@pytest.mark.parametrize("given", [[], (), pd.DataFrame(ROWS).iloc[:0]], ids=["list", "tuple", "frame"])
def test_no_rows_are_no_leas(given: object, rules: rulelang.LoadedRuleset) -> None:
    assert rules.evaluate(given) == ()
    assert list(rules.ways_out(given, "DA")) == []
