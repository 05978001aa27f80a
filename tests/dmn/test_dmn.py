"""Tables go to DMN and come from it with the same meaning, and what has no counterpart is said and left out."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import rulelang
from benchmarks import dmn_cases
from rulelang.cli.program import run
from rulelang.core.tree import Const, Interval, OneOf, Pattern
from rulelang.dmn.feel import UnsupportedDmnError, asked_in, pattern_text
from rulelang.dmn.read import read_tables, rule_text
from rulelang.dmn.write import DecisionTable, decision_tables, dmn_text
from tests.entities import test_yes_or_no
from tests.entities.small_state import rules_in

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
Rows = Sequence[tuple[Sequence[str], Sequence[str]]]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decision(name: str, policy: str, inputs: dict[str, str], outputs: dict[str, str], rows: Rows) -> str:
    """Return a decision as DMN: its inputs by name with their types, its outputs with what else they say."""
    columns = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{one}</text></inputExpression></input>'
        for one, kind in inputs.items()
    )
    columns += "".join(f'<output name="{one}">{more}</output>' for one, more in outputs.items())
    rules = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escaped(one)}</text></inputEntry>" for one in cells)
        + "".join(f"<outputEntry><text>{escaped(one)}</text></outputEntry>" for one in values)
        + "</rule>"
        for cells, values in rows
    )
    table = f'<decisionTable hitPolicy="{policy}">{columns}{rules}</decisionTable>'
    return f'<decision id="{name.replace(" ", "_")}" name="{name}">{table}</decision>'


def model(*decisions: str) -> str:
    return f'<definitions xmlns="{MODEL}" name="m" namespace="n">{"".join(decisions)}</definitions>'


# ---- out ----


def dashboard() -> tuple[str, list[DecisionTable]]:
    rules = rulelang.load("dashboard/2023").rules
    tables, _ = decision_tables(rules)
    return dmn_text(rules, tables), tables


def samples(patterns: Sequence[Pattern]) -> list[Fraction | str]:
    """Return values about which a column says something else: names, and numbers at and beside each end."""
    names = [name for one in patterns if isinstance(one, OneOf) for name in one.names]
    bounds = [end.number for one in patterns if isinstance(one, Interval) for end in (one.lower, one.upper) if end]
    step = Fraction(1, 1000)
    return [*dict.fromkeys(names), *sorted({near for end in bounds for near in (end - step, end, end + step)})]


def fits(pattern: Pattern, value: Fraction | str) -> bool:
    if isinstance(pattern, Interval):
        return isinstance(value, Fraction) and pattern.holds(value)
    return value in pattern.names if isinstance(pattern, OneOf) else pattern is None


def test_what_is_written_decides_as_the_rules_do() -> None:
    text, tables = dashboard()
    read, refused = read_tables(text)
    by_name = {one.name: one for one in read}
    assert {table.name for table in tables} == by_name.keys() | refused.keys()
    assert all("more than a name" in reason for reason in refused.values())
    tried = 0
    for table in (one for one in tables if one.name in by_name):
        rows, width = table.match.rows, len(table.match.on)
        values = [samples([row.patterns[at] for row in rows]) for at in range(width)]
        for case in [(one,) for one in values[0]] if width == 1 else [(a, b) for a in values[0] for b in values[1]]:
            row = next(row for row in rows if all(map(fits, row.patterns, case)))
            assert isinstance(row.value, Const)
            assert by_name[table.name].result(case) == (row.value.value,), (table.name, case)
            tried += 1
    assert tried > 500


LOOKED_UP = """for schools
  table points
    | program                     | graduates             | kind      | points |
    | nursing, "Law, or politics" | below 50              | any       | 3      |
    | nursing, "Law, or politics" | 50 or more            | any       | 2.5    |
    | any other                   | any                   | any       | 0      |
  table since
    | opening date     | points |
    | below 2020-01-01 | 1      |
    | 2020-01-01 or more | 2    |
