"""Nothing is misread in silence: every place in which a sentence is joined, against every check, and back.

A question is a piece of a sentence that could mean two things, the check that asks about it, the code of what it asks,
and the same piece said plainly. Each is put into every place in which a condition may stand: there it must be asked
about, and its plain counterpart must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from rulelang.compiler import ambiguity
from rulelang.compiler.ambiguity import counting, joining, lists
from rulelang.diagnostics.catalogue import ambiguity as say
from rulelang.diagnostics.diagnostic import Diagnostic, Edit, Severity
from rulelang.diagnostics.render import render_all
from rulelang.diagnostics.source import Source, Span
from tests.compiler.checking import BASE, checked

FIX = re.compile(r"write `([^`]*)`")
W = "in each of the last 2 Dashboard years"
"""Years as they stand in most of the sentences below."""

ANY4, ANY5 = "any student group meets Priority 4", "any student group meets Priority 5"


@frozen
class Question:
    """A piece of a sentence that is asked about, by which check and with which code, and said plainly."""

    check: object
    code: str
    unclear: str
    plain: str
    of_lea: bool = False


GROUP_QUESTIONS = (
    # Lists and chains that mix their words.
    Question(lists.mixed, "mixed-and-or", "Red on ELA and Math or Graduation Rate", "Red on all of ELA, Math and CCI"),
    Question(lists.mixed, "mixed-and-or", "Red on ELA or Math and Graduation Rate", "Red on any of ELA, Math and CCI"),
    Question(lists.mixed, "mixed-and-or", "Red on ELA, Math and CCI or Graduation", "Red on ELA, Math and CCI"),
    Question(lists.mixed, "mixed-and-or", "Red on any of ELA, Math or CCI and Graduation", "Red on any of ELA or Math"),
    Question(lists.mixed, "mixed-and-or", "Red on 2 or more of ELA, Math or CCI and Graduation", "Red on ELA"),
    Question(
        lists.mixed,
        "mixed-and-or",
        "Red on ELA and Orange on Math or Red on Graduation Rate",
        "Red on ELA and (Orange on Math or Red on Graduation Rate)",
    ),
    Question(
        lists.mixed,
        "mixed-and-or",
        "Red on ELA or Math and Red on Graduation Rate",
        "Red on either ELA or Math and Red on Graduation Rate",
    ),
    Question(
        lists.mixed,
        "mixed-and-or",
        "Red on Graduation Rate or Red on ELA and Math",
        "Red on Graduation Rate or Red on both ELA and Math",
    ),
    # One thing twice.
    Question(lists.twice, "unclear-list", "Red on 2 or more of ELA, English Language Arts and Math", "Red on ELA"),
    Question(lists.twice, "unclear-list", "Red on both ELA and ELA", "Red on both ELA and Math"),
    Question(lists.twice, "unclear-list", "Red on exactly 1 of ELA, ELA and Math", "Red on exactly 1 of ELA and Math"),
    Question(lists.twice, "unclear-list", "Red or Red on ELA", "Red or Orange on ELA"),
    Question(lists.twice, "unclear-list", "all indicators are Red or Red", "all indicators are Red or Orange"),
    Question(
        lists.loose_name,
        "unclear-list",
        "Red on CCI and ELA and Math are Orange",
        "Red on CCI and ELA and Orange on Math",
    ),
    Question(lists.twice, "unclear-list", "Red on ELA and Red on ELA", "Red on ELA and Red on Math"),
    Question(lists.twice, "unclear-list", "Red on Math or Red on Mathematics", "Red on ELA or Red on Math"),
    # How many of a list.
    Question(lists.how_many, "unclear-list", "Red on ELA, Math", "Red on ELA and Math"),
    Question(lists.how_many, "unclear-list", "Red on both ELA", "Red on ELA"),
    Question(
        lists.how_many, "unclear-list", "Red on ELA, Orange on Math", "Red on ELA, Orange on Math and Green on CCI"
    ),
    Question(counting.without_level, "holds-without-level", "Red on none of ELA and Math", "Red on 1 of ELA and Math"),
    Question(counting.without_level, "holds-without-level", "neither Green nor Blue on ELA", "Yellow or worse on ELA"),
    Question(lists.how_many, "unclear-list", "Red on both ELA or Math", "Red on either ELA or Math"),
    Question(lists.how_many, "unclear-list", "Red on either ELA and Math", "Red on either ELA or Math"),
    Question(lists.how_many, "unclear-list", "Red on all of ELA, Math or CCI", "Red on all of ELA, Math and CCI"),
    Question(lists.how_many, "unclear-list", "Red on both ELA, Math and CCI", "Red on all of ELA, Math and CCI"),
    Question(lists.how_many, "unclear-list", "Red on 3 or more of ELA and Math", "Red on 2 or more of ELA and Math"),
    Question(lists.how_many, "unclear-list", "Red on exactly 3 of ELA and Math", "Red on exactly 2 of ELA and Math"),
    Question(
        lists.how_many,
        "unclear-list",
        "Red on both ELA and Math and Orange on the other",
        "Red on ELA or Math and Orange on the other",
    ),
    Question(lists.none, "quantity-of-none", "Red on 0 or more of ELA and Math", "Red on 1 or more of ELA and Math"),
    Question(lists.none, "quantity-of-none", "exactly 0 indicators are Red", "exactly 1 indicator is Red"),
    # Two levels at once.
    Question(lists.levels_at_once, "levels-at-once", "Red and Orange on ELA", "Red or Orange on ELA"),
    Question(lists.levels_at_once, "levels-at-once", "Red, Orange on ELA", "Red or Orange on ELA"),
    Question(lists.levels_at_once, "levels-at-once", "Red or Orange and Yellow on ELA", "Red, Orange or Yellow on ELA"),
    Question(lists.levels_at_once, "levels-at-once", "Red and Orange on ELA and Math", "Red or Orange on ELA and Math"),
    Question(lists.levels_at_once, "levels-at-once", "all indicators are Red and Orange", "all indicators are Red"),
    Question(
        lists.levels_at_once,
        "levels-at-once",
        "all indicators are Red or Orange with at least one Red and Orange",
        "all indicators are Red or Orange with at least one Red",
    ),
    Question(
        lists.levels_at_once,
        "levels-at-once",
        "Red on ELA or Math and Orange and Yellow on the other",
        "Red on ELA or Math and Orange or Yellow on the other",
    ),
    # Years beside conditions.
    Question(
        joining.loose_window, "loose-window", f"Red on ELA and Red on Math {W}", f"Red on ELA and (Red on Math {W})"
    ),
    Question(joining.loose_window, "loose-window", "Red on ELA or Red on Math last year", "Red on Math last year"),
    Question(
        joining.loose_window, "loose-window", f"{W}, Red on ELA and Red on Math", f"({W}, Red on ELA) and Red on Math"
    ),
    Question(
        joining.loose_window,
        "loose-window",
        "Red on ELA and Red on Math last year and Red on Math in 1 of the last 2 Dashboard years",
        "Red on ELA last year and Red on Math in 1 of the last 2 Dashboard years",
    ),
    Question(
        joining.loose_window,
        "loose-window",
        f"{W}, Red on ELA, unless Red on Math",
        f"({W}, Red on ELA), unless Red on Math",
    ),
    # The same things in every year, or others.
    Question(joining.bound_window, "say-each", f"Red on ELA or Math {W}", f"{W}, Red on ELA or Math"),
    Question(
        joining.bound_window, "say-each", f"Red on 1 or more of ELA and Math {W}", f"{W}, Red on either ELA or Math"
    ),
    Question(
        joining.bound_window,
        "say-each",
        "Red on both ELA and Math in 1 of the last 2 Dashboard years",
        f"Red on both ELA and Math {W}",
    ),
    Question(
        joining.bound_window, "say-each", f"2 or more indicators are Red {W}", f"{W}, 2 or more indicators are Red"
    ),
    Question(joining.bound_window, "unclear-not", f"not rated on ELA {W}", f"{W}, not rated on ELA"),
    # How far `not` reaches.
    Question(joining.loose_not, "unclear-not", "not Red on ELA and rated on ELA", "rated on ELA and not Red on ELA"),
    Question(joining.not_before, "unclear-not", f"not Red on ELA {W}", f"rated on ELA {W} and not (Red on ELA {W})"),
    Question(
        joining.not_before,
        "unclear-not",
        "rated on both ELA and Math and not Red on both ELA and Math",
        "rated on both ELA and Math and not (Red on both ELA and Math)",
    ),
    Question(joining.not_rated, "unclear-not", "not rated on ELA or Math", "not rated on ELA or not rated on Math"),
    Question(joining.not_rated, "unclear-not", "not rated on both ELA and Math", "not (rated on both ELA and Math)"),
    Question(joining.not_rated, "unclear-not", "not rated on 2 or more of ELA, Math and CCI", "not rated on ELA"),
    # What an exception is made from.
    Question(
        joining.loose_exception,
        "loose-exception",
        "Red on ELA or Red on Math, unless Red on CCI",
        "(Red on ELA or Red on Math), unless Red on CCI",
    ),
    # What has no level.
    Question(counting.without_level, "holds-without-level", "not Green on ELA", "rated on ELA and not Green on ELA"),
    Question(counting.without_level, "holds-without-level", "not (Red on ELA)", "not rated on ELA or not (Red on ELA)"),
    Question(counting.without_level, "holds-without-level", "not Green or Blue on ELA", "Yellow or worse on ELA"),
    Question(
        counting.without_level,
        "holds-without-level",
        "not Red on ELA last year",
        "rated on ELA last year and not Red on ELA last year",
    ),
    Question(
        counting.without_level,
        "holds-without-level",
        f"rated on ELA and not (Red on ELA {W})",
        f"rated on ELA {W} and not (Red on ELA {W})",
    ),
    Question(
        counting.without_level,
        "holds-without-level",
        "2 or more indicators are Orange and not (3 or more indicators are Red)",
        "2 or more indicators are Red and not (4 or more indicators are Red)",
    ),
    Question(
        counting.without_level, "holds-without-level", "not (Red on ELA or Red on Math)", "Orange or better on ELA"
    ),
    Question(
        counting.without_level,
        "holds-without-level",
        "Red on 1 or fewer of ELA, Math and CCI",
        "rated on all of ELA, Math and CCI and Red on 1 or fewer of ELA, Math and CCI",
    ),
    Question(
        counting.without_level,
        "holds-without-level",
        "no state indicator is Red",
        "1 or more state indicators are rated and no state indicator is Red",
    ),
    Question(
        counting.without_level,
        "holds-without-level",
        "not all state indicators are Red",
        "no state indicator is rated or not all state indicators are Red",
    ),
    # Which end of the levels is the lower one.
    Question(counting.lower, "lower-is-better", "High or lower on Suspension Rate", "High or worse on Suspension Rate"),
    Question(
        counting.lower, "lower-is-better", "above Medium on Suspension Rate", "better than Medium on Suspension Rate"
    ),
    Question(counting.lower, "beyond-what-exists", "worse than Red on ELA", "worse than Orange on ELA"),
    Question(counting.lower, "beyond-what-exists", "any indicator is better than Blue", "any indicator is Red"),
    # More than there are.
    Question(counting.beyond, "beyond-what-exists", "20 or more indicators are Red", "5 or more indicators are Red"),
    Question(
        counting.beyond, "beyond-what-exists", "exactly 9 state indicators are Red", "exactly 2 indicators are Red"
    ),
    Question(
        counting.beyond,
        "beyond-what-exists",
        "Red on ELA in each of the last 9 Dashboard years",
        "Red on ELA in each of the last 2 Dashboard years",
    ),
    Question(
        counting.beyond,
        "beyond-what-exists",
        "all state indicators but 9 are Red",
        "all state indicators but 2 are Red",
    ),
    Question(
        counting.beyond,
        "beyond-what-exists",
        "all indicators are Red or Orange with at least 9 Red",
        "all indicators are Red or Orange with at least 2 Red",
    ),
    Question(
        counting.beyond,
        "beyond-what-exists",
        "Red on ELA in 1 of the last 20 Dashboard years",
        "Red on ELA in 1 of the last 2 Dashboard years",
    ),
)

LEA_QUESTIONS = tuple(
    Question(check, code, unclear, plain, of_lea=True)
    for check, code, unclear, plain in (
        (lists.mixed, "mixed-and-or", "Method 1 or Method 2 and Met on Basics", "Method 1 or Method 2"),
        (
            lists.mixed,
            "mixed-and-or",
            "any student group is Red on ELA and Math or Graduation Rate",
            "any student group is Red on ELA and Math",
        ),
        (lists.twice, "unclear-list", "Method 1 or Method 1", "Method 1 or Method 2"),
        (
            lists.mixed,
            "mixed-and-or",
            "any student group meets Priority 4 or Priority 5 and Priority 1",
            "any student group meets Priority 4 and Priority 5",
        ),
        (
            lists.mixed,
            "mixed-and-or",
            "White and Asian or Homeless meet Priority 4",
            "White and Asian meet Priority 4 or Homeless meet Priority 4",
        ),
        (
            lists.twice,
            "unclear-list",
            "any student group meets Priorities 4, 4 and 5",
            "any student group meets Priorities 4 and 5",
        ),
        (lists.twice, "unclear-list", "White and White meet Priority 4", "White meet Priority 4"),
        (
            lists.how_many,
            "unclear-list",
            "any student group meets both Priority 4 or Priority 5",
            "any student group meets either Priority 4 or Priority 5",
        ),
        (
            lists.how_many,
            "unclear-list",
            "2 or more student groups meet Priorities 4, 5",
            "2 or more student groups meet Priorities 4 and 5",
        ),
        (
            lists.how_many,
            "unclear-list",
            "any student group meets 3 or more of Priorities 4 and 5",
            "any student group meets 1 or more of Priorities 4 and 5",
        ),
        (lists.twice, "unclear-list", f"{ANY4} and {ANY4}", f"{ANY4} and {ANY5}"),
        (lists.twice, "unclear-list", "no student group is Red on ELA and ELA", "no student group is Red on ELA"),
        (lists.how_many, "unclear-list", "any student group is Red on ELA, Math", ANY4),
        (lists.how_many, "unclear-list", "no student group is Red on both ELA", "no student group is Red on ELA"),
        (
            lists.or_all,
            "unclear-list",
            "3 or more student groups (or all, if fewer than 2) meet Priority 4",
            "3 or more student groups (or all, if fewer than 3) meet Priority 4",
        ),
        (lists.none, "quantity-of-none", "0 or more student groups meet Priority 4", ANY4),
        (lists.none, "quantity-of-none", "at most 0 priorities are met on local indicators", "Method 2"),
        (lists.levels_at_once, "levels-at-once", "any student group is Red and Orange on ELA", ANY4),
        (joining.loose_window, "loose-window", f"{ANY4} and {ANY5} last year", f"{ANY4} and ({ANY5} last year)"),
        (joining.loose_window, "loose-window", f"{W}, {ANY4} and {ANY5}", f"({W}, {ANY4}) and {ANY5}"),
        (joining.loose_window, "loose-window", f"Method 2 or Method 1 {W}", f"Method 2 or (Method 1 {W})"),
        (
            joining.loose_window,
            "loose-window",
            "Method 2 and not Method 1 last year",
            "Method 2 and not (Method 1 last year)",
        ),
        (joining.loose_window, "loose-window", f"{W}, {ANY4}, unless Method 1", f"({W}, {ANY4}), unless Method 1"),
        (
            joining.loose_window,
            "loose-window",
            f"Method 1, unless {ANY4} and {ANY5} last year",
            "Method 1, unless Method 2",
        ),
        (joining.bound_window, "say-each", f"{ANY4} {W}", f"1 or more student groups each meet Priority 4 {W}"),
        (
            joining.bound_window,
            "say-each",
            f"no student group meets Priority 4 {W}",
            f"{W}, no student group meets Priority 4",
        ),
        (joining.bound_window, "say-each", f"2 or more student groups are Red on ELA {W}", f"{ANY4} last year"),
        (joining.bound_window, "say-each", f"every student group meets Priority 4 {W}", f"{W}, {ANY4}"),
        (
            joining.bound_window,
            "say-each",
            f"1 or more priorities are met on local indicators {W}",
            f"{W}, 1 or more priorities are met on local indicators",
        ),
        (joining.loose_not, "unclear-not", "not Method 1 and Method 2", "(not Method 1) and Method 2"),
        (joining.loose_not, "unclear-not", f"not {ANY4} or Method 2", f"Method 2 or not {ANY4}"),
        (joining.not_before, "unclear-not", f"not Method 1 {W}", f"not (Method 1 {W})"),
        (
            joining.not_before,
            "unclear-not",
            "not Method 1 in 1 of the last 2 Dashboard years",
            "not Method 1 last year",
        ),
        (
            counting.without_level,
            "holds-without-level",
            "not English Learners are Red on ELA",
            "English Learners are rated on ELA and not English Learners are Red on ELA",
        ),
        (
            joining.none_of_several,
            "unclear-not",
            "no student group meets Priority 4 and Priority 5",
            "no student group meets both Priority 4 and Priority 5",
        ),
        (
            joining.none_of_several,
            "unclear-not",
            "no student group is Red on ELA and Orange on Math",
            "no student group is Red on ELA or Orange on Math",
        ),
        (
            lists.mixed,
            "mixed-and-or",
            "any student group is Red on ELA or Orange on Math and Yellow on CCI",
            "any student group is Red on ELA and Orange on Math",
        ),
        (
            lists.twice,
            "unclear-list",
            "any student group is Red on ELA and is Red on ELA",
            "any student group is Red on ELA and meets Priority 5",
        ),
        (
            joining.bound_window,
            "say-each",
            f"any student group is Red on ELA and Orange on ELA {W}",
            f"{W}, any student group is Red on ELA or Orange on Math",
        ),
        (lists.how_many, "unclear-list", "Method 1, Method 2", "Method 1 and Method 2"),
        (
            joining.none_of_several,
            "unclear-not",
            "no student group is Red on ELA, Math and CCI",
            "no student group is Red on any of ELA, Math and CCI",
        ),
        (
            joining.none_of_several,
            "unclear-not",
            "not any student group meets Priority 4 and Priority 5",
            "not any student group meets either Priority 4 or Priority 5",
        ),
        (joining.not_rated, "unclear-not", "any student group is not rated on ELA or Math", ANY4),
        (
            joining.loose_exception,
            "loose-exception",
            f"Method 1 or {ANY4}, unless Method 2",
            "Method 1, unless Method 2",
        ),
        (
            counting.without_level,
            "holds-without-level",
            "not (Met on Basics)",
            "rated on Basics and not (Met on Basics)",
        ),
        (counting.beyond, "beyond-what-exists", "10 or more student groups meet Priority 4", ANY4),
        (counting.beyond, "beyond-what-exists", "any student group meets 11 or more priorities", ANY4),
        (counting.beyond, "beyond-what-exists", "12 or more priorities are met on local indicators", ANY4),
        (counting.beyond, "beyond-what-exists", "8 or fewer student groups meet Priority 4", ANY4),
        (counting.beyond, "beyond-what-exists", "101 percent or more of the student groups meet Priority 4", ANY4),
        (counting.beyond_the_rules, "beyond-what-exists", "any student group meets 4 or more priorities", ANY4),
        (counting.beyond_the_rules, "beyond-what-exists", "no student group meets exactly 4 priorities", ANY4),
        (counting.beyond_the_rules, "beyond-what-exists", "2 or more priorities are met on local indicators", ANY4),
    )
)
QUESTIONS = (*GROUP_QUESTIONS, *LEA_QUESTIONS)

PLACES = {
    "alone": "{0}",
    "in parentheses": "({0})",
    "the first of a chain with and": "({0}) and {1}",
    "the last of a chain with and": "{1} and ({0})",
    "the last of a chain with or": "{1} or ({0})",
    "deep in a chain": "{1} and ({1} or ({1} and ({0})))",
    "denied": "not ({1} and ({0}))",
    "before unless": "({0}), unless {1}",
    "behind unless": "{1}, unless ({0})",
    "behind unless, denied": "{1}, unless not ({1} or ({0}))",
    "in years": "({1} and ({0})) in each of the last 2 Dashboard years",
    "in last year": "last year, ({0})",
}
"""Where a condition may stand; {1} is another one."""

NARROW_PLACES = {
    "before years": "{0} in each of the last 2 Dashboard years",
    "behind years": "in each of the last 2 Dashboard years, {0}",
    "behind last year": "{1} and (last year, {0})",
    "narrowed": "{1} or (({0}) for White only)",
    "narrowed at the end": "({0}) except for White",
}
"""Where a single test may stand, or a condition about a student group; any other is not read there."""

NOT_READ = {"unexpected-word", "unknown-word", "unfinished-sentence", "misspelt-keyword", "wrong-outcome-place"}

HELD_OFF = {
    *(("holds-without-level", place) for place in ("behind unless", "behind unless, denied", "denied")),
    ("beyond-what-exists", "in last year"),
}
"""What is not asked in a place: an exception speaks of what has a level, a denied denial affirms one, and what exists
last year is up to its rules, of which there are none here."""


def rules_in(place: str, pieces: list[str], *, of_lea: bool) -> list[str]:
    """Return rules with each of some pieces of a sentence in a place."""
    other, outcome = ("Method 2", "Method 3") if of_lea else ("rated on Suspension Rate", "Priority 4")
    return [f"{PLACES[place].format(piece, other)} → {outcome}" for piece in pieces]


def found_in(texts: list[str], folder: Path) -> list[tuple[Diagnostic, ...]]:
    """Return what is reported of each of some rules, which stand one to a line in a ruleset of 2018."""
    body = "\n".join(f"R{number}: {text}" for number, text in enumerate(texts))
    heads = "4z: Red on ELA → Priority 4\n5z: Red on CCI → Priority 5\n1z: Not Met on Basics → Priority 1\n"
    more = "MA: 1 or more priorities are met on local indicators → Method 1\nMB: Not Met on Basics → Method 2\n"
    text = f"ruleset Test 2018\n{heads}{more}{body}\n"
    found = checked({"2017.rules": BASE, "2018.rules": text}, folder).diagnostics
    of_file = [one for one in found if one.span is not None and one.span.source.name.endswith("2018.rules")]
    first = text.count("\n", 0, text.index("R0:")) + 1
    return [
        tuple(one for one in of_file if one.span is not None and one.span.line == first + at)
        for at in range(len(texts))
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the rule files of all cases, which are written anew each time."""
    made = tmp_path_factory.mktemp("ambiguity")
    (made / "vocabulary.rules").touch()
    return made


