"""Faults planted in a page of rules: each is a few words changed, with what is to be found of which rule."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

HEAD = """ruleset Practice 2023
  uses California Dashboard vocabulary
"""

RULES = """
priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4
  4b: Red on ELA or Math and Orange on the other → Priority 4
  4c: Red on ELPI for English Learners only → Priority 4

priority 5 "Pupil Engagement"
  5a: Red on Graduation Rate → Priority 5
  5b: Red on Chronic Absenteeism → Priority 5

priority 6 "School Climate"
  6a: Red on Suspension Rate → Priority 6
  6b: Not Met for Two or More Years on School Climate → Priority 6

priority 7 "Access to a Broad Course of Study"
  7a: Not Met for Two or More Years on Access to a Broad Course of Study → Priority 7

for school districts and county offices
  M1: any student group meets 2 or more priorities → Method 1
  M2: 2 or more local indicators are Not Met for Two or More Years, unless Method 1 → Method 2
  DA: Method 1 or Method 2 → Differentiated Assistance
  GA: otherwise → General Assistance

for charter schools
  C1: 3 or more student groups each meet 1 or more priorities → Differentiated Assistance
  CG: otherwise → General Assistance
"""


@frozen
class Planted:
    """A fault: the words that change, what is found, and of which rule."""

    changes: Mapping[str, str]
    code: str
    rule: str

    @property
    def text(self) -> str:
        """Return the whole rule file."""
        text = RULES
        for before, after in self.changes.items():
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        return HEAD + text


def _rule(before: str, after: str, code: str, rule: str) -> Planted:
    return Planted({before: after}, code, rule)


def _more(below: str, rule: str, code: str, of: str = "") -> Planted:
    """Return the fault of a rule that is added below another."""
    return Planted({below: f"{below}\n  {rule}"}, code, of or rule.partition(":")[0])


_4C = "4c: Red on ELPI for English Learners only → Priority 4"
_5A, _5B = "5a: Red on Graduation Rate", "5b: Red on Chronic Absenteeism"
_6A, _6B = "6a: Red on Suspension Rate", "6b: Not Met for Two or More Years on School Climate → Priority 6"
_7A = "7a: Not Met for Two or More Years on Access to a Broad Course of Study"
_M1 = "M1: any student group meets 2 or more priorities"
_M2 = "M2: 2 or more local indicators are Not Met for Two or More Years, unless Method 1"
_DA = "DA: Method 1 or Method 2"
_DA_WHOLE = "DA: Method 1 or Method 2 → Differentiated Assistance"
_C1 = "C1: 3 or more student groups each meet 1 or more priorities"
_C1_WHOLE = "C1: 3 or more student groups each meet 1 or more priorities → Differentiated Assistance"
_UNKNOWN = '-- not established → Method 3\n    because "nobody says"'

NEVER_HOLDS = [
    _rule(before, after, "never-holds", after.partition(":")[0])
    for before, after in [
        (_5A, "5a: Red on Graduation Rate and Orange on Graduation Rate"),
        (_5A, "5a: Red on Graduation Rate and not rated on Graduation Rate"),
        (_5A, "5a: Red on Graduation Rate and not (Red or Orange on Graduation Rate)"),
        (_5A, "5a: Red on Graduation Rate and ((Orange on Graduation Rate) or (not rated on Graduation Rate))"),
        (_5A, "5a: Red on both ELA and Math and not (Red on ELA or Math)"),
        (_6A, "6a: Red on Suspension Rate and Red on ELPI except for English Learners"),
        (_6A, "6a: Red on Suspension Rate and ((Orange on Suspension Rate) or (Yellow on Suspension Rate))"),
        (_6A, "6a: Red on Suspension Rate and all state indicators are Orange"),
        (_6A, "6a: no state indicators are Red and 1 or more state indicators are rated and Red on Suspension Rate"),
        (_6A, "6a: Red on Suspension Rate and no state indicators are rated"),
        (_7A, "7a: Not Met for Two or More Years on Basics and Not Met on Basics"),
        (_M1, "M1: any student group meets Priority 4 and no student group meets Priority 4"),
        (
            _M1,
            "M1: 2 or more student groups each meet Priority 4 and no student group meets Priority 4",
        ),
        (_M1, "M1: any student group meets exactly 3 priorities and no student group meets 2 or more priorities"),
        (_M1, "M1: any student group meets 2 or more priorities and no student group meets 1 or more priorities"),
        (_M1, "M1: any student group meets 6 or more priorities"),
        (_M2, "M2: Method 1 and no student group meets 2 or more priorities"),
        (_M2, "M2: any student group meets 3 or more priorities, unless Method 1"),
        (_M2, "M2: any student group meets Priority 4 and Priority 7, unless Method 1"),
        (_M2, "M2: Method 1, unless any student group meets 2 or more priorities"),
        (_DA, "DA: Method 1 and Method 2"),
        (_C1, "C1: Method 1"),
        (_C1, "C1: any student group meets 2 or more priorities and no student group meets 1 or more priorities"),
    ]
]

ALTERNATIVES = [
    _rule(before, after, "alternative-never-holds", after.partition(":")[0])
    for before, after in [
        (_5A, "5a: Red on Graduation Rate or (Red on ELA and Orange on ELA)"),
        (_5A, "5a: (Red on Graduation Rate) or (Red on Math and not rated on Math)"),
        (_6A, "6a: Red on Suspension Rate or (Orange on Suspension Rate and no state indicators are rated)"),
        (_6A, "6a: Red on Suspension Rate and (Red on ELA or (Orange on Suspension Rate and Red on Math))"),
        (_DA, "DA: Method 1 or (Method 2 and Method 1)"),
        (_DA, "DA: Method 1 or Method 2 or (Method 2 and any student group meets 3 or more priorities)"),
        (_C1, "C1: (3 or more student groups each meet 1 or more priorities) or Method 1"),
        (_7A, "7a: Not Met for Two or More Years on Basics or (Met on Basics and Not Met on Basics)"),
    ]
]

ALWAYS = [
    _rule(before, after, "always-holds", after.partition(":")[0])
    for before, after in [
        (
            _5A,
            "5a: Red on Graduation Rate or not rated on Graduation Rate or Orange or better on Graduation Rate",
        ),
        (_5A, "5a: rated on Graduation Rate or not rated on Graduation Rate"),
        (_6A, "6a: Red on Suspension Rate or Orange or better on Suspension Rate or not rated on Suspension Rate"),
        (_M1, "M1: (any student group meets Priority 4) or no student group meets Priority 4"),
        (_DA, "DA: Method 1 or not Method 1"),
        (_C1, "C1: not Method 1"),
    ]
]

ONLY_CANNOT_TELL = [
    Planted({_M1: f"M3: {_UNKNOWN[3:]}\n  {_M1}", _DA: after}, "only-cannot-tell", "DA")
    for after in ("DA: Method 3", "DA: not Method 3", "DA: Method 3 or (Method 1 and Method 2)")
]

IMPLIED = [
    _more(_4C, "4d: Red on ELPI and Red on ELA for English Learners only → Priority 4", "implied-rule"),
    _more(_4C, "4d: Red on ELA and Math and Suspension Rate → Priority 4", "implied-rule"),
    _more(
        _4C, "4d: Red or Orange on both ELA and Math and not (Orange on both ELA and Math) → Priority 4", "implied-rule"
    ),
    _more(_4C, "4d: Red on ELA and Red or Orange on Math → Priority 4", "implied-rule"),
    _more(_4C, "4d: Red or Orange on ELPI → Priority 4", "implied-rule", "4c"),
    _more(_4C, "4d: Red on ELA and rated on Math → Priority 4", "implied-rule", "4a"),
    _more(
        f"{_5A} → Priority 5", "5c: Red on Graduation Rate and Red on Chronic Absenteeism → Priority 5", "implied-rule"
    ),
    _more(f"{_5A} → Priority 5", "5c: Red or Orange on Graduation Rate → Priority 5", "implied-rule", "5a"),
    _more(f"{_6A} → Priority 6", "6c: Red on Suspension Rate for White only → Priority 6", "implied-rule"),
    _more(f"{_6A} → Priority 6", "6c: Red on Suspension Rate except for White → Priority 6", "implied-rule"),
    _more(_DA_WHOLE, "DB: any student group meets 3 or more priorities → Differentiated Assistance", "implied-rule"),
    _more(
        _DA_WHOLE, "DB: any student group meets Priority 4 and Priority 5 → Differentiated Assistance", "implied-rule"
    ),
    _more(_C1_WHOLE, "C2: 4 or more student groups each meet Priority 4 → Differentiated Assistance", "implied-rule"),
]

MASKED = [
    _more(_DA_WHOLE, "DB: any student group meets Priority 4 and Priority 5 → General Assistance", "masked-rule"),
    _more(
        _DA_WHOLE,
        "DB: any student group meets Priority 4 and Priority 6 and Priority 7 → General Assistance",
        "masked-rule",
    ),
    _more(
        _DA_WHOLE,
        "DB: 2 or more local indicators are Not Met for Two or More Years → General Assistance",
        "masked-rule",
    ),
    # It is not always masked, and gives what is given without it.
    _more(_DA_WHOLE, "DB: every local indicator is Not Met for Two or More Years → General Assistance", "implied-rule"),
    _more(_C1_WHOLE, "C2: 3 or more student groups each meet Priority 4 → General Assistance", "masked-rule"),
    _more(
        _C1_WHOLE,
        "C2: any student group meets Priority 7 → General Assistance",
        "masked-rule",
    ),
    Planted(
        {_DA: "DA: not Method 1", "  GA: otherwise": "  DB: Method 1 → General Assistance\n  GA: otherwise"},
        "masked-rule",
        "GA",
    ),
]

NO_EFFECT = [
    Planted(
        {
            _M1: "M1: any student group meets Priority 4 and Priority 5",
            _C1: "C1: 3 or more student groups each meet Priority 4",
        },
        "changes-no-outcome",
        "6a",
    ),
    Planted(
        {
            _M1: "M1: any student group meets Priority 4 and Priority 5",
            _C1: "C1: 3 or more student groups each meet Priority 4",
        },
        "changes-no-outcome",
        "7a",
    ),
    Planted(
        {_M1: "M1: any student group meets Priority 4 and Priority 6", _C1: "C1: any student group meets Priority 6"},
        "changes-no-outcome",
        "5b",
    ),
]

OUTCOMES = [
    Planted({_DA: "DA: Method 1 and Method 2", _C1: "C1: Method 1"}, "unreachable-outcome", "DA"),
    Planted(
        {
            f"{_5A} → Priority 5": "5a: Red on Graduation Rate and Blue on Graduation Rate → Priority 5",
            _5B: "5b: Red on Chronic Absenteeism and Blue on Chronic Absenteeism",
        },
        "unreachable-outcome",
        "5a",
    ),
]

HALVES = [
    _rule(before, after, "met-by-different-groups", after.partition(":")[0])
    for before, after in [
        (_M1, "M1: any student group meets Priority 4 and any student group meets Priority 5"),
        (_M1, "M1: any student group meets Priority 4 and any student group meets 2 or more priorities"),
        (_M2, "M2: (any student group meets Priority 4 and any student group meets Priority 6), unless Method 1"),
        (_DA, "DA: Method 2 or (any student group meets Priority 5 and any student group meets Priority 6)"),
        (_C1, "C1: any student group meets Priority 4 and any student group meets Priority 5 and Met on Basics"),
        (_C1, "C1: any student group meets Priority 4 and any student group meets Priority 5"),
    ]
]

# What the check finds.
REFUSED = [
    _rule(_6A, "6a: Red on ELPI for Foster Youth only", "never-for-group", "6a"),
    _rule("4c: Red on ELPI", "4c: Red on ELPI and Red on ELPI", "unclear-list", "4c"),
    _more(_4C, "4d: Red on both Math and ELA → Priority 4", "duplicate-rule"),
    _more(_DA_WHOLE, "DB: Method 1 → General Assistance", "never-decides"),
]

PLANTED = [
    *NEVER_HOLDS,
    *ALTERNATIVES,
    *ALWAYS,
    *ONLY_CANNOT_TELL,
    *IMPLIED,
    *MASKED,
    *NO_EFFECT,
    *OUTCOMES,
    *HALVES,
]
