"""What to write instead of a sentence that is not of the language, about entities, their numbers and dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulelang.analysis.checking import check_ruleset

VOCABULARY = """vocabulary Clinics

years 2024, 2025

kinds of entity
  | kind   | plural  | code   | belongs to |
  | clinic | clinics | C[1-9] | region     |
  | region | regions | R[1-9] |            |

facts of the entity
  | fact      | is a      | of     |
  | visits    | number    | clinic |
  | opened    | date      | clinic |
  | specialty | text      | clinic |
  | rural     | yes or no | clinic |
  | budget    | dollars   | region |

outcomes
  | outcome | is a          |
  | Watch   | determination |
  | Fine    | determination |
  | Grant   | referral      |
"""
RULES = """ruleset Clinics 2025
  uses Clinics vocabulary

for clinics
  W: visits is below 10 → Watch
  otherwise → Fine

for {whom}
  X: {condition} → Grant
"""
WHERE = "behind `where`"


@pytest.mark.parametrize(
    "whom, condition, said",
    [
        ("regions", "no clinic has visits below 10", WHERE),
        ("regions", "2 or more clinics with visits below 10", WHERE),
        ("regions", "visits of every clinic is 10 or more", WHERE),
        ("regions", "2 or more clinics opened before 2020", WHERE),
        ("regions", "the highest visits of any clinic is below 10", "`highest of enrollment over schools`"),
        ("regions", "the average visits of its clinics is below 10", "`average of enrollment over schools`"),
        ("regions", "most clinics where rural is yes are Watch", "÷ number of schools where"),
        ("regions", "budget per clinic is below $1,000", "÷ number of schools`"),
        ("clinics", "visits fell by 10 percent from last year", "`enrollment is below last year's enrollment`"),
        ("clinics", "visits is lower than last year", "`enrollment is below last year's enrollment`"),
        ("clinics", 'specialty is one of "eyes", "ears"', '"nursing" or "law"'),
        ("regions", "3 clinics are Watch", "`2 or more schools are CSI`"),
        ("regions", "the same clinic is Watch in each of the last 2 years", "asks for the same school every year"),
        ("regions", "any clinic that is rural is Watch", WHERE),
        ("regions", "any rural clinic is Watch", WHERE),
        ("regions", "any clinic with rural", "`any school where first time is yes`"),
        ("regions", "any clinic where rural", "`any school where first time is yes`"),
        ("regions", "any clinic receives rural", "`any school where first time is yes`"),
        ("regions", "any clinic identified for Watch", "`any school is CSI`"),
        ("clinics", "both rural and visits are above 5", "ask of each"),
        ("clinics", "is rural", "say what it is to be"),
        ("clinics", "rural clinic", "say what it is to be"),
        ("regions", "all clinics but one are Watch", "`exactly 1 school where not CSI`"),
        ("regions", "all but 2 of the clinics are Watch", "`exactly 1 school where not CSI`"),
        ("regions", "3 or more clinics (or all, if fewer than 3) are Watch", "or every school is CSI`"),
        ("clinics", "visits is above visits", "`last year's visits`"),
        ("regions", "sum of visits over rural clinics is above 100", WHERE),
        ("regions", "any clinic is not Watch", "`any school where (not CSI)`"),
        ("regions", "30 percent of the clinics are Watch", "which share is enough"),
        ("regions", "less than half of the clinics are Watch", "which share is enough"),
        ("regions", "budget is above half of budget", "`sum of cost over schools is above 0.5 × budget`"),
        ("regions", "budget is above 50 percent of budget", "`sum of cost over schools is above 0.5 × budget`"),
        ("regions", "budget is $1,000 to $2,000", "name what is compared again"),
        ("regions", "budget is $1,000 or more and is $2,000 or less", "name what is compared again"),
        ("regions", "budget is $1,000 or more and $2,000 or less", "name what is compared again"),
        ("clinics", "visits is at least 5 and at most 9", "name what is compared again"),
        ("clinics", "visits is missing", "`not (enrollment is given)`"),
        ("clinics", "visits is above twice visits", "`2 × enrollment`"),
        ("clinics", 'specialty contains "eye"', "asked for whole"),
        ("clinics", 'specialty starts with "eye"', "asked for whole"),
        ("clinics", "opened is in the last 5 years", "`opened is after 2020-01-01`"),
        ("clinics", "opened is within 5 years of 2025-01-01", "`opened is after 2020-01-01`"),
    ],
)
def test_what_to_write_is_said(whom: str, condition: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    path = tmp_path / "2025.rules"
    path.write_text(RULES.format(whom=whom, condition=condition), encoding="utf-8")
    [found] = check_ruleset(path)
    assert said in str(found.help)