@pytest.mark.parametrize("of_lea", [False, True], ids=["of a student group", "of the LEA"])
@pytest.mark.parametrize("place", PLACES)
def test_every_question_is_asked_in_every_place(place: str, of_lea: bool, folder: Path) -> None:
    asked = [one for one in QUESTIONS if one.of_lea == of_lea and (one.code, place) not in HELD_OFF]
    unclear = rules_in(place, [one.unclear for one in asked], of_lea=of_lea)
    plain = rules_in(place, [one.plain for one in asked], of_lea=of_lea)
    found = [{one.code for one in reported} for reported in found_in([*unclear, *plain], folder)]
    rows = [*zip(asked, unclear, found[: len(asked)], strict=True)]
    assert [f"{one.code}: {rule}" for one, rule, codes in rows if one.code not in codes] == []
    rows = [*zip(asked, plain, found[len(asked) :], strict=True)]
    assert [f"{one.code}: {rule}" for one, rule, codes in rows if one.code in codes] == []


@pytest.mark.parametrize("place", NARROW_PLACES)
def test_a_question_is_asked_wherever_it_can_be_read(place: str, folder: Path) -> None:
    tried = 0
    for of_lea in (False, True):
        of_years = "year" in place
        also = {"loose-window", "say-each", "unclear-not"} if of_years else set()  # what years ask of the same sentence
        asked = [one for one in QUESTIONS if one.of_lea == of_lea and not (of_years and "year" in one.unclear)]
        asked = [one for one in asked if not (of_years and one.code in also)]
        asked = [one for one in asked if one.check not in ambiguity.OF_ALL_RULES]  # some sentences cannot be read here
        other, outcome = ("Method 2", "Method 3") if of_lea else ("rated on Suspension Rate", "Priority 4")
        unclear, plain = (
            [f"{NARROW_PLACES[place].format(piece, other)} → {outcome}" for piece in pieces]
            for pieces in ([one.unclear for one in asked], [one.plain for one in asked])
        )
        found = [{one.code for one in reported} for reported in found_in([*unclear, *plain], folder)]
        rows = zip(asked, unclear, found[: len(asked)], strict=True)
        read = [(one, rule, codes) for one, rule, codes in rows if not codes & NOT_READ]
        assert [f"{one.code}: {rule}" for one, rule, codes in read if not codes & {one.code, *also}] == []
        rows = zip(asked, plain, found[len(asked) :], strict=True)
        assert [f"{one.code}: {rule}" for one, rule, codes in rows if one.code in codes and not of_years] == []
        tried += len(read)
    assert tried >= 25


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.unclear)
def test_what_is_said_plainly_is_fine(question: Question, folder: Path) -> None:
    outcome = "Method 3" if question.of_lea else "Priority 8"
    [found] = found_in([f"{question.plain} → {outcome}"], folder)
    assert found == (), render_all(found)


