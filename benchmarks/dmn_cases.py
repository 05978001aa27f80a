"""Counts how many of the public conformance cases of DMN rulelang decides as they say.

    python benchmarks/dmn_cases.py FOLDER

FOLDER has the cases as the project dmn-tck publishes them, at any depth: a file `NAME.dmn`, and beside it files of
tests that end in `.xml`. Each decision table is read into tables of rules, the inputs of a test become facts of a
record, and the evaluator decides. What is no decision table of one row counts as not decided.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import rulelang
from rulelang.dmn.feel import UnsupportedDmnError
from rulelang.dmn.read import ReadTable, Value, read_tables, rule_text, table_name
from rulelang.engine.evaluate import evaluate
from rulelang.engine.steps import Prepared, prepare

YEAR = 2025
HEAD = "ruleset Cases {year}\n  uses Cases vocabulary\n\nfor cases\n"
VOCABULARY = """vocabulary Cases

Dashboard years {year}

kinds of case
  | kind | plural |
  | case | cases  |

facts of the case
  | fact | is a | below zero |
"""


def rules_of(tables: list[ReadTable]) -> Prepared:
    """Return decision tables as one ruleset, with what no table decides as facts of a case."""
    decided = {table_name(table, output) for table in tables for output in table.outputs}
    columns = [column for table in tables for column in table.columns if column.name not in decided]
    facts = {column.name: ("number", "yes") if column.is_number else ("text", "") for column in columns}
    rows = [f"  | {name} | {kind} | {below_zero} |\n" for name, (kind, below_zero) in facts.items()]
    with TemporaryDirectory() as folder:
        (Path(folder) / "vocabulary.rules").write_text(VOCABULARY.format(year=YEAR) + "".join(rows), encoding="utf-8")
        text = "\n".join(map(rule_text, tables))
        indented = "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())
        path = Path(folder) / f"{YEAR}.rules"
        path.write_text(HEAD.format(year=YEAR) + indented, encoding="utf-8")
        return prepare(rulelang.load(path).rules)


def decided(prepared: Prepared, given: Mapping[str, str], name: str) -> Value:
    """Return what the rules decide of a case under a name; None where that is nothing."""
    facts = [{"number": fact, "value": value} for fact, value in given.items()]
    rows = [{"case_code": "1", "kind": "case", "year": YEAR, **fact} for fact in facts]
    found = rulelang.LoadedRuleset(prepared.ruleset, prepared).records(rows)
    [record] = found.records
    value = evaluate(prepared, record).at(prepared.positions[YEAR, f"measure {name}"], 0)
    return value if isinstance(value, Fraction | str) else None


def local(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def below(element: ET.Element, *names: str) -> Iterator[ET.Element]:
    """Yield the elements of some names below another, at any depth."""
    return (one for one in element.iter() if local(one) in names)


def expected(node: ET.Element) -> dict[str, Value]:
    """Return what a test expects of a decision, by the name of the output; of a single one it has no name."""
    [said] = below(node, "expected", "computed")
    components = {one.get("name", ""): one for one in said if local(one) == "component"} or {"": said}
    return {name: value_of(next(below(one, "value"))) for name, one in components.items()}


def value_of(element: ET.Element) -> Value:
    """Return a value of a test: a number as such."""
    text = element.text or ""
    is_number = any(kind.endswith(("decimal", "double", "integer")) for kind in element.attrib.values())
    return Fraction(text) if is_number else text


def same(found: Value, wanted: Value) -> bool:
    """Return whether two values are one; a test of the older kind says of no value whether it is a number."""
    return found == wanted or (isinstance(found, Fraction) and isinstance(wanted, str) and wanted == str(float(found)))


def outcomes(model: Path) -> Iterator[tuple[str, str]]:
    """Yield what comes of each result that the tests of a model ask for: as expected, other, or why not decided."""
    tables, refused = read_tables(model.read_text(encoding="utf-8"))
    by_name = {table.name: table for table in tables}
    try:
        prepared = rules_of(tables) if tables else None
    except (UnsupportedDmnError, rulelang.RulesError) as error:
        prepared, refused = None, {**refused, **dict.fromkeys(by_name, str(error).splitlines()[0])}
    for tests in sorted(model.parent.glob("*.xml")):
        for case in below(ET.parse(tests).getroot(), "testCase"):  # noqa: S314  # of a project that one trusts
            given = {one.get("name", ""): next(below(one, "value")).text or "" for one in below(case, "inputNode")}
            for node in below(case, "resultNode"):
                name = node.get("name", "")
                where = f"{model.stem}, {tests.stem}, {case.get('id')}: {name}"
                if name in refused or prepared is None:
                    yield "not decided", f"{where}: {refused.get(name, 'no decision of the name')}"
                    continue
                wanted = expected(node)
                found = {output: decided(prepared, given, table_name(by_name[name], output)) for output in wanted}
                right = all(same(found[output], wanted[output]) for output in wanted)
                yield ("as expected" if right else "otherwise"), f"{where}: {found}, expected {wanted}"


def main(folder: Path) -> int:
    """Print the score, and each result that was not as expected."""
    score: Counter[str] = Counter()
    for model in sorted(folder.rglob("*.dmn")):
        try:
            found = list(outcomes(model))
        except UnsupportedDmnError as error:
            found = [("not decided", f"{model.stem}: {error}")]
        for what, text in found:
            score[what] += 1
            if what != "as expected":
                print(f"{what}: {text}")
    kinds = ("as expected", "otherwise", "not decided")
    print(f"{score.total()} results: " + ", ".join(f"{score[one]} {one}" for one in kinds))
    return 0 if score.total() and not score["otherwise"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
