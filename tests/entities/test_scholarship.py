"""A ruleset of another domain: a scholarship by household income, dates and a table of amounts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from rulelang.analysis.examples import run_examples
from rulelang.cli.program import run
from rulelang.core.ruleset import DETERMINATION
from tests.entities.small_state import judged, rules_in

WORDS: Final = """\
vocabulary Scholarships
years 2023, 2024

kinds of household
  | kind      | plural     |
  | household | households |
  | applicant | applicants |

facts of the household
  | fact               | is a    |
  | income             | dollars |
  | people at home     | number  |
  | born               | date    |
  | program            | text    |

outcomes
  | outcome     | is a          |
  | Scholarship | determination |
  | Refused     | determination |
"""
WORDS_BELONGING: Final = WORDS.replace(
    """\
  | kind      | plural     |
  | household | households |
  | applicant | applicants |
""",
    """\
  | kind      | plural     | belongs to |
  | household | households |            |
  | applicant | applicants | household  |
""",
)

RULES: Final = """\
for households
  measure income a head = income ÷ people at home
  table award
    | income a head                         | award  |
    | below $10,000                         | $5,000 |
    | $10,000 or more and $20,000 or less   | $2,500 |
    | above $20,000                         | $0     |

for applicants
  S: born is on or after July 1, 2005 and program is "nursing" or "teaching" and award of the household is above $0
      → Scholarship
  otherwise → Refused

for households
  measure paid = sum of award of the household over applicants in Scholarship
"""

ROWS: Final[list[dict[str, object]]] = [
    {"household_code": "H1", "kind": "household", "income": "$39,000", "people_at_home": 4},
    {"household_code": "H2", "kind": "household", "income": "$80,000.50", "people_at_home": 4},
    {"household_code": "A1", "kind": "applicant", "belongs_to": "H1", "born": "2005-07-01", "program": "Nursing"},
    {"household_code": "A2", "kind": "applicant", "belongs_to": "H1", "born": "June 30, 2005", "program": "Nursing"},
    {"household_code": "A3", "kind": "applicant", "belongs_to": "H1", "born": "2006-01-31", "program": "teaching"},
    {"household_code": "A4", "kind": "applicant", "belongs_to": "H2", "born": "2006-01-31", "program": "teaching"},
    {"household_code": "A5", "kind": "applicant", "belongs_to": "H1", "born": "2006-01-31"},
]


def test_a_scholarship_is_granted_by_household_income_dates_and_programs(tmp_path: Path) -> None:
    found = judged(tmp_path, RULES, ROWS, WORDS_BELONGING)
    assert {code: found.value(code, DETERMINATION) for code in ("A1", "A2", "A3", "A4", "A5")} == {
        "A1": "Scholarship",
        "A2": "Refused",
        "A3": "Scholarship",
        "A4": "Refused",
        "A5": None,
    }
    assert [found.value(code, "measure award") for code in ("H1", "H2")] == [5000, 0]


SCHOOL_WORDS: Final = re.compile(
    r"\b(LEAs?|schools?|districts?|student|counties|county|dashboard|priorit\w+)\b", re.IGNORECASE
)


@pytest.mark.parametrize(
    "command", [["evaluate"], ["explain", "--lea", "A1"], ["explain", "--lea", "H1"]], ids=" ".join
)
def test_nothing_of_what_is_printed_speaks_of_schools(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, codes = rules_in(tmp_path, RULES, words=WORDS_BELONGING)
    assert (codes, rules is not None) == ([], True)
    columns = list(dict.fromkeys(column for row in ROWS for column in row))
    lines = [",".join(["year", *columns])]
    lines += [",".join(["2023", *(f'"{row.get(column, "")}"' for column in columns)]) for row in ROWS]
    (tmp_path / "rows.csv").write_text("\n".join(lines), encoding="utf-8")
    name, *options = command
    asked = [name, str(tmp_path / "2023.rules"), "--records", str(tmp_path / "rows.csv"), *options]
    code = run(asked)
    printed = capsys.readouterr()
    assert code == 0, printed.err
    assert SCHOOL_WORDS.findall(f"{printed.out}{printed.err}".replace(str(tmp_path), "")) == []


def test_examples_state_dollars_dates_and_words(tmp_path: Path) -> None:
    text = """\
table award
  | income        | award  |
  | below $10,000 | $5,000 |
  | $10,000 or more | $0   |
S: born is after 2005-06-30 and program is "nursing" → Scholarship
otherwise → Refused

example "Young enough"
  given a household
  born July 1, 2005, program "nursing", income $9,999.99
  expect Scholarship by S
  expect award $5,000
"""
    rules, codes = rules_in(tmp_path, text, words=WORDS)
    assert codes == []
    assert rules is not None
    [run] = run_examples(rules)
    assert run.passes, [finding.answer for finding in run.findings]