CHECKS = [*ambiguity.OF_A_NODE, *ambiguity.OF_A_RULE]


def _asked_by(check: object) -> list[Question]:
    return [question for question in QUESTIONS if question.check is check]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_without_its_check_a_question_is_not_asked(
    check: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambiguity, "OF_A_NODE", tuple(one for one in ambiguity.OF_A_NODE if one is not check))
    monkeypatch.setattr(ambiguity, "OF_A_RULE", tuple(one for one in ambiguity.OF_A_RULE if one is not check))
    for question in _asked_by(check):
        outcome = "Method 3" if question.of_lea else "Priority 8"
        [found] = found_in([f"{question.unclear} → {outcome}"], folder)
        assert question.code not in {one.code for one in found}
    assert _asked_by(check) or check in ELSEWHERE


ELSEWHERE = (counting.best_level, lists.no_fact, lists.date, counting.of_none_decided)
"""Checks of other things than conditions, or of the rule around one; they have tests of their own below."""


def offered(found: tuple[Diagnostic, ...], code: str) -> Iterator[str]:
    """Yield the sentences that the questions of a code offer."""
    for one in found:
        if one.code == code:
            yield from (fix for note in one.notes for fix in FIX.findall(note))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.unclear)
def test_what_a_question_offers_is_not_asked_about_again(question: Question, folder: Path) -> None:
    outcome = "Method 3" if question.of_lea else "Priority 8"
    [found] = found_in([f"{question.unclear} → {outcome}"], folder)
    fixes = [*offered(found, question.code)]
    for fix, again in zip(
        fixes, found_in([f"{fix} → {outcome}" for fix in fixes], folder) if fixes else [], strict=True
    ):
        assert question.code not in {one.code for one in again}, f"{fix}\n{render_all(again)}"
        assert not {"unexpected-word", "unknown-word", "unfinished-sentence"} & {one.code for one in again}, fix


