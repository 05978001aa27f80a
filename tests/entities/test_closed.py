"""What closed before the year of the rules: it counts in the years that have it, and is nothing of the year itself."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

import rulelang
from rulelang.cli.program import run
from rulelang.core.ruleset import DETERMINATION
from rulelang.core.tree import Value
from rulelang.engine.evaluate import Evaluation, evaluate_all
from rulelang.engine.steps import prepare

WORDS: Final = """\
vocabulary Closing
  cites "x"

Dashboard years 2021, 2022, 2023

levels
  | scale | worst level first |
  | color | Red, Green        |

state indicators of student groups
  | indicator | color in |
  | ELA       | 2021 on  |

student groups
  | code | name         |
  | ALL  | All Students |

kinds of school
  | kind     | plural    | code | belongs to |
  | state    | states    | ?000 |            |
  | district | districts | ??00 | state      |
  | school   | schools   | ???? | district   |

facts of the school
  | fact  | is a   | of     |
  | score | number | school |

outcomes
  | outcome | is a          |
  | CSI     | determination |
  | None    | determination |
  | Support | determination |

files of state indicators
  | indicator | years   | file           |
  | ELA       | 2021 on | ela{year}.csv  |

columns of state indicators
  | holds         | column |
  | LEA code      | id     |
  | LEA name      | name   |
  | student group | group  |
  | color         | color  |

level codes of state indicators
  | code | color |
  | 1    | Red   |
  | 2    | Green |

files of facts
  | years   | file             |
  | 2021 on | facts{year}.csv  |

columns of facts
  | holds    | column |
  | LEA code | id     |
  | LEA name | name   |
  | score    | score  |
"""

SAME: Final = """\
for schools
  L: score is in the lowest 25 percent of schools of the state → CSI
  N: otherwise → None
for districts
  D: 2 or more schools are CSI → Support
  E: otherwise → None
"""

SCORES: Final = {
    2021: {"1101": 1, "1301": 90},
    2022: {"1101": 1, "1102": 2, "1103": 3, "1104": 4, "1105": 5, "1106": 6, "1107": 7, "1201": 8},
    2023: {"1101": 1, "1103": 3, "1104": 4, "1105": 5, "1106": 6, "1107": 7},
}
"""The schools by year: 1102 and 1201, with its district, closed after 2022, and 1301 after 2021."""


def evaluated(folder: Path, rules: str, earlier: str = SAME) -> dict[str, Evaluation]:
    """Return the evaluations that rules of 2023 show, by code."""
    loaded = rulelang.load(written(folder, rules, earlier))
    read = loaded.read([folder])
    return {one.record.code: one for one in evaluate_all(prepare(loaded.rules), read.records)}


def written(folder: Path, rules: str, earlier: str = SAME) -> Path:
    """Return the file of the rules of 2023, beside it the rules of earlier years and the data."""
    (folder / "vocabulary.rules").write_text(WORDS, encoding="utf-8")
    for year, scores in SCORES.items():
        text = f'ruleset Test {year}\n  uses Closing vocabulary\n  cites "x"\n{rules if year == 2023 else earlier}'
        (folder / f"{year}.rules").write_text(text, encoding="utf-8")
        facts = ["id,name,score", *(f"{code},{code},{score}" for code, score in scores.items())]
        (folder / f"facts{year}.csv").write_text("\n".join(facts), encoding="utf-8")
        levels = ["id,name,group,color", *(f"{code},{code},ALL,2" for code in scores)]
        (folder / f"ela{year}.csv").write_text("\n".join(levels), encoding="utf-8")
    return folder / "2023.rules"


def value(found: Mapping[str, Evaluation], code: str, name: str = DETERMINATION) -> Value:
    """Return what 2023 says of an entity."""
    return found[code].value((2023, name))


LAST_YEAR: Final = """\
for schools
  L: last year, score is in the lowest 25 percent of schools of the state → CSI
  N: otherwise → None
for districts
  measure now = number of schools where score is above 0
  D: last year, number of schools where score is above 0 is 7 or more → Support
  E: otherwise → None
"""


def test_a_school_that_closed_counts_in_last_year_s_ranks_and_counts(tmp_path: Path) -> None:
    """Of eight schools two are in the lowest quarter; without the two that closed, 1103 would be."""
    found = evaluated(tmp_path, LAST_YEAR)
    assert value(found, "1101") == "CSI"
    assert value(found, "1103") == "None"
    assert value(found, "1100") == "Support"


def test_it_is_nothing_of_the_year(tmp_path: Path) -> None:
    found = evaluated(tmp_path, LAST_YEAR)
    assert sorted(found) == ["1000", "1100", "1101", "1103", "1104", "1105", "1106", "1107"]
    assert value(found, "1100", "measure now") == 6


def test_it_counts_in_no_year_that_has_no_rows_of_it(tmp_path: Path) -> None:
    """1301 is of 2021 alone; districts that no file has rows of are there in the years of their schools."""
    named = {"schools": "number of schools where score is above 0", "districts": "number of districts"}
    now = "".join(f"  measure {name} now = {what}\n" for name, what in named.items())
    rules = f"for states\n{now}  otherwise → None\n"
    most = "".join(f"  measure {name} most = highest of {name} now over the last 2 years\n" for name in named)
    found = evaluated(tmp_path, rules.replace("  otherwise", f"{most}  otherwise"), earlier=rules)
    names = [f"measure {name} {when}" for name in named for when in ("now", "most")]
    assert [value(found, "1000", name) for name in names] == [6, 8, 1, 2]


OF_NOW: Final = """\
for states
  measure now = number of schools where score is above 0
  measure then = number of schools where (last year, score is above 5)
  otherwise → None
"""
"""Rules about this year's schools, of which they ask what was so last year."""


def test_a_question_about_last_year_is_one_about_the_schools_of_this_year(tmp_path: Path) -> None:
    found = evaluated(tmp_path, OF_NOW)
    assert value(found, "1000", "measure then") == 2


@pytest.mark.parametrize("rules, looks_back", [(OF_NOW, False), (LAST_YEAR, True)])
def test_only_rules_that_look_back_have_it_and_the_warning_says_so(
    rules: str, looks_back: bool, tmp_path: Path
) -> None:
    read = rulelang.load(written(tmp_path, rules)).read([tmp_path])
    former = [one.code for one in read.records if one.only_in]
    assert former == (["1102", "1200", "1201"] if looks_back else [])
    [said] = [one for one in read.diagnostics if one.code == "leas-of-other-years"]
    assert ("it counts in the years that have it" in (said.help or "")) is looks_back


def test_it_is_in_no_table_and_cannot_be_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, LAST_YEAR)
    loaded = rulelang.load(path)
    tables = loaded.tables(loaded.read([tmp_path]).records)
    assert all("1102" not in {str(row["cds"]) for row in table} for table in tables.values())
    assert run(["evaluate", str(path), "--data", str(tmp_path), "--lea", "1102"]) == 1
    assert "error[leas-of-other-years]" in capsys.readouterr().err


def test_it_counts_in_an_evaluation_that_was_pickled(tmp_path: Path) -> None:
    again = pickle.loads(pickle.dumps(evaluated(tmp_path, LAST_YEAR)["1100"]))  # noqa: S301 - its own
    assert again.value((2023, DETERMINATION)) == "Support"
