"""Every reading that a question offers has the meaning it is offered for: its words say what they were made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from rulelang.compiler.ambiguity import wording
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Source
from rulelang.syntax import tree as syn
from rulelang.syntax.lexicon import Lexicon
from rulelang.syntax.parse import parse
from rulelang.syntax.unparse import BREAK, condition
from tests.compiler.test_ambiguity import NARROW_PLACES, NOT_READ, PLACES, QUESTIONS, W, found_in, written_instead
from tests.shipped_files import shipped_words

EVERY_PLACE = {**PLACES, **NARROW_PLACES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readings")
    (made / "vocabulary.rules").touch()
    return made


def read(words: str, lexicon: Lexicon) -> syn.Condition | None:
    """Return the condition that some words are read as; None, if they are not read as one of a rule."""
    reporter = Reporter()
    file = parse(Source("it.rules", f"ruleset T 2018\nX: {words} → Method 3\n"), lexicon, reporter)
    rule = next((one for one in file.statements if isinstance(one, syn.Rule)), None)
    return rule.condition if rule is not None and not reporter.has_errors else None


def plain(written: syn.Condition) -> syn.Condition:
    """Return a condition without parentheses, and with no chain in a chain that the same word joins."""
    match written:
        case syn.Parenthesis(inner):
            return plain(inner)
        case syn.Not(inner):
            return evolve(written, condition=plain(inner))
        case syn.InYears(inner):
            return evolve(written, condition=plain(inner), years_first=True)
        case syn.Unless(inner, exception):
            return evolve(written, condition=plain(inner), exception=plain(exception))
        case syn.Chain(parts, joints):
            words = {joint.text for joint in joints}
            opened = [plain(part) for part in parts]
            every = [
                one
                for part in opened
                for one in (
                    part.parts if isinstance(part, syn.Chain) and {it.text for it in part.joints} == words else (part,)
                )
            ]
            return evolve(written, parts=tuple(every), joints=(joints[0],) * (len(every) - 1))
        case _:
            return written


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_the_words_of_a_reading_are_read_as_the_condition_it_is(
    place: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, syn.Condition] = {}

    def watched(written: syn.Condition) -> str:
        words = condition(written)
        made[words.replace(BREAK, " ")] = written
        return words

    monkeypatch.setattr(wording, "condition", watched)
    notes: list[str] = []
    for of_lea in (False, True):
        other, outcome = ("Method 2", "Method 3") if of_lea else ("rated on Suspension Rate", "Priority 4")
        asked = [one.unclear for one in QUESTIONS if one.of_lea == of_lea]
        found = found_in([f"{EVERY_PLACE[place].format(one, other)} → {outcome}" for one in asked], folder)
        asking = [some for some in found if not {"unknown-name", *NOT_READ} & {one.code for one in some}]
        notes += [note for some in asking for one in some for note in one.notes]
    lexicon = shipped_words()[1]
    wrong = []
    offered = {words: written for words, written in made.items() if any(f"`{words}`" in note for note in notes)}
    for words, written in offered.items():
        again = read(words, lexicon)
        if again is None or condition(plain(again)) != condition(plain(written)):
            wrong.append((words, again and condition(plain(again)), condition(plain(written))))
    assert wrong == []
    assert len(offered) >= 30


SOME = "in 1 of the last 2 Dashboard years"


@pytest.mark.parametrize(
    "written, readings",
    [
        (
            f"Method 2 or Method 1 {W}",
            [f"Method 2 or (Method 1 {W})", f"(Method 2 or Method 1) {W}", f"({W}, Method 2) or (Method 1 {W})"],
        ),
        (f"Method 2 and Method 1 {W}", [f"Method 2 and (Method 1 {W})", f"(Method 2 and Method 1) {W}"]),
        (f"Method 2 or Method 1 {SOME}", [f"Method 2 or (Method 1 {SOME})", f"(Method 2 or Method 1) {SOME}"]),
        (
            f"{SOME}, Method 2 and Method 1",
            [
                f"({SOME}, Method 2) and Method 1",
                f"{SOME}, (Method 2 and Method 1)",
                f"({SOME}, Method 2) and ({SOME}, Method 1)",
            ],
        ),
        ("Method 2 or Method 1 last year", ["Method 2 or (Method 1 last year)", "(Method 2 or Method 1) last year"]),
        (
            "Method 2 last year and Method 1 and not Method 2 last year",
            [
                "Method 2 last year and Method 1 and not (Method 2 last year)",
                "Method 2 last year and (Method 1 and not Method 2) last year",
            ],
        ),
        (
            f"{W}, Method 2, unless Method 1",
            [
                f"({W}, Method 2), unless Method 1",
                f"{W}, (Method 2, unless Method 1)",
                f"({W}, Method 2), unless ({W}, Method 1)",
            ],
        ),
        (
            "last year, Method 2, unless Method 1",
            ["(last year, Method 2), unless Method 1", "last year, (Method 2, unless Method 1)"],
        ),
    ],
)
def test_years_belong_to_one_condition_to_all_together_or_to_each(
    written: str, readings: list[str], folder: Path
) -> None:
    """Together and each differ, unless one year is meant, or `and` joins what holds in all years, `or` in any."""
    [found] = found_in([f"{written} → Method 3"], folder)
    asked = next(one for one in found if one.code == "loose-window")
    assert [written_instead(one) for one in asked.choices] == [f"{reading} → Method 3" for reading in readings]