@pytest.mark.parametrize("place", [*PLACES, *NARROW_PLACES])
def test_a_choice_of_a_question_says_one_of_its_readings_in_its_place(place: str, folder: Path) -> None:
    form, tried = (PLACES | NARROW_PLACES)[place], 0
    for of_lea in (False, True):
        asked = [one for one in QUESTIONS if one.of_lea == of_lea]
        other, outcome = ("Method 2", "Method 3") if of_lea else ("rated on Suspension Rate", "Priority 4")
        found = found_in([f"{form.format(one.unclear, other)} → {outcome}" for one in asked], folder)
        chosen: list[tuple[Question, str]] = []
        for question, reported in zip(asked, found, strict=True):
            for one in reported:
                assert {edit.replacement.strip("()") for edit in one.choices} <= {
                    fix.strip("()") for note in one.notes for fix in re.findall("`([^`]*)`", note)
                }
                if one.code == question.code and not NOT_READ & {each.code for each in reported}:
                    chosen += [(question, written_instead(edit)) for edit in one.choices]
        again = found_in([text for _, text in chosen], folder)
        for (question, text), reported in zip(chosen, again, strict=True):
            assert not NOT_READ & {one.code for one in reported}, text
            if "year" not in place:  # years ask about what they are beside
                assert question.code not in {one.code for one in reported}, text
        tried += len(chosen)
    assert tried >= 15


