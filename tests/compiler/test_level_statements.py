"""Measures, sizes, small populations and overrides; what a later year changes; and examples with numbers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from rulelang.analysis.examples import run_examples
from rulelang.analysis.level_coverage import levels_not_reached
from rulelang.compiler.effective_changes import CellChange, level_changes
from rulelang.compiler.effective_text import as_file, effective_lines
from rulelang.compiler.load import load_effective, load_ruleset
from rulelang.core.tree import NOT_RATED, Const, Value
from rulelang.core.walk import walk
from rulelang.diagnostics.diagnostic import Reporter
from tests.compiler.level_rules import BANDS, GRID, MEASURES, VOCABULARY, WHOLE, loaded, rate

NUMBERS: dict[str, object] = {"part": 60, "students": 1000, "last year's part": 60, "last year's students": 1000}


# ---- measures ----


@pytest.mark.parametrize(
    "expression, value",
    [
        ("part ÷ students, as a percent", Fraction(6)),
        ("part + students × 2 - 10", Fraction(2050)),
        ("(part + students) ÷ 3", Fraction(1060, 3)),
        ("highest of part, students and 7", Fraction(1000)),
        ("lowest of part, students and 7", Fraction(7)),
        ("average of part and students", Fraction(530)),
        ("2/3 × part, rounded to 1 decimal", Fraction(40)),
        ("part if students is 1000 or more, otherwise 0", Fraction(60)),
        ("part if students is above 1000 or part is below 60, otherwise 0", Fraction(0)),
        ("part if not Certified, otherwise 1", Fraction(60)),
        ("numerator − last year's part", Fraction(0)),
        ("smallest whole number that brings part to 10 percent of students, rounded to a whole percent", Fraction(35)),
        ("part ÷ (students − 1000)", NOT_RATED),
        ("-6.25, rounded to 1 decimal", Fraction("-6.3")),
    ],
)
def test_a_measure_is_worked_out_exactly(expression: str, value: Value, tmp_path: Path) -> None:
    found = loaded(tmp_path, rate(f"  measure one = {expression}\n"))
    assert found.value("measure Rate one", {**NUMBERS, "flag": "Uncertified"}) == value


def test_a_measure_inside_another_is_exact_and_one_of_last_year_takes_last_years_numbers(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE)
    numbers = {"part": 35558, "students": 1235033, "last year's part": 33517, "last year's students": 1272253}
    assert found.value("measure Rate Status", numbers) == Fraction("2.9")
    assert found.value("measure Rate Change", numbers) == Fraction("0.2")


def test_what_is_unknown_or_not_established_cannot_be_told(tmp_path: Path) -> None:
    text = rate('  measure one = not established\n    because "nobody says"\n  measure two = one + part\n')
    found = loaded(tmp_path, text)
    assert found.value("measure Rate two", NUMBERS) is None
    assert found.ruleset is not None
    node = found.ruleset.definitions[2018, "measure Rate one"].node
    assert [one.reason for one in walk(node) if isinstance(one, Const)] == ["not established: nobody says"]


def test_a_measure_of_no_indicator_is_of_the_lea(tmp_path: Path) -> None:
    text = "ruleset Levels 2018\nmeasure share = finished ÷ seniors, as a percent\n"
    found = loaded(tmp_path, text + 'example "one"\n  given seniors 200, finished 95\n  expect share 47.5\n')
    assert found.ruleset is not None
    assert all(run.passes for run in run_examples(found.ruleset))


@pytest.mark.parametrize(
    "lines, code",
    [
        ("  measure one = parts\n", "unknown-number"),
        ("  measure one = last year's points\n", "no-last-year"),
        ("  measure one = part − last year's part\n  measure two = last year's one\n", "past-of-past"),
        ("  measure one = one + 1\n", "circular-levels"),
        ("  measure one = two\n  measure two = one\n", "circular-levels"),
        ("  measure one = last year's two\n  measure two = last year's one\n", "past-of-past"),
        ("  measure part = students\n", "measure-named-like-number"),
        ("  measure one = part\n  measure one = students\n", "statement-twice"),
        ("  measure one = not established\n", "not-established-without-reason"),
        ("  Status needs 11 students\n", "nothing-gives-level"),
        ("  Red when Uncertified\n", "nothing-gives-level"),
    ],
)
def test_a_statement_that_makes_no_sense_is_reported(lines: str, code: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, rate(lines))
    assert set(found.codes) == {code}, [one.message for one in found.diagnostics]


def test_a_heading_of_two_indicators_stands_for_each(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE.replace("for Rate", "for Rate and Absence"))
    assert found.ruleset is not None
    assert {(2018, "Rate color"), (2018, "Absence color")} <= set(found.ruleset.definitions)
    assert {rule.indicator for rule in found.ruleset.levels} == {"Rate", "Absence"}


def test_the_flag_of_an_earlier_year_is_reported_where_it_is_not_given(tmp_path: Path) -> None:
    assert loaded(tmp_path, rate("  measure one = 1 if Certified, otherwise 0\n", 2017)).codes == ["scale-not-in-year"]


# ---- sizes, small populations, overrides ----


def sized(lines: str) -> str:
    return rate(MEASURES + BANDS + GRID + lines)


SIZES = "  needs 30 students in both years, or in this year when Uncertified; 15 for Foster Youth at a school\n"


@pytest.mark.parametrize(
    "numbers, group, color",
    [
        ({}, "All Students", "Yellow"),
        ({"part": 2, "students": 29}, "All Students", NOT_RATED),
        ({"part": 2, "students": 30}, "All Students", "Yellow"),
        ({"part": 1, "students": 15}, "Foster Youth", "Yellow"),
        ({"part": 1, "students": 14}, "Foster Youth", NOT_RATED),
        ({"last year's part": 2, "last year's students": 29}, "All Students", NOT_RATED),
        ({"last year's part": 2, "last year's students": 29, "flag": "Uncertified"}, "All Students", "Yellow"),
        ({"part": 2, "students": 29, "flag": "Uncertified"}, "All Students", NOT_RATED),
        ({"last year's students": None}, "All Students", NOT_RATED),
    ],
)
def test_too_few_students_are_not_rated(numbers: dict[str, object], group: str, color: Value, tmp_path: Path) -> None:
    found = loaded(tmp_path, sized(SIZES))
    assert found.value("Rate color", {**NUMBERS, "flag": "Certified", **numbers}, group) == color


def test_an_unknown_size_cannot_be_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, sized("  needs 30 students in both years\n"))
    assert found.value("Rate color", {name: one for name, one in NUMBERS.items() if name != "students"}) is None


SMALL = "  when fewer than 150 students{}: read Increased as Kept and Declined as Kept\n"


@pytest.mark.parametrize(
    "words, students, group, change, color",
    [
        ("", 100, "All Students", "Kept", "Yellow"),
        ("", 149, "Foster Youth", "Kept", "Yellow"),
        ("", 150, "All Students", "Increased", "Green"),
        (" for All Students only", 100, "Foster Youth", "Increased", "Green"),
        (" for All Students only", 100, "All Students", "Kept", "Yellow"),
        (", for the color only", 100, "All Students", "Increased", "Yellow"),
    ],
)
def test_the_levels_of_small_populations_are_read_otherwise(
    words: str, students: int, group: str, change: str, color: str, tmp_path: Path
) -> None:
    found = loaded(tmp_path, sized(SMALL.format(words)))
    numbers = {
        "part": Fraction(students * 6, 100),
        "students": students,
        "last year's part": 2,
        "last year's students": 100,
    }
    assert found.value("Rate Change", numbers, group) == change
    assert found.value("Rate color", numbers, group) == color


@pytest.mark.parametrize(
    "override, flag, scale, level",
    [
        ("Red when Uncertified", "Uncertified", "color", "Red"),
        ("Red when Uncertified", "Certified", "color", "Yellow"),
        ("Red when Uncertified", None, "color", "Yellow"),
        ("High when Uncertified", "Uncertified", "Status", "High"),
        ("no better than Low when Uncertified", "Uncertified", "Status", "Low"),
        ("no better than Medium when Uncertified", "Uncertified", "Status", "Medium"),
        ("no better than Low when students is below 95", "Uncertified", "Status", "Medium"),
    ],
)
def test_an_override_gives_its_level(override: str, flag: str | None, scale: str, level: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, sized(f"  {override}\n"))
    assert found.value(f"Rate {scale}", {**NUMBERS, "flag": flag}) == level


def test_an_override_comes_after_the_size(tmp_path: Path) -> None:
    found = loaded(tmp_path, sized("  needs 30 students\n  Green when Uncertified\n"))
    assert found.value("Rate color", {**NUMBERS, "part": 1, "students": 29, "flag": "Uncertified"}) is NOT_RATED
    assert found.value("Rate color", {**NUMBERS, "flag": "Uncertified"}) == "Green"


def test_the_better_level_of_an_absence_is_the_lower(tmp_path: Path) -> None:
    text = sized("  no better than Medium when Uncertified\n").replace("for Rate", "for Absence")
    found = loaded(tmp_path, text)
    assert found.ruleset is not None
    assert "('Low',)" in str(found.ruleset.definitions[2018, "Absence Status"].node)


# ---- later years ----

LATER = "ruleset Levels 2019\nuses Test Levels vocabulary\nbased on 2018\nfor Rate\n"
WHY = '    because "a reason"\n'


def test_a_year_changes_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    status = BANDS.split("  bands Change")[0].replace("10.0 or more", "9.9 or more").replace("9.9 or less", "below 9.9")
    found = loaded(tmp_path, WHOLE, LATER + "  replace" + status.removeprefix(" ").replace("\n", f"\n{WHY}", 1))
    assert found.value("Rate Status", {**NUMBERS, "part": 99}) == "High"
    assert found.ruleset is not None
    assert {rule.source_year for rule in found.ruleset.levels} == {2018, 2019}


@pytest.mark.parametrize(
    "change, code",
    [
        (
            "replace bands color\n    | Red | Yellow | Green |\n    | below 1 | below 2 | 2 or more |\n",
            "no-such-statement",
        ),
        ("remove measure rates\n", "no-such-statement"),
        ("remove small populations\n", "no-such-statement"),
        ("add measure rate = part\n", "statement-twice"),
        ("measure other = part\n", "unmarked-change"),
        ("remove bands Change\n", "inherited-statement"),
        ("remove measure rate\n", "inherited-statement"),
    ],
)
def test_a_change_that_makes_no_sense_is_reported(change: str, code: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE, f"{LATER}  {change}{WHY}")
    assert code in found.codes, [one.message for one in found.diagnostics]


def test_a_replacement_that_changes_nothing_is_warned_of_and_changes_nothing(tmp_path: Path) -> None:
    before, same = tmp_path / "before", tmp_path / "same"
    before.mkdir()
    same.mkdir()
    kept = loaded(before, WHOLE, LATER)
    found = loaded(same, WHOLE, f"{LATER}  replace measure rate = part / students, as a percent\n{WHY}")
    assert found.codes == ["statement-unchanged"]
    assert found.ruleset is not None
    assert kept.ruleset is not None
    assert found.ruleset.fingerprint == kept.ruleset.fingerprint


def test_a_change_without_a_reason_is_warned_of(tmp_path: Path) -> None:
    assert loaded(tmp_path, WHOLE, f"{LATER}  remove grid color\n").codes == ["change-without-reason"]


def test_everything_can_be_removed(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE, f"{LATER}  remove everything\n{WHY}  add measure rate = part\n{WHY}")
    assert found.ruleset is not None
    assert set(found.ruleset.definitions) == {(2019, "measure Rate rate")}


def test_the_effective_text_means_the_same_and_changes_are_listed_by_cell(tmp_path: Path) -> None:
    change = GRID.replace("  grid", "  replace grid", 1).replace("Yellow", "Red").replace("color\n", f"color\n{WHY}", 1)
    found = loaded(tmp_path, WHOLE, LATER + change)
    effective = load_effective(tmp_path / "2019.rules", Reporter())
    assert effective is not None
    assert found.ruleset is not None
    [changed] = level_changes(*effective)
    assert (changed.title, changed.indicators) == ("grid color", ("Rate",))
    assert changed.cells == (CellChange("Medium", "Kept", "Yellow", "Red"),)
    other = tmp_path / "again"
    other.mkdir()
    again = loaded(other, as_file(list(effective_lines(*effective))))
    assert again.ruleset is not None, [one.message for one in again.diagnostics]
    assert again.ruleset.fingerprint == found.ruleset.fingerprint


# ---- examples ----

EXAMPLE = """
example "one"
  given part 60, students 1000, last year's part 60, last year's students 1000
  expect Rate Status 6.0
  expect rate 6
  expect Rate Status Medium
  expect Rate color Yellow
  expect Foster Youth: cannot tell Rate color
