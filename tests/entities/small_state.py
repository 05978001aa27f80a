"""A small state: counties, districts and schools, with their words, and rules about each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from rulelang.compiler.load import load_ruleset
from rulelang.core.ruleset import Ruleset
from rulelang.core.tree import Value
from rulelang.data.records import records_from_rows
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import prepare

WORDS: Final = """\
vocabulary Small State
Dashboard years 2022, 2023

levels
  | scale | worst level first          |
  | color | Red, Orange, Yellow, Green |

kinds of LEA
  | kind            | plural           | also called         | belongs to      |
  | county          | counties         |                     |                 |
  | school district | school districts | district, districts | county          |
  | school          | schools          |                     | school district |

student groups
  | code | name             |
  | EL   | English Learners |
  | WH   | White            |

state indicators of student groups
  | indicator | color in |
  | ELA       | 2022 on  |
  | Math      | 2022 on  |

facts of the LEA
  | fact             | is a    | of              |
  | enrollment       | number  | school district |
  | graduates        | number  | school          |
  | graduating class | number  | school          |
  | base grant       | dollars | county          |
  | opening date     | date    | school          |
  | program          | text    | school          |

outcomes
  | outcome       | is a          |
  | CSI           | determination |
  | None          | determination |
  | Assistance    | determination |
  | No Assistance | determination |
"""

RANKED_SCHOOLS: Final = """\
vocabulary W
Dashboard years 2025

kinds of LEA
  | kind     | plural    | belongs to |
  | state    | states    |            |
  | district | districts | state      |
  | school   | schools   | district   |

facts of the LEA
  | fact  | is a   | of     |
  | index | number | school |

outcomes
  | outcome   | is a          |
  | Review    | determination |
  | No Review | determination |
  | Targeted  | determination |
  | None      | determination |
"""
"""Schools with a number, in districts of a state, among whose schools they can be ranked."""


def rules_in(folder: Path, text: str, year: int = 2023, words: str = WORDS) -> tuple[Ruleset | None, Sequence[str]]:
    """Return the ruleset of a text under a heading of its year, and the codes of what is reported of it."""
    (folder / "vocabulary.rules").write_text(words, encoding="utf-8")
    path = folder / f"{year}.rules"
    path.write_text(f"ruleset Test {year}\n{text}", encoding="utf-8")
    reporter = Reporter()
    return load_ruleset(path, reporter), [one.code for one in reporter.diagnostics]


@frozen
class Judged:
    """What the rules make of entities, by their codes."""

    by_code: dict[str, Evaluation]

    def value(self, code: str, definition: str) -> Value:
        """Return the value of a definition for an entity."""
        view = self.by_code[code]
        return view.value((view.prepared.ruleset.year, definition))


def judged(folder: Path, text: str, rows: Sequence[dict[str, object]], words: str = WORDS) -> Judged:
    """Return what the rules of a text make of plain rows, which must both be right."""
    rules, codes = rules_in(folder, text, words=words)
    assert codes == []
    assert rules is not None
    data = records_from_rows(rules.vocabulary, [{"year": 2023, **row} for row in rows])
    assert [one.message for one in data.diagnostics] == []
    return Judged({one.record.code: one for one in evaluate_all(prepare(rules), data.records)})


def entity(kind: str, code: str, belongs_to: str = "", **facts: object) -> dict[str, object]:
    """Return the row of an entity with its facts, for whose words `_` stands between."""
    return {"lea_code": code, "kind": kind, "belongs_to": belongs_to, **facts}


COUNTY: Final = entity("county", "C1")
STATE: Final = (
    COUNTY,
    entity("school district", "D1", "C1", enrollment=8000),
    entity("school district", "D2", "C1", enrollment=2500),
    entity("school", "S1", "D1", graduates=60, graduating_class=100),
    entity("school", "S2", "D1", graduates=90, graduating_class=100),
    entity("school", "S3", "D2", graduates=67, graduating_class=100),
)