def written_instead(edit: Edit) -> str:
    """Return the rule that an edit is in, without its label, as it is after the edit."""
    source, start, end = edit.span.source.text, edit.span.start, edit.span.end
    before = source[source.rindex("\n", 0, start) + 1 : start].split(": ", 1)[1]
    return f"{before}{edit.replacement}{source[end : source.index(chr(10), end)]}"


def test_a_choice_is_not_taken_apart_by_the_words_around_it_and_loses_no_comment(folder: Path) -> None:
    piece = "Red on ELA and Math or Graduation Rate"
    readings = [
        "(Red on ELA and Red on Math) or Red on Graduation Rate",
        "Red on ELA and (Red on Math or Red on Graduation Rate)",
    ]
    for form, inner in (
        ("{}", "{}"),
        ("({})", "({})"),
        ("not {}", "not ({})"),
        ("rated on CCI unless {}", "rated on CCI unless ({})"),
    ):
        [found] = found_in([f"{form.format(piece)} → Priority 4"], folder)
        [asked] = [one for one in found if one.code == "mixed-and-or"]
        assert [written_instead(one) for one in asked.choices] == [
            f"{inner.format(one)} → Priority 4" for one in readings
        ]
    lines = "Red on ELA and Math  # both\n    or Graduation Rate → Priority 4"
    text = f"ruleset Test 2018\n  4a: {lines}\n"
    [asked] = [
        one
        for one in checked({"2017.rules": BASE, "2018.rules": text}, folder).diagnostics
        if one.code == "mixed-and-or"
    ]
    assert asked.notes
    assert asked.choices == ()