"""


def test_a_table_of_values_decides_as_the_rules_do(tmp_path: Path) -> None:
    rules, codes = rules_in(tmp_path, LOOKED_UP)
    assert rules is not None, codes
    tables, others = decision_tables(rules)
    assert ([table.name for table in tables], others) == (["measure points"], 1)
    [table], refused = read_tables(dmn_text(rules, tables))
    assert refused == {}
    cases = product(["nursing", "law, or politics", "art", None], [Fraction(49), Fraction(50)])
    found = [table.result((program, number, "school")) for program, number in cases]
    assert found == [(3,), (Fraction("2.5"),), (3,), (Fraction("2.5"),), (0,), (0,), (0,), (0,)]
    assert 'not("nursing", "law, or politics", null)' in dmn_text(rules, tables)


def test_a_ruleset_whose_tables_have_no_form_is_told_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = "for schools\n  table since\n" + LOOKED_UP.partition("table since\n")[2]
    assert rules_in(tmp_path, text)[0] is not None
    assert run(["export", str(tmp_path / "2023.rules"), "--to", "dmn"]) == 1
    assert "1 table that DMN has no form for" in " ".join(capfd.readouterr().err.split())


def test_what_is_written_is_valid_by_the_schema_of_dmn() -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml, which checks XML, is not installed")
    found = importlib.util.find_spec("SpiffWorkflow")
    if found is None or found.origin is None:
        pytest.skip("SpiffWorkflow, which has the schema of DMN, is not installed")
    schema = etree.XMLSchema(etree.parse(Path(found.origin).parent / "dmn" / "parser" / "schema" / "DMN13.xsd"))
    text, _ = dashboard()
    assert schema.validate(etree.fromstring(text.encode())), schema.error_log
    assert not schema.validate(etree.fromstring(text.replace('name="ELA color"', "", 1).encode()))


@pytest.mark.parametrize("cell", ["18", "< 18", ">= -0.5", "[1..2)", "(1..2]", '"Red", "Orange"', "-"])
def test_a_cell_is_read_as_it_was_written(cell: str) -> None:
    entries = asked_in(cell).entries
    names = tuple(one for one in entries if isinstance(one, str))
    pattern = OneOf(names) if names else entries[0] if entries else None
    assert not isinstance(pattern, str)
    assert pattern_text(pattern) == cell


# ---- in ----

AGE, RISK = {"age": "number"}, {"risk": "string"}
TESTS = """<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</testCases>"""


def case(given: dict[str, str], name: str, **expected: str) -> str:
    inputs = "".join(f'<inputNode name="{one}"><value>{value}</value></inputNode>' for one, value in given.items())
    parts = "".join(f'<component name="{one}"><value>{value}</value></component>' for one, value in expected.items())
    return f'<testCase id="1">{inputs}<resultNode name="{name}"><expected>{parts}</expected></resultNode></testCase>'


def single(given: dict[str, str], name: str, value: str) -> str:
    return case(given, name, it=value).replace('<component name="it">', "").replace("</component>", "")


def score(folder: Path, text: str, tests: str, capsys: pytest.CaptureFixture[str]) -> str:
    (folder / "m.dmn").write_text(text, encoding="utf-8")
    (folder / "m-test-01.xml").write_text(TESTS.format(tests), encoding="utf-8")
    dmn_cases.main(folder)
    return capsys.readouterr().out.strip()


LADDER = [(["> 18"], ['"cars"']), (["> 12"], ['"games"']), (["> 0"], ['"toys"'])]


def test_the_first_row_that_fits_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = model(decision("ad", "FIRST", AGE, {"": ""}, LADDER))
    wanted = {"19": "cars", "18": "games", "13": "games", "12": "toys", "0.5": "toys"}
    tests = "".join(single({"age": age}, "ad", value) for age, value in wanted.items())
    assert score(tmp_path, text, tests, capsys) == "5 results: 5 as expected, 0 otherwise, 0 not decided"


def test_a_result_that_is_not_as_expected_is_counted_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = model(decision("ad", "FIRST", AGE, {"": ""}, LADDER))
    tests = single({"age": "19"}, "ad", "toys") + single({"age": "-1"}, "ad", "toys")
    said = score(tmp_path, text, tests, capsys).splitlines()
    assert said[-1] == "2 results: 0 as expected, 2 otherwise, 0 not decided"
    assert said[0].startswith("otherwise: m, m-test-01, 1: ad: {'': 'cars'}, expected")


def test_outputs_defaults_ranks_and_decisions_that_rest_on_decisions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ranks = '<outputValues><text>"no", "yes"</text></outputValues>'
    default = "<defaultOutputEntry><text>9</text></defaultOutputEntry>"
    text = model(
        decision("grade", "PRIORITY", RISK, {"": ranks}, [(["-"], ['"yes"']), (['not("low", "mid")'], ['"no"'])]),
        decision(
            "rate",
            "UNIQUE",
            {**AGE, "grade": "string"},
            {"much": default, "why": "<defaultOutputEntry><text>null</text></defaultOutputEntry>"},
            [(["[18..65]", '"yes"'], ["2.5", '"adult"']), (["< 18", '"yes"'], ["1", '"young"'])],
        ),
    )
    tests = (
        single({"risk": "mid"}, "grade", "yes")
        + single({"risk": "other"}, "grade", "no")
        + case({"age": "65", "risk": "low"}, "rate", much="2.5", why="adult")
        + case({"age": "66", "risk": "low"}, "rate", much="9.0")
        + case({"age": "20", "risk": "high"}, "rate", much="9.0")
    )
    assert score(tmp_path, text, tests, capsys) == "5 results: 5 as expected, 0 otherwise, 0 not decided"


SPANS = [(["> 1"], ["100"]), (["> 2"], ["200.5"]), (["> 5"], ["500"])]


@pytest.mark.parametrize(
    "aggregation, at_six, at_two", [("SUM", "800.5", "100.0"), ("MIN", "100.0", "100.0"), ("MAX", "500.0", "100.0")]
)
def test_rows_that_are_collected_make_one_number(
    aggregation: str, at_six: str, at_two: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collected = f'COLLECT" aggregation="{aggregation}'
    text = model(decision("pay", collected, AGE, {"": ""}, SPANS))
    tests = single({"age": "6"}, "pay", at_six) + single({"age": "2"}, "pay", at_two)
    assert score(tmp_path, text, tests, capsys) == "2 results: 2 as expected, 0 otherwise, 0 not decided"


def test_rows_that_are_collected_are_counted_whatever_they_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = model(decision("ad", 'COLLECT" aggregation="COUNT', AGE, {"": ""}, LADDER))
    tests = single({"age": "19"}, "ad", "3.0") + single({"age": "1"}, "ad", "1.0")
    assert score(tmp_path, text, tests, capsys) == "2 results: 2 as expected, 0 otherwise, 0 not decided"


def test_a_priority_is_read_from_the_outputs_that_list_their_values() -> None:
    listed = {"grade": '<outputValues><text>"yes", "no"</text></outputValues>', "rate": ""}
    rows = [(["-"], ['"no"', '"low"']), (['"high"'], ['"yes"', '"low"']), (['"mid"'], ['"no"', '"mid"'])]
    [table], _ = read_tables(model(decision("x", "PRIORITY", RISK, listed, rows)))
    assert table.result(["high"]) == ("yes", "low")
    assert table.result(["other"]) == ("no", "low")
    with pytest.raises(UnsupportedDmnError, match="several rows fit the same case"):
        table.result(["mid"])


@pytest.mark.parametrize("listed", ["", '<outputValues><text>"cars", "games"</text></outputValues>'])
def test_a_priority_that_is_not_given_is_refused(listed: str) -> None:
    [table], _ = read_tables(model(decision("x", "PRIORITY", AGE, {"": listed}, LADDER)))
    with pytest.raises(UnsupportedDmnError, match="which of its results goes first"):
        table.result([Fraction(19)])


def test_a_sum_of_what_is_not_a_number_is_refused() -> None:
    [table], _ = read_tables(model(decision("x", 'COLLECT" aggregation="SUM', AGE, {"": ""}, LADDER)))
    with pytest.raises(UnsupportedDmnError, match="results that are not numbers"):
        table.result([Fraction(19)])


@pytest.mark.parametrize(
    "text, reason",
    [
        (decision("x", "COLLECT", AGE, {"": ""}, LADDER), "by its hit policy COLLECT several rows count at once"),
        (decision("x", "FIRST", {"age + 1": "number"}, {"": ""}, LADDER), "it looks at `age + 1`"),
        (decision("x", "FIRST", AGE, {"": ""}, [(["age > 3"], ['"a"'])]), "the cell `age > 3`"),
        (decision("x", "FIRST", AGE, {"": ""}, [(["3"], ["age * 2"])]), "the result `age * 2`"),
        ('<decision name="x"><literalExpression/></decision>', "it is no decision table"),
    ],
)
def test_what_has_no_counterpart_is_left_out_with_the_reason(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.dmn").write_text(model(text), encoding="utf-8")
    assert reason in read_tables(model(text))[1]["x"]
    assert run(["export", str(tmp_path / "x.dmn"), "--to", "rules"]) == 1


def test_rows_that_say_two_things_of_one_case_are_refused() -> None:
    [table], _ = read_tables(model(decision("x", "UNIQUE", AGE, {"": ""}, LADDER)))
    with pytest.raises(UnsupportedDmnError, match="several rows fit the same case"):
        rule_text(table)


@pytest.mark.parametrize("text", ["no XML", "<a/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_file_that_is_no_dmn_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedDmnError, match="the file"):
        read_tables(text)


def test_the_command_reads_what_it_can_and_says_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = decision("y", "COLLECT", AGE, {"": ""}, LADDER)
    text = model(decision("ad", "FIRST", AGE, {"": ""}, LADDER), other)
    (tmp_path / "x.dmn").write_text(text, encoding="utf-8")
    assert run(["export", str(tmp_path / "x.dmn"), "--to", "rules"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("table ad\n")
    assert "[dmn-not-read]" in said.err


ANSWERED = """\
  | Title I | first time | value |
  | yes     | any        | 500   |
  | no      | yes        | 300   |
  | no      | no         | 0     |
"""


def test_facts_that_are_yes_or_no_are_booleans_and_come_back(tmp_path: Path) -> None:
    ruleset = rulelang.load(test_yes_or_no.rules_in(tmp_path)).rules
    tables, others = decision_tables(ruleset)
    written = dmn_text(ruleset, tables)
    assert (len(tables), others) == (1, 0)
    assert written.count('<inputExpression typeRef="boolean">') == len(tables[0].inputs)
    assert "<text>true, false</text>" in written  # neither is no answer, which fits no row
    [table], left_out = read_tables(written)
    assert not left_out
    assert rule_text(table).splitlines()[1:] == ANSWERED.splitlines()
