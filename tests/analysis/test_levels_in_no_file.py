"""Levels of which the vocabulary's files have no column are worked out from their counts, as rules with levels say."""

from __future__ import annotations

from pathlib import Path

import rulelang

WORDS = """\
vocabulary Small

years 2023

levels
  | scale  | worst level first |
  | Status | Low, High         |
  | flag   | Yes, No           |

kinds of LEA
  | kind            | plural           | code |
  | school district | school districts | 1??? |

student groups
  | code | name             |
  | EL   | English Learners |

state indicators of student groups
  | indicator | Status in | flag in |
  | ELA       | 2023 on   | 2023 on |

numbers of state indicators
  | number   |
  | students |
  | hits     |

priorities
  | number | name  |
  | 4      | Pupil |

outcomes
  | outcome | is a          |
  | Help    | determination |
  | Leave   | determination |

files of state indicators
  | indicator | years   | file          |
  | ELA       | 2023 on | ela{year}.csv |

columns of state indicators
  | holds         | column |
  | LEA code      | id     |
  | student group | group  |
  | students      | st     |
  | hits          | hi     |
  | flag          | flag   |

level codes of state indicators
  | code | flag |
  | Y    | Yes  |
  | N    | No   |
"""

LEVELS = """\
ruleset Levels 2023
  uses Small vocabulary

for ELA
  measure Status = hits ÷ students, as a percent, rounded to 1 decimal
  bands Status
    | Low      | High       |
    | below 50 | 50 or more |
"""

RULES = """\
ruleset Rules 2023
  uses Small vocabulary
  levels from levels

4a: Low on ELA → Priority 4
for school districts
  H: any student group meets Priority 4 → Help
  N: otherwise → Leave
"""


def test_levels_that_no_column_can_hold_are_worked_out(tmp_path: Path) -> None:
    for name, text in {"vocabulary": WORDS, "levels/2023": LEVELS, "rules/2023": RULES}.items():
        path = tmp_path / f"{name}.rules"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "ela2023.csv").write_text("id,group,st,hi,flag\n1001,EL,100,10,N\n1002,EL,100,90,N\n", encoding="utf-8")
    rules = rulelang.load(tmp_path / "rules" / "2023.rules")
    found = rules.evaluate(rules.read([tmp_path]).records)
    assert {one.record.code: one.outcome for one in found} == {"1001": "Help", "1002": "Leave"}