def in_2018(rules: str, folder: Path, more: str = "") -> list[Diagnostic]:
    """Return what is said of the counts of a ruleset of 2018 that decides Priorities 4 and 5, and 1 if `more` does."""
    text = f"ruleset Test 2018\n4z: Red on ELA → Priority 4\n5z: Red on CCI → Priority 5\n{more}{rules}\n"
    found = checked({"2017.rules": BASE, "2018.rules": text}, folder).diagnostics
    return [one for one in found if one.code == "beyond-what-exists"]


def test_of_one_thing_no_number_is_offered_and_it_is_not_said_to_be_several() -> None:
    span = Span(Source("a.rules", "1 or fewer"), 0, 10)
    found = say.beyond_what_exists(span, "indicators", 1, 0)
    assert (found.message, found.help) == (
        "the answer to `1 or fewer` is always the same, because the number of indicators is 1",
        "add the missing ones to the vocabulary",
    )


WINDOWS = {
    "in each of the last 2 Dashboard years, any student group meets {} → Method 1": 2,
    "in 1 of the last 2 Dashboard years, any student group meets {} → Method 1": 3,
    "in 2 of the last 2 Dashboard years, any student group meets {} → Method 1": 2,
    "2 or more student groups each meet {} in each of the last 2 Dashboard years → Method 1": 2,
    "last year, any student group meets {} → Method 1": 3,
    "Red on ELA unless any student group meets {} → Method 1": 2,
}
"""Sentences with the most priorities that can be asked for: the rules of 2017 decide three, those of 2018 two."""


