"""A made-up entity that a comparison prints is an example: written into each ruleset, it has the answer printed."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from rulelang.analysis.examples import run_examples
from rulelang.cli.program import rulelang
from rulelang.facade import load

WORDS: Final = """\
vocabulary W
Dashboard years 2024, 2025

kinds of LEA
  | kind     | plural    | belongs to |
  | state    | states    |            |
  | district | districts | state      |
  | school   | schools   | district   |

levels
  | scale | worst level first |
  | color | Red, Orange, Blue |

student groups
  | code | name             |
  | EL   | English Learners |
  | WH   | White            |

state indicators of student groups
  | indicator | color in |
  | ELA       | 2024 on  |

test indicators of student groups
  | indicator |
  | Reading   |

numbers of test indicators
  | number     | part of |
  | tested     |         |
  | proficient | tested  |

facts of the LEA
  | fact       | is a    | of     | at most |
  | index      | number  | school | 100     |
  | enrollment | number  | school |         |
  | present    | number  | school |         |
  | opened     | date    | school |         |
  | span       | text    | school |         |
  | grant      | dollars | school |         |

outcomes
  | outcome   | is a          |
  | Targeted  | determination |
  | None      | determination |
  | Review    | determination |
  | No Review | determination |
"""
RULES: Final = """\
ruleset W 2025
  uses W vocabulary
  cites "manual"

for Reading
  measure rate = proficient ÷ tested, as a percent

for schools
  measure p = present ÷ enrollment, as a percent
  T: {} → Targeted
  otherwise → None

for districts
  R: any school is Targeted → Review
  otherwise → No Review
"""
CONDITIONS: Final = (
    "p is below 95",
    "present is below 0.9 × enrollment",
    "index is below 50",
    "index is below 50 and enrollment is above 3",
    "index is in the lowest 20 percent of schools of the state",
    "index is in the lowest 50 percent of schools of the district",
    'span is "K-8" and index is given',
    "opened is after July 1, 2020",
    "grant is above $1,000.50 or present is given",
    "any student group is Red on ELA",
    "1 or more student groups where rate is below 30",
)
PAIRS: Final = [pair for at, pair in enumerate(permutations(CONDITIONS, 2)) if at % 5 == 0]


@pytest.mark.parametrize("before, after", PAIRS)
def test_what_is_printed_is_an_example_of_both_answers(
    before: str, after: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    sides = {"old": RULES.format(before), "new": RULES.format(after)}
    for name, text in sides.items():
        (tmp_path / f"{name}.rules").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(rulelang, ["compare", "old.rules", "new.rules"])
    assert done.exit_code == 0, done.output
    found = re.findall(r"^  \d+\. (.+) by old, (.+) by new \(.*\)\n((?:  {5}.*\n)*)", done.output, flags=re.MULTILINE)
    assert found, done.output
    for first, second, facts in found:
        given = "".join(f"  {line[7:]}\n" for line in facts.splitlines() if "only by" not in line)
        for (name, text), answer in zip(sides.items(), (first, second), strict=True):
            example = f'{text}\nexample "made up"\n{given}  expect {answer}\n'
            (tmp_path / f"{name}.rules").write_text(example, encoding="utf-8")
            [run] = run_examples(load(tmp_path / f"{name}.rules").rules)
            assert run.passes, (example, run.findings)


def test_what_is_printed_of_levels_is_an_example_of_both(tmp_path: Path) -> None:
    """A type that an example does not give is unknown, and the data always have one: none is made up without."""
    done = CliRunner().invoke(rulelang, ["compare", "dashboard/2018", "dashboard/2019"])
    found = re.findall(
        r"^  \d+\. (.+): (.+) by 2018, (.+) by 2019 \(.*\)\n((?:  {5}.*\n)*)", done.output, flags=re.MULTILINE
    )
    assert found, done.output
    for year, at in (("2018", 1), ("2019", 2)):
        examples = "".join(
            f'\nexample "{number}"\n{_unwrapped(one[3])}  expect All Students: {one[0]} {one[at]}\n'
            for number, one in enumerate(found)
            if one[at] != "cannot tell"  # which no example can expect of a level
        )
        path = tmp_path / f"x{year}.rules"
        path.write_text(f'what if "x{year}"\n  based on dashboard/{year}\n{examples}', encoding="utf-8")
        own = [run for run in run_examples(load(path).rules) if run.example.title.isdigit()]
        assert len(own) == sum(one[at] != "cannot tell" for one in found)
        assert [(run.example.title, run.findings) for run in own if not run.passes] == []


def _unwrapped(facts: str) -> str:
    """Return facts as an example has them: what is wrapped at the width of a terminal in one line."""
    return "".join(f"  {line[7:]}\n" for line in re.sub(r"\n {10,}", " ", facts).splitlines())