"""


def test_an_example_gives_numbers_and_expects_levels(tmp_path: Path) -> None:
    found = loaded(tmp_path, WHOLE + EXAMPLE)
    assert found.ruleset is not None, [one.message for one in found.diagnostics]
    [run] = run_examples(found.ruleset)
    assert [finding.as_expected for finding in run.findings] == [True] * 5


@pytest.mark.parametrize(
    "wrong, answer",
    [
        ("Rate Status 6.1", "6.0"),
        ("Rate Status High", "Medium"),
        ("cannot tell Rate color", "Yellow"),
        ("Rate color not rated", "Yellow"),
    ],
)
def test_an_example_that_comes_out_otherwise_fails(wrong: str, answer: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, f"{WHOLE}{EXAMPLE}  expect {wrong}\n")
    assert found.ruleset is not None, [one.message for one in found.diagnostics]
    last = run_examples(found.ruleset)[0].findings[-1]
    assert not last.as_expected
    assert last.answer == answer


def test_a_measure_may_be_stated_where_no_counts_are_known(tmp_path: Path) -> None:
    stated = '\nexample "two"\n  given Rate Status 4.0, Rate Change -1.6\n  expect Rate Status Low\n'
    stated += "  expect Rate color Red\n"
    found = loaded(tmp_path, WHOLE + stated + EXAMPLE)
    assert found.ruleset is not None, [one.message for one in found.diagnostics]
    assert [run.passes for run in run_examples(found.ruleset)] == [True, True]


def test_what_no_example_reaches_is_named(tmp_path: Path) -> None:
    found = loaded(tmp_path, sized("  Red when Uncertified\n  needs 30 students\n") + EXAMPLE)
    assert found.ruleset is not None, [one.message for one in found.diagnostics]
    runs = run_examples(found.ruleset)
    missing = {
        one.rule.what: one for one in levels_not_reached(found.ruleset, [run.determination.evaluation for run in runs])
    }
    assert set(missing) == {"bands", "grid", "override", "needs"}
    assert "Medium × Kept" not in missing["grid"].parts
    assert len(missing["grid"].parts) == 7
    assert missing["grid"].cells == 8
    assert not any(part.startswith("below 5.0: ") for part in missing["bands"].parts)
    assert "Low (below 5.0)" in missing["bands"].parts or "Increased (1.0 or more)" in missing["bands"].parts
    assert levels_not_reached(found.ruleset, []) != ()


def test_what_is_not_established_is_reached_by_an_example_that_cannot_tell(tmp_path: Path) -> None:
    open_measure = '  measure lowest = not established\n    because "not found"\n  measure other = part + lowest\n'
    override = '  not established when Uncertified\n    because "not found"\n'
    text = rate(MEASURES + BANDS + GRID + open_measure + override)
    asked = '\nexample "open"\n  given a school\n    All Students: Uncertified on Rate, part 60\n'

    def missing(expected: str) -> set[str]:
        found = loaded(tmp_path, f"{text}{asked}  expect cannot tell {expected}\n")
        assert found.ruleset is not None, [one.message for one in found.diagnostics]
        runs = run_examples(found.ruleset)
        return {
            one.rule.text for one in levels_not_reached(found.ruleset, [run.determination.evaluation for run in runs])
        }

    opens = {"measure lowest = not established", "measure other = part + lowest"}
    assert not missing("Rate other") & {*opens, "not established when Uncertified"}
    assert missing("Rate lowest") & opens == {"measure other = part + lowest"}
    assert missing("Rate Status") >= opens


def test_a_vocabulary_takes_over_what_it_does_not_say(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "inner" / "2018.rules").write_text(WHOLE.replace("Test Levels", "Inner"), encoding="utf-8")
    inner = tmp_path / "inner" / "vocabulary.rules"
    inner.write_text(
        'vocabulary Inner\nextends "../vocabulary.rules"\npriorities\n  | number | name |\n  | 5 | Other |\n',
        encoding="utf-8",
    )
    found = load_ruleset(tmp_path / "inner" / "2018.rules", Reporter())
    assert found is not None
    assert [one.number for one in found.vocabulary.priorities] == [5]
    assert {"part", "students", "seniors"} <= {one.name for one in found.vocabulary.numbers}
    before = found.vocabulary.fingerprint
    (tmp_path / "vocabulary.rules").write_text(VOCABULARY + "\n# changed\n", encoding="utf-8")
    again = load_ruleset(tmp_path / "inner" / "2018.rules", Reporter())
    assert again is not None
    assert again.vocabulary.fingerprint != before
    inner.write_text('vocabulary Inner\nextends "vocabulary.rules"\n', encoding="utf-8")
    reporter = Reporter()
    assert load_ruleset(tmp_path / "inner" / "2018.rules", reporter) is None
    assert "cannot-extend" in [one.code for one in reporter.diagnostics]


@pytest.mark.parametrize(
    "lines",
    [
        f"  measure one = {' + '.join(['part'] * 2000)}\n",
        f"  measure one = 1 if {'not ' * 2000}Certified, otherwise 0\n",
        "".join(f"  measure m{at} = m{at + 1} + 1\n" for at in range(200)) + "  measure m200 = part\n",
        "  measure m0 = part\n"
        + "".join(f"  measure m{at} = m{at - 1} + m{at - 1}\n" for at in range(1, 25))
        + "  measure one = last year's m24\n",
        "  measure m0 = part\n" + "".join(f"  measure m{at} = m{at - 1} + 1\n" for at in range(1, 400)),
        "  measure one = part over the 99999999 years before\n",
        "  measure one = part, rounded to 99999999 decimals\n",
    ],
)
def test_no_statement_is_too_much_to_be_worked_out(lines: str, tmp_path: Path) -> None:
    assert {"too-much", "nested-too-deep", "sentence-too-long"} & {*loaded(tmp_path, rate(lines)).codes}


def test_a_measure_may_be_named_many_times_over(tmp_path: Path) -> None:
    doubled = "".join(f"  measure m{at} = m{at - 1} + m{at - 1}\n" for at in range(1, 40))
    bands = "  bands Status\n    | Low | Medium | High |\n    | below 5 | below 10 | 10 or more |\n"
    text = f"  measure m0 = part, as a percent\n{doubled}  measure Status = m39, as a percent\n{bands}"
    assert loaded(tmp_path, rate(text)).codes == ["percent-of-percent"]
