"""Explanations as read. Input and output stand together in `golden/*.txt`; `--update-golden` rewrites them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given

from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Call
from rulelang.engine import evaluate as evaluator
from rulelang.engine.determination import Determination
from rulelang.engine.explain import explain
from rulelang.engine.steps import prepare
from tests.engine.building import CRITERIA_SOURCE, VOCABULARY, Sentence, record_of, ruleset
from tests.engine.determined import determine
from tests.engine.test_meaning import CRITERIA, FACTS, Facts, in_2019, record_with

CASES = sorted((Path(__file__).parent / "golden").glob("*.txt"))
SETTINGS = ("year", "history", "kind", "group", "suspended", "silent", "width")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def case(given: str) -> tuple[Determination, dict[str, str]]:
    lines = given.partition("---- output")[0].splitlines()
    said = dict(line.split(": ", 1) for line in lines if line.startswith(SETTINGS))
    facts = [line for line in lines if not line.startswith(SETTINGS)]
    history = [int(year) for year in said.get("history", "").split(", ") if year]
    rules = ruleset(int(said.get("year", "2018")), history, said.get("suspended"))
    record = record_of(facts, said.get("kind", "school district"), silent=said.get("silent") != "no")
    return determine(prepare(rules), record), said


def explained(given: str, *, color: bool = False) -> str:
    determination, said = case(given)
    return explain(determination, said.get("group"), width=int(said.get("width", "80")), color=color)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_explanations_are_as_reviewed(path: Path, golden: Callable[[Path, Callable[[str], str]], None]) -> None:
    golden(path, explained)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_color_changes_nothing_but_color(path: Path) -> None:
    given = path.read_text(encoding="utf-8")
    colored = explained(given, color=True)
    assert colored != explained(given)
    assert ANSI.sub("", colored) == explained(given)


def test_explaining_evaluates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    determination, _ = case("2018 Homeless: Red on ELA, unknown on Math")
    expected = explain(determination)
    for name in ("evaluate_facts", "_plan"):
        monkeypatch.setattr(evaluator, name, None)
    assert explain(determination) == expected


@pytest.mark.slow
@given(FACTS.map(in_2019))
def test_any_record_is_explained_within_the_screen(facts: Facts) -> None:
    determination = determine(CRITERIA, record_with(facts))
    texts = [explain(determination), *(explain(determination, result.group.code) for result in determination.groups)]
    assert all(len(line) <= 80 for text in texts for line in text.splitlines())
    for result in determination.groups:
        text = explain(determination, result.group.name)
        assert len(re.findall(r"^yes ", text, re.MULTILINE)) == len(result.rules) + sum(
            name in ("1a", "6b") for name in determination.lea_rules
        )


def test_a_group_is_found_by_name_code_and_alias() -> None:
    for text in ("African American", "aa", " black "):
        group = VOCABULARY.group_called(text)
        assert group is not None
        assert group.code == "AA"
    assert VOCABULARY.group_called("Martians") is None
    with pytest.raises(ValueError, match="`Martians` is not a student group"):
        explain(case("2018:")[0], "Martians")


def _without_places(rules: Ruleset) -> Ruleset:
    return evolve(rules, rules=tuple(evolve(rule, span=None, because="it says so") for rule in rules.rules))


def test_a_rule_without_a_place_is_told_in_words() -> None:
    record = record_of(["2018 Homeless: Red on ELA, Orange on Math"])
    text = explain(determine(prepare(_without_places(ruleset(2018))), record), "HOM")
    assert "= rule: 4b: Red on ELA or Math and Orange on the other → Priority 4" in text
    assert "= values: ELA: Red; Math: Orange" in text


def two_years_of(level: str) -> Ruleset:
    """Return the criteria with School Climate read as a level in the year and in the year before."""
    rules = ruleset(2018)
    parts = (Sentence(CRITERIA_SOURCE, "6b", year).level(level, "School Climate") for year in (2017, 2018))
    definition = evolve(rules.definitions[2018, "6b"], node=Call("and", tuple(parts)))
    return evolve(rules, definitions={**rules.definitions, (2018, "6b"): definition})


@pytest.mark.parametrize(
    "before, now, expected",
    [
        ("Not Met", "Not Met", "Not Met in 2017; Not Met in 2018"),
        ("Met", "Not Met", "Met in 2017 (asked: Not Met)"),
        ("Not Met", "Met", "Met in 2018 (asked: Not Met)"),
        ("unknown", "Not Met", "unknown in 2017"),
    ],
)
def test_words_that_mean_two_years_show_the_years_that_decide(before: str, now: str, expected: str) -> None:
    record = record_of([f"2017: {before} on School Climate", f"2018: {now} on School Climate"])
    text = explain(determine(prepare(two_years_of("Not Met")), record), "WH")
    drawn = text[text.index("6b, Priority 6") :].splitlines()
    assert drawn[3].strip(" |") == "^" * len("School Climate")
    assert drawn[4].strip(" |") == expected


def test_a_determination_that_was_passed_over_is_not_given_as_a_reason() -> None:
    eligible = case("2018 White: Red on Graduation Rate, Red on Suspension Rate")[0]
    assert eligible.outcome == "Differentiated Assistance"
    assert "GA" not in eligible.lea_rules
    assert "GA, " not in explain(eligible)
    other = case("2018 White: Red on Graduation Rate")[0]
    assert other.outcome == "General Assistance"
    assert other.lea_rules == ("GA",)
    assert "yes  GA, General Assistance" in explain(other)


def test_what_is_published_is_said_only_if_it_is_something_else() -> None:
    determination = case("silent: no\n2018:")[0]
    assert "\ncannot tell (published as General Assistance)\n" in explain(determination)
    assert "\ncannot tell\n" in explain(evolve(determination, published=determination.outcome))


def test_an_lea_without_name_and_code_is_explained() -> None:
    determination = case("2018: Met on Basics")[0]
    nameless = evolve(determination, record=evolve(determination.record, name="", code=""))
    assert explain(nameless).startswith("an LEA\n──────\n")


def test_rules_for_other_kinds_of_leas_are_left_out() -> None:
    rules = ruleset(2018)
    kinds = {"M2": ("charter school",), "1a": ("charter school",), "M1": ("school district",)}
    rules = evolve(rules, rules=tuple(evolve(rule, kinds=kinds.get(rule.label or "", ())) for rule in rules.rules))
    text = explain(determine(prepare(rules), record_of(["2018: Met on Basics"])))
    assert "M1, " in text
    assert "M2, " not in text
    assert "1a, " not in text


def test_what_decides_the_determination_comes_first() -> None:
    text = explain(case("2018 White: Red on Graduation Rate, Red on Suspension Rate")[0])
    order = [text.index(f"{label}, ") for label in ("DA", "M1", "M2", "M3", "P1")]
    assert order == sorted(order)