@pytest.mark.parametrize("sentence, most", WINDOWS.items())
def test_as_many_priorities_can_be_asked_for_as_the_rules_of_those_years_decide(
    sentence: str, most: int, folder: Path
) -> None:
    sentence = sentence.replace("Red on ELA unless", "Method 2 unless")
    assert in_2018(sentence.format(f"{most} or more priorities"), folder) == []
    [found] = in_2018(sentence.format(f"{most + 1} or more priorities"), folder)
    assert f"decide {most} of the priorities" in found.message
    assert found.severity is Severity.WARNING


def test_a_count_by_kind_asks_for_no_more_than_that_kind_decides(folder: Path) -> None:
    local = "1z: Not Met on Basics → Priority 1\n"
    for kind, most in (("state", 2), ("local", 1)):
        sentence = f"M1: any student group meets {{}} or more priorities on {kind} indicators → Method 1"
        assert in_2018(sentence.format(most), folder, local) == []
        assert len(in_2018(sentence.format(most + 1), folder, local)) == 1


def test_priorities_of_which_none_is_decided_cannot_be_counted(folder: Path) -> None:
    sentence = "M1: {} → Method 1"
    for count in ("1 or more priorities are met on local indicators", "no priority is met on local indicators"):
        [found] = in_2018(sentence.format(count), folder)
        assert "decide no priority on local indicators" in found.message
        assert in_2018(sentence.format(count), folder, "1z: Not Met on Basics → Priority 1\n") == []


def test_a_rule_of_an_earlier_year_may_count_priorities_that_are_no_longer_decided(folder: Path) -> None:
    text = 'ruleset Test 2018\n  based on 2017\nremove 1a\n  because "no data"\n'
    found = checked({"2017.rules": BASE, "2018.rules": text}, folder).diagnostics
    assert "beyond-what-exists" not in {one.code for one in found}


def test_what_the_rules_decide_is_counted_when_all_of_them_can_be_read(folder: Path) -> None:
    sentence = "M1: any student group meets 3 or more priorities → Method 1"
    assert len(in_2018(sentence, folder)) == 1
    assert in_2018(sentence, folder, "1z: Not Met on on Basics → Priority 1\n") == []
